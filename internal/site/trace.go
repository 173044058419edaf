package site

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
)

// Pages of entities are planned of the catalog through the functions here and
// no others, which note what was looked at. While all of that is as it was, so
// are the pages, and they need not be planned to know it: planning a page and
// comparing it costs a hundred times what comparing the digests of what it
// showed does.

// Look is a set of things that can be looked at of a subject.
type Look uint8

// What can be looked at.
const (
	LookFace     Look = 1 << iota // what others show of an entity, or that there is none
	LookEdges                     // its relations
	LookWhole                     // all that is written of it
	LookDocs                      // its documentation's table of contents
	LookFindings                  // what is wrong with it
	LookSource                    // the address and branch of a repository
	LookPairs                     // uses between systems
	LookFacts                     // what its host tells of a repository, and whether it is out of date
)

// Looks is how many things can be looked at.
const Looks = 8

// Subject is an entity, a repository or, with neither, the catalog.
type Subject struct {
	Ref  entity.Ref
	Repo string
}

// Compare orders subjects.
func (x Subject) Compare(y Subject) int {
	return cmp.Or(strings.Compare(x.Repo, y.Repo), x.Ref.Compare(y.Ref))
}

// Trace is what was looked at, by subject.
type Trace map[Subject]Look

// Subjects are all subjects, in order.
func (t Trace) Subjects() []Subject {
	return slices.SortedFunc(maps.Keys(t), Subject.Compare)
}

func (s *Site) note(r entity.Ref, l Look) {
	if s.trace != nil {
		s.trace[Subject{Ref: r}] |= l
	}
}

// traced is the site with a trace of its own.
func (s *Site) traced() *Site {
	own := *s
	own.trace = Trace{}
	return &own
}

// face is what is shown of an entity on the pages of others.
type face struct {
	Kind, Name, Title, Type, Lifecycle, Description string
	System                                          entity.Ref // zero if it is in none
	NoPage                                          bool
}

// face of an entity, nil if the catalog has none of that reference.
func (s *Site) face(r entity.Ref) *face {
	s.note(r, LookFace)
	return s.faces[r]
}

// system is the system that an entity is part of, directly or not.
func (s *Site) system(r entity.Ref) (entity.Ref, bool) {
	f := s.face(r)
	if f == nil || f.System.IsZero() {
		return entity.Ref{}, false
	}
	return f.System, true
}

func (s *Site) relations(r entity.Ref) []catalog.Relation {
	s.note(r, LookEdges)
	return s.in.Catalog.Relations(r)
}

func (s *Site) targets(r entity.Ref, relation string) []catalog.Relation {
	s.note(r, LookEdges)
	return s.in.Catalog.Targets(r, relation)
}

func (s *Site) owner(r entity.Ref) (catalog.Relation, bool) {
	s.note(r, LookEdges)
	return s.in.Catalog.Owner(r)
}

// whole is the entity with all that is written of it, nil if there is none.
func (s *Site) whole(r entity.Ref) *entity.Entity {
	s.note(r, LookWhole)
	return s.in.Catalog.Get(r)
}

// set is the documentation of an entity, nil if it has none.
func (s *Site) set(r entity.Ref) *DocSet {
	s.note(r, LookDocs)
	return s.docs[r]
}

// findingsOf is what is wrong with an entity.
func (s *Site) findingsOf(r entity.Ref) []diag.Diagnostic {
	s.note(r, LookFindings)
	return s.found[r.String()]
}

// origin is where a repository is at its host.
type origin struct{ WebURL, Branch string }

func (s *Site) sourceOf(repo string) origin {
	if s.trace != nil {
		s.trace[Subject{Repo: repo}] |= LookSource
	}
	x := s.source[repo]
	return origin{x.WebURL, x.Branch}
}

// State is a digest of what there is to be seen of a subject.
func (s *Site) State(x Subject, l Look) digest.Sum {
	h := digest.New("look")
	for one := LookFace; one != 0; one <<= 1 { // the last shifts all out
		if l&one != 0 {
			h.Add(s.see(x, one))
		}
	}
	return h.Sum()
}

// see is the digest of one thing that can be looked at.
func (s *Site) see(x Subject, l Look) digest.Sum {
	h := digest.New("see").Int(int(l))
	switch l {
	case LookFace:
		if f := s.faces[x.Ref]; f != nil {
			h.String(f.Kind).String(f.Name).String(f.Title).String(f.Type).String(f.Lifecycle).String(f.Description).String(f.System.String()).Int(b2i(f.NoPage))
		}
	case LookEdges:
		for _, r := range s.in.Catalog.Relations(x.Ref) {
			h.String(r.Type).String(r.Target.String()).Int(b2i(r.Dangling)).String(r.Pos.Repo).String(r.Pos.File).Int(r.Pos.Line).Int(r.Pos.Col)
		}
	case LookWhole:
		if e := s.in.Catalog.Get(x.Ref); e != nil {
			h.Add(s.in.Sum(e))
		}
	case LookDocs:
		if d := s.docs[x.Ref]; d != nil {
			h.Add(d.Sum)
		}
	case LookFindings:
		h.JSON(s.found[x.Ref.String()])
	case LookSource:
		h.String(s.source[x.Repo].WebURL).String(s.source[x.Repo].Branch)
	case LookFacts:
		h.JSON(s.told(x.Repo))
	case LookPairs:
		for _, p := range s.pairs() {
			h.String(p.from.String()).String(p.to.String()).Int(p.n)
		}
	}
	return h.Sum()
}
