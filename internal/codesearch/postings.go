package codesearch

import (
	"bufio"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// heldPostings is how many bytes of postings are held in memory before they are
// laid aside in a file.
const heldPostings = 32 << 20

// list is the files that have a term: numbers of which the first is whole and each
// other is less the one before.
type list struct {
	n    uint64
	last uint32
	b    []byte
}

func (l *list) add(file uint32) {
	if l.n == 0 {
		l.b = binary.AppendUvarint(l.b, uint64(file))
	} else {
		l.b = binary.AppendUvarint(l.b, uint64(file-l.last))
	}
	l.n++
	l.last = file
}

// join adds a list of files that come after those of l.
func (l *list) join(m list) {
	if l.n == 0 {
		*l = list{m.n, m.last, append(l.b, m.b...)}
		return
	}
	first, n := binary.Uvarint(m.b)
	l.b = binary.AppendUvarint(l.b, first-uint64(l.last))
	l.b = append(l.b, m.b[max(n, 0):]...)
	l.n += m.n
	l.last = m.last
}

// postings gathers the files of all terms, in order of the files. What does not
// fit into memory is laid aside as runs, sorted by term, in a file that has been
// removed already.
type postings struct {
	limit int // bytes in memory
	lists map[uint32]*list
	held  int
	n     int // postings
	file  *os.File
	end   int64
	runs  []span
}

type span struct{ at, n int64 }

// listCost is about what a list takes beside its bytes.
const listCost = 96

func (p *postings) add(term uint32, file uint32) error {
	if p.lists == nil {
		p.lists = map[uint32]*list{}
	}
	key := term
	l := p.lists[key]
	if l == nil {
		l = new(list)
		p.lists[key] = l
		p.held += listCost
	}
	p.n++
	before := cap(l.b)
	l.add(file)
	p.held += cap(l.b) - before
	if p.held > p.limit {
		return p.layAside()
	}
	return nil
}

func (p *postings) layAside() error {
	if p.file == nil {
		f, err := os.CreateTemp("", "callboard-code-*")
		if err != nil {
			return err
		}
		p.file = f
	}
	w := &counter{w: bufio.NewWriterSize(io.NewOffsetWriter(p.file, p.end), 1<<16)}
	var head []byte
	for _, key := range p.sorted() {
		l := p.lists[key]
		head = binary.AppendUvarint(head[:0], uint64(key))
		head = binary.AppendUvarint(head, l.n)
		head = binary.AppendUvarint(head, uint64(l.last))
		head = binary.AppendUvarint(head, uint64(len(l.b)))
		w.write(head)
		w.write(l.b)
	}
	if err := errors.Join(w.err, w.w.Flush()); err != nil {
		return fmt.Errorf("lay postings aside: %w", err)
	}
	p.runs = append(p.runs, span{p.end, w.n})
	p.end += w.n
	clear(p.lists)
	p.held = 0
	return nil
}

type counter struct {
	w   *bufio.Writer
	n   int64
	err error
}

func (c *counter) write(b []byte) {
	if c.err == nil {
		_, c.err = c.w.Write(b)
		c.n += int64(len(b))
	}
}

func (p *postings) sorted() []uint32 {
	keys := make([]uint32, 0, len(p.lists))
	for k := range p.lists {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// each tells of all lists in order of their terms, mixed. A list is good until the
// next.
func (p *postings) each(tell func(key uint32, l *list) error) error {
	if len(p.runs) == 0 {
		for _, key := range p.sorted() {
			if err := tell(key, p.lists[key]); err != nil {
				return err
			}
		}
		return nil
	}
	if err := p.layAside(); err != nil {
		return err
	}
	var runs merged
	for i, s := range p.runs {
		r := &run{order: i, r: bufio.NewReaderSize(io.NewSectionReader(p.file, s.at, s.n), 1<<16)}
		if r.next(); r.ok {
			runs = append(runs, r)
		} else if r.err != nil {
			return r.err
		}
	}
	heap.Init(&runs)
	var l list
	for len(runs) > 0 {
		key := runs[0].key
		l = list{b: l.b[:0]}
		for len(runs) > 0 && runs[0].key == key {
			r := runs[0]
			l.join(r.list)
			if r.next(); r.err != nil {
				return r.err
			}
			if r.ok {
				heap.Fix(&runs, 0)
			} else {
				heap.Pop(&runs)
			}
		}
		if err := tell(key, &l); err != nil {
			return err
		}
	}
	return nil
}

// close removes what was laid aside.
func (p *postings) close() error {
	if p.file == nil {
		return nil
	}
	err := errors.Join(p.file.Close(), os.Remove(p.file.Name()))
	p.file = nil
	return err
}

// run reads one run.
type run struct {
	order int
	r     *bufio.Reader
	key   uint32
	list  list
	ok    bool
	err   error
}

func (r *run) next() {
	key, err := binary.ReadUvarint(r.r)
	if err == io.EOF {
		r.ok = false
		return
	}
	n, err1 := binary.ReadUvarint(r.r)
	last, err2 := binary.ReadUvarint(r.r)
	size, err3 := binary.ReadUvarint(r.r)
	if r.err = errors.Join(err, err1, err2, err3); r.err != nil {
		r.ok = false
		return
	}
	r.list.b = slices.Grow(r.list.b[:0], int(size))[:size]
	_, r.err = io.ReadFull(r.r, r.list.b)
	r.key, r.list.n, r.list.last, r.ok = uint32(key), n, uint32(last), r.err == nil
}

// merged are runs by the next term, of equal ones by their order.
type merged []*run

func (m merged) Len() int { return len(m) }
func (m merged) Less(i, j int) bool {
	return m[i].key < m[j].key || m[i].key == m[j].key && m[i].order < m[j].order
}
func (m merged) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *merged) Push(x any)   { *m = append(*m, x.(*run)) }
func (m *merged) Pop() any {
	old := *m
	x := old[len(old)-1]
	*m = old[:len(old)-1]
	return x
}
