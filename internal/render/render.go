// Package render runs a theme's templates over the views of pages. It is the
// only maker of template.HTML: what it lets through unescaped is a sanitised
// body, a drawing of package graph, highlighted code, and Markdown of
// descriptions, each of which escapes what came from outside.
package render

import (
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/graph"
	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/sanitize"
	"callboard/internal/site"
	"callboard/internal/theme"
	"callboard/internal/urlpath"
)

// Version is part of every page's key. Change it when what is rendered of the
// same view changes.
const Version = "render/2"

// Renderer renders pages. It may be used from several goroutines.
type Renderer struct {
	theme *theme.Theme
	code  *highlight.Highlighter
	md    *markdown.Renderer
	build string
	quick *quick
}

// New parses a theme's templates. code highlights definitions and entries;
// build is callboard's version, of which every page is a product.
func New(base, overlay fs.FS, code *highlight.Highlighter, build string) (*Renderer, error) {
	r := &Renderer{code: code, md: markdown.New(code), build: build}
	funcs := template.FuncMap{
		"diagram": drawing, "code": r.codeBlock, "md": r.prose, "dec": dec, "tint": tint, "depth": depth, "args": args, "href": href, "docnav": docNav, "clean": clean,
	}
	t, err := theme.New(base, overlay, funcs)
	if err != nil {
		return nil, err
	}
	r.theme, r.quick = t, newQuick(t.Templates(), funcs)
	return r, nil
}

// Theme is the theme the renderer was made of.
func (r *Renderer) Theme() *theme.Theme { return r.theme }

// Key is the digest of all that a page depends on, apart from the body of a
// page of documentation.
func (r *Renderer) Key(v site.View) digest.Sum {
	return digest.New(Version).String(r.build).Add(r.theme.Sum()).String(v.Template()).JSON(v).Sum()
}

// page is what a template gets.
type page struct {
	V    site.View
	Body template.HTML
}

// Page writes a page. body is that of a page of documentation, zero for others.
func (r *Renderer) Page(w io.Writer, v site.View, body sanitize.HTML) error {
	if err := r.quick.page(w, page{v, template.HTML(body.String())}); err != nil {
		return fmt.Errorf("template %s: %w", v.Template(), err)
	}
	return nil
}

func drawing(d site.Diagram, icons string) template.HTML {
	return template.HTML(graph.Draw(d.Graph, icons))
}

// codeBlock highlights code, with numbered lines that can be linked to.
func (r *Renderer) codeBlock(c site.Code) template.HTML {
	spans, _ := r.code.Code(c.Lang, c.Text)
	if !c.Numbers {
		return template.HTML(spans)
	}
	return template.HTML(highlight.Lines{First: 1, Anchor: "L"}.Append(nil, []byte(spans)))
}

// prose renders the Markdown of a description: no HTML of its own, and links to
// absolute addresses only.
func (r *Renderer) prose(text string) template.HTML {
	if text == "" {
		return ""
	}
	d := r.md.Render([]byte(text), markdown.Options{NoRawHTML: true})
	return template.HTML(d.Resolve(func(_ int, l markdown.Link) string {
		href, ok := urlpath.SafeLink(l.Dest)
		if !ok {
			return ""
		}
		return href
	}).String())
}

// clean is HTML of an author's, such as a copyright notice, less what is not
// allowed.
func clean(text string) template.HTML {
	return template.HTML(sanitize.Clean(text, sanitize.Policy{
		Address:     func(_, _, to string) (string, bool) { return urlpath.SafeLink(to) },
		RemoteImage: urlpath.SafeLink,
	}).String())
}

// href is an address of an author's as it may stand in an href. html/template
// itself knows three schemes; people also put tel: and slack: on their pages.
func href(raw string) template.URL {
	if safe, ok := urlpath.SafeLink(raw); ok {
		return template.URL(safe)
	}
	if strings.HasPrefix(raw, "/") && !strings.HasPrefix(raw, "//") || strings.HasPrefix(raw, "#") { // of the portal's own
		return template.URL(raw)
	}
	return ""
}

// dec writes a number with separators: 12,345.
func dec(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// tint is the class of a pill.
func tint(tone string) string {
	switch tone {
	case "ok", "info", "warn", "bad":
		return "pill " + tone
	}
	return "pill"
}

// depth is the class of a heading in a table of contents.
func depth(level int) string { return "d" + strconv.Itoa(level) }

// args puts several values into one for a template that is called.
func args(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("args: %d values make no pairs", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		k, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("args: %v is no name", pairs[i])
		}
		m[k] = pairs[i+1]
	}
	return m, nil
}
