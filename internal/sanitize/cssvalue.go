package sanitize

import (
	"slices"
	"strings"
)

// refused are properties that no author's style may set: they would lift what
// confines it, or place things over others.
var refused = set("position z-index contain content-visibility all behavior -moz-binding view-transition-name anchor-name position-anchor")

// loading are what in a value could fetch something, or is no value.
var loading = []string{"url(", "src(", "image(", "image-set(", "element(", "expression(", "paint(", "javascript:", "@import"}

// declarationsOf keeps the declarations of a block that may stay. Rules in the
// block are left out.
func declarationsOf(body string) string {
	var b strings.Builder
	s := styler{src: body}
	for {
		text, end := s.until(";{}")
		switch end {
		case '{':
			s.block()
			continue
		case ';', 0:
			if d, ok := declaration(text); ok {
				if b.Len() > 0 {
					b.WriteByte(';')
				}
				b.WriteString(d)
			}
		}
		if end == 0 {
			return b.String()
		}
	}
}

func declaration(text string) (string, bool) {
	name, value, ok := strings.Cut(text, ":")
	name, value = strings.ToLower(strings.TrimSpace(name)), strings.Join(strings.Fields(value), " ")
	if value = important(value); !ok || name == "" || value == "" || !isPlain(name, "-") {
		return "", false
	}
	if name == "position" && (value == "relative" || value == "static") {
		return name + ":" + value, true
	}
	return name + ":" + value, !refused[name] && isValue(value)
}

// important takes the mark off: the layer that a style is put into comes after
// all of the theme's.
func important(value string) string {
	if i := strings.LastIndexByte(value, '!'); i >= 0 && strings.EqualFold(strings.TrimSpace(value[i+1:]), "important") {
		return strings.TrimSpace(value[:i])
	}
	return value
}

// isValue tells whether a value can do nothing but look. Escapes are refused
// with the rest: they could spell any of the words.
func isValue(value string) bool {
	if strings.ContainsAny(value, "\\<>{}@\x00") || !balanced(value) {
		return false
	}
	low := strings.ToLower(strings.ReplaceAll(value, " (", "("))
	return !slices.ContainsFunc(loading, func(word string) bool { return strings.Contains(low, word) })
}
