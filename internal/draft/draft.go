// Package draft makes entities of what is known from elsewhere than a catalog
// file: the files of other catalogs, or the evidence in a repository. A Draft is
// a valid entity however strange its source is, since every name, label, tag and
// link goes through a rule that makes it valid or keeps it as an annotation;
// comments say what was guessed and where things come from, and Write writes it
// as a catalog file.
package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// Limits of one draft. What is beyond them is reported by Left.
const (
	MaxAnnotations = 200     // of an entity
	MaxAnnotation  = 8 << 10 // bytes of an annotation's value
	MaxList        = 500     // tags, links, or entries of a list of the spec
	MaxText        = 4_000   // bytes of a description
)

// Draft is an entity in the making.
type Draft struct {
	// Entity is what has been said so far. Its edges are made by Seal.
	Entity *entity.Entity

	comments map[string]string
	places   map[string]diag.Pos
	files    map[string]string // keys of the spec whose text is a file
	guesses  map[string]string // keys of the spec that the source does not say
	base     string            // what stands before the names of files
	left     int
}

// New begins an entity of a valid name; origin is where it is described.
func New(kind, name string, origin entity.Origin) *Draft {
	e := &entity.Entity{APIVersion: "backstage.io/v1alpha1", Kind: kind, Namespace: entity.DefaultNamespace, Name: name, Origin: origin, Spec: map[string]any{}}
	e.Ref = entity.NewRef(kind, e.Namespace, name)
	return &Draft{Entity: e, comments: map[string]string{}, places: map[string]diag.Pos{}, files: map[string]string{}, guesses: map[string]string{}}
}

// Left is how many things found no room within the limits.
func (d *Draft) Left() int { return d.left }

// Comment puts a comment on the value at a path of the entity's file.
func (d *Draft) Comment(text string, path ...any) {
	if text != "" {
		d.comments[yamldoc.Pointer(path...)] = text
	}
}

// Namespace puts the entity into a namespace, if it is a valid one.
func (d *Draft) Namespace(ns string) bool {
	if entity.CheckNamespace(ns) != "" {
		return false
	}
	d.Entity.Namespace = ns
	d.Entity.Ref = entity.NewRef(d.Entity.Kind, ns, d.Entity.Name)
	return true
}

// Title sets the title, if it is text and differs from the name.
func (d *Draft) Title(s string) {
	if s = oneLine(s); s != "" && s != d.Entity.Name {
		d.Entity.Metadata.Title = s
	}
}

// Describe sets the description.
func (d *Draft) Describe(s string) {
	if s = strings.TrimSpace(s); len(s) > MaxText {
		s = strings.ToValidUTF8(s[:MaxText], "") + "…"
		d.left++
	}
	d.Entity.Metadata.Description = s
}

// Annotate sets an annotation of a valid key; the first value of a key stays.
// An empty value says nothing.
func (d *Draft) Annotate(key, value, comment string) bool {
	m := d.Entity.Metadata.Annotations
	if _, taken := m[key]; taken || value == "" || entity.CheckKey(key) != "" {
		return false
	}
	if len(m) >= MaxAnnotations || len(value) > MaxAnnotation {
		d.left++
		return false
	}
	if m == nil {
		m = map[string]string{}
		d.Entity.Metadata.Annotations = m
	}
	m[key] = strings.ToValidUTF8(value, "�")
	d.Comment(comment, "metadata", "annotations", key)
	return true
}

// Label sets a label. It returns false if the value is none.
func (d *Draft) Label(key, value string) bool {
	if value == "" || entity.CheckKey(key) != "" || entity.CheckLabelValue(value) != "" {
		return false
	}
	if d.Entity.Metadata.Labels == nil {
		d.Entity.Metadata.Labels = map[string]string{}
	}
	d.Entity.Metadata.Labels[key] = value
	return true
}

// Tag adds a tag, once, in the form that tags have (see Tag). It returns false
// if that is not the form it has.
func (d *Draft) Tag(s string) bool {
	t := Tag(s)
	tags := d.Entity.Metadata.Tags
	switch {
	case t == "":
		return s == ""
	case slices.Contains(tags, t):
	case len(tags) >= MaxList:
		d.left++
	default:
		d.Entity.Metadata.Tags = append(tags, t)
	}
	return t == s
}

// Link adds a link, once. It returns false if the address is none.
func (d *Draft) Link(l entity.Link) bool {
	l.URL = strings.TrimSpace(l.URL)
	if entity.CheckLinkURL(l.URL) != "" {
		return false
	}
	l.Title, l.Icon, l.Type = oneLine(l.Title), oneLine(l.Icon), oneLine(l.Type)
	links := d.Entity.Metadata.Links
	if slices.ContainsFunc(links, func(x entity.Link) bool { return x.URL == l.URL && x.Title == l.Title }) {
		return true
	}
	if len(links) >= MaxList {
		d.left++
		return true
	}
	d.Entity.Metadata.Links = append(links, l)
	return true
}

// Set sets a key of the spec to a text; at is where it was said.
func (d *Draft) Set(key, value string, at diag.Pos, comment string) {
	if value = oneLine(value); value == "" {
		return
	}
	d.Entity.Spec[key] = value
	delete(d.guesses, key)
	d.places[yamldoc.Pointer("spec", key)] = at
	d.Comment(comment, "spec", key)
}

// Guess is Set for a value that stands where the source says nothing.
func (d *Draft) Guess(key, value string, at diag.Pos, comment string) {
	d.Set(key, value, at, "guessed: "+comment)
	d.guesses[key] = value
}

// Guesses are the keys of the spec that the source does not say, with what was
// put there.
func (d *Draft) Guesses() map[string]string { return d.guesses }

// Pos is where the value at a path of the entity's file was said, or the nearest
// one above; else where the entity is described.
func (d *Draft) Pos(path ...any) diag.Pos {
	for n := len(path); n > 0; n-- {
		if at, ok := d.places[yamldoc.Pointer(path[:n]...)]; ok {
			return at
		}
	}
	return d.Entity.Origin.Pos()
}

// Add adds a reference to a list of the spec, once.
func (d *Draft) Add(key, ref string, at diag.Pos, comment string) {
	list, _ := d.Entity.Spec[key].([]any)
	if slices.Contains(list, any(ref)) {
		return
	}
	if len(list) >= MaxList {
		d.left++
		return
	}
	d.Entity.Spec[key] = append(list, any(ref))
	d.places[yamldoc.Pointer("spec", key, len(list))] = at
	d.Comment(comment, "spec", key, len(list))
}

// Text sets a key of the spec to the text of a file of the repository. The
// entity has the text, its catalog file the name of the file; rel is its path
// from the directory of the catalog file.
func (d *Draft) Text(key, text, rel, comment string) {
	d.Entity.Spec[key] = text
	d.files[key] = rel
	d.Comment(comment, "spec", key)
}

// Files are the files whose text is that of a key of the spec, by the key.
func (d *Draft) Files() map[string]string { return d.files }

// Rebase says that the catalog file will not stand where the entity is
// described: base is the path from there, "" or with a slash at its end, that
// goes before the names of files.
func (d *Draft) Rebase(base string) { d.base = base }

// Value sets a key of the spec to any JSON value.
func (d *Draft) Value(key string, v any) { d.Entity.Spec[key] = v }

// Has tells whether a key of the spec has been set.
func (d *Draft) Has(key string) bool { return d.Entity.Spec[key] != nil }

// Seal makes the edges of the references in the spec, and returns the entity.
func (d *Draft) Seal() *entity.Entity {
	e := d.Entity
	e.Edges = nil
	for _, f := range entity.RefFields(e.Kind) {
		switch v := e.Spec[f.Key].(type) {
		case string:
			d.edge(f, v, "spec."+f.Key, "spec", f.Key)
		case []any:
			for i, x := range v {
				s, _ := x.(string)
				d.edge(f, s, fmt.Sprintf("spec.%s[%d]", f.Key, i), "spec", f.Key, i)
			}
		}
	}
	slices.SortStableFunc(e.Edges, func(a, b entity.Edge) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), a.Target.Compare(b.Target))
	})
	return e
}

func (d *Draft) edge(f entity.RefField, s, field string, path ...any) {
	ref, err := entity.ParseRef(s, f.DefaultKind, d.Entity.Namespace)
	if err != nil {
		return // no reference of a draft is made of anything but valid names
	}
	at, ok := d.places[yamldoc.Pointer(path...)]
	if !ok {
		at = d.Entity.Origin.Pos()
	}
	d.Entity.Edges = append(d.Entity.Edges, entity.Edge{Type: f.Relation, Target: ref, Field: field, Pos: at})
}

// oneLine is a text without line breaks and space around it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
