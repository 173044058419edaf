package yamldoc

import (
	"strings"

	"gopkg.in/yaml.v3"

	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
)

// TrapKind is a way in which YAML reads something else than what its author
// most likely meant.
type TrapKind uint8

const (
	// TrapNumber is a version or a code without quotes, which as a number loses
	// what was written: 1.10 is 1.1, 007 is 7.
	TrapNumber TrapKind = iota
	// TrapAmbiguous is text without quotes that readers of YAML 1.1 take for a
	// truth value, a date or a number: yes, 2024-01-02, 1:30.
	TrapAmbiguous
	// TrapMerge is the key "<<", which YAML 1.2 does not merge.
	TrapMerge
	// TrapComment is a value of which "#" makes a comment.
	TrapComment
)

// Trap is a place where YAML reads something else than what its author most
// likely meant.
type Trap struct {
	Kind TrapKind
	Pos  diag.Pos
	// Text is what is written, Value what is read.
	Text, Value string
}

// maxTraps is how many traps of one document are told.
const maxTraps = 20

// Traps are the traps of the document, in the order of the file, the first of
// them. Values in quotes and in blocks are none.
func (d *Doc) Traps() []Trap { return d.traps }

func (w *walker) trap(kind TrapKind, n *tree, text, value string) {
	if w.inside == 0 && len(w.doc.traps) < maxTraps {
		w.doc.traps = append(w.doc.traps, Trap{kind, w.doc.posOf(n), text, value})
	}
}

// plainTrap looks at a scalar that may have neither quotes nor tag.
func (w *walker) plainTrap(n *tree, v any) {
	if n.Style&(quoted|yaml.TaggedStyle) != 0 || len(n.Value) > maxDigits {
		return
	}
	switch v := v.(type) {
	case int64, float64:
		if written := keyText(n); lossy.MatchString(n.Value) && written != n.Value {
			w.trap(TrapNumber, n, n.Value, written)
		}
	case string:
		if mayBeOther(v) {
			w.trap(TrapAmbiguous, n, v, otherReading(v))
		}
		if issue.MatchString(n.LineComment()) {
			w.trap(TrapComment, n, v+" "+n.LineComment(), v)
		}
	}
}

// emptyTrap looks at the pair of a key and nothing, where yaml.v3 gives the
// comment to the key.
func (w *walker) emptyTrap(key, val *tree) {
	if val.Kind == yaml.ScalarNode && val.Value == "" && val.Style == 0 && key.Line == val.Line && hidden.MatchString(key.LineComment()) {
		at := *val
		at.Column++
		w.trap(TrapComment, &at, key.LineComment(), "")
	}
}

var (
	// lossy matches numbers that nobody writes who means a number: zeros before
	// or after, hexadecimal and octal ones, exponents.
	lossy  = lazyregexp.New(`^[-+]?(0[0-9].*|[0-9]+\.[0-9]*0|0[xo].*|[0-9.]+[eE][-+]?[0-9]+)$`)
	hidden = lazyregexp.New(`^#[^\s#!]`)
	issue  = lazyregexp.New(`^#[0-9]+\b`)

	date11 = lazyregexp.New(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?$`)
	base60 = lazyregexp.New(`^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`)
	int11  = lazyregexp.New(`^[-+]?([0-9][0-9_]*_[0-9_]*|0b[01_]+)$`)
)

// mayBeOther tells whether a text can have another reading, by its first
// letter, so that most texts cost nothing.
func mayBeOther(s string) bool { return s != "" && len(s) <= 40 && otherReading(s) != "" }

// otherReading is what a plain text is in YAML 1.1, or "" if it is text there
// too (https://yaml.org/type/: bool, timestamp, int).
func otherReading(s string) string {
	switch c := s[0]; {
	case strings.IndexByte("yYnNoO", c) >= 0:
		switch s {
		case "yes", "Yes", "YES", "on", "On", "ON":
			return "true"
		case "no", "No", "NO", "off", "Off", "OFF":
			return "false"
		}
	case c >= '0' && c <= '9' || c == '-' || c == '+':
		switch {
		case date11.MatchString(s):
			return "a date"
		case base60.MatchString(s), int11.MatchString(s):
			return "a number"
		}
	}
	return ""
}

// Plain is the text of the value at a path as it is written, if it is there and
// has neither quotes nor a tag.
func (d *Doc) Plain(path ...any) (string, bool) {
	_, val := d.find(path)
	if val == nil || val.Kind != yaml.ScalarNode || val.Style&(quoted|yaml.TaggedStyle) != 0 {
		return "", false
	}
	return val.Value, true
}

// Has tells whether a path leads to a value.
func (d *Doc) Has(path ...any) bool {
	val := d.root
	for _, p := range path {
		if val == nil {
			return false
		}
		_, val = d.child(resolve(val), p)
	}
	return val != nil
}
