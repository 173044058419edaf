package pymdownx

import (
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

// fenceKind is what a fence of some language becomes: code, or what custom_fences
// says.
type fenceKind struct {
	name   string
	class  string
	custom bool
	write  func(f *openFence, source string) pymarkdown.Stashed
}

func (k *fenceKind) takes(lang string) bool { return !k.custom || k.name == "*" || k.name == lang }

// openFence is a fence whose first line was understood.
type openFence struct {
	s       *superfences
	kind    *fenceKind
	lang    string
	id      string
	classes []string
	attrs   []pymarkdown.Attr
	options []pymarkdown.Attr
}

// openFence decides of which kind a fence is. ok is false if its first line says
// what none of them takes.
func (s *superfences) openFence(h *fenceHead, tab int) (f openFence, ok bool) {
	f = openFence{s: s, lang: h.lang}
	var values []pymarkdown.Attr
	switch {
	case h.unknown:
		return f, s.relaxed && s.choose(&f, nil, true)
	case h.attrs != "":
		values = f.takeAttrs(h, tab)
	default:
		values = optionValues(h.options)
	}
	if s.choose(&f, values, h.attrs != "") {
		return f, true
	}
	if s.relaxed {
		f.lang = h.lang
		return f, s.choose(&f, nil, true)
	}
	return f, false
}

// takeAttrs reads a list of attributes: without a language, the first class is it.
func (f *openFence) takeAttrs(h *fenceHead, tab int) (values []pymarkdown.Attr) {
	attrs, _ := extensions.Attributes(strings.ReplaceAll(h.attrs, "\t", strings.Repeat(" ", tab)))
	for _, a := range attrs {
		switch a.Key {
		case "id":
			f.id = a.Val
		case ".":
			f.classes = append(f.classes, a.Val)
		default:
			values = setAttr(values, a.Key, a.Val)
		}
	}
	if h.lang == "" && len(f.classes) > 0 {
		f.lang, f.classes = f.classes[0], f.classes[1:]
	}
	return values
}

// choose finds the last kind that takes the language, and the values. Only with
// attrs may they be more than options.
func (s *superfences) choose(f *openFence, values []pymarkdown.Attr, attrs bool) bool {
	for i := len(s.kinds) - 1; i >= 0; i-- {
		k := &s.kinds[i]
		if !k.takes(f.lang) {
			continue
		}
		options, rest := k.sort(s, values)
		if len(rest) > 0 && !attrs {
			continue
		}
		f.kind, f.options = k, options
		if s.attrList {
			f.attrs = rest
		}
		return true
	}
	return false
}

// sort tells options from attributes.
func (k *fenceKind) sort(s *superfences, values []pymarkdown.Attr) (options, attrs []pymarkdown.Attr) {
	for _, v := range values {
		if !k.custom && s.hl.usePygments && isCodeOption(v) {
			options = append(options, v)
		} else {
			attrs = append(attrs, v)
		}
	}
	return options, attrs
}

func isCodeOption(v pymarkdown.Attr) bool {
	switch v.Key {
	case "title":
		return true
	case "linenums":
		return v.Val != "" && v.Val[0] >= '0' && v.Val[0] <= '9'
	case "hl_lines":
		return isRanges(v.Val)
	}
	return false
}

// isRanges tells whether s is a list such as "1 3-5".
func isRanges(s string) bool {
	for i, f := range strings.FieldsFunc(s, isTabOrSpace) {
		if i == 0 && !strings.HasPrefix(s, f) {
			return false
		}
		from, to, two := strings.Cut(f, "-")
		if !isDigits(from) || two && !isDigits(to) {
			return false
		}
	}
	return s != "" && !isTabOrSpace(rune(s[len(s)-1]))
}

func isTabOrSpace(r rune) bool { return r == ' ' || r == '\t' }

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// write makes the fence's HTML. lines is how many it has.
func (f *openFence) write(d *pymarkdown.Document, source string, lines int) pymarkdown.Stashed {
	if f.kind.custom {
		if x, ok := extensions.Draw(d, f.kind.drawnAs(f.lang), source); ok {
			return x
		}
		return f.kind.write(f, source)
	}
	if x, ok := extensions.Drawn(d, f.lang, source); ok {
		return x
	}
	b := codeBlock{source: source, lang: f.lang, class: f.s.class, classes: f.classes, id: f.id, attrs: f.attrs,
		start: -1, step: -1, special: -1, number: nextBlock(d)}
	for _, o := range f.options {
		switch o.Key {
		case "title":
			b.title, b.titled = o.Val, true
		case "hl_lines":
			b.marked = markedLines(o.Val, lines)
		case "linenums":
			b.start, b.step, b.special = lineNumbers(o.Val)
		}
	}
	return f.s.hl.block(d, &b)
}

// markedLines reads "1 3-5". Numbers beyond the block's lines are as good as the
// line behind the last.
func markedLines(s string, lines int) map[int]bool {
	out := map[int]bool{}
	clamp := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil || n > lines {
			return lines + 1
		}
		return n
	}
	for _, r := range strings.FieldsFunc(s, isTabOrSpace) {
		a, b, two := strings.Cut(r, "-")
		from, to := clamp(a), clamp(a)
		if two {
			to = clamp(b)
		} else if from < 1 || from > lines {
			continue
		}
		for n := from; n <= to && len(out) <= lines+2; n++ {
			out[n] = true
		}
	}
	return out
}

// lineNumbers reads the first number, the step and which numbers are set apart.
func lineNumbers(s string) (start, step, special int) {
	n := [3]int{-1, -1, -1}
	for i := range n {
		digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
		if digits == 0 {
			break
		}
		n[i] = boundedInt(s[:digits])
		rest := strings.TrimLeft(s[digits:], " \t")
		if len(rest) == len(s)-digits {
			break
		}
		s = rest
	}
	if n[1] <= 1 {
		n[1] = -1
	}
	return n[0], n[1], n[2]
}

// boundedInt reads digits; what is too large for a line becomes as large as that.
func boundedInt(s string) int {
	const most = 1 << 30
	n, err := strconv.Atoi(s)
	if err != nil || n > most {
		return most
	}
	return n
}
