package markdown

import (
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

func (w *writer) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.text(n)
	case *ast.String:
		w.s(html.EscapeString(string(n.Value)))
	case *ast.CodeSpan:
		w.codeSpan(n)
	case *ast.Emphasis:
		element := "em"
		if n.Level == 2 {
			element = "strong"
		}
		w.wrap(n, element, "")
	case *ast.Link:
		w.link(n, string(n.Destination), string(n.Title))
	case *ast.AutoLink:
		w.autoLink(n)
	case *ast.Image:
		w.image(n)
	case *ast.RawHTML:
		w.rawInline(n)
	case *east.Strikethrough:
		w.wrap(n, "del", "")
	case *east.TaskCheckBox:
		w.checkBox(n)
	case *east.FootnoteLink:
		i := strconv.Itoa(n.Index)
		w.s(`<sup id="fnref`, refSuffix(n.RefIndex), ":", i, `"><a class="footnote-ref" href="#fn:`, i, `" aria-label="Footnote `, i, `">`, i, "</a></sup>")
	case *east.FootnoteBacklink:
		w.s(` <a class="footnote-backref" href="#fnref`, refSuffix(n.RefIndex), ":", strconv.Itoa(n.Index), `" aria-label="Back to the text">↩</a>`)
	default:
		w.children(n)
	}
}

// refSuffix tells references to one footnote apart as Python-Markdown does:
// fnref:1, fnref2:1, fnref3:1.
func refSuffix(i int) string {
	if i == 0 {
		return ""
	}
	return strconv.Itoa(i + 1)
}

func (w *writer) text(n *ast.Text) {
	v := n.Segment.Value(w.src)
	if n.IsRaw() {
		w.s(html.EscapeString(string(v)))
	} else {
		w.s(unescape(v))
	}
	switch {
	case n.HardLineBreak():
		w.s("<br>\n")
	case n.SoftLineBreak():
		w.s("\n")
	}
}

// unescape resolves backslashes and entities and escapes the result.
func unescape(v []byte) string {
	if strings.IndexByte(string(v), '\\') < 0 && strings.IndexByte(string(v), '&') < 0 {
		return html.EscapeString(string(v))
	}
	v = util.UnescapePunctuations(v)
	v = util.ResolveNumericReferences(v)
	v = util.ResolveEntityNames(v)
	return html.EscapeString(strings.ReplaceAll(string(v), "\x00", "\ufffd"))
}

func (w *writer) codeSpan(n *ast.CodeSpan) {
	w.s("<code", w.attrs(n), ">")
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			w.s(html.EscapeString(strings.ReplaceAll(string(t.Segment.Value(w.src)), "\n", " ")))
		}
	}
	w.s("</code>")
}

func (w *writer) link(n ast.Node, dest, title string) {
	dest = cleanDest(dest)
	href, ok := w.slot(dest, false, w.pos(n))
	if !ok {
		w.children(n)
		return
	}
	w.s(`<a href="`, href, `"`)
	if title != "" {
		w.s(` title="`, unescape([]byte(title)), `"`)
	}
	w.s(w.attrs(n), ">")
	w.children(n)
	w.s("</a>")
}

// cleanDest resolves what Markdown escapes in an address.
func cleanDest(dest string) string {
	return html.UnescapeString(string(util.UnescapePunctuations([]byte(dest))))
}

func (w *writer) autoLink(n *ast.AutoLink) {
	dest, label := string(n.URL(w.src)), html.EscapeString(string(n.Label(w.src)))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(dest), "mailto:") {
		dest = "mailto:" + dest
	}
	if href, ok := w.slot(dest, false, w.pos(n)); ok {
		w.s(`<a href="`, href, `">`, label, "</a>")
		return
	}
	w.s(label)
}

// image writes an image of the site itself. One from elsewhere becomes a link:
// a page of the portal asks nobody else for anything.
func (w *writer) image(n *ast.Image) {
	dest, alt := cleanDest(string(n.Destination)), w.plainText(n)
	if isRemote(dest) {
		if href, ok := w.slot(dest, false, w.pos(n)); ok {
			label := html.EscapeString(orElse(alt, "image"))
			if _, inLink := n.Parent().(*ast.Link); inLink {
				w.s(label)
				return
			}
			w.s(`<a class="remote-image" href="`, href, `">Image: `, label, "</a>")
		}
		return
	}
	src, ok := w.slot(dest, true, w.pos(n))
	if !ok {
		w.s(html.EscapeString(alt))
		return
	}
	w.s(`<img src="`, src, `" alt="`, html.EscapeString(alt), `" loading="lazy" decoding="async"`)
	if len(n.Title) > 0 {
		w.s(` title="`, unescape(n.Title), `"`)
	}
	w.s(w.attrs(n), ">")
}

func isRemote(dest string) bool {
	d := strings.ToLower(strings.TrimSpace(dest))
	return strings.HasPrefix(d, "http:") || strings.HasPrefix(d, "https:") || strings.HasPrefix(d, "//")
}

func (w *writer) rawInline(n *ast.RawHTML) {
	if w.opt.NoRawHTML {
		return
	}
	w.raw = true
	for i := range n.Segments.Len() {
		seg := n.Segments.At(i)
		w.s(string(seg.Value(w.src)))
	}
}

func (w *writer) checkBox(n *east.TaskCheckBox) {
	if n.IsChecked {
		w.s(`<span class="task done" role="img" aria-label="Done">☑</span> `)
		return
	}
	w.s(`<span class="task" role="img" aria-label="To do">☐</span> `)
}
