package markdown

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"callboard/internal/diag"
	"callboard/internal/highlight"
	"callboard/internal/lazyregexp"
	"callboard/internal/sanitize"
)

// fence is what stands behind the backticks: the language and the options of
// pymdown-extensions' superfences.
type fence struct {
	lang, title string
	numbers     int // the number of the first line, 0 for none
	marked      map[int]bool
}

var fenceOption = lazyregexp.New(`([\w-]+)="([^"]*)"`)

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
	src := w.lines(n)
	if drawing, ok := w.drawing(f.lang, src); ok {
		w.s(drawing)
		w.plain.say(src)
		return
	}
	if f.lang != "mermaid" {
		w.figure(f, src, n)
		return
	}
	w.s(`<figure class="mermaid"><figcaption>Mermaid diagram (source)</figcaption><pre tabindex="0">`)
	w.words(src)
	w.s("</pre></figure>\n")
}

// drawing draws a diagram of documentation; descriptions have none. Where HTML of
// the author's stands on the page, it is kept from being sanitised with that.
func (w *writer) drawing(kind, source string) (html string, ok bool) {
	if w.opt.NoRawHTML || kind == "" || strings.HasPrefix(kind, "math") {
		return "", false
	}
	if html, ok = w.fence(kind, source); ok {
		w.own = append(w.own, html)
		html = sanitize.SlotTag(len(w.own) - 1)
		w.raw = true
	}
	return html, ok
}

// affords tells whether a block of code can have colours in view of what those
// before it on the page may have cost.
func (w *writer) affords(lang, src string, at diag.Pos) bool {
	cost := w.code.Cost(lang, src)
	if w.cost+cost <= highlight.MaxCost {
		w.cost += cost
		return true
	}
	if !w.colourless {
		w.colourless = true
		w.report(diag.Info, CodeCodeTooLarge, at, "the page has much code in rarer languages, and from here on it is shown without colours", "split the page")
	}
	return false
}

// figure writes a block of code.
func (w *writer) figure(f fence, src string, n ast.Node) {
	lang := f.lang
	if len(src) > MaxCode {
		w.report(diag.Info, CodeCodeTooLarge, w.place(w.at(n)), fmt.Sprintf("a block of code has more than %d bytes and is shown without colours", MaxCode), "")
		lang = ""
	} else if !w.affords(lang, src, w.place(w.at(n))) {
		lang = ""
	}
	var known bool
	w.scratch, known = w.code.Append(w.scratch[:0], lang, src)
	w.s(`<figure class="code"`)
	w.attr("data-lang", f.lang)
	w.s(">")
	switch {
	case f.title != "":
		w.s("<figcaption>")
		w.words(f.title)
		w.s("</figcaption>")
		w.plain.gap()
	case known && f.lang != "" && f.lang != "text":
		w.s("<figcaption>")
		w.esc(f.lang)
		w.s("</figcaption>")
	}
	w.s(`<pre tabindex="0"><code>`)
	if f.numbers > 0 || len(f.marked) > 0 {
		w.out = highlight.Lines{First: f.numbers, Marked: func(n int) bool { return f.marked[n] }}.Append(w.out, w.scratch)
	} else {
		w.out = append(w.out, w.scratch...)
	}
	w.s("</code></pre></figure>\n")
	w.plain.say(src)
}
