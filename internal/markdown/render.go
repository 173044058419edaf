package markdown

import (
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"callboard/internal/diag"
	"callboard/internal/highlight"
	"callboard/internal/sanitize"
	"callboard/internal/urlpath"
)

// Limits of a file. One beyond them is shown as plain text.
const (
	MaxBytes    = 2 << 20 // of a file
	MaxNesting  = 40      // quotes and list items on one line
	MaxColumns  = 200     // of a table
	MaxBrackets = 20_000  // "[" in a file; matching them takes time
	MaxDelims   = 100_000 // "*" and "_" in a file
)

// The codes of this package's findings.
const (
	CodeTooComplex = diag.Code("markdown-too-complex")
	CodeLinkUnsafe = diag.Code("link-unsafe")
	CodeMeta       = diag.Code("front-matter-invalid")
)

// Renderer renders Markdown. It may be used from several goroutines.
type Renderer struct {
	techdocs, gfm parser.Parser
	code          *highlight.Highlighter
}

// New makes a Renderer that highlights code with h.
func New(h *highlight.Highlighter) *Renderer {
	return &Renderer{techdocs: newParser(true), gfm: newParser(false), code: h}
}

// newParser puts the dialect together; the order of what competes for a
// character is the number.
func newParser(techdocs bool) parser.Parser {
	blocks := []util.PrioritizedValue{
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(extension.NewDefinitionListParser(), 101),
		util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewHTMLBlockParser(), 900),
		util.Prioritized(extension.NewFootnoteBlockParser(), 999),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	}
	if techdocs {
		blocks = append(blocks, util.Prioritized(admonitionParser{}, 90))
	}
	inlines := []util.PrioritizedValue{
		util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(extension.NewFootnoteParser(), 101),
		util.Prioritized(attrParser{}, 150),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewRawHTMLParser(), 400),
		util.Prioritized(parser.NewEmphasisParser(), 500),
		util.Prioritized(extension.NewStrikethroughParser(), 500),
		util.Prioritized(extension.NewLinkifyParser(), 999),
	}
	return parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(inlines...),
		parser.WithParagraphTransformers(util.Prioritized(parser.LinkReferenceParagraphTransformer, 100), util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0), util.Prioritized(arrange{}, 100), util.Prioritized(extension.NewFootnoteASTTransformer(), 999)),
	)
}

// Render renders a file. It always gives a document; what is wrong with the
// file stands in its Diagnostics.
func (r *Renderer) Render(src []byte, opt Options) *Doc {
	doc := &Doc{}
	src, offset := frontMatter(src, doc)
	if why := tooComplex(src); why != "" {
		return plain(src, why, doc)
	}
	src = bytes.ReplaceAll(src, []byte{0}, []byte("\ufffd"))
	p := r.techdocs
	if opt.Profile == "gfm" {
		p = r.gfm
	}
	root := p.Parse(text.NewReader(src))
	w := &writer{src: src, doc: doc, opt: opt, code: r.code, slugs: newSlugger(), firstLine: offset}
	w.prepare(root)
	w.out.Grow(len(src) + len(src)/2)
	w.document(root)
	doc.Body = w.out.String()
	if w.raw {
		doc.Body = w.clean(doc.Body)
	}
	return doc
}

// plain shows a file that is too much for the parser as it is.
func plain(src []byte, why string, doc *Doc) *Doc {
	if len(src) > MaxBytes {
		src = src[:MaxBytes]
	}
	s := strings.ToValidUTF8(strings.ReplaceAll(string(src), "\x00", ""), "\ufffd")
	doc.Body = "<pre>" + html.EscapeString(s) + "</pre>"
	doc.Sections = []Section{{Text: s[:min(len(s), maxSectionText)]}}
	doc.Diagnostics = append(doc.Diagnostics, diag.Diagnostic{Pos: diag.Pos{Line: 1, Col: 1}, Severity: diag.Warning, Code: CodeTooComplex,
		Message: "the page is shown as plain text: " + why, Hint: "split it into several pages"})
	return doc
}

// tooComplex looks for what would take a parser more than linear time: very
// deep nesting, very wide tables, very many brackets.
func tooComplex(src []byte) string {
	if len(src) > MaxBytes {
		return fmt.Sprintf("it has %d bytes, more than %d", len(src), MaxBytes)
	}
	if bytes.Count(src, []byte("[")) > MaxBrackets {
		return fmt.Sprintf("it has more than %d square brackets", MaxBrackets)
	}
	if bytes.Count(src, []byte("*"))+bytes.Count(src, []byte("_")) > MaxDelims {
		return fmt.Sprintf("it has more than %d asterisks and underscores", MaxDelims)
	}
	for line := range bytes.Lines(src) {
		if nesting(line) > MaxNesting {
			return fmt.Sprintf("quotes and lists are nested more than %d deep", MaxNesting)
		}
		if bytes.Count(line, []byte("|")) > MaxColumns {
			return fmt.Sprintf("a table has more than %d columns", MaxColumns)
		}
	}
	return ""
}

// nesting counts the containers that a line begins: quotes, list markers, and
// every four columns of indentation.
func nesting(line []byte) int {
	n, blank := 0, 0
	for i := range len(line) {
		switch c := line[i]; {
		case c == '>' || (c == '-' || c == '*' || c == '+') && i+1 < len(line) && (line[i+1] == ' ' || line[i+1] == '\t'):
			n, blank = n+1, 0
		case c == ' ':
			if blank++; blank%4 == 0 {
				n++
			}
		case c == '\t':
			n++
		default:
			return n
		}
	}
	if blank > 0 && len(bytes.TrimSpace(line)) == 0 {
		return 0
	}
	return n
}

// stand is what stands for NUL around a slot's number while a body is
// sanitised: HTML has no NUL. It is of Unicode's private use area; an author who
// writes it gets one of his own links.
const stand = "\ue000"

// clean sanitises a body in which raw HTML stands. Addresses of ours are slots
// already; the author's become slots now.
func (w *writer) clean(body string) string {
	return sanitize.Clean(strings.ReplaceAll(body, "\x00", stand), sanitize.Policy{Address: func(element, attr, v string) (string, bool) {
		if attr == "cite" {
			_, ok := urlpath.SafeLink(v)
			return v, ok
		}
		if strings.HasPrefix(v, "#") {
			return v, true
		}
		if n, own := slotNumber(v, len(w.doc.Links)); own {
			return "\x00" + strconv.Itoa(n) + "\x00", true
		}
		return w.slot(v, element == "img", diag.Pos{Line: 1 + w.firstLine, Col: 1})
	}}).String()
}
