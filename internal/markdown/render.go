package markdown

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"callboard/internal/diag"
	"callboard/internal/highlight"
)

// Limits of a page. A file beyond MaxBytes, or whose HTML is beyond MaxRatio,
// is shown as plain text; what is beyond the others is, within the page.
const (
	MaxBytes     = 2 << 20   // of a file
	MaxNesting   = 100       // blocks in blocks; a list takes two, itself and its item
	MaxColumns   = 200       // of a table
	MaxSparse    = 5_000     // cells of a table that has more cells than characters
	MaxMarks     = 1_000     // signs of Markdown in one paragraph or line
	MaxFootnotes = 500       // of a file
	MaxCode      = 512 << 10 // bytes of a block of code with colours
	MaxRatio     = 40        // bytes of HTML for each byte of Markdown
	MinRatio     = 64 << 10  // bytes of HTML that any page may have
)

// The codes of this package's findings.
const (
	CodeTooLarge      = diag.Code("markdown-too-large")
	CodeTooComplex    = diag.Code("markdown-too-complex")
	CodeTooDeep       = diag.Code("markdown-too-deep")
	CodeTableTooLarge = diag.Code("table-too-large")
	CodeCodeTooLarge  = diag.Code("code-too-large")
	CodeLinkUnsafe    = diag.Code("link-unsafe")
	CodeMeta          = diag.Code("front-matter-invalid")
	CodeFrameRefused  = diag.Code("frame-refused")
	CodeNotDrawn      = diag.Code("diagram-not-drawn")
	CodeFailed        = diag.Code("markdown-failed")
)

// Renderer renders Markdown. It may be used from several goroutines.
type Renderer struct {
	parser  parser.Parser
	code    *highlight.Highlighter
	writers sync.Pool // of *writer, for their buffers
}

// New makes a Renderer that highlights code with h.
func New(h *highlight.Highlighter) *Renderer {
	return &Renderer{parser: newParser(), code: h, writers: sync.Pool{New: func() any { return new(writer) }}}
}

// Render renders a file. It always gives a document; what is wrong with the
// file stands in its Diagnostics.
func (r *Renderer) Render(src []byte, opt Options) *Doc {
	doc := &Doc{}
	if len(src) > MaxBytes {
		return plain(src[:MaxBytes], fmt.Sprintf("it has %d bytes, more than %d", len(src), MaxBytes), doc)
	}
	src, lines := frontMatter(normalize(src), doc, opt.Dialect != nil)
	why := r.render(src, opt, lines, doc)
	if why != "" {
		return plain(src, why, doc)
	}
	doc.HasH1 = strings.Contains(doc.Body, "<h1")
	return doc
}

// render fills in doc, or says why it cannot. The parser is not ours, and what
// it gets is: should it panic, one page is the worse for it.
func (r *Renderer) render(src []byte, opt Options, firstLine int, doc *Doc) (why string) {
	defer func() {
		if recover() != nil {
			doc.Diagnostics = append(doc.Diagnostics, diag.Diagnostic{Pos: diag.Pos{Line: 1, Col: 1}, Severity: diag.Error, Code: CodeFailed,
				Message: "the page makes the Markdown parser fail", Hint: "report it, with the page"})
			why = "it cannot be parsed"
		}
	}()
	w := r.writers.Get().(*writer)
	w.reset(src, doc, opt, firstLine)
	w.code = r.code
	if opt.Dialect != nil {
		why = w.python(opt)
		w.release()
		r.writers.Put(w)
		return why
	}
	w.document(r.parse(w))
	if w.full {
		why = tooMuchHTML
	} else if doc.Body = string(w.out); w.raw {
		doc.Body = w.clean(doc.Body)
	}
	w.release()
	r.writers.Put(w)
	return why
}

// normalize makes of a file what the parser may get: UTF-8 without NUL, which
// marks our slots, with line feeds at the ends of lines.
func normalize(src []byte) []byte {
	if bytes.IndexByte(src, 0) >= 0 {
		src = bytes.ReplaceAll(src, []byte{0}, []byte("\ufffd"))
	}
	if bytes.IndexByte(src, '\r') >= 0 {
		src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
		src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	}
	if !utf8.Valid(src) {
		src = bytes.ToValidUTF8(src, []byte("\ufffd"))
	}
	return src
}

func (r *Renderer) parse(w *writer) *tree {
	t := &tree{}
	pc := parser.NewContext()
	pc.Set(stateKey, &t.state)
	t.root = r.parser.Parse(text.NewReader(w.src), parser.WithContext(pc))
	return t
}

// plain shows a file that is too much as it is.
func plain(src []byte, why string, doc *Doc) *Doc {
	s := strings.ToValidUTF8(strings.ReplaceAll(string(src), "\x00", ""), "\ufffd")
	*doc = Doc{Title: doc.Title, Meta: doc.Meta, Diagnostics: doc.Diagnostics}
	doc.Body = "<pre>" + string(escape(nil, []byte(s))) + "</pre>"
	doc.Sections = []Section{{Text: s[:min(len(s), maxSectionText)]}}
	doc.Diagnostics = append(doc.Diagnostics, diag.Diagnostic{Pos: diag.Pos{Line: 1, Col: 1}, Severity: diag.Warning, Code: CodeTooLarge,
		Message: "the page is shown as plain text: " + why, Hint: "split it into several pages"})
	return doc
}
