package markdown

import (
	"strconv"

	"callboard/internal/mathml"
	"callboard/internal/mermaid"
)

// maxDrawn is how many diagrams and formulas of a page are drawn; a page of more
// is no page for readers.
const maxDrawn = 2_000

// fence draws a diagram or a formula, by what the caller has for it, or here. What
// cannot be drawn stays source.
func (p *pythonPage) fence(kind, source string) (html string, ok bool) {
	if p.drawn >= maxDrawn {
		return "", false
	}
	p.drawn++
	if p.opt.Fence != nil {
		if html, ok := p.opt.Fence(kind, source); ok {
			return html, true
		}
	}
	switch kind {
	case "mermaid":
		return p.mermaid(source)
	case "plantuml", "puml", "uml":
		svg, err := mermaid.PlantUML(source, mermaid.Options{ID: "pu" + strconv.Itoa(p.drawn)})
		return `<div class="drawn"><div class="drawing" tabindex="0">` + string(svg) + "</div></div>", err == nil
	case "math":
		m, err := mathml.Render(source, false)
		return `<span class="arithmatex">` + m + "</span>", err == nil
	case "math-block":
		m, err := mathml.Render(source, true)
		return `<div class="arithmatex">` + m + "</div>", err == nil
	}
	return "", false
}

// mermaid draws a diagram. Its source stays in the page, for search, for readers
// who cannot see the drawing, and to be copied; it shows when it has the focus.
func (p *pythonPage) mermaid(source string) (string, bool) {
	svg, err := mermaid.Render(source, mermaid.Options{ID: "mm" + strconv.Itoa(p.drawn)})
	if err != nil {
		return "", false
	}
	html := append([]byte(`<div class="drawn"><div class="drawing" tabindex="0">`), svg...)
	html = append(html, `</div><pre class="mermaid" tabindex="0"><code>`...)
	html = escape(html, source)
	return string(append(html, "</code></pre></div>"...)), true
}
