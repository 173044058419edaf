package highlight

import "strings"

// class is what a piece of code is to the eye.
type class uint8

const (
	plain class = iota
	space       // blanks on one line, which take the class of what is around them
	kw
	str
	nu
	fn
	com
	ins
	del
)

var opening = [...]string{
	kw: `<span class="kw">`, str: `<span class="str">`, nu: `<span class="nu">`, fn: `<span class="fn">`,
	com: `<span class="com">`, ins: `<span class="ins">`, del: `<span class="del">`,
}

// out builds the HTML of src, of which a lexer names the classes piece by piece
// from the beginning. Pieces of one class become one span, with the blanks
// between them.
type out struct {
	dst   []byte
	src   string
	from  int   // where the current piece begins
	solid int   // where its last part that is no blank ends
	at    int   // where it ends
	class class // of the current piece
}

// put says that the next n bytes have a class.
func (w *out) put(c class, n int) {
	if c == space {
		w.at += n
		return
	}
	if c != w.class {
		w.flush()
		w.class = c
	}
	w.at += n
	w.solid = w.at
}

// flush writes the current piece, and the blanks behind it as plain text.
func (w *out) flush() {
	if w.solid > w.from {
		w.lines(w.src[w.from:w.solid])
	}
	w.solid = max(w.solid, w.from)
	w.dst = append(w.dst, w.src[w.solid:w.at]...)
	w.from, w.solid = w.at, w.at
}

// lines writes text of the current class, line by line.
func (w *out) lines(s string) {
	if w.class == plain {
		w.dst = escape(w.dst, s)
		return
	}
	for {
		nl := strings.IndexByte(s, '\n')
		line := s
		if nl >= 0 {
			line = s[:nl]
		}
		if line != "" {
			w.dst = append(w.dst, opening[w.class]...)
			w.dst = escape(w.dst, line)
			w.dst = append(w.dst, "</span>"...)
		}
		if nl < 0 {
			return
		}
		w.dst = append(w.dst, '\n')
		s = s[nl+1:]
	}
}

// finish writes what is left; what the lexer did not name is plain.
func (w *out) finish() []byte {
	w.flush()
	w.class, w.solid, w.at = plain, len(w.src), len(w.src)
	w.flush()
	return w.dst
}

// entities are the forms of the characters that HTML needs escaped, and of NUL,
// which HTML may not hold.
var entities = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", 0: "\ufffd"}

// escape appends text as HTML.
func escape(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		if e := entities[s[i]]; e != "" {
			dst = append(dst, s[from:i]...)
			dst = append(dst, e...)
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}
