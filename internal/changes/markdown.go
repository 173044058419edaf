package changes

import (
	"cmp"
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// Limits of a summary at GitHub: a comment has 65,536 characters, the summary of
// a step 1 MiB, beyond which nothing of it is shown. Ours stay below.
const (
	MaxComment     = 60_000
	MaxStepSummary = 1_000_000
)

// maxValue is how many characters of a value are shown.
const maxValue = 120

// Summary is what is told of a change to those who review it.
type Summary struct {
	// Diff is nil where nothing was compared.
	Diff *Diff
	// Affected are those who depend on what changes.
	Affected []Affected
	// Findings are those to be told; Bare leaves out how many there are.
	Findings []diag.Diagnostic
	Bare     bool
	// Title is the heading, "Catalog" if it is empty; Lead stands below it. Both are
	// Markdown as they are, and never what other people wrote.
	Title, Lead string
	// Path names the file of a place. Nil means Pos.Path.
	Path func(diag.Pos) string
}

// Markdown writes the summary in at most limit bytes; what does not fit is
// counted. All that people wrote stands in code, where it is neither Markdown
// nor HTML and mentions nobody.
func (s Summary) Markdown(limit int) string {
	if s.Path == nil {
		s.Path = diag.Pos.Path
	}
	w := &writer{limit: limit}
	w.line("## %s", cmp.Or(s.Title, "Catalog"))
	if s.Lead != "" {
		w.line("%s", s.Lead)
	}
	if s.Diff != nil {
		s.diff(w)
	}
	if !s.Bare {
		s.findings(w)
	}
	return w.text()
}

// writer takes blocks of lines for as long as there is room.
type writer struct {
	b       strings.Builder
	limit   int
	left    int // blocks that found no room
	outside bool
}

// room is kept for the last line.
const room = 120

func (w *writer) line(format string, args ...any) {
	block := "\n" + fmt.Sprintf(format, args...) + "\n"
	if strings.HasPrefix(format, "-") || strings.HasPrefix(format, "  -") {
		block = block[1:] // items of a list stand together
	}
	if w.outside = w.outside || w.b.Len()+len(block)+room > w.limit; w.outside {
		w.left++
		return
	}
	w.b.WriteString(block)
}

func (w *writer) text() string {
	if w.left > 0 {
		fmt.Fprintf(&w.b, "\n… and %d more lines, for which there is no room here; callboard lint prints them.\n", w.left)
	}
	return strings.TrimPrefix(w.b.String(), "\n")
}

func (s Summary) diff(w *writer) {
	d := s.Diff
	n := map[string]int{}
	for _, c := range d.Changes {
		n[c.What]++
	}
	var parts []string
	for _, what := range []string{Added, Removed, Renamed, Changed} {
		if n[what] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[what], what))
		}
	}
	if len(parts) == 0 {
		w.line("No entity changes.")
	} else {
		w.line("Entities: %s.", strings.Join(parts, ", "))
	}
	if len(d.Broken) > 0 {
		w.line("### References that lead nowhere now")
		w.b.WriteString("\n")
		for _, b := range d.Broken {
			w.line("- %s in %s", b.markdown(), code(s.Path(b.From.Origin.Pos())))
		}
	}
	s.affected(w)
	if len(d.Changes) > 0 {
		w.line("### Entities")
		w.b.WriteString("\n")
	}
	for _, c := range d.Changes {
		c.markdown(w)
	}
}

// affected names those who depend on what changes directly, and counts the others.
func (s Summary) affected(w *writer) {
	if len(s.Affected) == 0 {
		return
	}
	w.line("### Who depends on what changes: %s", plural(len(s.Affected), "entity", "entities"))
	if os := Owners(s.Affected); len(os) > 0 {
		var names []string
		for _, o := range os[:min(len(os), maxOwners)] {
			names = append(names, ref(o))
		}
		more := ""
		if n := len(os) - len(names); n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		w.line("Owned by %s%s.", strings.Join(names, ", "), more)
	}
	w.b.WriteString("\n")
	further := 0
	for _, a := range s.Affected {
		if a.Distance > 1 {
			further++
			continue
		}
		w.line("- %s %s → %s", ref(a.Ref), code(a.Via), ref(a.On))
	}
	if further > 0 {
		w.line("- and %s by way of these", plural(further, "entity", "entities"))
	}
}

// maxOwners is how many owners are named.
const maxOwners = 20

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (b Broken) markdown() string {
	s := fmt.Sprintf("%s %s → %s", ref(b.From.Ref), code(b.Field), ref(b.Target))
	if !b.Now.IsZero() {
		s += ", now " + ref(b.Now)
	}
	return s
}

func (c Change) markdown(w *writer) {
	switch c.What {
	case Renamed:
		w.line("- renamed %s to %s", ref(c.Was), ref(c.Ref))
	default:
		w.line("- %s %s", c.What, ref(c.Ref))
	}
	if c.What == Added {
		for _, r := range relations(c.After) {
			w.line("  - %s → %s", code(r.Type), ref(r.Target))
		}
	}
	for _, f := range c.Fields {
		w.line("  - %s: %s → %s", code(f.Path), value(f.Old), value(f.New))
	}
	for _, r := range c.Lost {
		w.line("  - no longer %s → %s", code(r.Type), ref(r.Target))
	}
	for _, r := range c.Gained {
		w.line("  - now %s → %s", code(r.Type), ref(r.Target))
	}
}

func (s Summary) findings(w *writer) {
	w.line("### Findings: %s", diag.Summary(s.Findings))
	if len(s.Findings) > 0 {
		w.b.WriteString("\n")
	}
	for _, severity := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
		for _, d := range s.Findings {
			if d.Severity == severity {
				w.finding(d, diag.Pos{File: s.Path(d.Pos), Line: d.Pos.Line, Col: d.Pos.Col}.String())
			}
		}
	}
}

func (w *writer) finding(d diag.Diagnostic, place string) {
	w.line("- %s %s %s (%s)", d.Severity, code(cmp.Or(place, "callboard")), code(d.Message), code(string(d.Code)))
	if d.Hint != "" {
		w.line("  - hint: %s", code(d.Hint))
	}
}

func ref(r entity.Ref) string { return code(r.String()) }

// value is a value as JSON, or what is said where there is none.
func value(s string) string {
	if s == "" {
		return "none"
	}
	return code(short(s))
}

func short(s string) string {
	if r := []rune(s); len(r) > maxValue {
		return string(r[:maxValue]) + "…"
	}
	return s
}

// code makes a code span of a text on one line. Its fence is longer than any run
// of backticks in the text (CommonMark 0.31, code spans).
func code(s string) string {
	s = diag.Printable(strings.Join(strings.Fields(s), " "))
	run, longest := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || s == "" {
		s = " " + s + " "
	}
	return fence + s + fence
}
