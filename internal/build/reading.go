package build

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/cache"
	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/lint"
	"callboard/internal/repofs"
)

// What was read of a repository's catalog files is kept in three places, so that
// a build looks at no more of it than it needs. Among the notes of all
// repositories lies, under the stamps of its files, what reading them came to; in
// the repository's own pack the same under the names of its files, which holds
// although stamps have changed if what was read has not; and among the entities
// of all repositories, under the digest in the note, its own.

// reading is the note.
type reading struct {
	// Sum is the digest of the entities.
	Sum         digest.Sum        `json:"sum"`
	Texts       []digest.Sum      `json:"texts,omitempty"` // of the entities
	Diagnostics []diag.Diagnostic `json:"diagnostics,omitempty"`
	// Trace is what was read for it.
	Trace []traced `json:"trace"`
	// Ignores are the comments on findings in these files.
	Ignores []lint.Ignore `json:"ignores,omitempty"`
	// Leads are the targets of Locations that may lie in other repositories.
	Leads []catalog.Lead `json:"leads,omitempty"`

	entities []summed // nil if kept
	kept     bool     // the entities are in the pack
}

type traced struct {
	Path string     `json:"path"`
	Sum  digest.Sum `json:"sum"`
	// Catalog is set of a catalog file.
	Catalog bool `json:"catalog,omitempty"`
}

// catalogVersion is part of the key of what was read of a repository, beside
// callboard's own version. It changes whenever catalog.Read does.
const catalogVersion = "catalog/11"

// reading is what the repository's catalog files say or, with a call, those that
// others' Locations lead to. While no file has another stamp it is found without
// opening one.
func (o Options) reading(ctx context.Context, snap *repofs.Snapshot, kept *store, name string, c *call) (reading, error) {
	processed, pure := o.processKey(snap.Topics)
	base := c.addTo(digest.New(catalogVersion).String(o.Version).String(snap.Repo).String(snap.WebURL).String(snap.Branch).String(strings.Join(snap.Entries, "\n")).Add(o.Model.Sum()).String(o.importersKey()).Add(processed).String(origin(snap))).Sum()
	files, sure := snap.Fingerprint(o.started() - racy)
	sure = sure && pure
	byStamps := digest.New("stamps").Add(base).Add(files).Sum()
	if sure {
		if r, ok := kept.reading(kept.notes, byStamps); ok {
			return r, nil
		}
	}
	byNames := digest.New("listing").Add(base).Add(snap.Listing()).Sum()
	r, err := o.readAgain(ctx, snap, kept, name, byNames, pure, c)
	if err == nil && sure {
		err = r.store(kept.notes, byStamps)
	}
	return r, err
}

// origin is what entities are told of who wrote their files.
func origin(snap *repofs.Snapshot) string {
	if snap.Generated {
		return "generated"
	}
	return "written"
}

// readAgain reads the catalog files, or finds that those that were read before
// are as they were. What impure processors made is not looked for.
func (o Options) readAgain(ctx context.Context, snap *repofs.Snapshot, kept *store, name string, key digest.Sum, pure bool, c *call) (reading, error) {
	pack := kept.pack(c.pack(), name)
	defer pack.Release()
	remember(snap, pack)
	r, ok := kept.reading(pack, key)
	if !ok || !pure || !holds(snap, r.Trace) {
		var err error
		if r, err = o.readCatalog(ctx, snap, kept, c); err != nil {
			return reading{}, err
		}
	}
	if err := r.store(pack, key); err != nil {
		return reading{}, err
	}
	storeDigests(snap, pack, o.started())
	return r, pack.Close()
}

// reading is the note with the key, if the entities are there, too.
func (s *store) reading(pack *cache.Pack, key digest.Sum) (reading, bool) {
	b, ok := pack.Get(key)
	if !ok {
		return reading{}, false
	}
	r := reading{kept: true}
	ok = json.Unmarshal(b, &r) == nil
	for _, sum := range append(r.Texts, r.Sum) {
		ok = ok && s.entities.Keep(sum)
	}
	return r, ok
}

// text is the digest of the files that were read.
func (r reading) text() digest.Sum {
	h := digest.New("text")
	for _, t := range r.Trace {
		h.String(t.Path).Add(t.Sum)
	}
	return h.Sum()
}

func (r reading) store(pack *cache.Pack, key digest.Sum) error {
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keep what was read: %w", err)
	}
	if old, ok := pack.Get(key); ok && string(old) == string(b) {
		return nil
	}
	return pack.Put(key, b)
}

// readCatalog reads the catalog files.
func (o Options) readCatalog(ctx context.Context, snap *repofs.Snapshot, kept *store, c *call) (reading, error) {
	t, by := tracer{snap: snap, seen: map[string]bool{}}, c.beyond()
	var own diag.List
	es, err := o.entities(ctx, snap, t.read, by, &own)
	if err != nil {
		return reading{}, err
	}
	b, texts, err := kept.encodeEntities(es)
	if err != nil {
		return reading{}, err
	}
	r := reading{Sum: digest.Of(b), Texts: texts, Diagnostics: own.All(), Trace: t.of(by.Read), Ignores: t.ignores, Leads: by.Leads}
	if err := kept.entities.Put(r.Sum, b); err != nil {
		return reading{}, err
	}
	// Decoding what was just encoded makes a cold and a warm build work on the
	// same values: numbers have one form in JSON and several in YAML.
	r.entities, err = kept.decodeEntities(b)
	return r, err
}

// entities are those of a repository, with all that can be said of them without
// knowing the others.
func (o Options) entities(ctx context.Context, snap *repofs.Snapshot, read repofs.ReadFunc, b *catalog.Beyond, sink diag.Sink) ([]*entity.Entity, error) {
	process := o.run.Repository(snap, read) // one for all, which says once what is wrong with CODEOWNERS
	es, err := o.Model.ReadBeyond(ctx, snap, read, process, b, sink)
	if err != nil {
		return nil, err
	}
	if b.Visits == nil { // what is read of all repositories
		others, err := o.imported(ctx, snap, read, process, sink)
		if err != nil {
			return nil, err
		}
		es = append(es, others...)
	}
	definitions(es, read, sink)
	return es, nil
}

// entities are those of a repository that was read or, if it was found to be as
// it was, of the pack.
func (r *repos) entities(p *parsed) (out []summed, err error) {
	for _, x := range p.pieces {
		if x.entities == nil && x.kept {
			if x.entities, err = r.keptEntities(x.sum); err != nil {
				return nil, fmt.Errorf("entities of %s: %w", p.name, err)
			}
		}
		if out == nil {
			out = slices.Clip(x.entities)
			continue
		}
		out = append(out, x.entities...)
	}
	return out, nil
}

func (r *repos) keptEntities(sum digest.Sum) ([]summed, error) {
	if b, ok := r.kept.entities.Get(sum); ok {
		if es, err := r.kept.decodeEntities(b); err == nil {
			return es, nil
		}
	}
	return nil, errDamaged
}

// forget drops the entities.
func (p *parsed) forget() {
	for i := range p.pieces {
		p.pieces[i].entities = nil
	}
}

func holds(snap *repofs.Snapshot, trace []traced) bool {
	for _, t := range trace {
		if sum, err := snap.Sum(t.Path); err != nil && !t.Sum.IsZero() || sum != t.Sum {
			return false
		}
	}
	return true
}

// tracer notes which files were read, and what they were.
type tracer struct {
	snap    *repofs.Snapshot
	seen    map[string]bool
	trace   []traced
	ignores []lint.Ignore
}

func (t *tracer) read(path string) ([]byte, error) {
	b, sum, err := t.snap.ReadSum(path)
	if !t.seen[path] {
		t.seen[path] = true
		t.trace = append(t.trace, traced{Path: path, Sum: sum})
		t.ignores = append(t.ignores, ignores(path, b)...)
	}
	return b, err
}

// of is the trace, with the catalog files marked, which are sorted.
func (t *tracer) of(files []string) []traced {
	for i, x := range t.trace {
		_, t.trace[i].Catalog = slices.BinarySearch(files, x.Path)
	}
	return t.trace
}

// files are the catalog files that were read.
func (r reading) files() (out []string) {
	for _, t := range r.Trace {
		if t.Catalog {
			out = append(out, t.Path)
		}
	}
	return out
}

var digestsKey = digest.New("digests/1").Sum()

// remember gives a snapshot the digests that an earlier build took of files
// that have not changed since.
func remember(snap *repofs.Snapshot, pack *cache.Pack) {
	b, ok := pack.Get(digestsKey)
	if !ok {
		return
	}
	var known []repofs.Known
	if json.Unmarshal(b, &known) == nil {
		snap.Remember(known)
	}
}

// racy is how long before the build a file must have been left alone for its
// stamp to be trusted, in nanoseconds: file systems tell times coarsely.
const racy = 2e9

// storeDigests keeps the digests taken. They are a shortcut: without them files
// are read again.
func storeDigests(snap *repofs.Snapshot, pack *cache.Pack, now int64) {
	b, err := json.Marshal(snap.Digests(now - racy))
	if err != nil {
		return
	}
	if old, ok := pack.Get(digestsKey); !ok || string(old) != string(b) {
		pack.Put(digestsKey, b)
	}
}
