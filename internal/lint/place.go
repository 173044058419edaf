package lint

import (
	"cmp"
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// placed is a finding on its way to its place.
type placed struct {
	code     diag.Code
	severity diag.Severity
	entity   *entity.Entity
	finding
}

// place reports findings at their line and column. Entities keep no YAML, so a
// file is parsed again once something was found in it, which is rare; the
// findings of a file are told one after the other, so that it is parsed once.
func place(found []placed, source func(repo, file string) ([]byte, error), sink diag.Sink) {
	slices.SortStableFunc(found, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.entity.Origin.Repo, b.entity.Origin.Repo), cmp.Compare(a.entity.Origin.File, b.entity.Origin.File))
	})
	t := texts{source: source}
	for _, x := range found {
		sink.Report(x.diagnostic(&t))
	}
}

func (x placed) diagnostic(t *texts) diag.Diagnostic {
	d := diag.Diagnostic{Pos: x.at, Severity: x.severity, Code: x.code, Message: x.message, Hint: x.hint, Related: x.related, Entity: x.entity.Ref.String()}
	if d.Pos.IsZero() {
		d.Pos = t.pos(x.entity.Origin, x.path, x.key)
	}
	if x.text != "" {
		if doc := t.doc(x.entity.Origin); doc != nil {
			d.Fix = doc.Replace(d.Pos, x.old, x.text)
			if x.list {
				d.Fix = inList(d.Fix, doc, x.path)
			}
		}
	}
	return d
}

// inList adds to the fix of a key that its value becomes a list of one, where
// that is a plain word on the same line.
func inList(fix *diag.Fix, doc *yamldoc.Doc, path []any) *diag.Fix {
	value, plain := doc.Plain(path...)
	if fix == nil || !plain || strings.ContainsAny(value, ",[]{}#") {
		return nil
	}
	at := doc.Pos(path...)
	list := doc.Replace(at, value, "["+value+"]")
	if list == nil || at.Line != fix.Edits[0].Pos.Line {
		return nil
	}
	return &diag.Fix{Title: fix.Title + " and a list", Edits: append(fix.Edits, list.Edits...)}
}

// texts are the files that findings are in, of which the last one is kept.
type texts struct {
	source     func(repo, file string) ([]byte, error)
	repo, file string
	docs       []*yamldoc.Doc
}

// doc is the document of an entity, or nil if its file cannot be read any more.
func (t *texts) doc(o entity.Origin) *yamldoc.Doc {
	if t.source == nil {
		return nil
	}
	if t.repo != o.Repo || t.file != o.File || t.docs == nil {
		t.repo, t.file, t.docs = o.Repo, o.File, []*yamldoc.Doc{}
		if src, err := t.source(o.Repo, o.File); err == nil {
			t.docs = yamldoc.Parse(src, diag.Pos{Repo: o.Repo, File: o.File}, diag.Discard)
		}
	}
	if o.Doc >= len(t.docs) {
		return nil
	}
	return t.docs[o.Doc]
}

// pos is the place of a path in an entity, as far as it leads.
func (t *texts) pos(o entity.Origin, path []any, key bool) diag.Pos {
	d := (*yamldoc.Doc)(nil)
	if len(path) > 0 {
		d = t.doc(o)
	}
	switch {
	case d == nil || !d.Has(path...):
		return o.Pos()
	case key:
		return d.KeyPos(path...)
	}
	return d.Pos(path...)
}

// Place is the place of a path in an entity, which read finds the file of.
func Place(e *entity.Entity, read func(file string) ([]byte, error), path ...any) diag.Pos {
	t := texts{source: func(_, file string) ([]byte, error) { return read(file) }}
	return t.pos(e.Origin, path, true)
}

// At is a sink that gives findings about an entity the place of a path in it,
// such as that of an annotation, and passes them on when it is closed.
type At struct {
	catalog *catalog.Catalog
	source  func(repo, file string) ([]byte, error)
	path    []any
	next    diag.Sink
	found   diag.List
}

// NewAt makes an At.
func NewAt(c *catalog.Catalog, source func(repo, file string) ([]byte, error), next diag.Sink, path ...any) *At {
	return &At{catalog: c, source: source, path: path, next: next}
}

// Report takes a finding.
func (a *At) Report(d diag.Diagnostic) { a.found.Report(d) }

// Close passes the findings on.
func (a *At) Close() {
	t := texts{source: a.source}
	for _, d := range a.found.All() {
		if r, err := entity.ParseRef(d.Entity, "", ""); err == nil {
			if e := a.catalog.Get(r); e != nil && d.Pos == e.Origin.Pos() {
				d.Pos = t.pos(e.Origin, a.path, false)
			}
		}
		a.next.Report(d)
	}
}
