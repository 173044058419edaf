package markdown

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/pymarkdown"
	"callboard/internal/sanitize"
)

// python renders a page in a dialect of Python-Markdown.
func (w *writer) python(opt Options) (why string) {
	p := &pythonPage{w: w, opt: opt}
	d := opt.Dialect.py.Parse(string(w.src), pymarkdown.Env{
		Read:      opt.Read,
		Page:      opt.Page,
		Fence:     w.fence,
		Highlight: p.highlight,
		Output:    p,
		Limit:     w.limit,
		Report: func(line int, code, message, hint string) {
			w.report(diag.Warning, diag.Code(code), diag.Pos{Line: max(line, 1) + w.firstLine, Col: 1}, message, hint)
		},
	})
	annotate(d, opt.Annotate)
	p.headings(d)
	p.raw = isRaw(d)
	body := d.HTML()
	if d.Full {
		return tooMuchHTML
	}
	for _, post := range d.Post.All() {
		if post != nil {
			body = post(d, body)
		}
	}
	if len(body)+p.kept > w.limit {
		return tooMuchHTML
	}
	if p.raw {
		body = p.clean(body)
	}
	w.doc.Body = body
	w.doc.Sections = w.plain.sections(w.doc.Headings)
	return ""
}

var tooMuchHTML = fmt.Sprintf("its HTML would be more than %d times as large as itself", MaxRatio)

// pythonPage decides what is written of a page.
type pythonPage struct {
	w   *writer
	opt Options
	// raw says that HTML of the author's stands between what is ours, so that all
	// of it has to be sanitised; what must not be is kept in safe meanwhile.
	raw  bool
	safe []string
	kept int // bytes of safe
}

// isRaw tells whether there is HTML of the author's that could do harm.
func isRaw(d *pymarkdown.Document) bool {
	for _, name := range [...]string{"relativepath", "b64", "striphtml"} {
		if d.Post.Has(name) {
			return true
		}
	}
	for i := range d.Stash.Len() {
		if x := d.Stash.At(i); !x.Safe && x.Element == nil && !isHarmless(x.HTML) {
			return true
		}
	}
	return false
}

// isHarmless tells whether a piece of HTML is nothing, a comment, an entity or a
// line break.
func isHarmless(html string) bool {
	s := strings.TrimSpace(html)
	switch s {
	case "", "<br>", "<br/>", "<br />":
		return true
	}
	return s[0] == '&' && strings.IndexByte(s, ';') == len(s)-1 && !strings.ContainsAny(s, "<>\"' ") || isComment(s)
}

// isComment tells whether s is one comment.
func isComment(s string) bool {
	return strings.HasPrefix(s, "<!--") && strings.Index(s, "-->") == len(s)-3 && len(s) >= 7
}

// Stashed implements pymarkdown.Output.
func (p *pythonPage) Stashed(x *pymarkdown.Stashed) string {
	switch {
	case x.Safe:
		return p.own(labelled(untabbed(x)))
	case isComment(strings.TrimSpace(x.HTML)):
		if p.w.doc.TagList == nil {
			p.w.doc.TagList = tagList(x.HTML)
		}
		return ""
	}
	return untabbed(x)
}

// tabless takes the links that lines of code have out of the order of tabs: there
// is one at each line, and those without a text say nothing.
var tabless = strings.NewReplacer(`"></a>`, `" tabindex="-1" aria-hidden="true"></a>`, `<a href="#`, `<a tabindex="-1" href="#`)

// untabbed is stashed HTML, of which blocks of code keep the reader's tab key free.
func untabbed(x *pymarkdown.Stashed) string {
	if x.Plain == "" || !strings.Contains(x.HTML, "<a ") {
		return x.HTML
	}
	return tabless.Replace(x.HTML)
}

// own is HTML of ours: itself, or what stands for it while the page is
// sanitised.
func (p *pythonPage) own(html string) string {
	if !p.raw {
		return html
	}
	p.safe = append(p.safe, html)
	p.kept += len(html)
	return sanitize.SlotTag(len(p.safe) - 1)
}

func (p *pythonPage) clean(body string) string {
	pol := sanitize.Policy{Address: p.w.address, Frame: p.w.frame, Slot: func(n int) string {
		if n < 0 || n >= len(p.safe) {
			return ""
		}
		html := p.safe[n]
		p.safe[n] = "" // an author may write the element that stands for it, too
		return html
	}}
	if !p.opt.RemoteImages {
		pol.RemoteImage = p.w.remoteAddress
	}
	return sanitize.Clean(strings.ReplaceAll(body, "\x00", stand), pol).String()
}

// Element implements pymarkdown.Output.
func (p *pythonPage) Element(e *pymarkdown.Element) pymarkdown.Form {
	e.Tag = strings.ToLower(e.Tag)
	switch e.Tag {
	case "input":
		return p.input(e)
	case "iframe":
		return p.frame(e)
	}
	switch sanitize.Element(e.Tag) {
	case sanitize.Drop:
		return pymarkdown.Form{Drop: true}
	case sanitize.Unwrap:
		return pymarkdown.Form{Unwrap: true}
	}
	align := ""
	e.Attrs = slices.DeleteFunc(e.Attrs, func(a pymarkdown.Attr) bool {
		if a.Key == "style" && (e.Tag == "td" || e.Tag == "th") {
			align = cellClasses[strings.TrimSuffix(strings.TrimSpace(a.Val), ";")]
		}
		_, ok := sanitize.Attribute(e.Tag, a.Key, a.Val)
		return !ok
	})
	for i := range e.Attrs {
		e.Attrs[i].Val, _ = sanitize.Attribute(e.Tag, e.Attrs[i].Key, e.Attrs[i].Val)
	}
	if align != "" {
		e.Set("class", strings.TrimSpace(e.Attr("class")+" "+align))
	}
	switch e.Tag {
	case "a":
		p.link(e)
	case "img":
		return p.image(e)
	case "table":
		if up := e.Up(); up == nil || !strings.Contains(up.Attr("class"), "highlight") {
			return pymarkdown.Form{Before: `<div class="scroll" tabindex="0" role="region" aria-label="Table">`, After: "</div>"}
		}
	case "video", "audio", "source":
		p.media(e)
	}
	return pymarkdown.Form{}
}

// cellClasses are the classes for the alignment of cells: pages have no styles.
var cellClasses = map[string]string{"text-align: left": "left", "text-align: right": "right", "text-align: center": "center"}

// input writes the boxes of task lists and the switches of tabs, which the
// sanitiser does not let authors have.
func (p *pythonPage) input(e *pymarkdown.Element) pymarkdown.Form {
	kind := e.Attr("type")
	if kind != "checkbox" && kind != "radio" {
		return pymarkdown.Form{Drop: true}
	}
	tag := "<input"
	for _, a := range e.Attrs {
		switch a.Key {
		case "type", "class", "id", "name", "checked", "disabled":
			tag += " " + a.Key + `="` + string(escape(nil, a.Val)) + `"`
		}
	}
	return pymarkdown.Form{Tag: p.own(labelled(tag + ">"))}
}

// frame writes a frame that was read as an element. What it contains goes.
func (p *pythonPage) frame(e *pymarkdown.Element) pymarkdown.Form {
	var f sanitize.Frame
	for _, a := range e.Attrs {
		f.Set(a.Key, a.Val)
	}
	f.Src = plainAddress(f.Src)
	e.Tag = "img" // one that contains nothing
	return pymarkdown.Form{Tag: p.own(p.w.frame(f))}
}

// taskState is what the box of a task says to those who do not see it.
var taskState = map[bool]string{true: "done", false: "to do"}

// labelled gives the box of a task a label, which Python-Markdown's has not.
func labelled(html string) string {
	const box = `<input type="checkbox"`
	if !strings.Contains(html, box) {
		return html
	}
	return strings.Replace(html, box, box+` aria-label="`+taskState[strings.Contains(html, " checked")]+`"`, 1)
}

func (p *pythonPage) link(e *pymarkdown.Element) {
	dest, ok := e.Get("href")
	if !ok || strings.HasPrefix(dest, "#") && isMade(e) {
		return
	}
	dest = plainAddress(dest)
	if href, ok := p.w.slot(dest, false, p.w.rawAt(dest)); ok {
		e.Set("href", href)
	} else {
		e.Unset("href")
	}
}

// isMade tells whether a link within the page is made by an extension, and leads
// where it says.
func isMade(e *pymarkdown.Element) bool {
	switch e.Attr("class") {
	case "headerlink", "footnote-backref", "footnote-ref", "toclink":
		return true
	}
	for up := e.Up(); up != nil; up = up.Up() {
		if up.Tag == "div" && strings.Contains(up.Attr("class"), "toc") {
			return true
		}
	}
	return false
}

// plainAddress undoes what obfuscates mail addresses.
func plainAddress(dest string) string {
	if strings.Contains(dest, pymarkdown.AmpSubstitute) {
		return unescape([]byte(strings.ReplaceAll(dest, pymarkdown.AmpSubstitute, "&")))
	}
	if strings.Contains(dest, "&") {
		return unescapeEntities(dest)
	}
	return dest
}

func (p *pythonPage) image(e *pymarkdown.Element) pymarkdown.Form {
	src, _ := e.Get("src")
	src = plainAddress(src)
	alt, _ := e.Get("alt")
	switch {
	case isRemote(src) && isEmoji(e):
		return pymarkdown.Form{Tag: string(escape(nil, alt))}
	case isRemote(src) && !p.opt.RemoteImages:
		return p.remoteImage(e, src, alt)
	}
	if !isInlineImage(src) {
		slot, ok := p.w.slot(src, !isRemote(src), p.w.rawAt(src))
		if !ok {
			return pymarkdown.Form{Drop: alt == "", Tag: string(escape(nil, alt))}
		}
		src = slot
	}
	e.Set("src", src)
	e.Set("alt", alt)
	e.Set("loading", "lazy")
	e.Set("decoding", "async")
	return pymarkdown.Form{}
}

func (p *pythonPage) remoteImage(e *pymarkdown.Element, src, alt string) pymarkdown.Form {
	text := string(escape(nil, orElse(alt, "image")))
	for up := e.Up(); up != nil; up = up.Up() {
		if up.Tag == "a" {
			return pymarkdown.Form{Tag: text}
		}
	}
	href, ok := p.w.slot(src, false, p.w.rawAt(src))
	if !ok {
		return pymarkdown.Form{Tag: text}
	}
	return pymarkdown.Form{Tag: `<a class="remote-image" href="` + href + `">Image: ` + text + "</a>"}
}

// isEmoji tells whether an image is an emoji, whose text is the emoji itself: no
// other host need be asked for it.
func isEmoji(e *pymarkdown.Element) bool {
	switch e.Attr("class") {
	case "emojione", "twemoji", "gemoji":
		return e.Attr("alt") != ""
	}
	return false
}

func (p *pythonPage) media(e *pymarkdown.Element) {
	for _, key := range [...]string{"src", "poster"} {
		dest, ok := e.Get(key)
		if !ok {
			continue
		}
		if slot, ok := p.w.slot(dest, true, p.w.rawAt(dest)); ok && !isRemote(dest) {
			e.Set(key, slot)
		} else {
			e.Unset(key)
		}
	}
}

func (p *pythonPage) highlight(language, code string) ([]string, bool) {
	if len(code) > MaxCode {
		p.w.report(diag.Info, CodeCodeTooLarge, diag.Pos{Line: 1 + p.w.firstLine, Col: 1},
			fmt.Sprintf("a block of code has more than %d bytes and is shown without colours", MaxCode), "")
		return nil, false
	}
	if !p.w.affords(language, code, diag.Pos{Line: 1 + p.w.firstLine, Col: 1}) {
		return nil, false
	}
	html, known := p.w.code.Append(nil, language, code)
	if !known {
		return nil, false
	}
	lines := bytes.Split(html, []byte("\n"))
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = string(l)
	}
	return out, true
}

// headings collects the headings, with what stands below each as plain text.
func (p *pythonPage) headings(d *pymarkdown.Document) {
	s := speaker{p: p, d: d}
	s.inside(d.Root)
	w := p.w
	if first := d.Root.First(); first != nil && first.Tag == "h1" && len(w.doc.Headings) > 0 {
		w.doc.Title = w.doc.Headings[0].Text
	} else if t, ok := w.doc.Meta["title"].(string); ok {
		w.doc.Title = t
	}
}
