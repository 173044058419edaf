package site

import (
	"fmt"
	"time"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/repofs"
)

// Trouble is why something of a source cannot be had.
type Trouble struct {
	Source string `json:"source"`
	// Repo is a repository of which nothing could be had yet, "" for the source as
	// a whole, of which the portal shows what is known.
	Repo string `json:"repository,omitempty"`
	// Kind is a word for programs, Cause a clause for readers.
	Kind  string    `json:"kind"`
	Cause string    `json:"cause"`
	Since time.Time `json:"since,omitzero"`
}

// advice is what to do about a kind of trouble, "" if that is to wait.
func advice(kind string) string {
	switch kind {
	case "denied":
		return "Is the token set, has it ended, may it see this?"
	case "too-many-gone", "fewer-people":
		return "If that is right, run callboard crawl --allow-drop once."
	case "nothing-listed":
		return "Does the token still see it? If there is nothing any more, take the source out of callboard.yaml."
	case "not-crawled":
		return "Run callboard crawl."
	case "part-missing":
		return "Was the job that crawls it run, and is its directory named with --from?"
	case "broken":
		return "Is the address that of the API?"
	}
	return ""
}

// troubleBlocks are tables of the sources that cannot be read, and of the
// repositories of which there is nothing yet; none if all is well.
func (s *Site) troubleBlocks(most int) (out []Block) {
	sources := Block{Title: "Sources that cannot be read", Table: &Table{Caption: "Sources that cannot be read", Columns: []Column{{"Source", ""}, {"Since", ""}, {"Cause", "opt c1"}}},
		Intro: "What was known of them stays in the portal until they can be read again."}
	repos := Block{Title: "Not there yet", Table: &Table{Caption: "Not there yet", Columns: []Column{{"Repository", ""}, {"Since", ""}, {"Cause", "opt c1"}}},
		Intro: "These repositories are listed and could not be read yet. Nothing of them is in the portal."}
	for _, t := range s.in.Troubles {
		b, name := &sources, t.Source
		if t.Repo != "" {
			b, name = &repos, t.Repo
		}
		if b.Count++; b.Count > most {
			b.More = &Link{"All", s.url("health/sources/")}
			continue
		}
		b.Table.Rows = append(b.Table.Rows, t.row(name, s.covered(t)))
	}
	for _, b := range []Block{sources, repos} {
		if b.Count > 0 {
			out = append(out, b)
		}
	}
	return out
}

// covered is how many repositories are not up to date because of the trouble of
// their whole source, which is told once for them.
func (s *Site) covered(t Trouble) (n int) {
	for _, x := range s.in.Sources {
		if t.covers(x.Stale) {
			n++
		}
	}
	return n
}

func (t Trouble) covers(x *repofs.Stale) bool { return t.Repo == "" && x != nil && x.Cause == t.Cause }

func (t Trouble) row(name string, covered int) []Cell {
	cause := begun(sentence(t.Cause)) + "."
	if a := advice(t.Kind); a != "" {
		cause += " " + a
	}
	switch {
	case covered == 1:
		cause += " One repository is shown as it was."
	case covered > 1:
		cause += fmt.Sprintf(" %d repositories are shown as they were.", covered)
	}
	return []Cell{{Text: short(name, 100), Meta: cause, Class: "wrap"}, {Time: stamp(t.Since)}, {Text: cause, Class: "opt wrap"}}
}

// failedSources is how many sources cannot be read as a whole.
func (s *Site) failedSources() (n int) {
	seen := map[string]bool{}
	for _, t := range s.in.Troubles {
		if t.Repo == "" && !seen[t.Source] {
			seen[t.Source] = true
			n++
		}
	}
	return n
}

const healthData = "health.json"

// healthJSON is health.json: what the health page tells, for programs.
type healthJSON struct {
	V        int `json:"v"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Hints    int `json:"hints"`
	// Troubles are those of sources and of repositories of which nothing is known.
	Troubles []Trouble `json:"troubles"`
	// Outdated are the repositories that are not shown in their present state.
	Outdated []outdated `json:"outdated"`
}

type outdated struct {
	Repo  string    `json:"repository"`
	Cause string    `json:"cause"`
	Since time.Time `json:"since,omitzero"`
}

// HealthFile is the machine file of what the health page tells.
func (s *Site) HealthFile() (File, error) {
	h := healthJSON{V: 1, Troubles: append([]Trouble{}, s.in.Troubles...), Outdated: []outdated{}}
	h.Errors, h.Warnings, h.Hints = diag.Count(s.in.Diagnostics)
	for _, x := range s.in.Sources {
		if x.Stale != nil {
			h.Outdated = append(h.Outdated, outdated{x.Repo, x.Stale.Cause, x.Stale.Since})
		}
	}
	data, err := digest.Encode(h)
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", healthData, err)
	}
	return File{healthData, append(data, '\n')}, nil
}
