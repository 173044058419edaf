package highlight_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"callboard/internal/highlight"
)

var tag = regexp.MustCompile(`</?span[^>]*>`)

// plain undoes highlighting.
func plain(spans string) string { return html.UnescapeString(tag.ReplaceAllString(spans, "")) }

func TestCode(t *testing.T) {
	h := highlight.New()
	for _, c := range []struct{ lang, src, want string }{
		{"yaml", "a: 1 # c\n- b: \"x\"\n", "<span class=\"kw\">a</span>: <span class=\"nu\">1</span> <span class=\"com\"># c</span>\n- <span class=\"kw\">b</span>: <span class=\"str\">&#34;x&#34;</span>\n"},
		{"yml", "k: |\n  text: x\nm: y\n", "<span class=\"kw\">k</span>: |\n<span class=\"str\">  text: x</span>\n<span class=\"kw\">m</span>: y\n"},
		{"json", `{"a": [1, true, "x"]}`, `{<span class="kw">&#34;a&#34;</span>: [<span class="nu">1</span>, <span class="nu">true</span>, <span class="str">&#34;x&#34;</span>]}`},
		{"go", "func f() { return \"<\" } // c", `<span class="kw">func</span> <span class="fn">f</span>() { <span class="kw">return</span> <span class="str">&#34;&lt;&#34;</span> } <span class="com">// c</span>`},
		{"bash", "FOO=1 kubectl get -n $NS 'x y' # c", `<span class="nu">FOO</span>=<span class="fn">1</span> kubectl get <span class="kw">-n</span> <span class="nu">$NS</span> <span class="str">&#39;x y&#39;</span> <span class="com"># c</span>`},
		{"diff", "@@ x\n+a\n-b\n c\n", "<span class=\"kw\">@@ x</span>\n<span class=\"ins\">+a</span>\n<span class=\"del\">-b</span>\n c\n"},
		{"html", `<a href="x">y</a>`, `<span class="kw">&lt;a</span> <span class="fn">href</span>=<span class="str">&#34;x&#34;</span><span class="kw">&gt;</span>y<span class="kw">&lt;/a&gt;</span>`},
		{"python", "\"\"\"a\nb\"\"\"", "<span class=\"str\">&#34;&#34;&#34;a</span>\n<span class=\"str\">b&#34;&#34;&#34;</span>"},
		{"sql", "SELECT 'x' -- c", `<span class="kw">SELECT</span> <span class="str">&#39;x&#39;</span> <span class="com">-- c</span>`},
	} {
		got, known := h.Code(c.lang, c.src)
		if got = strings.ReplaceAll(got, "'", "&#39;"); got != c.want || !known {
			t.Errorf("%s\n got %s\nwant %s", c.lang, got, c.want)
		}
	}
}

func TestUnknownLanguagesAreEscaped(t *testing.T) {
	h := highlight.New()
	if got, known := h.Code("no-such-language", "<b>"); known || got != "&lt;b&gt;" {
		t.Error(got, known)
	}
	if got, known := h.Code("", "<b>"); known || got != "&lt;b&gt;" {
		t.Error(got, known)
	}
}

func TestOtherLanguagesComeFromChroma(t *testing.T) {
	h := highlight.New()
	src := "main :: IO ()\nmain = putStrLn \"<x>\" -- c\n"
	got, known := h.Code("haskell", src)
	if !known || !strings.Contains(got, `<span class="com">-- c</span>`) || plain(got) != src {
		t.Error(got, known)
	}
	again, _ := h.Code("haskell", src)
	if again != got {
		t.Error("remembered otherwise")
	}
	long := strings.Repeat("x", highlight.MaxSlowLine+1)
	if got, known := h.Code("haskell", long); !known || got != long {
		t.Error("a long line was highlighted")
	}
}

var languages = []string{"yaml", "json", "shell", "console", "go", "python", "typescript", "java", "kotlin", "c", "cpp", "csharp", "rust", "html", "css", "sql", "ini", "dockerfile", "hcl", "protobuf", "graphql", "diff", "lua", "ruby", "makefile", "php"}

// FuzzCode holds what every lexer must: the code comes back, and no span
// crosses a line.
func FuzzCode(f *testing.F) {
	for i, s := range []string{"a: |\n  b\n", "\"\\", "'''", "/*", "<!--", "${", "`\n", "- - #", "@", "\x00<&>\"'", "é = \"ü\""} {
		f.Add(uint8(i), s)
	}
	f.Fuzz(func(t *testing.T, n uint8, src string) {
		lang := languages[int(n)%len(languages)]
		got, _ := highlight.New().Code(lang, src)
		if want := strings.ReplaceAll(src, "\x00", "\ufffd"); plain(got) != want {
			t.Fatalf("%s: %q became %q", lang, src, plain(got))
		}
		for line := range strings.Lines(got) {
			if strings.Count(line, "<span") != strings.Count(line, "</span>") {
				t.Fatalf("%s: a span crosses a line in %q", lang, got)
			}
		}
	})
}

func BenchmarkCode(b *testing.B) {
	src := strings.Repeat("apiVersion: v1 # comment\nmetadata:\n  name: \"x\"\n  n: 12\n", 50)
	h := highlight.New()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		h.Code("yaml", src)
	}
}
