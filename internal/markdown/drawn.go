package markdown

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/mathml"
	"callboard/internal/mermaid"
	"callboard/internal/sanitize"
)

// maxDrawn is how many diagrams and formulas of a page are drawn; a page of more
// is no page for readers.
const maxDrawn = 2_000

// fence draws a diagram or a formula, by what the caller has for it, or here. What
// cannot be drawn stays source.
func (w *writer) fence(kind, source string) (html string, ok bool) {
	if w.drawn >= maxDrawn {
		return "", false
	}
	if w.opt.Draw != nil {
		if html, ok := w.tool(kind, source); ok {
			return html, true
		}
	}
	w.drawn++
	switch kind {
	case "mermaid":
		return w.mermaid(source)
	case "plantuml", "puml", "uml":
		svg, err := mermaid.PlantUML(source, mermaid.Options{ID: "pu" + strconv.Itoa(w.drawn)})
		return `<div class="drawn"><div class="drawing" tabindex="0">` + string(svg) + "</div></div>", err == nil
	case "math":
		m, err := mathml.Render(source, false)
		return `<span class="arithmatex">` + m + "</span>", err == nil
	case "math-block":
		m, err := mathml.Render(source, true)
		return `<div class="arithmatex">` + m + "</div>", err == nil
	}
	w.drawn--
	return "", false
}

// tool lets the caller's tools draw a diagram.
func (w *writer) tool(kind, source string) (string, bool) {
	svg, ok, err := w.opt.Draw(kind, source)
	if err != nil {
		w.report(diag.Warning, CodeNotDrawn, w.place(w.lineOf(source)),
			fmt.Sprintf("the %s diagram is shown as its source: %v", kind, err), "")
	}
	if err != nil || !ok {
		return "", false
	}
	w.drawn++
	svg = sanitize.Drawing(svg, "dg"+strconv.Itoa(w.drawn)+"-")
	html := append([]byte(`<div class="drawn made"><div class="drawing" tabindex="0">`), svg...)
	html = append(html, `</div><pre tabindex="0"><code>`...)
	html = escape(html, source)
	return string(append(html, "</code></pre></div>"...)), true
}

// lineOf is about where a diagram stands in the page, whose lines may be indented
// there.
func (w *writer) lineOf(source string) int {
	source = strings.TrimSpace(source)
	first, _, _ := strings.Cut(source, "\n")
	for _, text := range []string{source, first} {
		if at := bytes.Index(w.src, []byte(text+"\n")); at >= 0 {
			return at
		}
	}
	return 0
}

// mermaid draws a diagram. Its source stays in the page, for search, for readers
// who cannot see the drawing, and to be copied; it shows when it has the focus.
func (w *writer) mermaid(source string) (string, bool) {
	svg, err := mermaid.Render(source, mermaid.Options{ID: "mm" + strconv.Itoa(w.drawn)})
	if err != nil {
		return "", false
	}
	html := append([]byte(`<div class="drawn"><div class="drawing" tabindex="0">`), svg...)
	html = append(html, `</div><pre class="mermaid" tabindex="0"><code>`...)
	html = escape(html, source)
	return string(append(html, "</code></pre></div>"...)), true
}
