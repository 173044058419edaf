package doctor

import (
	"fmt"
	"slices"
	"sync"

	"callboard/internal/diag"
)

// finding is what is said, whatever file it is said of.
type finding struct {
	severity      diag.Severity
	code          diag.Code
	message, hint string
}

// sighting is of which files it is said.
type sighting struct {
	first string // in the order of their names
	n     int
}

// sightings are all findings of a visit.
type sightings struct {
	mu   sync.Mutex
	seen map[finding]*sighting
}

// report says something of a file. The order in which files are asked for does not
// matter.
func (s *sightings) report(severity diag.Severity, code diag.Code, name, message, hint string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := finding{severity, code, message, hint}
	at := s.seen[k]
	if at == nil {
		at = &sighting{first: name}
		s.seen[k] = at
	}
	at.first = min(at.first, name)
	at.n++
}

// hasAny tells whether something of one of the codes was found.
func (s *sightings) hasAny(codes ...diag.Code) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.seen {
		if slices.Contains(codes, k.code) {
			return true
		}
	}
	return false
}

// findings are the diagnostics, in order.
func (s *sightings) findings() []diag.Diagnostic {
	out := make([]diag.Diagnostic, 0, len(s.seen))
	for k, at := range s.seen {
		m := k.message
		if at.n > 1 {
			m += fmt.Sprintf(" (so it is with %d more)", at.n-1)
		}
		out = append(out, diag.Diagnostic{Pos: diag.Pos{File: at.first}, Severity: k.severity, Code: k.code, Message: m, Hint: k.hint})
	}
	return diag.Sort(out)
}
