package svg

import "testing"

func TestHrefs(t *testing.T) {
	for in, want := range map[string]string{
		"/catalog/default/component/a/":      "/catalog/default/component/a/",
		"../x/":                              "../x/",
		"#op-a":                              "#op-a",
		"?root=component:default/a":          "?root=component:default/a",
		"/graph/?root=component:default/a":   "/graph/?root=component:default/a",
		"https://example.org/a:b":            "https://example.org/a:b",
		"javascript:alert(1)":                "",
		" java\tscript:alert(1)":             "",
		"JAVASCRIPT:alert(1)":                "",
		"data:text/html,<script>":            "",
		"vbscript:x":                         "",
		"//evil.example/":                    "",
		`/\evil.example/`:                    "",
		"component:default/payments-service": "",
	} {
		if got := SafeHref(in); got != want {
			t.Errorf("SafeHref(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
		cut   bool
	}{
		{"short", 140, "short", false},
		{"", 140, "", false},
		{"website · team-storefront", 146, "website · team-storefront", false},
		{"a-service-with-a-very-long-name", 100, "a-service-with-a…", true},
		{"supercalifragilistic", 0, "…", true},
		{"支払いサービスと長い名前のコンポーネント", 65, "支払いサ…", true},
		{"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", 40, "e\u0301e\u0301e\u0301e\u0301…", true},
	} {
		if got, cut := Fit(c.in, c.width, 12); got != c.want || cut != c.cut {
			t.Errorf("Fit(%q, %d) = %q, %v, want %q, %v", c.in, c.width, got, cut, c.want, c.cut)
		}
	}
}
