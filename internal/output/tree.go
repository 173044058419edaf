package output

import (
	"encoding/binary"
	"hash/maphash"
	"strings"

	"callboard/internal/digest"
)

// tree holds the files of the last build and of this one by their paths. A
// portal has hundreds of thousands of files, so it is made for few bytes a
// file: a path is a chain of names in the case in which paths collide, and only
// one that is spelled otherwise is kept whole besides. Files and directories
// are found by directory and name through one table without pointers.
type tree struct {
	names  []byte         // each with its length before it
	recent [1 << 12]int32 // places in names, by hash: most names are index.html
	dirs   []dirNode      // the first is the top
	chunks []*[perChunk]record
	files  int32
	exact  map[int32]string // the spelling of files that are not spelled in lower case

	seed maphash.Seed
	table
}

const perChunk = 1 << 10

// record is a file of the last build, of this one, or of both. As soon as it is
// part of this build, it tells what the file is in this one.
type record struct {
	sum   digest.Sum
	key   half
	sized int64 // size in bytes, and in the lower bits the marks
	dir   int32
	name  int32 // place in names
}

// half is half of a key, as much as tells whether one file was made of the same
// things: 128 bits of a digest, which no content can be chosen for.
type half [sumSize / 2]byte

func halve(key digest.Sum) half { return half(key[:sumSize/2]) }

// The marks of a record.
const (
	was      = 1 << iota // part of the last build
	lost                 // of the last build, but no longer there as it was made
	now                  // part of this build
	staged               // written by this build
	markBits = iota
)

const maxSize = 1<<(63-markBits) - 1

func (r *record) size() int64         { return r.sized >> markBits }
func (r *record) has(mark int64) bool { return r.sized&mark != 0 }

func (r *record) mark(mark int64)    { r.sized |= mark }
func (r *record) setSize(size int64) { r.sized = size<<markBits | r.sized&(1<<markBits-1) }

// dirNode is a directory of files of either build.
type dirNode struct {
	parent int32
	name   int32
	first  int32 // the first file of this build below it, counted from 1
	made   bool  // stands on disk, in its folded spelling
}

// newTree makes a tree with room for so many files, and for directories as
// portals have them.
func newTree(files int) *tree {
	return &tree{names: make([]byte, 1, 16*files+1), dirs: make([]dirNode, 1, files+1), exact: map[int32]string{}, seed: maphash.MakeSeed(), table: newTable(3*files + 1<<8)}
}

// file is the record of a number.
func (t *tree) file(id int32) *record { return &t.chunks[id/perChunk][id%perChunk] }

// name is what stands at a place of names.
func (t *tree) name(at int32) []byte {
	n, used := binary.Uvarint(t.names[at:])
	from := int(at) + used
	return t.names[from : from+int(n)]
}

// intern is the place of a name, which is new unless it was seen lately.
func (t *tree) intern(name string) int32 {
	r := &t.recent[maphash.String(t.seed, name)%uint64(len(t.recent))]
	if *r == 0 || string(t.name(*r)) != name {
		*r = int32(len(t.names))
		t.names = append(binary.AppendUvarint(t.names, uint64(len(name))), name...)
	}
	return *r
}

// spot is where a path stands: its directory, as far down as that is known, and
// the names from there on.
type spot struct {
	dir   int32
	rest  string
	was   int32 // the file of the last build with that folded path, from 1
	taken int32 // the file of this build that is in its way, from 1
}

// spot finds a folded path.
func (t *tree) spot(fold string) spot {
	s := spot{rest: fold}
	for {
		name, rest, more := strings.Cut(s.rest, "/")
		f := t.look(s.dir, name)
		switch {
		case !more:
			if s.was, s.taken = f.was, f.now; s.taken == 0 && f.dir != 0 {
				s.taken = t.dirs[f.dir].first
			}
			return s
		case f.dir == 0 || t.dirs[f.dir].first == 0:
			// Nothing of this build is below; is there a file where it would be?
			if s.taken = f.now; s.taken != 0 || f.dir == 0 {
				return s
			}
		}
		s.dir, s.rest = f.dir, rest
	}
}

// found is what has one name in one directory, each counted from 1.
type found struct{ dir, was, now int32 }

func (t *tree) look(dir int32, name string) (f found) {
	h := t.hash(dir, name)
	for i := t.start(h); t.slots[i] != 0; i = t.next(i) {
		id := t.slots[i]
		switch {
		case t.tags[i] != tag(h):
		case id < 0:
			if d := t.dirs[-id]; d.parent == dir && string(t.name(d.name)) == name {
				f.dir = -id
			}
		default:
			if r := t.file(id - 1); r.dir == dir && string(t.name(r.name)) == name {
				f.note(id, r)
			}
		}
	}
	return f
}

func (f *found) note(id int32, r *record) {
	if r.has(was) {
		f.was = id
	}
	if r.has(now) {
		f.now = id
	}
}

// add puts a file at a spot, making its directories. The record has no marks.
func (t *tree) add(s spot, fold, p string) int32 {
	for {
		name, rest, more := strings.Cut(s.rest, "/")
		if !more {
			break
		}
		t.dirs = append(t.dirs, dirNode{parent: s.dir, name: t.intern(name)})
		s.dir, s.rest = int32(len(t.dirs)-1), rest
		t.insert(-s.dir)
	}
	if int(t.files) == len(t.chunks)*perChunk {
		t.chunks = append(t.chunks, new([perChunk]record))
	}
	id := t.files
	t.files++
	*t.file(id) = record{dir: s.dir, name: t.intern(s.rest)}
	if p != fold {
		t.exact[id] = p
	}
	t.insert(id + 1)
	return id
}

// claim makes a file part of this build.
func (t *tree) claim(id int32) {
	r := t.file(id)
	r.mark(now)
	for d := r.dir; d != 0 && t.dirs[d].first == 0; d = t.dirs[d].parent {
		t.dirs[d].first = id + 1
	}
}

// spelled tells whether p, which folds to the file's path, is its path.
func (t *tree) spelled(id int32, fold, p string) bool {
	if e, ok := t.exact[id]; ok {
		return e == p
	}
	return p == fold
}

// path is the path of a file.
func (t *tree) path(id int32) string { return string(t.appendPath(nil, id)) }

func (t *tree) appendPath(b []byte, id int32) []byte {
	if e, ok := t.exact[id]; ok {
		return append(b, e...)
	}
	r := t.file(id)
	return append(t.appendDir(b, r.dir), t.name(r.name)...)
}

// appendDir appends the folded path of a directory and a slash, nothing for the
// top.
func (t *tree) appendDir(b []byte, dir int32) []byte {
	if dir == 0 {
		return b
	}
	d := t.dirs[dir]
	return append(append(t.appendDir(b, d.parent), t.name(d.name)...), '/')
}
