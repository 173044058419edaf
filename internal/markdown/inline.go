package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

func (w *writer) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.text(n)
	case *ast.String:
		w.words(string(n.Value))
	case *ast.CodeSpan:
		w.codeSpan(n)
	case *ast.Emphasis:
		element := "em"
		if n.Level == 2 {
			element = "strong"
		}
		w.wrap(n, element, "")
	case *span:
		w.wrap(n, n.element, "")
	case *ast.Link:
		w.link(n)
	case *ast.AutoLink:
		w.autoLink(n)
	case *ast.Image:
		w.image(n)
	case *ast.RawHTML:
		w.rawInline(n)
	default:
		w.inlineExtension(n)
	}
}

func (w *writer) inlineExtension(n ast.Node) {
	switch n := n.(type) {
	case *east.TaskCheckBox:
		w.checkBox(n)
	case *east.FootnoteLink:
		w.footnoteLink(n)
	case *east.FootnoteBacklink:
		w.footnoteBacklink(n)
	default:
		w.children(n)
	}
}

// words writes text, which is part of the page's plain text too.
func (w *writer) words(s string) {
	w.esc(s)
	w.plain.say(s)
}

func (w *writer) text(n *ast.Text) {
	v := n.Segment.Value(w.src)
	s := ""
	if n.IsRaw() || !hasEscapes(v) {
		s = string(v)
	} else {
		s = unescape(v)
	}
	w.esc(s)
	w.plain.say(s)
	switch {
	case n.HardLineBreak():
		w.s("<br>\n")
		w.plain.gap()
	case n.SoftLineBreak():
		w.s("\n")
		w.plain.gap()
	}
}

func (w *writer) codeSpan(n *ast.CodeSpan) {
	w.s("<code")
	w.s(">")
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		t, ok := c.(*ast.Text)
		if !ok {
			continue
		}
		s := strings.ReplaceAll(string(t.Segment.Value(w.src)), "\n", " ")
		if w.inCell {
			s = strings.ReplaceAll(s, `\|`, "|")
		}
		w.words(s)
	}
	w.s("</code>")
}

func (w *writer) link(n *ast.Link) {
	href, ok := "", false
	if !w.inLink {
		href, ok = w.slot(cleanDest(n.Destination), false, w.at(n))
	}
	if !ok {
		w.children(n)
		return
	}
	w.s(`<a href="`, href, `"`)
	if len(n.Title) > 0 {
		w.attr("title", unescape(n.Title))
	}
	w.s(">")
	w.inLink = true
	w.children(n)
	w.inLink = false
	w.s("</a>")
}

// cleanDest resolves what Markdown escapes in an address.
func cleanDest(dest []byte) string {
	if !hasEscapes(dest) {
		return string(dest)
	}
	return unescape(dest)
}

func (w *writer) autoLink(n *ast.AutoLink) {
	dest, label := string(n.URL(w.src)), string(n.Label(w.src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(dest), "mailto:") {
		dest = "mailto:" + dest
	}
	if !w.inLink {
		if href, ok := w.slot(dest, false, w.at(n)); ok {
			w.s(`<a href="`, href, `"`)
			w.s(">")
			w.words(label)
			w.s("</a>")
			return
		}
	}
	w.words(label)
}

// image writes an image of the site itself. One from elsewhere becomes a link:
// a page of the portal asks nobody else for anything.
func (w *writer) image(n *ast.Image) {
	dest, alt := cleanDest(n.Destination), w.textOf(n)
	w.plain.say(alt)
	if isRemote(dest) {
		w.remoteImage(dest, alt, w.at(n))
		return
	}
	src, ok := "", isInlineImage(dest)
	if !ok {
		if src, ok = w.slot(dest, true, w.at(n)); !ok {
			w.esc(alt)
			return
		}
	}
	w.s(`<img src="`)
	w.esc(orElse(src, dest))
	w.s(`" alt="`)
	w.esc(alt)
	w.s(`" loading="lazy" decoding="async"`)
	if len(n.Title) > 0 {
		w.attr("title", unescape(n.Title))
	}
	w.s(">")
}

func (w *writer) remoteImage(dest, alt string, at int) {
	alt = orElse(alt, "image")
	if w.inLink {
		w.esc(alt)
		return
	}
	if href, ok := w.slot(dest, false, at); ok {
		w.s(`<a class="remote-image" href="`, href, `">Image: `)
		w.esc(alt)
		w.s("</a>")
	}
}

// isInlineImage tells whether an address is an image itself, of a kind that
// holds nothing but pixels.
func isInlineImage(dest string) bool {
	const longest = 128 << 10
	rest, ok := strings.CutPrefix(dest, "data:image/")
	if !ok || len(dest) > longest {
		return false
	}
	kind, data, _ := strings.Cut(rest, ";base64,")
	switch kind {
	case "png", "jpeg", "gif", "webp", "avif":
		return data != "" && strings.Trim(data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") == ""
	}
	return false
}

func isRemote(dest string) bool {
	d := strings.ToLower(strings.TrimSpace(dest[:min(len(dest), 20)]))
	return strings.HasPrefix(d, "http:") || strings.HasPrefix(d, "https:") || strings.HasPrefix(d, "//")
}

func (w *writer) rawInline(n *ast.RawHTML) {
	if w.opt.NoRawHTML {
		return
	}
	w.raw = true
	for i := range n.Segments.Len() {
		seg := n.Segments.At(i)
		w.out = append(w.out, seg.Value(w.src)...)
	}
}

func (w *writer) checkBox(n *east.TaskCheckBox) {
	if n.IsChecked {
		w.s(`<span class="task done" role="img" aria-label="Done">☑</span> `)
		return
	}
	w.s(`<span class="task" role="img" aria-label="To do">☐</span> `)
}
