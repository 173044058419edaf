// Package sitetest walks a portal's output and tells what no page of it may
// have: script or style that the policy forbids, links that lead nowhere, ids
// given twice, headings that skip a level, controls without a name.
package sitetest

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Check walks all pages of a portal that is served at base, which begins and
// ends with a slash, and returns what is wrong, in the order of the files.
func Check(root fs.FS, base string) ([]string, error) {
	w := &walk{root: root, base: base, ids: map[string]map[string]bool{}}
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".html" {
			return err
		}
		return w.page(p)
	})
	if err != nil {
		return nil, err
	}
	w.links()
	return w.problems, nil
}

type walk struct {
	root     fs.FS
	base     string
	ids      map[string]map[string]bool // by file
	targets  []target
	problems []string
}

// target is a link from a file.
type target struct{ from, to string }

type page struct {
	*walk
	file  string
	h1    int
	level int
	uses  []string // ids that attributes name
}

func (w *walk) page(file string) error {
	f, err := w.root.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	doc, err := html.Parse(f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	p := &page{walk: w, file: file}
	w.ids[file] = map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			p.element(n)
		}
	}
	if p.h1 != 1 {
		p.wrong("has %d headings of level 1", p.h1)
	}
	for _, id := range p.uses {
		if !w.ids[file][id] {
			p.wrong("an attribute names the id %q, which is not there", id)
		}
	}
	return nil
}

func (p *page) wrong(format string, args ...any) {
	p.problems = append(p.problems, p.file+": "+fmt.Sprintf(format, args...))
}

func attr(n *html.Node, key string) (string, bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

func (p *page) element(n *html.Node) {
	for _, a := range n.Attr {
		p.attribute(n, a)
	}
	switch n.Data {
	case "style", "iframe", "object", "embed", "base", "applet":
		p.wrong("has a <%s>", n.Data)
	case "script":
		if src, ok := attr(n, "src"); !ok || n.FirstChild != nil || !strings.HasPrefix(src, p.base) {
			p.wrong("has a script that is not a file of the portal")
		}
	case "h1", "h2", "h3", "h4", "h5", "h6":
		p.heading(int(n.Data[1]-'0'), inProse(n))
	case "img":
		if _, ok := attr(n, "alt"); !ok {
			p.wrong("has an image without alt")
		}
	case "html":
		if lang, _ := attr(n, "lang"); lang == "" {
			p.wrong("has no lang")
		}
	case "nav", "a", "button", "summary", "input":
		if !named(n) && !inProse(n) {
			p.wrong("<%s> %v has no name", n.Data, n.Attr)
		}
	}
}

// inProse tells whether an author wrote it: levels are theirs to choose there.
func inProse(n *html.Node) bool {
	for up := range n.Ancestors() {
		if class, _ := attr(up, "class"); slices.Contains(strings.Fields(class), "prose") {
			return true
		}
	}
	return false
}

func (p *page) heading(level int, prose bool) {
	if level == 1 {
		p.h1++
	}
	if level > p.level+1 && !prose {
		p.wrong("a heading of level %d follows one of level %d", level, p.level)
	}
	p.level = level
}

// named tells whether something has text of its own, or a label.
func named(n *html.Node) bool {
	for _, key := range []string{"aria-label", "aria-labelledby", "title"} {
		if v, _ := attr(n, key); v != "" {
			return true
		}
	}
	if typ, _ := attr(n, "type"); n.Data == "input" && typ == "hidden" {
		return true
	}
	if n.Data == "nav" || n.Data == "input" {
		return false
	}
	for d := range n.Descendants() {
		if d.Type == html.TextNode && strings.TrimSpace(d.Data) != "" {
			return true
		}
		if alt, _ := attr(d, "alt"); d.Data == "img" && alt != "" {
			return true
		}
	}
	return false
}

func (p *page) attribute(n *html.Node, a html.Attribute) {
	switch {
	case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", a.Key == "target":
		p.wrong("has the attribute %s on <%s>", a.Key, n.Data)
	case a.Key == "id":
		if p.ids[p.file][a.Val] {
			p.wrong("has the id %q twice", a.Val)
		}
		p.ids[p.file][a.Val] = true
	case a.Key == "aria-labelledby", a.Key == "aria-describedby", a.Key == "for":
		p.uses = append(p.uses, strings.Fields(a.Val)...)
	case a.Key == "src", a.Key == "srcset", n.Data == "use" && a.Key == "href", n.Data == "link" && a.Key == "href":
		p.loaded(n, a.Val)
	case a.Key == "href", a.Key == "action":
		p.link(a.Val)
	}
}

// loaded checks an address that the browser fetches by itself.
func (p *page) loaded(n *html.Node, to string) {
	rel, _ := attr(n, "rel")
	switch {
	case rel == "canonical":
	case strings.HasPrefix(to, "data:image/") && n.Data == "img":
	case !strings.HasPrefix(to, p.base) || strings.HasPrefix(to, "//"):
		p.wrong("<%s> loads %q", n.Data, to)
	default:
		p.targets = append(p.targets, target{p.file, to})
	}
}

var schemes = []string{"https:", "http:", "mailto:", "tel:", "slack:", "ssh:", "git:", "sftp:", "ftp:"}

func (p *page) link(to string) {
	switch {
	case strings.HasPrefix(to, "#"), strings.HasPrefix(to, p.base) && !strings.HasPrefix(to, "//"):
		p.targets = append(p.targets, target{p.file, to})
	case slices.ContainsFunc(schemes, func(s string) bool { return strings.HasPrefix(to, s) }):
	default:
		p.wrong("links to %q", to)
	}
}

// links checks that what is linked to is there.
func (w *walk) links() {
	for _, t := range w.targets {
		if why := w.resolve(t); why != "" {
			w.problems = append(w.problems, fmt.Sprintf("%s: the link %s %s", t.from, t.to, why))
		}
	}
}

func (w *walk) resolve(t target) string {
	u, err := url.Parse(t.to)
	if err != nil {
		return "is no address"
	}
	file := t.from
	if u.Path != "" {
		file = strings.TrimPrefix(u.Path, w.base)
		if file == "" || strings.HasSuffix(file, "/") {
			file += "index.html"
		}
	}
	if _, err := fs.Stat(w.root, file); err != nil {
		return "leads nowhere"
	}
	ids, isPage := w.ids[file]
	if frag := u.Fragment; frag != "" && isPage && !ids[frag] && frag != "top" {
		return "names an id that its page does not have"
	}
	return ""
}
