package search

import (
	"cmp"
	"slices"
	"strings"

	edits "callboard/internal/spelling"
)

const (
	maxNear    = 3 // values that are told in place of one
	nearShards = 8 // that are read for the values of a filter
	slip       = 10
)

// Unmatched is a filter that no document meets, whatever else is asked.
type Unmatched struct {
	Key, Value string
	// Near are values of the same filter that are like the value, the most like
	// first; at most three.
	Near []string
}

// unmatched are the filters of a query that nothing meets. Values of one key widen
// each other: all of them must be met by nothing.
func (r *Reader) unmatched(q *query) (out []Unmatched, err error) {
	for _, key := range filterKeys {
		values := valuesOf(q.filters, key, false)
		if len(values) == 0 {
			continue
		}
		known, err := r.values(key)
		if err != nil {
			return nil, err
		}
		met, err := r.meets(key, values)
		if err != nil {
			return nil, err
		}
		if met {
			continue
		}
		for _, v := range values {
			out = append(out, Unmatched{key, v, like(key, v, known)})
		}
	}
	return out, nil
}

// meets tells whether a document has one of the values.
func (r *Reader) meets(key string, values []string) (bool, error) {
	if key == "kind" {
		return slices.ContainsFunc(values, func(v string) bool { return slices.Contains(r.meta.Kinds, meantKind(v, r.meta.Kinds)) }), nil
	}
	for _, v := range values {
		found, err := r.find(filterTerm(key, v), 1)
		if len(found) > 0 || err != nil {
			return true, err
		}
	}
	return false, nil
}

// values are those that documents have; of the forms of a reference, the names.
func (r *Reader) values(key string) ([]string, error) {
	if key == "kind" {
		return r.meta.Kinds, nil
	}
	var out []string
	begin := filterMark + key + ":"
	_, err := r.beginning(begin, nearShards, func(s *shard, at int) {
		if v := strings.TrimPrefix(s.terms[at], begin); named(key, v) == v {
			out = append(out, v)
		}
	})
	return out, err
}

// named is the name in a value that is a reference: every reference is found by it.
func named(key, value string) string {
	if key == "owner" || key == "in" {
		return value[strings.LastIndexAny(value, ":/")+1:]
	}
	return value
}

// Filter is a filter as a query writes it.
func Filter(key, value string) string {
	if strings.ContainsAny(value, querySpaces) {
		value = `"` + value + `"`
	}
	return key + ":" + value
}

// kindOfType are the kinds of what is asked for as a kind and is a type.
var kindOfType = map[string]string{"service": "component", "library": "component", "website": "component"}

// like are the known values that are like one, the most like first.
func like(key, value string, known []string) []string {
	if name := kindOfType[strings.TrimSuffix(value, "s")]; key == "kind" && slices.Contains(known, name) {
		return []string{name}
	}
	type near struct {
		value string
		cost  int
	}
	var all []near
	for _, v := range known {
		if c := unlike(named(key, value), v); c >= 0 {
			all = append(all, near{v, c})
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(a.cost, b.cost) })
	var out []string
	for _, x := range all[:min(len(all), maxNear)] {
		if all[0].cost < slip && x.cost >= slip {
			break // a slip of the keys explains it
		}
		out = append(out, x.value)
	}
	return out
}

// unlike is how far a value is from another: the edits between them, which are few,
// or more where one begins with the other or holds it, and -1 if it is none of that.
func unlike(value, other string) int {
	most := min(3, (len(value)+3)/4)
	if d := edits.Distance(value, other, most); d <= most && d < len(other) {
		return d
	}
	between := min(9, max(len(other)-len(value), len(value)-len(other)))
	switch {
	case len(value) < 2 || len(other) < 2:
		return -1
	case strings.HasPrefix(other, value) || strings.HasPrefix(value, other):
		return slip + between
	case strings.Contains(other, value) || len(other) > 3 && strings.Contains(value, other):
		return 2*slip + between
	}
	return -1
}
