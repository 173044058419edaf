package search

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"callboard/internal/digest"
)

// formatVersion is raised whenever a reader of before would misunderstand.
const formatVersion = 2

// meta is the file a reader begins with; see the package's documentation.
type meta struct {
	Version int      `json:"v"`
	Docs    int      `json:"docs"`
	Average int      `json:"avg"`   // words of a document
	Title   int      `json:"title"` // words of a title, in tenths
	Kinds   []string `json:"kinds"` // by class
	Langs   []string `json:"langs"`
	Priors  []int    `json:"priors"`
	Table   string   `json:"table"` // name of the table
}

// blockFragments is how many fragments a block names, in an index that has more
// than maxInline.
const (
	blockFragments = 256
	maxInline      = 1024
)

// writer is one run of Builder.Write.
type writer struct {
	b        *Builder
	kept     func(name string) bool
	put      func(name string, data []byte) error
	shard    shardWriter
	prefixes prefixes
	shards   directory
	spelling spelling
	lastTerm []byte
}

// directory lists files of which each has a stretch of sorted terms.
type directory struct {
	starts []string
	ids    []byte // six bytes each
}

// append writes the directory: the number of files, for each what its beginning
// shares with the one before, the rest of it, and the six bytes of its name.
func (d *directory) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(d.starts)))
	last := ""
	for i, s := range d.starts {
		b = append(appendShared(b, last, s), d.ids[6*i:6*i+6]...)
		last = s
	}
	return b
}

// Write writes the index with put, which must not keep the data, and returns
// the name of its meta file. Names are below data/ and made of the content:
// equal names have equal content. What kept tells to be there from the last
// build is not made again; with nil, nothing is. The fragments are not written here; see
// Segment.Fragments. Nothing is added to the Builder, nor written by it, after
// that.
func (b *Builder) Write(kept func(name string) bool, put func(name string, data []byte) error) (string, error) {
	if err := b.group(len(b.pending)); err != nil {
		return "", err
	}
	b.merger = merger{} // its memory is for what follows
	w := &writer{b: b, kept: kept, put: put, prefixes: prefixes{docs: len(b.rows)}, spelling: spelling{docs: len(b.rows)}}
	w.shard = shardWriter{docs: len(b.rows), putChunk: func(data []byte) ([6]byte, error) { return w.file("s/p/", data) }}
	m, err := newMerging(b.groups)
	if err != nil {
		return "", fmt.Errorf("search index: %w", err)
	}
	if err := m.each(w.term); err != nil {
		return "", fmt.Errorf("search index: %w", err)
	}
	if err := w.finish(); err != nil {
		return "", err
	}
	data, err := w.table()
	if err != nil {
		return "", err
	}
	table, err := w.file("s/d/", data)
	if err != nil {
		return "", err
	}
	return w.meta(fileName("s/d/", table[:]))
}

// file writes a packed file, which is named by its content, and not by the packed
// one, so that nothing need be packed to find out that it is there.
func (w *writer) file(dir string, data []byte) ([6]byte, error) {
	sum := digest.Of(data)
	id := [6]byte(sum[:6])
	name := fileName(dir, id[:])
	if w.kept != nil && w.kept(name) {
		return id, nil
	}
	return id, w.putFile(name, pack(data))
}

func (w *writer) putFile(name string, data []byte) error {
	if err := w.put(name, data); err != nil {
		return fmt.Errorf("write search index %s: %w", name, err)
	}
	return nil
}

func fileName(dir string, id []byte) string { return dir + hex.EncodeToString(id) + ".bin" }

// term writes a term, and before it the short prefixes that end with the term
// before.
func (w *writer) term(term []byte, p *postings, strong *list) error {
	if err := w.endPrefixes(term); err != nil {
		return err
	}
	if err := w.add(term, p); err != nil {
		return err
	}
	w.prefixes.collect(term, strong, len(w.shards.starts))
	w.spelling.note(term, len(p.flags), len(strong.docs) > 0)
	return nil
}

func (w *writer) add(term []byte, p *postings) error {
	if w.shard.full(p.gapsSize()) {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if w.shard.terms == 0 {
		w.shards.starts = append(w.shards.starts, separator(string(w.lastTerm), string(term)))
	}
	w.lastTerm = append(w.lastTerm[:0], term...)
	return w.shard.add(term, p)
}

func (w *writer) endPrefixes(next []byte) error {
	for {
		prefix, p := w.prefixes.end(next, len(w.shards.starts))
		if prefix == "" {
			return nil
		}
		if p == nil {
			continue
		}
		if err := w.add([]byte(prefix+prefixMark), p); err != nil {
			return err
		}
	}
}

func (w *writer) flush() error {
	data, err := w.shard.take()
	if err != nil {
		return err
	}
	id, err := w.file("s/t/", data)
	w.shards.ids = append(w.shards.ids, id[:]...)
	return err
}

func (w *writer) finish() error {
	if err := w.endPrefixes(nil); err != nil {
		return err
	}
	if w.shard.terms == 0 {
		return nil
	}
	return w.flush()
}

// separator is the shortest beginning of term that sorts after the term before.
func separator(before, term string) string {
	for i := range term {
		if i > 0 && term[:i] > before {
			return term[:i]
		}
	}
	return term
}

// table is the file of documents and of what files there are: for each document
// its class, for each its length; the directory of shards; that of the files of
// spelling; the number of blocks of fragments, for each its first document less
// that of the block before and the six bytes of its name. Without blocks, one
// follows; see block.
func (w *writer) table() ([]byte, error) {
	b := w.b
	out := make([]byte, 0, 2*len(b.rows)+24*len(w.shards.starts)+1024)
	for _, r := range b.rows {
		out = append(out, r.class)
	}
	for _, r := range b.rows {
		out = append(out, r.length)
	}
	words, err := w.spelling.write(func(data []byte) ([6]byte, error) { return w.file("s/w/", data) })
	if err != nil {
		return nil, err
	}
	out = words.append(w.shards.append(out))
	if len(b.frags) <= maxInline {
		return appendBlock(append(out, 0), b.frags), nil
	}
	out = binary.AppendUvarint(out, uint64((len(b.frags)+blockFragments-1)/blockFragments))
	docs := 0 // of the block before
	for block := range slices.Chunk(b.frags, blockFragments) {
		id, err := w.file("s/b/", appendBlock(nil, block))
		if err != nil {
			return nil, err
		}
		out = append(binary.AppendUvarint(out, uint64(docs)), id[:]...)
		docs = 0
		for _, f := range block {
			docs += f.docs
		}
	}
	return out, nil
}

// appendBlock names fragments: their number, for each its documents, for each
// the six bytes of its name.
func appendBlock(out []byte, frags []fragment) []byte {
	out = binary.AppendUvarint(out, uint64(len(frags)))
	for _, f := range frags {
		out = append(out, byte(f.docs))
	}
	for _, f := range frags {
		out = append(out, f.id[:]...)
	}
	return out
}

func (w *writer) meta(table string) (string, error) {
	words, title := 0, 0
	for _, r := range w.b.rows {
		words += lengthBounds[r.length>>4]
		title += 10 * int(r.length&15)
	}
	n := max(len(w.b.rows), 1)
	m := meta{
		Version: formatVersion, Docs: len(w.b.rows), Average: max(words/n, 1), Title: max(title/n, 1),
		Kinds: []string{}, Langs: []string{}, Priors: []int{}, Table: table,
	}
	for _, c := range w.b.classes {
		m.Kinds, m.Langs, m.Priors = append(m.Kinds, c.kind), append(m.Langs, c.lang), append(m.Priors, int(c.prior))
	}
	data, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("write search index: meta: %w", err)
	}
	data = append(data, '\n')
	sum := digest.Of(data)
	name := "s/meta." + hex.EncodeToString(sum[:6]) + ".json"
	return name, w.putFile(name, data)
}
