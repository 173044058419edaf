package render

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"callboard/internal/highlight"
	"callboard/internal/sanitize"
	"callboard/internal/site"
	"callboard/themes"
)

// TestQuickIsTheSame writes pages of all sorts of texts both ways.
func TestQuickIsTheSame(t *testing.T) {
	r := renderer(t)
	texts := append([]string{"", "word", "a+b=c%41%zz%", "https://x.example/a b?c=d&e=[f]#g", "HTTPS://x", "mailto:a@b", "tel:1", "/x:y", "ü\xe4\u2028\uFFFE\x7f`\\", "bad", "warning", "info"}, payloads...)
	n := 0
	for _, text := range texts {
		for _, on := range []bool{true, false} {
			for _, depth := range []int{0, 1, 3, 5} {
				for _, v := range (filler{text, on, depth}).views() {
					samePage(t, r, v, text)
					n++
				}
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d pages", n)
	}
}

func samePage(t *testing.T, r *Renderer, v site.View, text string) {
	t.Helper()
	p := page{V: v, Body: "<p>the body</p>"}
	var want, got bytes.Buffer
	if err := r.quick.set.ExecuteTemplate(&want, v.Template(), p); err != nil {
		t.Fatal(err)
	}
	if err := r.Page(&got, v, sanitize.Clean("<p>the body</p>", sanitize.Policy{})); err != nil {
		t.Fatal(err)
	}
	if g, w, same := difference(got.String(), want.String()); !same {
		t.Errorf("%s of %q: %q, want %q", v.Template(), text, g, w)
	}
}

// TestLargePages writes pages of several megabytes, which are not the first of their
// kind, and a small one after them.
func TestLargePages(t *testing.T) {
	r := renderer(t)
	views := (filler{"word", true, 3}).views()
	doc := views[slices.IndexFunc(views, func(v site.View) bool { return v.Template() == "doc" })]
	for _, n := range []int{1, maxKept, 4 * maxKept, 1, maxKept + 1} {
		body := "<p>" + strings.Repeat("x", n) + "</p>"
		var b bytes.Buffer
		if err := r.Page(&b, doc, sanitize.Clean(body, sanitize.Policy{})); err != nil {
			t.Fatal(err)
		}
		if page := b.String(); b.Len() < len(body) || !strings.HasPrefix(page, "<!doctype html>") || !strings.HasSuffix(strings.TrimSpace(page), "</html>") {
			t.Errorf("a page with a text of %d bytes has %d", n, b.Len())
		}
	}
}

// TestThemeIsCompiled holds that the default theme has no template that stays with
// html/template, and that no page of it does.
func TestThemeIsCompiled(t *testing.T) {
	r := renderer(t)
	for _, v := range (filler{"word", true, 5}).views() {
		if err := r.Page(new(bytes.Buffer), v, sanitize.HTML{}); err != nil {
			t.Fatal(err)
		}
		k := kind{v.Template(), reflect.TypeOf(v)}
		if err := r.quick.why[k]; err != nil {
			t.Errorf("%v", err)
			continue
		}
		if m := new(machine); !m.run(r.quick.kinds[k], page{V: v}.value()) {
			t.Errorf("%s: html/template has to run it", v.Template())
		}
	}
}

// TestQuickOfOverlays has templates that use more of the language than the theme
// does: some of it is compiled, and the rest stays with html/template. The page is
// the same.
func TestQuickOfOverlays(t *testing.T) {
	v := site.Plain{Title: "a<b>", Crumbs: []site.Crumb{{Text: "one"}, {Text: "two & three", Link: &site.Link{Text: "l", URL: "javascript:x"}}, {Text: "four"}}}
	v.Chrome.Scripts = []string{"s"}
	for _, c := range []struct {
		src  string
		stay bool
	}{
		{`{{.V.Title}}`, false},
		{`{{with .V}}{{$.V.Title}} {{$x := .Title}}{{$x = "y"}}{{$x}}{{end}}`, false},
		{`{{range $i, $c := .V.Crumbs}}{{if $i}}, {{end}}{{$i}}:{{$c.Text}}{{else}}none{{end}}`, false},
		{`{{range .V.Main}}x{{else}}none <b title={{"x"}}>{{end}}`, true}, // an attribute without quotes
		{`{{range $c := .V.Crumbs}}{{with .Link}}{{.URL}}{{else}}{{$c.Text}}{{end}}{{end}}`, false},
		{`{{range .V.Crumbs}}{{with $l := .Link}}<a href="{{$l.URL}}" title='{{.Text}}'>{{end}}{{end}}`, false},
		{`{{if and .V.Title (not .V.Main)}}yes{{else if .V.Crumbs}}no{{end}}{{if $t := .V.Title}}{{$t}}{{end}}`, false},
		{`{{if or (eq .V.Title "a<b>") .V.Main}}{{or .V.Title "none"}}{{end}}{{if eq .V.Title "c"}}x{{end}}`, false},
		{`{{template "x" .V}}{{define "x"}}{{.Title}}{{$.Title}}{{end}}`, false},
		{`{{template "x"}}{{define "x"}}constant{{end}}`, false},
		{`{{template "x" (args "A" .V.Title "B" .V.Crumbs)}}{{define "x"}}{{.A}}{{range .B}}{{.Text}}{{end}}{{with .}}{{.A}}{{end}}{{end}}`, false},
		{`{{template "x" (args "N" .V.Crumbs)}}{{define "x"}}{{range .N}}{{template "y" (args "N" .)}}{{end}}{{end}}{{define "y"}}{{.N.Text}}{{end}}`, false},
		{`{{dec 1234567}} {{"1234" | html}}`, true},
		{`{{dec 1234567}}{{(index .V.Crumbs 1).Text}}`, true},
		{`{{range .V.Crumbs}}{{if eq .Text "four"}}{{break}}{{end}}{{.Text}}{{end}}`, true},
		{`{{len .V.Title}}{{printf "%q" .V.Title}}`, true},
		{`{{.V.Template}}`, true},
		{`<script>var x = {{.V.Title}}</script><style>p { color: {{.V.Title}} }</style>`, true},
		{`<b title="{{.Body}}">`, true},
		{`<a title="{{template "x" .V}}">{{template "x" .V}}</a>{{define "x"}}{{.Title}}{{end}}`, true},
		{`{{.V.Crumbs}}`, true},
		{`{{href "tel:1"}}<a href="{{href "tel:1"}}">{{tint "ok"}}{{"plain" | tint}}<a href="/{{.V.Title}}?{{.V.Title}}&x={{href .V.Title}}">`, false},
		{`{{and .V.Title "x"}}`, true},
		{`{{if 1}}{{1}}{{true}}{{end}}`, true},
		{`<textarea>{{.V.Title}}</textarea><title>{{.V.Title}}</title>`, false},
	} {
		overlay := fstest.MapFS{"templates/plain.html": {Data: []byte(c.src)}}
		r, err := New(themes.Default(), overlay, highlight.New(), "test")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			var want, got bytes.Buffer
			if err := r.Page(&got, v, sanitize.HTML{}); err != nil {
				t.Errorf("%s: %v", c.src, err)
				break
			}
			if err := r.quick.set.ExecuteTemplate(&want, "plain", page{V: v}); err != nil || got.String() != want.String() {
				t.Errorf("%s: %q, want %q (%v)", c.src, &got, &want, err)
			}
		}
		if why := r.quick.why[kind{"plain", reflect.TypeFor[site.Plain]()}]; (why != nil) != c.stay {
			t.Errorf("%s: html/template runs it: %v, want %v", c.src, why, c.stay)
		}
	}
}

// TestQuickFails has pages that a template fails on after others went well:
// html/template says why.
func TestQuickFails(t *testing.T) {
	for _, src := range []string{
		`{{range .V.Crumbs}}{{.Link.Text}}{{end}}`,
		`{{template "x" (args "L" .V.Crumbs)}}{{define "x"}}{{range .L}}{{template "y" (args "L" .Link)}}{{end}}{{end}}{{define "y"}}{{.L.URL}}{{end}}`,
		`{{range .V.Main}}{{diagram .Diagram ""}}{{end}}`,
	} {
		r, err := New(themes.Default(), fstest.MapFS{"templates/plain.html": {Data: []byte(src)}}, highlight.New(), "test")
		if err != nil {
			t.Fatal(err)
		}
		well := site.Plain{Crumbs: []site.Crumb{{Link: &site.Link{Text: "x"}}}, Main: []site.Block{{Diagram: new(site.Diagram)}}}
		if err := r.Page(new(bytes.Buffer), well, sanitize.HTML{}); err != nil {
			t.Fatal(err)
		}
		if why := r.quick.why[kind{"plain", reflect.TypeFor[site.Plain]()}]; why != nil {
			t.Error(why)
		}
		bad := site.Plain{Crumbs: []site.Crumb{{}}, Main: []site.Block{{}}}
		if err := r.Page(new(bytes.Buffer), bad, sanitize.HTML{}); err == nil || !strings.Contains(err.Error(), "nil pointer") {
			t.Errorf("%s: %v", src, err)
		}
	}
}

// TestTemplatesThatNest has a tree deeper than templates may call each other.
func TestTemplatesThatNest(t *testing.T) {
	r := renderer(t)
	for _, depth := range []int{1, maxCalls + 10} {
		terms := []site.Term{{Name: "leaf"}}
		for i := range depth {
			terms = []site.Term{{Name: fmt.Sprint(i), Terms: terms}}
		}
		samePage(t, r, site.Plain{Main: []site.Block{{Terms: terms}}}, fmt.Sprint(depth, " terms"))
	}
}

// FuzzEscaping compares our escapers with html/template's in the contexts that
// themes have.
func FuzzEscaping(f *testing.F) {
	for _, p := range payloads {
		f.Add(p)
	}
	const src = `{{.V.Title}}<a title="{{.V.Title}}" href="{{.V.Title}}">{{.V.Title}}</a><a href="/{{.V.Title}}#{{.V.Title}}"><a href="x?{{.V.Title}}={{.V.Title}}"><textarea>{{.V.Title}}</textarea><a href="{{href .V.Title}}"><a href="x?{{href .V.Title}}">{{href .V.Title}}`
	r, err := New(themes.Default(), fstest.MapFS{"templates/plain.html": {Data: []byte(src)}}, highlight.New(), "test")
	if err != nil {
		f.Fatal(err)
	}
	if err := r.Page(new(bytes.Buffer), site.Plain{}, sanitize.HTML{}); err != nil {
		f.Fatal(err)
	}
	if why := r.quick.why[kind{"plain", reflect.TypeFor[site.Plain]()}]; why != nil {
		f.Fatal(why)
	}
	f.Fuzz(func(t *testing.T, text string) {
		samePage(t, r, site.Plain{Title: text}, text)
	})
}

// BenchmarkPage is a page of each sort, by us and by html/template.
func BenchmarkPage(b *testing.B) {
	r, err := New(themes.Default(), nil, highlight.New(), "test")
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range (filler{"some words", true, 3}).views() {
		for _, way := range []struct {
			name string
			run  func() error
		}{
			{"quick", func() error { return r.Page(new(bytes.Buffer), v, sanitize.HTML{}) }},
			{"std", func() error { return r.quick.set.ExecuteTemplate(new(bytes.Buffer), v.Template(), page{V: v}) }},
		} {
			b.Run(v.Template()+"/"+way.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := way.run(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
