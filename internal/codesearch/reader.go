package codesearch

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// Reader reads an index. It is for one goroutine at a time.
type Reader struct {
	dir       fs.FS
	root      root
	languages map[string]int
	ids       map[int]string
	// Loaded are how many files have been read, and their bytes as they lie there.
	Loaded, LoadedBytes int

	groups map[string][]entry
	shards map[string]map[uint32]posting
	blocks map[string][]Repository
}

// maxFile is how many bytes a file of an index may have.
const maxIndexFile = 64 << 20

// Open opens the index whose root has the name, below the directory.
func Open(dir fs.FS, name string) (*Reader, error) {
	r := &Reader{dir: dir, languages: map[string]int{}, ids: map[int]string{}, groups: map[string][]entry{}, shards: map[string]map[uint32]posting{}, blocks: map[string][]Repository{}}
	raw, err := r.load(name)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &r.root); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if r.root.Version != Version {
		return nil, fmt.Errorf("the code index has version %d, and this callboard reads %d", r.root.Version, Version)
	}
	if !r.root.Shards.sound() || !r.root.Fragments.sound() || r.root.Files < 0 || r.root.Files > MaxFiles {
		return nil, errDamaged
	}
	for _, l := range r.root.Languages {
		r.languages[l.Name], r.ids[l.ID] = l.ID, l.Name
	}
	return r, nil
}

// Left counts the files that were left out, by reason, and gives the patterns of
// those that were not even looked at.
func (r *Reader) Left() (reasons map[Reason]int, passed []string) { return r.root.Left, r.root.Passed }

// Files is how many files there are, and Repositories in how many repositories.
func (r *Reader) Files() (files, repositories int) { return r.root.Files, r.root.Repositories }

func (t table) sound() bool {
	return len(t.Names) == len(t.First)*2*nameBytes && slices.IsSorted(t.First)
}

// load reads a file as it lies there.
func (r *Reader) load(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, errDamaged
	}
	f, err := r.dir.Open(name)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxIndexFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(raw) > maxIndexFile {
		return nil, errDamaged
	}
	r.Loaded++
	r.LoadedBytes += len(raw)
	return raw, nil
}

func (r *Reader) unpacked(name string) ([]byte, error) {
	raw, err := r.load(name)
	if err != nil {
		return nil, err
	}
	return unpack(raw)
}

// entry is one of a table.
type entry struct {
	first uint32
	name  fileName
	more  uint64
}

func (t table) group(i int) (string, error) {
	var n fileName
	if _, err := hex.Decode(n[:], []byte(t.Names[i*2*nameBytes:(i+1)*2*nameBytes])); err != nil {
		return "", errDamaged
	}
	return n.path("t"), nil
}

// entries are those of the i-th group of a table.
func (r *Reader) entries(t table, i int) ([]entry, error) {
	name, err := t.group(i)
	if err != nil {
		return nil, err
	}
	if es, ok := r.groups[name]; ok {
		return es, nil
	}
	raw, err := r.unpacked(name)
	if err != nil {
		return nil, err
	}
	es, err := decodeGroup(raw)
	if err != nil {
		return nil, err
	}
	r.groups[name] = es
	return es, nil
}

func decodeGroup(raw []byte) (es []entry, err error) {
	c := &cursor{b: raw}
	for len(c.b) > 0 && len(es) < groupEntries {
		var e entry
		if b := c.bytes(4); b != nil {
			e.first = binary.BigEndian.Uint32(b)
		}
		e.name, e.more = c.name(), c.uvarint()
		es = append(es, e)
	}
	if c.bad || len(c.b) > 0 || len(es) == 0 || !slices.IsSortedFunc(es, func(a, b entry) int { return cmp.Compare(a.first, b.first) }) {
		return nil, errDamaged
	}
	return es, nil
}

// find is the entry of a table that a number belongs to, and the least number of
// the one after it; false if it is before all.
func (r *Reader) find(t table, n uint32) (e entry, end uint32, ok bool, err error) {
	i, found := slices.BinarySearch(t.First, n)
	if !found {
		i--
	}
	if i < 0 {
		return entry{}, 0, false, nil
	}
	es, err := r.entries(t, i)
	if err != nil {
		return entry{}, 0, false, err
	}
	at, found := slices.BinarySearchFunc(es, n, func(e entry, n uint32) int { return cmp.Compare(e.first, n) })
	if !found {
		at--
	}
	if at < 0 {
		return entry{}, 0, false, errDamaged
	}
	end = ^uint32(0)
	switch {
	case at+1 < len(es):
		end = es[at+1].first
	case i+1 < len(t.First):
		end = t.First[i+1]
	}
	return es[at], end, true, nil
}

// posting is what a shard has of a term.
type posting struct {
	n     uint64
	form  uint64
	files []uint32
	name  fileName
}

func decodeShard(raw []byte) (map[uint32]posting, error) {
	c, out, key := &cursor{b: raw}, map[uint32]posting{}, uint64(0)
	for first := true; len(c.b) > 0; first = false {
		d := c.below(1 << 32)
		if key += d; key >= 1<<32 || !first && d == 0 {
			return nil, errDamaged
		}
		v := c.below(4 * MaxFiles)
		p := posting{n: v / 4, form: v % 4}
		switch p.form {
		case formInline:
			p.files = c.numbers(p.n)
		case formAlone:
			p.name = c.name()
		case formCommon:
		default:
			c.bad = true
		}
		if c.bad {
			return nil, errDamaged
		}
		out[uint32(key)] = p
	}
	return out, nil
}

// postingOf is what the index has of a term. A term it does not have is in no
// file.
func (r *Reader) postingOf(term uint32) (posting, error) {
	e, _, ok, err := r.find(r.root.Shards, mix(term))
	if err != nil || !ok {
		return posting{}, err
	}
	name := e.name.path("s")
	shard, ok := r.shards[name]
	if !ok {
		raw, err := r.unpacked(name)
		if err != nil {
			return posting{}, err
		}
		if shard, err = decodeShard(raw); err != nil {
			return posting{}, err
		}
		r.shards[name] = shard
	}
	return shard[mix(term)], nil
}

// filesOf are the files of a term; all is true if it tells nothing.
func (r *Reader) filesOf(term uint32) (files []uint32, all bool, err error) {
	p, err := r.postingOf(term)
	if err != nil || p.form == formInline {
		return p.files, false, err
	}
	if p.form == formCommon {
		return nil, true, nil
	}
	raw, err := r.unpacked(p.name.path("p"))
	if err != nil {
		return nil, false, err
	}
	c := &cursor{b: raw}
	files = c.numbers(p.n)
	if c.bad || len(c.b) > 0 {
		return nil, false, errDamaged
	}
	return files, false, nil
}

// file is a file of a fragment.
type file struct {
	path     string
	language string
	content  []byte
}

func (r *Reader) fragment(e entry) ([]file, error) {
	raw, err := r.unpacked(e.name.path("f"))
	if err != nil {
		return nil, err
	}
	return decodeFragment(raw, r.ids)
}

func decodeFragment(raw []byte, languages map[int]string) ([]file, error) {
	c := &cursor{b: raw}
	n := c.below(uint64(len(raw)) + 1)
	var out []file
	var sizes []uint64
	for range n {
		f := file{path: string(c.bytes(c.uvarint())), language: languages[int(c.below(1<<16))]}
		out, sizes = append(out, f), append(sizes, c.uvarint())
		if c.bad {
			return nil, errDamaged
		}
	}
	for i := range out {
		out[i].content = c.bytes(sizes[i])
	}
	if c.bad || len(c.b) > 0 {
		return nil, errDamaged
	}
	return out, nil
}

// Repository is the one of a number.
func (r *Reader) repository(n uint64) (Repository, error) {
	if n/repoBlock >= uint64(len(r.root.Repos)) {
		return Repository{}, errDamaged
	}
	rs, err := r.repositories(int(n / repoBlock))
	if err != nil {
		return Repository{}, err
	}
	if n%repoBlock >= uint64(len(rs)) {
		return Repository{}, errDamaged
	}
	return rs[n%repoBlock], nil
}

func (r *Reader) repositories(block int) ([]Repository, error) {
	name := r.root.Repos[block]
	if rs, ok := r.blocks[name]; ok {
		return rs, nil
	}
	raw, err := r.unpacked(name)
	if err != nil {
		return nil, err
	}
	var rs []Repository
	if err := json.Unmarshal(raw, &rs); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	r.blocks[name] = rs
	return rs, nil
}

// LeftOut is a file that was left out of a repository.
type LeftOut struct {
	Repository string `json:"repository"`
	Left
	Because string `json:"because"`
}

// LeftOut are the files that were left out, of those that the query's filters let
// through, at most limit of them; 0 is all.
func (r *Reader) LeftOut(q Query, limit int) ([]LeftOut, error) {
	out := []LeftOut{}
	for i := range r.root.Repos {
		rs, err := r.repositories(i)
		if err != nil {
			return nil, err
		}
		for _, repo := range rs {
			if repo.LeftFile == "" || !q.passes("repo", repo.Name) {
				continue
			}
			if out, err = r.leftOf(repo, q, limit, out); err != nil || limit > 0 && len(out) >= limit {
				return out, err
			}
		}
	}
	return out, nil
}

func (r *Reader) leftOf(repo Repository, q Query, limit int, out []LeftOut) ([]LeftOut, error) {
	raw, err := r.unpacked(repo.LeftFile)
	if err != nil {
		return nil, err
	}
	var left []Left
	if err := json.Unmarshal(raw, &left); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	for _, l := range left {
		if limit > 0 && len(out) >= limit {
			break
		}
		if q.passes("file", l.Path) && q.passes("lang", languages[languageOf(strings.TrimSuffix(l.Path, "/"))][0]) {
			out = append(out, LeftOut{repo.Name, l, l.Reason.Sentence()})
		}
	}
	return out, nil
}
