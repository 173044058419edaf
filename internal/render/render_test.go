package render

import (
	"bytes"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"callboard/internal/highlight"
	"callboard/internal/sanitize"
	"callboard/internal/site"
	"callboard/themes"
)

// TestKey holds that the key of a page changes with everything that the page
// is made of, down to every single field of a view.
func TestKey(t *testing.T) {
	r := renderer(t)
	for i, v := range (filler{"word", false, 4}).views() {
		key := r.Key(v)
		if key != r.Key((filler{"word", false, 4}).views()[i]) {
			t.Errorf("%s: the same view has two keys", v.Template())
		}
		n := 0
		eachField(reflect.ValueOf(&v).Elem(), v.Template(), func(path string, changed site.View) {
			n++
			if r.Key(changed) == key {
				t.Errorf("%s can change without the key", path)
			}
		})
		if n < 5 {
			t.Errorf("%s: only %d fields were tried", v.Template(), n)
		}
	}
}

// eachField calls f with a view for every field of its struct and of the
// structs directly in it, with that field set to nothing.
func eachField(view reflect.Value, path string, f func(path string, changed site.View)) {
	typ := view.Elem().Type()
	for _, field := range reflect.VisibleFields(typ) {
		if view.Elem().FieldByIndex(field.Index).IsZero() {
			continue
		}
		c := reflect.New(typ).Elem()
		c.Set(view.Elem())
		c.FieldByIndex(field.Index).SetZero()
		f(path+"."+field.Name, c.Interface().(site.View))
		if field.Type.Kind() != reflect.Struct {
			continue
		}
		for _, inner := range reflect.VisibleFields(field.Type) {
			c.Set(view.Elem())
			if at := c.FieldByIndex(field.Index).FieldByIndex(inner.Index); !at.IsZero() {
				at.SetZero()
				f(path+"."+field.Name+"."+inner.Name, c.Interface().(site.View))
			}
		}
	}
}

func TestKeyOfOtherMakers(t *testing.T) {
	v := site.Plain{Title: "x"}
	key := renderer(t).Key(v)
	for _, c := range []struct {
		what    string
		overlay fstest.MapFS
		build   string
		same    bool
	}{
		{"the same again", nil, "test", true},
		{"another version of callboard", nil, "test2", false},
		{"another template", fstest.MapFS{"templates/parts/mine.html": {Data: []byte("mine")}}, "test", false},
		{"another style, which has another name", fstest.MapFS{"css/custom.css": {Data: []byte("a{}")}}, "test", true},
	} {
		r, err := New(themes.Default(), overlayOf(c.overlay), highlight.New(), c.build)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Key(v) == key; got != c.same {
			t.Errorf("%s: the key is the same: %v", c.what, got)
		}
	}
	if renderer(t).Key(site.Search{}) == renderer(t).Key(site.NotFound{}) {
		t.Error("two templates of equal data have one key")
	}
}

// overlayOf keeps a nil map from becoming an overlay.
func overlayOf(m fstest.MapFS) fs.FS {
	if m == nil {
		return nil
	}
	return m
}

func TestProse(t *testing.T) {
	r := renderer(t)
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"Plain & simple.", "<p>Plain &amp; simple.</p>"},
		{"**Bold**, `code`", "<p><strong>Bold</strong>, <code>code</code></p>"},
		{"[a](https://x.example/)", `href="https://x.example/"`},
		{"[a](mailto:a@x.example)", `href="mailto:a@x.example"`},
	} {
		if got := string(r.prose(c.text)); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	for _, text := range []string{"<b>x</b>", "<script>x</script>", "a <i>b</i>", "<!-- c -->", "[a](javascript:x)", "[a](JAVASCRIPT:x)", "[a](data:text/html,x)", "[a](vbscript:x)", "[a](relative.md)", "[a](//x.example)", "<img src=x onerror=y>", "![a](https://x.example/a.png)"} {
		got := strings.ToLower(string(r.prose(text)))
		for _, bad := range []string{"<b>", "<i>", "<script", "<!--", "<img", "src=", "href=\"javascript", "href=\"data", "href=\"vbscript", "relative.md", "\"//"} {
			if strings.Contains(got, bad) {
				t.Errorf("%q comes to %q", text, got)
			}
		}
	}
}

func TestCode(t *testing.T) {
	r := renderer(t)
	got := string(r.codeBlock(site.Code{Lang: "yaml", Text: "a: <b>\nc: d\n", Numbers: true}))
	for _, want := range []string{`id="L1"`, `id="L2"`, "&lt;b&gt;"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in %s", want, got)
		}
	}
	if got := string(r.codeBlock(site.Code{Lang: "no such language", Text: "<b>"})); got != "&lt;b&gt;" {
		t.Errorf("an unknown language: %q", got)
	}
}

func TestSmallFunctions(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", 100000: "100,000"} {
		if got := dec(n); got != want {
			t.Errorf("dec(%d) = %q, want %q", n, got, want)
		}
	}
	for tone, want := range map[string]string{"ok": "pill ok", "": "pill", `x" onclick="y`: "pill"} {
		if got := tint(tone); got != want {
			t.Errorf("tint(%q) = %q, want %q", tone, got, want)
		}
	}
	if _, err := args("a"); err == nil {
		t.Error("half a pair is taken")
	}
	if _, err := args(1, 2); err == nil {
		t.Error("a number is taken for a name")
	}
}

func TestBodyGoesInAsItIs(t *testing.T) {
	var b bytes.Buffer
	if err := renderer(t).Page(&b, site.Doc{Title: "x"}, sanitize.Clean("<p>one</p><script>two</script>", sanitize.Policy{})); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "<p>one</p>") || strings.Contains(b.String(), "two") {
		t.Errorf("%s", &b)
	}
}

func TestMistakesOfTemplatesAreErrors(t *testing.T) {
	r, err := New(themes.Default(), fstest.MapFS{"templates/search.html": {Data: []byte("<p>\n{{.V.Nothing}}")}}, highlight.New(), "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Page(new(bytes.Buffer), site.Search{}, sanitize.HTML{}); err == nil || !strings.Contains(err.Error(), "search:2:") {
		t.Errorf("%v", err)
	}
	if _, err := New(themes.Default(), fstest.MapFS{"templates/search.html": {Data: []byte("\n\n{{end}}")}}, highlight.New(), "test"); err == nil || !strings.Contains(err.Error(), "templates/search.html: template: search:3:") {
		t.Errorf("%v", err)
	}
}
