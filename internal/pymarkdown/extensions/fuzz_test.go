package extensions_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

func unmarshal(t testing.TB, text string) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// FuzzConvert looks for pages that make all extensions together fail, or write
// much more than they were given.
func FuzzConvert(f *testing.F) {
	for _, seed := range []string{
		"[TOC]\n\n# a {#b .c k=v}\n\nx[^1] HTML\n\n[^1]: y\n\n*[HTML]: z\n",
		"a | `b|` | c\n-|:-:|-\n\\| | d\n\n- e\n    {: f='g' }\n",
		"title: a\n    b\n\n!!! note \"x\"\n    - y\n\nz\n: w\n",
		"{@id=a} @u/r#1 [[Page]] \"quoted\" ... --\n\n```py title=\"x\"\ny\n```\n",
	} {
		f.Add(seed)
	}
	var list []pymarkdown.Extension
	for _, name := range slices.Sorted(maps.Keys(extensions.Table)) {
		list = append(list, pymarkdown.Extension{Name: name, Options: map[string]any{"permalink": name == "toc"}})
	}
	d, _ := pymarkdown.New(list, 0, func(name string) pymarkdown.Setup { return extensions.Table[name] })
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) > 1<<12 {
			return
		}
		// A character may become a heading with two links, a cell, an alert.
		if out := d.Convert(page, pymarkdown.Env{}); len(out) > 400*len(page)*(1+len(page)/16)+400 {
			t.Errorf("%d bytes of %d", len(out), len(page))
		}
	})
}
