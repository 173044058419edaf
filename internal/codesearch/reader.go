package codesearch

import (
	"cmp"
	"encoding/base64"
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

	groups map[fileName][]entry
	shards map[string]map[uint32]posting
	blocks map[fileName][]Repository
}

// maxFile is how many bytes a file of an index may have.
const maxIndexFile = 64 << 20

// Open opens the index whose root has the name, below the directory.
func Open(dir fs.FS, name string) (*Reader, error) {
	r := &Reader{dir: dir, languages: map[string]int{}, ids: map[int]string{}, groups: map[fileName][]entry{}, shards: map[string]map[uint32]posting{}, blocks: map[fileName][]Repository{}}
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
	if !r.root.sound() {
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

func (x *root) sound() bool {
	for _, t := range []*table{&x.Shards, &x.Fragments, &x.Repos} {
		raw, err := base64.RawURLEncoding.DecodeString(t.Names)
		if err != nil || len(raw)%nameBytes != 0 || t.Bits < 0 || t.Bits > 32 {
			return false
		}
		t.groups = raw
	}
	return x.Files >= 0 && x.Files <= MaxFiles
}

// size is how many groups there are.
func (t table) size() int { return len(t.groups) / nameBytes }

// group is the name of the i-th group; false if there is none.
func (t table) group(i int) (n fileName, ok bool) {
	if i >= 0 && i < t.size() {
		copy(n[:], t.groups[i*nameBytes:])
	}
	return n, n != fileName{}
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
}

// entries are those of the i-th group of a table.
func (r *Reader) entries(t table, i int) ([]entry, error) {
	name, ok := t.group(i)
	if !ok {
		return nil, nil
	}
	if es, ok := r.groups[name]; ok {
		return es, nil
	}
	raw, err := r.unpacked(name.path("t"))
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
	c, first := &cursor{b: raw}, uint64(0)
	for len(c.b) > 0 {
		d := c.below(1 << 32)
		if first += d; c.bad || first >= 1<<32 || d == 0 && len(es) > 0 {
			return nil, errDamaged
		}
		if es = append(es, entry{uint32(first), c.name()}); c.bad {
			return nil, errDamaged
		}
	}
	return es, nil
}

// find is the entry of a table that a number belongs to; false if there is none.
func (r *Reader) find(t table, n uint32) (e entry, ok bool, err error) {
	es, err := r.entries(t, int(uint64(n)>>t.Bits))
	if err != nil {
		return entry{}, false, err
	}
	at, found := slices.BinarySearchFunc(es, n, func(e entry, n uint32) int { return cmp.Compare(e.first, n) })
	if !found {
		at--
	}
	if at < 0 {
		return entry{}, false, nil
	}
	return es[at], true, nil
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
func (r *Reader) postingOf(key uint32) (posting, error) {
	e, ok, err := r.find(r.root.Shards, key)
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
	return shard[key], nil
}

// filesOf are the files of a term; all is true if it tells nothing.
func (r *Reader) filesOf(t term) (files []uint32, all bool, err error) {
	p, err := r.postingOf(t.key)
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

// fragment is what a fragment has, of one repository.
type fragment struct {
	repo  string
	files []file
}

// file is a file of a fragment.
type file struct {
	number   uint32
	path     string
	language string
	content  []byte
}

func (r *Reader) fragment(e entry) (fragment, error) {
	raw, err := r.unpacked(e.name.path("f"))
	if err != nil {
		return fragment{}, err
	}
	return decodeFragment(raw, e.first, r.ids)
}

// decodeFragment takes apart a fragment, whose first file has the number first.
func decodeFragment(raw []byte, first uint32, languages map[int]string) (out fragment, err error) {
	c := &cursor{b: raw}
	out.repo = string(c.bytes(c.uvarint()))
	var sizes []uint64
	for i := range c.below(pageSize + 1) {
		f := file{number: first + uint32(i), path: string(c.bytes(c.uvarint())), language: languages[int(c.below(1<<16))]}
		out.files, sizes = append(out.files, f), append(sizes, c.uvarint())
	}
	for i := range out.files {
		out.files[i].content = c.bytes(sizes[i])
	}
	if c.bad || len(c.b) > 0 || len(out.files) == 0 {
		return fragment{}, errDamaged
	}
	return out, nil
}

// repository is the one of a name.
func (r *Reader) repository(name string) (Repository, error) {
	rs, err := r.repositories(int(uint64(hash(name)) >> r.root.Repos.Bits))
	if err != nil {
		return Repository{}, err
	}
	for _, x := range rs {
		if x.Name == name {
			return x, nil
		}
	}
	return Repository{}, errDamaged
}

// repositories are those of a block.
func (r *Reader) repositories(block int) ([]Repository, error) {
	name, ok := r.root.Repos.group(block)
	if !ok {
		return nil, nil
	}
	if rs, ok := r.blocks[name]; ok {
		return rs, nil
	}
	raw, err := r.unpacked(name.path("r"))
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

// allRepositories are those of all blocks, by name.
func (r *Reader) allRepositories() (out []Repository, err error) {
	for i := range r.root.Repos.size() {
		rs, err := r.repositories(i)
		if err != nil {
			return nil, err
		}
		out = append(out, rs...)
	}
	slices.SortFunc(out, func(a, b Repository) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
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
	rs, err := r.allRepositories()
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
