package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

func setupLegacyAttrs(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Tree.Register("legacyattrs", 15, legacyAttrs)
	return nil
}

// legacyAttrs sets attributes that stand in text as {@key=value}.
func legacyAttrs(_ *pymarkdown.Document, root *pymarkdown.Element) {
	for e := range root.Iter() {
		if alt, ok := e.Get("alt"); ok {
			alt = takeLegacy(e, alt)
			e.Set("alt", alt)
		}
		if !e.LeadAtomic {
			e.Lead = takeLegacy(e, e.Lead)
		}
		if !e.TailAtomic {
			e.Tail = takeLegacy(e, e.Tail)
		}
	}
}

// takeLegacy sets the attributes that text names, and gives the text without.
func takeLegacy(e *pymarkdown.Element, text string) string {
	if !strings.Contains(text, "{@") {
		return text
	}
	var b strings.Builder
	for {
		start := strings.Index(text, "{@")
		if start < 0 {
			break
		}
		n := strings.IndexByte(text[start:], '}')
		if n < 0 {
			break
		}
		inside := text[start+2 : start+n]
		// The last "=" counts. Without one, no other "{@" before the bracket has one.
		if eq := strings.LastIndexByte(inside, '='); eq >= 0 {
			// What is no name would be written as several attributes.
			if key := inside[:eq]; key != "" && !strings.ContainsAny(key, "\"'<>/` \t\n\v\f\r") {
				e.Set(key, strings.ReplaceAll(inside[eq+1:], "\n", " "))
			}
			b.WriteString(text[:start])
		} else {
			b.WriteString(text[:start+n+1])
		}
		text = text[start+n+1:]
	}
	b.WriteString(text)
	return b.String()
}
