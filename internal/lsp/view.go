package lsp

import (
	"maps"
	"slices"
	"sync"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

// view is the catalog of a folder at a time. It does not change.
type view struct {
	dir     string
	project *Project
	shapes  *shapes
	roots   []root
	docs    snapshot      // that it was made with
	linted  *build.Linted // nil where the configuration is wrong

	elsewhere map[string]elsewhere // repositories of other folders, by name
	found     map[spot][]diag.Diagnostic
	own       map[spot]bool // files with documents that were read

	onceUsed sync.Once
	words    *words
}

// index sorts what was found by file.
func (v *view) index() {
	v.found, v.own = map[spot][]diag.Diagnostic{}, map[spot]bool{}
	for _, d := range v.linted.Diagnostics {
		if v.project.Keep == nil || v.project.Keep(d) {
			at := spot{d.Pos.Repo, d.Pos.File}
			v.found[at] = append(v.found[at], d)
		}
	}
	for _, x := range v.linted.Verdicts {
		v.own[spot{x.Repo, x.File}] = true
	}
}

// spots are the files of repositories that a path is.
func (v *view) spots(path string) []spot { return spots(v.roots, path) }

// findings are those about a file.
func (v *view) findings(path string) []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, s := range v.spots(path) {
		out = append(out, v.found[s]...)
	}
	return out
}

// read is the content of a file of a repository, as it was when the view was
// made.
func (v *view) read(at diag.Pos) ([]byte, bool) {
	if v.linted == nil || v.linted.Snapshots[at.Repo] == nil {
		return nil, false
	}
	b, err := v.linted.Snapshots[at.Repo].Read(at.File)
	return b, err == nil
}

// path is where the file of a place is on disk, or "".
func (v *view) path(at diag.Pos) string {
	if e, other := v.elsewhere[at.Repo]; other {
		at.Repo = e.repo
		return e.project.Abs(at)
	}
	if at.Repo == "" || v.linted == nil || v.linted.Snapshots[at.Repo] == nil {
		return ""
	}
	return v.project.Abs(at)
}

// get is the entity with a reference, or nil.
func (v *view) get(r entity.Ref) *entity.Entity {
	if v == nil || v.linted == nil {
		return nil
	}
	return v.linted.Catalog.Get(r)
}

func (v *view) entities() []*entity.Entity {
	if v == nil || v.linted == nil {
		return nil
	}
	return v.linted.Catalog.Entities()
}

// words are those that a catalog uses, the most frequent first.
type words struct {
	tags, lifecycles, namespaces, annotations, labels, linkTypes, linkIcons []string
	types                                                                   map[string][]string // by kind
}

type counts map[string]int

func (c counts) add(s string) {
	if s != "" && len(s) < 256 {
		c[s]++
	}
}

func (c counts) sorted() []string {
	out := slices.Sorted(maps.Keys(c))
	slices.SortStableFunc(out, func(a, b string) int { return c[b] - c[a] })
	return out
}

// used are the words of the catalog.
func (v *view) used() *words {
	if v == nil {
		return &words{}
	}
	v.onceUsed.Do(func() { v.words = wordsOf(v.entities()) })
	return v.words
}

func wordsOf(es []*entity.Entity) *words {
	tags, lifecycles, namespaces, annotations, labels, linkTypes, linkIcons := counts{}, counts{}, counts{}, counts{}, counts{}, counts{}, counts{}
	types := map[string]counts{}
	for _, e := range es {
		if types[e.Kind] == nil {
			types[e.Kind] = counts{}
		}
		types[e.Kind].add(e.Type())
		lifecycles.add(e.Lifecycle())
		namespaces.add(e.Namespace)
		for _, t := range e.Metadata.Tags {
			tags.add(t)
		}
		for k := range e.Metadata.Annotations {
			annotations.add(k)
		}
		for k := range e.Metadata.Labels {
			labels.add(k)
		}
		for _, l := range e.Metadata.Links {
			linkTypes.add(l.Type)
			linkIcons.add(l.Icon)
		}
	}
	out := &words{tags: tags.sorted(), lifecycles: lifecycles.sorted(), namespaces: namespaces.sorted(), annotations: annotations.sorted(),
		labels: labels.sorted(), linkTypes: linkTypes.sorted(), linkIcons: linkIcons.sorted(), types: map[string][]string{}}
	for kind, c := range types {
		out.types[kind] = c.sorted()
	}
	return out
}
