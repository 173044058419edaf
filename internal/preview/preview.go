// Package preview takes the pages that a change touches out of a portal that was
// built with it, so that they can be looked at as files: in the archive of a job,
// without a server. Links between them are relative, links to all other pages lead
// to the portal that is published, and nothing on them needs a script.
//
// It reads what package build wrote, which is clean, and makes HTML of a tree: what
// stands in an attribute or a text stays in it.
package preview

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Page is a page that a change touches.
type Page struct {
	// Path is where it is in the portal, such as catalog/default/api/x/index.html.
	Path string `json:"path"`
	// What is new, changed or removed.
	What string `json:"what"`
	// Title is that of the page; "" of one that is removed.
	Title string `json:"title,omitempty"`
}

// What can happen to a page.
const (
	New     = "new"
	Changed = "changed"
	Removed = "removed"
)

// Touched compares the pages of two builds of the same portal, without and with the
// change. before may be nil: then every page is new.
func Touched(before, after map[string]string) []Page {
	var out []Page
	for p, sum := range after {
		switch old, was := before[p]; {
		case !strings.HasSuffix(p, ".html"):
		case !was:
			out = append(out, Page{Path: p, What: New})
		case old != sum:
			out = append(out, Page{Path: p, What: Changed})
		}
	}
	for p := range before {
		if _, is := after[p]; !is && strings.HasSuffix(p, ".html") {
			out = append(out, Page{Path: p, What: Removed})
		}
	}
	slices.SortFunc(out, func(a, b Page) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// Options say what is to be shown.
type Options struct {
	// From is a portal whose base is the root.
	From fs.FS
	// Pages are shown, Elsewhere is named: pages of others that change with it.
	Pages, Elsewhere []Page
	// Title is the portal's, Portal its public address with a slash at its end, ""
	// if it is not known: then links to other pages lead nowhere.
	Title, Portal string
	// Change tells what the change is, in plain text.
	Change string
	// Out is written to; it must be empty, or hold an earlier preview.
	Out *os.Root
}

// listFile lists what a preview shows. Whoever has one may have the directory
// cleared.
const listFile = "preview.json"

// list is the content of listFile. Fields are added, never changed.
type list struct {
	Pages     []Page `json:"pages"`
	Elsewhere []Page `json:"elsewhere"`
}

// Write writes the preview and returns its pages with their titles.
func Write(ctx context.Context, o Options) ([]Page, error) {
	if err := clear(o.Out); err != nil {
		return nil, err
	}
	w := &writer{o: o, shown: map[string]bool{}, copied: map[string]bool{}}
	for _, p := range o.Pages {
		w.shown[p.Path] = p.What != Removed
	}
	if err := w.assets(); err != nil {
		return nil, err
	}
	pages := slices.Clone(o.Pages)
	for i, p := range pages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if p.What == Removed {
			continue
		}
		title, err := w.page(p.Path)
		if err != nil {
			return nil, err
		}
		pages[i].Title = title
	}
	b, err := json.MarshalIndent(list{append([]Page{}, pages...), append([]Page{}, o.Elsewhere...)}, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := w.write(listFile, append(b, '\n')); err != nil {
		return nil, err
	}
	return pages, w.index(pages)
}

// clear empties a directory that holds a preview, and no other.
func clear(out *os.Root) error {
	entries, err := fs.ReadDir(out.FS(), ".")
	if err != nil || len(entries) == 0 {
		return err
	}
	if _, err := out.Lstat(listFile); err != nil {
		return errors.New("the directory is not empty, and holds no earlier preview")
	}
	for _, e := range entries {
		if err := out.RemoveAll(e.Name()); err != nil {
			return err
		}
	}
	return nil
}

type writer struct {
	o      Options
	shown  map[string]bool // pages
	copied map[string]bool // other files
	style  string          // the style sheet of every page
	icons  icons
}

// assets copies what pages look like. Scripts are left out with the tags that load
// them.
func (w *writer) assets() error {
	entries, err := fs.ReadDir(w.o.From, "assets")
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join("assets", e.Name())
		switch {
		case e.IsDir() || strings.HasSuffix(name, ".js"):
			continue
		case strings.HasPrefix(e.Name(), "callboard.") && strings.HasSuffix(name, ".css"):
			w.style = name
		case strings.HasPrefix(e.Name(), "icons.") && strings.HasSuffix(name, ".svg"):
			if w.icons, err = readIcons(w.o.From, name); err != nil {
				return err
			}
		}
		if err := w.copy(name); err != nil {
			return err
		}
	}
	return nil
}

// copy copies a file once.
func (w *writer) copy(name string) error {
	if w.copied[name] {
		return nil
	}
	w.copied[name] = true
	b, err := fs.ReadFile(w.o.From, name)
	if err != nil {
		return err
	}
	return w.write(name, b)
}

func (w *writer) write(name string, b []byte) error {
	if dir := path.Dir(name); dir != "." {
		if err := w.o.Out.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return w.o.Out.WriteFile(name, b, 0o644)
}

// page writes a page and returns its title.
func (w *writer) page(name string) (string, error) {
	b, err := fs.ReadFile(w.o.From, name)
	if err != nil {
		return "", err
	}
	doc, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	l := &linker{w: w, page: name}
	if err := l.rewrite(doc); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	if body := first(doc, "body"); body != nil {
		body.InsertBefore(w.notice(l), body.FirstChild)
		if sprite := w.icons.used(l.icons); sprite != nil {
			body.InsertBefore(sprite, body.FirstChild)
		}
	}
	title := ""
	if t := first(doc, "title"); t != nil && t.FirstChild != nil {
		title = strings.TrimSuffix(t.FirstChild.Data, " · "+w.o.Title)
	}
	return title, w.render(name, doc)
}

func (w *writer) render(name string, doc *html.Node) error {
	var out bytes.Buffer
	if err := html.Render(&out, doc); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return w.write(name, out.Bytes())
}

// notice says on every page what it is.
func (w *writer) notice(l *linker) *html.Node {
	words := []any{link(l.relative("index.html"), "Preview"), " of a change. "}
	if w.o.Portal == "" {
		words = append(words, "Links to pages that it does not touch are left out.")
	} else {
		words = append(words, "Links to pages that it does not touch lead to the published portal.")
	}
	return node("div", []string{"class", "bar"}, node("span", []string{"class", "hint"}, words...))
}

// index is the page that one begins at.
func (w *writer) index(pages []Page) error {
	title := "Preview · " + cmp.Or(w.o.Title, "callboard")
	head := node("head", nil,
		node("meta", []string{"charset", "utf-8"}), node("meta", []string{"name", "viewport", "content", "width=device-width, initial-scale=1"}),
		node("meta", []string{"name", "color-scheme", "content", "light dark"}), node("title", nil, title))
	if w.style != "" {
		head.AppendChild(node("link", []string{"rel", "stylesheet", "href", w.style}))
	}
	main := node("div", []string{"class", "stack"}, node("h1", nil, "Preview of a change"))
	main.AppendChild(w.listing("Pages", "No page changes.", pages, func(p Page) string {
		if p.What == Removed {
			return ""
		}
		return p.Path
	}))
	if len(w.o.Elsewhere) > 0 {
		main.AppendChild(w.listing("Pages of others that change with it", "", w.o.Elsewhere, func(p Page) string {
			if w.o.Portal == "" || p.What == New {
				return ""
			}
			return w.o.Portal + strings.TrimSuffix(p.Path, "index.html")
		}))
	}
	if w.o.Change != "" {
		main.AppendChild(node("section", []string{"class", "card"}, node("h2", nil, "The catalog"), node("pre", nil, w.o.Change)))
	}
	doc := &html.Node{Type: html.DocumentNode}
	doc.AppendChild(&html.Node{Type: html.DoctypeNode, Data: "html"})
	doc.AppendChild(node("html", []string{"lang", "en"}, head, node("body", nil, node("main", []string{"class", "wrap"}, main))))
	return w.render("index.html", doc)
}

func (w *writer) listing(title, none string, pages []Page, address func(Page) string) *html.Node {
	section := node("section", []string{"class", "card"}, node("h2", nil, title))
	if len(pages) == 0 {
		section.AppendChild(node("p", nil, none))
		return section
	}
	rows := node("ul", []string{"class", "rows"})
	for _, p := range pages {
		name := strings.TrimSuffix(strings.TrimSuffix(p.Path, "index.html"), "/")
		var what any = cmp.Or(p.Title, name)
		if to := address(p); to != "" {
			what = link(to, cmp.Or(p.Title, name))
		}
		rows.AppendChild(node("li", nil, node("span", nil, what), node("span", []string{"class", "sub"}, p.What+" · "+name)))
	}
	section.AppendChild(rows)
	return section
}
