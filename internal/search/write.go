package search

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

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
	lastTerm string
}

// Write writes the index with put and returns the name of its meta file. Names
// are below data/ and made of the content: equal names have equal content. The
// fragments are not written here; see Segment.Fragments.
func (b *Builder) Write(put func(name string, data []byte) error) (string, error) {
	w := &writer{b: b, put: put, shard: shardWriter{docs: len(b.rows)}}
	if err := b.each(w.term); err != nil {
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
func (w *writer) term(term string, l *list) error {
	if err := w.endPrefixes(term); err != nil {
		return err
	}
	if err := w.add(term, l); err != nil {
		return err
	}
	w.prefixes.collect(term, l, len(w.starts))
	return nil
}

func (w *writer) add(term string, l *list) error {
	if w.shard.full(gapsSize(l)) {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if w.shard.terms == 0 {
		w.starts = append(w.starts, separator(w.lastTerm, term))
	}
	w.shard.add(term, l)
	w.lastTerm = term
	return nil
}

func (w *writer) endPrefixes(next string) error {
	for {
		prefix, l := w.prefixes.end(next, len(w.starts))
		if prefix == "" {
			return nil
		}
		if l == nil {
			continue
		}
		if err := w.add(prefix+prefixMark, l); err != nil {
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
	if err := w.endPrefixes(""); err != nil {
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

// prefixes collects, while terms go by in order, the documents that have a word
// of a short prefix in name, title or tags. A reader would have to load many
// shards to find them: "s" may begin a tenth of all terms.
type prefixes struct{ open []prefix }

type prefix struct {
	text  string
	shard int // in which its first term stands
	flags map[uint32]byte
}

// maxPrefixRunes is the length of the longest prefix that is indexed.
const maxPrefixRunes = 3

func (p *prefixes) collect(term string, l *list, shard int) {
	if strings.HasPrefix(term, filterMark) {
		return
	}
	p.openAll(term, shard)
	for i, f := range l.flags {
		if f&strong == 0 {
			continue
		}
		for j := range p.open {
			p.open[j].flags[l.docs[i]] |= f & strong
		}
	}
}

// openAll opens the term's prefixes that are not open. Those that are open are
// prefixes of the term: end has been called.
func (p *prefixes) openAll(term string, shard int) {
	at := 0
	for n := 0; n < maxPrefixRunes && at < len(term); n++ {
		_, size := utf8.DecodeRuneInString(term[at:])
		at += size
		if n >= len(p.open) {
			p.open = append(p.open, prefix{term[:at], shard, map[uint32]byte{}})
		}
	}
}

// end closes the longest open prefix that next does not have and returns it,
// with its documents if its terms go beyond one shard. It returns "" when all
// open prefixes are next's.
func (p *prefixes) end(next string, shard int) (string, *list) {
	last := len(p.open) - 1
	if last < 0 || next != "" && strings.HasPrefix(next, p.open[last].text) {
		return "", nil
	}
	x := p.open[last]
	p.open = p.open[:last]
	if x.shard == shard || len(x.flags) == 0 {
		return x.text, nil
	}
	return x.text, listOf(x.flags)
}
