package pymdownx

import (
	"net/url"
	"path"
	"strings"

	"callboard/internal/pymarkdown"
)

// pathConverter makes paths of links and images absolute, or relative to another
// directory.
type pathConverter struct {
	base, to       string
	absolute, file bool
	tags           []string
}

func setupPathConverter(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	p := &pathConverter{
		base: o.String("base_path", ""), to: o.String("relative_path", ""), absolute: o.Bool("absolute", false),
		file: o.Bool("file_scheme", false), tags: strings.Fields(o.String("tags", "img script a link")),
	}
	if p.base != "" && (p.absolute || p.to != "") {
		d.Post.Register("path-converter", 2, p.run)
	}
	return nil
}

func (p *pathConverter) run(_ *pymarkdown.Document, html string) string {
	return rewriteTags(html, p.tags, func(attrs string) string {
		return rewriteLinks(attrs, []string{"href", "src"}, p.convert)
	})
}

func (p *pathConverter) convert(name, value string) (string, bool) {
	l := parsePath(value)
	if l.url || l.absolute {
		return "", false
	}
	at := path.Join(p.base, unquotePath(l.path))
	scheme := l.scheme
	if !p.absolute {
		at = relativeTo(at, path.Clean(p.to))
	} else if !strings.HasPrefix(at, "/") {
		at = "/" + at
	}
	if p.absolute && p.file {
		scheme = "file"
	}
	return name + `"` + mathEscaper.Replace(l.join(scheme, quotePath(at))) + `"`, true
}

// relativeTo is the path from a directory to another, both relative to the same
// or both absolute.
func relativeTo(target, from string) string {
	t, f := parts(target), parts(from)
	n := 0
	for n < len(t) && n < len(f) && t[n] == f[n] {
		n++
	}
	out := strings.Repeat("../", len(f)-n) + strings.Join(t[n:], "/")
	if out = strings.TrimSuffix(out, "/"); out == "" {
		return "."
	}
	return out
}

func parts(p string) []string {
	p = strings.Trim(path.Clean(p), "/")
	if p == "." || p == "" {
		return nil
	}
	return strings.Split(p, "/")
}

func unquotePath(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// quotePath is Python's pathname2url: all but letters, digits and _.-~/ is
// written in percents.
func quotePath(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.-~/", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
		}
	}
	return b.String()
}
