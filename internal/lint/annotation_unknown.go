package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callboard/internal/diag"
)

func annotationUnknown() Rule {
	return Rule{
		Code: "annotation-unknown", Severity: diag.Warning, Title: "Annotation that is nearly a well-known one",
		Why:   "A key with a letter too many is an annotation like any other: nothing refuses it, and nothing reads it. Keys of an organisation's own are left alone.",
		check: checkAnnotationKeys,
	}
}

func checkAnnotationKeys(c *subject, report reporter) {
	s := newSpeller()
	for _, e := range c.Entities() {
		for _, k := range slices.Sorted(maps.Keys(e.Metadata.Annotations)) {
			if s.known[k] != nil {
				continue
			}
			meant := s.meant(k)
			if _, there := e.Metadata.Annotations[meant]; meant == "" || there {
				continue
			}
			report(e, finding{path: []any{"metadata", "annotations", k}, key: true, message: fmt.Sprintf("nothing reads the annotation %q", short(k)),
				hint: "did you mean " + meant + "?", old: k, text: meant})
		}
	}
}

// speller knows which well-known annotation a key means.
type speller struct {
	known map[string]*annotation
	// names are the well-known keys by what follows their slash; prefixes is
	// what comes before.
	names    map[string][]string
	prefixes map[string]bool
	asked    map[string]string
	left     int // keys that may still be compared with all
}

// maxSpelled is how many different keys are compared with every well-known one
// in a catalog.
const maxSpelled = 3_000

func newSpeller() *speller {
	s := &speller{known: knownAnnotations(), names: map[string][]string{}, prefixes: map[string]bool{}, asked: map[string]string{}, left: maxSpelled}
	for _, a := range annotations {
		prefix, name, _ := strings.Cut(a.key, "/")
		s.names[name] = append(s.names[name], a.key)
		s.prefixes[prefix] = true
	}
	return s
}

func (s *speller) meant(key string) string {
	m, asked := s.asked[key]
	if !asked {
		m = s.find(key)
		s.asked[key] = m
	}
	return m
}

func (s *speller) find(key string) string {
	if m := s.byName(key); m != "" {
		return m
	}
	if s.left--; s.left < 0 {
		return ""
	}
	best, found := "", 3
	for _, a := range annotations {
		switch d := distance(strings.ToLower(key), strings.ToLower(a.key), 2); {
		case a.instead != "":
		case d < found:
			best, found = a.key, d
		case d == found:
			best = ""
		}
	}
	return best
}

// byName finds the key of which only the part before the slash is another, or
// missing: techdocs-ref, backstage/techdocs-ref, github.org/project-slug. A
// prefix that is nothing like the right one is somebody's own, unless it is
// that of another well-known key.
func (s *speller) byName(key string) string {
	prefix, name, found := strings.Cut(key, "/")
	if !found {
		prefix, name = "", key
	}
	all := s.names[name]
	for _, k := range all {
		right, _, _ := strings.Cut(k, "/")
		if prefix != "" && (company(prefix) == company(right) || distance(prefix, right, 2) <= 2) {
			return k
		}
	}
	if len(all) == 1 && strings.Contains(name, "-") && (prefix == "" || s.prefixes[prefix]) {
		return all[0]
	}
	return ""
}

// company is the name in a domain: github for github.com, api.github.com and
// github.
func company(domain string) string {
	parts := strings.Split(domain, ".")
	if len(parts) == 1 {
		return parts[0]
	}
	return parts[len(parts)-2]
}
