package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"callboard/internal/digest"
	"callboard/internal/par"
	"callboard/internal/publish"
)

// Push brings what has changed in the directory since Pull to the store, and may be
// called again after further changes. The error is ErrOvertaken if another run was
// faster; then nothing is written but parts. While the directory is written to, what
// is sent is some state of each file.
func (t *Tree) Push(ctx context.Context) (Moved, error) {
	root, err := t.open()
	if err != nil {
		return Moved{}, err
	}
	defer root.Close()
	here, err := t.scan(root)
	if err != nil {
		return Moved{}, err
	}
	t.youngest(here)
	p := &push{Tree: t, root: root, stored: map[digest.Sum]bool{}, noted: map[string]noted{}, next: &head{Format: format, At: t.Now().UTC()}}
	p.known()
	if err := p.sendAll(ctx, here); err != nil {
		return p.moved, errors.Join(err, t.writeRecord()) // of the parts that were sent
	}
	return p.moved, p.settle(ctx)
}

// youngest leaves those files that are to be kept.
func (t *Tree) youngest(here map[string]stat) {
	if t.MaxBytes <= 0 {
		return
	}
	paths := slices.SortedFunc(maps.Keys(here), func(a, b string) int {
		return cmp.Or(cmp.Compare(here[b].Nanos, here[a].Nanos), strings.Compare(a, b))
	})
	var sum int64
	for _, p := range paths {
		if sum += here[p].Size; sum > t.MaxBytes {
			delete(here, p)
		}
	}
}

// push is one run of Push.
type push struct {
	*Tree
	root *os.Root
	next *head

	mu     sync.Mutex
	stored map[digest.Sum]bool // parts that are in the store
	noted  map[string]noted
	moved  Moved
}

// known finds the parts that need not be sent.
func (p *push) known() {
	p.head.addParts(p.stored)
	maps.Copy(p.stored, p.record.Sent)
	for sum := range p.lost {
		if !p.record.Sent[sum] {
			delete(p.stored, sum)
		}
	}
}

func (p *push) sendAll(ctx context.Context, here map[string]stat) error {
	paths := slices.Sorted(maps.Keys(here))
	for _, first := range []bool{true, false} {
		some := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return p.First(path) != first })
		if err := par.Each(ctx, p.Jobs, slices.Values(some), func(ctx context.Context, path string) error { return p.file(ctx, path, here[path]) }); err != nil {
			return err
		}
	}
	slices.SortFunc(p.next.Files, func(a, b entry) int { return strings.Compare(a.Path, b.Path) })
	p.moved.Of = len(p.next.Files)
	return nil
}

// file adds a file to the next head, and sends its parts.
func (p *push) file(ctx context.Context, path string, now stat) error {
	n, ok := p.record.Files[path]
	if e, known := p.head.find(path); ok && known && n.stat == now && n.Hole {
		p.add(e, n, false) // it is damaged until somebody writes it anew
		return nil
	}
	if ok && n.stat == now && !slices.ContainsFunc(n.Parts, p.isLost) {
		p.add(entry{path, now.Size, now.Nanos / 1e9, n.Parts}, n, false)
		return nil
	}
	f, err := p.root.Open(filepath.FromSlash(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // removed since
	}
	if err != nil {
		return fmt.Errorf("remote: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("remote: %w", err)
	}
	e := entry{Path: path, Time: info.ModTime().Unix()}
	if err := p.parts(ctx, io.LimitReader(f, info.Size()), min(partBytes, info.Size()), &e); err != nil {
		return err
	}
	p.add(e, noted{stat: statOf(info), Parts: e.Parts}, true)
	return nil
}

// add notes a file. If its bytes are as they were, so is its time: a head says
// nothing new if nothing is.
func (p *push) add(e entry, n noted, read bool) {
	was, ok := p.head.find(e.Path)
	if ok && was.same(e) {
		e.Time = was.Time
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next.Files = append(p.next.Files, e)
	p.noted[e.Path] = n
	if read && !(ok && was.same(e)) {
		p.moved.Files++
		p.moved.Bytes += e.Size
	}
}

// parts cuts a file into parts and sends those that the store has not.
func (p *push) parts(ctx context.Context, f io.Reader, size int64, e *entry) error {
	b := make([]byte, max(size, 1))
	for {
		n, err := io.ReadFull(f, b)
		if n > 0 {
			sum := digest.Of(b[:n])
			e.Size += int64(n)
			e.Parts = append(e.Parts, sum)
			if serr := p.send(ctx, sum, b[:n]); serr != nil {
				return serr
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("remote: %w", err)
		}
	}
}

func (p *push) send(ctx context.Context, sum digest.Sum, b []byte) error {
	p.mu.Lock()
	there := p.stored[sum]
	p.mu.Unlock()
	if there {
		return nil
	}
	_, err := p.Store.Put(ctx, p.partKey(sum), zip(b), attributes, publish.Condition{})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stored[sum], p.record.Sent[sum] = true, true
	return nil
}

var attributes = publish.Attributes{ContentType: "application/gzip", CacheControl: "no-store"}

// settle writes the head, if it says anything new, and deletes what no head names.
func (p *push) settle(ctx context.Context) error {
	if p.head != nil && slices.EqualFunc(p.head.Files, p.next.Files, func(a, b entry) bool { return a.same(b) }) && !p.broken {
		return p.keep(p.head, p.sum, p.version)
	}
	before, _, bversion, err := p.loadHead(ctx, beforeName)
	if err != nil && !errors.Is(err, errDamaged) {
		return err
	}
	drop, err := p.dropped(ctx, before)
	if err != nil {
		return err
	}
	if p.head != nil {
		if err := p.putHead(ctx, beforeName, p.head, bversion); err != nil {
			return err
		}
	}
	raw, err := encodeHead(p.next)
	if err != nil {
		return err
	}
	version, err := p.put(ctx, headName, raw, p.version)
	if err != nil {
		return err
	}
	// What cannot be deleted now is found by a listing later.
	_ = par.Each(ctx, p.Jobs, slices.Values(drop), func(ctx context.Context, sum digest.Sum) error { return p.Store.Delete(ctx, p.partKey(sum)) })
	return p.keep(p.next, digest.Of(raw), version)
}

func (p *push) putHead(ctx context.Context, name string, h *head, version string) error {
	raw, err := encodeHead(h)
	if err == nil {
		_, err = p.put(ctx, name, raw, version)
	}
	return err
}

// put writes something on condition that it is of the version that was read.
func (p *push) put(ctx context.Context, name string, b []byte, version string) (string, error) {
	key := p.key(name)
	v, err := p.Store.Put(ctx, key, b, attributes, publish.Condition{Version: version, Absent: version == ""})
	if errors.Is(err, publish.ErrUnsupported) {
		if v, err = p.look(ctx, key); err == nil && v == version {
			return p.Store.Put(ctx, key, b, attributes, publish.Condition{})
		}
		err = errors.Join(err, publish.ErrConflict)
	}
	if errors.Is(err, publish.ErrConflict) {
		return "", fmt.Errorf("%s: %w", p.Store, ErrOvertaken)
	}
	return v, err
}

// look is the version of an object, "" if it is not there.
func (p *push) look(ctx context.Context, key string) (string, error) {
	o, err := p.Store.Head(ctx, key)
	if errors.Is(err, publish.ErrNotFound) {
		return "", nil
	}
	return o.Version, err
}

// keep writes down what the store has now.
func (p *push) keep(h *head, sum digest.Sum, version string) error {
	p.head, p.sum, p.version = h, sum, version
	p.broken = false
	p.record = record{Head: sum, Files: p.noted, Sent: map[digest.Sum]bool{}}
	clear(p.lost)
	return p.writeRecord()
}
