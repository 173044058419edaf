// Package diag holds what callboard says about files that somebody wrote: a
// place, a severity, a stable code, one sentence and a hint.
//
// A diagnostic and an error never stand in for each other. A diagnostic tells
// the author of a file what to change; work goes on. An error tells that
// callboard itself could not work (disk, cancellation) and is returned.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// Pos is a place in a file of a repository. Line and Col are 1-based and count
// code points; zero means unknown. File is slash-separated and relative to the
// repository's root; Repo is the repository's name, empty for the
// configuration's own files.
type Pos struct {
	Repo string `json:"repo,omitempty"`
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
}

// String is "repo/file:line:col", leaving out what is unknown.
func (p Pos) String() string {
	s := p.Path()
	if p.Line > 0 {
		s = fmt.Sprintf("%s:%d", s, p.Line)
		if p.Col > 0 {
			s = fmt.Sprintf("%s:%d", s, p.Col)
		}
	}
	return s
}

// Path is "repo/file", or the part that is known.
func (p Pos) Path() string {
	switch {
	case p.Repo == "" || p.Repo == ".":
		return p.File
	case p.File == "":
		return p.Repo
	}
	return p.Repo + "/" + p.File
}

// IsZero tells whether nothing is known of the place.
func (p Pos) IsZero() bool { return p == Pos{} }

// Compare orders by repository, file, line and column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.Repo, q.Repo), cmp.Compare(p.File, q.File),
		cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// Severity says how bad a finding is, by what the reader of the portal gets.
type Severity uint8

const (
	// Info is worth knowing and asks for nothing.
	Info Severity = iota
	// Warning means the thing is shown, but wrong or incomplete.
	Warning
	// Error means the thing is left out or cannot be shown right.
	Error
)

var severityNames = [...]string{"info", "warning", "error"}

func (s Severity) String() string { return severityNames[s] }

// MarshalText gives "info", "warning" or "error".
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Severity) UnmarshalText(b []byte) error {
	i := slices.Index(severityNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("severity %q is not info, warning or error", b)
	}
	*s = Severity(i)
	return nil
}

// Code names a rule for good: lower-case words joined by hyphens, such as
// "ref-dangling". Codes are public; they are never reused for another meaning.
type Code string

// Related points to another place that belongs to the finding, such as the
// first of two definitions.
type Related struct {
	Pos     Pos    `json:"pos"`
	Message string `json:"message"`
}

// Diagnostic is one finding. Message is one clause in lower case without a
// period, with the offending text in quotes; Hint says what to do and may be
// empty.
type Diagnostic struct {
	Pos      Pos       `json:"pos"`
	End      Pos       `json:"end,omitzero"`
	Severity Severity  `json:"severity"`
	Code     Code      `json:"code"`
	Message  string    `json:"message"`
	Hint     string    `json:"hint,omitempty"`
	Related  []Related `json:"related,omitempty"`
	// Entity is the full reference of the entity the finding is about, if any.
	Entity string `json:"entity,omitempty"`
	// Fix repairs the finding for certain; nil where nothing does.
	Fix *Fix `json:"fix,omitempty"`
}

// Compare orders by place, then code, then message.
func (d Diagnostic) Compare(e Diagnostic) int {
	return cmp.Or(d.Pos.Compare(e.Pos), cmp.Compare(d.Code, e.Code),
		cmp.Compare(d.Message, e.Message), cmp.Compare(d.Entity, e.Entity))
}

// Sink takes findings. Report may be called from several goroutines at once.
type Sink interface{ Report(Diagnostic) }

// List is a Sink that remembers. The zero List is ready for use.
type List struct {
	mu    sync.Mutex
	items []Diagnostic
}

// Report adds d.
func (l *List) Report(d Diagnostic) {
	l.mu.Lock()
	l.items = append(l.items, d)
	l.mu.Unlock()
}

// All returns a copy of the findings, sorted and without duplicates, so that
// it does not depend on the order in which workers reported.
func (l *List) All() []Diagnostic {
	l.mu.Lock()
	out := slices.Clone(l.items)
	l.mu.Unlock()
	return Sort(out)
}

// Each calls f with every finding, in no order.
func (l *List) Each(f func(Diagnostic)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.items {
		f(d)
	}
}

// Take returns what All does and forgets it, for there may be many.
func (l *List) Take() []Diagnostic {
	l.mu.Lock()
	out := l.items
	l.items = nil
	l.mu.Unlock()
	return Sort(out)
}

// Sort sorts ds in place and drops findings that say the same of the same place.
func Sort(ds []Diagnostic) []Diagnostic {
	slices.SortStableFunc(ds, Diagnostic.Compare)
	return slices.CompactFunc(ds, func(a, b Diagnostic) bool { return a.Compare(b) == 0 })
}

// Count returns how many of ds are errors, warnings and infos.
func Count(ds []Diagnostic) (errors, warnings, infos int) {
	for _, d := range ds {
		switch d.Severity {
		case Error:
			errors++
		case Warning:
			warnings++
		default:
			infos++
		}
	}
	return
}

// Discard is a Sink that forgets.
var Discard Sink = discard{}

type discard struct{}

func (discard) Report(Diagnostic) {}
