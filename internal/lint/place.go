package lint

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// placed is a finding on its way to its place.
type placed struct {
	code     diag.Code
	severity diag.Severity
	ref      entity.Ref
	origin   entity.Origin
	finding
}

// place reports findings at their line and column. Entities keep no YAML, so a
// file is parsed again once something was found in it, which is rare; the
// findings of a file are told one after the other, so that it is parsed once.
func place(found []placed, o Options, sink diag.Sink) {
	placeIn(found, &Places{source: o.Source}, o.Kept, sink)
}

func placeIn(found []placed, t *Places, kept keepFunc, sink diag.Sink) {
	slices.SortStableFunc(found, func(a, b placed) int { return compareFiles(a.origin, b.origin) })
	for len(found) > 0 {
		n := 1
		for n < len(found) && compareFiles(found[n].origin, found[0].origin) == 0 {
			n++
		}
		at := spots(found[:n], t, kept)
		for i, x := range found[:n] {
			sink.Report(x.diagnostic(at[i]))
		}
		found = found[n:]
	}
}

func compareFiles(a, b entity.Origin) int {
	return cmp.Or(cmp.Compare(a.Repo, b.Repo), cmp.Compare(a.File, b.File))
}

// spot is where a finding stands, and what would repair it.
type spot struct {
	Pos diag.Pos  `json:"pos"`
	Fix *diag.Fix `json:"fix,omitempty"`
}

// spots are those of the findings of one file.
func spots(found []placed, t *Places, kept keepFunc) []spot {
	find := func() []spot {
		out := make([]spot, len(found))
		for i, x := range found {
			out[i] = x.spot(t)
		}
		return out
	}
	if kept == nil || !slices.ContainsFunc(found, placed.needsText) {
		return find()
	}
	h := digest.New("spots/1")
	for _, x := range found {
		h.JSON(x.origin).JSON(x.at).JSON(x.path).JSON([]any{x.key, x.list}).String(x.old).String(x.text)
	}
	var out []spot
	raw, err := kept(found[0].origin.Repo, h.Sum(), func() ([]byte, error) { return json.Marshal(find()) })
	if err != nil || json.Unmarshal(raw, &out) != nil || len(out) != len(found) {
		return find()
	}
	return out
}

// needsText tells whether a finding's file must be parsed for its spot.
func (x placed) needsText() bool { return x.text != "" || x.at.IsZero() && len(x.path) > 0 }

func (x placed) spot(t *Places) spot {
	s := spot{Pos: x.at}
	if s.Pos.IsZero() {
		s.Pos = t.pos(x.origin, x.path, x.key)
	}
	if x.text != "" {
		if doc := t.doc(x.origin); doc != nil {
			s.Fix = doc.Replace(s.Pos, x.old, x.text)
			if x.list {
				s.Fix = inList(s.Fix, doc, x.path)
			}
		}
	}
	return s
}

func (x placed) diagnostic(s spot) diag.Diagnostic {
	return diag.Diagnostic{Pos: s.Pos, Severity: x.severity, Code: x.code, Message: x.message, Hint: x.hint, Related: x.related, Entity: x.ref.String(), Fix: s.Fix}
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

// Places tells where in their files the values of entities stand. It remembers the
// last file, and is not to be used from several goroutines.
type Places struct {
	source     sourceFunc
	repo, file string
	docs       []*yamldoc.Doc
	only       *yamldoc.Doc // of all entities, or nil
}

// sourceFunc is Options.Source.
type sourceFunc = func(repo, file string) ([]byte, error)

// PlacesFrom are those of entities whose files are read again.
func PlacesFrom(source sourceFunc) *Places { return &Places{source: source} }

// PlacesIn are those of an entity which stands in a document.
func PlacesIn(d *yamldoc.Doc) *Places { return &Places{only: d} }

// doc is the document of an entity, or nil if its file cannot be read any more.
func (t *Places) doc(o entity.Origin) *yamldoc.Doc {
	if t.only != nil || t.source == nil {
		return t.only
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
func (t *Places) pos(o entity.Origin, path []any, key bool) diag.Pos {
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
	t := PlacesFrom(func(_, file string) ([]byte, error) { return read(file) })
	return t.pos(e.Origin, path, true)
}

// At is a sink that gives findings about an entity the place of a path in it,
// such as that of an annotation, and passes them on when it is closed.
type At struct {
	get    func(entity.Ref) *entity.Entity
	places *Places
	path   []any
	next   diag.Sink
	found  diag.List
}

// NewAt makes an At of entities that get finds.
func NewAt(get func(entity.Ref) *entity.Entity, places *Places, next diag.Sink, path ...any) *At {
	return &At{get: get, places: places, path: path, next: next}
}

// Report takes a finding.
func (a *At) Report(d diag.Diagnostic) { a.found.Report(d) }

// Close passes the findings on.
func (a *At) Close() {
	for _, d := range a.found.All() {
		if r, err := entity.ParseRef(d.Entity, "", ""); err == nil {
			if e := a.get(r); e != nil && d.Pos == e.Origin.Pos() {
				d.Pos = a.places.pos(e.Origin, a.path, false)
			}
		}
		a.next.Report(d)
	}
}
