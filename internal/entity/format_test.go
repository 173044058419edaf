package entity_test

import (
	"regexp"
	"strings"
	"testing"

	"callboard/internal/entity"
)

func TestFormats(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n) }
	for _, c := range []struct {
		name    string
		check   func(string) string
		good    []string
		refused []string
	}{
		{"name", entity.CheckName, []string{"a", "A", "0", "a-b", "a_b", "a.b", "a--b", "MixedCase", long(63)},
			[]string{"", "-a", "a-", ".a", "a.", "_a", "a b", "a/b", "é", "a\n", long(64)}},
		{"namespace", entity.CheckNamespace, []string{"a", "0", "a-b", "a--b", long(63)}, []string{"", "A", "a.b", "a_b", "-a", "a-", "é", long(64)}},
		{"kind", entity.CheckKind, []string{"A", "a1", "Component", long(63)}, []string{"", "1a", "a-b", "a.b", "é", long(64)}},
		{"apiVersion", entity.CheckAPIVersion, []string{"v1", "backstage.io/v1alpha1", "a.b-c.d/V1", long(63), strings.Repeat("a.", 126) + "a/v"},
			[]string{"", "/v1", "a/", "a/b/c", "A/v1", "a_b/v1", "v-1", "a/v.1", long(64), strings.Repeat("a.", 127) + "a/v"}},
		{"key", entity.CheckKey, []string{"a", "A_b.c", "example.com/A_b", "a/b", long(63)}, []string{"", "/a", "a/", "a/b/c", "A.com/b", "a b", "<<", "é", long(64)}},
		{"label value", entity.CheckLabelValue, []string{"", "a", "A.b_c-d", long(63)}, []string{" ", "a b", "-a", "a/b", long(64)}},
		{"tag", entity.CheckTag, []string{"a", "c++", "c#", "a:b", "a-b", "#", long(63)}, []string{"", ".net", "a_b", "a--b", "-a", "Go", "a b", "é", long(64)}},
		{"text", entity.CheckText, []string{"a", " a ", "\u0085"}, []string{"", " ", "\t\n", "\ufeff", "\u00a0", "\u2028"}},
	} {
		for _, s := range c.good {
			if want := c.check(s); want != "" {
				t.Errorf("%s %q is refused: expected %s", c.name, s, want)
			}
		}
		for _, s := range c.refused {
			if c.check(s) == "" {
				t.Errorf("%s %q is taken", c.name, s)
			}
		}
	}
}

// The verdicts are those of `new URL(s)` in Node 20.
func TestLinkURL(t *testing.T) {
	good := []string{
		"https://x.example", "HTTP://X", "https:x.example", "http:\\\\x\\y", "http:///x", "http://u:p@x:80/", "http://x:", "http://x:65535", "http://x:0000080", "  http://x\n", "ht\ntp://x",
		"mailto:", "mailto:a@b", "slack://channel?id=1", "javascript:alert(1)", "data:text/html,<script>", "a:", "foo:bar baz", "foo://", "foo:///x", "foo://h%20x",
		"file:", "file:///etc/passwd", "file:x", "file://host/x", "file:///C:/x", "file://C:/x", "http://[::1]:80", "http://[::ffff:1.2.3.4]", "http://1.2.3.4", "http://0x7f.1", "http://1.", "http://256", "http://ex%41mple",
		"http://é.example", "http://日本", "http://a_b", "http://-a-", "http://a..b", "http://xn--bcher-kva.example", "http://x?<>", "http://x#%", "http://x/%zz",
	}
	refused := []string{
		"", "x.example", "/rel", "./a", "//x", "#a", "?a", "1http://x", "http", "http:", "http://", "http://?", "http://:80", "http://u@", "http://x:y", "http://x:65536", "http://x:-1",
		"http://a b", "http://a<b", "http://a^b", "http://a|b", "http://a%20b", "http://a%zzb", "http://[::1", "http://[::g]", "http://[::1%25eth0]", "http://1.2.3.4.5", "http://256.1.1.1", "http://1.2.3.256", "http://0x1g.0x",
		"foo://a b", "foo://a\\b", "foo://:80", "foo://u@", "foo://h:x", "file://a b/c", "http://xn--a", "é://x",
	}
	for _, s := range good {
		if entity.CheckLinkURL(s) != "" {
			t.Errorf("%q is refused", s)
		}
	}
	for _, s := range refused {
		if entity.CheckLinkURL(s) == "" {
			t.Errorf("%q is taken", s)
		}
	}
}

func FuzzLinkURL(f *testing.F) {
	for _, s := range []string{"https://x.example", "http://[::1]:80", "foo://a b", "http://xn--a", "http://%00", "file://C|/", "http://0x.1.é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if entity.CheckLinkURL(s) == "" && !strings.Contains(s, ":") {
			t.Fatalf("%q has no scheme", s)
		}
		if a, b := entity.CheckLinkURL(s), entity.CheckLinkURL(" "+s+"\n"); a != b {
			t.Fatalf("%q: space around it changes the verdict", s)
		}
	})
}

func TestFormatProblem(t *testing.T) {
	got := entity.FormatProblem("metadata.name", strings.Repeat("é", 100), "less")
	if want := `metadata.name "` + strings.Repeat("é", 80) + `…" is not valid: expected less`; got != want {
		t.Error(got)
	}
}

func TestTitle(t *testing.T) {
	e := &entity.Entity{Name: "n"}
	for _, step := range []struct {
		set  func()
		want string
	}{
		{func() {}, "n"},
		{func() { e.Metadata.Title = "T" }, "T"},
		{func() { e.Spec = map[string]any{"profile": map[string]any{"displayName": 1}} }, "T"},
		{func() {
			e.Spec = map[string]any{"profile": map[string]any{"displayName": "D"}, "type": "t", "lifecycle": 3}
		}, "D"},
	} {
		step.set()
		if e.Title() != step.want {
			t.Errorf("%q, want %q", e.Title(), step.want)
		}
	}
	if e.Type() != "t" || e.Lifecycle() != "" {
		t.Error(e.Type(), e.Lifecycle())
	}
}

// FuzzFormats holds the checks against the expressions that they stand for.
func FuzzFormats(f *testing.F) {
	for _, s := range []string{"", "a", "A-b_c.d", "-a", "a-", "a--b", "c++", "a:b-c#", "v1", "1a", "é", "a\n", "a b", "..", "0"} {
		f.Add(s)
	}
	forms := map[string]struct {
		is    *regexp.Regexp
		check func(string) string
	}{
		"name":      {regexp.MustCompile(entity.NamePattern), entity.CheckName},
		"namespace": {regexp.MustCompile(entity.NamespacePattern), entity.CheckNamespace},
		"label":     {regexp.MustCompile(entity.LabelPattern), entity.CheckLabelValue},
		"tag":       {regexp.MustCompile(entity.TagPattern), entity.CheckTag},
		"kind":      {regexp.MustCompile(`^[a-zA-Z][a-z0-9A-Z]*$`), entity.CheckKind},
		"version":   {regexp.MustCompile(`^[a-z0-9A-Z]+$`), func(s string) string { return entity.CheckAPIVersion("x/" + s) }},
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, form := range forms {
			if want := len(s) <= entity.MaxName && form.is.MatchString(s); want != (form.check(s) == "") {
				t.Errorf("%s %q: taken is %v", name, s, !want)
			}
		}
	})
}
