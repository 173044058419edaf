package search

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"callboard/internal/digest"
)

// formatVersion is raised whenever a reader of before would misunderstand.
const formatVersion = 1

// meta is the file a reader begins with; see the package's documentation.
type meta struct {
	Version int      `json:"v"`
	Docs    int      `json:"docs"`
	Average int      `json:"avg"`   // words of a document
	Title   int      `json:"title"` // words of a title, in tenths
	Kinds   []string `json:"kinds"` // by class
	Priors  []int    `json:"priors"`
	Table   string   `json:"table"`  // name of the table of documents
	Starts  string   `json:"starts"` // where each shard begins, a line each
	Shards  string   `json:"shards"` // twelve digits each
}

// writer is one run of Builder.Write.
type writer struct {
	b        *Builder
	put      func(name string, data []byte) error
	shard    shardWriter
	prefixes prefixes
	starts   []string
	names    strings.Builder
	lastTerm []byte
}

// Write writes the index with put, which must not keep the data, and returns
// the name of its meta file. Names are below data/ and made of the content:
// equal names have equal content. The fragments are not written here; see
// Segment.Fragments. Nothing is added to the Builder, nor written by it, after
// that.
func (b *Builder) Write(put func(name string, data []byte) error) (string, error) {
	if err := b.group(len(b.pending)); err != nil {
		return "", err
	}
	b.merger = merger{} // its memory is for what follows
	w := &writer{b: b, put: put, shard: shardWriter{docs: len(b.rows)}, prefixes: prefixes{docs: len(b.rows)}}
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
	table, err := w.file("s/d/", ".bin", b.table())
	if err != nil {
		return "", err
	}
	return w.meta(table)
}

func (w *writer) file(dir, ext string, data []byte) (string, error) {
	sum := digest.Of(data)
	name := dir + hex.EncodeToString(sum[:6]) + ext
	if err := w.put(name, data); err != nil {
		return "", fmt.Errorf("write search index %s: %w", name, err)
	}
	return name, nil
}

// term writes a term, and before it the short prefixes that end with the term
// before.
func (w *writer) term(term []byte, p *postings, strong *list) error {
	if err := w.endPrefixes(term); err != nil {
		return err
	}
	if err := w.add(term, p); err != nil {
		return err
	}
	w.prefixes.collect(term, strong, len(w.starts))
	return nil
}

func (w *writer) add(term []byte, p *postings) error {
	if w.shard.full(p.gapsSize()) {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if w.shard.terms == 0 {
		w.starts = append(w.starts, separator(string(w.lastTerm), string(term)))
	}
	w.shard.add(term, p)
	w.lastTerm = append(w.lastTerm[:0], term...)
	return nil
}

func (w *writer) endPrefixes(next []byte) error {
	for {
		prefix, p := w.prefixes.end(next, len(w.starts))
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
	name, err := w.file("s/t/", ".bin", w.shard.take())
	if err != nil {
		return err
	}
	w.names.WriteString(name[len("s/t/") : len(name)-len(".bin")])
	return nil
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

// table is the file of documents: for each its class, for each its length, the
// number of fragments, for each its documents and the six bytes of its name.
func (b *Builder) table() []byte {
	out := make([]byte, 0, 2*len(b.rows)+7*len(b.frags)+8)
	for _, r := range b.rows {
		out = append(out, r.class)
	}
	for _, r := range b.rows {
		out = append(out, r.length)
	}
	out = binary.AppendUvarint(out, uint64(len(b.frags)))
	for _, f := range b.frags {
		out = append(out, byte(f.docs))
	}
	for _, f := range b.frags {
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
		Kinds: []string{}, Priors: []int{}, Table: table,
		Starts: strings.Join(w.starts, "\n"), Shards: w.names.String(),
	}
	for _, c := range w.b.classes {
		m.Kinds, m.Priors = append(m.Kinds, c.kind), append(m.Priors, int(c.prior))
	}
	data, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("write search index: meta: %w", err)
	}
	return w.file("s/meta.", ".json", append(data, '\n'))
}
