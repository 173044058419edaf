package slugs_test

import (
	"testing"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/slugs"
)

func TestNamed(t *testing.T) {
	kw := func(pairs ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i].(string)] = pairs[i+1]
		}
		return m
	}
	for _, c := range []struct {
		name       string
		kwargs     map[string]any
		text, want string
	}{
		{"markdown.extensions.toc.slugify", nil, " Größe -- & Maß_1 日 ", "groe-ma_1"},
		{"markdown.extensions.toc.slugify", nil, "-a -- b-", "-a-b-"},
		{"markdown.extensions.toc.slugify_unicode", nil, "Größe -- & Maß_1 日", "größe-maß_1-日"},
		{"markdown.extensions.toc.slugify_unicode", nil, "ΟΔΟΣ İ", "οδος-i\u0307"},
		{"pymdownx.slugs.slugify", nil, "A B  c", "A-B--c"},
		{"pymdownx.slugs.slugify", kw("case", "lower"), "Größe <b>X</b> é", "größe-x-é"},
		{"pymdownx.slugs.slugify", kw("case", "fold"), "Maß", "mass"},
		{"pymdownx.slugs._uslugify", kw("case", "lower-ascii", "percent_encode", true), "ÄB c.", "%C3%84b-c"},
		{"pymdownx.slugs._uslugify", kw("normalize", "NFKD"), "ﬁ", "fi"},
		{"pymdownx.slugs.uslugify", nil, "Ä B", "ä-b"},
		{"pymdownx.slugs.uslugify_encoded", nil, "Ä B", "%C3%A4-b"},
		{"pymdownx.slugs.uslugify_cased", nil, "Ä < B", "Ä--B"},
		{"pymdownx.slugs.uslugify_cased_encoded", nil, "Ä", "%C3%84"},
		{"pymdownx.slugs.gfm", nil, "ÄB", "Äb"},
		{"pymdownx.slugs.gfm_encoded", nil, "ÄB", "%C3%84b"},
	} {
		f, ok := slugs.Named(pymarkdown.Py{Name: c.name, Kwargs: c.kwargs})
		if !ok {
			t.Errorf("there is no %s", c.name)
		} else if got := f(c.text, "-"); got != c.want {
			t.Errorf("%s %v of %q: got %q, want %q", c.name, c.kwargs, c.text, got, c.want)
		}
	}
	if _, ok := slugs.Named(pymarkdown.Py{Name: "os.getcwd"}); ok {
		t.Error("os.getcwd makes slugs")
	}
}
