package pymarkdown

import (
	"html"
	"strings"
)

func unescapeHTML(s string) string { return html.UnescapeString(s) }

// htmlBlocks stashes blocks of raw HTML: a block element that begins a line
// takes everything up to its end tag.
func htmlBlocks(d *Document, lines []string) []string {
	source := strings.Join(lines, "\n")
	if !strings.Contains(source, "<") && !strings.Contains(source, "&#") {
		return lines
	}
	x := &extractor{d: d}
	x.s = htmlScanner{raw: source, h: x}
	x.run()
	return strings.Split(strings.Join(x.clean, ""), "\n")
}

// extractor splits a page into raw HTML and the rest (htmlparser.HTMLExtractor).
type extractor struct {
	d      *Document
	s      htmlScanner
	inRaw  bool
	inTail bool     // behind an end tag, on the same line
	stack  openTags // open elements of the raw block
	cache  []string // the raw block
	clean  []string // the rest of the page
}

func (x *extractor) run() {
	x.s.scan()
	if len(x.cache) > 0 {
		x.stash()
	}
}

func (x *extractor) stash() {
	x.clean = append(x.clean, x.d.Stash.Store(strings.Join(x.cache, "")))
	x.cache = x.cache[:0]
}

// lineStart tells whether the place is the beginning of a line, behind at most
// three spaces.
func (x *extractor) lineStart() bool {
	for i := x.s.at - 1; i >= max(0, x.s.at-4); i-- {
		if x.s.raw[i] == '\n' {
			return true
		}
		if i == x.s.at-4 || !isSpace(x.s.raw[i]) {
			return false
		}
	}
	return x.s.at <= 3
}

func (x *extractor) declarations() bool { return x.lineStart() || x.inTail }

// blankLine tells whether a blank line follows.
func (x *extractor) blankLine(from int) bool {
	rest := strings.TrimLeft(x.s.raw[from:], " ")
	if !strings.HasPrefix(rest, "\n") {
		return false
	}
	return strings.HasPrefix(strings.TrimLeft(rest[1:], " "), "\n")
}

func (x *extractor) startTag(name string, attrs []Attr) {
	if name == "hr" {
		x.startEndTag(name, attrs)
		return
	}
	if x.d.IsBlockLevel(name) && (x.inTail || x.lineStart() && !x.inRaw) {
		x.inRaw = true
		x.clean = append(x.clean, "\n")
	}
	if x.inRaw {
		x.stack.open(name)
		x.cache = append(x.cache, x.s.tag)
		return
	}
	x.clean = append(x.clean, x.s.tag)
	x.s.cdata = "" // in a code span, presumably
}

func (x *extractor) endTag(name string) {
	text := x.s.endTagText()
	if !x.inRaw {
		x.clean = append(x.clean, text)
		return
	}
	x.cache = append(x.cache, text)
	x.stack.close(name)
	if len(x.stack.names) > 0 {
		return
	}
	if x.blankLine(x.s.at + len(text)) {
		x.cache = append(x.cache, "\n")
	} else {
		x.inTail = true
	}
	x.inRaw = false
	x.stash()
	x.clean = append(x.clean, "\n\n")
}

// openTags are open elements, and how many of each there are: one that is not
// open must not be looked for among thousands that are.
type openTags struct {
	names []string
	count map[string]int
}

func (o *openTags) open(name string) {
	if o.count == nil {
		o.count = map[string]int{}
	}
	o.names = append(o.names, name)
	o.count[name]++
}

// close takes an element and what it contains off.
func (o *openTags) close(name string) {
	for o.count[name] > 0 {
		last := o.names[len(o.names)-1]
		o.names = o.names[:len(o.names)-1]
		o.count[last]--
		if last == name {
			return
		}
	}
}

func (x *extractor) text(s string) {
	if x.inTail && strings.Contains(s, "\n") {
		x.inTail = false
	}
	if x.inRaw {
		x.cache = append(x.cache, s)
	} else {
		x.clean = append(x.clean, s)
	}
}

func (x *extractor) startEndTag(name string, _ []Attr) { x.empty(x.s.tag, x.d.IsBlockLevel(name)) }

func (x *extractor) empty(s string, block bool) {
	switch {
	case x.inRaw || x.inTail:
		x.cache = append(x.cache, s)
	case block && x.lineStart():
		if x.blankLine(x.s.at + len(s)) {
			s += "\n"
		} else {
			x.inTail = true
		}
		x.separate()
		x.clean = append(x.clean, x.d.Stash.Store(s), "\n\n")
	default:
		x.clean = append(x.clean, s)
	}
}

// separate puts a second line feed before a block that has only one.
func (x *extractor) separate() {
	if len(x.clean) == 0 {
		return
	}
	last := x.clean[len(x.clean)-1]
	if strings.HasSuffix(last, "\n") && !strings.HasSuffix(last, "\n\n") {
		x.clean = append(x.clean, "\n")
	}
}
