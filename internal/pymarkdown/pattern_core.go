package pymarkdown

import "strings"

// registerPatterns registers Python-Markdown's own inline patterns.
func registerPatterns(d *Dialect) {
	d.Inline.Register("backtick", 190, &Pattern{Triggers: "`", Find: findCode})
	d.Inline.Register("escape", 180, &Pattern{Triggers: `\`, Find: findEscape})
	d.Inline.Register("reference", 170, referencePattern(false, false))
	d.Inline.Register("link", 160, linkPattern(false))
	d.Inline.Register("image_link", 150, linkPattern(true))
	d.Inline.Register("image_reference", 140, referencePattern(true, false))
	d.Inline.Register("short_reference", 130, referencePattern(false, true))
	d.Inline.Register("short_image_ref", 125, referencePattern(true, true))
	d.Inline.Register("autolink", 120, &Pattern{Triggers: "<", Find: findAutolink})
	d.Inline.Register("automail", 110, &Pattern{Triggers: "@", Find: findAutomail})
	d.Inline.Register("linebreak", 100, &Pattern{Triggers: "\n", Find: findLineBreak})
	d.Inline.Register("html", 90, HTMLPattern(false))
	d.Inline.Register("entity", 80, &Pattern{Triggers: "&", Find: findEntity})
	d.Inline.Register("not_strong", 70, NotDelimiters("*_", 3))
	d.Inline.Register("em_strong", 60, DelimitedBy('*', starShapes))
	d.Inline.Register("em_strong2", 50, DelimitedBy('_', underscoreShapes))
}

var (
	strongEm = []string{"strong", "em"}
	emStrong = []string{"em", "strong"}
)

// starShapes are those of AsteriskProcessor.
var starShapes = []Delimited{
	{[]Mark{{0, 3, 0}, {0, 1, 0}, {0, 2, 0}}, []Content{Any, AnyOrNone}, Inner, strongEm, false},
	{[]Mark{{0, 3, 0}, {0, 2, 0}, {0, 1, 0}}, []Content{Any, AnyOrNone}, Inner, emStrong, false},
	{[]Mark{{0, 2, NearSign}, {0, 1, NearSign}, {0, 3, 0}}, []Content{NoSign, Any}, Trailing, strongEm, false},
	{[]Mark{{0, 2, 0}, {0, 2, 0}}, []Content{Any}, Single, strongEm[:1], false},
	{[]Mark{{0, 1, 0}, {0, 1, 0}}, []Content{NoSign}, Single, emStrong[:1], false},
}

// underscoreShapes are those of UnderscoreProcessor.
var underscoreShapes = []Delimited{
	starShapes[0],
	starShapes[1],
	{[]Mark{{NearWord, 2, NearSign}, {NearWord, 1, NearSign}, {0, 3, NearWord}}, []Content{Any, Any}, Trailing, strongEm, false},
	{[]Mark{{NearWord, 2, NearSign}, {NearSign, 2, NearWord}}, []Content{Any}, Single, strongEm[:1], false},
	{[]Mark{{NearWord, 1, NearSign}, {NearSign, 1, NearWord}}, []Content{Any}, Single, emStrong[:1], false},
}

// LegacyUnderscores is the pattern of emphasis by "_" inside words, too
// (extension legacy_em).
func LegacyUnderscores() *Pattern {
	return DelimitedBy('_', []Delimited{
		starShapes[0],
		starShapes[1],
		starShapes[2],
		starShapes[3],
		starShapes[4],
	})
}

// findEscape finds characters that a backslash makes literal.
func findEscape(d *Document, text string, from int) (Match, bool) {
	i := strings.IndexByte(text[from:], '\\')
	if i < 0 {
		return Match{}, false
	}
	start := from + i
	r, ok := RuneAt(text, start+1)
	if !ok {
		return Match{}, false
	}
	end := start + 1 + len(string(r))
	if !strings.ContainsRune(d.EscapedChars, r) {
		return Match{Start: start, End: end, Skip: true}, true
	}
	return Match{Start: start, End: end, Text: Escaped(r)}, true
}

// findCode finds code spans.
func findCode(_ *Document, text string, from int) (Match, bool) {
	t, ok := FindTicks(text, from)
	if !ok || t.Escapes {
		return t.Match(), ok
	}
	e := NewElement("code")
	e.SetAtomic(CodeEscape(strings.Trim(text[t.Code:t.Close], Space)))
	m := t.Match()
	m.Node = e
	return m, true
}

// Ticks is a code span from Start to End, its code from Code to Close; or
// backslashes before one that stand for half as many (Escapes).
type Ticks struct {
	Start, Code, Close, End int
	Escapes                 bool
}

// Match is the piece of text, without a node.
func (t Ticks) Match() Match {
	m := Match{Start: t.Start, End: t.End}
	if t.Escapes {
		m.Text = strings.Repeat(Escaped('\\'), (t.End-t.Start)/2)
	}
	return m
}

// FindTicks finds the first code span, or backslashes before one, at or after
// from.
func FindTicks(text string, from int) (t Ticks, ok bool) {
	for at := from; at < len(text); {
		i := strings.IndexAny(text[at:], "\\`")
		if i < 0 {
			break
		}
		at += i
		if text[at] == '\\' {
			end := runOf(text, at)
			if (end-at)%2 == 0 && end < len(text) && text[end] == '`' && (at == 0 || text[at-1] != '\\') {
				return Ticks{Start: at, End: end, Escapes: true}, true
			}
			at = end
			if end < len(text) && text[end] == '`' {
				at++ // that one is escaped
			}
			continue
		}
		open := runOf(text, at)
		if n, start, end := ClosingTicks(text, open, open-at); n > 0 {
			return Ticks{Start: at, Code: at + n, Close: start, End: end}, true
		}
		at = open
	}
	return t, false
}

func runOf(text string, at int) int {
	end := at
	for end < len(text) && text[end] == text[at] {
		end++
	}
	return end
}

// ClosingTicks finds the first run of most backticks behind byte at, or of the
// next smaller number; the rest of the opening run belongs to the code then.
func ClosingTicks(text string, at, most int) (n, start, end int) {
	for at < len(text) {
		i := strings.IndexByte(text[at:], '`')
		if i < 0 {
			break
		}
		from := at + i
		at = runOf(text, from)
		if k := at - from; k <= most && k > n {
			if n, start, end = k, from, at; n == most {
				break
			}
		}
	}
	return n, start, end
}

// findLineBreak finds two spaces at the end of a line.
func findLineBreak(_ *Document, text string, from int) (Match, bool) {
	const end = "  \n"
	i := strings.Index(text[from:], end)
	if i < 0 {
		return Match{}, false
	}
	return Match{Start: from + i, End: from + i + len(end), Node: NewElement("br")}, true
}
