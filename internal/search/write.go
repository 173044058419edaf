package search

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/digest"
)

// formatVersion is raised whenever a reader of before would misunderstand.
const formatVersion = 5

// meta is the file a reader begins with; see the package's documentation.
type meta struct {
	Version int      `json:"v"`
	Docs    int      `json:"docs"`
	Title   int      `json:"title"` // words of a title, in tenths
	Kinds   []string `json:"kinds"` // by sort of document
	Langs   []string `json:"langs"`
	// Stop is the words that hold questions together in the index's languages,
	// with spaces around each.
	Stop string `json:"stop"`
	Root string `json:"root"` // name of the root file
}

// writer is one run of Builder.Write.
type writer struct {
	b        *Builder
	kept     func(name string) bool
	put      func(name string, data []byte) error
	shard    shardWriter
	prefixes prefixes
	shards   entries
	spelling spelling
	start    string   // of the open shard
	same     []string // roots by which documents are found besides what they say
	lastTerm []byte
	begun    list   // of a prefix
	rows     []byte // of the term at hand
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
	return w.meta()
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

// term writes a term, and before it the prefixes that end with the term
// before.
func (w *writer) term(term []byte, p *postings, strong *list) error {
	if err := w.endPrefixes(term); err != nil {
		return err
	}
	if isFilter(term) {
		// Such a term is asked for documents, and for nothing about them.
		clear(p.marks)
		return w.add(term, p, nil)
	}
	if isAlike(term) {
		return w.alike(term, p, strong)
	}
	if err := w.add(term, p, strong.docs); err != nil {
		return err
	}
	w.prefixes.collect(term, strong, len(w.shards.starts))
	w.spelling.note(term, len(p.marks), len(strong.docs) > 0)
	return nil
}

// alike writes a word of the groups that documents are found by besides what they
// say, if not so many are that it would tell nothing and cost much.
func (w *writer) alike(term []byte, p *postings, strong *list) error {
	if len(p.marks) >= manyDocs {
		return nil
	}
	w.same = append(w.same, string(term[len(alikeMark):]))
	return w.add(term, p, strong.docs)
}

// rowsOf is what a shard has of documents with strong marks.
func (w *writer) rowsOf(docs []uint32) []byte {
	w.rows = w.rows[:0]
	for _, doc := range docs {
		w.rows = append(w.rows, w.b.classes[w.b.rows[doc].class].prior)
	}
	for _, doc := range docs {
		w.rows = append(w.rows, w.b.rows[doc].length&15)
	}
	return w.rows
}

func (w *writer) add(term []byte, p *postings, strong []uint32) error {
	if w.shard.full(p.gapsSize()) {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if w.shard.terms == 0 {
		w.start = separator(string(w.lastTerm), string(term))
	}
	w.lastTerm = append(w.lastTerm[:0], term...)
	return w.shard.add(term, p, w.rowsOf(strong))
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
		w.begun.decode(p)
		if err := w.add([]byte(prefix+prefixMark), p, w.begun.docs); err != nil {
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
	w.shards.add(w.start, id)
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

// root is the file that a reader begins with, after the meta file: the number of
// runs of documents of one sort, for each how many and of which; the length of a text and
// the text, which is groups of what is the same thing, as writer.groups has them; the
// name of the file with the other groups; the trees of shards, of files of spelling and of fragments, whose keys are the numbers of
// documents as docKey writes them.
func (w *writer) root(sorts *sorts) ([]byte, error) {
	page := func(data []byte) ([6]byte, error) { return w.file("s/n/", data) }
	words, err := w.spelling.write(func(data []byte) ([6]byte, error) { return w.file("s/w/", data) })
	if err != nil {
		return nil, err
	}
	frags, doc := &entries{}, 0
	for _, f := range w.b.frags {
		frags.add(docKey(uint32(doc)), f.id)
		doc += f.docs
	}
	like, err := w.file("s/w/", []byte(w.groups(w.b.words.en.loose)))
	if err != nil {
		return nil, err
	}
	same := w.groups(w.b.words.en.exact)
	out := binary.AppendUvarint(sorts.append(nil), uint64(len(same)))
	out = append(append(out, same...), like[:]...)
	for _, t := range []*entries{&w.shards, words, frags} {
		if out, err = t.appendTree(out, page); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// groups are the groups of words by which documents are found besides what they
// say, a line each, with commas around each root; see alikes.
func (w *writer) groups(all [][]string) string {
	there := map[string]bool{}
	for _, root := range w.same {
		there[root] = true
	}
	var out strings.Builder
	for _, group := range all {
		if slices.ContainsFunc(group, func(root string) bool { return there[root] }) {
			out.WriteString("," + strings.Join(group, ",") + ",\n")
		}
	}
	return out.String()
}

// docKey is a document's number as the key of a tree: keys are in the order of
// the numbers.
func docKey(doc uint32) string { return fmt.Sprintf("%06x", doc) }

func (w *writer) meta() (string, error) {
	title := 0
	for _, r := range w.b.rows {
		title += 10 * int(r.length&15)
	}
	sorts := w.b.sorts()
	data, err := w.root(sorts)
	if err != nil {
		return "", err
	}
	root, err := w.file("s/d/", data)
	if err != nil {
		return "", err
	}
	m := meta{
		Version: formatVersion, Docs: len(w.b.rows), Title: max(title/max(len(w.b.rows), 1), 1),
		Kinds: sorts.kinds, Langs: sorts.langs, Root: fileName("s/d/", root[:]),
	}
	for i, lang := range m.Langs {
		if !slices.Contains(m.Langs[:i], lang) {
			m.Stop += stopwords[lang]
		}
	}
	if data, err = json.Marshal(m); err != nil {
		return "", fmt.Errorf("write search index: meta: %w", err)
	}
	data = append(data, '\n')
	sum := digest.Of(data)
	name := "s/meta." + hex.EncodeToString(sum[:6]) + ".json"
	return name, w.putFile(name, data)
}
