package search

import (
	"slices"
)

// narrow applies filters and exclusions.
func (r *Reader) narrow(all scored, q *query) (scored, error) {
	for _, w := range q.not {
		// A word that is left out is left out as it is, not its other forms.
		set, err := r.having([]string{w.term})
		if err != nil {
			return scored{}, err
		}
		all = only(all, func(doc uint32) bool { return !set[doc] })
	}
	for _, key := range filterKeys {
		for _, not := range []bool{false, true} {
			values := valuesOf(q.filters, key, not)
			if len(values) == 0 {
				continue
			}
			keep, err := r.filter(key, values)
			if err != nil {
				return scored{}, err
			}
			all = only(all, func(doc uint32) bool { return keep(doc) != not })
		}
	}
	return all, nil
}

func valuesOf(filters []filter, key string, not bool) (out []string) {
	for _, f := range filters {
		if f.key == key && f.not == not {
			out = append(out, f.value)
		}
	}
	return out
}

// filter tells which documents have one of the values.
func (r *Reader) filter(key string, values []string) (func(doc uint32) bool, error) {
	if key == "kind" {
		meant := make([]string, len(values))
		for i, v := range values {
			meant[i] = meantKind(v, r.meta.Kinds)
		}
		return func(doc uint32) bool {
			return slices.Contains(meant, r.kind(doc))
		}, nil
	}
	terms := make([]string, len(values))
	for i, v := range values {
		terms[i] = filterTerm(key, v)
	}
	set, err := r.having(terms)
	return func(doc uint32) bool { return set[doc] }, err
}

// having is the documents that have one of the terms.
func (r *Reader) having(terms []string) (map[uint32]bool, error) {
	out := map[uint32]bool{}
	for _, term := range terms {
		found, err := r.find(term, 1)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			l, err := c.shard.list(c.at, r.meta.Docs)
			if err != nil {
				return nil, err
			}
			for _, doc := range l.docs {
				out[doc] = true
			}
		}
	}
	return out, nil
}
