package sanitize

import (
	"bytes"
	"encoding/xml"
	"io"
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
func SVG(src []byte) []byte {
	w := svgWriter{dec: xml.NewDecoder(bytes.NewReader(src))}
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
	skip int // depth below an element that was dropped
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
			if w.skip == 0 && len(w.open) > 0 {
				xml.EscapeText(&w.out, t)
			}
		}
	}
}

func (w *svgWriter) start(t xml.StartElement) bool {
	if w.skip > 0 || t.Name.Space != "" || !svgElements[t.Name.Local] || len(w.open) == 0 && t.Name.Local != "svg" {
		w.skip++
		return w.skip < MaxSVGDepth
	}
	w.open = append(w.open, t.Name.Local)
	w.out.WriteString("<" + t.Name.Local)
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

func (w *svgWriter) end(t xml.EndElement) {
	switch {
	case w.skip > 0:
		w.skip--
	case len(w.open) > 0 && w.open[len(w.open)-1] == t.Name.Local:
		w.open = w.open[:len(w.open)-1]
		w.out.WriteString("</" + t.Name.Local + ">")
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
