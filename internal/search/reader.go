package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sort"
	"sync"
)

// Limits of the files a Reader takes in.
const (
	maxMetaBytes     = 8 << 20
	maxTableBytes    = 256 << 20
	maxShardBytes    = 64 << 20
	maxFragmentBytes = 4 << 20
)

// Reader answers queries from the files of an index. Several goroutines may use
// it; they wait for each other.
type Reader struct {
	fsys fs.FS
	meta meta

	classes, lengths     []byte
	termFiles, wordFiles directory
	blocks               directory // without starts
	blockFirsts          []uint32  // first document of each block
	langs                []string  // of the documents, without ""

	mu       sync.Mutex
	shards   map[int]*shard
	spelling map[int][]spelledWord
	named    map[int]*block
	shown    map[[6]byte][]shownDoc
	chunks   map[[6]byte]*chunkOf
}

// block names fragments; firsts are their first documents.
type block struct {
	firsts []uint32
	ids    []byte
}

// OpenDir opens the index whose meta file is metaName, as Write returned it.
// fsys is the portal's data directory. The files may be anything: what is no
// index is an error.
func OpenDir(fsys fs.FS, metaName string) (*Reader, error) {
	r := &Reader{
		fsys: fsys, shards: map[int]*shard{}, spelling: map[int][]spelledWord{},
		named: map[int]*block{}, shown: map[[6]byte][]shownDoc{}, chunks: map[[6]byte]*chunkOf{},
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
	table, err := readFile(fsys, r.meta.Table, maxTableBytes)
	if err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	if err := r.readTable(table); err != nil {
		return nil, fmt.Errorf("open search index: %s: %w", r.meta.Table, err)
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
	case m.Docs < 0 || m.Docs > maxDocs || m.Average < 1 || m.Title < 1:
		return errors.New("numbers out of range")
	case len(m.Kinds) != len(m.Priors) || len(m.Kinds) != len(m.Langs) || len(m.Kinds) > 256:
		return fmt.Errorf("%d kinds with %d priors and %d languages", len(m.Kinds), len(m.Priors), len(m.Langs))
	}
	for _, l := range m.Langs {
		if l != "" && !slices.Contains(r.langs, l) {
			r.langs = append(r.langs, l)
		}
	}
	return nil
}

func (r *Reader) readTable(b []byte) error {
	d := decoder{b: b}
	r.classes, r.lengths = d.take(r.meta.Docs), d.take(r.meta.Docs)
	r.termFiles, r.wordFiles = d.directory(), d.directory()
	n := d.count(len(b))
	doc := uint64(0)
	for range n {
		doc += d.uvarint()
		r.blocks.ids = append(r.blocks.ids, d.array6()...)
		r.blockFirsts = append(r.blockFirsts, uint32(min(doc, maxDocs)))
	}
	if n == 0 {
		only, docs := d.block()
		r.named[0], r.blockFirsts = only, []uint32{0}
		d.bad = d.bad || docs != r.meta.Docs
	}
	if d.bad || len(d.b) > 0 || r.blockFirsts[0] != 0 || !slices.IsSorted(r.blockFirsts) {
		return errors.New("damaged table")
	}
	for _, c := range r.classes {
		if int(c) >= len(r.meta.Kinds) {
			return fmt.Errorf("document of class %d of %d", c, len(r.meta.Kinds))
		}
	}
	return nil
}

// directory reads what directory.append wrote.
func (d *decoder) directory() (out directory) {
	last := ""
	for range d.count(len(d.b)) {
		shared, rest := d.uvarint(), d.bytes()
		if shared > uint64(len(last)) || int(shared)+len(rest) > maxTermBytes {
			d.fail()
			return directory{}
		}
		start := last[:shared] + string(rest)
		if len(out.starts) > 0 && start <= last {
			d.fail()
		}
		last = start
		out.starts, out.ids = append(out.starts, start), append(out.ids, d.array6()...)
	}
	return out
}

// block reads what appendBlock wrote, and counts the documents.
func (d *decoder) block() (*block, int) {
	n := d.count(len(d.b))
	b := &block{}
	docs := 0
	for _, size := range d.take(n) {
		b.firsts = append(b.firsts, uint32(docs))
		docs += int(size)
	}
	b.ids = d.take(6 * n)
	return b, docs
}

// of is the number of the file that holds the term if any does.
func (d *directory) of(term string) int {
	return sort.Search(len(d.starts), func(i int) bool { return d.starts[i] > term }) - 1
}

// name is the file's, below data/.
func (d *directory) name(dir string, i int) string { return fileName(dir, d.ids[6*i:6*i+6]) }

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

func (r *Reader) shard(i int) (*shard, error) {
	if s := r.shards[i]; s != nil {
		return s, nil
	}
	name := r.termFiles.name("s/t/", i)
	data, err := readFile(r.fsys, name, maxShardBytes)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	s, err := readShard(data, r.meta.Docs)
	if err != nil {
		return nil, fmt.Errorf("search: %s: %w", name, err)
	}
	r.shards[i] = s
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
	if d.bad || len(d.b) > 0 {
		return nil, fmt.Errorf("search: damaged postings of %q", s.terms[i])
	}
	return l, nil
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
	l.flags = d.take(n)
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
	l := &list{docs: make([]uint32, 0, n), flags: make([]byte, 0, n)}
	for i, b := range bitmap {
		for bit := 0; b != 0; bit, b = bit+1, b>>1 {
			if b&1 != 0 {
				l.docs, l.flags = append(l.docs, uint32(first)+uint32(8*i+bit)), append(l.flags, usual)
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
		l.flags[at] = extra.flags[i]
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
	i := sort.Search(len(r.blockFirsts), func(i int) bool { return r.blockFirsts[i] > doc }) - 1
	b, err := r.block(i)
	if err != nil {
		return nil, err
	}
	doc -= r.blockFirsts[i]
	i = sort.Search(len(b.firsts), func(i int) bool { return b.firsts[i] > doc }) - 1
	if i < 0 {
		return nil, fmt.Errorf("search: document %d of no fragment", doc)
	}
	id := [6]byte(b.ids[6*i : 6*i+6])
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
	n := int(doc - b.firsts[i])
	if n >= len(docs) {
		return nil, fmt.Errorf("search: document %d of a fragment of %d", n, len(docs))
	}
	return &docs[n], nil
}

func (r *Reader) block(i int) (*block, error) {
	if b := r.named[i]; b != nil {
		return b, nil
	}
	name := r.blocks.name("s/b/", i)
	data, err := readFile(r.fsys, name, maxFragmentBytes)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	d := decoder{b: data}
	b, _ := d.block()
	if d.bad || len(d.b) > 0 {
		return nil, fmt.Errorf("search: %s: damaged names of fragments", name)
	}
	r.named[i] = b
	return b, nil
}
