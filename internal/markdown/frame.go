package markdown

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/sanitize"
)

// frame writes a frame of another site: itself, if the portal allows the host, and a
// link to what it would show otherwise.
//
// Scripts of the other site run in the frame, on its own origin, and can open
// windows and the whole screen; they cannot lead the reader's window elsewhere or
// send forms. The host learns which portal it is shown in, and not on which page.
func (w *writer) frame(f sanitize.Frame) string {
	if strings.HasPrefix(f.Src, "//") {
		f.Src = "https:" + f.Src
	}
	if f.Src == "" {
		return ""
	}
	if host, ok := frameHost(f.Src); ok && allowsFrame(w.opt.Frames, host) {
		return w.allowedFrame(f, host)
	}
	at := w.frameAt(f.Src)
	w.report(diag.Warning, CodeFrameRefused, w.place(at), fmt.Sprintf("the frame of %s is shown as a link", quote(f.Src)), "frames are shown of the hosts that docs.frames of callboard.yaml names")
	title := f.Title
	if title == "" {
		title = f.Src
	}
	text := string(escape(nil, title))
	href, ok := w.slot(f.Src, false, at)
	if !ok {
		return text
	}
	return `<a class="remote-frame" href="` + href + `">Frame: ` + text + "</a>"
}

// frameAt is where a frame stands: behind the one before.
func (w *writer) frameAt(src string) int {
	for _, written := range [...]string{src, strings.ReplaceAll(src, "&", "&amp;")} {
		if w.misses >= maxMisses {
			break
		}
		if i := bytes.Index(w.src[w.frames:], []byte(written)); i >= 0 {
			w.frames += i + len(written)
			return w.frames - len(written)
		}
		w.misses++
	}
	return w.frames
}

func (w *writer) allowedFrame(f sanitize.Frame, host string) string {
	title := f.Title
	if title == "" {
		title = host
	}
	size := ""
	if f.Width != "" && f.Height != "" {
		size = ` width="` + f.Width + `" height="` + f.Height + `"`
	}
	return fmt.Sprintf(`<iframe class="frame" src="%s" title="%s"%s loading="lazy" sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation" referrerpolicy="strict-origin" allow="fullscreen"></iframe>`,
		escape(nil, f.Src), escape(nil, title), size)
}

// frameHost is the host of an address that may stand in a frame, with its port if
// it has one, in lower case.
func frameHost(src string) (string, bool) {
	if !safeDest(src) || strings.ContainsAny(src, "\\\t\n\r ") {
		return "", false
	}
	u, err := url.Parse(src)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Hostname() == "" {
		return "", false
	}
	return strings.ToLower(u.Host), true
}

// allowsFrame tells whether a host is one of those named. "*.example.com" names all
// hosts below example.com.
func allowsFrame(named []string, host string) bool {
	for _, n := range named {
		n = strings.ToLower(n)
		if below, wild := strings.CutPrefix(n, "*"); n == host || wild && strings.HasSuffix(host, below) && len(host) > len(below) {
			return true
		}
	}
	return false
}
