package build

import "callboard/internal/site"

// outdated puts a note on the documentation of repositories that could not be
// read. It is not part of what linking came to: it comes and goes while the
// files stay.
func (b *builder) outdated() {
	for i := range b.linked.Docs {
		d := &b.linked.Docs[i]
		d.Context.Notes = site.StaleNotes(d.Snap.Repo, d.Snap.Stale)
	}
}
