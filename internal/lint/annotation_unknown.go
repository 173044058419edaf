package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/spelling"
)

func annotationUnknown() Rule {
	return Rule{
		Code: "annotation-unknown", Severity: diag.Warning, Title: "Annotation that is nearly a well-known one",
		Why:   "A key with a letter too many is an annotation like any other: nothing refuses it, and nothing reads it. Keys of an organisation's own are left alone.",
		alone: checkAnnotationKeys,
	}
}

func checkAnnotationKeys(c *subject, e *entity.Entity, report reporter) {
	s := c.spelling
	if s.knowsAll(e.Metadata.Annotations) {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(e.Metadata.Annotations)) {
		if s.known[k] != nil {
			continue
		}
		meant := s.meant(e.Origin.Repo, k)
		if meant == "" {
			continue
		}
		f := finding{path: []any{"metadata", "annotations", k}, key: true, message: fmt.Sprintf("nothing reads the annotation %q", short(k)),
			hint: "did you mean " + meant + "?", old: k, text: meant}
		if _, there := e.Metadata.Annotations[meant]; there {
			f.hint, f.old, f.text = meant+" is there, too: remove the one that is not meant", "", ""
		}
		report(e, f)
	}
}

// speller knows which well-known annotation a key means. What it compares is
// bounded for each repository.
type speller struct {
	*spellings
	meanings *meanings
	compared map[string]map[string]bool // keys by repository
}

// meanings remembers what keys mean. It may be used by several goroutines.
type meanings struct {
	mu sync.Mutex
	of map[string]string
}

// maxMeanings is how many keys are remembered.
const maxMeanings = 10_000

func (m *meanings) get(key string, find func(string) string) string {
	m.mu.Lock()
	meant, known := m.of[key]
	m.mu.Unlock()
	if known {
		return meant
	}
	meant = find(key)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == nil {
		m.of = map[string]string{}
	}
	if len(m.of) < maxMeanings {
		m.of[strings.Clone(key)] = meant
	}
	return meant
}

// spellings are the well-known keys as a speller looks for them.
type spellings struct {
	known map[string]*annotation
	// names are the well-known keys by what follows their slash; prefixes is
	// what comes before.
	names    map[string][]string
	prefixes map[string]bool
}

// maxSpelled is how many different keys of a repository are compared with every
// well-known one, so that what one repository does costs no other its findings.
const maxSpelled = 3_000

var wellKnown = sync.OnceValue(func() *spellings {
	s := &spellings{known: knownAnnotations(), names: map[string][]string{}, prefixes: map[string]bool{}}
	for _, a := range annotations {
		prefix, name, _ := strings.Cut(a.key, "/")
		s.names[name] = append(s.names[name], a.key)
		s.prefixes[prefix] = true
	}
	return s
})

func (k *Checker) speller() *speller { return &speller{spellings: wellKnown(), meanings: &k.meant} }

func (s *spellings) knowsAll(annotations map[string]string) bool {
	for k := range annotations {
		if s.known[k] == nil {
			return false
		}
	}
	return true
}

func (s *speller) meant(repo, key string) string {
	keys := s.compared[repo]
	if keys == nil {
		if s.compared == nil {
			s.compared = map[string]map[string]bool{}
		}
		keys = map[string]bool{}
		s.compared[repo] = keys
	}
	if !keys[key] && len(keys) == maxSpelled {
		return ""
	}
	keys[key] = true
	return s.meanings.get(key, s.find)
}

func (s *spellings) find(key string) string {
	if m := s.byName(key); m != "" {
		return m
	}
	best, found := "", 3
	for _, a := range annotations {
		switch d := spelling.Distance(strings.ToLower(key), strings.ToLower(a.key), 2); {
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
func (s *spellings) byName(key string) string {
	prefix, name, found := strings.Cut(key, "/")
	if !found {
		prefix, name = "", key
	}
	all := s.names[name]
	for _, k := range all {
		right, _, _ := strings.Cut(k, "/")
		if prefix != "" && (company(prefix) == company(right) || spelling.Distance(prefix, right, 2) <= 2) {
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
