package highlight

import "strings"

// yamlReader colours keys, quoted and block text, constants, anchors, tags and
// comments, line by line.
type yamlReader struct {
	w     *out
	block int  // indentation of the key whose block scalar is being read, or -1
	quote byte // the quote of a string that goes over lines, or 0
}

func lexYAML(w *out, s string) {
	r := yamlReader{w: w, block: -1}
	for line := range strings.Lines(s) {
		text := strings.TrimSuffix(line, "\n")
		r.line(text)
		w.put(plain, len(line)-len(text))
	}
}

func (r *yamlReader) line(s string) {
	indent := run(s, 0, blank)
	if r.block >= 0 {
		if indent == len(s) || indent > r.block {
			r.w.put(str, len(s))
			return
		}
		r.block = -1
	}
	if r.quote != 0 {
		n := r.quoted(s, 0)
		r.value(s[n:], false)
		return
	}
	if strings.HasPrefix(s, "%") || strings.HasPrefix(s, "---") && (len(s) == 3 || s[3] == ' ') || s == "..." {
		r.w.put(com, len(s))
		return
	}
	i := indent
	for i < len(s) && (s[i] == '-' || s[i] == '?') && (i+1 == len(s) || s[i+1] == ' ') {
		indent = i
		i += 1 + run(s, i+1, blank)
	}
	r.w.put(plain, i)
	if n := yamlKey(s[i:]); n > 0 {
		indent = i
		r.w.put(kw, n)
		r.w.put(plain, 1)
		i += n + 1
	}
	r.value(s[i:], true)
	if blockBegins(s[i:]) {
		r.block = indent
	}
}

// quoted writes what belongs to the string that is open, and tells how much.
func (r *yamlReader) quoted(s string, skip int) int {
	for j := skip; j < len(s); j++ {
		switch {
		case s[j] == '\\' && r.quote == '"':
			j++
		case s[j] != r.quote:
		case r.quote == '\'' && j+1 < len(s) && s[j+1] == '\'':
			j++
		default:
			r.quote = 0
			r.w.put(str, j+1)
			return j + 1
		}
	}
	r.w.put(str, len(s))
	return len(s)
}

// blockBegins tells whether a value is the head of a block scalar: "|", ">-",
// "|2", perhaps with a tag before and a comment behind.
func blockBegins(s string) bool {
	if h := strings.Index(s, " #"); h >= 0 {
		s = s[:h]
	}
	s = strings.TrimSpace(s)
	if at := strings.LastIndexByte(s, ' '); at >= 0 && (s[0] == '!' || s[0] == '&') {
		s = s[at+1:]
	}
	return s != "" && (s[0] == '|' || s[0] == '>') && len(s) <= 3 && strings.Trim(s[1:], "+-123456789") == ""
}

// yamlKey is the length of a key that begins the text, before its colon.
func yamlKey(s string) int {
	if s == "" || strings.IndexByte("#{[&*!|>%@`", s[0]) >= 0 {
		return 0
	}
	from := 0
	if s[0] == '"' || s[0] == '\'' {
		from = quoted(s, 0, false)
	}
	for j := from; j < len(s); j++ {
		switch {
		case s[j] == ':' && (j+1 == len(s) || is(s[j+1], blank)):
			return j
		case s[j] == '#' && j > 0 && s[j-1] == ' ':
			return 0
		}
	}
	return 0
}

// value writes what stands behind a key. Braces and brackets make a flow, in
// which there are keys again.
func (r *yamlReader) value(s string, first bool) {
	flow := 0
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case is(c, blank):
			n := run(s, i, blank)
			r.w.put(space, n)
			i += n
		case c == '#' && (i == 0 || is(s[i-1], blank)):
			r.w.put(com, len(s)-i)
			return
		case (c == '"' || c == '\'') && first:
			r.quote = c
			i += r.quoted(s[i:], 1)
			first = flow > 0
		case c == '[' || c == '{' || c == ']' || c == '}' || c == ',' && flow > 0:
			if first || flow > 0 {
				flow = max(flow+brace[c], 0)
				first = true
			}
			r.w.put(plain, 1)
			i++
		case (c == '&' || c == '*' || c == '!') && first:
			n := yamlWord(s, i)
			r.w.put(fn, n)
			i += n
		default:
			i += r.scalar(s, i, flow > 0)
			first = false
		}
	}
}

var brace = [256]int{'[': 1, '{': 1, ']': -1, '}': -1}

func yamlWord(s string, i int) int {
	j := i + 1
	for j < len(s) && !is(s[j], blank) && strings.IndexByte(",[]{}", s[j]) < 0 {
		j++
	}
	return j - i
}

// scalar writes an unquoted value, or a key in a flow, and tells its length.
func (r *yamlReader) scalar(s string, i int, flow bool) int {
	j, end := i, i // end is where the last word ends
	for ; j < len(s); j++ {
		c := s[j]
		if is(c, blank) {
			if j+1 < len(s) && s[j+1] == '#' {
				break
			}
			continue
		}
		if flow && strings.IndexByte(",[]{}", c) >= 0 {
			break
		}
		if flow && c == ':' && (j+1 == len(s) || is(s[j+1], blank)) {
			r.w.put(kw, j-i)
			r.w.put(plain, 1)
			return j + 1 - i
		}
		end = j + 1
	}
	r.w.put(yamlClass(s[i:end]), end-i)
	r.w.put(space, j-end)
	return j - i
}

// yamlClass is nu for what YAML reads as something else than text.
func yamlClass(s string) class {
	switch s {
	case "true", "false", "null", "~", "True", "False", "yes", "no", "on", "off":
		return nu
	}
	if len(s) > 40 || s[0] != '-' && s[0] != '.' && !is(s[0], digit) {
		return plain
	}
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case is(c, digit):
			digits++
		case strings.IndexByte("-.:_xeETZ+", c) < 0:
			return plain
		}
	}
	if digits == 0 {
		return plain
	}
	return nu
}
