package pygments

import (
	"strconv"
	"strings"
)

// Numbers is how lines are numbered.
type Numbers int

// Ways to number lines.
const (
	None   Numbers = iota
	Table          // in a column of a table of their own
	Inline         // as text at the beginning of each line
	Data           // as an attribute of each line, which is not copied (pymdownx)
)

// Format is how a block is written: options of Pygments' HTML formatter, whose
// names stand behind them.
type Format struct {
	Class string // of the element around everything (cssclass)
	// Classes, as HTML, stand before Class, but not in the names made of it; ID is
	// HTML as well.
	Classes, ID string
	Attrs       string // more attributes of the element around everything, as HTML
	Numbers     Numbers
	Start       int          // the number of the first line (linenostart)
	Step        int          // every Step-th line is numbered (linenostep)
	Special     int          // every Special-th number is set apart; 0 for none (linenospecial)
	Marked      map[int]bool // lines by their place, from 1 (hl_lines)
	// Title stands above the code (filename).
	Title string
	// Spans and Anchors, if they are not empty, begin the ids that lines have as
	// elements or by a link in front of them (linespans, lineanchors).
	Spans, Anchors string
	// LinkNumbers makes links of the numbers (anchorlinenos).
	LinkNumbers bool
	// EmptySpans begins the column of numbers with an empty element, which keeps
	// empty lines there (pymdownx).
	EmptySpans bool
}

// Block writes lines, each with its line feed.
func (f *Format) Block(lines []string) string {
	w := blockWriter{Format: *f, width: len(strconv.Itoa(len(lines) + f.Start - 1))}
	w.Step = max(w.Step, 1)
	for _, p := range []*string{&w.Class, &w.Title, &w.Spans, &w.Anchors} {
		*p = Escape(*p)
	}
	w.s("<div")
	if f.ID != "" {
		w.s(` id="`, f.ID, `"`)
	}
	if w.Class != "" || f.Classes != "" {
		w.s(` class="`, strings.TrimSpace(f.Classes+" "+w.Class), `"`)
	}
	w.s(f.Attrs, ">")
	if f.Numbers == Table {
		w.table(lines)
	} else {
		if w.Title != "" {
			w.s(`<span class="filename">`, w.Title, "</span>")
		}
		w.pre(lines)
	}
	w.s("</div>")
	return w.b.String()
}

type blockWriter struct {
	Format
	b     strings.Builder
	width int // of a number
}

func (w *blockWriter) s(parts ...string) {
	for _, p := range parts {
		w.b.WriteString(p)
	}
}

func (w *blockWriter) table(lines []string) {
	w.s(`<table class="`, w.Class, `table">`)
	if w.Title != "" {
		w.s(`<tr><th colspan="2" class="filename"><span class="filename">`, w.Title, "</span></th></tr>")
	}
	w.s(`<tr><td class="linenos"><div class="linenodiv"><pre>`)
	if w.EmptySpans {
		w.s("<span></span>")
	}
	for i := range lines {
		if i > 0 {
			w.s("\n")
		}
		n := w.Start + i
		class := "normal"
		if w.isSpecial(n) {
			class = "special"
		}
		w.s(`<span class="`, class, `">`)
		if w.LinkNumbers && n%w.Step == 0 {
			w.s(`<a href="#`, w.lineID(n), `">`, w.number(n), "</a>")
		} else {
			w.s(w.number(n))
		}
		w.s("</span>")
	}
	w.s(`</pre></div></td><td class="code"><div>`)
	w.pre(lines)
	w.s("</div></td></tr></table>")
}

func (w *blockWriter) isSpecial(n int) bool { return w.Special > 0 && n%w.Special == 0 }

// number is a line's number in the width of the longest, or as many spaces.
func (w *blockWriter) number(n int) string {
	s := ""
	if n%w.Step == 0 {
		s = strconv.Itoa(n)
	}
	return strings.Repeat(" ", max(w.width-len(s), 0)) + s
}

// lineID is what a number links to.
func (w *blockWriter) lineID(n int) string {
	id := w.Anchors
	if id == "" {
		id = w.Spans
	}
	return id + "-" + strconv.Itoa(n)
}

func (w *blockWriter) pre(lines []string) {
	w.s("<pre><span></span><code>")
	for i, line := range lines {
		w.line(w.Start+i, w.Marked[i+1], line)
	}
	w.s("</code></pre>")
}

func (w *blockWriter) line(n int, marked bool, line string) {
	if w.Spans != "" {
		w.s(`<span id="`, w.Spans, "-", strconv.Itoa(n), `">`)
	}
	if w.Anchors != "" {
		id := w.Anchors + "-" + strconv.Itoa(n)
		w.s(`<a id="`, id, `" name="`, id, `"`)
		if w.Numbers == None {
			w.s(` href="#`, id, `"`)
		}
		w.s("></a>")
	}
	if marked {
		w.s(`<span class="hll">`)
	}
	if w.Numbers == Inline || w.Numbers == Data {
		w.inlineNumber(n)
	}
	w.s(line)
	if marked {
		w.s("</span>")
	}
	if w.Spans != "" {
		w.s("</span>")
	}
}

func (w *blockWriter) inlineNumber(n int) {
	if w.LinkNumbers {
		w.s(`<a href="#`, w.lineID(n), `">`)
	}
	w.s(`<span class="linenos`)
	if w.isSpecial(n) {
		w.s(" special")
	}
	if w.Numbers == Data {
		w.s(`" data-linenos="`, w.number(n), ` "></span>`)
	} else {
		w.s(`">`, w.number(n), "</span>")
	}
	if w.LinkNumbers {
		w.s("</a>")
	}
}
