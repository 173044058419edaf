package markdown

import (
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// fence is what stands behind the backticks: the language and the options of
// pymdown-extensions' superfences.
type fence struct {
	lang, title string
	numbers     int // the number of the first line, 0 for none
	marked      map[int]bool
}

var fenceOption = regexp.MustCompile(`([\w-]+)="([^"]*)"`)

const maxMarked = 10_000 // lines that may be marked

// parseFence reads an info string: "go title="x" hl_lines="1 3-5" linenums="1"",
// or the same in braces, "{ .go title="x" }".
func parseFence(info string) fence {
	var f fence
	info = strings.TrimSpace(info)
	if inner, ok := strings.CutPrefix(info, "{"); ok {
		info = strings.TrimSpace(strings.TrimSuffix(inner, "}"))
		for word := range strings.FieldsSeq(info) {
			if lang, ok := strings.CutPrefix(word, "."); ok {
				f.lang = lang
				break
			}
		}
	} else if first, _, _ := strings.Cut(info, " "); !strings.Contains(first, "=") {
		f.lang, _, _ = strings.Cut(first, "{")
	}
	f.lang = strings.Trim(f.lang, ",;")
	for _, m := range fenceOption.FindAllStringSubmatch(info, 20) {
		switch m[1] {
		case "title":
			f.title = m[2]
		case "linenums":
			first, _, _ := strings.Cut(strings.TrimSpace(m[2]), " ")
			if n, err := strconv.Atoi(first); err == nil && n > 0 && n < 1e6 {
				f.numbers = n
			}
		case "hl_lines":
			f.marked = parseLines(m[2])
		}
	}
	return f
}

// parseLines reads "1 3-5".
func parseLines(s string) map[int]bool {
	out := map[int]bool{}
	for part := range strings.FieldsSeq(strings.ReplaceAll(s, ",", " ")) {
		a, b, isRange := strings.Cut(part, "-")
		from, err := strconv.Atoi(a)
		if err != nil {
			continue
		}
		to := from
		if isRange {
			if to, err = strconv.Atoi(b); err != nil {
				continue
			}
		}
		for i := max(from, 1); i <= to && len(out) < maxMarked; i++ {
			out[i] = true
		}
	}
	return out
}

func (w *writer) fenced(n *ast.FencedCodeBlock) {
	info := ""
	if n.Info != nil {
		info = string(n.Info.Segment.Value(w.src))
	}
	f := parseFence(info)
	src := lines(n, w.src)
	if f.lang == "mermaid" {
		w.s(`<figure class="mermaid"><figcaption>Mermaid diagram (source)</figcaption><pre tabindex="0">`, html.EscapeString(src), "</pre></figure>\n")
		return
	}
	w.figure(f.lang, f.title, src, f)
}

// figure writes a block of code.
func (w *writer) figure(lang, title, src string, f fence) {
	spans, known := w.code.Code(lang, src)
	w.s(`<figure class="code"`)
	if lang != "" {
		w.s(` data-lang="`, html.EscapeString(lang), `"`)
	}
	w.s(">")
	switch {
	case title != "":
		w.s("<figcaption>", html.EscapeString(title), "</figcaption>")
	case known && lang != "" && lang != "text":
		w.s("<figcaption>", html.EscapeString(lang), "</figcaption>")
	}
	w.s(`<pre tabindex="0"><code>`)
	if f.numbers > 0 || len(f.marked) > 0 {
		spans = wrapLines(spans, f)
	}
	w.s(spans, "</code></pre></figure>\n")
}

// wrapLines puts each line into a span of its own, to number it or to mark it.
// Token spans never cross lines.
func wrapLines(spans string, f fence) string {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(spans) {
		n++
		b.WriteString(`<span class="line`)
		if f.marked[n] {
			b.WriteString(" hl")
		}
		b.WriteByte('"')
		if f.numbers > 0 {
			b.WriteString(` data-line="`)
			b.WriteString(strconv.Itoa(f.numbers + n - 1))
			b.WriteByte('"')
		}
		b.WriteByte('>')
		b.WriteString(strings.TrimSuffix(line, "\n"))
		b.WriteString("</span>")
		if strings.HasSuffix(line, "\n") {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
