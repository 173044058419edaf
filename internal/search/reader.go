package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"sync"
)

// Limits of the files a Reader takes in.
const (
	maxMetaBytes     = 8 << 20
	maxRootBytes     = 256 << 20
	maxShardBytes    = 64 << 20
	maxFragmentBytes = 4 << 20
)

// Reader answers queries from the files of an index. Several goroutines may use
// it; they wait for each other.
type Reader struct {
	fsys fs.FS
	meta meta

	sorts                        []byte  // of each document
	same                         string  // groups of the same thing
	like                         [6]byte // the file of the other groups
	groups                       *string // which are here once they are read
	termTree, wordTree, fragTree tree
	langs                        []string // of the documents, without ""
	weights                      [levels]float64

	// What was loaded, by name.
	mu       sync.Mutex
	pages    map[[6]byte]*entries
	shards   map[[6]byte]*shard
	spelling map[[6]byte][]spelledWord
	shown    map[[6]byte][]shownDoc
	chunks   map[[6]byte]*chunkOf
}

// OpenDir opens the index whose meta file is metaName, as Write returned it.
// fsys is the portal's data directory. The files may be anything: what is no
// index is an error.
func OpenDir(fsys fs.FS, metaName string) (*Reader, error) {
	r := &Reader{
		fsys: fsys, weights: levelWeights(), pages: map[[6]byte]*entries{}, shards: map[[6]byte]*shard{},
		spelling: map[[6]byte][]spelledWord{}, shown: map[[6]byte][]shownDoc{}, chunks: map[[6]byte]*chunkOf{},
	}
	data, err := readFile(fsys, metaName, maxMetaBytes)
	if err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	if err := json.Unmarshal(data, &r.meta); err != nil {
		return nil, fmt.Errorf("open search index %s: %w", metaName, err)
	}
	if err := r.checkMeta(); err != nil {
		return nil, fmt.Errorf("open search index %s: %w", metaName, err)
	}
	root, err := readFile(fsys, r.meta.Root, maxRootBytes)
	if err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	if err := r.readRoot(root); err != nil {
		return nil, fmt.Errorf("open search index: %s: %w", r.meta.Root, err)
	}
	return r, nil
}

// Docs is the number of documents.
func (r *Reader) Docs() int { return r.meta.Docs }

func readFile(fsys fs.FS, name string, most int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("read %s: more than %d bytes", name, most)
	}
	if data, err = unpack(data, most); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

func (r *Reader) checkMeta() error {
	m := &r.meta
	if m.Version != formatVersion {
		return fmt.Errorf("version %d, want %d", m.Version, formatVersion)
	}
	switch {
	case m.Docs < 0 || m.Docs > maxDocs || m.Title < 1:
		return errors.New("numbers out of range")
	case len(m.Kinds) != len(m.Langs) || len(m.Kinds) > 256:
		return fmt.Errorf("%d kinds with %d languages", len(m.Kinds), len(m.Langs))
	}
	for _, l := range m.Langs {
		if l != "" && !slices.Contains(r.langs, l) {
			r.langs = append(r.langs, l)
		}
	}
	return nil
}

func (r *Reader) readRoot(b []byte) error {
	d := decoder{b: b}
	r.sorts = d.sorts(r.meta.Docs, len(r.meta.Kinds))
	r.same, r.like = string(d.bytes()), [6]byte(d.array6())
	r.termTree, r.wordTree, r.fragTree = d.tree(), d.tree(), d.tree()
	if d.bad || len(d.b) > 0 {
		return errors.New("damaged")
	}
	return nil
}

// kind is a document's kind.
func (r *Reader) kind(doc uint32) string { return r.meta.Kinds[r.sorts[doc]] }

// shard is the terms of a part of the index, with their postings still packed.
type shard struct {
	terms  []string
	heads  []termHead
	data   []byte
	chunks []chunk
}

// chunk is a file of positions: its name, and how many lists of the shard are
// in those before.
type chunk struct {
	id    [6]byte
	first int
}

// termHead is where a term's postings are. lists is the number of lists of
// positions that the terms before have; -1 if this one has none.
type termHead struct{ docs, form, at, size, lists int }

func (r *Reader) shard(id [6]byte) (*shard, error) {
	if s := r.shards[id]; s != nil {
		return s, nil
	}
	name := fileName("s/t/", id[:])
	data, err := readFile(r.fsys, name, maxShardBytes)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	s, err := readShard(data, r.meta.Docs)
	if err != nil {
		return nil, fmt.Errorf("search: %s: %w", name, err)
	}
	r.shards[id] = s
	return s, nil
}

func readShard(data []byte, docs int) (*shard, error) {
	d := decoder{b: data}
	s := &shard{}
	begins := make([]chunkStart, d.count(len(data)))
	s.chunks = make([]chunk, len(begins))
	number := uint64(0)
	for i := range begins {
		copy(s.chunks[i].id[:], d.array6())
		number += d.uvarint()
		begins[i] = chunkStart{int(min(number, maxDocs)), d.below(docs)}
	}
	var term []byte
	at, lists := 0, 0
	for range d.count(len(data)) {
		shared, rest := d.uvarint(), d.bytes()
		if shared > uint64(len(term)) || int(shared)+len(rest) > maxTermBytes {
			return nil, errors.New("damaged list of terms")
		}
		term = append(term[:shared], rest...)
		n := d.uvarint()
		h := termHead{docs: int(n >> 2), form: int(n & 3), at: at, size: d.count(len(d.b)), lists: -1}
		if n>>2 == 0 || n>>2 > uint64(docs) {
			return nil, fmt.Errorf("term in %d documents of %d", n>>2, docs)
		}
		for len(begins) > 0 && begins[0].term == len(s.terms) {
			s.chunks[len(s.chunks)-len(begins)].first = lists + begins[0].doc
			begins = begins[1:]
		}
		if hasPositions(term) && !tooCommon(h.docs, docs) {
			h.lists = lists
			lists += h.docs
		}
		at += h.size
		s.terms, s.heads = append(s.terms, string(term)), append(s.heads, h)
	}
	s.data = d.b
	if d.bad || at != len(s.data) || len(begins) > 0 {
		return nil, errors.New("damaged shard")
	}
	return s, nil
}

// list decodes the postings of the shard's term i.
func (s *shard) list(i, docs int) (*list, error) {
	h := s.heads[i]
	d := decoder{b: s.data[h.at : h.at+h.size]}
	var l *list
	switch h.form {
	case formGaps:
		l = readGaps(&d, h.docs, docs)
	case formBitmap:
		l = readBitmap(&d, h.docs, docs)
	default:
		return nil, fmt.Errorf("search: postings in form %d", h.form)
	}
	if l != nil {
		l.readRows(&d)
	}
	if d.bad || len(d.b) > 0 {
		return nil, fmt.Errorf("search: damaged postings of %q", s.terms[i])
	}
	return l, nil
}

// readRows reads what a shard tells of documents with strong marks.
func (l *list) readRows(d *decoder) {
	n := 0
	for _, m := range l.marks {
		if m&strong != 0 {
			n++
		}
	}
	priors, titles := d.take(n), d.take(n)
	if d.bad || n == 0 {
		return
	}
	l.priors, l.titles = make([]byte, len(l.marks)), make([]byte, len(l.marks))
	n = 0
	for i, m := range l.marks {
		if m&strong != 0 {
			l.priors[i], l.titles[i] = priors[n], titles[n]
			n++
		}
	}
}

func readGaps(d *decoder, n, docs int) *list {
	if n > len(d.b) {
		d.fail()
		return nil
	}
	l := &list{docs: make([]uint32, n)}
	doc := uint64(0)
	for i := range l.docs {
		gap := d.uvarint()
		doc += gap
		if gap >= uint64(docs) || i > 0 && gap == 0 || doc >= uint64(docs) {
			d.fail()
			return nil
		}
		l.docs[i] = uint32(doc)
	}
	l.marks = d.take(n)
	return l
}

func readBitmap(d *decoder, n, docs int) *list {
	first := d.uvarint()
	bitmap := d.bytes()
	usual := d.byte()
	extra := readGaps(d, d.count(n), docs)
	if d.bad || popcount(bitmap) != n || first >= uint64(docs) || uint64(8*len(bitmap))+first >= uint64(docs)+8 {
		d.fail()
		return nil
	}
	l := &list{docs: make([]uint32, 0, n), marks: make([]byte, 0, n)}
	for i, b := range bitmap {
		for bit := 0; b != 0; bit, b = bit+1, b>>1 {
			if b&1 != 0 {
				l.docs, l.marks = append(l.docs, uint32(first)+uint32(8*i+bit)), append(l.marks, usual)
			}
		}
	}
	if l.docs[n-1] >= uint32(docs) {
		d.fail()
		return nil
	}
	for i, doc := range extra.docs {
		at, ok := slices.BinarySearch(l.docs, doc)
		if !ok {
			d.fail()
			return nil
		}
		l.marks[at] = extra.marks[i]
	}
	return l
}

// shownDoc is a document as a fragment has it; see fragments.
type shownDoc struct {
	URL         string      `json:"u"`
	Kind        string      `json:"k"`
	Ref         string      `json:"r"`
	Name        string      `json:"n"`
	Title       string      `json:"t"`
	Crumb       string      `json:"c"`
	Owner       string      `json:"o"`
	Type        string      `json:"y"`
	Lifecycle   string      `json:"l"`
	Tags        []string    `json:"g"`
	Description string      `json:"d"`
	Sections    [][3]string `json:"s"`
	Cut         int         `json:"x"`
}

// shownAs is the document doc as it is shown.
func (r *Reader) shownAs(doc uint32) (*shownDoc, error) {
	start, id, ok, err := r.file(r.fragTree, docKey(doc))
	if err != nil {
		return nil, err
	}
	first, err := strconv.ParseUint(start, 16, 32)
	if !ok || err != nil {
		return nil, fmt.Errorf("search: document %d of no fragment", doc)
	}
	docs, ok := r.shown[id]
	if !ok {
		name := fragmentName(id)
		data, err := readFile(r.fsys, name, maxFragmentBytes)
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		if err := json.Unmarshal(data, &docs); err != nil {
			return nil, fmt.Errorf("search: %s: %w", name, err)
		}
		r.shown[id] = docs
	}
	n := int(doc - uint32(first))
	if n < 0 || n >= len(docs) {
		return nil, fmt.Errorf("search: document %d of a fragment of %d", n, len(docs))
	}
	return &docs[n], nil
}
