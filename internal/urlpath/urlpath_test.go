package urlpath_test

import (
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"callboard/internal/urlpath"
)

func TestNewRefusesWhatCannotBeStoredEverywhere(t *testing.T) {
	long := strings.Repeat("a", urlpath.MaxSegment)
	for _, s := range []string{
		"", "/", "/etc/passwd", "a//b", "a/", "../x", "a/../b", ".", "a/./b", `a\b`, "a\x00b", "a\nb", "a:b", "a*", "a?", `a"b`, "a|b", "a<b", "a>b",
		"con", "CON", "nul.txt", "a/AUX", "com1", "lpt9.html", "a.", "a ", " a", "\xff", long + "a", strings.Repeat("a/", urlpath.MaxPath),
	} {
		if p, err := urlpath.New(s); err == nil {
			t.Errorf("%q was taken as %q", s, p)
		}
	}
	for _, s := range []string{"index.html", "catalog/default/component/x/index.html", ".well-known/x", "a/..b", "console", "docs/Über/x.html", long, "a~", "@1.4/x", "com10"} {
		if _, err := urlpath.New(s); err != nil {
			t.Errorf("%q was refused: %v", s, err)
		}
	}
}

func TestURL(t *testing.T) {
	for _, c := range []struct{ path, base, want string }{
		{"index.html", "/", "/"},
		{"index.html", "/portal/", "/portal/"},
		{"catalog/default/component/x/index.html", "/", "/catalog/default/component/x/"},
		{"404.html", "/", "/404.html"},
		{"docs/a b/ü#x/index.html", "/", "/docs/a%20b/%C3%BC%23x/"},
		{"100%/x", "/", "/100%25/x"},
	} {
		if got := urlpath.Must(c.path).URL(c.base); got != c.want {
			t.Errorf("%q: %q, want %q", c.path, got, c.want)
		}
	}
}

func TestEntityPathsOfOddNames(t *testing.T) {
	for name, want := range map[string]string{
		"Payments": "catalog/default/component/payments/index.html",
		"con":      "catalog/default/component/con~/index.html",
		"aux.1":    "catalog/default/component/aux~.1/index.html",
		"..":       "",
	} {
		p, err := urlpath.Entity("default", "Component", name, "index.html")
		if p.String() != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q %v, want %q", name, p, err, want)
		}
	}
}

func TestSafeLink(t *testing.T) {
	for in, want := range map[string]string{
		"https://x.example/a?b=c#d":     "https://x.example/a?b=c#d",
		" http://x.example ":            "http://x.example",
		"mailto:a@x.example":            "mailto:a@x.example",
		"slack://channel?id=1":          "slack://channel?id=1",
		"javascript:alert(1)":           "",
		"JavaScript:alert(1)":           "",
		"java\nscript:alert(1)":         "",
		"\x01javascript:alert(1)":       "",
		"data:text/html,<script>":       "",
		"vbscript:x":                    "",
		"file:///etc/passwd":            "",
		"blob:https://x":                "",
		"/relative":                     "",
		"//host/x":                      "",
		"https:///x":                    "",
		"https://x.example/\"><script>": "https://x.example/%22%3E%3Cscript%3E",
		"http://[::1":                   "",
		"":                              "",
	} {
		got, ok := urlpath.SafeLink(in)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", in, got, ok, want)
		}
	}
}

func FuzzNew(f *testing.F) {
	for _, s := range []string{"a/b.html", "../x", "con", "a\\b", "ü/%", ":/x", "a:b/c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := urlpath.New(s)
		if err != nil {
			return
		}
		if !utf8.ValidString(s) || !filepath.IsLocal(filepath.FromSlash(s)) || path.Clean(s) != s {
			t.Fatalf("%q is no clean local path", s)
		}
		u, err := url.Parse("https://h" + p.URL("/base/"))
		if err != nil || !strings.HasPrefix(u.Path, "/base/") {
			t.Fatalf("%q has the address %q: %v", s, p.URL("/base/"), err)
		}
		if got := strings.TrimPrefix(u.Path, "/base/"); got != s && got != strings.TrimSuffix(s, "index.html") {
			t.Fatalf("%q is served as %q", s, got)
		}
	})
}

func FuzzSafeLink(f *testing.F) {
	for _, s := range []string{"https://x", "javascript:alert(1)", "JAVASCRIPT:x", "\tjavascript:x", "http:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := urlpath.SafeLink(s)
		if !ok {
			return
		}
		low := strings.ToLower(got)
		for _, bad := range []string{"javascript:", "data:", "vbscript:", "blob:", "file:"} {
			if strings.HasPrefix(low, bad) {
				t.Fatalf("%q became %q", s, got)
			}
		}
		if strings.ContainsAny(got, "\"<>\n\r\t\x00 ") {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
