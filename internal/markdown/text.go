package markdown

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// maxSectionText bounds the text kept for one heading, in bytes.
const maxSectionText = 64 << 10

// plainText is the text of inline nodes without markup.
func (w *writer) plainText(n ast.Node) string {
	var b strings.Builder
	w.appendText(&b, n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (w *writer) appendText(b *strings.Builder, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			v := c.Segment.Value(w.src)
			if !c.IsRaw() && (strings.IndexByte(string(v), '\\') >= 0 || strings.IndexByte(string(v), '&') >= 0) {
				b.WriteString(cleanDest(string(v)))
			} else {
				b.Write(v)
			}
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.Label(w.src))
		case *ast.RawHTML, *east.FootnoteLink, *east.FootnoteBacklink, *east.TaskCheckBox:
		default:
			w.appendText(b, c)
		}
	}
}

// sections collects the text below each heading for the search index.
func (w *writer) sections(root ast.Node) {
	cur := Section{}
	var b strings.Builder
	head := 0
	flush := func() {
		if cur.Text = b.String(); cur.Text != "" || cur.ID != "" {
			w.doc.Sections = append(w.doc.Sections, cur)
		}
		b.Reset()
	}
	for n := range blocks(root) {
		if h, ok := n.(*ast.Heading); ok {
			flush()
			cur = Section{ID: w.ids[h], Title: w.doc.Headings[head].Text}
			head++
			continue
		}
		if b.Len() < maxSectionText {
			w.blockText(&b, n)
		}
	}
	flush()
}

var anyTag = regexp.MustCompile(`<[^>]*>`)

// blockText adds the text of a block that holds text itself.
func (w *writer) blockText(b *strings.Builder, n ast.Node) {
	var add string
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock, *east.TableCell, *east.DefinitionTerm:
		add = w.plainText(n)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		add = strings.TrimSpace(lines(n, w.src))
	case *ast.HTMLBlock:
		add = strings.TrimSpace(anyTag.ReplaceAllString(lines(n, w.src), " "))
	case *admonition:
		add = n.title
	}
	if add == "" {
		return
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(add[:min(len(add), maxSectionText)])
}
