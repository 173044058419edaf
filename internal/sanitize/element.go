package sanitize

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// Fate is what becomes of an element.
type Fate uint8

// Fates of elements.
const (
	Keep   Fate = iota
	Unwrap      // its tags go
	Drop        // it goes with what it contains
)

// Element says what becomes of an element of this name, for those who write
// HTML from a tree and not from text. The rules are those of Clean.
func Element(name string) Fate {
	a := lookup(name)
	switch {
	case elements[a]:
		return Keep
	case rawText[a] || foreign[a]:
		return Drop
	}
	return Unwrap
}

func lookup(name string) atom.Atom {
	if strings.ToLower(name) != name {
		name = strings.ToLower(name)
	}
	return atom.Lookup([]byte(name))
}

// Attribute says what becomes of an attribute of an element: its value, and
// whether it stays. Addresses (href, src, cite and poster) are for the caller to
// judge; here they stay where an element has them.
func Attribute(element, key, val string) (string, bool) {
	k := allowed(lookup(element), []byte(key))
	switch {
	case k != key:
		return "", false
	case k == "id":
		return val, usableID(val)
	case k == "class":
		if strings.IndexByte(val, 0) >= 0 || reservedIn(val) {
			val = classes(val)
		}
		return val, val != ""
	case k == "align":
		return val, alignments[strings.ToLower(val)]
	case k == "popover":
		return "", true
	case k == "tabindex":
		return val, val == "0" || val == "-1"
	}
	return val, strings.IndexByte(val, 0) < 0
}

func reservedIn(val string) bool {
	for c := range strings.FieldsSeq(val) {
		if reservedClasses[c] {
			return true
		}
	}
	return false
}
