package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"

	"callboard/internal/codesearch"
)

// codeQuery is a query as csearch's are written down.
type codeQuery struct {
	Pattern string `json:"pattern"`
	Regexp  bool   `json:"regexp,omitempty"`
	Fold    bool   `json:"fold,omitempty"`
}

// letters has what differs between the ways of folding case and of writing
// expressions.
const letters = "stop ſtop STOP \u212aelvin kelvin KELVIN\nGröße größe GRÖẞE µm μm Μm ςσΣ ΐ ΐ İstanbul ıstanbul istanbul\nПример пример ПРИМЕР 日本語 naïve NAÏVE\n" +
	"a.b a+b [x] {1} x{2} foo(bar) $100 ^up a\\b tab\there x\u00a0y x\u2028y \r\n\nend\r\nfunc foo() { return }\nfoo_bar fooBar foo-bar 0x1F 12:30:45\nߛ 𐐨𐐀 ﬀ 😀 e\u0301\n"

// special are expressions of all forms there are.
var special = []codeQuery{
	{"kelvin", false, true}, {"STOP", false, true}, {"größe", false, true}, {"μM", false, true}, {"σσσ", false, true}, {"istanbul", false, true}, {"𐐨𐐨", false, true}, {"пРИМЕР", false, true}, {"日本語", false, false},
	{`(?i)kelvin|stop`, true, false}, {`(?i:st)op`, true, false}, {`k(?i)EL(?-i)vin`, true, false}, {`^func\b.*\{ return`, true, false}, {`^$`, true, false}, {`end$`, true, false}, {`\bfoo\b`, true, false}, {`foo\Bb`, true, true},
	{`\Qa.b\E`, true, false}, {`\Q[x`, true, false}, {`a\+b`, true, false}, {`x\{2\}`, true, false}, {`x{2}`, true, false}, {`[[:upper:]]{4}`, true, false}, {`[[:^ascii:]]+`, true, false}, {`[^[:ascii:]]o`, true, false},
	{`\d\d:\d\d`, true, false}, {`x\sy`, true, false}, {`x\Sy`, true, false}, {`\D\W\w`, true, false}, {`\p{Greek}+`, true, false}, {`\pL\PL\p{^L}`, true, false}, {`[\p{Cyrillic}x]{3}`, true, false}, {`[^\pL\s]{3}`, true, false}, {`\p{Lu}+`, true, true},
	{`\x41|\x{1F600}|\060x`, true, false}, {`\tHERE`, true, true}, {`(?P<n>foo)(?<m>Bar)`, true, false}, {`(foo){1,2}?[_B]`, true, false}, {`(?U)f.*o`, true, false}, {`f.*?o|f[o]{2,}`, true, false}, {`[]a]b|[a-]b|[^]x]{9}`, true, false}, {`[\]\\^-]`, true, false},
	{`(?:)|zzz`, true, false}, {`[^\x00-\x{10FFFF}]`, true, false}, {`a\.b|\[x\]`, true, false}, {`(?s)a.b`, true, false}, {`(?m)^end$`, true, false}, {`\A0?x?foo`, true, false}, {`return }\z`, true, false}, {`[k-s]elvin`, true, true}, {`[^k]elvin`, true, true}, {`[^a-zK]`, true, true}, {`\W{2}m`, true, true},
	{`(a|ab)(c|bcd)?`, true, false}, {`(?:x\s*)+y`, true, false}, {`ß`, true, true}, {`[α-ω]{3}`, true, true}, {`e\x{301}`, true, false}, {`/`, false, false}, {`"`, false, false}, {`^^*foo`, true, false}, {`foo{0}_?b`, true, false}, {`fo{2,}`, true, false}, {`fo{1,}_`, true, false},
}

// TestCodeReaders: the browser's reader of the index of code finds the lines that the
// one in Go does, and marks the same in them: for the queries that are compared with
// csearch, for such as are drawn from lines, and for expressions of all forms. It
// searches callboard's own code.
func TestCodeReaders(t *testing.T) {
	tb, p := startBrowser(t).tab(t), &portal{dir: t.TempDir()}
	root, lines := indexOwnCode(t, filepath.Join(p.dir, "data"))
	bundle := api.Build(api.BuildOptions{EntryPoints: []string{"../../themes/default/ts/lib/codeindex.ts", "../../themes/default/ts/lib/codefold.ts"}, Bundle: true, Format: api.FormatESModule, Target: api.ES2022, Outdir: p.dir, Write: true})
	if len(bundle.Errors) > 0 {
		t.Fatal(bundle.Errors)
	}
	if err := os.WriteFile(filepath.Join(p.dir, "index.html"), []byte(`<!doctype html><html lang="en"><title>x</title>`), 0o666); err != nil {
		t.Fatal(err)
	}
	p.serve(t)
	tb.load(t, p, "")
	t.Run("fold", func(t *testing.T) { compareFolds(t, tb) })

	var queries []codeQuery
	raw, err := os.ReadFile("../codesearch/testdata/queries.json")
	if err != nil || json.Unmarshal(raw, &queries) != nil {
		t.Fatal(err)
	}
	queries = slices.Concat(queries, special, drawn(lines))
	r, err := codesearch.Open(os.DirFS(filepath.Join(p.dir, "data")), root)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("what nearly all files have", func(t *testing.T) { findStepByStep(t, tb, p) })
	eval[bool](t, tb, keepFiles)
	eval[bool](t, tb, fmt.Sprintf(openIndex, p.url("codeindex.js"), p.url("data/"), root))
	some := compareFinds(t, tb, r, queries)
	t.Logf("%d of %d queries find something", some, len(queries))
	if some < len(queries)/3 {
		t.Errorf("only %d of %d queries find something", some, len(queries))
	}
}

// keepFiles lets the page load each file of the index once: queries have many files
// in common, and how they come is not what is compared.
const keepFiles = `(() => {
	const load = fetch, kept = new Map();
	globalThis.fetch = async (url, options) => {
		if (!kept.has(url)) kept.set(url, load(url, options));
		return (await kept.get(url)).clone();
	};
	return true;
})()`

// openIndex makes a function of the page that gives the lines which the browser's
// reader finds for each of some queries.
const openIndex = `(async () => {
	const { openCode } = await import(%q);
	const index = await openCode(%q, %q);
	const lines = (found) => found.hits.flatMap((h) => h.lines.map((l) => h.repository.name + " " + h.path + ":" + l.number + ":" + l.text + " " + JSON.stringify(l.marks) + " " + l.url));
	globalThis.findLines = async (queries) => {
		const answers = [];
		for (const q of queries) {
			const text = q.regexp ? "/" + q.pattern + "/" : '"' + q.pattern + '"';
			answers.push(await index.find(text, { fold: q.fold ?? false }).then(lines, (e) => ["error: " + e.message]));
		}
		return answers;
	};
	return true;
})()`

// compareFinds compares what both readers find for each query, and counts those for
// which there is something.
func compareFinds(t *testing.T, tb *tab, r *codesearch.Reader, queries []codeQuery) (some int) {
	t.Helper()
	for few := range slices.Chunk(queries, 50) {
		text, err := json.Marshal(few)
		if err != nil {
			t.Fatal(err)
		}
		answers := eval[[][]string](t, tb, fmt.Sprintf("findLines(%s)", text))
		for i, q := range few {
			want := linesOf(t, r, q)
			if len(want) > 0 {
				some++
			}
			sameLines(t, q, answers[i], want)
		}
	}
	return some
}

// sameLines fails the test where the lines that are found for a query differ.
func sameLines(t *testing.T, q codeQuery, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	t.Errorf("%+v: %d lines, want %d; they differ in\n%q\n%q", q, len(got), len(want), got[i:min(i+1, len(got))], want[i:min(i+1, len(want))])
}

// findStepByStep finds what nearly all files have: some of them at first, and step
// by step the rest, each once. An expression that says nothing is refused.
func findStepByStep(t *testing.T, tb *tab, p *portal) {
	const files = 600
	root := writeIndex(t, filepath.Join(p.dir, "data"), func(add func(name string, content []byte)) {
		for i := range files {
			text := fmt.Sprintf("func f%d() error {\n\treturn error(nil)\n}\n", i)
			if i%100 == 50 {
				text = "nothing of it\n"
			}
			add(fmt.Sprintf("%04d.go", i), []byte(text+strings.Repeat(fmt.Sprintf("// padding %d\n", i), 60)))
		}
	})
	type step struct {
		Paths                []string
		Examined, Candidates int
	}
	got := eval[struct {
		Steps   []step
		Refused string
	}](t, tb, fmt.Sprintf(`(async () => {
		const { openCode } = await import(%q);
		const index = await openCode(%q, %q);
		const steps = [];
		do {
			const found = await index.find("return error", { files: 20, fragments: 6, skip: steps.at(-1)?.examined ?? 0 });
			steps.push({ paths: found.hits.map((h) => h.path), examined: found.examined, candidates: found.candidates });
		} while (steps.at(-1).examined < steps.at(-1).candidates && steps.length < 100);
		const refused = await index.find("/a.b/", { files: 20, fragments: 6 }).then(() => "", (e) => e.message);
		return { steps, refused };
	})()`, p.url("codeindex.js"), p.url("data/"), root))
	seen := map[string]bool{}
	for i, s := range got.Steps {
		if len(s.Paths) > 20 || i == 0 && len(s.Paths) < 20 {
			t.Errorf("step %d finds %d files", i, len(s.Paths))
		}
		for _, path := range s.Paths {
			if seen[path] {
				t.Errorf("%s is found twice", path)
			}
			seen[path] = true
		}
	}
	if len(seen) != files-6 || len(got.Steps) < 20 {
		t.Errorf("%d files are found in %d steps", len(seen), len(got.Steps))
	}
	if !strings.Contains(got.Refused, "says too little") {
		t.Errorf("an expression that says nothing: %q", got.Refused)
	}
}

// compareFolds compares which letters differ in case only.
func compareFolds(t *testing.T, tb *tab) {
	got := eval[string](t, tb, `import("/board/codefold.js").then(({ foldPoint }) => { let out = ""; for (let c = 0; c < 0x20000; c++) if (c < 0xd800 || c > 0xdfff) { const f = foldPoint(c); if (f !== c) out += c.toString(16) + ">" + f.toString(16) + "\n"; } return out; })`)
	var want strings.Builder
	for c := rune(0); c < 0x20000; c++ {
		least := c
		for x := unicode.SimpleFold(c); x != c; x = unicode.SimpleFold(x) {
			least = min(least, x)
		}
		if least < utf8.RuneSelf {
			least = unicode.ToLower(least)
		}
		if least != c && utf8.ValidRune(c) {
			fmt.Fprintf(&want, "%x>%x\n", c, least)
		}
	}
	in := func(text string) map[string]bool {
		m := map[string]bool{}
		for line := range strings.Lines(text) {
			m[line] = true
		}
		return m
	}
	a, b := in(got), in(want.String())
	for line := range a {
		var c, to rune
		// Of what Go's tables do not have yet, nothing is known here.
		if _, err := fmt.Sscanf(line, "%x>%x", &c, &to); !b[line] && (err != nil || unicode.IsLetter(c) && unicode.IsLetter(to)) {
			t.Errorf("the browser folds %s", line)
		}
	}
	for line := range b {
		if !a[line] {
			t.Errorf("the browser does not fold %s", line)
		}
	}
}

// writeIndex writes an index of one repository, of which fill adds the files, and
// gives its root.
func writeIndex(t *testing.T, dir string, fill func(add func(name string, content []byte))) (root string) {
	t.Helper()
	b := codesearch.NewBuilder(nil, writerOf(dir))
	defer b.Close()
	if err := b.Begin(codesearch.Repository{Name: "acme/all"}); err != nil {
		t.Fatal(err)
	}
	p := codesearch.NewPreparer()
	fill(func(name string, content []byte) {
		if err := b.Add(p.Prepare(name, content)); err != nil {
			t.Fatal(err)
		}
	})
	root, err := b.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// writerOf writes files of an index below a directory.
func writerOf(dir string) func(name string, data []byte) error {
	return func(name string, data []byte) error {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			return err
		}
		return os.WriteFile(at, data, 0o666)
	}
}

// indexOwnCode writes an index of callboard's code, and gives its root and lines.
func indexOwnCode(t *testing.T, dir string) (root string, lines []string) {
	t.Helper()
	b := codesearch.NewBuilder(nil, writerOf(dir))
	defer b.Close()
	p := codesearch.NewPreparer()
	add := func(name string, content []byte) {
		if codesearch.ByName(name, int64(len(content))) != "" || codesearch.ByContent(content) != "" {
			return
		}
		if err := b.Add(p.Prepare(name, content)); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(string(content), "\n")...)
	}
	for _, repo := range []string{"internal/codesearch", "internal/markdown", "themes/default/ts"} {
		if err := b.Begin(codesearch.Repository{Name: repo, Link: "https://git.example/" + repo + "/{path}#L{line}"}); err != nil {
			t.Fatal(err)
		}
		if repo == "internal/codesearch" {
			add("a (odd) & ünusual name.txt", []byte(letters))
		}
		tree := os.DirFS("../../" + repo)
		err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !slices.Contains([]string{".go", ".ts"}, path.Ext(name)) {
				return err
			}
			content, err := fs.ReadFile(tree, name)
			add(name, content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := b.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return root, lines
}

// drawn are queries made of lines.
func drawn(lines []string) (out []codeQuery) {
	for i := 13; i < len(lines) && len(out) < 90; i += max(1, len(lines)/90) {
		r := []rune(strings.TrimRight(lines[i], "\r"))
		if len(r) < 12 {
			continue
		}
		at := i % (len(r) - 8)
		text, other := string(r[at:at+3+i%6]), regexp.QuoteMeta(string(r[len(r)-4:]))
		quoted := regexp.QuoteMeta(text)
		out = append(out, []codeQuery{
			{text, false, false}, {text, false, true}, {quoted + ".*" + other, true, false}, {"(" + quoted + "|" + other + "$)", true, false},
			{"^\\s*" + quoted, true, true}, {"(?:" + quoted + ")+[a-z]?", true, false}, {`\w+` + quoted + `\W`, true, false},
		}[i%7])
	}
	return out
}

// linesOf are the lines that the reader in Go finds, with their marks as the browser
// counts.
func linesOf(t *testing.T, r *codesearch.Reader, q codeQuery) []string {
	t.Helper()
	res, err := r.Find(context.Background(), codesearch.Query{Pattern: q.Pattern, Regexp: q.Regexp, Fold: q.Fold}, codesearch.Options{})
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	out := []string{}
	for _, h := range res.Hits {
		for _, l := range h.Lines {
			marks := [][2]int{}
			for _, m := range l.Marks {
				marks = append(marks, [2]int{units(l.Text[:m[0]]), units(l.Text[:m[1]])})
			}
			raw, _ := json.Marshal(marks)
			out = append(out, fmt.Sprintf("%s %s:%d:%s %s %s", h.Repository.Name, h.Path, l.Number, l.Text, raw, h.Link(l.Number)))
		}
	}
	return out
}

// units is how many units of UTF-16 a text has.
func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
