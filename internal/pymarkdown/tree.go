package pymarkdown

import (
	"strings"
	"unicode/utf8"
)

// prettify puts line feeds where Python-Markdown does.
func prettify(d *Document, root *Element) {
	d.prettify(root)
	for e := range root.Iter() {
		switch e.Tag {
		case "br":
			if blank(e.Tail) {
				e.Tail = "\n"
			} else {
				e.Tail = "\n" + e.Tail
			}
		case "pre":
			if code := e.First(); code != nil && code.Tag == "code" && code.First() == nil && code.Lead != "" {
				code.SetAtomic(strings.TrimRight(code.Lead, Space) + "\n")
			}
		}
	}
}

func (d *Document) prettify(e *Element) {
	if d.IsBlockLevel(e.Tag) && e.Tag != "code" && e.Tag != "pre" {
		if first := e.First(); first != nil && blank(e.Lead) && d.IsBlockLevel(first.Tag) {
			e.Lead = "\n"
		}
		for c := e.First(); c != nil; c = c.Next() {
			if d.IsBlockLevel(c.Tag) {
				d.prettify(c)
			}
		}
	}
	if blank(e.Tail) {
		e.Tail = "\n"
	}
}

func blank(s string) bool { return s == "" || strings.TrimSpace(s) == "" }

// unescapeTree makes characters of the marks that stand for escaped ones.
func unescapeTree(_ *Document, root *Element) {
	for e := range root.Iter() {
		if e.Tag != "code" {
			e.Lead = Unescape(e.Lead)
		}
		e.Tail = Unescape(e.Tail)
		for i := range e.Attrs {
			e.Attrs[i].Val = Unescape(e.Attrs[i].Val)
		}
	}
}

// Escaped is the mark that stands for an escaped character.
func Escaped(r rune) string { return STX + itoa(int(r)) + ETX }

// Unescape makes characters of the marks that stand for escaped ones.
func Unescape(s string) string {
	return replaceMarks(s, STX, func(n int) (string, bool) {
		if n > utf8.MaxRune {
			n = utf8.RuneError
		}
		return string(rune(n)), true
	})
}

// CodeEscape escapes code for HTML. The result is to be set as atomic text: the
// serializer escapes what is not an entity yet.
func CodeEscape(s string) string { return codeEscaper.Replace(s) }

var codeEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
