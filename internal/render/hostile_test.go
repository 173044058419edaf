package render

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"callboard/internal/docs"
	"callboard/internal/graph"
	"callboard/internal/highlight"
	"callboard/internal/sanitize"
	"callboard/internal/site"
	"callboard/themes"
)

// payloads are texts that become something else where they are not escaped.
var payloads = []string{
	`<script>alert(1)</script>`,
	`</title></style></textarea></script><img src=x onerror=alert(1)>`,
	`" onmouseover="alert(1)`,
	`' onmouseover='alert(1)`,
	"` onmouseover=alert(1) ",
	`javascript:alert(1)`,
	` JaVaScRiPt&#58;alert(1)`,
	`data:text/html,<script>alert(1)</script>`,
	`--><svg onload=alert(1)>`,
	`{{.}}{{template "bottom"}}`,
	`x; url=javascript:alert(1)`,
	`<a href="javascript:alert(1)">x</a>`,
	`[x](javascript:alert(1)) ![x](https://tracker.example/p.png) <b onclick=alert(1)>y</b>`,
	"\x00\xff\u202e<i>",
}

func renderer(t *testing.T) *Renderer {
	t.Helper()
	r, err := New(themes.Default(), nil, highlight.New(), "test")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// filler fills every field of a value: texts with text, conditions with on,
// lists with one item, and what nests with itself down to depth.
type filler struct {
	text  string
	on    bool
	depth int
}

func (f filler) fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.text)
	case reflect.Bool:
		v.SetBool(f.on)
	case reflect.Int, reflect.Int64:
		v.SetInt(1234)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Pointer:
		if depth < f.depth {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[[]site.Block]() {
			v.Set(reflect.ValueOf(f.blocks()))
		} else if depth < f.depth {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			f.fill(v.Index(0), depth+1)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[graph.Diagram]() {
			v.Set(reflect.ValueOf(f.drawing()))
			return
		}
		if v.Type() == reflect.TypeFor[site.DocNav]() {
			v.Set(reflect.ValueOf(f.nav()))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.fill(v.Field(i), depth)
			}
		}
	default:
		panic("a view has a field of the type " + v.Type().String())
	}
}

// blocks are one block of each sort: a block is drawn as the first thing it has.
func (f filler) blocks() []site.Block {
	var out []site.Block
	for _, field := range reflect.VisibleFields(reflect.TypeFor[site.Block]()) {
		b := site.Block{Title: f.text, ID: f.text, Intro: f.text, Count: 1, More: &site.Link{Text: f.text, URL: f.text}}
		f.fill(reflect.ValueOf(&b).Elem().FieldByIndex(field.Index), 1)
		out = append(out, b)
	}
	return out
}

func (f filler) drawing() graph.Diagram {
	d := graph.Diagram{ID: "d", Title: f.text, Desc: f.text, Nodes: make([]graph.Node, 2)}
	for i := range d.Nodes {
		v := reflect.ValueOf(&d.Nodes[i]).Elem()
		for j := range v.NumField() {
			if v.Field(j).Kind() == reflect.String {
				v.Field(j).SetString(f.text)
			}
		}
	}
	return d
}

// nav is a navigation with an entry of each sort.
func (f filler) nav() site.DocNav {
	set := &docs.Set{Pages: []docs.Page{{Path: "", Title: f.text}, {Path: f.text, Title: f.text}}}
	set.Nav = []docs.NavItem{
		{Title: f.text, Page: 0}, {Title: f.text, Page: -1, URL: f.text}, {Title: f.text, Page: -1},
		{Title: f.text, Page: 1, Children: []docs.NavItem{{Title: f.text, Page: -1, Children: []docs.NavItem{{Title: f.text, Page: 1}}}}},
	}
	n := site.DocNavOf(set, "./", 1)
	n.Whole, n.Expanded = f.on, f.on
	return n
}

// views are all views, filled.
func (f filler) views() []site.View {
	var out []site.View
	for _, v := range []site.View{site.Entity{}, site.Plain{}, site.Home{}, site.Catalog{}, site.Doc{}, site.Search{}, site.NotFound{}, site.Redirect{}} {
		p := reflect.New(reflect.TypeOf(v))
		f.fill(p.Elem(), 0)
		out = append(out, p.Elem().Interface().(site.View))
	}
	return out
}

func parsed(t *testing.T, r *Renderer, v site.View) *html.Node {
	t.Helper()
	var b bytes.Buffer
	if err := r.Page(&b, v, sanitize.Text("the body")); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// schemes are those that links of a page may have.
var schemes = []string{"http", "https", "mailto", "tel"}

var addresses = []string{"href", "src", "action", "formaction", "poster", "data", "cite", "srcset", "xlink:href"}

// dangerous tells what an element could do that no text may make it do.
func dangerous(n *html.Node) string {
	if slices.Contains([]string{"style", "iframe", "object", "embed", "base", "template", "math", "noscript", "textarea"}, n.Data) {
		return "an element " + n.Data
	}
	if n.Data == "script" && n.FirstChild != nil {
		return "a script with a text"
	}
	for _, a := range n.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", a.Key == "target":
			return "an attribute " + a.Key
		case slices.Contains(addresses, a.Key):
			before, _, has := strings.Cut(strings.ToLower(strings.TrimSpace(a.Val)), ":")
			if has && !strings.ContainsAny(before, "/?#") && !slices.Contains(schemes, before) {
				return "an address " + a.Val
			}
		case a.Key == "content" && refreshes(n) && strings.Contains(strings.ToLower(a.Val), "javascript:"):
			return "a refresh to " + a.Val
		}
	}
	return ""
}

func refreshes(n *html.Node) bool {
	return n.Data == "meta" && slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "http-equiv" && strings.EqualFold(a.Val, "refresh") })
}

func TestHostileTextStaysText(t *testing.T) {
	r := renderer(t)
	for _, text := range payloads {
		for _, on := range []bool{false, true} {
			for _, v := range (filler{text, on, 5}).views() {
				for n := range parsed(t, r, v).Descendants() {
					if n.Type != html.ElementNode {
						continue
					}
					if what := dangerous(n); what != "" {
						t.Errorf("%s of %q has %s", v.Template(), text, what)
					}
				}
			}
		}
	}
}

// outline is the elements of a page with the names of their attributes. What
// is made of text by Markdown, by the highlighter or by package graph has an
// outline of its own, and is left out.
func outline(n *html.Node, depth int, to *strings.Builder) {
	for c := range n.ChildNodes() {
		if c.Type != html.ElementNode || c.Data == "code" || c.Data == "svg" && len(c.Attr) > 2 {
			continue
		}
		to.WriteString(strings.Repeat(" ", depth) + c.Data)
		markdown := false
		for _, a := range c.Attr {
			to.WriteString(" " + a.Key)
			markdown = markdown || a.Key == "class" && (a.Val == "lead" || a.Val == "hint" || a.Val == "prose") && c.Data == "div"
		}
		to.WriteByte('\n')
		if !markdown {
			outline(c, depth+1, to)
		}
	}
}

// TestTextDoesNotChangeThePage compares the pages of hostile texts with those
// of a plain word: the same elements with the same attributes.
func TestTextDoesNotChangeThePage(t *testing.T) {
	r := renderer(t)
	for _, on := range []bool{false, true} {
		plain := filler{"word", on, 5}.views()
		for _, text := range payloads {
			for i, v := range (filler{text, on, 5}).views() {
				var got, want strings.Builder
				outline(parsed(t, r, v), 0, &got)
				outline(parsed(t, r, plain[i]), 0, &want)
				if g, w, same := difference(got.String(), want.String()); !same {
					t.Errorf("%s of %q: %q, want %q", v.Template(), text, g, w)
				}
			}
		}
	}
}

// difference is the first line in which two texts differ.
func difference(got, want string) (g, w string, same bool) {
	gs, ws := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(gs), len(ws)) {
		g, w = "", ""
		if i < len(gs) {
			g = gs[i]
		}
		if i < len(ws) {
			w = ws[i]
		}
		if g != w {
			return g, w, false
		}
	}
	return "", "", true
}

// TestDangerIsSeen tries the checks above on pages that are not escaped.
func TestDangerIsSeen(t *testing.T) {
	for _, text := range []string{`<script>x</script>`, `<p onclick=x>`, `<p style=x>`, `<a href=" javascript:x">`, `<form action="data:x">`, `<iframe>`, `<meta http-equiv=refresh content="0; url=javascript:x">`} {
		doc, err := html.Parse(strings.NewReader("<body>" + text))
		if err != nil {
			t.Fatal(err)
		}
		seen := false
		for n := range doc.Descendants() {
			seen = seen || n.Type == html.ElementNode && dangerous(n) != ""
		}
		if !seen {
			t.Errorf("%s is not seen", text)
		}
	}
}
