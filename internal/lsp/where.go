package lsp

import (
	"slices"
	"strings"
)

// part says what stands, or would stand, at a place.
type part uint8

const (
	nothing part = iota // a comment, a block of text, or something unknown
	aKey
	aValue
	either // a word without a colon: a key of the mapping, or the value itself
)

// where is a place in a document, found by indentation alone: while somebody
// types, the document is rarely YAML.
type where struct {
	part part
	// path leads from the top of the document to the mapping that a key stands
	// in, or to a value itself; "-" stands for an item of a list.
	path []string
	line int
	// from and to are the bytes of the line that the key or value takes, without
	// quotes; at is the byte that was asked for.
	from, to, at int
	quote        byte // that the word stands in, or 0
	// colon is set for a key that has one, glued for a value right behind its
	// colon, item for a value in a list that lacks its dash.
	colon, glued bool
	flow         bool     // in brackets or braces
	siblings     []string // the other keys of the mapping
	head         head
}

// head is what a document says of itself, as far as it does.
type head struct {
	first, last           int // lines
	apiVersion            string
	kind, namespace, name string
	typ                   string // spec.type
	nameLine, kindLine    int    // -1 where there is none
	nameFrom, nameTo      int    // bytes of the line, with the name's quotes
}

// maxDepth is how deep a place may lie.
const maxDepth = 256

// find tells where a byte of a line is.
func (t *text) find(line, at int) where {
	w := where{line: line, from: at, to: at, at: at}
	if line < 0 || line >= len(t.lines) || isMark(t.line(line)) {
		return w
	}
	w.head = t.head(line)
	s := t.line(line)
	at = min(max(at, 0), len(s))
	w.from, w.to, w.at = at, at, at
	if inComment(s, at) {
		return w
	}
	es := entries(s)
	var last entry
	if len(es) > 0 {
		last = es[len(es)-1]
	}
	switch {
	case len(es) == 0 && strings.TrimSpace(s) == "":
		w.part = either
		t.container(&w, es, at)
	case len(es) == 0, last.dash && at <= last.col, !last.dash && at < last.col:
		return w
	case last.dash:
		w.part = either
		t.container(&w, es, at)
	case last.key == "":
		w.part = either
		t.container(&w, es, last.col)
		w.value(s, last)
	case at <= last.colon:
		w.part, w.colon = aKey, true
		w.from, w.to = last.col, last.keyEnd
		if c := s[last.col]; c == '"' || c == '\'' {
			w.from, w.to, w.quote = last.col+1, last.keyEnd-1, c
		}
		t.container(&w, es, last.col)
	default:
		w.part = aValue
		t.container(&w, es, last.col)
		w.glued = at == last.colon+1
		w.path, w.siblings = append(w.path, last.key), nil
		w.value(s, last)
	}
	if w.part != nothing && (w.from > w.at || w.to < w.at) {
		w.from, w.to = w.at, w.at
	}
	return w
}

// value finds the word of a value that is asked for.
func (w *where) value(s string, e entry) {
	switch {
	case w.part == nothing:
		return
	case e.value == "":
		w.from, w.to = w.at, w.at
		return
	case w.at < e.from, strings.IndexByte("|>&*!%@`", e.value[0]) >= 0:
		w.part = nothing
		return
	case e.value[0] == '[' || e.value[0] == '{':
		w.brackets(s, e)
		return
	}
	w.from, w.to = e.from, e.from+len(e.value)
	w.unquoted(s)
}

// unquoted narrows a word in quotes to what is between them.
func (w *where) unquoted(s string) {
	if w.from >= w.to || s[w.from] != '"' && s[w.from] != '\'' {
		return
	}
	w.quote = s[w.from]
	if w.to-w.from > 1 && s[w.to-1] == w.quote {
		w.to--
	}
	w.from++
}

// brackets finds the word that is asked for in a list or mapping on one line.
func (w *where) brackets(s string, e entry) {
	w.flow = true
	type level struct {
		list bool
		key  string
	}
	var open []level
	from, end := e.from, e.from+len(e.value)
	if w.at > end && strings.TrimSpace(s[end:w.at]) == "" {
		end = w.at
	}
	for i := e.from; i < min(w.at, end); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\'':
			i = quoteEnd(s, i) - 1
		case c == '[' || c == '{':
			open = append(open, level{list: c == '['})
			from = i + 1
		case (c == ']' || c == '}') && len(open) > 0:
			open = open[:len(open)-1]
			from = i + 1
		case c == ',' && len(open) > 0:
			open[len(open)-1].key = ""
			from = i + 1
		case c == ':' && isColon(s[i:]) && len(open) > 0 && !open[len(open)-1].list:
			open[len(open)-1].key = unquote(strings.TrimSpace(s[from:i]))
			from = i + 1
		}
	}
	if len(open) == 0 || len(open)+len(w.path) > maxDepth || w.at > end {
		w.part = nothing
		return
	}
	w.part = aValue
	for _, l := range open {
		switch {
		case l.list:
			w.path = append(w.path, "-")
		case l.key != "":
			w.path = append(w.path, l.key)
		default:
			w.part = aKey
		}
	}
	from += indentOf(s[min(from, len(s)):])
	to := from
	for to < end && strings.IndexByte(",]}", s[to]) < 0 && (w.part == aValue || !isColon(s[to:])) {
		if c := s[to]; (c == '"' || c == '\'') && to == from {
			to = quoteEnd(s, to)
			continue
		}
		to++
	}
	w.colon = w.part == aKey && isColon(s[to:])
	w.from, w.to = from, max(from, from+len(strings.TrimRight(s[from:max(from, to)], " ")))
	w.unquoted(s)
}

// container fills in what lies above a column of a line.
func (t *text) container(w *where, onLine []entry, col int) {
	up := climb{need: col, col: col}
	for i := len(onLine) - 1; i >= 0; i-- {
		if e := onLine[i]; e.dash {
			up.take(e)
		}
	}
	for n := w.line - 1; n >= w.head.first && !up.done(); n-- {
		es := entries(t.line(n))
		for i := len(es) - 1; i >= 0; i-- {
			up.take(es[i])
		}
	}
	if up.text || len(up.path) > maxDepth {
		w.part = nothing
		return
	}
	slices.Reverse(up.path)
	w.path, w.siblings = up.path, up.siblings
	t.siblingsBelow(w, col)
}

// climb goes up from a place to the keys and dashes that it is below of.
type climb struct {
	col, need int
	dash      bool // the last one taken was a dash
	path      []string
	siblings  []string
	text      bool // the place is in a block of text
}

func (c *climb) done() bool {
	return c.text || c.need == 0 && !c.dash || len(c.path) > maxDepth
}

func (c *climb) take(e entry) {
	switch {
	case e.dash && e.col < c.need:
		c.path, c.need, c.dash = append(c.path, "-"), e.col, true
	case e.dash || e.key == "":
	case e.col < c.need || c.dash && e.col == c.need:
		switch {
		case opensBlock(e.value):
			c.text = true
		case isOpen(e.value):
			c.path, c.need, c.dash = append(c.path, e.key), e.col, false
		}
	case e.col == c.col && len(c.path) == 0:
		c.siblings = append(c.siblings, e.key)
	}
}

// siblingsBelow adds the keys of the same mapping on the lines below.
func (t *text) siblingsBelow(w *where, col int) {
	for n := w.line + 1; n <= w.head.last; n++ {
		es := entries(t.line(n))
		if len(es) == 0 {
			continue
		}
		if es[0].col < col {
			return
		}
		if e := es[0]; e.col == col && e.key != "" {
			w.siblings = append(w.siblings, e.key)
		}
	}
}

// isMark tells whether a line begins or ends a document.
func isMark(line string) bool {
	return line == "---" || line == "..." || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "... ")
}

// head is that of the document which a line is in.
func (t *text) head(line int) head {
	first, last := line, line
	for first > 0 && !isMark(t.line(first-1)) {
		first--
	}
	for last+1 < len(t.lines) && !isMark(t.line(last+1)) {
		last++
	}
	return t.headOf(first, last)
}

// headOf is that of the document on some lines.
func (t *text) headOf(first, last int) head {
	h := head{first: first, last: last, nameLine: -1, kindLine: -1}
	top, col := "", -1
	for n := first; n <= last; n++ {
		es := entries(t.line(n))
		if len(es) == 0 || es[0].key == "" {
			continue
		}
		e := es[0]
		switch value := unquote(e.value); {
		case e.col == 0:
			top, col = e.key, -1
			h.top(e.key, value, n)
			if strings.HasPrefix(e.value, "{") {
				for _, in := range inBraces(t.line(n), e.from) {
					h.inner(top, in, n)
				}
			}
		case col < 0 || e.col == col:
			col = e.col
			h.inner(top, e, n)
		}
	}
	return h
}

func (h *head) top(key, value string, line int) {
	switch key {
	case "kind":
		h.kind, h.kindLine = value, line
	case "apiVersion":
		h.apiVersion = value
	}
}

func (h *head) inner(top string, e entry, line int) {
	key, value := e.key, unquote(e.value)
	switch {
	case top == "metadata" && key == "name":
		h.name, h.nameLine, h.nameFrom, h.nameTo = value, line, e.from, e.from+len(e.value)
	case top == "metadata" && key == "namespace":
		h.namespace = value
	case top == "spec" && key == "type":
		h.typ = value
	}
}

// heads are those of all documents.
func (t *text) heads() []head {
	var out []head
	for n := 0; n < len(t.lines); n++ {
		if isMark(t.line(n)) {
			continue
		}
		h := t.head(n)
		out = append(out, h)
		n = h.last
	}
	return out
}
