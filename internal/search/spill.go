package search

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// A large index does not fit into the memory that a build may take. When the
// postings of the builder reach a limit, they are written to a file as a run:
// each term in order with its postings. Document numbers rise from run to run,
// so that merging is reading all runs side by side and putting the lists of a
// term one behind the other.

// spillBytes is how much a builder holds before it writes a run.
const spillBytes = 48 << 20

// termCost is about what a term takes beside its postings.
const termCost = 96

// run is a file of terms in order.
type run struct{ file *os.File }

// held is about how many bytes the postings take.
func (b *Builder) held() int { return len(b.pool.blocks)<<blockBits + len(b.terms)*termCost }

// spill writes the postings to a run if they are many.
func (b *Builder) spill() error {
	if b.held() < b.limit {
		return nil
	}
	f, err := os.CreateTemp("", "callboard-index-*")
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	b.runs = append(b.runs, run{f})
	w := bufio.NewWriterSize(f, 1<<20)
	var head, raw []byte
	for _, id := range b.sorted() {
		c := &b.chains[id]
		raw = b.pool.read(raw[:0], c)
		head = binary.AppendUvarint(head[:0], uint64(len(b.terms[id])))
		head = append(head, b.terms[id]...)
		head = binary.AppendUvarint(head, uint64(c.df))
		head = binary.AppendUvarint(head, uint64(len(raw)))
		w.Write(head) // an error stays in w until Flush
		w.Write(raw)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	b.ids, b.terms, b.chains, b.pool = map[string]uint32{}, nil, nil, pool{}
	return nil
}

// Close removes what the builder has written for itself.
func (b *Builder) Close() error {
	var errs []error
	for _, r := range b.runs {
		errs = append(errs, r.file.Close(), os.Remove(r.file.Name()))
	}
	b.runs = nil
	return errors.Join(errs...)
}

// cursor stands at a term of a run, or of the builder itself.
type cursor struct {
	term string
	df   int
	raw  []byte
	next func(*cursor) error // io.EOF at the end
}

func (r run) cursor() (*cursor, error) {
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(r.file, 256<<10)
	return &cursor{next: func(c *cursor) error { return c.read(in) }}, nil
}

func (c *cursor) read(in *bufio.Reader) error {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return err
	}
	term := make([]byte, n)
	if _, err := io.ReadFull(in, term); err != nil {
		return err
	}
	df, err := binary.ReadUvarint(in)
	if err != nil {
		return err
	}
	size, err := binary.ReadUvarint(in)
	if err != nil {
		return err
	}
	c.term, c.df = string(term), int(df)
	c.raw = append(c.raw[:0], make([]byte, size)...)
	_, err = io.ReadFull(in, c.raw)
	return err
}

// own is a cursor over the postings that are still in memory.
func (b *Builder) own() *cursor {
	ids, at := b.sorted(), 0
	return &cursor{next: func(c *cursor) error {
		if at == len(ids) {
			return io.EOF
		}
		id := ids[at]
		at++
		c.term, c.df, c.raw = b.terms[id], int(b.chains[id].df), b.pool.read(c.raw[:0], &b.chains[id])
		return nil
	}}
}

// each calls f with every term in order and all its postings. The list is f's
// until it returns.
func (b *Builder) each(f func(term string, l *list) error) error {
	var open []*cursor // in the order of their documents
	for _, r := range b.runs {
		c, err := r.cursor()
		if err != nil {
			return err
		}
		open = append(open, c)
	}
	open = append(open, b.own())
	for i := 0; i < len(open); {
		if err := open[i].next(open[i]); err == io.EOF {
			open = append(open[:i], open[i+1:]...)
		} else if err != nil {
			return err
		} else {
			i++
		}
	}
	var l list
	for len(open) > 0 {
		term := open[0].term
		for _, c := range open[1:] {
			if strings.Compare(c.term, term) < 0 {
				term = c.term
			}
		}
		l.docs, l.flags = l.docs[:0], l.flags[:0]
		for i := 0; i < len(open); {
			c := open[i]
			if c.term != term {
				i++
				continue
			}
			l.add(c.raw, c.df)
			if err := c.next(c); err == io.EOF {
				open = append(open[:i], open[i+1:]...)
			} else if err != nil {
				return err
			} else {
				i++
			}
		}
		if err := f(term, &l); err != nil {
			return err
		}
	}
	return nil
}

// add appends df postings to the list.
func (l *list) add(raw []byte, df int) {
	d := decoder{b: raw}
	doc := uint32(0)
	for range df {
		doc += uint32(d.uvarint())
		l.docs = append(l.docs, doc)
		l.flags = append(l.flags, d.byte())
	}
}
