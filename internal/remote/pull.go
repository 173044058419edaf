package remote

import (
	"context"
	"crypto/rand"
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
	"time"

	"callboard/internal/digest"
	"callboard/internal/par"
	"callboard/internal/publish"
)

// Pull makes the directory as the store has it. What a run on this machine changed
// and could not send stays, if nobody else has sent anything since. With nothing in
// the store, the directory stays as it is.
func (t *Tree) Pull(ctx context.Context) (Moved, error) {
	if err := t.load(ctx); err != nil {
		return Moved{}, err
	}
	root, err := t.open()
	if err != nil {
		return Moved{}, err
	}
	defer root.Close()
	if err := t.tidy(root); err != nil {
		return Moved{}, err
	}
	here, err := t.scan(root)
	if err != nil {
		return Moved{}, err
	}
	was := t.readRecord()
	t.record = record{Head: t.sum, Files: map[string]noted{}, Sent: map[digest.Sum]bool{}}
	if was.Head == t.sum {
		t.record.Sent = was.Sent
	}
	if t.head == nil {
		return Moved{}, nil
	}
	p := &pull{Tree: t, root: root, here: here, was: was, unsent: was.Head == t.sum}
	return p.run(ctx)
}

// pull is one run of Pull.
type pull struct {
	*Tree
	root   *os.Root
	here   map[string]stat
	was    record
	unsent bool // what differs here is newer

	mu      sync.Mutex
	moved   Moved
	damaged []string // files, some of them taken from the head before
	older   int
	once    sync.Once
	before  *head
}

func (p *pull) run(ctx context.Context) (Moved, error) {
	var lacking []entry
	for _, e := range p.head.Files {
		if p.Has(e.Path) && !p.stands(e) {
			lacking = append(lacking, e)
		}
	}
	if err := p.remove(); err != nil {
		return p.moved, err
	}
	p.moved.Of = len(p.head.Files)
	err := par.Each(ctx, p.Jobs, slices.Values(lacking), p.bring)
	p.report()
	return p.moved, errors.Join(err, p.writeRecord())
}

// stands tells whether a file is here as it should be.
func (p *pull) stands(e entry) bool {
	now, here := p.here[e.Path]
	n, known := p.was.Files[e.Path]
	switch {
	case !here:
		return false
	case known && n.stat == now && !n.Hole && slices.Equal(n.Parts, e.Parts):
	case p.unsent:
		return true // of a run that could not send it
	case now.Size != e.Size || !p.equal(e):
		return false
	}
	p.record.Files[e.Path] = noted{stat: now, Parts: e.Parts}
	return true
}

// equal reads a file that nothing is known of.
func (p *pull) equal(e entry) bool {
	f, err := p.root.Open(filepath.FromSlash(e.Path))
	if err != nil {
		return false
	}
	defer f.Close()
	for i, want := range e.Parts {
		b := make([]byte, e.size(i))
		if _, err := io.ReadFull(f, b); err != nil || digest.Of(b) != want {
			return false
		}
	}
	return true
}

// remove removes what the store does not have.
func (p *pull) remove() error {
	for _, name := range slices.Sorted(maps.Keys(p.here)) {
		if _, ok := p.head.find(name); ok || p.unsent {
			continue
		}
		if err := p.root.Remove(filepath.FromSlash(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remote: %w", err)
		}
	}
	return nil
}

// bring brings a file. One that is damaged is taken from the head before; if that
// has it no better, an empty file says that there was one.
func (p *pull) bring(ctx context.Context, e entry) error {
	err := p.write(ctx, e)
	if !errors.Is(err, errDamaged) {
		return err
	}
	older, err := p.bringOlder(ctx, e)
	if err == nil && !older {
		err = p.place(entry{Path: e.Path, Time: e.Time}, true, func(io.Writer) error { return nil })
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.damaged = append(p.damaged, e.Path)
	if older {
		p.older++
	}
	return err
}

// bringOlder brings a file as it was before, if that is to be had.
func (p *pull) bringOlder(ctx context.Context, e entry) (bool, error) {
	p.once.Do(func() { p.before, _, _, _ = p.loadHead(ctx, beforeName) }) // without it, nothing is older
	old, ok := p.before.find(e.Path)
	if !ok || old.same(e) {
		return false, nil
	}
	err := p.write(ctx, old)
	if errors.Is(err, errDamaged) {
		return false, nil
	}
	return err == nil, err
}

// write writes a file of the store.
func (p *pull) write(ctx context.Context, e entry) error {
	return p.place(e, false, func(w io.Writer) error {
		for i, sum := range e.Parts {
			b, err := p.part(ctx, sum, e.size(i))
			if err != nil {
				return err
			}
			if _, err := w.Write(b); err != nil {
				return fmt.Errorf("remote: %w", err)
			}
		}
		return nil
	})
}

// part reads a part.
func (t *Tree) part(ctx context.Context, sum digest.Sum, size int64) ([]byte, error) {
	b, _, err := t.Store.Get(ctx, t.partKey(sum))
	if err != nil && !errors.Is(err, publish.ErrNotFound) {
		return nil, err
	}
	if err == nil {
		b, err = unzip(b, size)
	}
	if err != nil || int64(len(b)) != size || digest.Of(b) != sum {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.lost[sum] = true
		return nil, errDamaged
	}
	return b, nil
}

// place writes a file beside its place and moves it there.
func (p *pull) place(e entry, hole bool, content func(io.Writer) error) error {
	tmp := temporary + rand.Text()
	f, err := p.root.Create(tmp)
	if err != nil {
		return fmt.Errorf("remote: %w", err)
	}
	name := filepath.FromSlash(e.Path)
	err = content(f)
	if err = errors.Join(err, f.Close()); err == nil {
		err = errors.Join(p.root.Chtimes(tmp, time.Unix(e.Time, 0), time.Unix(e.Time, 0)), p.root.MkdirAll(filepath.Dir(name), 0o755))
	}
	if err == nil {
		err = p.root.Rename(tmp, name)
	}
	if err != nil {
		return errors.Join(err, p.root.Remove(tmp))
	}
	info, err := p.root.Stat(name)
	if err != nil {
		return fmt.Errorf("remote: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.moved.Files++
	p.moved.Bytes += e.Size
	p.record.Files[e.Path] = noted{statOf(info), e.Parts, hole}
	return nil
}

// report tells what was damaged, in one diagnostic.
func (p *pull) report() {
	if len(p.damaged) == 0 {
		return
	}
	slices.Sort(p.damaged)
	shown := strings.Join(p.damaged[:min(3, len(p.damaged))], ", ")
	p.tell(fmt.Sprintf("%d of %d files are damaged or gone (%s); %d of them are taken as they were before", len(p.damaged), len(p.head.Files), shown, p.older),
		"what is of no use so is fetched or made again, and sent by the next run that writes there")
}
