package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// mathForm is a function of pymdownx.arithmatex that writes formulas in
// superfences and inlinehilite.
type mathForm struct {
	mathJax, preview bool
	tag              string
}

// mathFormat finds such a function.
func mathFormat(module, name string, o pymarkdown.Options, tag string) (m mathForm, ok bool) {
	if module != "pymdownx.arithmatex" {
		return m, false
	}
	m = mathForm{preview: o.Bool("preview", false), tag: o.String("tag", tag)}
	switch strings.TrimPrefix(name, "_") {
	case "arithmatex_fenced_format", "arithmatex_inline_format":
		m.mathJax = o.String("mode", "generic") == "mathjax"
	case "fence_mathjax_preview_format", "inline_mathjax_preview_format":
		m.mathJax, m.preview = true, true
	case "fence_mathjax_format", "inline_mathjax_format":
		m.mathJax = true
	}
	if name == "arithmatex_inline_format" && m.mathJax {
		m.tag = tag // which it does not hand on
	}
	return m, true
}

// fence writes a formula of a fence.
func (m mathForm) fence(f *openFence, math string) pymarkdown.Stashed {
	if !m.mathJax {
		attrs, safe := f.attributes()
		return pymarkdown.Stashed{
			HTML:  "<" + m.tag + attrs + ">\\[\n" + math + "\n\\]</" + m.tag + ">",
			Safe:  safe && !strings.ContainsAny(math, "<>&\x02"),
			Plain: math,
		}
	}
	html := "<" + m.tag + ` class="arithmatex">` + "\n"
	if m.preview {
		html += `<div class="MathJax_Preview">` + "\n" + mathEscaper.Replace(math) + "\n</div>\n"
	}
	html += `<script type="math/tex; mode=display">` + "\n" + math + "\n</script>\n</div>" // whatever was opened
	return pymarkdown.Stashed{HTML: html, Plain: math}
}

var mathEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// element makes a formula within text.
func (m mathForm) element(math, class, before, after string) *pymarkdown.Element {
	e := pymarkdown.NewElement(m.tag)
	if !m.mathJax {
		e.Set("class", class)
		e.SetAtomic(before + math + after)
		return e
	}
	e.Set("class", "arithmatex")
	addMathJax(e, math, "span", "math/tex", m.preview)
	return e
}

// addMathJax adds a formula as MathJax reads it, and before it, if there is a
// preview, what stands there until MathJax has.
func addMathJax(e *pymarkdown.Element, math, previewTag, kind string, preview bool) {
	if preview {
		p := e.Sub(previewTag)
		p.Set("class", "MathJax_Preview")
		p.SetAtomic(math)
	}
	script := e.Sub("script")
	script.Set("type", kind)
	script.SetAtomic(math)
}
