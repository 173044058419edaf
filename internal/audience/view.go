package audience

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/facts"
)

// View is what one audience may see of a catalog.
type View struct {
	// Audience is its name.
	Audience string
	// Whole tells that it is all there is, and all there can be.
	Whole bool
	// Entities are those that the audience may see, in the catalog's order. Of one
	// that refers to others, or from which others can be told, it is a copy without
	// that.
	Entities []*entity.Entity

	verdicts *Verdicts
	index    int
	kinds    map[string]bool     // in lower case
	touched  map[entity.Ref]bool // what it lost or what the others say of it
	repos    map[string]bool     // that an entity is declared in
	origin   map[*entity.Entity]*entity.Entity
	facts    map[string]map[string]bool // names of those that are withheld, by repository
}

// Of is what the named audience may see.
func (v *Verdicts) Of(name string) *View {
	x := &View{Audience: name, verdicts: v, index: v.rules.index(name), kinds: map[string]bool{}, touched: map[entity.Ref]bool{}, repos: map[string]bool{}, origin: map[*entity.Entity]*entity.Entity{}, facts: map[string]map[string]bool{}}
	x.Whole = v.rules.Whole(name)
	for _, k := range entity.Kinds() {
		x.kinds[strings.ToLower(k)] = true
	}
	for _, e := range v.catalog.Entities() {
		x.withhold(e)
		x.kinds[e.Ref.Kind] = true
		if x.Shows(e.Ref) {
			x.repos[e.Origin.Repo] = true
			continue
		}
		x.Whole = false
		for _, g := range e.Edges {
			x.touched[g.Target] = true
		}
	}
	for _, e := range v.catalog.Entities() {
		if x.Shows(e.Ref) {
			x.add(e)
		}
	}
	return x
}

func (x *View) add(e *entity.Entity) {
	own := e
	if !x.Whole {
		own = x.without(e)
	}
	x.origin[own] = e
	x.Entities = append(x.Entities, own)
}

// Shows tells whether the audience may see an entity. What is not in the catalog
// it may not.
func (x *View) Shows(ref entity.Ref) bool {
	v := x.verdicts.of[ref]
	return v != nil && v.seen.has(x.index)
}

// Withholds tells whether an entity is in the catalog and the audience may not see
// it.
func (x *View) Withholds(ref entity.Ref) bool {
	return x.verdicts.of[ref] != nil && !x.Shows(ref)
}

// Withheld are the entities of the catalog that the audience may not see.
func (x *View) Withheld() (out []*entity.Entity) {
	for _, e := range x.verdicts.catalog.Entities() {
		if !x.Shows(e.Ref) {
			out = append(out, e)
		}
	}
	return out
}

// Untouched tells whether the audience sees an entity as it is: with everything
// that it says, and with everything that others say of it. What was found wrong
// with such an entity cannot tell of anything that is not shown.
func (x *View) Untouched(ref entity.Ref) bool {
	return x.Whole || x.Shows(ref) && !x.touched[ref]
}

// Repo tells whether the audience may know of a repository: whether one of the
// entities that it sees is declared there.
func (x *View) Repo(name string) bool { return x.Whole || x.repos[name] }

// Sum is the digest of an entity of the view, of that of the entity of the catalog
// that it was made of.
func (x *View) Sum(e *entity.Entity, of func(*entity.Entity) digest.Sum) digest.Sum {
	switch from := x.origin[e]; from {
	case e:
		return of(e)
	case nil:
		return digest.New("entity").JSON(e).Sum()
	default:
		return digest.New("seen").Add(of(from)).JSON(e.Edges).JSON(x.shown(e)).Sum()
	}
}

// shown is what of an entity may differ from what it was made of, without the
// long texts, which do not.
func (x *View) shown(e *entity.Entity) any {
	short := make(map[string]any, len(e.Spec))
	for k, v := range e.Spec {
		if t, long := v.(*entity.Text); long {
			v = t.Len()
		}
		short[k] = v
	}
	return []any{e.Metadata, short, e.Origin, len(e.Derived)}
}

// without is an entity without its references to what the audience may not see,
// or to what is not there and might be that. It is e itself if there are none.
func (x *View) without(e *entity.Entity) *entity.Entity {
	p := pruner{view: x, namespace: e.Namespace, gone: map[string][]*target{}}
	own := *e
	own.Edges = nil
	for _, g := range e.Edges {
		if x.Shows(g.Target) {
			own.Edges = append(own.Edges, g)
			continue
		}
		at := plain(g.Field)
		p.gone[at] = append(p.gone[at], &target{ref: g.Target})
		p.lost = true
	}
	own.Spec, _ = p.mapping(e.Spec, "spec")
	for _, field := range p.missed() {
		delete(own.Spec, top(field))
	}
	own.Metadata = p.metadata(e.Metadata)
	if own.Origin.RootAt != "" { // in another repository
		own.Origin.RootAt, p.lost = "", true
	}
	if !p.lost {
		return e
	}
	x.touched[e.Ref] = true
	own.Derived = nil // which tells in words where things are from
	return &own
}

// plain is a field without the places in lists: those of references are told as
// they were written, and lists are kept in another order.
func plain(field string) string {
	for {
		from := strings.IndexByte(field, '[')
		to := strings.IndexByte(field, ']')
		if from < 0 || to < from {
			return field
		}
		field = field[:from] + field[to+1:]
	}
}

// pruner takes references out of values.
type pruner struct {
	view      *View
	namespace string
	gone      map[string][]*target // by the field that they stand in
	lost      bool
}

// target is one of the references that are taken out of a field.
type target struct {
	ref   entity.Ref
	found bool
}

// names tells whether a text is a reference, with its kind, to what may not be
// seen or is not there.
func (p *pruner) names(s string) bool {
	kind, _, ok := strings.Cut(s, ":")
	if !ok || len(s) > 300 || !p.view.kinds[strings.ToLower(strings.TrimSpace(kind))] {
		return false
	}
	ref, err := entity.ParseRef(strings.TrimSpace(s), "", p.namespace)
	if err != nil {
		return false
	}
	other := ref
	other.Namespace = entity.DefaultNamespace // if it is not written, readers will think of this one
	return !p.view.Shows(ref) || !p.view.Shows(other) && !strings.Contains(s, "/")
}

// refers tells whether a value in a field is one of the references that are taken
// out of it.
func (p *pruner) refers(v any, at string) (yes bool) {
	for _, t := range p.gone[at] {
		var ref entity.Ref
		switch v := v.(type) {
		case string:
			ref, _ = entity.ParseRef(v, t.ref.Kind, p.namespace)
		case map[string]any:
			kind, _ := v["kind"].(string)
			namespace, _ := v["namespace"].(string)
			name, _ := v["name"].(string)
			ref = entity.NewRef(kind, cmp.Or(namespace, p.namespace), name)
		}
		if ref == t.ref {
			t.found, yes = true, true
		}
	}
	return yes
}

// value is a value without what p takes out; it is false if nothing is left.
func (p *pruner) value(v any, at string) (any, bool) {
	if p.refers(v, at) {
		p.lost = true
		return nil, false
	}
	switch v := v.(type) {
	case string:
		if p.names(v) {
			p.lost = true
			return nil, false
		}
	case map[string]any:
		return p.mapping(v, at)
	case []any:
		out := make([]any, 0, len(v))
		for _, item := range v {
			if y, ok := p.value(item, at); ok {
				out = append(out, y)
			}
		}
		return out, len(out) > 0 || len(v) == 0 || keepsEmpty(at)
	}
	return v, true
}

// keepsEmpty tells whether a list must be there although nothing is in it, by the
// schema of its kind.
func keepsEmpty(at string) bool { return at == "spec.children" || at == "spec.memberOf" }

func (p *pruner) mapping(m map[string]any, at string) (map[string]any, bool) {
	if m == nil {
		return nil, true
	}
	out := make(map[string]any, len(m))
	for k, v := range m {
		if p.names(k) {
			p.lost = true
			continue
		}
		if y, ok := p.value(v, at+"."+k); ok {
			out[k] = y
		}
	}
	return out, len(out) > 0 || len(m) == 0
}

// missed are the fields in which a reference was not found that must be there:
// whatever its form is, all of the field goes.
func (p *pruner) missed() (out []string) {
	for field, ts := range p.gone {
		if slices.ContainsFunc(ts, func(t *target) bool { return !t.found }) {
			out = append(out, field)
		}
	}
	return out
}

// top is the key of the spec that a field is in.
func top(field string) string {
	key, _, _ := strings.Cut(strings.TrimPrefix(field, "spec."), ".")
	return key
}

func (p *pruner) metadata(m entity.Metadata) entity.Metadata {
	m.Labels, m.Annotations = p.texts(m.Labels), p.texts(m.Annotations)
	if m.Extra != nil {
		m.Extra, _ = p.mapping(m.Extra, "metadata")
	}
	before := len(m.Links)
	m.Links = slices.DeleteFunc(slices.Clone(m.Links), func(l entity.Link) bool { return p.names(l.Title) || p.names(l.URL) })
	p.lost = p.lost || len(m.Links) != before
	for i, l := range m.Links {
		if l.Extra != nil {
			m.Links[i].Extra, _ = p.mapping(l.Extra, "metadata.links")
		}
	}
	if len(m.Links) == 0 {
		m.Links = nil
	}
	return m
}

func (p *pruner) texts(m map[string]string) map[string]string {
	for _, v := range m {
		if !p.names(v) {
			continue
		}
		p.lost = true
		m = maps.Clone(m)
		maps.DeleteFunc(m, func(_, v string) bool { return p.names(v) })
		if len(m) == 0 {
			return nil
		}
		break
	}
	return m
}

// WithheldFacts are the names of those facts of a repository that the audience
// may not see, in order; "*" stands for all.
func (x *View) WithheldFacts(repo string) []string {
	return slices.Sorted(maps.Keys(x.facts[repo]))
}

// withhold remembers the facts that a rule keeps from the audience.
func (x *View) withhold(e *entity.Entity) {
	for _, w := range x.verdicts.of[e.Ref].fact {
		if w.to.has(x.index) {
			continue
		}
		if x.facts[e.Origin.Repo] == nil {
			x.facts[e.Origin.Repo] = map[string]bool{}
		}
		for _, name := range w.what {
			x.facts[e.Origin.Repo][name] = true
		}
	}
}

// Without are facts without the named ones, nil if "*" is among these.
func Without(f *facts.Repo, names []string) *facts.Repo {
	if f == nil || len(names) == 0 {
		return f
	}
	if slices.Contains(names, "*") {
		return nil
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return nil
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	maps.DeleteFunc(m, func(k string, _ json.RawMessage) bool { return slices.Contains(names, k) })
	if raw, err = json.Marshal(m); err != nil {
		return nil
	}
	out := new(facts.Repo)
	if json.Unmarshal(raw, out) != nil {
		return nil
	}
	return out
}

// DocsWithheld are patterns of the pages of an entity's documentation that the
// audience may not see.
func (x *View) DocsWithheld(ref entity.Ref) (out []string) {
	v := x.verdicts.of[ref]
	if v == nil {
		return nil
	}
	for _, w := range v.docs {
		if !w.to.has(x.index) {
			out = append(out, w.what...)
		}
	}
	return out
}
