package markdown_test

import (
	"fmt"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/highlight"
	"callboard/internal/markdown"
)

func codes(d *markdown.Doc) string {
	var out []string
	for _, x := range d.Diagnostics {
		out = append(out, fmt.Sprintf("%s@%d", x.Code, x.Pos.Line))
	}
	return strings.Join(out, " ")
}

func times(n int, s string) string { return strings.Repeat(s, n) }

// TestLimits tries each limit at its value and one above.
func TestLimits(t *testing.T) {
	header := func(n int) string { return "|" + times(n, "a|") + "\n|" + times(n, "-|") + "\n" }
	for _, c := range []struct {
		name string
		make func(n int) string
		max  int
		mark string // how often it is in the body within the limit
		want int    // at the limit
		over int    // above it
		code diag.Code
		line int
	}{
		{"quotes", func(n int) string { return times(n, "> ") + "x" }, markdown.MaxNesting, "<blockquote>", markdown.MaxNesting, markdown.MaxNesting, markdown.CodeTooDeep, 1},
		{"columns", func(n int) string { return "a\n\n" + header(n) }, markdown.MaxColumns, "<table", 1, 0, markdown.CodeTableTooLarge, 3},
		{"cells", func(n int) string { return header(100) + times(n, "x\n") }, markdown.MaxSparse/100 - 2, "<table", 1, 0, markdown.CodeTableTooLarge, 1},
		{"marks", func(n int) string { return "a\n\n*b* " + times(n-2, "[ ") + "\n" }, markdown.MaxMarks, "<em>", 1, 0, markdown.CodeTooComplex, 3},
		{"marks of a heading", func(n int) string { return "# *b* " + times(n-2, "[ ") + "\n" }, markdown.MaxMarks, "<em>", 1, 0, markdown.CodeTooComplex, 1},
		{"footnotes", func(n int) string {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, "[^%d]\n\n[^%d]: x\n\n", i, i)
			}
			return b.String()
		}, markdown.MaxFootnotes - 1, "<li id=\"fn:", markdown.MaxFootnotes - 1, markdown.MaxFootnotes, markdown.CodeTooComplex, 4*markdown.MaxFootnotes - 1},
		{"code", func(n int) string { return "```go\nif" + times(n-3, " ") + "\n```\n" }, markdown.MaxCode, "<span", 1, 0, markdown.CodeCodeTooLarge, 1},
		{"bytes", func(n int) string { return times(n/2, "x\n") + times(n%2, "y") }, markdown.MaxBytes, "<pre>", 0, 1, markdown.CodeTooLarge, 1},
	} {
		for i, n := range []int{c.max, c.max + 1} {
			d := render(t, c.make(n))
			want, code := c.want, ""
			if i == 1 {
				want = c.over
				code = fmt.Sprintf("%s@%d", c.code, c.line)
			}
			if got := strings.Count(d.Body, c.mark); got != want || codes(d) != code {
				t.Errorf("%s × %d: %d × %s and %q, want %d and %q", c.name, n, got, c.mark, codes(d), want, code)
			}
		}
	}
}

func TestLongPagesOfShortThings(t *testing.T) {
	// Each line becomes some thirty times as long; the page is cut before that.
	src := "*[a]: " + times(150, "t") + "\n\n" + times(100_000, "a ")
	d := markdown.New(highlight.New()).Render([]byte(src), markdown.Options{Dialect: profileOf(t, "techdocs")})
	if !strings.HasPrefix(d.Body, "<pre>") || codes(d) != "markdown-too-large@1" || len(d.Headings) != 0 {
		t.Errorf("%d bytes became %d, %q", len(src), len(d.Body), codes(d))
	}
}

// hostile is input for which careless renderers take quadratic time.
var hostile = map[string]string{
	"headings": "# x\n", "numbered headings": "# x_1\n# x_2\n# x_3\n", "setext": "x\n=\n", "brackets": "[a", "closing brackets": "a] ", "nested brackets": "[[]", "images": "![a", "links": "[a](b) ", "open links": "[a](", "open destinations": "[a](<b", "open titles": "[a](b \"c ",
	"references": "[a][b] ", "definitions": "[a]: b\n", "open definitions": "[a]: <b\n", "emphasis": "*a _b ", "closers": "_a b* ", "strong": "**a__ ", "mixed": "*a**b", "strike": "~~a ~", "carets": "^a^^b", "marks": "==a=b", "keys": "++a+", "code": "`a ", "code runs": "`a``b```c",
	"quotes": "> a\n", "deep quotes": "> ", "deep lists": "- ", "lists": "- a\n", "ordered": "1. a\n", "loose": "- a\n\n", "mixed lists": "- a\n* b\n+ c\n", "tasks": "- [ ] a\n", "rules": "---\n", "footnotes": "[^1]", "footnote definitions": "[^1]: a\n", "footnote chain": "[^1]: [^2]: ",
	"tags": "<a ", "html": "<div>", "comments": "<!--", "instructions": "<?", "declarations": "<!A", "cdata": "<![CDATA[", "autolinks": "<http:a", "table": "|a|b|\n", "table with head": "|a|\n|-|\n|b|\n", "pipes": "|", "escaped pipes": "|`\\|`", "fences": "```\n", "open fences": "```a\n~~~\n", "yaml": "```yaml\n[[[[[[[[[[[[\n",
	"admonitions": "!!! a\n", "details": "??? a\n    ", "tabs": "=== \"a\"\n", "terms": "a\n: b\n", "attributes": "a{: .b }\n", "open attributes": "{: .b", "abbreviations": "*[a]: b\n", "emoji": ":a:smile:", "urls": "http://a ", "url signs": "http://", "mail": "a@b.c", "www": "www.", "entities": "&amp;", "escapes": "\\*", "spaces": "    a\n", "tabs of space": "\ta\n", "blank": "\n \n", "breaks": "a  \n", "backslashes": "\\\n", "semicolons": "http://a;&",
}

// TestHostilePages renders what is hostile, alone, twice, and in a quote and a
// list: none may fail, and none may make a page that is beyond all measure. What
// it costs is for BenchmarkHostile to say.
func TestHostilePages(t *testing.T) {
	r := markdown.New(highlight.New())
	const size = 24 << 10
	for name, unit := range hostile {
		src := times(size/len(unit), unit)
		for _, s := range []string{src, src + "\n\n" + src, "# a\n\n> - " + src} {
			d := r.Render([]byte(s), markdown.Options{})
			if len(d.Body) > 2*(markdown.MaxRatio*len(s)+markdown.MinRatio) {
				t.Errorf("%s: %d bytes became %d", name, len(s), len(d.Body))
			}
		}
	}
}

// BenchmarkHostile renders hostile input of growing size: the rate must stay.
func BenchmarkHostile(b *testing.B) {
	r := markdown.New(highlight.New())
	for name, unit := range hostile {
		for _, size := range []int{32 << 10, 128 << 10, 512 << 10} {
			src := []byte(times(size/len(unit), unit))
			b.Run(fmt.Sprintf("%s/%dK", strings.ReplaceAll(name, " ", "-"), size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(src)))
				for b.Loop() {
					r.Render(src, markdown.Options{})
				}
			})
		}
	}
}
