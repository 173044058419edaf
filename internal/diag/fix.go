package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// Edit replaces one piece of a line of a file. Pos is the place of the first
// character of Old, which holds no line end; an empty Old inserts. The piece
// ends as many code points after Pos as Old has.
type Edit struct {
	Pos Pos    `json:"pos"`
	Old string `json:"old"`
	New string `json:"new"`
}

// Fix is a change of the file that repairs a finding for certain, so that it
// may be made without asking. Its edits belong together and do not overlap.
type Fix struct {
	// Title says in a few words what the change does.
	Title string `json:"title"`
	Edits []Edit `json:"edits"`
}

// Replace is the fix that writes a text in the place of another.
func Replace(at Pos, old, text string) *Fix {
	return &Fix{Title: "write " + text, Edits: []Edit{{Pos: at, Old: old, New: text}}}
}

// Fingerprint names a finding by what it says rather than by where it stands:
// code, file, entity and message without its numbers. It stays the same when
// lines are added above, and is the same for findings that repeat each other.
// It is 32 hexadecimal digits.
func (d Diagnostic) Fingerprint() string {
	h := sha256.New()
	for _, s := range []string{string(d.Code), d.Pos.Repo, d.Pos.File, d.Entity, withoutNumbers(d.Message)} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// withoutNumbers is a text with every run of digits as one "#".
func withoutNumbers(s string) string {
	var b strings.Builder
	digit := false
	for _, r := range s {
		if unicode.IsDigit(r) {
			if !digit {
				b.WriteByte('#')
			}
			digit = true
			continue
		}
		digit = false
		b.WriteRune(r)
	}
	return b.String()
}
