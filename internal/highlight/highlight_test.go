package highlight

import (
	"html"
	"regexp"
	"strings"
	"sync"
	"testing"
)

var anyTag = regexp.MustCompile(`</?span[^>]*>`)

// bare undoes highlighting.
func bare(spans string) string { return html.UnescapeString(anyTag.ReplaceAllString(spans, "")) }

// brief writes spans as [class text], to make expectations readable.
func brief(spans string) string {
	s := regexp.MustCompile(`<span class="(\w+)">`).ReplaceAllString(spans, "[$1 ")
	return html.UnescapeString(strings.ReplaceAll(s, "</span>", "]"))
}

func TestLanguages(t *testing.T) {
	h := New()
	for _, c := range []struct{ lang, src, want string }{
		{"yaml", "a: 1 # c\n- b: \"x\"\n", "[kw a]: [nu 1] [com # c]\n- [kw b]: [str \"x\"]\n"},
		{"yml", "k: |\n  text: x\n\n  y\nm: y\n", "[kw k]: |\n[str   text: x]\n\n[str   y]\n[kw m]: y\n"},
		{"yaml", "a: {b: c, d: [1, x y, true]} # z", "[kw a]: {[kw b]: c, [kw d]: [[nu 1], x y, [nu true]]} [com # z]"},
		{"yaml", "a: 3 apples and 12\nb: 2026-01-02\nc: -1.5e3\n", "[kw a]: 3 apples and 12\n[kw b]: [nu 2026-01-02]\n[kw c]: [nu -1.5e3]\n"},
		{"yaml", "a: \"one\n  two: three\"\nb: 'it''s'\n", "[kw a]: [str \"one]\n[str   two: three\"]\n[kw b]: [str 'it''s']\n"},
		{"yaml", "- run: >-\n    x: y\n  z: &a !t v\nw: *a\nurl: http://x:1/#y\n", "- [kw run]: >-\n[str     x: y]\n  [kw z]: [fn &a !t] v\n[kw w]: [fn *a]\n[kw url]: http://x:1/#y\n"},
		{"yaml", "--- # x\n\"k\": v\n", "[com --- # x]\n[kw \"k\"]: v\n"},
		{"json", `{"a": [1, true, "x"]}`, `{[kw "a"]: [[nu 1], [nu true], [str "x"]]}`},
		{"go", "func f() { return \"<\" } // c", `[kw func] [fn f]() { [kw return] [str "<"] } [com // c]`},
		{"go", "x := `a\nb` + 'c'", "x := [str `a]\n[str b`] + [str 'c']"},
		{"java", "public static void main(String[] a) { @Override x = 1.5f; }", "[kw public static void] [fn main](String[] a) { [fn @Override] x = [nu 1.5f]; }"},
		{"bash", "FOO=1 kubectl get -n $NS 'x y' # c", `[nu FOO]=1 [fn kubectl] get [kw -n] [nu $NS] [str 'x y'] [com # c]`},
		{"sh", "if [ -f x ]; then sudo make \"a b\" | grep ${X}; fi", `[kw if] [ [kw -f] x ]; [kw then] [fn sudo make] [str "a b"] | [fn grep] [nu ${X}]; [kw fi]`},
		{"sh", "cat <<EOF >x\nif y\nEOF\nls", "[fn cat] <<EOF >x\n[str if y]\n[fn EOF]\n[fn ls]"},
		{"sh", "a=$(git log) b", "[nu a]=$([fn git] log) b"},
		{"console", "$ ls -l\ntotal 0\nme@host:~$ make \\\n  all\nok", "[com $] [fn ls] [kw -l]\ntotal 0\n[com me@host:~$] [fn make] \\\n  all\nok"},
		{"diff", "@@ x\n+a\n-b\n c\n", "[kw @@ x]\n[ins +a]\n[del -b]\n c\n"},
		{"html", `<a href="x" b>y &amp; z</a><!-- c -->`, `[kw <a] [fn href]=[str "x"] [fn b][kw >]y [nu &amp;] z[kw </a>][com <!-- c -->]`},
		{"html", "<script>let a = 1</script><style>a{b:c}</style>", "[kw <script>let] a = [nu 1][kw </script><style>a]{[fn b]:c}[kw </style>]"},
		{"xml", "<?xml version=\"1.0\"?><a:b/>", `[kw <?xml] [fn version]=[str "1.0"][kw ?><a:b/>]`},
		{"python", "\"\"\"a\nb\"\"\"\n@x\ndef f(self): return f'y' # c", "[str \"\"\"a]\n[str b\"\"\"]\n[fn @x]\n[kw def] [fn f]([nu self]): [kw return] [str f'y'] [com # c]"},
		{"ts", "const a: string = `x ${y}`; a.replace(/[/]\"/g, b / c / d)", "[kw const] a: [kw string] = [str `x ${y}`]; a.[fn replace]([str /[/]\"/g], b / c / d)"},
		{"rust", "fn f<'a>(x: &'a str) -> char { println!(\"{}\", x); 'c' } /* a /* b */ c */", "[kw fn] f<[nu 'a]>(x: &[nu 'a] [kw str]) -> [kw char] { [fn println]!([str \"{}\"], x); [str 'c'] } [com /* a /* b */ c */]"},
		{"c", "#include <x.h>\nint main() { return 0; }", "[kw #include] <x.h>\n[kw int] [fn main]() { [kw return] [nu 0]; }"},
		{"sql", "SELECT count(x) FROM t WHERE a = 'it''s' -- c", "[kw SELECT] [fn count](x) [kw FROM] t [kw WHERE] a = [str 'it''s'] [com -- c]"},
		{"toml", "[a.b]\nk = \"v\" # c\nm = \"\"\"x\ny = 1\"\"\"\nn = 2\n", "[fn [a.b]]\n[kw k] = [str \"v\"] [com # c]\n[kw m] = [str \"\"\"x]\n[str y = 1\"\"\"]\n[kw n] = [nu 2]\n"},
		{"dockerfile", "FROM a AS b\n# c\nRUN apt-get -y \\\n  install $X\nENV A=\"b\"\n", "[kw FROM] a [kw AS] b\n[com # c]\n[kw RUN] [fn apt-get] [kw -y] \\\n  install [nu $X]\n[kw ENV] A=[str \"b\"]\n"},
		{"make", "A := 1\nall: a b\n\tgo build -v\n# c\n", "[nu A] := [nu 1]\n[fn all]: a b\n\t[fn go] build [kw -v]\n[com # c]\n"},
		{"css", "@media x { .a:hover { color: rgb(1, 2px); } } /* c */", "[kw @media x] { .[kw a]:hover { [fn color]: [fn rgb]([nu 1], [nu 2px]); } } [com /* c */]"},
		{"hcl", "resource \"a\" \"b\" { c = var.d # e\n}", "[kw resource] [str \"a\" \"b\"] { c = [nu var].d [com # e]\n}"},
		{"proto", "message A { string b = 1; } // c", "[kw message] A { [kw string] b = [nu 1]; } [com // c]"},
		{"graphql", "type A @k { b(c: Int!): [B] } \"\"\"d\"\"\"", "[kw type] A [fn @k] { b(c: [nu Int]!): [B] } [str \"\"\"d\"\"\"]"},
		{"lua", "--[[ a\nb ]] local x = nil -- c", "[com --[[ a]\n[com b ]]] [kw local] x = [nu nil] [com -- c]"},
		{"ruby", "def a?(b) @c = \"x\" # d", "[kw def] [fn a?](b) [fn @c] = [str \"x\"] [com # d]"},
		{"md", "# T\n- `a` [b](c)\n```go\nx\n```\n", "[kw # T]\n[kw -] [str `a`] [b][fn (c)]\n[fn ```go]\n[str x]\n[fn ```]\n"},
		{"text", "a < b", "a < b"},
	} {
		got, known := h.Code(c.lang, c.src)
		if !known || brief(got) != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.lang, brief(got), c.want)
		}
	}
}

func TestEscaping(t *testing.T) {
	got, _ := New().Code("go", "\"<&>\" < \x00")
	if want := `<span class="str">&#34;&lt;&amp;&gt;&#34;</span> &lt; ` + "\ufffd"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUnknownLanguagesAreEscaped(t *testing.T) {
	h := New()
	for _, lang := range []string{"", "no-such-language", "a*.b", "../x", strings.Repeat("x", 100)} {
		if got, known := h.Code(lang, "<b>"); known || got != "&lt;b&gt;" {
			t.Error(lang, got, known)
		}
	}
}

func TestOtherLanguagesComeFromChroma(t *testing.T) {
	h := New()
	src := "main :: IO ()\nmain = putStrLn \"<x>\" -- c\n"
	got, known := h.Code("Haskell", src)
	if !known || !strings.Contains(got, `<span class="com">-- c</span>`) || bare(got) != src {
		t.Error(got, known)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if again, _ := h.Code("haskell", src); again != got {
				t.Error("remembered otherwise")
			}
		})
	}
	wg.Wait()
}

func TestLimits(t *testing.T) {
	h := New()
	for _, c := range []struct {
		lang, unit string
		max        int
	}{
		{"haskell", "x ", MaxSlowLine / 2},
		{"haskell", "let\n", MaxSlowBytes / 4},
		{"yaml", "a: 1\n\n\n\n", MaxBytes / 8},
	} {
		for over, n := range []int{c.max, c.max + 1} {
			src := strings.Repeat(c.unit, n)
			got, known := h.Code(c.lang, src)
			if coloured := strings.Contains(got, "<span"); !known || over == 1 && coloured || over == 0 && !coloured && c.unit != "x " || bare(got) != src {
				t.Errorf("%s, %d × %q: known %v, coloured %v", c.lang, n, c.unit, known, coloured)
			}
		}
	}
}

func TestLines(t *testing.T) {
	h := New()
	spans, _ := h.Append(nil, "go", "a\n/* x\ny */\n")
	l := Lines{First: 9, Marked: func(n int) bool { return n == 2 }, Anchor: "L"}
	want := `<span class="ln" id="L9" data-line="9">a</span>
<span class="ln hl" id="L10" data-line="10"><span class="com">/* x</span></span>
<span class="ln" id="L11" data-line="11"><span class="com">y */</span></span>
`
	if got := string(l.Append(nil, spans)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := string(Lines{}.Append(nil, []byte("a\n\nb"))); got != "<span class=\"ln\">a</span>\n<span class=\"ln\"></span>\n<span class=\"ln\">b</span>" {
		t.Errorf("%q", got)
	}
}

var languages = []string{"yaml", "json", "shell", "console", "go", "python", "javascript", "typescript", "java", "kotlin", "c", "cpp", "csharp", "rust", "html", "xml", "css", "sql", "ini", "dockerfile", "hcl", "protobuf", "graphql", "diff", "lua", "ruby", "makefile", "php", "markdown"}

// hostile are what makes careless lexers look ahead again and again.
var hostile = []string{"[", "{", "${", "\"", "'", "`", "/*", "<!--", "<a ", "</", "<script>", "$(", "\\", "/", "#", "@", ":", "a:", "- ", "|", "&", "<<E\n", "r'", "\"\"\"", "'''", "--[[", "=", "\t", "\n", "x ", "\x00", "é", "<![CDATA[", "a\\\n", "1.", "+"}

// TestHostileCode holds two things for each lexer and each unit that is there
// a great many times: the code comes back, and in time. A quadratic lexer takes
// minutes for one of these.
func TestHostileCode(t *testing.T) {
	h := New()
	const size = 64 << 10
	var got []byte
	for _, lang := range languages {
		for _, unit := range hostile {
			src := strings.Repeat(unit, size/len(unit))
			got, _ = h.Append(got[:0], lang, src)
			if len(got) < len(src) || len(got) > 40*len(src)+100 {
				t.Errorf("%s, %q: %d bytes became %d", lang, unit, len(src), len(got))
			}
		}
	}
}

// FuzzCode holds what every lexer must: the code comes back, and no span
// crosses a line.
func FuzzCode(f *testing.F) {
	for i := range languages {
		for _, s := range []string{"a: |\n  b\n", "\"\\", "'''", "/*", "<!--", "${", "`\n", "- - #", "@", "\x00<&>\"'", "é = \"ü\"", "<<E\nx\nE\n", "<script>\"</script>", "a=$(b \\\n"} {
			f.Add(uint8(i), s)
		}
	}
	h := New()
	f.Fuzz(func(t *testing.T, n uint8, src string) {
		lang := languages[int(n)%len(languages)]
		got, _ := h.Code(lang, src)
		if want := strings.ReplaceAll(src, "\x00", "\ufffd"); bare(got) != want {
			t.Fatalf("%s: %q became %q", lang, src, bare(got))
		}
		for line := range strings.Lines(got) {
			if strings.Count(line, "<span") != strings.Count(line, "</span>") {
				t.Fatalf("%s: a span crosses a line in %q", lang, got)
			}
		}
	})
}

var samples = map[string]string{
	"yaml":   "apiVersion: v1 # comment\nmetadata:\n  name: \"x\"\n  labels: {a: b, n: 12}\nspec:\n  - image: registry.example/app:1.2\n    args: [\"--port\", \"80\"]\n",
	"json":   "{\n  \"name\": \"payments\",\n  \"port\": 8080,\n  \"tags\": [\"a\", \"b\"],\n  \"live\": true\n}\n",
	"go":     "// Capture settles an intent.\nfunc (c *Client) Capture(ctx context.Context, id string) (*Intent, error) {\n\treq, err := http.NewRequest(\"POST\", c.base+\"/v1/\"+id, nil)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\treturn c.do(req)\n}\n",
	"python": "def capture(self, id: str) -> Intent:\n    \"\"\"Settle an intent.\"\"\"\n    r = requests.post(f\"{self.base}/v1/{id}\", timeout=10)  # blocks\n    return Intent(**r.json())\n",
	"shell":  "export TOKEN=abc\nfor x in a b; do\n  curl -H \"Authorization: $TOKEN\" https://x.example/$x | jq '.a' # c\ndone\n",
}

func BenchmarkCode(b *testing.B) {
	h := New()
	for lang, s := range samples {
		b.Run(lang, func(b *testing.B) {
			src := strings.Repeat(s, 20)
			var buf []byte
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				buf, _ = h.Append(buf[:0], lang, src)
			}
		})
	}
}

// BenchmarkLarge highlights one definition of about 4 MB.
func BenchmarkLarge(b *testing.B) {
	h := New()
	src := strings.Repeat(samples["yaml"], MaxBytes/len(samples["yaml"]))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		h.Append(nil, "yaml", src)
	}
}

func TestCanonical(t *testing.T) {
	for _, lang := range languages {
		if got := Canonical(" " + strings.ToUpper(lang) + " "); got != lang {
			t.Errorf("Canonical(%q) = %q", lang, got)
		}
	}
	for alias, want := range map[string]string{"C++": "cpp", "yml": "yaml", "Terraform": "hcl", "zig": "zig", "": ""} {
		if got := Canonical(alias); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", alias, got, want)
		}
	}
}
