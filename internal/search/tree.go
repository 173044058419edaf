package search

import (
	"encoding/binary"
	"fmt"
	"sort"
)

// A tree says which file has what: each has a stretch of sorted keys. Its leaves
// are the files, each with its start: a key that is not after its first, and
// after the last of the file before. Where there are many files, so that a query
// loads but a few of their names, they are in pages, which have starts as well;
// and if there are many pages, so are these.

const (
	pageEntries = 64  // of a page
	rootEntries = 256 // most that stand in the root file
	maxDepth    = 4   // levels of pages
)

// entries are files or pages of a tree.
type entries struct {
	starts []string
	ids    []byte // six bytes each
}

func (e *entries) add(start string, id [6]byte) {
	e.starts, e.ids = append(e.starts, start), append(e.ids, id[:]...)
}

func (e *entries) id(i int) [6]byte { return [6]byte(e.ids[6*i : 6*i+6]) }

// slice is some of the entries.
func (e *entries) slice(from, to int) *entries {
	return &entries{e.starts[from:to], e.ids[6*from : 6*to]}
}

// of is the number of the entry that has the key if any does, at least 0.
func (e *entries) of(key string) int {
	return max(sort.Search(len(e.starts), func(i int) bool { return e.starts[i] > key })-1, 0)
}

// append writes the number of the entries, for each what its start shares with
// the one before and the rest of it, and for each the six bytes of its name.
func (e *entries) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(e.starts)))
	last := ""
	for _, s := range e.starts {
		b = appendShared(b, last, s)
		last = s
	}
	return append(b, e.ids...)
}

// entries reads what append wrote.
func (d *decoder) entries() *entries {
	e := &entries{}
	last := ""
	for range d.count(len(d.b)) {
		shared, rest := d.uvarint(), d.bytes()
		if shared > uint64(len(last)) || int(shared)+len(rest) > maxTermBytes {
			d.fail()
			break
		}
		start := last[:shared] + string(rest)
		if len(e.starts) > 0 && start <= last {
			d.fail()
		}
		last = start
		e.starts = append(e.starts, start)
	}
	e.ids = d.take(6 * len(e.starts))
	if d.bad {
		return &entries{}
	}
	return e
}

// appendTree writes a tree into the root: how many levels of pages it has, and
// the entries of the uppermost. file writes a page and gives its name.
func (e *entries) appendTree(b []byte, file func(data []byte) ([6]byte, error)) ([]byte, error) {
	depth := 0
	for ; len(e.starts) > rootEntries; depth++ {
		pages := &entries{}
		for from := 0; from < len(e.starts); from += pageEntries {
			page := e.slice(from, min(from+pageEntries, len(e.starts)))
			id, err := file(page.append(nil))
			if err != nil {
				return nil, err
			}
			pages.add(page.starts[0], id)
		}
		e = pages
	}
	return e.append(binary.AppendUvarint(b, uint64(depth))), nil
}

// tree is a tree as a reader has it.
type tree struct {
	depth int // levels of pages
	root  *entries
}

func (d *decoder) tree() tree {
	depth := d.below(maxDepth)
	return tree{depth, d.entries()}
}

// each calls fn with the files of a tree, in order from the one that has the key
// if any does, until it returns false.
func (r *Reader) each(t tree, key string, fn func(start string, id [6]byte) bool) error {
	_, err := r.eachOf(t.root, t.depth, key, fn)
	return err
}

func (r *Reader) eachOf(e *entries, depth int, key string, fn func(start string, id [6]byte) bool) (more bool, err error) {
	for i := e.of(key); i < len(e.starts); i++ {
		if depth == 0 {
			if !fn(e.starts[i], e.id(i)) {
				return false, nil
			}
			continue
		}
		page, err := r.page(e.id(i))
		if err != nil {
			return false, err
		}
		if more, err := r.eachOf(page, depth-1, key, fn); !more || err != nil {
			return false, err
		}
	}
	return true, nil
}

// file is the file of a tree that has the key if any does.
func (r *Reader) file(t tree, key string) (start string, id [6]byte, ok bool, err error) {
	err = r.each(t, key, func(s string, x [6]byte) bool {
		start, id, ok = s, x, s <= key
		return false
	})
	return start, id, ok, err
}

func (r *Reader) page(id [6]byte) (*entries, error) {
	if p := r.pages[id]; p != nil {
		return p, nil
	}
	name := fileName("s/n/", id[:])
	data, err := readFile(r.fsys, name, maxFragmentBytes)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	d := decoder{b: data}
	p := d.entries()
	if d.bad || len(d.b) > 0 || len(p.starts) == 0 {
		return nil, fmt.Errorf("search: %s: damaged names of files", name)
	}
	r.pages[id] = p
	return p, nil
}
