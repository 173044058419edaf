// Package cache keeps the results of pure steps between builds. A result is
// found by a key that is the digest of everything it depends on; nothing is
// ever invalidated, there are only other keys.
//
// Results that belong together (those of one repository) lie in one file, a
// Pack, so that a build of ten thousand pages opens a thousand files and not
// ten thousand. A pack is named by what it is about, but that name is only a
// hint of where to look: an entry is used only when its key matches. A pack
// that is closed keeps what this run used and nothing else, which is all the
// garbage collection there is within it.
package cache

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"callboard/internal/digest"
)

// Dir is a cache directory. A nil *Dir is a cache that keeps nothing.
type Dir struct {
	path  string
	blind bool
}

// Open makes the directory if needed. An empty path gives nil, the cache that
// keeps nothing.
func Open(path string) (*Dir, error) {
	if path == "" {
		return nil, nil
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return &Dir{path: path}, nil
}

// Keeps tells whether the cache keeps anything.
func (d *Dir) Keeps() bool { return d != nil }

// Blind is the cache without what it has, for a build that shall make all of it
// anew.
func (d *Dir) Blind() *Dir {
	if d == nil {
		return nil
	}
	return &Dir{d.path, true}
}

// Pack opens the pack of the given kind and name. A pack that is missing,
// damaged or of another version is empty. Call Close or Release in the end.
func (d *Dir) Pack(kind, name string) *Pack {
	p := &Pack{used: map[digest.Sum]bool{}, fresh: map[digest.Sum]span{}}
	if d == nil {
		return p
	}
	sum := digest.New(kind).String(name).Sum().String()
	p.file = filepath.Join(d.path, sum[:2], sum[2:])
	if !d.blind {
		p.src, p.old = openPack(p.file)
		p.ahead.src = p.src
	}
	return p
}

// Pack holds the results of one repository, one documentation set or another
// part of a build. What it holds is in its file: of last time's results those
// that are asked for are read, and new ones are written as they come, so that a
// pack may be larger than memory. It may be used by several goroutines.
type Pack struct {
	file string // "" keeps nothing

	mu    sync.Mutex
	src   *os.File // last time's file, nil if there is none
	ahead ahead    // reads it
	old   map[digest.Sum]span
	used  map[digest.Sum]bool // of old
	fresh map[digest.Sum]span
	out   packWriter
	err   error // of writing; told by Close
}

// Get returns the result with the key, if the pack has it and it is whole.
func (p *Pack) Get(key digest.Sum) ([]byte, bool) { return p.Append(nil, key) }

// Append is Get into the memory behind b.
func (p *Pack) Append(b []byte, key digest.Sum) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, r, ok := p.find(key)
	if !ok {
		return b, false
	}
	from := len(b)
	b = slices.Grow(b, int(s.size))[:from+int(s.size)]
	if _, err := r.ReadAt(b[from:], s.from); err != nil && !(err == io.EOF && s.size == 0) || checkOf(b[from:]) != s.check {
		return b[:from], false
	}
	p.use(key)
	return b, true
}

// Keep tells whether the pack has a result with the key, and keeps it for later
// runs.
func (p *Pack) Keep(key digest.Sum) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _, ok := p.find(key)
	p.use(key)
	return ok
}

// Section is the result with the key to be read piece by piece until the pack
// is closed. Unlike Get it does not make sure that the result is whole.
func (p *Pack) Section(key digest.Sum) (*io.SectionReader, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, r, ok := p.find(key)
	if _, fresh := p.fresh[key]; fresh && ok {
		// What is still held moves while more is added; a file does not.
		p.err = p.out.open(p.file)
		r, ok = p.out.tmp, p.err == nil
	}
	if !ok {
		return nil, false
	}
	p.use(key)
	if r == &p.ahead {
		r = p.src // which needs no lock
	}
	return io.NewSectionReader(r, s.from, s.size), true
}

// find is where the result with the key is.
func (p *Pack) find(key digest.Sum) (span, io.ReaderAt, bool) {
	if s, ok := p.fresh[key]; ok {
		return s, &p.out, p.err == nil
	}
	s, ok := p.old[key]
	return s, &p.ahead, ok
}

func (p *Pack) use(key digest.Sum) {
	if _, ok := p.old[key]; ok {
		p.used[key] = true
	}
}

// Put adds a result. It does not keep b. What cannot be written is told by
// Close.
func (p *Pack) Put(key digest.Sum, b []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == "" || p.err != nil {
		return p.err
	}
	from, err := p.out.append(p.file, b)
	if err != nil {
		p.err = fmt.Errorf("cache: %w", err)
		return p.err
	}
	p.fresh[key] = span{from, int64(len(b)), checkOf(b)}
	return nil
}

// Retain keeps all that the pack has, used in this run or not: the run found
// out at once that nothing has changed, and the parts are needed when something
// does.
func (p *Pack) Retain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for k := range p.old {
		p.used[k] = true
	}
}

// Close writes the pack if this run added to it or no longer uses a part of it.
func (p *Pack) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.release()
	if p.err != nil || p.file == "" || len(p.fresh) == 0 && len(p.used) == len(p.old) {
		return p.err
	}
	entries, err := p.carry()
	if err == nil {
		err = p.out.finish(entries)
	}
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	p.closeSource() // some systems do not replace a file that is open
	if err := p.out.install(p.file); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// carry appends the results of last time that were used and returns where all
// results are.
func (p *Pack) carry() (map[digest.Sum]span, error) {
	if err := p.out.open(p.file); err != nil {
		return nil, err
	}
	all := make(map[digest.Sum]span, len(p.fresh)+len(p.used))
	for k := range p.used {
		all[k] = p.old[k]
	}
	if err := p.out.copyFrom(p.src, all); err != nil {
		return nil, err
	}
	for k, s := range p.fresh {
		all[k] = s
	}
	return all, nil
}

// Release closes the pack and leaves its file as it is. After Close it does
// nothing.
func (p *Pack) Release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.release()
}

func (p *Pack) release() {
	p.closeSource()
	p.out.discard()
	p.old, p.used, p.fresh = nil, nil, nil
}

func (p *Pack) closeSource() {
	if p.src != nil {
		p.src.Close() // it was read only
		p.src, p.ahead = nil, ahead{}
	}
}

// Do returns the result with the key, or makes it by f and keeps it. decode
// turns what was kept into a value again; if it cannot, f is called. With an
// error of f comes the value that it returned.
func Do[T any](p *Pack, key digest.Sum, decode func([]byte) (T, error), f func() (T, []byte, error)) (T, error) {
	if b, ok := p.Get(key); ok {
		if v, err := decode(b); err == nil {
			return v, nil
		}
	}
	v, b, err := f()
	if err != nil {
		return v, err
	}
	return v, p.Put(key, b)
}
