package search

import (
	"fmt"
	"io"

	"callboard/internal/digest"
)

// Part is a segment that is there when it is asked for. Most of an
// organisation is as it was when its index is made again; what has not changed
// is not loaded.
type Part struct {
	// Key is the digest of all that the segment was made of. The zero Key is a
	// part that nothing is known of, so that it is loaded in any case.
	Key digest.Sum
	// Docs is the number of the segment's documents.
	Docs int
	// Load gives the segment. It is called once at most, in the call of AddPart
	// or Write that ends the group of the part.
	Load func() (*Segment, error)
}

// Store keeps merged groups of parts from one build to the next. A Builder
// calls it from one goroutine.
type Store interface {
	// Section is what was put with the key, which must remain readable until
	// the Builder is closed. False if there is none.
	Section(key digest.Sum) (*io.SectionReader, bool)
	// Put keeps b, which is the store's from then on.
	Put(key digest.Sum, b []byte) error
}

// AddPart appends the documents of a part. The order of the parts decides the
// numbers of the documents, hence the bytes of the index; what the store keeps
// does not. Errors are those of loading and of the store.
func (b *Builder) AddPart(p Part) error {
	if p.Docs < 0 || b.docs+p.Docs > maxDocs {
		return nil
	}
	b.docs += p.Docs
	n := b.cutter.add(p.Key, p.Docs)
	b.pending = append(b.pending, p)
	return b.group(n)
}

// Add appends the documents of a segment of which nothing is known.
func (b *Builder) Add(s *Segment) error {
	return b.AddPart(Part{Docs: s.Docs(), Load: func() (*Segment, error) { return s, nil }})
}

// group makes a group of the first n pending parts: as it is in the store, or
// merged.
func (b *Builder) group(n int) error {
	if n == 0 {
		return nil
	}
	parts := b.pending[:n]
	key := groupKey(parts)
	g, ok := b.kept(key, docsOf(parts))
	if !ok {
		var err error
		if g, err = b.merge(key, parts); err != nil {
			return err
		}
	}
	b.take(g)
	left := copy(b.pending, b.pending[n:])
	clear(b.pending[left:])
	b.pending = b.pending[:left]
	return nil
}

// groupKey is the digest of all that a group depends on: the keys of its parts
// and this package's version. It is zero if the key of a part is.
func groupKey(parts []Part) digest.Sum {
	h := digest.New(Version).String(groupMagic)
	for _, p := range parts {
		if p.Key.IsZero() {
			return digest.Sum{}
		}
		h.Add(p.Key)
	}
	return h.Sum()
}

func docsOf(parts []Part) int {
	n := 0
	for _, p := range parts {
		n += p.Docs
	}
	return n
}

// kept is the group out of the store, if what lies there is whole and what it
// should be.
func (b *Builder) kept(key digest.Sum, docs int) (*group, bool) {
	if b.store == nil || key.IsZero() {
		return nil, false
	}
	s, ok := b.store.Section(key)
	if !ok {
		return nil, false
	}
	g, err := openGroup(s)
	return g, err == nil && g.key == key && g.docs() == docs
}

// merge loads the parts and makes a group of them.
func (b *Builder) merge(key digest.Sum, parts []Part) (*group, error) {
	b.merger.reset()
	for _, p := range parts {
		s, err := p.Load()
		if err != nil {
			return nil, fmt.Errorf("search index: %w", err)
		}
		if s.Docs() != p.Docs {
			return nil, fmt.Errorf("search index: a segment has %d documents, its part says %d", s.Docs(), p.Docs)
		}
		b.merger.add(s)
	}
	data, err := b.merger.encode(key)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	if b.store != nil && !key.IsZero() {
		if err := b.store.Put(key, data); err != nil {
			return nil, fmt.Errorf("search index: keep a group: %w", err)
		}
		if g, ok := b.kept(key, docsOf(parts)); ok {
			return g, nil
		}
	}
	s, err := b.scratch.add(data)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	g, err := openGroup(s)
	if err != nil {
		return nil, fmt.Errorf("search index: a group as it was made: %w", err)
	}
	return g, nil
}
