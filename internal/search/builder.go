package search

import "slices"

// maxDocs is the number of documents of one index; more are not taken.
const maxDocs = 1 << 24

// Builder merges parts into one index. Consecutive parts are a group, whose
// merged postings a Store keeps from build to build: a part is loaded only when
// its group has changed, and Write puts the groups together. The Builder itself
// holds a few bytes a document, and while a group is made the parts of about
// two. Close it in the end: groups that no store keeps are in a file meanwhile.
type Builder struct {
	store   Store
	words   *Words
	scratch scratch
	docs    int // of all parts

	cutter  cutter
	pending []Part // of the open group
	merger  merger

	// Of the groups that are closed.
	classes []docClass
	rows    []row
	frags   []fragment // without data
	groups  []*cursor
}

// NewBuilder is an empty index whose groups the store keeps; with nil, nothing
// is kept. An index holds what one audience may see and nothing else: make a
// Builder for each.
func NewBuilder(store Store) *Builder { return onlyEnglish().NewBuilder(store) }

// NewBuilder is NewBuilder for documents that these words prepare.
func (w *Words) NewBuilder(store Store) *Builder {
	return &Builder{store: store, words: w, scratch: scratch{limit: scratchBytes}}
}

// Close removes what the builder has written for itself. It closes nothing of
// the store.
func (b *Builder) Close() error { return b.scratch.close() }

// take appends the documents of a group.
func (b *Builder) take(g *group) {
	b.groups = append(b.groups, newCursor(g, uint32(len(b.rows))))
	number := b.renumber(g.classes)
	for _, r := range g.rows {
		b.rows = append(b.rows, row{number[r.class], r.length})
	}
	b.frags = append(b.frags, g.frags...)
}

// renumber gives the number in the index of each class of a group.
func (b *Builder) renumber(classes []docClass) []byte {
	out := make([]byte, len(classes))
	for i, c := range classes {
		n := slices.Index(b.classes, c)
		if n < 0 && len(b.classes) >= maxKinds {
			n = len(b.classes) - 1
		}
		if n < 0 {
			n = len(b.classes)
			b.classes = append(b.classes, c)
		}
		out[i] = byte(n)
	}
	return out
}
