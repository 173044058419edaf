package build

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"callboard/internal/markdown"
)

// All pages of a set are rendered before the first is written: a link may lead to
// a heading of any other, and the navigation has the titles of all. What takes room
// of a rendered page is its HTML and its text, of which only the page itself has
// need, later.

// textBytes is how much of the HTML and text of a set's pages is held in memory: all
// of it for most sets. What it takes there is half as much again.
const textBytes = 2 << 20

// texts holds the HTML and text of rendered pages until they are written: in
// memory, and when they are too many for that, in a file that is removed in the
// end. It is for one goroutine.
type texts struct {
	limit int // bytes in memory
	held  int
	file  *os.File
	end   int64 // of the file
	at    map[int]stretch
	buf   []byte
}

// stretch is where the texts of a page are in the file.
type stretch struct {
	from int64
	size int
}

// add takes the texts of page i over and gives back what is to be held of it
// beside them: all of it while there is room.
func (t *texts) add(i int, d *markdown.Doc) (*markdown.Doc, error) {
	t.buf = appendTexts(t.buf[:0], d)
	if t.held+len(t.buf) <= t.limit {
		t.held += len(t.buf)
		return d, nil
	}
	if t.file == nil {
		f, err := os.CreateTemp("", "callboard-pages-*")
		if err != nil {
			return nil, err
		}
		t.file, t.at = f, map[int]stretch{}
	}
	if _, err := t.file.WriteAt(t.buf, t.end); err != nil {
		return nil, fmt.Errorf("keep a page: %w", err)
	}
	t.at[i] = stretch{t.end, len(t.buf)}
	t.end += int64(len(t.buf))
	return headOf(d), nil
}

// headOf is a page without its texts. Its strings are parts of the texts they were
// found in, and would hold all of those.
func headOf(d *markdown.Doc) *markdown.Doc {
	head := *d
	head.Body, head.Sections, head.Title = "", nil, strings.Clone(d.Title)
	head.Headings, head.Links = slices.Clone(d.Headings), slices.Clone(d.Links)
	for n := range head.Headings {
		h := &head.Headings[n]
		h.ID, h.Text = strings.Clone(h.ID), strings.Clone(h.Text)
	}
	for n := range head.Links {
		head.Links[n].Dest = strings.Clone(head.Links[n].Dest)
	}
	return &head
}

// fill gives page i with its texts, if they are in the file.
func (t *texts) fill(i int, head *markdown.Doc) (*markdown.Doc, bool, error) {
	s, ok := t.at[i]
	if !ok {
		return nil, false, nil
	}
	if cap(t.buf) < s.size {
		t.buf = make([]byte, s.size)
	}
	b := t.buf[:s.size]
	if _, err := t.file.ReadAt(b, s.from); err != nil {
		return nil, false, fmt.Errorf("read a page again: %w", err)
	}
	d := *head
	r := recordReader{b: b}
	d.Body = r.string()
	if n := r.count(); n > 0 {
		d.Sections = make([]markdown.Section, n)
	}
	for n := range d.Sections {
		d.Sections[n] = markdown.Section{ID: r.string(), Title: r.string(), Text: r.string()}
	}
	if r.bad || len(r.b) > 0 {
		return nil, false, errors.New("read a page again: the file is not as it was written")
	}
	return &d, true, nil
}

func appendTexts(b []byte, d *markdown.Doc) []byte {
	b = appendText(b, d.Body)
	b = binary.AppendUvarint(b, uint64(len(d.Sections)))
	for _, s := range d.Sections {
		b = appendText(appendText(appendText(b, s.ID), s.Title), s.Text)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// close removes the file.
func (t *texts) close() error {
	if t.file == nil {
		return nil
	}
	err := errors.Join(t.file.Close(), os.Remove(t.file.Name()))
	t.file = nil
	return err
}
