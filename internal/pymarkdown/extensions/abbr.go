package extensions

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"callboard/internal/pymarkdown"
)

// abbreviations are a page's abbreviations and what they mean.
type abbreviations map[string]string

type abbrKey struct{}

// maxAbbreviation is how many bytes of text an abbreviation may have to be looked
// for; each word of a page is compared with every length that occurs.
const maxAbbreviation = 120

func setupAbbr(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	glossary := abbreviations{}
	words := o.Map("glossary")
	for word := range words {
		if meaning := words.String(word, ""); word != "" && meaning != "" {
			glossary[word] = meaning
		}
	}
	d.Resets = append(d.Resets, func(d *pymarkdown.Document) {
		all := abbreviations{}
		for word, meaning := range glossary {
			all[word] = meaning
		}
		*pymarkdown.Value[abbreviations](d, abbrKey{}) = all
	})
	d.Tree.Register("abbr", 7, markAbbreviations)
	d.Blocks.Register("abbr", 16, abbrBlock{})
	return nil
}

// abbrBlock reads lines such as "*[HTML]: Hyper Text Markup Language".
type abbrBlock struct{}

// Test implements pymarkdown.BlockProcessor.
func (abbrBlock) Test(_ *pymarkdown.Document, _ *pymarkdown.Element, block string) bool {
	return strings.Contains(block, "*[")
}

// Run implements pymarkdown.BlockProcessor.
func (abbrBlock) Run(d *pymarkdown.Document, _ *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	block := blocks.At(0)
	m, ok := findAbbr(block)
	if !ok || m.word == "" || m.meaning == "" {
		return false
	}
	blocks.Pop()
	all := *pymarkdown.Value[abbreviations](d, abbrKey{})
	before := block[:m.start]
	for {
		all.define(m)
		block = block[m.end:]
		// A list of definitions is read at once, so that the parser need not
		// look at the rest of it again and again. A line that other
		// processors may take ends it.
		rest := strings.TrimPrefix(block, "\n")
		next, ok := findAbbr(rest)
		if !ok || next.start != 0 || next.word == "" || next.meaning == "" {
			break
		}
		if after := strings.TrimPrefix(rest[next.end:], "\n"); after != "" && !strings.HasPrefix(after, "*[") {
			break
		}
		m, block = next, rest
	}
	if strings.TrimSpace(block) != "" {
		blocks.Push(strings.TrimLeft(block, "\n"))
	}
	if strings.TrimSpace(before) != "" {
		blocks.Push(strings.TrimRight(before, "\n"))
	}
	return true
}

func (a abbreviations) define(m abbrMatch) {
	if m.meaning == `""` || m.meaning == "''" {
		delete(a, m.word)
		return
	}
	a[m.word] = m.meaning
}

type abbrMatch struct {
	start, end    int
	word, meaning string
}

// findAbbr finds the first definition of a block; what it means may stand on the
// next line.
func findAbbr(block string) (m abbrMatch, ok bool) {
	for at := 0; at < len(block); {
		if strings.HasPrefix(block[at:], "*[") {
			from := at + 2
			n := closingColon(block[from:])
			if n < 0 || strings.IndexByte(block[from:from+n], '\\') < 0 {
				return abbrAt(block, at, from+n, n >= 0)
			}
			// None of the lines up to the backslash begins a definition.
			at = from + strings.LastIndexByte(block[from:from+n], '\\')
		}
		i := strings.IndexByte(block[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return m, false
}

// closingColon tells where a closing bracket and a colon follow, with a space
// between them or none, or -1.
func closingColon(s string) int {
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], ']')
		if i < 0 {
			return -1
		}
		at += i
		if rest := s[at+1:]; strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, " :") {
			return at
		}
	}
}

func abbrAt(block string, start, bracket int, ok bool) (abbrMatch, bool) {
	if !ok {
		return abbrMatch{}, false
	}
	p := bracket + 1 + strings.IndexByte(block[bracket+1:], ':') + 1
	p = skipSpaces(block, p)
	if p < len(block) && block[p] == '\n' {
		p = skipSpaces(block, p+1)
	}
	end := len(block)
	if i := strings.IndexByte(block[p:], '\n'); i >= 0 {
		end = p + i
	}
	return abbrMatch{start, end, strings.TrimSpace(block[start+2 : bracket]), strings.TrimSpace(block[p:end])}, true
}

func skipSpaces(s string, at int) int {
	for at < len(s) && s[at] == ' ' {
		at++
	}
	return at
}

// abbrFinder finds abbreviations in text.
type abbrFinder struct {
	all     abbreviations
	lengths [256][]int // of those that begin with a byte, the longest first
}

func newAbbrFinder(all abbreviations) *abbrFinder {
	f := &abbrFinder{all: all}
	for word := range all {
		if len(word) <= maxAbbreviation && !slices.Contains(f.lengths[word[0]], len(word)) {
			f.lengths[word[0]] = append(f.lengths[word[0]], len(word))
		}
	}
	for _, l := range f.lengths {
		slices.SortFunc(l, func(a, b int) int { return b - a })
	}
	return f
}

// at tells how long the abbreviation is that stands in text at i, 0 if none does.
func (f *abbrFinder) at(text string, i int) int {
	lengths := f.lengths[text[i]]
	if len(lengths) == 0 || !wordEdge(text, i) {
		return 0
	}
	for _, n := range lengths {
		if i+n > len(text) || !wordEdge(text, i+n) {
			continue
		}
		if _, ok := f.all[text[i:i+n]]; ok {
			return n
		}
	}
	return 0
}

// split gives the text before the first abbreviation, and an element for each
// with what follows as its tail.
func (f *abbrFinder) split(text string) (before string, nodes []*pymarkdown.Element) {
	from := 0
	say := func(s string) {
		if len(nodes) == 0 {
			before = s
		} else {
			nodes[len(nodes)-1].Tail = s
		}
	}
	for i := 0; i < len(text); {
		n := f.at(text, i)
		if n == 0 {
			i++
			continue
		}
		say(text[from:i])
		abbr := pymarkdown.NewElement("abbr")
		abbr.Set("title", f.all[text[i:i+n]])
		abbr.SetAtomic(text[i : i+n])
		nodes = append(nodes, abbr)
		i += n
		from = i
	}
	say(text[from:])
	return before, nodes
}

func markAbbreviations(d *pymarkdown.Document, root *pymarkdown.Element) {
	all := *pymarkdown.Value[abbreviations](d, abbrKey{})
	if len(all) > 0 {
		newAbbrFinder(all).mark(root)
	}
}

func (f *abbrFinder) mark(e *pymarkdown.Element) {
	children := e.Children()
	if e.Lead != "" && !e.LeadAtomic {
		f.put(e, nil, &e.Lead)
	}
	for _, c := range children {
		f.mark(c)
		if c.Tail != "" && !c.TailAtomic {
			f.put(e, c, &c.Tail)
		}
	}
}

// put marks the abbreviations of a text that stands in parent behind after.
func (f *abbrFinder) put(parent, after *pymarkdown.Element, text *string) {
	before, nodes := f.split(*text)
	if len(nodes) == 0 {
		return
	}
	*text = before
	for _, n := range nodes {
		parent.PutAfter(after, n)
		after = n
	}
}

// wordEdge is \b of Python's regular expressions.
func wordEdge(s string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at:])
	return (at > 0 && isWord(before)) != (at < len(s) && isWord(after))
}

// isWord is \w of Python's regular expressions.
func isWord(r rune) bool {
	if r < 0x80 {
		return r >= 0 && (isAlnum(byte(r)) || r == '_')
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// isSpace is \s of Python's regular expressions.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }
