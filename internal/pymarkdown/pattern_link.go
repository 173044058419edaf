package pymarkdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// brackets finds the bracket that closes another one. After a few it looks at
// all of the text once, so that thousands of open brackets cost no more.
type brackets struct {
	text    string
	scanned int
	partner []int32
}

// scanFirst is how many brackets are looked for one at a time.
const scanFirst = 4

// closing is the byte of the "]" that closes what is open before byte from, or
// -1.
func (b *brackets) closing(from int) int {
	if b.scanned++; b.scanned <= scanFirst {
		return closingBracket(b.text, from)
	}
	if b.partner == nil {
		b.pair()
	}
	return int(b.partner[from-1]) - 1
}

func closingBracket(text string, at int) int {
	for depth := 1; ; at++ {
		i := strings.IndexAny(text[at:], "[]")
		if i < 0 {
			return -1
		}
		if at += i; text[at] == '[' {
			depth++
		} else if depth--; depth == 0 {
			return at
		}
	}
}

func (b *brackets) pair() {
	b.partner = make([]int32, len(b.text))
	var open []int
	for i := range len(b.text) {
		switch {
		case b.text[i] == '[':
			open = append(open, i)
		case b.text[i] == ']' && len(open) > 0:
			b.partner[open[len(open)-1]] = int32(i) + 1
			open = open[:len(open)-1]
		}
	}
}

// nextOpening finds the next "[" at or after a byte; with image one that a "!"
// stands before, otherwise one without. inside is the byte behind it.
func nextOpening(text string, from int, image bool) (start, inside int, ok bool) {
	for at := from; at < len(text); at++ {
		i := strings.IndexByte(text[at:], '[')
		if i < 0 {
			break
		}
		at += i
		marked := at > 0 && text[at-1] == '!'
		switch {
		case image && marked && at-1 >= from:
			return at - 1, at + 1, true
		case !image && !marked:
			return at, at + 1, true
		}
	}
	return 0, 0, false
}

func bracketTrigger(image bool) string {
	if image {
		return "!"
	}
	return "["
}

// maxLinkWork bounds how many bytes are gone through for links that do not end,
// in one text.
const maxLinkWork = 4 << 20

// linkPattern finds [text](address "title"), with a "!" before it if image.
func linkPattern(image bool) *Pattern {
	return &Pattern{Triggers: bracketTrigger(image), Find: func(d *Document, text string, from int) (Match, bool) {
		pairs := brackets{text: text}
		for work := 0; work < maxLinkWork; {
			start, inside, ok := nextOpening(text, from, image)
			if !ok {
				break
			}
			from = inside
			closing := pairs.closing(inside)
			if closing < 0 || closing+1 >= len(text) || text[closing+1] != '(' {
				continue
			}
			t, ok := linkTarget(text, closing+2)
			if !ok {
				work += len(text) - closing
				continue
			}
			return Match{Start: start, End: t.end, Node: d.linkElement(t, text[inside:closing], image)}, true
		}
		return Match{}, false
	}}
}

func (d *Document) linkElement(t target, text string, image bool) *Element {
	href := strings.Trim(d.Unstash(t.href), Space)
	var e *Element
	if image {
		e = NewElement("img")
		e.Set("src", href)
	} else {
		e = NewElement("a")
		e.SetText(text)
		e.Set("href", href)
	}
	if t.titled {
		title := Dequote(d.Unstash(strings.Trim(t.title, Space)))
		e.Set("title", strings.Map(blankToSpace, title))
	}
	if image {
		e.Set("alt", d.Unstash(text))
	}
	return e
}

func blankToSpace(r rune) rune {
	if IsBlank(r) {
		return ' '
	}
	return r
}

// Dequote takes quotation marks from about a text.
func Dequote(s string) string {
	if s != "" && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[min(1, len(s)-1):max(len(s)-1, min(1, len(s)-1))]
	}
	return s
}

// target is what stands between the parentheses of a link.
type target struct {
	href, title string
	titled      bool
	end         int // behind the closing one
}

// linkTarget reads from behind the opening parenthesis on.
func linkTarget(text string, at int) (target, bool) {
	at = skipBlank(text, at)
	if t, ok := angleTarget(text, at); ok {
		return t, true
	}
	r := targetReader{text: text, start: at, brackets: 1, backtrack: 1, lastBracket: -1, startQuote: -1, exitQuote: -1, startAlt: -1, exitAlt: -1}
	return r.read()
}

func skipBlank(text string, at int) int {
	return at + len(text[at:]) - len(strings.TrimLeftFunc(text[at:], IsBlank))
}

// angleTarget reads `<address> "title")`.
func angleTarget(text string, at int) (t target, ok bool) {
	if at >= len(text) || text[at] != '<' {
		return t, false
	}
	i := strings.IndexAny(text[at+1:], "<>")
	if i < 0 || text[at+1+i] != '>' {
		return t, false
	}
	t.href = strings.Trim(text[at+1:at+1+i], Space)
	p := skipBlank(text, at+i+2)
	if p < len(text) && (text[p] == '"' || text[p] == '\'') {
		n := strings.IndexByte(text[p+1:], text[p])
		if n < 0 {
			return t, false
		}
		t.title, t.titled = text[p+1:p+1+n], true
		p = skipBlank(text, p+n+2)
	}
	if p >= len(text) || text[p] != ')' {
		return t, false
	}
	t.end = p + 1
	return t, true
}

// targetReader reads an address and a title that nothing but the closing
// parenthesis ends. It counts parentheses; in what looks like a title it counts
// a second time, for the case that the title does not close (getLink).
type targetReader struct {
	text                string
	start               int
	brackets, backtrack int
	lastBracket         int // behind the parenthesis that closes if the title does not
	ignore              bool
	quote, alt          byte
	startQuote          int
	exitQuote           int
	startAlt, exitAlt   int
	last                byte // the last character that is not a space
}

func (r *targetReader) read() (target, bool) {
	for at := r.start; ; at++ {
		i := strings.IndexAny(r.text[at:], "()'\"")
		if i < 0 {
			break
		}
		if i > 0 {
			if words := strings.TrimRight(r.text[at:at+i], " "); words != "" {
				r.last = words[len(words)-1]
			}
		}
		at += i
		switch c := r.text[at]; c {
		case '(':
			r.open()
		case ')':
			r.close(at)
		default:
			r.quoted(c, at)
		}
		if r.brackets == 0 {
			return r.done(at), true
		}
		r.last = r.text[at]
	}
	switch {
	case r.backtrack != 0:
		return target{}, false
	case r.lastBracket > 0:
		return target{href: r.text[r.start : r.lastBracket-1], end: r.lastBracket}, true
	}
	// No parenthesis closed at all, but an opening one in the title was counted:
	// all but the last two characters is the address, and the last one stays.
	_, one := utf8.DecodeLastRuneInString(r.text)
	_, two := utf8.DecodeLastRuneInString(r.text[:len(r.text)-one])
	return target{href: r.text[r.start:max(r.start, len(r.text)-one-two)], end: len(r.text) - one}, true
}

func (r *targetReader) open() {
	if !r.ignore {
		r.brackets++
	} else if r.backtrack > 0 {
		r.backtrack--
	}
}

func (r *targetReader) close(at int) {
	switch {
	case r.exitQuote != -1 && r.quote == r.last || r.exitAlt != -1 && r.alt == r.last:
		r.brackets = 0
	case !r.ignore:
		r.brackets--
	case r.backtrack > 0:
		if r.backtrack--; r.backtrack == 0 {
			r.lastBracket = at + 1
		}
	}
}

func (r *targetReader) quoted(c byte, at int) {
	switch {
	case r.quote == 0:
		r.ignore = true
		r.backtrack = r.brackets
		r.brackets = 1
		r.startQuote = at + 1
		r.quote = c
	case c != r.quote && r.alt == 0:
		r.startAlt = at + 1
		r.alt = c
	case c == r.quote:
		r.exitQuote = at + 1
	case r.alt != 0 && c == r.alt:
		r.exitAlt = at + 1
	}
}

func (r *targetReader) done(at int) target {
	t := target{end: at + 1}
	switch {
	case r.exitQuote >= 0 && r.quote == r.last:
		t.href = r.text[r.start : r.startQuote-1]
		t.title, t.titled = r.text[r.startQuote:r.exitQuote-1], true
	case r.exitAlt >= 0 && r.alt == r.last:
		t.href = r.text[r.start : r.startAlt-1]
		t.title, t.titled = r.text[r.startAlt:r.exitAlt-1], true
	default:
		t.href = r.text[r.start:at]
	}
	return t
}

// referencePattern finds [text][name], [text][] and, if short, [name].
func referencePattern(image, short bool) *Pattern {
	return &Pattern{Triggers: bracketTrigger(image), Find: func(d *Document, text string, from int) (Match, bool) {
		if len(d.References) == 0 {
			return Match{}, false
		}
		pairs := brackets{text: text}
		for {
			start, inside, ok := nextOpening(text, from, image)
			if !ok {
				return Match{}, false
			}
			from = inside
			closing := pairs.closing(inside)
			if closing < 0 {
				continue
			}
			words, name, end := text[inside:closing], text[inside:closing], closing+1
			if !short {
				if name, end, ok = referenceName(text, end); !ok {
					continue
				}
				if name == "" {
					name = words
				}
			}
			ref, ok := d.References[foldName(name)]
			if !ok {
				from = end
				continue
			}
			return Match{Start: start, End: end, Node: d.referenceElement(ref, words, image)}, true
		}
	}}
}

// referenceName reads "[name]" behind a text in brackets.
func referenceName(text string, at int) (name string, end int, ok bool) {
	if r, ok := RuneAt(text, at); ok && IsBlank(r) {
		at += len(string(r))
	}
	if at >= len(text) || text[at] != '[' {
		return "", 0, false
	}
	i := strings.IndexByte(text[at:], ']')
	if i < 0 {
		return "", 0, false
	}
	return text[at+1 : at+i], at + i + 1, true
}

// foldName writes a name as references are kept: in lower case, with one space
// where there is white space.
func foldName(name string) string {
	name = strings.ToLower(name)
	if strings.IndexFunc(name, IsBlank) < 0 {
		return name
	}
	var b strings.Builder
	blank := false
	for _, r := range name {
		if IsBlank(r) || unicode.IsSpace(r) {
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
			continue
		}
		blank = false
		b.WriteRune(r)
	}
	return b.String()
}

func (d *Document) referenceElement(ref Reference, text string, image bool) *Element {
	var e *Element
	if image {
		e = NewElement("img")
		e.Set("src", ref.Link)
	} else {
		e = NewElement("a")
		e.SetText(text)
		e.Set("href", ref.Link)
	}
	if ref.Title != "" {
		e.Set("title", ref.Title)
	}
	if image {
		e.Set("alt", d.Unstash(text))
	}
	return e
}
