package lsp

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// maxPlaces is how many places are told at a time.
const maxPlaces = 1_000

// definition leads from a reference to the entity, and from the name of a file
// to that file.
func definition(a *asked, params json.RawMessage) (any, error) {
	p, err := decode[positionParams](params)
	if err != nil {
		return nil, err
	}
	doc, w, v, err := a.at(p)
	if err != nil || w.part == nothing || v == nil || v.linted == nil {
		return []location{}, err
	}
	f := a.printer(v)
	out := []location{}
	if r, ok := w.reference(doc, v); ok {
		if e := v.get(r); e != nil {
			out = f.entity(out, e)
		}
		return out, nil
	}
	if w.part == aKey {
		return out, nil
	}
	for _, at := range v.files(doc, w) {
		out = f.file(out, at)
	}
	return out, nil
}

// printer tells the places of a view.
func (a *asked) printer(v *view) *printer {
	return &printer{view: v, client: &a.client, docs: a.docs, texts: map[string]*text{}}
}

// entity adds where an entity is declared: at its name, if it can be found.
func (p *printer) entity(out []location, e *entity.Entity) []location {
	file := p.view.path(e.Origin.Pos())
	if file == "" {
		return out
	}
	uri, t := p.textOf(file)
	return append(out, location{uri, p.nameSpan(t, e.Origin.Pos())})
}

// nameSpan is the name of the entity whose document begins at a place.
func (p *printer) nameSpan(t *text, at diag.Pos) span {
	line, _ := t.place(at.Line, at.Col)
	if h := t.head(line); h.nameLine >= 0 {
		return t.between(h.nameLine, h.nameFrom, h.nameTo, p.client.encoding)
	}
	return p.span(t, at, diag.Pos{})
}

func (p *printer) file(out []location, at diag.Pos) []location {
	if file := p.view.path(at); file != "" {
		uri := uriOf(file)
		for u, doc := range p.docs {
			if doc.path == file {
				uri = u
			}
		}
		return append(out, location{URI: uri})
	}
	return out
}

// files are those that the value at a place names: of a placeholder, of a
// Location, of the documentation.
func (v *view) files(doc *document, w where) []diag.Pos {
	word := doc.line(w.line)[w.from:w.to]
	spots := v.spots(doc.path)
	if len(spots) == 0 || len(w.path) == 0 || word == "" {
		return nil
	}
	s := spots[0]
	snap := v.linted.Snapshots[s.repo]
	joined := strings.Join(w.path, ".")
	switch {
	case strings.HasPrefix(w.path[len(w.path)-1], "$"):
	case w.head.kind == entity.KindLocation && (joined == "spec.target" || joined == "spec.targets.-"):
	case joined == "metadata.annotations.backstage.io/techdocs-ref":
		dir, ok := strings.CutPrefix(word, "dir:")
		if !ok {
			return nil
		}
		word = path.Join(strings.TrimSpace(dir), "mkdocs.yml")
	default:
		return nil
	}
	name := ""
	switch {
	case strings.Contains(word, "://"):
		at, ok := v.address(s.repo, word)
		if !ok {
			return nil
		}
		s.repo, snap, name = at.Snap.Repo, at.Snap, at.Path
	case strings.HasPrefix(word, "/"):
		name = path.Clean(strings.TrimLeft(word, "/"))
	default:
		name = path.Join(path.Dir(s.file), word)
	}
	return matching(s.repo, name, func(yield func(string) bool) {
		for _, f := range snap.Files {
			if !yield(f.Path) {
				return
			}
		}
	})
}

// address is the place of an address in a repository or in another one of its
// catalog.
func (v *view) address(repo, address string) (catalog.Place, bool) {
	own := v.linted.Snapshots[repo]
	if p, ok := catalog.NewPlaces([]*repofs.Snapshot{own}).Find(address); ok {
		return p, true
	}
	var all []*repofs.Snapshot
	for _, name := range v.linted.Repos {
		all = append(all, v.linted.Snapshots[name])
	}
	p, ok := catalog.NewPlaces(all).Find(address)
	return p, ok && p.IsRead()
}

// matching are the files of a repository with a name, or that match it as a
// pattern.
func matching(repo, name string, files func(func(string) bool)) []diag.Pos {
	var out []diag.Pos
	glob := strings.ContainsAny(name, "*?[{") && len(name) < 512 && strings.Count(name, "{") <= 4 && doublestar.ValidatePattern(name)
	for f := range files {
		if f == name || glob && doublestar.MatchUnvalidated(name, f) {
			if out = append(out, diag.Pos{Repo: repo, File: f}); len(out) == maxPlaces {
				break
			}
		}
	}
	return out
}

// references are the places that name the entity at a place: one that is
// referred to there, or the one that is declared there.
func references(a *asked, params json.RawMessage) (any, error) {
	p, err := decode[referenceParams](params)
	if err != nil {
		return nil, err
	}
	doc, w, v, err := a.at(p.positionParams)
	if err != nil || w.part == nothing || v == nil || v.linted == nil {
		return []location{}, err
	}
	r, ok := w.reference(doc, v)
	if !ok {
		if r, ok = w.declared(); !ok {
			return []location{}, nil
		}
	}
	f := a.printer(v)
	out := []location{}
	if e := v.get(r); e != nil && p.Context.IncludeDeclaration {
		out = f.entity(out, e)
	}
	for _, at := range v.users(r) {
		if a.ctx.Err() != nil || len(out) == maxPlaces {
			break
		}
		if file := v.path(at); file != "" {
			uri, t := f.textOf(file)
			out = append(out, location{uri, f.span(t, at, diag.Pos{})})
		}
	}
	return out, nil
}

// declared is the entity that is declared where its name stands, or its kind.
func (w where) declared() (entity.Ref, bool) {
	if w.line != w.head.nameLine && w.line != w.head.kindLine || w.head.kind == "" || w.head.name == "" {
		return entity.Ref{}, false
	}
	return entity.NewRef(w.head.kind, namespaceOf(w.head), w.head.name), true
}

// users are the places where something refers to an entity, in order.
func (v *view) users(r entity.Ref) []diag.Pos {
	var out []diag.Pos
	for _, e := range v.entities() {
		for _, g := range e.Edges {
			if g.Target == r && g.Pos.Line > 0 {
				out = append(out, g.Pos)
			}
		}
	}
	slices.SortFunc(out, diag.Pos.Compare)
	return slices.Compact(out)
}
