package markdown

import (
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// maxSectionText bounds the text kept for one heading, in bytes.
const maxSectionText = 64 << 10

// plainText is the text of a page as it is read, with one space where there was
// white space or an end of a block. Everything stands in one buffer, which
// becomes one string.
type plainText struct {
	buf   []byte
	parts []part
	space bool // a space is due before the next word
	muted bool // what is said now is no part of a section's text
}

// part is where the text of a section begins; heading is -1 for what stands
// before the first. One that is out is kept from the search.
type part struct {
	heading, from int
	out           bool
	again         bool // it goes on with a section of before
}

func (p *plainText) reset() {
	*p = plainText{buf: p.buf[:0], parts: append(p.parts[:0], part{heading: -1})}
}

func (p *plainText) section(heading int) {
	p.parts = append(p.parts, part{heading: heading, from: len(p.buf), out: p.muted})
	p.space = false
}

// resume goes on with a section that others interrupted.
func (p *plainText) resume(at part) {
	p.parts = append(p.parts, part{heading: at.heading, from: len(p.buf), out: at.out, again: true})
}

func (p *plainText) gap()         { p.space = true }
func (p *plainText) mute(on bool) { p.muted = on }

// say adds text.
func (p *plainText) say(s string) {
	if p.muted {
		return
	}
	from := p.parts[len(p.parts)-1].from
	for i := 0; i < len(s); {
		if isSpace[s[i]] {
			p.space = true
			i++
			continue
		}
		j := i + 1
		for j < len(s) && !isSpace[s[j]] {
			j++
		}
		if len(p.buf)-from+j-i >= maxSectionText {
			return
		}
		if p.space && len(p.buf) > from {
			p.buf = append(p.buf, ' ')
		}
		p.space = false
		p.buf = append(p.buf, s[i:j]...)
		i = j
	}
}

var isSpace = [256]bool{' ': true, '\t': true, '\n': true, '\r': true, '\f': true, '\v': true}

// untagged calls say with the text of raw HTML, tag after tag.
func (p *plainText) untagged(s string, say func(text string)) {
	for s != "" {
		lt := strings.IndexByte(s, '<')
		if lt < 0 {
			say(s)
			return
		}
		say(s[:lt])
		gt := strings.IndexByte(s[lt:], '>')
		if gt < 0 {
			return
		}
		p.gap()
		s = s[lt+gt+1:]
	}
}

func (p *plainText) sections(hs []Heading) []Section {
	if len(p.buf) == 0 && len(hs) == 0 {
		return nil
	}
	all := strings.ReplaceAll(string(p.buf), "\x00", "")
	out := make([]Section, 0, len(p.parts))
	for i, part := range p.parts {
		to := len(all)
		if i+1 < len(p.parts) {
			to = p.parts[i+1].from
		}
		if part.out {
			continue
		}
		s := Section{Text: all[part.from:to]}
		if part.again && len(out) > 0 {
			last := &out[len(out)-1]
			last.Text = strings.TrimSpace(last.Text + " " + s.Text)
			continue
		}
		if part.heading >= 0 {
			s.ID, s.Title = hs[part.heading].ID, hs[part.heading].Text
		} else if s.Text == "" {
			continue
		}
		out = append(out, s)
	}
	return out
}

// textOf is the text of inline nodes without markup.
func (w *writer) textOf(n ast.Node) string {
	if t, ok := n.FirstChild().(*ast.Text); ok && t.NextSibling() == nil {
		if v := t.Segment.Value(w.src); !hasEscapes(v) {
			return strings.TrimSpace(string(v))
		}
	}
	p := plainText{buf: w.scratch[:0], parts: []part{{heading: -1}}}
	w.appendText(&p, n)
	w.scratch = p.buf
	return string(p.buf)
}

func (w *writer) appendText(p *plainText, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			v := c.Segment.Value(w.src)
			if c.IsRaw() || !hasEscapes(v) {
				p.say(string(v))
			} else {
				p.say(unescape(v))
			}
			if c.SoftLineBreak() || c.HardLineBreak() {
				p.gap()
			}
		case *ast.String:
			p.say(string(c.Value))
		case *ast.AutoLink:
			p.say(string(c.Label(w.src)))
		case *ast.RawHTML, *east.FootnoteLink, *east.FootnoteBacklink, *east.TaskCheckBox:
		default:
			w.appendText(p, c)
		}
	}
}

func unescapeHTML(s string) string { return html.UnescapeString(s) }

func hasEscapes(v []byte) bool {
	for _, c := range v {
		if c == '\\' || c == '&' {
			return true
		}
	}
	return false
}

// unescape resolves backslashes and entities.
func unescape(v []byte) string {
	v = util.UnescapePunctuations(v)
	v = util.ResolveNumericReferences(v)
	v = util.ResolveEntityNames(v)
	return strings.ReplaceAll(string(v), "\x00", "\ufffd")
}

// entities are the forms of the characters that HTML needs escaped.
var entities = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;"}

// escape appends text as HTML.
func escape[T string | []byte](dst []byte, s T) []byte {
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
