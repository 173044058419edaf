package output

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// Part is a portal that is one of several in a directory: all its files lie below
// a prefix, and what its methods are given and tell are paths below that. Parts
// that are made one after the other share files: one that is made of the same
// things as the file at the same path in an earlier part has its bytes, and is not
// made again.
type Part struct {
	d      *Dir
	prefix string // "" or with a slash at its end
	like   []*Part
}

// Part is a part of the directory below a prefix, such as "a/staff/", or "" for
// the whole. Files are shared with those of like, which must be finished.
func (d *Dir) Part(prefix string, like ...*Part) *Part { return &Part{d, prefix, like} }

// at is the path in the directory.
func (p *Part) at(path urlpath.Path) (urlpath.Path, error) {
	if p.prefix == "" {
		return path, nil
	}
	return urlpath.New(p.prefix + path.String())
}

// Keep takes a file over from the last build, or from a part that is like this
// one, if it was made of the same things.
func (p *Part) Keep(path urlpath.Path, key digest.Sum) bool {
	at, err := p.at(path)
	return err == nil && (p.d.Keep(at, key) || p.share(path, at, key))
}

// share takes over a file of another part.
func (p *Part) share(path, at urlpath.Path, key digest.Sum) bool {
	for _, other := range p.like {
		from, err := other.at(path)
		if err == nil && p.d.copy(from, at, key) {
			return true
		}
	}
	return false
}

// KeepAll takes over all of the files or, if one of them is not as it was in the
// last build or is in a part that is like this one, none.
func (p *Part) KeepAll(files []Made) bool {
	if p.d.keepAll(p.prefix, files) {
		return true
	}
	if len(p.like) == 0 || slices.ContainsFunc(files, func(f Made) bool { return !p.offered(f) }) {
		return false
	}
	for _, f := range files {
		if path, err := urlpath.New(f.Path); err != nil || !p.d.has(p.prefix, f) && !p.Keep(path, f.Key) {
			return false
		}
	}
	return true
}

// offered tells whether a file is there for this part, or for one like it.
func (p *Part) offered(f Made) bool {
	return p.d.offers(p.prefix, f) || slices.ContainsFunc(p.like, func(other *Part) bool { return p.d.has(other.prefix, f) })
}

// Put writes a file made of what key stands for, see Dir.Put.
func (p *Part) Put(path urlpath.Path, key digest.Sum, data []byte) error {
	at, err := p.at(path)
	if err != nil {
		return fmt.Errorf("output: %w", err)
	}
	return p.below(p.d.Put(at, key, data))
}

// PutFrom is Put of a file that is too large to be in memory, see Dir.PutFrom.
func (p *Part) PutFrom(path urlpath.Path, key digest.Sum, write func(io.Writer) error) error {
	at, err := p.at(path)
	if err != nil {
		return fmt.Errorf("output: %w", err)
	}
	return p.below(p.d.PutFrom(at, key, write))
}

// below takes the prefix out of an error.
func (p *Part) below(err error) error {
	if c, ok := errors.AsType[*CollisionError](err); ok && p.prefix != "" {
		return &CollisionError{strings.TrimPrefix(c.Path, p.prefix), strings.TrimPrefix(c.Other, p.prefix)}
	}
	return err
}

// Manifest writes the manifest of the part itself, once all its files are there,
// so that it can be published alone.
func (p *Part) Manifest() error {
	at, err := urlpath.New(Marker)
	if err != nil || p.prefix == "" {
		return err // the directory's own is written in the end
	}
	return p.PutFrom(at, digest.Sum{}, func(w io.Writer) error {
		return manifestTo(w, p.files())
	})
}

// files are the files of the part with their paths below its prefix.
func (p *Part) files() iter.Seq2[[]byte, *record] {
	p.d.mu.Lock()
	order := p.d.order()
	p.d.mu.Unlock()
	return func(yield func([]byte, *record) bool) {
		for path, r := range p.d.files(order) {
			if below, ok := strings.CutPrefix(string(path), p.prefix); ok && below != Marker && !yield([]byte(below), r) {
				return
			}
		}
	}
}

// Paths are the paths of all files of the part that were put or kept so far, in
// order.
func (p *Part) Paths() iter.Seq[string] {
	return func(yield func(string) bool) {
		for path := range p.files() {
			if !yield(string(path)) {
				return
			}
		}
	}
}

// Count is how many files the part has.
func (p *Part) Count() (n int) {
	for range p.files() {
		n++
	}
	return n
}

// copy makes a file of this build, at another path, part of it, if it was made of
// what key stands for. The two are one on the disk where the file system can do
// that. If it cannot be written, Install tells.
func (d *Dir) copy(from, to urlpath.Path, key digest.Sum) bool {
	e, name, ok := d.source(from, key)
	if !ok {
		return false
	}
	e.Path = to.String()
	id, write, err := d.enter(to, e)
	if err != nil {
		return false
	}
	if write {
		if err := d.link(id, name, e.Path); err != nil {
			d.mu.Lock()
			d.failed = errors.Join(d.failed, fmt.Errorf("output: %w", err))
			d.mu.Unlock()
		}
	}
	return true
}

// source is a file of this build that is made of what key stands for, and where
// it lies.
func (d *Dir) source(from urlpath.Path, key digest.Sum) (e Entry, name string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.tree.spot(from.Fold())
	if s.taken == 0 || !d.made(s.taken-1, Made{from.String(), key}) {
		return e, "", false
	}
	r := d.tree.file(s.taken - 1)
	dir := d.out
	if r.has(staged) {
		dir = d.stage
	}
	return Entry{Sum: r.sum, Size: r.size(), Key: key}, filepath.Join(dir, filepath.FromSlash(from.String())), true
}

// link puts a file that lies somewhere in the stage.
func (d *Dir) link(id int32, from, path string) error {
	to := filepath.Join(d.stage, filepath.FromSlash(path))
	if err := d.mkdir(id, filepath.Dir(to)); err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// has tells whether a file of this build is f.
func (d *Dir) has(prefix string, f Made) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	f.Path = prefix + f.Path
	s := d.tree.spot(strings.ToLower(f.Path))
	return s.taken != 0 && d.made(s.taken-1, f)
}

// offers tells whether a file is part of this build, or of the last and as it was.
func (d *Dir) offers(prefix string, f Made) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	f.Path = prefix + f.Path
	fold := strings.ToLower(f.Path)
	s := d.tree.spot(fold)
	if s.taken != 0 {
		return d.made(s.taken-1, f)
	}
	return d.fits(s, fold, f.Path, f.Key)
}
