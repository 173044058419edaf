package pymdownx

import (
	"slices"
	"strings"

	"callboard/internal/pymarkdown"
)

// readSelector reads an element as CSS names one: tag#id.class[key=value].
func readSelector(s string, needsTag bool) (tag string, attrs []pymarkdown.Attr, ok bool) {
	n := 0
	if needsTag {
		if n = identifierLength(s); n == 0 {
			return "", nil, false
		}
	}
	tag, s = s[:n], s[n:]
	r := selectorReader{}
	for s != "" {
		if s, ok = r.next(s); !ok {
			return "", nil, false
		}
	}
	if len(r.classes) > 0 {
		slices.Sort(r.classes)
		r.set("class", strings.Join(r.classes, " "))
	}
	return tag, r.attrs, true
}

type selectorReader struct {
	attrs   []pymarkdown.Attr
	classes []string
	hasID   bool
}

func (r *selectorReader) set(key, val string) {
	for i := range r.attrs {
		if r.attrs[i].Key == key {
			r.attrs[i].Val = val
			return
		}
	}
	r.attrs = append(r.attrs, pymarkdown.Attr{Key: key, Val: val})
}

// next reads one part.
func (r *selectorReader) next(s string) (rest string, ok bool) {
	if s[0] == '[' {
		return r.brackets(s[1:])
	}
	n := identifierLength(s[1:])
	if n == 0 {
		return s, false
	}
	switch word := s[1 : n+1]; {
	case s[0] == '.':
		r.classes = append(r.classes, word)
	case s[0] == '#' && !r.hasID:
		r.set("id", word)
		r.hasID = true
	default:
		return s, false
	}
	return s[n+1:], true
}

// brackets reads attributes up to the closing bracket.
func (r *selectorReader) brackets(s string) (rest string, ok bool) {
	for count := 0; ; count++ {
		s = strings.TrimLeft(s, " \t")
		if rest, ok := strings.CutPrefix(s, "]"); ok {
			return rest, count > 0
		}
		n := identifierLength(s)
		if n == 0 {
			return s, false
		}
		key, val := strings.ToLower(s[:n]), strings.ToLower(s[:n])
		s = s[n:]
		if after, ok := strings.CutPrefix(strings.TrimLeft(s, " \t"), "="); ok {
			if val, s, ok = selectorValue(strings.TrimLeft(after, " \t")); !ok {
				return s, false
			}
		} else if key == "class" {
			val = ""
		}
		if key == "class" {
			r.classes = append(r.classes, strings.FieldsFunc(val, func(c rune) bool { return c == ' ' })...)
		} else {
			r.set(key, val)
		}
	}
}

// selectorValue reads a value: an identifier, or anything in quotes, in which a
// backslash keeps the next character from ending it.
func selectorValue(s string) (val, rest string, ok bool) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		n := identifierLength(s)
		return s[:n], s[n:], n > 0
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '\n', '\r', '\f':
			return "", s, false
		case s[0]:
			return s[1:i], s[i+1:], true
		}
	}
	return "", s, false
}
