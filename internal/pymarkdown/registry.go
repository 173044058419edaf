package pymarkdown

import (
	"cmp"
	"slices"
)

// Registry is a list of named steps, the highest priority first; among equals
// the one that was registered first (Python-Markdown's util.Registry, whose
// numbers are kept so that an extension lands where its author meant it to).
type Registry[T any] struct {
	entries []entry[T]
	sorted  []T
}

type entry[T any] struct {
	name     string
	priority float64
	item     T
}

// Register adds a step. One of the same name is replaced.
func (r *Registry[T]) Register(name string, priority float64, item T) {
	r.Deregister(name)
	r.entries = append(r.entries, entry[T]{name, priority, item})
	slices.SortStableFunc(r.entries, func(a, b entry[T]) int { return cmp.Compare(b.priority, a.priority) })
	r.sorted = nil
}

// Deregister removes a step, if it is there.
func (r *Registry[T]) Deregister(name string) {
	r.entries = slices.DeleteFunc(r.entries, func(e entry[T]) bool { return e.name == name })
	r.sorted = nil
}

// Get is the step of a name.
func (r *Registry[T]) Get(name string) (item T, ok bool) {
	for _, e := range r.entries {
		if e.name == name {
			return e.item, true
		}
	}
	return item, false
}

// Has tells whether there is a step of a name.
func (r *Registry[T]) Has(name string) bool {
	_, ok := r.Get(name)
	return ok
}

// All are the steps in order. Registering changes must be done before.
func (r *Registry[T]) All() []T { return r.sorted }

// freeze makes All.
func (r *Registry[T]) freeze() {
	r.sorted = make([]T, len(r.entries))
	for i, e := range r.entries {
		r.sorted[i] = e.item
	}
}
