package markdown

import (
	"bytes"
	"strconv"
	"strings"

	"callboard/internal/sanitize"
	"callboard/internal/urlpath"
)

// stand is what stands for NUL around a slot's number while a body is
// sanitised: HTML has no NUL. It is of Unicode's private use area; an author who
// writes it gets one of his own links.
const stand = "\ue000"

// clean sanitises a body in which raw HTML stands. Addresses of ours are slots
// already; the author's become slots now.
func (w *writer) clean(body string) string {
	return sanitize.Clean(strings.ReplaceAll(body, "\x00", stand), sanitize.Policy{Address: w.address, RemoteImage: w.remoteAddress, Frame: w.frame, Slot: w.ownHTML}).String()
}

// ownHTML is the HTML of ours with a number, once: an author may write the element
// that stands for it, too.
func (w *writer) ownHTML(n int) string {
	if n < 0 || n >= len(w.own) {
		return ""
	}
	html := w.own[n]
	w.own[n] = ""
	return html
}

func (w *writer) address(element, attr, v string) (string, bool) {
	if attr == "cite" {
		_, ok := urlpath.SafeLink(v)
		return v, ok
	}
	if strings.HasPrefix(v, "#") || attr == "src" && isInlineImage(v) {
		return v, true
	}
	if element != "a" && element != "img" && isRemote(v) {
		return "", false // a page asks nobody else for anything
	}
	if n, own := slotNumber(v, len(w.doc.Links)); own {
		return slotText(n), true
	}
	return w.slot(v, element == "img", w.rawAt(v))
}

func (w *writer) remoteAddress(src string) (string, bool) {
	if !isRemote(src) {
		return "", false
	}
	return w.slot(src, false, w.rawAt(src))
}

// maxMisses is how often an address may not be found where it was written,
// because it has entities in it, before looking for more is given up.
const maxMisses = 20

// rawAt is about where an address of raw HTML stands: behind the one before.
func (w *writer) rawAt(dest string) int {
	if w.misses >= maxMisses {
		return w.cursor
	}
	for _, before := range [...]string{`="`, ""} {
		if i := bytes.Index(w.src[w.cursor:], []byte(before+dest)); i >= 0 {
			w.cursor += i + len(before)
			return w.cursor
		}
	}
	w.misses++
	return w.cursor
}

func slotNumber(v string, links int) (int, bool) {
	inner, ok := strings.CutPrefix(v, stand)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSuffix(inner, stand))
	return n, err == nil && n >= 0 && n < links
}
