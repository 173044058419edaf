package pymdownx

import (
	"slices"
	"strings"

	"callboard/internal/pymarkdown"
)

// stripHTML takes comments and attributes from the HTML of a page.
type stripHTML struct {
	comments bool
	scripts  bool // attributes that begin with "on"
	attrs    []string
}

func setupStripHTML(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	s := &stripHTML{comments: o.Bool("strip_comments", true), scripts: o.Bool("strip_js_on_attributes", true)}
	for _, a := range o.Strings("strip_attributes") {
		s.attrs = append(s.attrs, strings.TrimSpace(a))
	}
	if s.comments || s.scripts || len(s.attrs) > 0 {
		d.Post.Register("strip-html", 1, s.run)
	}
	return nil
}

func (s *stripHTML) run(_ *pymarkdown.Document, html string) string {
	x := tagScanner{unquoted: true}
	var b strings.Builder
	from := 0
	for at := 0; at < len(html); {
		i := strings.IndexByte(html[at:], '<')
		if i < 0 {
			break
		}
		at += i
		if strings.HasPrefix(html[at:], "<!--") {
			start, end := commentBounds(&x, html, at)
			if end == 0 {
				at++
				continue
			}
			if s.comments {
				b.WriteString(html[from:max(start, from)])
				from = end
			}
			at = end
			continue
		}
		t, ok := x.readTag(html, at, tagNameLen)
		if !ok {
			at++
			continue
		}
		b.WriteString(html[from:t.attrs])
		b.WriteString(s.strip(html[t.attrs:t.close]))
		from, at = t.close, t.end
		if t.name == "script" || t.name == "style" {
			if end := x.elementEnd(html, t.close, t.name); end > 0 {
				at = end
			}
		}
	}
	b.WriteString(html[from:])
	return b.String()
}

func tagNameLen(s string) int {
	for i, r := range s {
		if !strings.ContainsRune(":.-", r) && !pymarkdown.IsWord(r) {
			return i
		}
	}
	return len(s)
}

// commentBounds are where a comment begins and ends, with the white space around it
// if a line ends behind that; end is 0 if it is not closed.
func commentBounds(x *tagScanner, html string, at int) (start, end int) {
	i := x.find(html, at+4, "-->")
	if i < 0 {
		return 0, 0
	}
	end = at + 4 + i + 3
	after := skipBlank(html, end)
	line := strings.LastIndexAny(html[end:after], "\n")
	if line < 0 {
		return at, end
	}
	end += line
	if end > 0 && html[end-1] == '\r' {
		end--
	}
	start = len(strings.TrimRightFunc(html[:at], pymarkdown.IsBlank))
	return start, end
}

// strip leaves attributes out.
func (s *stripHTML) strip(attrs string) string {
	x := tagScanner{unquoted: true}
	var b strings.Builder
	for at := 0; at < len(attrs); {
		end, ok := x.attribute(attrs, at)
		if !ok {
			b.WriteString(attrs[at:])
			break
		}
		name, _, valued := strings.Cut(attrs[at:end], "=")
		name = strings.TrimFunc(name, pymarkdown.IsBlank)
		if !valued || !slices.Contains(s.attrs, name) && !(s.scripts && len(name) > 2 && strings.HasPrefix(name, "on")) {
			b.WriteString(attrs[at:end])
		}
		at = end
	}
	return b.String()
}
