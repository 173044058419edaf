package markdown

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Limits of abbreviations. Each place where one is used holds its title, so
// that long titles make large pages.
const (
	maxAbbrs     = 300
	longestAbbr  = 40
	longestTitle = 200
)

// abbrs are the abbreviations of a page: "*[HTML]: HyperText Markup Language".
type abbrs struct {
	titles  map[string]string
	lengths []int // that the abbreviations have, longest first
}

func (a *abbrs) define(short, title string) {
	if a.titles == nil {
		a.titles = map[string]string{}
	}
	if len(a.titles) >= maxAbbrs {
		return
	}
	a.titles[short] = title
	if !slices.Contains(a.lengths, len(short)) {
		a.lengths = append(a.lengths, len(short))
		slices.SortFunc(a.lengths, func(x, y int) int { return y - x })
	}
}

// abbrDefinition is where one is defined; it is not shown.
type abbrDefinition struct{ ast.BaseBlock }

var kindAbbr = ast.NewNodeKind("AbbrDefinition")

func (n *abbrDefinition) Kind() ast.NodeKind         { return kindAbbr }
func (n *abbrDefinition) IsRaw() bool                { return true }
func (n *abbrDefinition) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

type abbrParser struct{}

func (abbrParser) Trigger() []byte                             { return []byte{'*'} }
func (abbrParser) CanInterruptParagraph() bool                 { return true }
func (abbrParser) CanAcceptIndentedLine() bool                 { return false }
func (abbrParser) Close(ast.Node, text.Reader, parser.Context) {}

func (abbrParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 || pos+1 >= len(line) || line[pos+1] != '[' {
		return nil, parser.NoChildren
	}
	short, title, ok := bytes.Cut(line[pos+2:], []byte("]:"))
	short, title = bytes.TrimSpace(short), bytes.TrimSpace(title)
	if !ok || len(short) == 0 || len(short) > longestAbbr || bytes.ContainsAny(short, "[]") || len(title) > longestTitle {
		return nil, parser.NoChildren
	}
	stateOf(pc).abbrs.define(string(short), string(title))
	consumeLine(reader, line)
	return &abbrDefinition{}, parser.NoChildren
}

func (abbrParser) Continue(ast.Node, text.Reader, parser.Context) parser.State { return parser.Close }

// abbreviated writes text with the abbreviations in it, where they are words.
func (w *writer) abbreviated(s string) {
	from := 0
	for i := 0; i < len(s); {
		if i > 0 && isWord(lastRune(s[:i])) {
			i++
			continue
		}
		n := w.state.abbrs.match(s[i:])
		if n == 0 {
			i++
			continue
		}
		w.esc(s[from:i])
		w.s(`<abbr title="`)
		w.esc(w.state.abbrs.titles[s[i:i+n]])
		w.s(`">`)
		w.esc(s[i : i+n])
		w.s("</abbr>")
		i += n
		from = i
		if w.full = w.full || len(w.out) > w.limit; w.full {
			return
		}
	}
	w.esc(s[from:])
}

// match is the length of the longest abbreviation that begins the text and ends
// with a word, or 0.
func (a *abbrs) match(s string) int {
	for _, n := range a.lengths {
		if n > len(s) {
			continue
		}
		if _, ok := a.titles[s[:n]]; ok && (n == len(s) || !isWord(firstRune([]byte(s[n:min(len(s), n+utf8.UTFMax)])))) {
			return n
		}
	}
	return 0
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
