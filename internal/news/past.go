package news

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"callboard/internal/catalog"
	"callboard/internal/digest"
	"callboard/internal/entity"
)

// Past is what is remembered of the builds before. It is one file: a line of
// JSON with the editions, and after it, packed, a line for each entity of the
// last build, in the order of their references.
type Past struct {
	file string
	head head
	body []byte // packed; nil if there is no past
}

type head struct {
	V        int        `json:"v"`
	Version  string     `json:"callboard"` // that made it
	Key      digest.Sum `json:"key"`       // of the last build's catalog
	Sum      digest.Sum `json:"sum"`       // of what is packed
	Editions []Edition  `json:"editions"`
}

const (
	format   = 1
	maxFile  = 256 << 20 // bytes of the file
	maxLines = 4 << 20   // bytes of a line that is packed
)

// Open reads what is remembered. A file that is not there, or damaged, or of
// another format is no past, from which everything begins.
func Open(file string) (*Past, error) {
	p := &Past{file: file}
	b, err := readFile(file)
	if err != nil {
		return nil, err
	}
	first, body, ok := bytes.Cut(b, []byte("\n"))
	var h head
	if !ok || json.Unmarshal(first, &h) != nil || h.V != format || h.Sum != digest.Of(body) {
		return p, nil
	}
	p.head, p.body = h, body
	return p, nil
}

func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the last build's news: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, fmt.Errorf("read the last build's news: %w", err)
	}
	return b, nil
}

// Editions are those of the builds before, the latest first.
func (p *Past) Editions() []Edition { return p.head.Editions }

// Is tells whether the last build's catalog had this key. Then nothing is new.
func (p *Past) Is(key digest.Sum) bool { return p.body != nil && p.head.Key == key }

// Forgotten is no past, to be remembered in the place of this one.
func (p *Past) Forgotten() *Past { return &Past{file: p.file} }

// Tells tells whether the past knows of an entity: one that was there in the last
// build, or that something was told of.
func (p *Past) Tells(of func(entity.Ref) bool) bool {
	names := func(all ...string) bool {
		return slices.ContainsFunc(all, func(s string) bool {
			ref, err := entity.ParseRef(s, "", "")
			return err == nil && of(ref)
		})
	}
	for _, e := range p.head.Editions {
		for _, c := range e.Changes {
			if names(c.Ref, c.Owner, c.Was) || slices.ContainsFunc(c.Fields, func(f Field) bool { return names(f.Old, f.New) }) {
				return true
			}
		}
	}
	for l := p.lines(); l.more(); l.next() {
		if names(l.line.Ref, l.line.Owner) {
			return true
		}
	}
	return false
}

// Build is a build whose news are wanted.
type Build struct {
	At      time.Time
	Version string     // of callboard
	Key     digest.Sum // of all that the catalog is made of
	Catalog *catalog.Catalog
	// Sum is of all that is written of an entity.
	Sum func(*entity.Entity) digest.Sum
	// Repos tells whether a repository is read.
	Repos func(name string) bool
}

// Next is what will be remembered of a build, once it is in place.
type Next struct {
	file     string
	bytes    []byte
	Editions []Edition
}

// Next compares a build with the one before. With another version of callboard
// only what appeared and vanished is new: what it reads otherwise than before
// nobody has changed.
func (p *Past) Next(b Build) (*Next, error) {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed) // another level would cost more than it saves
	if err != nil {
		return nil, err
	}
	w := lineWriter{z: z}
	e := Edition{At: b.At.UTC().Truncate(time.Second)}
	old := p.lines()
	for _, x := range b.Catalog.Entities() {
		now := remembered(b.Catalog, x, b.Sum(x))
		if old.is(&now) {
			w.keep(old.raw)
			old.next()
			continue
		}
		for old.before(x.Ref) {
			e.vanished(old.line, b)
			old.next()
		}
		was := old.of(x.Ref)
		now.fill(x, was)
		if was != nil && p.head.Version == b.Version {
			if c, differs := compare(*was, now); differs {
				e.Changed++
				e.add(c)
			}
		} else if was == nil && p.body != nil {
			e.Appeared++
			e.add(Change{What: Appeared, Ref: now.Ref, Title: now.Title, Owner: now.Owner, Repo: now.Repo})
		}
		if was != nil {
			old.next()
		}
		w.write(now)
	}
	for old.before(entity.Ref{}) {
		e.vanished(old.line, b)
		old.next()
	}
	if err := errors.Join(w.err, z.Close()); err != nil {
		return nil, fmt.Errorf("remember the catalog: %w", err)
	}
	return p.finish(add(e, p.head.Editions), b, packed.Bytes())
}

func (p *Past) finish(editions []Edition, b Build, packed []byte) (*Next, error) {
	first, err := json.Marshal(head{format, b.Version, b.Key, digest.Of(packed), editions})
	if err != nil {
		return nil, fmt.Errorf("remember the catalog: %w", err)
	}
	return &Next{p.file, append(append(first, '\n'), packed...), editions}, nil
}

func (e *Edition) add(c Change) {
	if len(e.Changes) < maxPerEdition {
		e.Changes = append(e.Changes, c)
	}
}

func (e *Edition) vanished(l line, b Build) {
	why := "it is no longer declared in " + l.Repo
	if !b.Repos(l.Repo) {
		why = "its repository is no longer read"
	}
	e.Vanished++
	e.add(Change{What: Vanished, Ref: l.Ref, Title: l.Title, Owner: l.Owner, Repo: l.Repo, Why: why})
}

// Keep remembers the build. Whoever reads meanwhile sees the past or this.
func (n *Next) Keep() error {
	if n == nil {
		return nil
	}
	dir := filepath.Dir(n.file)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("remember the catalog: %w", err)
	}
	tmp, err := os.CreateTemp(dir, ".tmp-*")
	if err != nil {
		return fmt.Errorf("remember the catalog: %w", err)
	}
	_, err = tmp.Write(n.bytes)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), n.file)
	}
	if err != nil {
		return fmt.Errorf("remember the catalog: %w", errors.Join(err, os.Remove(tmp.Name())))
	}
	return nil
}
