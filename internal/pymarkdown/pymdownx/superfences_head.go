package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// fenceHead is the line that opens a fence: its mark, and then a language,
// followed by attributes in brackets, by options or by something else.
type fenceHead struct {
	mark, lang string
	attrs      string
	options    string
	// unknown says that what follows the language is neither.
	unknown bool
}

// cutMark takes a fence's mark from the front of a line.
func cutMark(s string) (mark, rest string, ok bool) {
	if len(s) < 3 || s[0] != '`' && s[0] != '~' || s[1] != s[0] || s[2] != s[0] {
		return "", s, false
	}
	rest = strings.TrimLeft(s, s[:1])
	return s[:len(s)-len(rest)], rest, true
}

// parseHead reads the line that opens a fence, without what it is indented by.
func parseHead(line string) (h fenceHead, ok bool) {
	mark, rest, ok := cutMark(line)
	if !ok {
		return h, false
	}
	h.mark = mark
	rest = strings.TrimRight(rest, " \t")
	lang, after := cutLanguage(rest)
	if lang != "" && h.read(after) {
		h.lang = lang
		return h, true
	}
	return h, h.read(rest)
}

// cutLanguage takes a language that is followed by a space or nothing.
func cutLanguage(s string) (lang, rest string) {
	t := strings.TrimLeft(s, " \t")
	n := 0
	for i, r := range t {
		if !pymarkdown.IsWord(r) && !strings.ContainsRune("#.+-", r) {
			break
		}
		n = i + len(string(r))
	}
	lang, rest = t[:n], t[n:]
	if rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", s
	}
	if len(lang) > 1 {
		lang = strings.TrimPrefix(lang, ".")
	}
	return lang, rest
}

// read reads what follows the language.
func (h *fenceHead) read(s string) bool {
	t := strings.TrimLeft(s, " \t")
	switch {
	case t == "":
		return true
	case t[0] == '{' && t[len(t)-1] == '}' && len(t) > 1:
		h.attrs = t[1 : len(t)-1]
		return true
	case isOptions(t):
		h.options = t
		return true
	}
	h.unknown = !strings.ContainsFunc(t, func(r rune) bool { return r != ' ' && r != '\t' && pymarkdown.IsBlank(r) })
	return h.unknown
}

// isOptions tells whether s consists of options: key or key="value", separated by
// spaces. A value may hold its own quote where what follows would not make
// options, so s is looked at from its end.
func isOptions(s string) bool {
	ok := make([]bool, len(s)+1) // whether options, or the end, follow from here
	ok[len(s)] = true
	last := [256]int{} // the last place at which a quote can close a value
	for i := len(s) - 1; i >= 0; i-- {
		c := s[i]
		if c == ' ' || c == '\t' {
			ok[i] = ok[i+1]
			continue
		}
		if (c == '"' || c == '\'') && last[c] == 0 && isOptionEnd(s, i+1) && ok[i+1] {
			last[c] = i
		}
		ok[i] = isOption(s, i, ok, &last)
	}
	return ok[0]
}

func isOptionEnd(s string, at int) bool { return at == len(s) || s[at] == ' ' || s[at] == '\t' }

// isOption tells whether an option begins at i behind which all is well.
func isOption(s string, i int, ok []bool, last *[256]int) bool {
	n := keyLen(s[i:])
	if n == 0 {
		return false
	}
	at := i + n
	if isOptionEnd(s, at) {
		return ok[at]
	}
	return s[at] == '=' && at+1 < len(s) && (s[at+1] == '"' || s[at+1] == '\'') && last[s[at+1]] >= at+2
}

func keyLen(s string) int {
	n := 0
	for n < len(s) && isKeyByte(s[n], n == 0) {
		n++
	}
	return n
}

func isKeyByte(c byte, first bool) bool {
	letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	return letter || !first && (c >= '0' && c <= '9' || c == '_')
}

// optionValues reads options. A key without a value is its own value; of a key that is
// there twice, the last counts.
func optionValues(s string) []pymarkdown.Attr {
	var out []pymarkdown.Attr
	for s != "" {
		n := keyLen(s)
		if n == 0 {
			s = s[1:]
			continue
		}
		key, val := s[:n], s[:n]
		s = s[n:]
		if len(s) > 1 && s[0] == '=' && (s[1] == '"' || s[1] == '\'') {
			if end := strings.IndexByte(s[2:], s[1]); end >= 0 {
				val, s = s[2:2+end], s[3+end:]
			}
		}
		out = setAttr(out, key, val)
	}
	return out
}

func setAttr(attrs []pymarkdown.Attr, key, val string) []pymarkdown.Attr {
	for i := range attrs {
		if attrs[i].Key == key {
			attrs[i].Val = val
			return attrs
		}
	}
	return append(attrs, pymarkdown.Attr{Key: key, Val: val})
}
