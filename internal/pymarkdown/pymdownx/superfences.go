package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// superfences finds fences at any indentation and in quotes. As a fence is found
// before blocks are, it may turn out to stand in indented code; then its source
// is put back.
type superfences struct {
	kinds      []fenceKind // what custom_fences says, behind the ordinary ones
	hl         *highlighter
	class      string
	ownClass   string // css_class
	relaxed    bool
	noIndented bool // disable_indented_code_blocks
	tabs       bool // preserve_tabs
	attrList   bool
	quotes     bool // pymdownx.quotes: each line has the same depth
}

func setupSuperfences(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	s := &superfences{
		kinds:      []fenceKind{{}},
		ownClass:   o.String("css_class", ""),
		relaxed:    o.Bool("relaxed_headers", false),
		noIndented: o.Bool("disable_indented_code_blocks", false),
		tabs:       o.Bool("preserve_tabs", false),
	}
	for _, x := range o.List("custom_fences") {
		s.addKind(pymarkdown.Options{"": x}.Map(""))
	}
	d.Pre.Register("fenced_code_block", 25, s.run)
	d.Shared["fenced_code_block"] = s
	d.Blocks.Register("code", 80, indentedCode{s})
	if s.tabs {
		d.Pre.Register("fenced_raw_block", 31.05, s.runRaw)
		bypassNormalization(d)
	}
	d.Finals = append(d.Finals, s.final)
	return nil
}

func (s *superfences) final(d *pymarkdown.Dialect) {
	s.hl = highlighterOf(d)
	if s.class = s.ownClass; s.class == "" {
		s.class = s.hl.class
	}
	s.attrList = d.Tree.Has("attr_list")
	if d.Shared["fenced_code_block"] != s {
		d.Pre.Deregister("fenced_raw_block") // what it hides would not be found again
	}
	if q, ok := d.Blocks.Get("quote"); ok {
		_, s.quotes = q.(quotes)
	}
}

func (s *superfences) addKind(o pymarkdown.Options) {
	if o == nil || !o.Has("name") || !o.Has("class") {
		return
	}
	k := fenceKind{name: o.String("name", ""), class: o.String("class", ""), custom: true, write: fenceWriter(o)}
	if k.name == "*" {
		s.kinds[0] = k
		return
	}
	s.kinds = append(s.kinds, k)
}

// foundFence is the source of a fence, to be put back where it is none.
type foundFence struct {
	source string
	column int // in which it stood
}

type foundFences struct{ byNumber map[int]foundFence }

type foundFencesKey struct{}

func found(d *pymarkdown.Document) *foundFences {
	f := pymarkdown.Value[foundFences](d, foundFencesKey{})
	if f.byNumber == nil {
		f.byNumber = map[int]foundFence{}
	}
	return f
}

// restore gives the source of a fence whose placeholder makes up the line. Each is
// given once.
func (f *foundFences) restore(line string) (source string, ok bool) {
	if !strings.Contains(line, pymarkdown.STX) {
		return "", false
	}
	mark := strings.TrimLeft(line, "> ")
	n, ok := pymarkdown.IsPlaceholder(mark)
	if !ok {
		return "", false
	}
	x, ok := f.byNumber[n]
	if !ok {
		return "", false
	}
	delete(f.byNumber, n)
	lines := strings.Split(x.source, "\n")
	for i, l := range lines {
		lines[i] = cutColumns(l, x.column-(len(line)-len(mark)))
	}
	return strings.Join(lines, "\n"), true
}

// cutColumns takes n characters from the front, or leaves as many at the end if n
// is negative.
func cutColumns(s string, n int) string {
	if n < 0 {
		r := []rune(s)
		return string(r[max(len(r)+n, 0):])
	}
	for i := range s {
		if n == 0 {
			return s[i:]
		}
		n--
	}
	return ""
}

// indentedCode reads indented code, in which fences are put back.
type indentedCode struct{ s *superfences }

func (c indentedCode) Test(d *pymarkdown.Document, parent *pymarkdown.Element, block string) bool {
	return !c.s.noIndented && pymarkdown.CodeBlock{}.Test(d, parent, block)
}

func (c indentedCode) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	if block := blocks.At(0); strings.Contains(block, pymarkdown.STX) {
		lines := strings.Split(block, "\n")
		for i, line := range lines {
			if source, ok := found(d).restore(line); ok {
				lines[i] = source
			}
		}
		blocks.SetAt(0, strings.Join(lines, "\n"))
	}
	return pymarkdown.CodeBlock{}.Run(d, parent, blocks)
}

// run finds fences.
func (s *superfences) run(d *pymarkdown.Document, lines []string) []string {
	if s.tabs {
		lines = restoreLines(d, lines)
	}
	f := fenceFinder{s: s, d: d}
	return f.find(lines)
}

func restoreLines(d *pymarkdown.Document, lines []string) []string {
	out := make([]string, 0, len(lines))
	for _, line := range lines {
		if source, ok := found(d).restore(line); ok {
			out = append(out, strings.Split(source, "\n")...)
		} else {
			out = append(out, line)
		}
	}
	return out
}

// runRaw finds fences before tabs become spaces, and hides them until run.
func (s *superfences) runRaw(d *pymarkdown.Document, lines []string) []string {
	f := fenceFinder{s: s, d: d, raw: true}
	return f.find(lines)
}

// Marks that stand for those of placeholders while white space is normalised,
// which removes those.
const (
	soh = "\x01"
	eot = "\x04"
)

// bypassNormalization lets extensions put placeholders into a page before white
// space is normalised (pymdownx._bypassnorm).
func bypassNormalization(d *pymarkdown.Dialect) {
	d.Pre.Register("pymdownx-pre-norm-ws", 35, replaceMarks(soh, "", eot, ""))
	d.Pre.Register("pymdownx-post-norm-ws", 29.9, replaceMarks(soh, pymarkdown.STX, eot, pymarkdown.ETX))
}

func replaceMarks(oldnew ...string) pymarkdown.Preprocessor {
	replacer := strings.NewReplacer(oldnew...)
	return func(_ *pymarkdown.Document, lines []string) []string {
		for i, line := range lines {
			if strings.ContainsAny(line, soh+eot) {
				lines[i] = replacer.Replace(line)
			}
		}
		return lines
	}
}
