package pymdownx

import (
	"strings"
	"unicode"

	"callboard/internal/pymarkdown"
)

// setupSmartSymbols is pymdownx.smartsymbols: signs that are written with
// several characters, such as (c), --> and 1/2. They are put in after all other
// inline markup.
func setupSmartSymbols(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	var list []*pymarkdown.Pattern
	for _, s := range []struct {
		option, triggers string
		find             symbolFinder
	}{
		{"trademark", "(", fixedSymbol("(tm)", "&trade;")},
		{"copyright", "(", fixedSymbol("(c)", "&copy;")},
		{"registered", "(", fixedSymbol("(r)", "&reg;")},
		{"plusminus", "+", fixedSymbol("+/-", "&plusmn;")},
		{"arrows", "-", findArrow},
		{"notequal", "=", fixedSymbol("=/=", "&ne;")},
		{"fractions", "/", findFraction},
		{"ordinal_numbers", "tdh", findOrdinal},
		{"care_of", "/", findCareOf},
	} {
		if o.Bool(s.option, true) {
			list = append(list, symbolPattern(s.triggers, s.find))
		}
	}
	d.Tree.Register("smart-symbols", 6.1, func(d *pymarkdown.Document, root *pymarkdown.Element) {
		d.RunPatterns(root, list)
	})
	return nil
}

// symbolFinder finds a sign and says what HTML it becomes.
type symbolFinder func(text string, from int) (start, end int, html string, ok bool)

func symbolPattern(triggers string, find symbolFinder) *pymarkdown.Pattern {
	return &pymarkdown.Pattern{Triggers: triggers, Find: func(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
		start, end, html, ok := find(text, from)
		if !ok {
			return pymarkdown.Match{}, false
		}
		return pymarkdown.Match{Start: start, End: end, Text: d.Stash.Add(pymarkdown.Stashed{HTML: html, Safe: true})}, true
	}}
}

func fixedSymbol(sign, html string) symbolFinder {
	return func(text string, from int) (int, int, string, bool) {
		i := strings.Index(text[from:], sign)
		return from + i, from + i + len(sign), html, i >= 0
	}
}

// findArrow finds <-->, --> and <-- that no more dashes prolong.
func findArrow(text string, from int) (start, end int, html string, ok bool) {
	for at := from; at < len(text); {
		i := strings.Index(text[at:], "--")
		if i < 0 {
			break
		}
		at += i
		end = at + 2
		for end < len(text) && text[end] == '-' {
			end++
		}
		left, right, two := at > from && text[at-1] == '<', end < len(text) && text[end] == '>', end-at == 2
		switch {
		case two && left && right:
			return at - 1, end + 1, "&harr;", true
		case two && left:
			return at - 1, end, "&larr;", true
		case two && right && (at == 0 || text[at-1] != '-'):
			return at, end + 1, "&rarr;", true
		}
		at = end
	}
	return 0, 0, "", false
}

var fractions = map[string]string{
	"1/4": "&frac14;", "1/2": "&frac12;", "3/4": "&frac34;", "1/3": "&#8531;", "2/3": "&#8532;", "1/5": "&#8533;", "2/5": "&#8534;",
	"3/5": "&#8535;", "4/5": "&#8536;", "1/6": "&#8537;", "5/6": "&#8538;", "1/8": "&#8539;", "3/8": "&#8540;", "5/8": "&#8541;", "7/8": "&#8542;",
}

func findFraction(text string, from int) (start, end int, html string, ok bool) {
	return atSlash(text, from, func(start, end int) (string, bool) {
		html, ok := fractions[text[start:end]]
		before, _ := pymarkdown.RuneBefore(text, start)
		after, _ := pymarkdown.RuneAt(text, end)
		return html, ok && !unicode.IsDigit(before) && !unicode.IsDigit(after)
	})
}

func findCareOf(text string, from int) (start, end int, html string, ok bool) {
	return atSlash(text, from, func(start, end int) (string, bool) {
		return "&#8453;", text[start:end] == "c/o" && !pymarkdown.WordBefore(text, start) && !pymarkdown.WordAt(text, end)
	})
}

// atSlash finds three bytes, the second of which is a slash.
func atSlash(text string, from int, is func(start, end int) (html string, ok bool)) (start, end int, html string, ok bool) {
	for at := from + 1; at+1 < len(text); at++ {
		i := strings.IndexByte(text[at:], '/')
		if i < 0 || at+i+1 >= len(text) {
			break
		}
		at += i
		if html, ok := is(at-1, at+2); ok {
			return at - 1, at + 2, html, true
		}
	}
	return 0, 0, "", false
}

// findOrdinal finds numbers with st, nd, rd or th.
func findOrdinal(text string, from int) (start, end int, html string, ok bool) {
	for at := from; at < len(text); {
		i := strings.IndexAny(text[at:], "0123456789")
		if i < 0 {
			break
		}
		start = at + i
		at = start
		for at < len(text) && text[at] >= '0' && text[at] <= '9' {
			at++
		}
		end = at + 2
		if end > len(text) || pymarkdown.WordBefore(text, start) || pymarkdown.WordAt(text, end) {
			continue
		}
		if number := text[start:at]; ordinal(number, text[at:end]) {
			return start, end, number + "<sup>" + text[at:end] + "</sup>", true
		}
	}
	return 0, 0, "", false
}

// ordinal tells whether a suffix is right for a number. Eleven to thirteen may
// have either kind.
func ordinal(number, suffix string) bool {
	lead, last := number[:len(number)-1], number[len(number)-1]
	if lead != "" && lead[0] == '0' {
		return false
	}
	switch suffix {
	case "st":
		return last == '1'
	case "nd":
		return last == '2'
	case "rd":
		return last == '3'
	case "th":
		return last == '0' || last > '3' || strings.HasSuffix(lead, "1")
	}
	return false
}
