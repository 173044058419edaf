package extensions

import (
	"strings"
	"unicode"

	"callboard/internal/pymarkdown"
)

// setupSmarty is smarty: typographic quotation marks, dashes and ellipses. They
// are put in after all other inline markup, by patterns of their own; the order
// of the patterns decides what a mark becomes.
func setupSmarty(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	s := smarty{own: o.Map("substitutions")}
	angled := o.Bool("smart_angled_quotes", false)
	if o.Bool("smart_dashes", true) {
		s.add("-", findRun('-', 3), "mdash")
		s.add("-", findRun('-', 2), "ndash")
	}
	if angled {
		s.add("<", findWord("<<", anywhere), "left-angle-quote")
		s.add(">", findWord(">>", anywhere), "right-angle-quote")
		d.Inline.Register("html", 90, pymarkdown.HTMLPattern(true))
	}
	if o.Bool("smart_quotes", true) {
		s.quotes()
	}
	if o.Bool("smart_ellipses", true) {
		s.add(".", findRun('.', 3), "ellipsis")
	}
	d.EscapedChars += `"'`
	d.Tree.Register("smarty", 6, func(d *pymarkdown.Document, root *pymarkdown.Element) {
		d.RunPatterns(root, s.patterns)
	})
	return nil
}

var smartyEntities = map[string]string{
	"mdash":              "&mdash;",
	"ndash":              "&ndash;",
	"ellipsis":           "&hellip;",
	"left-angle-quote":   "&laquo;",
	"right-angle-quote":  "&raquo;",
	"left-single-quote":  "&lsquo;",
	"right-single-quote": "&rsquo;",
	"left-double-quote":  "&ldquo;",
	"right-double-quote": "&rdquo;",
}

// smarty is the list of patterns while it is made.
type smarty struct {
	own      pymarkdown.Options
	patterns []*pymarkdown.Pattern
}

// replaced is a piece of text with a mark: what stands before and behind the
// mark in it is kept, but taken from the patterns that follow.
type replaced struct{ start, mark, markEnd, end int }

type finder func(text string, from int) (replaced, bool)

// add adds a pattern that puts substitutions in the place of what is found.
func (s *smarty) add(triggers string, find finder, names ...string) {
	var html strings.Builder
	safe := true
	for _, name := range names {
		if s.own.Has(name) {
			safe = false
		}
		html.WriteString(s.own.String(name, smartyEntities[name]))
	}
	said := pymarkdown.Stashed{HTML: html.String(), Safe: safe}
	s.patterns = append(s.patterns, &pymarkdown.Pattern{Triggers: triggers, Find: func(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
		r, ok := find(text, from)
		if !ok {
			return pymarkdown.Match{}, false
		}
		words := text[r.start:r.mark] + d.Stash.Add(said) + text[r.markEnd:r.end]
		return pymarkdown.Match{Start: r.start, End: r.end, Text: words}, true
	}})
}

// quotes adds the patterns of quotation marks in their order.
func (s *smarty) quotes() {
	const (
		ls, rs = "left-single-quote", "right-single-quote"
		ld, rd = "left-double-quote", "right-double-quote"
	)
	s.add("'", findWord("'", aloneAtStart), rs)
	s.add(`"`, findWord(`"`, aloneAtStart), rd)
	s.add(`"`, findWord(`"'`, beforeWord), ld, ls)
	s.add(`"`, findWord(`'"`, beforeWord), ls, ld)
	s.add(`"`, findWord(`'"`, closes), rs, rd)
	s.add(`"`, findWord(`"'`, closes), rd, rs)
	s.add("'", findWord("'", beforeDecade), rs)
	s.add("'", findOpening("'"), ls)
	s.add("'", findWord("'", closesSingle), rs)
	s.add("'", findPossessive, rs)
	s.add("'", findWord("'", anywhere), ls)
	s.add(`"`, findOpening(`"`), ld)
	s.add(`"`, findWord(`"`, beforeBlank), rd)
	s.add(`"`, findWord(`"`, closes), rd)
	s.add(`"`, findWord(`"`, anywhere), ld)
}

// condition tells whether the place is right for a mark from start to end.
type condition func(text string, start, end int) bool

func anywhere(string, int, int) bool { return true }

func beforeWord(text string, _, end int) bool { return pymarkdown.WordAt(text, end) }

func beforeBlank(text string, _, end int) bool { return pymarkdown.BlankAt(text, end) }

// aloneAtStart is a mark at the very beginning that punctuation follows, which
// no word follows.
func aloneAtStart(text string, start, end int) bool {
	if start != 0 || end >= len(text) || strings.IndexByte("!\"#$%'()*+,-./:;<=>?@[\\]^_`{|}~", text[end]) < 0 {
		return false
	}
	return (text[end] == '_') == pymarkdown.WordAt(text, end+1)
}

// closes is a mark behind something that it can close.
func closes(text string, start, _ int) bool {
	return start > 0 && strings.IndexByte(" \t\r\n[{(-\x02\x03", text[start-1]) < 0
}

// closesSingle is closes, but not before white space, digits or a plural.
func closesSingle(text string, start, end int) bool {
	if !closes(text, start, end) {
		return false
	}
	r, ok := pymarkdown.RuneAt(text, end)
	return !ok || !pymarkdown.IsBlank(r) && !unicode.IsDigit(r) && !loneS(text, end)
}

// loneS tells whether an "s" that ends a word begins at a byte.
func loneS(text string, at int) bool {
	return at < len(text) && text[at] == 's' && !pymarkdown.WordAt(text, at+1)
}

// beforeDecade is the mark of '80s.
func beforeDecade(text string, start, end int) bool {
	if pymarkdown.WordBefore(text, start) {
		return false
	}
	for range 2 {
		r, ok := pymarkdown.RuneAt(text, end)
		if !ok || !unicode.IsDigit(r) {
			return false
		}
		end += len(string(r))
	}
	return end < len(text) && text[end] == 's'
}

// findWord finds a mark at a place.
func findWord(mark string, right condition) finder {
	return func(text string, from int) (replaced, bool) {
		for at := from; at < len(text); at++ {
			i := strings.Index(text[at:], mark)
			if i < 0 {
				break
			}
			at += i
			if end := at + len(mark); right(text, at, end) {
				return replaced{at, at, end, end}, true
			}
		}
		return replaced{}, false
	}
}

// findRun finds exactly so many signs.
func findRun(sign byte, count int) finder {
	return func(text string, from int) (replaced, bool) {
		for at := from; at < len(text); {
			i := strings.IndexByte(text[at:], sign)
			if i < 0 {
				break
			}
			at += i
			end := at
			for end < len(text) && text[end] == sign {
				end++
			}
			if end-at == count && (at == 0 || text[at-1] != sign) {
				return replaced{at, at, end, end}, true
			}
			at = end
		}
		return replaced{}, false
	}
}

// findOpening finds a quotation mark before a word and behind white space or a
// dash, which are taken with it.
func findOpening(mark string) finder {
	return func(text string, from int) (replaced, bool) {
		for at := from; at < len(text); at++ {
			i := strings.Index(text[at:], mark)
			if i < 0 {
				break
			}
			at += i
			if n := gapBefore(text[from:at]); n > 0 && pymarkdown.WordAt(text, at+len(mark)) {
				return replaced{at - n, at, at + len(mark), at + len(mark)}, true
			}
		}
		return replaced{}, false
	}
}

// gapBefore is the length of the white space or dash that a text ends in, or 0.
func gapBefore(text string) int {
	if r, ok := pymarkdown.RuneBefore(text, len(text)); ok && (pymarkdown.IsBlank(r) || r == '–' || r == '—') {
		return len(string(r))
	}
	for _, gap := range []string{"--", "&nbsp;", "&ndash;", "&mdash;", "&#8211;", "&#8212;"} {
		if strings.HasSuffix(text, gap) {
			return len(gap)
		}
	}
	return 0
}

// findPossessive finds an apostrophe before white space or a single "s", which
// are taken with it.
func findPossessive(text string, from int) (replaced, bool) {
	for at := from; at < len(text); at++ {
		i := strings.IndexByte(text[at:], '\'')
		if i < 0 {
			break
		}
		at += i
		r, ok := pymarkdown.RuneAt(text, at+1)
		if ok && pymarkdown.IsBlank(r) || loneS(text, at+1) {
			return replaced{at, at, at + 1, at + 1 + len(string(r))}, true
		}
	}
	return replaced{}, false
}
