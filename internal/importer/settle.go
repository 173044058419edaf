package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
)

// Settle makes one list of the entities of all repositories, of which some came
// from files of other catalogs, told by the names of their files. An entity that
// a catalog file describes wins over one that does not; among others the order
// of formats decides, then that of repositories and paths. What loses is said.
// References by the ids and aliases of other catalogs become references of the
// entities that have them; ids of Compass that nothing has are taken out again.
// What a System of Datadog lists as its components is part of it, unless it says
// where it belongs.
// The entities may be changed.
func Settle(all []*entity.Entity, formats []Format, sink diag.Sink) []*entity.Entity {
	if !slices.ContainsFunc(all, func(e *entity.Entity) bool { return FormatOf(e.Origin.File) != "" }) {
		return all
	}
	s := settler{rank: map[Format]int{}, sink: sink}
	for i, f := range formats {
		s.rank[f] = i + 1
	}
	kept := s.choose(all)
	s.index(kept)
	for _, e := range kept {
		if f := FormatOf(e.Origin.File); f != "" {
			s.resolve(e, f)
		}
	}
	gather(kept)
	return kept
}

type settler struct {
	rank map[Format]int // 0 for catalog files
	sink diag.Sink

	refs  map[entity.Ref]bool
	named map[string]entity.Ref // by format and id or alias
}

// choose leaves one entity of those that files of other catalogs describe. What
// only catalog files describe is for the catalog to settle.
func (s *settler) choose(all []*entity.Entity) []*entity.Entity {
	best := map[entity.Ref]*entity.Entity{}
	for _, e := range all {
		if b := best[e.Ref]; b == nil || s.before(e, b) {
			best[e.Ref] = e
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(e *entity.Entity) bool {
		b := best[e.Ref]
		f := FormatOf(e.Origin.File)
		if b == e || f == "" {
			return false
		}
		if f == Score && e.Ref.Kind == "resource" && FormatOf(b.Origin.File) == Score {
			return true // two workloads that share a resource
		}
		s.sink.Report(diag.Diagnostic{Pos: e.Origin.Pos(), Severity: diag.Info, Code: CodeReplaced, Entity: e.Ref.String(),
			Message: fmt.Sprintf("%s is described in %s, too, which is what is taken", e.Ref, b.Origin.Pos().Path()), Hint: "keep one of the two",
			Related: []diag.Related{{Pos: b.Origin.Pos(), Message: "what is taken"}}})
		return true
	})
}

func (s *settler) before(a, b *entity.Entity) bool {
	return cmp.Or(cmp.Compare(s.rank[FormatOf(a.Origin.File)], s.rank[FormatOf(b.Origin.File)]), byPlace(a, b)) < 0
}

// byPlace orders entities by where they are described.
func byPlace(a, b *entity.Entity) int {
	x, y := a.Origin, b.Origin
	return cmp.Or(cmp.Compare(x.Repo, y.Repo), cmp.Compare(x.File, y.File), cmp.Compare(x.Doc, y.Doc), cmp.Compare(x.Line, y.Line))
}

// index notes the ids and aliases under which others know an entity. The
// annotations may as well stand in a catalog file.
func (s *settler) index(es []*entity.Entity) {
	s.refs, s.named = make(map[entity.Ref]bool, len(es)), map[string]entity.Ref{}
	for _, e := range es {
		s.refs[e.Ref] = true
		if id := e.Metadata.Annotations[CompassComponent]; id != "" {
			s.name(Compass, "component:"+lastOf(id), e.Ref)
		}
		if id := e.Metadata.Annotations[CompassTeam]; id != "" && e.Kind == entity.KindGroup {
			s.name(Compass, "group:"+lastOf(id), e.Ref)
		}
		for alias := range strings.SplitSeq(e.Metadata.Annotations[OpsLevelAliases], ", ") {
			if alias != "" {
				s.name(OpsLevel, "component:"+draft.Kebab(alias), e.Ref)
			}
		}
	}
}

func (s *settler) name(f Format, id string, ref entity.Ref) {
	key := string(f) + " " + strings.ToLower(id)
	if _, taken := s.named[key]; !taken {
		s.named[key] = ref
	}
}

// resolve replaces the references of an entity that name something by an id.
func (s *settler) resolve(e *entity.Entity, f Format) {
	gone := map[string]bool{}
	e.Edges = slices.DeleteFunc(e.Edges, func(g entity.Edge) bool {
		lost := f == Compass && g.Type == entity.DependsOn && !s.known(f, g.Target)
		if lost {
			gone[g.Target.String()] = true
		}
		return lost
	})
	for i, g := range e.Edges {
		if to, ok := s.named[string(f)+" "+g.Target.Kind+":"+g.Target.Name]; ok && !s.refs[g.Target] {
			e.Edges[i].Target = to
			rewrite(e.Spec, g.Target, to)
		}
	}
	if list, ok := e.Spec["dependsOn"].([]any); ok && len(gone) > 0 {
		list = slices.DeleteFunc(list, func(v any) bool { r, ok := parsed(v); return ok && gone[r.String()] })
		e.Spec["dependsOn"] = list
		if len(list) == 0 {
			delete(e.Spec, "dependsOn")
		}
	}
}

// known tells whether a reference leads to something, by its name or its id.
func (s *settler) known(f Format, r entity.Ref) bool {
	_, named := s.named[string(f)+" "+r.Kind+":"+r.Name]
	return named || s.refs[r]
}

func parsed(v any) (entity.Ref, bool) {
	text, _ := v.(string)
	r, err := entity.ParseRef(text, entity.KindGroup, entity.DefaultNamespace)
	return r, err == nil
}

// rewrite puts another reference into the places of the spec that hold one.
func rewrite(spec map[string]any, from, to entity.Ref) {
	text := to.Kind + ":" + to.Name
	if to.Namespace != entity.DefaultNamespace {
		text = to.String()
	}
	if list, ok := spec["dependsOn"].([]any); ok {
		for i, v := range list {
			if r, ok := parsed(v); ok && r == from {
				list[i] = text
			}
		}
	}
	if r, ok := parsed(spec["owner"]); ok && r == from {
		spec["owner"] = strings.TrimPrefix(text, "group:")
	}
}

// gather makes what Systems of Datadog list parts of them. The first System by
// its place wins. What a catalog file describes says itself where it belongs.
func gather(es []*entity.Entity) {
	var systems []*entity.Entity
	for _, e := range es {
		if e.Kind == entity.KindSystem && e.Metadata.Annotations[datadogComponents] != "" {
			systems = append(systems, e)
		}
	}
	if len(systems) == 0 {
		return
	}
	slices.SortStableFunc(systems, byPlace)
	homeless := withoutSystem(es)
	for _, sys := range systems {
		for r := range strings.SplitSeq(sys.Metadata.Annotations[datadogComponents], ", ") {
			kind, name := datadogReference(r)
			ref := entity.NewRef(kind, sys.Namespace, name)
			if part := homeless[ref]; part != nil {
				delete(homeless, ref)
				join(part, sys)
			}
		}
	}
}

// withoutSystem are the entities that Datadog's files describe and that can
// have a system and have none.
func withoutSystem(es []*entity.Entity) map[entity.Ref]*entity.Entity {
	out := map[entity.Ref]*entity.Entity{}
	for _, e := range es {
		if FormatOf(e.Origin.File) == Datadog && e.Kind != entity.KindSystem && e.Spec["system"] == nil {
			out[e.Ref] = e
		}
	}
	return out
}

// join makes an entity a part of a System of its namespace, in whose file that
// is said.
func join(part, sys *entity.Entity) {
	part.Spec["system"] = sys.Name
	edge := entity.Edge{Type: entity.PartOf, Target: sys.Ref, Field: "spec.system", Pos: sys.Origin.Pos()}
	at, _ := slices.BinarySearchFunc(part.Edges, edge, func(a, b entity.Edge) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), a.Target.Compare(b.Target))
	})
	part.Edges = slices.Insert(part.Edges, at, edge)
}
