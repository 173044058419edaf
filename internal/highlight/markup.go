package highlight

import "strings"

// lexMarkup reads HTML and XML. What stands in script and style elements is
// read as what it is.
func lexMarkup(w *out, s string) {
	for i := 0; i < len(s); {
		n := strings.IndexByte(s[i:], '<')
		if n < 0 {
			entitiesIn(w, s[i:])
			return
		}
		entitiesIn(w, s[i:i+n])
		i += n
		switch {
		case strings.HasPrefix(s[i:], "<!--"):
			n = through(s, i, 4, "-->")
			w.put(com, n)
		case strings.HasPrefix(s[i:], "<![CDATA["):
			n = through(s, i, 9, "]]>")
			w.put(str, n)
		default:
			n = tag(w, s, i)
			n += embedded(w, s, i, i+n)
		}
		i += n
	}
}

// entitiesIn writes text between tags, in which &…; is a constant.
func entitiesIn(w *out, s string) {
	for s != "" {
		n := strings.IndexByte(s, '&')
		if n < 0 {
			w.put(plain, len(s))
			return
		}
		w.put(plain, n)
		s = s[n:]
		n = 1
		if n < len(s) && s[n] == '#' {
			n++
		}
		n += word(s, n)
		if n < len(s) && s[n] == ';' && n > 1 {
			w.put(nu, n+1)
			s = s[n+1:]
			continue
		}
		w.put(plain, n)
		s = s[n:]
	}
}

// tag writes a tag and tells its length.
func tag(w *out, s string, i int) int {
	j := i + 1
	for j < len(s) && (s[j] == '/' || s[j] == '!' || s[j] == '?') {
		j++
	}
	n := run(s, j, letter|digit|dash)
	if n == 0 {
		w.put(plain, j-i)
		return j - i
	}
	j += n
	w.put(kw, j-i)
	for j < len(s) {
		n, c := 1, plain
		switch {
		case s[j] == '>':
			w.put(kw, 1)
			return j + 1 - i
		case s[j] == '<':
			return j - i
		case s[j] == '/' || s[j] == '?':
			c = kw
		case s[j] == '"' || s[j] == '\'':
			n, c = through(s, j, 1, s[j:j+1]), str
		case is(s[j], blank):
			n, c = run(s, j, blank), space
		case is(s[j], letter|digit|dash) || s[j] == '@' || s[j] == '#':
			n, c = 1+run(s, j+1, letter|digit|dash), fn
		}
		w.put(c, n)
		j += n
	}
	return j - i
}

// embedded writes the content of a script or style element whose start tag
// stands at s[i:j], and tells its length.
func embedded(w *out, s string, i, j int) int {
	if s[j-1] != '>' || strings.HasSuffix(s[i:j], "/>") {
		return 0
	}
	name, lex := "script", lexer(lexScript)
	if !named(s[i:j], name) {
		if name, lex = "style", lexCSS; !named(s[i:j], name) {
			return 0
		}
	}
	n := endTag(s[j:], name)
	lex(w, s[j:j+n])
	return n
}

// named tells whether a tag is a start tag of this name.
func named(tag, name string) bool {
	n := len(name) + 1
	return len(tag) > n && strings.EqualFold(tag[1:n], name) && !is(tag[n], letter|digit|dash)
}

// endTag is where the end tag of a name begins, or the length of the text.
func endTag(s, name string) int {
	for i := 0; ; i += 2 {
		n := strings.Index(s[i:], "</")
		if n < 0 {
			return len(s)
		}
		if i += n; len(s) > i+2+len(name) && strings.EqualFold(s[i+2:i+2+len(name)], name) {
			return i
		}
	}
}

// lexCSS reads CSS and what is like it.
func lexCSS(w *out, s string) {
	depth := 0
	for i := 0; i < len(s); {
		c := s[i]
		n, as := 1, plain
		switch {
		case is(c, blank):
			n, as = run(s, i, blank), space
		case strings.HasPrefix(s[i:], "/*"):
			n, as = through(s, i, 2, "*/"), com
		case strings.HasPrefix(s[i:], "//") && (i == 0 || is(s[i-1], blank) || s[i-1] == '\n'):
			n, as = restOfLine(s, i), com
		case c == '"' || c == '\'':
			n, as = quoted(s, i, false), str
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == '@' || c == '$':
			n, as = 1+run(s, i+1, letter|digit|dash), kw
		case is(c, digit) || c == '#' && depth > 0:
			n, as = 1+run(s, i+1, letter|digit), nu
		case is(c, letter) || c == '-':
			n, as = cssWord(s, i, depth)
		}
		w.put(as, n)
		i += n
	}
}

// cssWord reads a selector outside of rules, and a property, a function or a
// value inside.
func cssWord(s string, i, depth int) (int, class) {
	j := i
	for j < len(s) && (is(s[j], letter|digit) || s[j] == '-') {
		j++
	}
	n := max(j-i, 1)
	switch {
	case j < len(s) && s[j] == '(':
		return n, fn
	case depth <= 0 || s[i-1] == '.':
		return n, kw
	case j < len(s) && s[j] == ':':
		return n, fn
	}
	return n, plain
}
