package theme

import (
	"errors"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// files makes a file system of pairs of names and texts.
func files(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

var base = files(
	"templates/page.html", "<main>\n  {{template \"parts/name\" .}}\n\t{{shout .}}\n</main>",
	"templates/parts/name.html", "<b>{{.}}</b>",
	"templates/notes.txt", "{{broken",
	"css/base.css", "base", "css/more.css", "more",
)

var funcs = template.FuncMap{"shout": strings.ToUpper}

func page(t *testing.T, th *Theme, data any) string {
	t.Helper()
	var b strings.Builder
	if err := th.Templates().ExecuteTemplate(&b, "page", data); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTemplates(t *testing.T) {
	th, err := New(base, nil, funcs)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := page(t, th, "a<b"), "<main>\n<b>a&lt;b</b>\nA&lt;B\n</main>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOverlayWinsFileByFile(t *testing.T) {
	over := files("templates/parts/name.html", "<i>{{.}}</i>", "templates/parts/own.html", `{{define "own"}}own{{end}}`, "css/base.css", "mine", "css/custom.css", "custom", "css/more.css/oddly.txt", "a directory where the base has a file")
	plain, err := New(base, nil, funcs)
	if err != nil {
		t.Fatal(err)
	}
	th, err := New(base, over, funcs)
	if err != nil {
		t.Fatal(err)
	}
	if got := page(t, th, "x"); !strings.Contains(got, "<i>x</i>") || !strings.Contains(got, "X") {
		t.Errorf("page: %q", got)
	}
	if th.Templates().Lookup("own") == nil {
		t.Error("a template that only the overlay has is not there")
	}
	for name, want := range map[string]string{"css/base.css": "mine", "css/more.css": "more", "css/custom.css": "custom"} {
		if got, err := fs.ReadFile(th.FS(), name); err != nil || string(got) != want {
			t.Errorf("%s is %q, want %q: %v", name, got, want, err)
		}
	}
	var names []string
	for _, e := range list(t, th.FS(), "css") {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, []string{"base.css", "custom.css", "more.css"}) {
		t.Errorf("css has %q", names)
	}
	if _, err := fs.ReadFile(th.FS(), "css/gone.css"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that neither has: %v", err)
	}
	if plain.Sum() == th.Sum() {
		t.Error("other templates have the same digest")
	}
}

func list(t *testing.T, fsys fs.FS, dir string) []fs.DirEntry {
	t.Helper()
	des, err := fs.ReadDir(fsys, dir)
	if err != nil {
		t.Fatal(err)
	}
	return des
}

// TestSum holds that the digest is that of the templates: styles and scripts
// change pages by their names.
func TestSum(t *testing.T) {
	sum := func(over fs.FS) string {
		th, err := New(base, over, funcs)
		if err != nil {
			t.Fatal(err)
		}
		return th.Sum().String()
	}
	plain := sum(nil)
	for _, c := range []struct {
		name, text string
		same       bool
	}{
		{"css/base.css", "other", true}, {"templates/notes.txt", "other", true},
		{"templates/page.html", "other", false}, {"templates/parts/new.html", "new", false},
	} {
		if got := sum(files(c.name, c.text)); (got == plain) != c.same {
			t.Errorf("with another %s, the digest is the same: %v", c.name, got == plain)
		}
	}
}

// TestMistakesAreTold holds that who wrote a template learns which file and
// line is wrong, when it is read and when it is run.
func TestMistakesAreTold(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"page.html", "<p>\n  {{if .}}\n  <b>\n", "templates/page.html: template: page:4: unexpected EOF"},
		{"page.html", "<p>\n  {{nosuch .}}", `templates/page.html: template: page:2: function "nosuch" not defined`},
		{"parts/name.html", "\n\n{{.}", "templates/parts/name.html: template: parts/name:3: "},
	} {
		if _, err := New(base, files("templates/"+c.name, c.text), funcs); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"<p>\n  {{.Nothing}}", "page:2:"},
		{"<p>\n\n  {{template \"nosuch\" .}}", `page:3:11: no such template "nosuch"`},
		{"<p>\n<a href=\"{{if .}}x\">{{end}}", "page:2:"},
	} {
		th, err := New(base, files("templates/page.html", c.text), funcs)
		if err != nil {
			t.Fatal(err)
		}
		err = th.Templates().ExecuteTemplate(new(strings.Builder), "page", struct{ A int }{1})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestMissingKeyIsAMistake(t *testing.T) {
	th, err := New(base, files("templates/page.html", "{{.typo}}"), funcs)
	if err != nil {
		t.Fatal(err)
	}
	if err := th.Templates().ExecuteTemplate(new(strings.Builder), "page", map[string]any{"type": 1}); err == nil {
		t.Error("a key that is not there is shown as nothing")
	}
}

func TestNoTemplates(t *testing.T) {
	if _, err := New(files("css/base.css", ""), nil, funcs); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a theme without templates: %v", err)
	}
}
