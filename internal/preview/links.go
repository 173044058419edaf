package preview

import (
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// linker makes the links of one page lead where they can be followed from a file.
type linker struct {
	w     *writer
	page  string
	icons []string // that it uses
}

// dropped are elements that a page without a script and a server has no use for.
var dropped = []string{"script", "form", "noscript", "iframe", "object", "embed", "base"}

// rewrite changes a tree in place.
func (l *linker) rewrite(n *html.Node) error {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode && (slices.Contains(dropped, c.Data) || c.Data == "link" && !shows(c) || has(c, "data-js")) {
			n.RemoveChild(c)
		} else if err := l.rewrite(c); err != nil {
			return err
		}
		c = next
	}
	if n.Type != html.ElementNode {
		return nil
	}
	var attrs []html.Attribute
	for _, a := range n.Attr {
		keep, err := l.attribute(n, &a)
		if err != nil {
			return err
		}
		if keep {
			attrs = append(attrs, a)
		}
	}
	n.Attr = attrs
	return nil
}

// shows tells whether a link element is of use: a style sheet or an icon.
func shows(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "rel" {
			return a.Val == "stylesheet" || strings.HasSuffix(a.Val, "icon")
		}
	}
	return false
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// attribute changes an attribute that is an address, and tells whether to keep it.
func (l *linker) attribute(n *html.Node, a *html.Attribute) (bool, error) {
	switch a.Key {
	case "href", "src", "poster":
	case "srcset", "integrity", "crossorigin":
		return false, nil
	default:
		return true, nil
	}
	if n.Data == "use" {
		if _, id, ok := strings.Cut(a.Val, "#"); ok && !strings.HasPrefix(a.Val, "#") && l.w.icons[id] != nil {
			l.icons = append(l.icons, id)
			a.Val = "#" + iconPrefix + id
			return true, nil
		}
	}
	to, err := l.target(a.Val)
	a.Val = to
	return to != "", err
}

// target is where an address of the portal leads from the page's file: "" for
// nowhere.
func (l *linker) target(val string) (string, error) {
	u, err := url.Parse(val)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" {
		return val, nil
	}
	name := strings.TrimPrefix(u.Path, "/")
	if name == u.Path {
		name = path.Join(path.Dir(l.page), u.Path)
		if strings.HasSuffix(u.Path, "/") {
			name += "/"
		}
	}
	file := name
	if file == "" || strings.HasSuffix(file, "/") {
		file += "index.html"
	}
	if l.w.shown[file] {
		return (&url.URL{Path: l.relative(file), Fragment: u.Fragment, RawFragment: u.RawFragment}).String(), nil
	}
	if st, err := fs.Stat(l.w.o.From, file); fs.ValidPath(file) && err == nil && st.Mode().IsRegular() && !strings.HasSuffix(file, ".html") && !strings.HasSuffix(file, ".js") {
		if err := l.w.copy(file); err != nil {
			return "", err
		}
		return (&url.URL{Path: l.relative(file), Fragment: u.Fragment, RawFragment: u.RawFragment}).String(), nil
	}
	if l.w.o.Portal == "" || strings.HasPrefix(name, "..") {
		return "", nil
	}
	return l.w.o.Portal + (&url.URL{Path: name, RawQuery: u.RawQuery, Fragment: u.Fragment, RawFragment: u.RawFragment}).String(), nil
}

// relative is the way from the page to a file of the preview.
func (l *linker) relative(file string) string {
	return strings.Repeat("../", strings.Count(l.page, "/")) + file
}

// icons are the symbols of the theme by their names. Browsers take no part of one
// file for another, so each page has those that it uses.
type icons map[string]*html.Node

// iconPrefix keeps the names of icons apart from those of headings.
const iconPrefix = "preview-icon-"

func readIcons(from fs.FS, name string) (icons, error) {
	f, err := from.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc, err := html.Parse(f)
	if err != nil {
		return nil, err
	}
	out := icons{}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if n.Data == "symbol" && a.Key == "id" {
				out[a.Val] = n
			}
		}
	}
	return out, nil
}

// used are the icons of a page as a drawing that is not shown, nil for none.
func (i icons) used(names []string) *html.Node {
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return nil
	}
	all := &html.Node{Type: html.ElementNode, Data: "svg", Namespace: "svg", Attr: []html.Attribute{{Key: "width", Val: "0"}, {Key: "height", Val: "0"}, {Key: "class", Val: "vh"}, {Key: "aria-hidden", Val: "true"}}}
	for _, name := range names {
		n := clone(i[name])
		for j := range n.Attr {
			if n.Attr[j].Key == "id" {
				n.Attr[j].Val = iconPrefix + name
			}
		}
		all.AppendChild(n)
	}
	return all
}

func clone(n *html.Node) *html.Node {
	out := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: slices.Clone(n.Attr)}
	for c := range n.ChildNodes() {
		out.AppendChild(clone(c))
	}
	return out
}

// first is the first element of a name.
func first(n *html.Node, name string) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name && d.Namespace == "" {
			return d
		}
	}
	return nil
}

// node makes an element of attributes in pairs and of what is in it: elements, and
// text.
func node(name string, attrs []string, in ...any) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: name}
	for i := 0; i+1 < len(attrs); i += 2 {
		n.Attr = append(n.Attr, html.Attribute{Key: attrs[i], Val: attrs[i+1]})
	}
	for _, x := range in {
		switch x := x.(type) {
		case *html.Node:
			n.AppendChild(x)
		case string:
			n.AppendChild(&html.Node{Type: html.TextNode, Data: x})
		}
	}
	return n
}

func link(to, text string) *html.Node { return node("a", []string{"href", to}, text) }
