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
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"callboard/internal/digest"
)

// Dir is a cache directory. A nil *Dir is a cache that keeps nothing.
type Dir struct{ path string }

// Open makes the directory if needed. An empty path gives nil, the cache that
// keeps nothing.
func Open(path string) (*Dir, error) {
	if path == "" {
		return nil, nil
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return &Dir{path}, nil
}

// Pack opens the pack of the given kind and name. A pack that is missing,
// damaged or of another version is empty.
func (d *Dir) Pack(kind, name string) *Pack {
	p := &Pack{old: map[digest.Sum]span{}, used: map[digest.Sum][]byte{}}
	if d == nil {
		return p
	}
	sum := digest.New(kind).String(name).Sum().String()
	p.file = filepath.Join(d.path, sum[:2], sum[2:])
	if data, err := os.ReadFile(p.file); err == nil {
		p.data, p.old = data, index(data)
	}
	return p
}

// Pack holds the results of one repository or one documentation set. It may be
// used by several goroutines.
type Pack struct {
	file string
	data []byte

	mu    sync.Mutex
	old   map[digest.Sum]span
	used  map[digest.Sum][]byte
	added bool
}

type span struct{ from, to int }

// Get returns the result with the key, if the pack has it. It must not be
// changed.
func (p *Pack) Get(key digest.Sum) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b, ok := p.used[key]; ok {
		return b, true
	}
	s, ok := p.old[key]
	if !ok {
		return nil, false
	}
	b := p.data[s.from:s.to:s.to]
	p.used[key] = b
	return b, true
}

// Put adds a result.
func (p *Pack) Put(key digest.Sum, b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used[key] = b
	p.added = true
}

// Retain keeps all that the pack has, used in this run or not: the run found
// out at once that nothing has changed, and the parts are needed when something
// does.
func (p *Pack) Retain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for k, s := range p.old {
		if _, ok := p.used[k]; !ok {
			p.used[k] = p.data[s.from:s.to:s.to]
		}
	}
}

// Close writes the pack if this run added to it or no longer uses a part of it.
func (p *Pack) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == "" || !p.added && len(p.used) == len(p.old) {
		return nil
	}
	if err := WriteFile(p.file, p.encode()); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// magic begins every pack and names its layout: the number of entries, then for
// each its key and length, then the entries, then a digest of all that.
const magic = "callboard-pack-1\n"

const keySize = len(digest.Sum{})

func (p *Pack) encode() []byte {
	keys := make([]digest.Sum, 0, len(p.used))
	size := 0
	for k, b := range p.used {
		keys = append(keys, k)
		size += keySize + 8 + len(b)
	}
	slices.SortFunc(keys, func(a, b digest.Sum) int { return bytes.Compare(a[:], b[:]) })
	out := make([]byte, 0, len(magic)+8+size+keySize)
	out = append(out, magic...)
	out = binary.LittleEndian.AppendUint64(out, uint64(len(keys)))
	for _, k := range keys {
		out = append(out, k[:]...)
		out = binary.LittleEndian.AppendUint64(out, uint64(len(p.used[k])))
	}
	for _, k := range keys {
		out = append(out, p.used[k]...)
	}
	sum := digest.Of(out)
	return append(out, sum[:]...)
}

// index finds the entries of a pack. The digest at its end is checked first, so
// that a damaged file is an empty pack and not a wrong result.
func index(data []byte) map[digest.Sum]span {
	none := map[digest.Sum]span{}
	head := len(magic) + 8
	if len(data) < head+keySize || string(data[:len(magic)]) != magic {
		return none
	}
	body := data[:len(data)-keySize]
	if sum := digest.Of(body); !bytes.Equal(sum[:], data[len(body):]) {
		return none
	}
	n := binary.LittleEndian.Uint64(body[len(magic):])
	if n > uint64(len(body)/(keySize+8)) {
		return none
	}
	out := make(map[digest.Sum]span, n)
	at := head + int(n)*(keySize+8)
	for i := range int(n) {
		e := body[head+i*(keySize+8):]
		size := binary.LittleEndian.Uint64(e[keySize:])
		if size > uint64(len(body)-at) {
			return none
		}
		out[digest.Sum(e[:keySize])] = span{at, at + int(size)}
		at += int(size)
	}
	return out
}

// Do returns the result with the key, or makes it by f and keeps it. decode
// turns what was kept into a value again; if it cannot, f is called.
func Do[T any](p *Pack, key digest.Sum, decode func([]byte) (T, error), f func() (T, []byte, error)) (T, error) {
	if b, ok := p.Get(key); ok {
		if v, err := decode(b); err == nil {
			return v, nil
		}
	}
	v, b, err := f()
	if err != nil {
		var zero T
		return zero, err
	}
	p.Put(key, b)
	return v, nil
}

// WriteFile writes a file so that a reader, or a crash, sees the old content
// or the new one. Missing directories are made.
func WriteFile(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		tmp, err = os.CreateTemp(filepath.Dir(name), ".tmp-*")
	}
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return os.Rename(tmp.Name(), name)
}
