package extensions_test

import (
	"slices"
	"strings"
	"testing"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
	"callboard/internal/pymarkdown/pymarkdowntest"
)

// TestStandard converts what the extensions that come with Python-Markdown are
// about.
func TestStandard(t *testing.T) { pymarkdowntest.Convert(t, "testdata/std/*.txtar", setupOf) }

func parse(t *testing.T, list, text string) *pymarkdown.Document {
	t.Helper()
	return dialect(t, list).Parse(text, pymarkdown.Env{})
}

func TestTOCHeadings(t *testing.T) {
	d := parse(t, `[{"name":"toc","options":{"toc_depth":"2-3"}},{"name":"attr_list"}]`,
		"# Top\n\n## A & *b*\n\n### C {: data-toc-label='x <i>y</i> & z' }\n\n## `D`\n\n#### Low\n")
	var got []string
	var say func(list []*extensions.Heading, depth int)
	say = func(list []*extensions.Heading, depth int) {
		for _, h := range list {
			got = append(got, strings.Join([]string{strings.Repeat(">", depth) + string(rune('0'+h.Level)), h.ID, h.Name, h.HTML, h.Label}, "|"))
			say(h.Children, depth+1)
		}
	}
	say(extensions.TOC(d), 0)
	want := []string{
		"2|a-b|A &amp; b|A &amp; <em>b</em>|",
		">3|c|x y &amp; z|C|x <i>y</i> & z",
		"2|d|D|<code>D</code>|",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestMeta(t *testing.T) {
	d := parse(t, `[{"name":"meta"}]`, "---\nTitle: A\ntags: x\n    y\ntags: z\n---\n\nText\n")
	meta := extensions.Meta(d)
	if len(meta) != 2 || !slices.Equal(meta["title"], []string{"A"}) || !slices.Equal(meta["tags"], []string{"x", "y", "z"}) {
		t.Errorf("got %q", meta)
	}
	if meta := extensions.Meta(parse(t, `[]`, "Title: A\n")); meta != nil {
		t.Errorf("without the extension: %q", meta)
	}
}

func TestTOCProblems(t *testing.T) {
	for options, want := range map[string]string{
		`{"toc_depth":"2-x"}`:             `toc_depth "2-x" is neither`,
		`{"slugify":{"$py":"os.getcwd"}}`: `no function "os.getcwd"`,
	} {
		list := []pymarkdown.Extension{{Name: "toc", Options: unmarshal(t, options)}}
		d, problems := pymarkdown.New(list, 0, setupOf)
		if len(problems) != 1 || !strings.Contains(problems[0].Err.Error(), want) {
			t.Errorf("%s: got %v, want %q", options, problems, want)
		}
		if got := d.Convert("# A", pymarkdown.Env{}); got != `<h1 id="a">A</h1>` {
			t.Errorf("%s: got %s", options, got)
		}
	}
}

// TestBounds gives pages whose output would be much larger than they are.
func TestBounds(t *testing.T) {
	for name, c := range map[string]struct{ list, text, sign string }{
		"cells":   {`[{"name":"tables"}]`, strings.Repeat("|", 2001) + "\n" + strings.Repeat("-|", 1999) + "-\n" + strings.Repeat("a\n", 2000), "<td"},
		"toc":     {`[{"name":"toc"}]`, strings.Repeat("[TOC]\n\n", 1000) + strings.Repeat("# a\n\n", 1000), "<li"},
		"markers": {`[{"name":"toc"}]`, strings.Repeat("[TOC]\n\n", 1000) + strings.Repeat("# a\n\n", 1000), "<h1"},
	} {
		out := dialect(t, c.list).Convert(c.text, pymarkdown.Env{})
		if n := strings.Count(out, c.sign); n == 0 || n > 110_000 {
			t.Errorf("%s: %d times %q", name, n, c.sign)
		}
	}
}

// TestManyHeadings checks ids that are counted on from ids that exist.
func TestManyHeadings(t *testing.T) {
	out := dialect(t, `[{"name":"toc"}]`).Convert(strings.Repeat("# a\n\n", 3000)+"# a_1\n\n# a_2999\n", pymarkdown.Env{})
	for _, id := range []string{`"a"`, `"a_1"`, `"a_2999"`, `"a_3000"`, `"a_3001"`} {
		if strings.Count(out, "id="+id) != 1 {
			t.Errorf("%d headings with id %s", strings.Count(out, "id="+id), id)
		}
	}
}
