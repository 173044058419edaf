package jinja

import (
	"net/url"
	"strings"
	"unicode"

	"callboard/internal/lazyregexp"
)

// changed makes a filter of a function of the text alone.
func changed(f func(string) string) builtin {
	return builtin{call: func(r *run, b *bound) any { return r.string(f(b.text(r))) }}
}

func textFilters() map[string]builtin {
	return map[string]builtin{
		"upper":       changed(upper),
		"lower":       changed(strings.ToLower),
		"capitalize":  changed(capitalized),
		"title":       changed(titled),
		"trim":        {params: []string{"chars"}, call: trimmed},
		"string":      changed(func(s string) string { return s }),
		"escape":      {call: escaped},
		"e":           {call: escaped},
		"forceescape": {call: func(r *run, b *bound) any { return safe(r.string(escapeHTML(b.text(r)))) }},
		"safe":        {call: func(r *run, b *bound) any { return safe(b.text(r)) }},
		"replace": {params: []string{"old", "new", "count"}, call: func(r *run, b *bound) any {
			of := *b
			of.of = b.text(r)
			if b.has(2) && b.args[2] == nil {
				of.args = []any{b.args[0], b.args[1], unset{}}
			}
			return replaced(r, &of)
		}},
		"indent": {params: []string{"width", "first", "blank"}, call: indented},
		"center": {params: []string{"width"}, call: func(r *run, b *bound) any {
			return padded(1, 1)(r, &bound{of: b.text(r), args: []any{b.args[0], unset{}}})
		}},
		"truncate":  {params: []string{"length", "killwords", "end", "leeway"}, call: truncated},
		"wordcount": {call: func(r *run, b *bound) any { return int64(len(wordPattern.FindAllString(b.text(r), -1))) }},
		"wordwrap":  {params: []string{"width", "break_long_words", "wrapstring", "break_on_hyphens"}, call: wrapped},
		"striptags": changed(stripTags),
		"urlencode": {call: urlEncoded},
		"format": {rest: true, call: func(r *run, b *bound) any {
			if len(b.names) > 0 {
				d := NewDict()
				for _, k := range b.names {
					d.put(k.name, k.value)
				}
				return r.printf(b.text(r), d)
			}
			return r.printf(b.text(r), &List{Items: b.rest, Tuple: true})
		}},
		"xmlattr": {params: []string{"autospace"}, call: xmlAttributes},
		"tojson":  {params: []string{"indent"}, call: toJSON},
		"pprint":  {params: []string{}, call: func(r *run, b *bound) any { return r.repr(b.of) }},
	}
}

var wordPattern = lazyregexp.New(`[\pL\pN_]+`)

var htmlEscapes = strings.NewReplacer("&", "&amp;", ">", "&gt;", "<", "&lt;", "'", "&#39;", `"`, "&#34;")

func escapeHTML(s string) string { return htmlEscapes.Replace(s) }

func escaped(r *run, b *bound) any {
	if s, ok := b.of.(safe); ok {
		return s
	}
	return safe(r.string(escapeHTML(b.text(r))))
}

func (r *run) repr(v any) string {
	r.measure(v, 0)
	var b strings.Builder
	repr(&b, v, 0)
	return r.string(b.String())
}

// capitalized has its first letter in upper case and the others in lower.
func capitalized(s string) string {
	rs := []rune(strings.ToLower(s))
	if len(rs) > 0 {
		rs[0] = unicode.ToTitle(rs[0])
	}
	return string(rs)
}

// titled is Jinja's title: a word begins behind blanks and opening brackets or
// a hyphen, not behind an apostrophe.
func titled(s string) string {
	return cased(s, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune("-({[<", c) })
}

// pyTitle is Python's: a word begins behind whatever is no letter.
func pyTitle(s string) string { return cased(s, func(c rune) bool { return !unicode.IsLetter(c) }) }

func cased(s string, between func(rune) bool) string {
	first := true
	return strings.Map(func(c rune) rune {
		if between(c) {
			first = true
			return c
		}
		if first {
			first = false
			return unicode.ToTitle(c)
		}
		return unicode.ToLower(c)
	}, s)
}

func swapped(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsUpper(c) {
			return unicode.ToLower(c)
		}
		return unicode.ToUpper(c)
	}, s)
}

func trimmed(r *run, b *bound) any {
	return stripped(true, true).call(r, &bound{of: b.text(r), args: b.args})
}

// indented puts blanks before every line but the first, and not before empty
// ones.
func indented(r *run, b *bound) any {
	by := ""
	if b.has(0) {
		if s, ok := str(b.args[0]); ok {
			by = s
		}
	}
	if by == "" {
		n := b.int(r, 0, 4)
		r.made(max(n, 0))
		by = strings.Repeat(" ", max(n, 0))
	}
	first, blank := b.bool(1, false), b.bool(2, false)
	var out strings.Builder
	n := 0
	for l := range strings.Lines(b.text(r)) {
		if (n > 0 || first) && (blank || strings.TrimRight(l, "\r\n") != "") {
			r.made(len(by))
			out.WriteString(by)
		}
		out.WriteString(l)
		n++
	}
	return r.string(out.String())
}

// truncated cuts a text to a length, at a blank unless words may be cut. A text
// that is only a little longer is left as it is.
func truncated(r *run, b *bound) any {
	s := b.text(r)
	length, end, leeway := b.int(r, 0, 255), b.str(r, 2, "..."), b.int(r, 3, 5)
	rs := []rune(s)
	r.made(len(s))
	if len(rs) <= length+leeway {
		return s
	}
	cut := length - runeLen(end)
	if cut < 0 {
		r.fail("the length to cut to is less than that of the end")
	}
	short := string(rs[:cut])
	if !b.bool(1, false) {
		if i := strings.LastIndexByte(short, ' '); i >= 0 {
			short = short[:i]
		}
	}
	return short + end
}

// wrapped breaks lines at a width.
func wrapped(r *run, b *bound) any {
	width, long, with := b.int(r, 0, 79), b.bool(1, true), b.str(r, 2, "\n")
	if width <= 0 {
		r.fail("the width is not more than 0")
	}
	var out []string
	for l := range strings.SplitSeq(b.text(r), "\n") {
		r.step(len(l) / 8)
		lines := wrapLine(l, width, long)
		r.elements(len(lines))
		out = append(out, strings.Join(lines, with))
	}
	r.made(len(out) * len(with))
	return r.string(strings.Join(out, with))
}

// wrapLine breaks one line at its blanks, and words that are longer than the
// width if long is set.
func wrapLine(l string, width int, long bool) (out []string) {
	line, n := "", 0
	for _, w := range strings.Fields(l) {
		size := runeLen(w)
		if n > 0 && n+1+size <= width {
			line, n = line+" "+w, n+1+size
			continue
		}
		if n > 0 {
			out = append(out, line)
		}
		for long && size > width {
			rs := []rune(w)
			out = append(out, string(rs[:width]))
			w, size = string(rs[width:]), len(rs)-width
		}
		line, n = w, size
	}
	if n > 0 {
		out = append(out, line)
	}
	return out
}

var tagPattern = lazyregexp.New(`(?s)<!--.*?-->|<[^>]*>`)

func stripTags(s string) string {
	return strings.Join(strings.Fields(tagPattern.ReplaceAllString(s, "")), " ")
}

// urlEncoded makes of a text, or of a dict or list of pairs, a part of an
// address.
func urlEncoded(r *run, b *bound) any {
	d, isDict := b.of.(*Dict)
	l, isList := b.of.(*List)
	if isDict {
		l = r.pairs(d)
	}
	if !isDict && !isList {
		return r.string(strings.ReplaceAll(percent(b.text(r)), "%2F", "/"))
	}
	var parts []string
	for _, pair := range l.Items {
		kv := r.items(pair)
		if len(kv) != 2 {
			r.fail("a pair of key and value was expected")
		}
		parts = append(parts, r.string(query(r.text(kv[0]))+"="+query(r.text(kv[1]))))
	}
	return strings.Join(parts, "&")
}

func percent(s string) string { return strings.ReplaceAll(query(s), "+", "%20") }

// query is percent with a + for a blank.
func query(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%7E", "~") }

// upper is ToUpper, with the letter whose upper case are two.
func upper(s string) string { return strings.ReplaceAll(strings.ToUpper(s), "ß", "SS") }

// xmlAttributes writes a dict as attributes of an element. Names with blanks or
// marks in them could be more than a name, and are a mistake.
func xmlAttributes(r *run, b *bound) any {
	d, ok := b.of.(*Dict)
	if !ok {
		r.fail("attributes come from a dict, not from %s", r.name(b.of))
	}
	var out []string
	for _, k := range d.keys {
		v := d.values[k]
		if _, missing := v.(*undefined); missing || v == nil {
			continue
		}
		name := r.text(k)
		if strings.ContainsAny(name, " \t\n\f/>=") {
			r.fail("%q is no name of an attribute", name)
		}
		out = append(out, r.string(escapeHTML(name)+`="`+escapeHTML(r.text(v))+`"`))
	}
	s := strings.Join(out, " ")
	if s != "" && b.bool(0, true) {
		s = " " + s
	}
	return s
}
