// Package emoji knows emoji by the names that are used for them in Markdown, and
// the icons that Material for MkDocs lets pages name in the same way. Where the
// data is from, and its licences, stands in data/README.md.
package emoji

import "strings"

// Index is a set of names.
type Index string

// The indexes of pymdownx.emoji.
const (
	EmojiOne Index = "emojione"
	Gemoji   Index = "gemoji"
	Twemoji  Index = "twemoji"
)

// Emoji is one emoji.
type Emoji struct {
	Name        string // its own, without colons, if it was asked for by another
	Description string
	Category    string
	// File are the code points, in hexadecimal and with hyphens, that files and
	// classes are called by; Chars are those of the characters themselves.
	File, Chars string
}

// Find is the emoji of a name without colons.
func (x Index) Find(name string) (Emoji, bool) {
	p := packs[string(x)]
	if p == nil || p.icons {
		return Emoji{}, false
	}
	line, ok := p.find(name)
	if other, alias := strings.CutPrefix(line, "="); alias {
		name = other
		line, ok = p.find(name)
	}
	if !ok {
		return Emoji{}, false
	}
	f := strings.Split(line, "\t")
	e := Emoji{Name: name, Description: f[0], Category: f[1], File: f[2], Chars: f[3]}
	if e.Chars == "" {
		e.Chars = e.File
	}
	return e, true
}

// attribution are what licences want to stand beside an icon.
var attribution = map[string]string{
	"fontawesome": "<!--! Font Awesome Free by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free " +
		"(Icons: CC BY 4.0) Copyright Fonticons, Inc. -->",
}

// Icon is the SVG of an icon by its name without colons, such as
// "material-account" or "octicons-x-16".
func Icon(name string) (svg string, ok bool) {
	set, rest, _ := strings.Cut(name, "-")
	p := packs[set]
	if p == nil || !p.icons {
		return "", false
	}
	line, ok := p.find(rest)
	if !ok {
		return "", false
	}
	box, paths, _ := strings.Cut(line, "\t")
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="` + box + `">` + attribution[set])
	for d := range strings.SplitSeq(paths, "\t") {
		rule := ""
		if d, ok = strings.CutPrefix(d, "!"); ok {
			rule = ` fill-rule="evenodd"`
		}
		b.WriteString(`<path` + rule + ` d="` + d + `"/>`)
	}
	b.WriteString("</svg>")
	return b.String(), true
}
