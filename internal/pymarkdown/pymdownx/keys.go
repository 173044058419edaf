package pymdownx

import (
	"html"
	"strings"
	"unicode"

	"callboard/internal/pymarkdown"
)

// setupKeys is pymdownx.keys: ++ctrl+c++ are keys to press.
func setupKeys(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	k := keys{separator: o.String("separator", "+"), strict: o.Bool("strict", false), class: o.String("class", "keys"), camelCase: o.Bool("camel_case", false)}
	if own := o.Map("key_map"); own != nil {
		k.own = map[string]string{}
		for name := range own {
			k.own[name] = own.String(name, "")
		}
	}
	escapeChars(d, "+")
	d.Inline.Register("keys-custom", 185, &pymarkdown.Pattern{Triggers: "+", Find: k.findQuoted})
	d.Inline.Register("keys", 70, &pymarkdown.Pattern{Triggers: "+", Find: k.findNamed})
	return nil
}

type keys struct {
	separator, class  string
	strict, camelCase bool
	own               map[string]string
}

// key is one key: the name of its class, if it has one, and its words.
type key struct{ class, words string }

// findNamed finds keys that are all named.
func (k keys) findNamed(_ *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for at := from; at < len(text); {
		i := strings.Index(text[at:], "++")
		if i < 0 {
			break
		}
		at += i
		end, ok := namedEnd(text, at+2)
		if !ok {
			at++
			continue
		}
		if node := k.element(strings.Split(text[at+2:end], "+")); node != nil {
			return pymarkdown.Match{Start: at, End: end + 2, Node: node}, true
		}
		at = end + 2
	}
	return pymarkdown.Match{}, false
}

// namedEnd is where names with single signs between them end, before two.
func namedEnd(text string, at int) (end int, ok bool) {
	for {
		end = keyWordEnd(text, at)
		if end == at || end >= len(text) || text[end] != '+' {
			return 0, false
		}
		if strings.HasPrefix(text[end:], "++") {
			return end, true
		}
		at = end + 1
	}
}

func keyWordEnd(text string, at int) int {
	for {
		r, ok := pymarkdown.RuneAt(text, at)
		if !ok || r != '-' && !pymarkdown.IsWord(r) {
			return at
		}
		at += len(string(r))
	}
}

// findQuoted finds keys one of which is text in quotation marks, before other
// patterns see that text, and escaped backslashes before a sign.
func (k keys) findQuoted(_ *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for at := from; at < len(text); {
		i := strings.IndexAny(text[at:], `\+`)
		if i < 0 {
			break
		}
		at += i
		if text[at] == '\\' {
			end := at
			for end < len(text) && text[end] == '\\' {
				end++
			}
			sign := end < len(text) && text[end] == '+'
			if sign && (end-at)%2 == 0 && (at == 0 || text[at-1] != '\\') {
				return pymarkdown.Match{Start: at, End: end, Text: strings.Repeat(pymarkdown.Escaped('\\'), (end-at)/2)}, true
			}
			if at = end; sign {
				at++ // that one is escaped
			}
			continue
		}
		end := 0
		if strings.HasPrefix(text[at:], "++") {
			end = newKeySequence(text, at+2).end(at + 2)
		}
		if end == 0 {
			at++
			continue
		}
		list, quoted := splitKeys(text[at+2 : end])
		if quoted {
			if node := k.element(list); node != nil {
				return pymarkdown.Match{Start: at, End: end + 2, Node: node}, true
			}
		}
		at = end + 2
	}
	return pymarkdown.Match{}, false
}

// maxKeys is how many bytes keys may be written with.
const maxKeys = 1000

// keySequence reads keys up to two signs. A quotation mark behind a backslash
// ends a key if nothing else does.
type keySequence struct {
	text   string
	failed map[int]bool // where no keys begin
}

func newKeySequence(text string, at int) *keySequence {
	return &keySequence{text: text[:min(len(text), at+maxKeys)]}
}

// end is where the keys that begin at a byte end, or 0.
func (s *keySequence) end(at int) int {
	if at >= len(s.text) || s.failed[at] {
		return 0
	}
	var ends []int
	if c := s.text[at]; c == '"' || c == '\'' {
		q := quotedKey{text: s.text, mark: c}
		q.from(at+1, at+1)
		ends = q.ends
	} else if end := keyWordEnd(s.text, at); end > at {
		ends = []int{end}
	}
	for _, end := range ends {
		if strings.HasPrefix(s.text[end:], "++") {
			return end
		}
	}
	for _, end := range ends {
		if strings.HasPrefix(s.text[end:], "+") {
			if end := s.end(end + 1); end > 0 {
				return end
			}
		}
	}
	if s.failed == nil {
		s.failed = map[int]bool{}
	}
	s.failed[at] = true
	return 0
}

// quotedKey collects where a text in quotation marks may end, the likeliest
// first: a backslash takes the next character with it if it can.
type quotedKey struct {
	text string
	mark byte
	ends []int
	seen map[int]bool
}

func (q *quotedKey) from(at, first int) {
	for at < len(q.text) && q.text[at] != '\\' && q.text[at] != q.mark {
		at++
	}
	if at >= len(q.text) || q.seen[at] {
		return
	}
	if q.seen == nil {
		q.seen = map[int]bool{}
	}
	q.seen[at] = true
	if q.text[at] == q.mark {
		if at > first {
			q.ends = append(q.ends, at+1)
		}
		return
	}
	if at+1 < len(q.text) {
		q.from(at+2, first)
	}
	q.from(at+1, first)
}

// splitKeys splits keys at signs without a backslash, even in quotation marks,
// and tells whether one has any.
func splitKeys(text string) (list []string, quoted bool) {
	from := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] != '+' {
			continue
		}
		end := i
		for i < len(text) && end > from && text[end-1] == '\\' {
			end--
		}
		if (i-end)%2 != 0 {
			continue
		}
		one := text[from:end]
		quoted = quoted || strings.HasPrefix(one, `"`) || strings.HasPrefix(one, "'")
		list = append(list, one)
		from = i + 1
	}
	return list, quoted
}

// element is the keys as HTML, or nil if one has no known name.
func (k keys) element(list []string) *pymarkdown.Element {
	tag := "span"
	if k.strict {
		tag = "kbd"
	}
	e := pymarkdown.NewElement(tag)
	e.Set("class", k.class)
	for i, one := range list {
		key, ok := k.key(one)
		if !ok {
			return nil
		}
		if i > 0 && k.separator != "" {
			e.Sub("span").SetAtomic(k.separator)
		}
		kbd := e.Sub("kbd")
		if key.class != "" {
			kbd.Set("class", "key-"+key.class)
		}
		kbd.SetAtomic(key.words)
	}
	return e
}

func (k keys) key(s string) (key, bool) {
	if strings.HasPrefix(s, `"`) || strings.HasPrefix(s, "'") {
		inside := s[1:max(1, len(s)-1)]
		return key{words: strings.Trim(html.UnescapeString(unescapeKey(inside)), pymarkdown.Space)}, true
	}
	name := k.normal(s)
	if alias := keyAliases[name]; alias != "" {
		name = alias
	}
	words, own := k.own[name]
	if !own {
		words = keyNames[name]
	}
	return key{name, words}, words != ""
}

// normal writes a name in camel case with hyphens.
func (k keys) normal(name string) string {
	if !k.camelCase {
		return name
	}
	var b strings.Builder
	last := rune(0)
	for _, r := range name {
		if unicode.IsUpper(r) {
			if last != 0 && last != '-' {
				b.WriteByte('-')
			}
			b.WriteString(strings.ToLower(string(r)))
		} else {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// unescapeKey takes backslashes away: of several side by side, one stays if
// their number is even.
func unescapeKey(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for at := 0; at < len(s); {
		if s[at] != '\\' {
			b.WriteByte(s[at])
			at++
			continue
		}
		n := 0
		for at+n < len(s) && s[at+n] == '\\' {
			n++
		}
		at += n
		last := at >= len(s) || s[at] == '\n'
		switch {
		case n%2 == 0:
			b.WriteByte('\\')
		case last:
			b.WriteString(`\\`[:min(n, 2)])
		}
	}
	return b.String()
}
