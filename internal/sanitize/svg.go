package sanitize

import (
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strings"
)

// MaxSVGTokens and MaxSVGDepth bound the drawings that are passed on; one
// beyond them becomes an empty drawing.
const (
	MaxSVGTokens = 200_000
	MaxSVGDepth  = 100
)

// SVG makes a drawing of a stranger safe to serve from the portal's origin,
// where a browser that opens it directly would run its scripts. Elements and
// attributes pass by allow-list; references lead into the drawing itself only.
// What is no SVG becomes an empty drawing.
func SVG(src []byte) []byte { return svg(src, nil) }

// svg cleans a drawing; page is nil for one that does not stand in a page.
func svg(src []byte, page *inPage) []byte {
	w := svgWriter{dec: xml.NewDecoder(bytes.NewReader(src)), page: page}
	w.dec.Strict = true
	w.dec.Entity = map[string]string{} // none but XML's own five
	if !w.run() {
		return []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)
	}
	return w.out.Bytes()
}

type svgWriter struct {
	dec  *xml.Decoder
	out  bytes.Buffer
	open []string
	// written are the names under which the open links were written.
	written []string
	skip    int // depth below an element that was dropped
	page    *inPage
	// style is the text of a style sheet that is being read, for a page; of is the
	// depth of skip at it, 0 for none.
	style strings.Builder
	of    int
}

func (w *svgWriter) run() bool {
	for n := 0; ; n++ {
		tok, err := w.dec.RawToken()
		if err == io.EOF {
			return len(w.open) == 0 && w.skip == 0 && w.out.Len() > 0
		}
		if err != nil || n > MaxSVGTokens {
			return false
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if !w.start(t) {
				return false
			}
		case xml.EndElement:
			w.end(t)
		case xml.CharData:
			switch {
			case w.skip == 0 && len(w.open) > 0:
				xml.EscapeText(&w.out, t)
			case w.of > 0 && w.of == w.skip && w.style.Len()+len(t) <= MaxStyle:
				w.style.Write(t)
			}
		}
	}
}

func (w *svgWriter) start(t xml.StartElement) bool {
	name := t.Name.Local
	if w.page != nil && w.skip == 0 && t.Name.Space == "" && len(w.open) > 0 {
		switch name {
		case "style":
			w.of = 1
		case "a":
			return w.link(t)
		}
	}
	if w.skip > 0 || t.Name.Space != "" || !svgElements[name] || len(w.open) == 0 && name != "svg" {
		w.skip++
		return w.skip < MaxSVGDepth
	}
	w.open = append(w.open, name)
	w.out.WriteString("<" + name)
	if w.page != nil {
		t.Attr = w.page.attributes(t.Attr)
	}
	if len(w.open) == 1 {
		w.out.WriteString(` xmlns="http://www.w3.org/2000/svg"`)
	}
	for _, a := range t.Attr {
		if safeSVGAttr(a) {
			w.out.WriteString(" " + a.Name.Local + `="`)
			xml.EscapeText(&w.out, []byte(a.Value))
			w.out.WriteByte('"')
		}
	}
	w.out.WriteByte('>')
	return len(w.open) < MaxSVGDepth
}

// link writes a link of a drawing in a page, or a group in the place of one that
// leads nowhere.
func (w *svgWriter) link(t xml.StartElement) bool {
	to := link(t.Attr)
	if to == "" || slices.Contains(w.open, "a") {
		t.Name.Local, t.Attr = "g", nil
	}
	w.open = append(w.open, "a")
	w.out.WriteString("<" + t.Name.Local)
	if t.Name.Local == "a" {
		w.out.WriteString(` href="`)
		xml.EscapeText(&w.out, []byte(w.page.reference(to)))
		w.out.WriteByte('"')
	}
	w.out.WriteByte('>')
	w.written = append(w.written, t.Name.Local)
	return len(w.open) < MaxSVGDepth
}

func (w *svgWriter) end(t xml.EndElement) {
	switch {
	case w.skip > 0:
		if w.skip--; w.of > 0 && w.skip == 0 {
			w.page.sheet(w.style.String())
			w.style.Reset()
			w.of = 0
		}
	case len(w.open) > 0 && w.open[len(w.open)-1] == t.Name.Local:
		name := t.Name.Local
		if name == "a" {
			name = w.written[len(w.written)-1]
			w.written = w.written[:len(w.written)-1]
		}
		w.open = w.open[:len(w.open)-1]
		w.out.WriteString("</" + name + ">")
	}
}

// safeSVGAttr takes presentation and geometry attributes. A value that refers
// to something must refer to a place in the drawing: url(#id) or #id.
func safeSVGAttr(a xml.Attr) bool {
	name, val := a.Name.Local, strings.ToLower(strings.TrimSpace(a.Value))
	switch {
	case name == "href" && (a.Name.Space == "" || a.Name.Space == "xlink"):
		return a.Name.Space == "" && strings.HasPrefix(val, "#")
	case a.Name.Space != "" || !svgAttrs[name]:
		return false
	case strings.Contains(val, "url("):
		return strings.HasPrefix(val, "url(#") && strings.Count(val, "url(") == 1
	}
	return true
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

var svgElements = set(`svg g defs title desc symbol use path rect circle ellipse line polyline polygon text tspan textPath
	marker linearGradient radialGradient stop clipPath mask pattern filter feBlend feColorMatrix feComponentTransfer
	feComposite feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset feTile feTurbulence`)

var svgAttrs = set(`id class x y x1 y1 x2 y2 cx cy r rx ry fx fy width height viewBox preserveAspectRatio version d points transform
	pathLength dx dy rotate textLength lengthAdjust startOffset method spacing role aria-label aria-hidden aria-labelledby lang
	fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset stroke-miterlimit
	opacity color display visibility overflow clip-path clip-rule mask filter vector-effect shape-rendering text-rendering paint-order mix-blend-mode
	font-family font-size font-weight font-style font-variant font-stretch text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift letter-spacing word-spacing writing-mode direction unicode-bidi
	offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits
	marker-start marker-mid marker-end markerWidth markerHeight markerUnits refX refY orient
	in in2 result stdDeviation mode type values operator k1 k2 k3 k4 flood-color flood-opacity tableValues slope intercept amplitude exponent radius baseFrequency numOctaves seed stitchTiles filterUnits primitiveUnits color-interpolation-filters`)
