package catalog

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// Outline is a catalog of which no more is kept than how its entities hang
// together: their references and relations, where these stand, their tags, and
// the few values that its maker names. An entity takes some hundred bytes without
// a pointer, a twentieth of what it is otherwise, so that 10,000 files can be
// judged in the memory of 1,000. The zero Outline keeps no values.
//
// Entities are added by one goroutine, and then linked; after that an Outline may
// be read from several goroutines.
type Outline struct {
	// Annotations and Spec are the keys whose values are kept, those of the spec
	// where they are strings.
	Annotations, Spec []string

	words words
	names map[name]uint32 // numbers of references, from 0
	refs  []name          // by number

	briefs []brief
	also   map[int]bool // those of briefs set aside that are in the catalog
	edges  []briefEdge
	tags   []word
	values []briefValue

	linked   []int32               // the briefs that are in the catalog, in Ref order
	place    []int32               // by the number of a reference: its place in linked and 1, or 0
	united   map[int32][]briefEdge // those of generated entities that others added to
	relation []half
	first    []uint32 // by the number of a reference: where its halves begin
}

// word is the number of a text that is kept once.
type word uint32

type words struct {
	of  map[string]word
	all []string
}

// number gives a text its number. The empty text has 0.
func (w *words) number(s string) word {
	if s == "" {
		return 0
	}
	n, known := w.of[s]
	if !known {
		if w.of == nil {
			w.of, w.all = map[string]word{}, []string{""}
		}
		n = word(len(w.all))
		s = strings.Clone(s) // which may be a part of a file
		w.of[s] = n
		w.all = append(w.all, s)
	}
	return n
}

func (w *words) text(n word) string {
	if n == 0 {
		return ""
	}
	return w.all[n]
}

// name is a Ref.
type name struct{ kind, namespace, name word }

// brief is an entity. What it has several of begins where these numbers say and
// ends where that of the next one begins.
type brief struct {
	ref              uint32
	kind, name       word // as they are written
	repo, file       word
	line, col, doc   uint32
	edges, tags, own uint32
	generated, aside bool
}

// briefEdge is an entity.Edge. Field is without what item says: the place in a
// list, or -1.
type briefEdge struct {
	relation, field word
	target          uint32
	item            int32
	repo, file      word
	line, col       uint32
	inverse         word
}

// briefValue is a value of one of the keys: those of annotations come first.
type briefValue struct {
	key   uint32
	value word
}

// half is one direction of a relation: its type, and the number of the reference
// at the other end.
type half struct {
	relation word
	to       uint32
}

// Add adds an entity and returns its number. The entity is not kept.
func (o *Outline) Add(e *entity.Entity) int {
	b := brief{ref: o.ref(e.Ref), kind: o.words.number(e.Kind), name: o.words.number(e.Name), repo: o.words.number(e.Origin.Repo), file: o.words.number(e.Origin.File),
		line: uint32(e.Origin.Line), col: uint32(e.Origin.Col), doc: uint32(e.Origin.Doc),
		edges: uint32(len(o.edges)), tags: uint32(len(o.tags)), own: uint32(len(o.values)), generated: e.Origin.Generated}
	o.briefs = append(o.briefs, b)
	for _, g := range e.Edges {
		o.edges = append(o.edges, o.edge(g))
	}
	for _, t := range e.Metadata.Tags {
		o.tags = append(o.tags, o.words.number(t))
	}
	for i, k := range o.Annotations {
		if v, there := e.Metadata.Annotations[k]; there {
			o.values = append(o.values, briefValue{uint32(i), o.words.number(v)})
		}
	}
	for i, k := range o.Spec {
		if v, text := e.Spec[k].(string); text {
			o.values = append(o.values, briefValue{uint32(len(o.Annotations) + i), o.words.number(v)})
		}
	}
	return len(o.briefs) - 1
}

// SetAside adds an entity that is not in the catalog, unless With takes it in, and
// returns its number.
func (o *Outline) SetAside(e *entity.Entity) int {
	at := o.Add(e)
	o.briefs[at].aside = true
	return at
}

func (o *Outline) edge(g entity.Edge) briefEdge {
	x := briefEdge{relation: o.words.number(g.Type), target: o.ref(g.Target), item: -1, repo: o.words.number(g.Pos.Repo), file: o.words.number(g.Pos.File),
		line: uint32(g.Pos.Line), col: uint32(g.Pos.Col), inverse: o.words.number(g.Inverse)}
	field := g.Field
	if key, rest, ok := strings.Cut(field, "["); ok {
		if n, err := strconv.Atoi(strings.TrimSuffix(rest, "]")); err == nil && field == item(key, n) {
			field, x.item = key, int32(n)
		}
	}
	x.field = o.words.number(field)
	return x
}

// item is the name of a field's item.
func item(field string, n int) string { return field + "[" + strconv.Itoa(n) + "]" }

// ref is the number of a reference.
func (o *Outline) ref(r entity.Ref) uint32 {
	n := name{o.words.number(r.Kind), o.words.number(r.Namespace), o.words.number(r.Name)}
	at, known := o.names[n]
	if !known {
		if o.names == nil {
			o.names = map[name]uint32{}
		}
		at = uint32(len(o.refs))
		o.names[n] = at
		o.refs = append(o.refs, n)
	}
	return at
}

// known is the number of a reference, if it has one.
func (o *Outline) known(r entity.Ref) (uint32, bool) {
	at, known := o.names[name{o.words.of[r.Kind], o.words.of[r.Namespace], o.words.of[r.Name]}]
	return at, known
}

func (o *Outline) refOf(at uint32) entity.Ref {
	n := o.refs[at]
	return entity.Ref{Kind: o.words.text(n.kind), Namespace: o.words.text(n.namespace), Name: o.words.text(n.name)}
}

// Link makes a catalog of what has been added, as Link does of entities, and
// reports the same.
func (o *Outline) Link(sink diag.Sink) {
	order := make([]int32, 0, len(o.briefs))
	for i, b := range o.briefs {
		if !b.aside || o.also[i] {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, o.compare)
	o.linked, o.united = order[:0], nil
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && o.briefs[order[j]].ref == o.briefs[order[i]].ref {
			j++
		}
		o.linked = append(o.linked, o.settle(order[i:j], sink))
		i = j
	}
	o.place = make([]int32, len(o.refs))
	for i, at := range o.linked {
		o.place[o.briefs[at].ref] = int32(i) + 1
	}
	o.relate()
	o.checkRefs(sink)
	for _, relation := range []string{entity.PartOf, entity.ChildOf} {
		reportCycles(o.Circles(relation), sink)
	}
}

// compare orders as compare does of entities.
func (o *Outline) compare(i, j int32) int {
	a, b := &o.briefs[i], &o.briefs[j]
	if a.ref != b.ref {
		if c := o.refOf(a.ref).Compare(o.refOf(b.ref)); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(o.words.text(a.repo), o.words.text(b.repo)), cmp.Compare(o.words.text(a.file), o.words.text(b.file)), cmp.Compare(a.doc, b.doc))
}

// settle decides between entities of one reference.
func (o *Outline) settle(same []int32, sink diag.Sink) int32 {
	if len(same) == 1 {
		return same[0]
	}
	all := make([]*entity.Entity, len(same))
	for i, at := range same {
		all[i] = o.entity(at, &entity.Entity{})
	}
	win := settle(all, sink)
	at := same[slices.Index(all, win)]
	if u := united(win, all); u != win {
		o.unite(at, u.Edges)
	}
	return at
}

// unite notes the edges of an entity to which others have added.
func (o *Outline) unite(at int32, edges []entity.Edge) {
	if o.united == nil {
		o.united = map[int32][]briefEdge{}
	}
	for _, g := range edges {
		o.united[at] = append(o.united[at], o.edge(g))
	}
}

// relate fills in both directions of the relations of every reference, without
// repeats.
func (o *Outline) relate() {
	inverse := map[[2]word]word{}
	opposite := func(g briefEdge) word {
		k := [2]word{g.relation, g.inverse}
		inv, known := inverse[k]
		if !known {
			inv = o.words.number(cmp.Or(o.words.text(g.inverse), entity.Inverse(o.words.text(g.relation))))
			inverse[k] = inv
		}
		return inv
	}
	o.first = make([]uint32, len(o.refs)+1)
	for _, at := range o.linked {
		for _, g := range o.edgesOf(at) {
			o.first[o.briefs[at].ref+1]++
			if opposite(g) != 0 {
				o.first[g.target+1]++
			}
		}
	}
	for i := range o.refs {
		o.first[i+1] += o.first[i]
	}
	o.relation = make([]half, o.first[len(o.refs)])
	next := slices.Clone(o.first)
	add := func(at uint32, h half) {
		o.relation[next[at]] = h
		next[at]++
	}
	for _, at := range o.linked {
		from := o.briefs[at].ref
		for _, g := range o.edgesOf(at) {
			add(from, half{g.relation, g.target})
			if inv := opposite(g); inv != 0 {
				add(g.target, half{inv, from})
			}
		}
	}
}

func (o *Outline) edgesOf(at int32) []briefEdge {
	if all, more := o.united[at]; more {
		return all
	}
	from, to := o.briefs[at].edges, uint32(len(o.edges))
	if int(at)+1 < len(o.briefs) {
		to = o.briefs[at+1].edges
	}
	return o.edges[from:to]
}

// checkRefs looks again at the entities of which a reference leads to themselves
// or to nothing.
func (o *Outline) checkRefs(sink diag.Sink) {
	c := refChecker{has: o.Has, all: o.Refs(), sink: sink}
	var e entity.Entity
	for _, at := range o.linked {
		if slices.ContainsFunc(o.edgesOf(at), func(g briefEdge) bool { return o.place[g.target] == 0 || g.target == o.briefs[at].ref }) {
			c.check(o.entity(at, &e))
		}
	}
}

// With is the outline with some of the entities that were set aside, by their
// numbers. It is to be linked again.
func (o *Outline) With(aside []int) *Outline {
	more := *o
	more.also = make(map[int]bool, len(aside))
	for _, at := range aside {
		more.also[at] = true
	}
	return &more
}

// Numbered is the entity of a number as far as it is known.
func (o *Outline) Numbered(at int) *entity.Entity { return o.entity(int32(at), &entity.Entity{}) }

// Len is the number of entities in the catalog.
func (o *Outline) Len() int { return len(o.linked) }

// Takes tells whether the entity of a number is in the catalog: another may have
// its reference.
func (o *Outline) Takes(at int) bool {
	p := o.place[o.briefs[at].ref]
	return p > 0 && o.linked[p-1] == int32(at)
}

// Refs are the references of all entities, in order.
func (o *Outline) Refs() iter.Seq[entity.Ref] {
	return func(yield func(entity.Ref) bool) {
		for _, at := range o.linked {
			if !yield(o.refOf(o.briefs[at].ref)) {
				return
			}
		}
	}
}

// All are the entities in Ref order, as far as they are known but without their
// Edges. An entity is good until the next is asked for.
func (o *Outline) All() iter.Seq[*entity.Entity] {
	return func(yield func(*entity.Entity) bool) {
		var e entity.Entity
		for _, at := range o.linked {
			if o.plain(at, &e); !yield(&e) {
				return
			}
		}
	}
}

// Has tells whether the catalog has an entity of a reference.
func (o *Outline) Has(r entity.Ref) bool { return o.find(r) >= 0 }

// Origins are where the entities are declared, in the order of All.
func (o *Outline) Origins() iter.Seq[diag.Pos] {
	return func(yield func(diag.Pos) bool) {
		for _, at := range o.linked {
			b := &o.briefs[at]
			if !yield(diag.Pos{Repo: o.words.text(b.repo), File: o.words.text(b.file), Line: int(b.line), Col: int(b.col)}) {
				return
			}
		}
	}
}

// Get is the entity of a reference as far as it is known, or nil.
func (o *Outline) Get(r entity.Ref) *entity.Entity {
	at := o.find(r)
	if at < 0 {
		return nil
	}
	return o.entity(at, &entity.Entity{})
}

// find is the brief of the entity that the catalog has of a reference, or -1.
func (o *Outline) find(r entity.Ref) int32 {
	n, known := o.known(r)
	if !known || int(n) >= len(o.place) || o.place[n] == 0 {
		return -1
	}
	return o.linked[o.place[n]-1]
}

// entity puts what is known of an entity into e, whose memory is used again.
func (o *Outline) entity(at int32, e *entity.Entity) *entity.Entity {
	o.plain(at, e)
	e.Edges = e.Edges[:0]
	for _, g := range o.edgesOf(at) {
		field := o.words.text(g.field)
		if g.item >= 0 {
			field = item(field, int(g.item))
		}
		e.Edges = append(e.Edges, entity.Edge{Type: o.words.text(g.relation), Target: o.refOf(g.target), Field: field, Inverse: o.words.text(g.inverse), Pos: o.pos(g)})
	}
	return e
}

// plain is entity but for the edges, which it leaves as they are.
func (o *Outline) plain(at int32, e *entity.Entity) {
	b, next := &o.briefs[at], brief{tags: uint32(len(o.tags)), own: uint32(len(o.values))}
	if int(at)+1 < len(o.briefs) {
		next = o.briefs[at+1]
	}
	tags, annotations, spec := e.Metadata.Tags[:0], e.Metadata.Annotations, e.Spec
	clear(annotations)
	clear(spec)
	for _, t := range o.tags[b.tags:next.tags] {
		tags = append(tags, o.words.text(t))
	}
	for _, v := range o.values[b.own:next.own] {
		if n := len(o.Annotations); int(v.key) < n {
			annotations = with(annotations, o.Annotations[v.key], o.words.text(v.value))
		} else {
			spec = with[any](spec, o.Spec[int(v.key)-n], o.words.text(v.value))
		}
	}
	r := o.refOf(b.ref)
	*e = entity.Entity{Ref: r, Kind: o.words.text(b.kind), Namespace: r.Namespace, Name: o.words.text(b.name), Edges: e.Edges, Spec: spec,
		Metadata: entity.Metadata{Tags: tags, Annotations: annotations},
		Origin:   entity.Origin{Repo: o.words.text(b.repo), File: o.words.text(b.file), Line: int(b.line), Col: int(b.col), Doc: int(b.doc), Generated: b.generated}}
}

func with[V any](m map[string]V, key string, v V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[key] = v
	return m
}

func (o *Outline) pos(g briefEdge) diag.Pos {
	return diag.Pos{Repo: o.words.text(g.repo), File: o.words.text(g.file), Line: int(g.line), Col: int(g.col)}
}

// Neighbours are the entities that r has relations with, each as often as it has.
func (o *Outline) Neighbours(r entity.Ref) iter.Seq[entity.Ref] {
	return func(yield func(entity.Ref) bool) {
		n, known := o.known(r)
		if !known || int(n)+1 >= len(o.first) {
			return
		}
		for _, h := range o.relation[o.first[n]:o.first[n+1]] {
			if o.place[h.to] > 0 && !yield(o.refOf(h.to)) {
				return
			}
		}
	}
}

// Related counts the targets of r's relations of the given type: those that are
// in the catalog, and those that are not.
func (o *Outline) Related(r entity.Ref, relation string) (present, dangling int) {
	n, known := o.known(r)
	if !known || int(n)+1 >= len(o.first) {
		return 0, 0
	}
	seen := map[uint32]bool{}
	for _, h := range o.relation[o.first[n]:o.first[n+1]] {
		if o.words.text(h.relation) != relation || seen[h.to] {
			continue
		}
		seen[h.to] = true
		if o.place[h.to] > 0 {
			present++
		} else {
			dangling++
		}
	}
	return present, dangling
}

// Circles are those of Catalog.Circles.
func (o *Outline) Circles(relation string) [][]Relation {
	return circlesOf(o.upwards(relation), func(i, j int) Relation {
		return Relation{Type: relation, Target: o.refOf(o.briefs[o.linked[j]].ref), Pos: o.placeOf(o.linked[i], o.linked[j], relation)}
	})
}

// upwards are the entities that each one leads to along a relation.
func (o *Outline) upwards(relation string) [][]int {
	up := make([][]int, len(o.linked))
	for i, at := range o.linked {
		n := o.briefs[at].ref
		for _, h := range o.relation[o.first[n]:o.first[n+1]] {
			if o.words.text(h.relation) == relation && o.place[h.to] > 0 {
				up[i] = append(up[i], int(o.place[h.to]-1))
			}
		}
		slices.Sort(up[i])
		up[i] = slices.Compact(up[i])
	}
	return up
}

// placeOf is the first place where it is written that one entity leads to another
// along a relation.
func (o *Outline) placeOf(from, to int32, relation string) (first diag.Pos) {
	a, b := o.briefs[from].ref, o.briefs[to].ref
	note := func(g briefEdge) {
		if p := o.pos(g); first.IsZero() || p.Compare(first) < 0 {
			first = p
		}
	}
	for _, g := range o.edgesOf(from) {
		if g.target == b && o.words.text(g.relation) == relation {
			note(g)
		}
	}
	for _, g := range o.edgesOf(to) {
		if g.target == a && cmp.Or(o.words.text(g.inverse), entity.Inverse(o.words.text(g.relation))) == relation {
			note(g)
		}
	}
	return first
}
