package lsp

import (
	"encoding/json"
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// hovered tells what stands at a place: the entity that a reference means, or
// what a field or an annotation is for; and of the findings there, why they are
// made.
func hovered(a *asked, params json.RawMessage) (any, error) {
	p, err := decode[positionParams](params)
	if err != nil {
		return nil, err
	}
	doc, w, v, err := a.at(p)
	if err != nil || w.part == nothing {
		return nil, err
	}
	page := pages{markdown: a.client.hoverMD}
	span, err := page.place(a, doc, w, v)
	if err != nil {
		return nil, err
	}
	if at := page.findings(a, doc, v, p.Position); span == nil {
		span = at
	}
	if span == nil {
		return nil, nil
	}
	return hover{page.markup(), span}, nil
}

// place tells what stands at a place. It gives the place, or nil if there is
// nothing to tell.
func (p *pages) place(a *asked, doc *document, w where, v *view) (*span, error) {
	if w.from == w.to {
		return nil, nil
	}
	at := doc.between(w.line, w.from, w.to, a.client.encoding)
	if r, ok := w.reference(doc, v); ok {
		p.reference(v, r)
		return &at, nil
	}
	s, err := a.shapesOf(v)
	if err != nil || !p.field(s, w, doc.line(w.line)[w.from:w.to]) {
		return nil, err
	}
	return &at, nil
}

// maxExplained is how many findings at a place are explained.
const maxExplained = 5

// findings explains those at a place. It gives the place of the first, or nil if
// there are none.
func (p *pages) findings(a *asked, doc *document, v *view, at position) (first *span) {
	if a.work.o.Explain == nil || v == nil || v.linted == nil {
		return nil
	}
	x, said := a.printer(v), map[diag.Code]bool{}
	for _, d := range v.findings(doc.path) {
		r := x.diagnostic(doc.text, d).Range
		if !r.holds(at) || said[d.Code] || len(said) == maxExplained {
			continue
		}
		why := a.work.o.Explain(d.Code)
		if why == "" {
			continue
		}
		said[d.Code] = true
		if p.b.Len() > 0 {
			p.rule()
		}
		p.heading(d.Severity.String(), string(d.Code))
		fmt.Fprintf(&p.b, "%s\n\n", why)
		if first == nil {
			first = &r
		}
	}
	return first
}

// holds tells whether a position is in the span, or at its end.
func (s span) holds(p position) bool { return !p.before(s.Start) && !s.End.before(p) }

func (p position) before(q position) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Character < q.Character
}

// rule sets what follows apart.
func (p *pages) rule() {
	if p.markdown {
		p.b.WriteString("---\n\n")
	}
}

// reference is the one that stands at a place.
func (w where) reference(doc *document, v *view) (entity.Ref, bool) {
	path := w.path
	if w.part == aKey || w.from >= w.to {
		return entity.Ref{}, false
	}
	f, ok := refFieldAt(v, w.head.kind, path)
	if !ok {
		return entity.Ref{}, false
	}
	r, err := entity.ParseRef(doc.line(w.line)[w.from:w.to], f.DefaultKind, namespaceOf(w.head))
	return r, err == nil
}

// pages makes text for people, in Markdown or without marks.
type pages struct {
	markdown bool
	b        strings.Builder
}

func (p *pages) markup() markup {
	kind := "plaintext"
	if p.markdown {
		kind = "markdown"
	}
	return markup{kind, strings.TrimRight(p.b.String(), "\n")}
}

// plainMarkup is text that somebody wrote, as nothing but text.
func plainMarkup(s string, markdown bool) *markup {
	p := pages{markdown: markdown}
	p.text(s)
	m := p.markup()
	return &m
}

// text writes a paragraph of text in which nothing has a meaning.
func (p *pages) text(s string) {
	if p.markdown {
		s = escapeMarkdown(s)
	}
	fmt.Fprintf(&p.b, "%s\n\n", s)
}

func (p *pages) heading(title, code string) {
	if !p.markdown {
		fmt.Fprintf(&p.b, "%s (%s)\n\n", title, code)
		return
	}
	fmt.Fprintf(&p.b, "**%s** `%s`\n\n", escapeMarkdown(title), strings.ReplaceAll(code, "`", "'"))
}

func (p *pages) line(name, value string) {
	if value == "" {
		return
	}
	if p.markdown {
		value = escapeMarkdown(value)
	}
	fmt.Fprintf(&p.b, "- %s: %s\n", name, value)
}

// escapeMarkdown takes the meaning from all that has one in Markdown or HTML, so
// that text from a repository cannot make links or images.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&:@", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// maxDescription is how many characters of a description are shown.
const maxDescription = 1_000

// reference tells of the entity that a reference means.
func (p *pages) reference(v *view, r entity.Ref) {
	e := v.get(r)
	if e == nil {
		p.heading("not in the catalog", r.String())
		return
	}
	p.heading(oneLine(e.Title(), 120), e.Ref.String())
	if e.Metadata.Description != "" {
		p.text(oneLine(e.Metadata.Description, maxDescription))
	}
	p.line("kind", e.Kind)
	p.line("type", oneLine(e.Type(), 80))
	p.line("lifecycle", oneLine(e.Lifecycle(), 80))
	if owner, ok := v.linted.Catalog.Owner(e.Ref); ok {
		p.line("owner", v.titled(owner.Target))
	}
	if systems := v.linted.Catalog.Targets(e.Ref, entity.PartOf); len(systems) > 0 {
		p.line("part of", v.titled(systems[0].Target))
	}
	p.line("declared in", v.shown(e.Origin.Pos()))
}

// titled is a reference with the title of what it means.
func (v *view) titled(r entity.Ref) string {
	e := v.get(r)
	switch {
	case e == nil:
		return r.String() + " (missing)"
	case e.Title() == e.Name:
		return r.String()
	}
	return oneLine(e.Title(), 80) + " (" + r.String() + ")"
}

// shown names a place for people.
func (v *view) shown(at diag.Pos) string {
	if e, other := v.elsewhere[at.Repo]; other {
		at.Repo = e.repo
	}
	if at.Repo == "." {
		at.Repo = ""
	}
	return diag.Printable(at.String())
}

// field tells what a key is for, or the key that a value belongs to.
func (p *pages) field(s *shapes, w where, word string) bool {
	path := w.path
	if w.part == aKey || w.part == either && w.colon {
		path = append(append([]string{}, path...), unquote(word))
	}
	at := s.at(w.head.kind, path)
	if at == nil || at.text == "" {
		return false
	}
	p.heading(path[len(path)-1], strings.TrimSuffix(strings.ReplaceAll(strings.Join(path, "."), ".-", "[]"), "."))
	if at.deprecated {
		p.text("Out of use.")
	}
	p.text(at.text)
	words := unique(append(append([]string{}, at.values...), at.examples...))
	if len(words) > 0 && len(words) <= 20 {
		p.line("values", strings.Join(words, ", "))
	}
	return true
}
