package news

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"

	"callboard/internal/entity"
)

// lines are the entities of the last build, one after the other. Most are as they
// were, which is seen of the bytes of a line before its fields; only others are
// decoded.
type lines struct {
	s    *bufio.Scanner
	raw  []byte // the line, until the next; nil at the end
	head []byte // memory for what is is asked

	decoded bool
	line    line
	ref     entity.Ref // zero if the line tells none
}

func (p *Past) lines() *lines {
	z, err := gzip.NewReader(bytes.NewReader(p.body))
	if err != nil {
		return new(lines)
	}
	l := &lines{s: bufio.NewScanner(z)}
	l.s.Buffer(make([]byte, 0, 64<<10), maxLines)
	l.next()
	return l
}

func (l *lines) next() {
	l.raw, l.decoded = nil, false
	if l.s.Scan() {
		l.raw = l.s.Bytes()
	}
}

// is tells whether the line is that of an entity, but for the fields, and all that
// was read of the entity is as it was.
func (l *lines) is(x *line) bool {
	if l.raw == nil {
		return false
	}
	l.head = x.appendHead(l.head[:0])
	return bytes.HasPrefix(l.raw, l.head)
}

// more decodes the line. It is false at the end, and for what is no line, after
// which there is nothing more.
func (l *lines) more() bool {
	if l.raw == nil || l.decoded {
		return l.raw != nil
	}
	l.line = line{}
	if json.Unmarshal(l.raw, &l.line) != nil {
		l.raw = nil
		return false
	}
	l.decoded = true
	var err error
	if l.ref, err = entity.ParseRef(l.line.Ref, "", ""); err != nil {
		l.ref = entity.Ref{}
	}
	return true
}

// before tells whether there is a line, and it is of an entity before another; all
// are before the zero reference.
func (l *lines) before(ref entity.Ref) bool {
	return l.more() && (ref == entity.Ref{} || l.ref.Compare(ref) < 0)
}

// of is the line if it is that of an entity.
func (l *lines) of(ref entity.Ref) *line {
	if !l.more() || l.ref != ref {
		return nil
	}
	return &l.line
}

// appendHead appends the JSON of a line up to its fields, as json.Encoder writes
// it.
func (l *line) appendHead(b []byte) []byte {
	b = appendText(append(b, `{"r":`...), l.Ref)
	b = appendText(append(b, `,"s":`...), l.Sum)
	b = appendText(append(b, `,"t":`...), l.Title)
	if l.Owner != "" {
		b = appendText(append(b, `,"o":`...), l.Owner)
	}
	if l.Repo != "" {
		b = appendText(append(b, `,"p":`...), l.Repo)
	}
	return append(b, `,"f":`...)
}

func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			if err != nil {
				return b // there is no such string
			}
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// lineWriter writes lines and remembers the first error.
type lineWriter struct {
	z   io.Writer
	err error
}

func (w *lineWriter) keep(raw []byte) {
	for _, b := range [][]byte{raw, {'\n'}} {
		if w.err == nil {
			_, w.err = w.z.Write(b)
		}
	}
}

func (w *lineWriter) write(l line) {
	b, err := json.Marshal(l)
	if w.err == nil {
		w.err = err
	}
	w.keep(b)
}
