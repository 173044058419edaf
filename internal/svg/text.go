package svg

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// widths of the printable characters of ASCII, in thousandths of the size of
// the text: the greater of those of Noto Sans and Liberation Sans (which is as
// wide as Arial and Helvetica), as measured. Text is cut by them and so may
// have a little room left.
var widths = [...]uint16{
	278, 278, 408, 646, 572, 889, 732, 225, 333, 333, 551, 584, 278, 333, 278, 372,
	572, 572, 572, 572, 572, 572, 572, 572, 572, 572, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 730, 667, 611, 778, 741, 339, 500, 667, 556, 907, 760, 781,
	667, 781, 722, 667, 611, 731, 667, 944, 667, 667, 611, 329, 372, 329, 572, 556,
	333, 561, 615, 500, 615, 564, 344, 615, 618, 258, 258, 534, 258, 935, 618, 605,
	615, 615, 413, 500, 361, 618, 508, 786, 529, 510, 500, 380, 551, 380, 584,
}

const ellipsis = "…"

// runeWidth is the width of a character in thousandths of the text's size.
// Beyond ASCII it goes by blocks and is rather too wide than too narrow.
func runeWidth(r rune) int {
	switch {
	case r >= ' ' && int(r-' ') < len(widths):
		return int(widths[r-' '])
	case r == '·':
		return 278
	case isMark(r):
		return 0
	case r >= 0x1100 && (r < 0x1200 || r >= 0x2600 && r < 0x2800 || r >= 0x2e80 && r < 0xa4d0 || r >= 0xac00 && r < 0xd7b0 ||
		r >= 0xf900 && r < 0xfb00 || r >= 0xfe30 && r < 0xfe70 || r >= 0xff00 && r < 0xff61):
		return 1000
	case r >= 0x1f000:
		return 1300
	case unicode.IsUpper(r), r == '…', r == '—':
		return 800
	}
	return 640
}

// isMark tells whether a character joins the one before it.
func isMark(r rune) bool {
	return r >= 0x300 && (unicode.In(r, unicode.Mn, unicode.Me) || r == 0x200d)
}

// Width is the width of a text at a size, both in pixels, rather too wide than too
// narrow.
func Width(s string, size int) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return (n*size + 999) / 1000
}

// Fit cuts a text to a width in pixels at a size in pixels and tells whether it
// had to.
func Fit(s string, width, size int) (string, bool) {
	room, used, cut := width*1000/size, 0, 0
	roomCut := room - runeWidth('…')
	for i, r := range s {
		if used <= roomCut && !isMark(r) {
			cut = i // an ellipsis would fit behind what comes before
		}
		if used += runeWidth(r); used > room {
			return strings.TrimRight(s[:cut], " -_.·") + ellipsis, true
		}
	}
	return s, false
}

// maxText is how many bytes of a text are kept at all.
const maxText = 500

// maxHref is how many bytes an address may have.
const maxHref = 2_000

// Clean makes one line of a stranger's text: no control characters, none that
// turn the direction of what follows, nothing that is not Unicode.
func Clean(s string) string {
	if isPlain(s) && len(s) <= maxText {
		return s
	}
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case unicode.IsControl(r), turns(r):
			continue
		}
		if b.Len()+utf8.UTFMax >= maxText {
			b.WriteString(ellipsis)
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// turns tells whether a character changes the direction of what follows it, or
// hides it.
func turns(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r >= 0xfff9 && r <= 0xfffb
}

// isPlain tells whether a text is printable ASCII without double spaces.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && (i == 0 || i == len(s)-1 || s[i+1] == ' ') {
			return false
		}
	}
	return true
}

// SafeHref is an address that may stand in a link: a path, query or fragment of
// this site, or one of http or https. Anything else gives "", and so does one
// of more than maxHref bytes.
func SafeHref(s string) string {
	if len(s) > maxHref {
		return ""
	}
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || turns(r) { // browsers drop some of these when they read a scheme
			return -1
		}
		return r
	}, s)
	if strings.HasPrefix(s, "//") || strings.ContainsRune(s, '\\') {
		return ""
	}
	scheme, _, found := strings.Cut(s, ":")
	if !found || strings.ContainsAny(scheme, "/?#") || strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https") {
		return s
	}
	return ""
}

// IDPrefix makes what stands before the ids of elements.
func IDPrefix(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, s)
	if s == "" {
		return "g"
	}
	return s[:min(len(s), 60)]
}
