package pymdownx

import (
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
)

// fancyBody is a block fancylists, which says how the first list in it is
// counted and where it begins.
type fancyBody struct {
	plainBody
	styles *fancyStyles
	typ    string
	start  string
	ol     *pymarkdown.Element
}

// begin reads an argument such as type=a start=3.
func (s *fancyStyles) begin(argument string) (slashBody, bool) {
	b := &fancyBody{styles: s, typ: "1"}
	for option := range strings.FieldsSeq(argument) {
		key, val, ok := strings.Cut(option, "=")
		switch {
		case !ok:
			return nil, false
		case key == "type" && countingStyles[val] != "":
			if lower := strings.ToLower(val); lower == "a" && !s.alpha || lower == "i" && !s.roman {
				return nil, false
			}
			b.typ = val
		case key == "start":
			n, err := strconv.Atoi(val)
			if err != nil {
				return nil, false
			}
			b.start = strconv.Itoa(max(0, n))
		default:
			return nil, false
		}
	}
	return b, true
}

func (b *fancyBody) create(_ *pymarkdown.Document, parent *pymarkdown.Element) *pymarkdown.Element {
	counting := ""
	for name, typ := range countingTypes {
		if typ == b.typ {
			counting = name
		}
	}
	b.e = parent
	b.ol = parent.Sub("ol")
	b.styles.mark(b.ol, b.typ, fancyForced+counting)
	if b.start != "" {
		b.ol.Set("start", b.start)
	}
	return parent
}

// end removes the list if nothing came of it.
func (b *fancyBody) end(*pymarkdown.Document) {
	if up := b.ol.Up(); up != nil && b.ol.First() == nil {
		up.Remove(b.ol)
	}
}
