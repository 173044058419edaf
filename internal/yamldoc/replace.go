package yamldoc

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"callboard/internal/diag"
)

// Replace is the fix that writes text in the place of a key or scalar at a
// place of the document, or nil if it does not read old there, with or without
// quotes. The quotes stay.
func (d *Doc) Replace(at diag.Pos, old, text string) *diag.Fix {
	line := nthLine(d.Text, at.Line-d.at.Line)
	rest, ok := runesFrom(line, at.Col-1)
	if !ok || old == "" || strings.ContainsAny(old+text, "\n\r") {
		return nil
	}
	if q := rest[:1]; q[0] == '"' || q[0] == '\'' {
		if strings.ContainsAny(old+text, `"'\`) || !bytes.HasPrefix(rest[1:], []byte(old+string(q))) {
			return nil
		}
		at.Col++
		return diag.Replace(at, old, text)
	}
	after, ok := bytes.CutPrefix(rest, []byte(old))
	if !ok || !endsScalar(after) {
		return nil
	}
	return diag.Replace(at, old, text)
}

// runesFrom is a line from a code point on, of which there must be one.
func runesFrom(line []byte, n int) ([]byte, bool) {
	for ; n > 0 && len(line) > 0; n-- {
		_, size := utf8.DecodeRune(line)
		line = line[size:]
	}
	return line, n == 0 && len(line) > 0
}

// endsScalar tells whether a plain scalar ends before a text.
func endsScalar(after []byte) bool {
	after = bytes.TrimLeft(after, " \t")
	return len(after) == 0 || strings.IndexByte("#:,]}", after[0]) >= 0
}
