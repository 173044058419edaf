package markdown

import (
	"bytes"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"

	"callboard/internal/diag"
	"callboard/internal/sanitize"
)

// Finished makes a document of a page of a finished site, as MkDocs, Sphinx and
// others write it: of its text, without the site's own frame. It passes the same
// allow-list as HTML in Markdown.
func (r *Renderer) Finished(src []byte, opt Options) *Doc {
	doc := &Doc{}
	if len(src) > MaxBytes {
		doc.Body = sanitize.Text("This page cannot be shown: it is too large.").String()
		doc.Diagnostics = []diag.Diagnostic{{Pos: diag.Pos{Line: 1, Col: 1}, Severity: diag.Warning, Code: CodeTooLarge, Message: "the page is left out: it has more bytes than a page may have"}}
		return doc
	}
	w := r.writers.Get().(*writer)
	w.reset(normalize(src), doc, opt, 0)
	at, within := textAt(w.src)
	f := finished{w: w, within: within}
	f.read(w.src[at:])
	doc.Body = w.clean(f.out.String())
	doc.Sections = w.plain.sections(doc.Headings)
	doc.HasH1 = strings.Contains(doc.Body, "<h1")
	w.release()
	r.writers.Put(w)
	return doc
}

// textMarks are how generators mark where a page's text begins, the surest first.
var textMarks = []func(name string, attrs map[string]string) bool{
	func(_ string, a map[string]string) bool { return hasClass(a, "md-content__inner") }, // Material
	func(_ string, a map[string]string) bool { return a["itemprop"] == "articleBody" },   // Read the Docs
	func(_ string, a map[string]string) bool {
		return hasClass(a, "theme-doc-markdown") || hasClass(a, "bd-article")
	}, // Docusaurus, PyData
	func(name string, a map[string]string) bool { return name == "div" && a["role"] == "main" }, // MkDocs, Sphinx
	func(name string, _ map[string]string) bool { return name == "article" },
	func(name string, a map[string]string) bool { return name == "main" || a["role"] == "main" },
	func(name string, _ map[string]string) bool { return name == "body" },
}

func hasClass(attrs map[string]string, class string) bool {
	return slices.Contains(strings.Fields(attrs["class"]), class)
}

// textAt is where a page's text begins: behind the tag of the element that holds
// it, whose name is told.
func textAt(src []byte) (found int, within string) {
	z := xhtml.NewTokenizer(bytes.NewReader(src))
	best, at := len(textMarks), 0
	for best > 0 {
		t := z.Next()
		if t == xhtml.ErrorToken {
			break
		}
		at += len(z.Raw())
		if t != xhtml.StartTagToken {
			continue
		}
		name, attrs := tag(z)
		for i, is := range textMarks[:best] {
			if is(name, attrs) {
				best, found, within = i, at, name
				break
			}
		}
	}
	return found, within
}

// maxAttrs is how many attributes of a tag are looked at.
const maxAttrs = 50

// tag is the name and the attributes of the tag that was read.
func tag(z *xhtml.Tokenizer) (string, map[string]string) {
	name, more := z.TagName()
	n, attrs := string(name), map[string]string{}
	for more && len(attrs) < maxAttrs {
		var k, v []byte
		k, v, more = z.TagAttr()
		if _, has := attrs[string(k)]; !has {
			attrs[string(k)] = string(v)
		}
	}
	return n, attrs
}

// finished reads the text of a page up to the end of the element that holds it.
type finished struct {
	w      *writer
	within string // the element that holds the text
	out    strings.Builder
	open   []string // elements in it
	drop   int      // how many were open when what is dropped began, 0 for none
	// heading is the one that is being read, nil for none; held is what was said
	// before it.
	heading *Heading
	held    plainText
}

// maxOpen is how many elements in each other are told apart.
const maxOpen = 400

// frames are what stands in a text that is not of it: buttons, navigation, and
// what generators put around.
var frames = []string{"md-content__button", "md-source-file", "md-feedback", "md-tags", "headerlink", "hash-link", "rst-footer-buttons", "wy-breadcrumbs", "theme-doc-footer", "theme-doc-breadcrumbs", "pagination-nav", "prev-next-footer"}

func (f *finished) read(src []byte) {
	z := xhtml.NewTokenizer(bytes.NewReader(src))
	for {
		t := z.Next()
		if t == xhtml.ErrorToken {
			return
		}
		raw := string(z.Raw())
		switch t {
		case xhtml.TextToken:
			f.text(raw, string(z.Text()))
			continue
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			name, attrs := tag(z)
			f.start(name, attrs, raw, t == xhtml.SelfClosingTagToken || isVoid(name))
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			if !f.end(string(name), raw) {
				return
			}
		}
	}
}

func isVoid(name string) bool {
	switch name {
	case "br", "hr", "img", "col", "source", "wbr", "input", "meta", "link", "area", "base", "embed", "param", "track":
		return true
	}
	return false
}

func (f *finished) text(raw, text string) {
	if f.drop == 0 {
		f.out.WriteString(raw)
		f.w.plain.say(text)
	}
}

func (f *finished) start(name string, attrs map[string]string, raw string, void bool) {
	if !void && len(f.open) < maxOpen {
		f.open = append(f.open, name)
	}
	if f.drop > 0 {
		return
	}
	if isFrame(name, attrs) {
		if !void {
			f.drop = len(f.open)
		}
		return
	}
	if level := headingLevel(name); level > 0 && f.heading == nil {
		f.heading = &Heading{Level: level, ID: attrs["id"]}
		f.held, f.w.plain = f.w.plain, plainText{parts: []part{{heading: -1}}}
	}
	f.w.plain.gap()
	if name == "span" {
		raw = colour(attrs, raw)
	}
	f.out.WriteString(raw)
}

func isFrame(name string, attrs map[string]string) bool {
	switch name {
	case "script", "style", "nav", "form", "button", "noscript", "template", "title", "textarea", "iframe", "footer":
		return true
	}
	return slices.ContainsFunc(frames, func(class string) bool { return hasClass(attrs, class) })
}

// end ends an element, with those in it whose end nobody wrote. It is false at the
// end of the text.
func (f *finished) end(name, raw string) bool {
	at := len(f.open) - 1
	for at >= 0 && f.open[at] != name {
		at--
	}
	if at < 0 {
		return name != f.within
	}
	f.open = f.open[:at]
	if f.drop > 0 {
		if at < f.drop {
			f.drop = 0
		}
		return true
	}
	if f.heading != nil && headingLevel(name) == f.heading.Level {
		f.headed()
	}
	f.w.plain.gap()
	f.out.WriteString(raw)
	return true
}

// headed ends a heading.
func (f *finished) headed() {
	h := *f.heading
	h.Text = strings.TrimSpace(strings.ReplaceAll(string(f.w.plain.buf), "\x00", ""))
	f.w.plain, f.heading = f.held, nil
	doc := f.w.doc
	if h.Level == 1 && doc.Title == "" {
		doc.Title = h.Text
	}
	if h.ID == "" || slices.ContainsFunc(doc.Headings, func(o Heading) bool { return o.ID == h.ID }) || len(doc.Headings) >= maxFinishedHeadings {
		f.w.plain.say(h.Text)
		return
	}
	doc.Headings = append(doc.Headings, h)
	f.w.plain.section(len(doc.Headings) - 1)
}

// maxFinishedHeadings is how many headings of a page are known.
const maxFinishedHeadings = 2_000

// colour gives code that Pygments has coloured the class of ours: its own are named
// by one or two letters.
func colour(attrs map[string]string, raw string) string {
	class := attrs["class"]
	if class == "" || len(class) > 3 {
		return raw
	}
	ours := ""
	switch class[0] {
	case 'k':
		ours = "kw"
	case 's':
		ours = "str"
	case 'm':
		ours = "nu"
	case 'c':
		ours = "com"
	}
	switch class {
	case "nf", "nc", "nt":
		ours = "fn"
	case "gi":
		ours = "ins"
	case "gd":
		ours = "del"
	}
	if ours == "" {
		return raw
	}
	return `<span class="` + ours + `">`
}
