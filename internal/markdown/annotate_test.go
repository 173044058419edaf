package markdown_test

import (
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
)

// annotations are pages with annotations, and what of their HTML must be there.
var annotations = map[string]struct {
	in          string
	annotate    bool
	want, never []string
}{
	"code of a site that asks for them": {
		in: "```yaml\na: b # (1) c\n```\n\n1.  Note.\n", annotate: true,
		want: []string{`<span class="com"># <button class="annotation" type="button" popovertarget="__annotation_1_1" aria-label="Note 1" data-n="1">(1)</button> c</span>`,
			`<ol class="annotations in-notes">`, `<li id="__annotation_1_1" popover="">Note.</li>`},
	},
	"the comment goes": {
		in: "```yaml\na: b # (1)!\n```\n\n1.  Note.\n", annotate: true,
		want: []string{`<span class="com"><span hidden># </span><button `, `>(1)</button><span hidden>!</span></span>`},
	},
	"code of a site that does not":    {in: "```yaml\na: b # (1)\n```\n\n1.  Note.\n", never: []string{"<button", "popover"}},
	"one block that asks":             {in: "``` { .yaml .annotate }\na: b # (1)\n```\n\n1.  Note.\n", want: []string{"<button"}},
	"one block that does not":         {in: "``` { .yaml .no-annotate }\na: b # (1)\n```\n\n1.  Note.\n", annotate: true, never: []string{"<button"}},
	"no comment":                      {in: "```python\nf(1)\n```\n\n1.  Note.\n", annotate: true, never: []string{"<button", "popover"}},
	"no list":                         {in: "```yaml\na: b # (1)\n```\n\n- Note.\n", annotate: true, never: []string{"<button"}},
	"a number that the list has not":  {in: "```yaml\na: b # (3)\n```\n\n1.  Note.\n", annotate: true, never: []string{"<button", "popover"}},
	"items without a mark are a list": {in: "```yaml\na: b # (2)\n```\n\n1.  One.\n2.  Two.\n3.  Three.\n", annotate: true, want: []string{`<li value="1">One.`, `popover="">Two.`, `<li value="3">Three.`}, never: []string{"in-notes"}},
	"a block with an id is sanitised": {
		in:   "``` { .yaml #mine .annotate }\na: b # (1)!\n```\n\n1.  Note.\n",
		want: []string{`<div id="mine"`, `<button class="annotation"`, `<span hidden># </span>`},
	},
	"two of a comment":         {in: "```yaml\na: b # (1) (2)\n```\n\n1.  One.\n2.  Two.\n", annotate: true, want: []string{`data-n="1"`, `data-n="2"`}},
	"a paragraph":              {in: "Text (1) and (2).\n{ .annotate }\n\n1.  One `a`.\n2.  Two.\n", want: []string{`Text <button`, `</button> and <button`, `popover="">One <code>a</code>.</li>`}},
	"a paragraph without":      {in: "Text (1).\n\n1.  One.\n", annotate: true, never: []string{"<button"}},
	"code and links in it":     {in: "`f(1)` [x (1)](y.md) (1)\n{ .annotate }\n\n1.  One.\n", want: []string{"<code>f(1)</code>", "x (1)</a>"}},
	"an admonition":            {in: "!!! note annotate \"Title (1)\"\n\n    Text (2).\n\n1.  One.\n2.  Two.\n", want: []string{`Title <button`, `Text <button`}},
	"a summary stays a label":  {in: "??? note annotate \"Title (1)\"\n\n    Text (2).\n\n1.  One.\n2.  Two.\n", want: []string{`Title (1)</summary>`, `Text <button`, `<li value="1">One.`}},
	"HTML with Markdown in it": {in: "<div class=\"annotate\" markdown>\n\nText (1).\n\n</div>\n\n1.  One.\n", want: []string{`Text <button`, `popover=""`}},
	"in a note of a note": {
		in:   "Text (1)\n{ .annotate }\n\n1.  One (1)\n    { .annotate }\n\n    1.  Inner.\n",
		want: []string{`id="__annotation_1_1"`, `id="__annotation_2_1"`, `popover="">Inner.`},
	},
	"an id of the author's": {in: "Text (1)\n{ .annotate }\n\n1.  One\n    {: #a\"b }\n", never: []string{`popovertarget="a"b`}},
}

func TestAnnotations(t *testing.T) {
	r := markdown.New(highlight.New())
	d := dialect(t, "admonition", "attr_list", "md_in_html", "pymdownx.details", "pymdownx.highlight", "pymdownx.superfences")
	for name, c := range annotations {
		doc := r.Render([]byte(c.in), markdown.Options{Dialect: d, Annotate: c.annotate})
		got := doc.Resolve(func(_ int, l markdown.Link) string { return l.Dest }).String()
		for _, w := range c.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %s in\n%s", name, w, got)
			}
		}
		for _, n := range c.never {
			if strings.Contains(got, n) {
				t.Errorf("%s: %s in\n%s", name, n, got)
			}
		}
	}
}

// TestManyAnnotations holds that a page cannot be made many times as large by its
// marks.
func TestManyAnnotations(t *testing.T) {
	r := markdown.New(highlight.New())
	for _, n := range []int{999, 1000, 1001} {
		src := strings.Repeat("(1) ", n) + "\n{ .annotate }\n\n1.  Note.\n"
		doc := r.Render([]byte(src), markdown.Options{Dialect: dialect(t, "attr_list")})
		if got := strings.Count(doc.Body, "<button"); got != min(n, 1000) {
			t.Errorf("%d marks: %d buttons", n, got)
		}
	}
}
