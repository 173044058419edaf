// Package news tells what is new in a catalog: which entities appeared, changed
// and vanished from one build of a portal to the next. What a build must
// remember for that is one file, which is read from the beginning to the end and
// never in memory as a whole.
package news

import "time"

// What happens to entities.
const (
	Appeared = "appeared"
	Changed  = "changed"
	Vanished = "vanished"
)

// Edition is what was new in one build.
type Edition struct {
	// At is the time of the build.
	At time.Time `json:"at"`
	// Appeared, Changed and Vanished are how many entities did, of which Changes
	// are the first, by their references.
	Appeared int      `json:"appeared"`
	Changed  int      `json:"changed"`
	Vanished int      `json:"vanished"`
	Changes  []Change `json:"changes"`
}

// Change is what happened to one entity.
type Change struct {
	What string `json:"what"` // appeared, changed or vanished
	Ref  string `json:"ref"`
	// Title, Owner and Repo are the entity's title, the reference of its owner and
	// the repository that declares it: as they are now, or were last.
	Title string `json:"title"`
	Owner string `json:"owner,omitempty"`
	// Was is the owner before, if it is another now.
	Was  string `json:"was,omitempty"`
	Repo string `json:"repo,omitempty"`
	// Why is what is known of the reason for which an entity vanished.
	Why string `json:"why,omitempty"`
	// Fields are what differs, by name.
	Fields []Field `json:"fields,omitempty"`
}

// Field is a value that differs. Old and New are "" for what is not there, and
// both are for values that are too long to be told, such as a description.
type Field struct {
	Name string `json:"name"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

const (
	// maxEditions and maxChanges are how much is remembered: the latest.
	maxEditions = 100
	maxChanges  = 2_000
	// maxPerEdition is how many changes of one build are told one by one.
	maxPerEdition = 1_000
	maxFields     = 64 // of one entity
	maxValue      = 80 // bytes of a value that is told
)

// add puts a new edition before the others and forgets the oldest.
func add(e Edition, to []Edition) []Edition {
	if e.Appeared+e.Changed+e.Vanished == 0 {
		return to
	}
	out := []Edition{e}
	left := maxChanges - len(e.Changes)
	for _, old := range to {
		if left -= len(old.Changes); left < 0 || len(out) == maxEditions {
			break
		}
		out = append(out, old)
	}
	return out
}
