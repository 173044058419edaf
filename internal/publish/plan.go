package publish

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"callboard/internal/digest"
	"callboard/internal/filetype"
	"callboard/internal/output"
	"callboard/internal/par"
)

// Phase is a step of a run. Every phase ends before the next begins.
type Phase int

// The phases, in order. What a page refers to comes before it; pages that are new,
// which nothing refers to yet, before those that may refer to them; and what the
// scripts of pages begin with, such as the index of the search, after all pages.
const (
	Immutable Phase = iota // names hold the digest
	Resources              // images and the like, and whatever is new and no page
	NewPages
	Pages
	Entrances // data/site.json, catalog.json, feeds
	TheManifest
	Deletions
)

// String is what happens in the phase.
func (p Phase) String() string {
	return [...]string{"assets and shards", "files that pages show", "new pages", "pages", "entrances", "manifest", "deletions"}[p]
}

// phaseOf is when an object is put.
func phaseOf(path string, isNew bool) Phase {
	_, within := filetype.Portal(path)
	switch {
	case filetype.Immutable(path):
		return Immutable
	case strings.HasSuffix(path, ".html") && isNew:
		return NewPages
	case strings.HasSuffix(path, ".html"):
		return Pages
	case !isNew && (strings.HasPrefix(within, "data/") || !strings.Contains(within, "/")):
		return Entrances
	}
	return Resources
}

// Put is an object that will be put.
type Put struct {
	Key   string `json:"key"`
	Phase Phase  `json:"-"`
	Size  int64  `json:"size"` // of the file
	Why   Why    `json:"why"`
	object
	before digest.Sum // the file that stands there according to the last manifest
}

// Why is the reason for a Put.
type Why string

// Reasons.
const (
	IsNew     Why = "new"
	IsChanged Why = "changed"
	Reform    Why = "form"      // it was sent in another form
	Differs   Why = "not there" // the store has other bytes, or none
	IsUnsure  Why = "unsure"    // nobody knows how it was sent
)

// Plan is what a run will do.
type Plan struct {
	Puts []Put `json:"puts"`
	// Leaving are objects that leave the portal now. They are deleted by the first
	// run after the grace period.
	Leaving []Gone `json:"leaving"`
	// Delete are objects whose time has come.
	Delete []Gone `json:"delete"`
	// Same is how many objects are there already, and Found how many of them were
	// looked for in the store.
	Same  int `json:"same"`
	Found int `json:"found"`
	// forget tells that books have entries whose time has come.
	forget bool
	// settled tells that the store holds the manifest and no run is pending.
	settled bool
	stays   []Gone // objects whose time has not come
}

// Empty tells that there is nothing to do.
func (p *Plan) Empty() bool {
	return p.settled && len(p.Puts)+len(p.Delete)+len(p.Leaving) == 0 && !p.forget
}

// Bytes is how many bytes the files to be put have.
func (p *Plan) Bytes() (n int64) {
	for _, put := range p.Puts {
		n += put.Size
	}
	return n
}

// standing is what is known to be in the store: the digest of the file that an
// object was made of, by key.
type standing map[string]digest.Sum

func (r *run) makePlan(ctx context.Context) (*Plan, error) {
	st, now := r.state, r.Now()
	p := &Plan{settled: st.Current == r.sum && st.Pending == nil}
	next := r.Form.objects(r.From.Manifest().Files)
	if len(next) == 0 {
		return nil, errors.New("publish: there is nothing to publish")
	}
	last := st.Form.objects(r.prev.Files)
	if p.settled && st.Form == r.Form && !r.Verify {
		p.Same = len(next)
	} else if err := r.planPuts(ctx, p, next, last); err != nil {
		return nil, err
	}
	r.planDeletions(p, next, last, now)
	p.forget = r.outdated(now)
	return p, r.MaxDelete.Check(r.prev.Files, r.From.Manifest().Files)
}

// planPuts finds what is not in the store as it should be.
func (r *run) planPuts(ctx context.Context, p *Plan, next, last []object) error {
	before, certain := standing{}, standing{}
	for _, o := range last {
		before[o.key] = o.file.Sum
	}
	trusted := r.version != "" && r.state.Pending == nil
	if trusted {
		certain = maps.Clone(before)
		for _, g := range r.state.Gone {
			certain[g.Key] = g.Sum
		}
	}
	sameForm := r.version != "" && r.state.Form == r.Form
	judge := func(ctx context.Context, o object) (Put, error) {
		put := Put{Key: o.key, Size: o.file.Size, object: o, before: before[o.key]}
		var err error
		put.Why, err = r.why(ctx, o, before, certain, sameForm)
		put.Phase = phaseOf(o.file.Path, put.Why == IsNew)
		return put, err
	}
	workers := 1
	if r.listed != nil {
		workers = r.Jobs // files are read
	}
	for put, err := range par.Map(ctx, workers, slices.Values(next), judge) {
		switch {
		case err != nil:
			return err
		case put.Why != "":
			p.Puts = append(p.Puts, put)
		default:
			p.Same++
		}
	}
	if r.Verify || r.state.Pending != nil {
		p.Found = p.Same
	}
	slices.SortStableFunc(p.Puts, func(a, b Put) int { return cmp.Compare(a.Phase, b.Phase) })
	return nil
}

// why tells why an object must be put, or "".
func (r *run) why(ctx context.Context, o object, before, certain standing, sameForm bool) (Why, error) {
	was, known := before[o.key]
	if r.listed != nil {
		return r.whyListed(ctx, o, known, sameForm)
	}
	sum, there := certain[o.key]
	switch {
	case there && sum != o.file.Sum:
		return IsChanged, nil
	case there && !sameForm:
		return Reform, nil
	case there:
		return "", nil
	case known && was == o.file.Sum:
		return IsUnsure, nil
	case known:
		return IsChanged, nil
	}
	return IsNew, nil
}

// whyListed is why for when the store has been listed: only the bytes count.
func (r *run) whyListed(ctx context.Context, o object, known, sameForm bool) (Why, error) {
	listed, there := r.listed[o.key]
	switch {
	case !there && known:
		return Differs, nil
	case !there:
		return IsNew, nil
	case !sameForm:
		return Reform, nil
	case o.coding == "" && listed.Size != o.file.Size || listed.MD5 == nil:
		return Differs, nil
	}
	b, err := r.read(ctx, o.file)
	if err != nil {
		return "", err
	}
	if o.matches(listed, o.encode(b)) {
		return "", nil
	}
	return Differs, nil
}

// planDeletions finds what leaves, and what left long enough ago.
func (r *run) planDeletions(p *Plan, next, last []object, now time.Time) {
	wanted := map[string]bool{ManifestKey: true}
	for _, o := range next {
		wanted[o.key] = true
	}
	for _, o := range append(last, r.state.Form.objects(r.pending.Files)...) {
		if wanted[o.key] {
			continue
		}
		wanted[o.key] = true
		g := Gone{o.key, o.file.Sum, now}
		if r.state.Pending != nil || r.state.Form != r.Form {
			g.Sum = digest.Sum{} // it is of either run, or not as it would be sent now
		}
		p.Leaving = append(p.Leaving, g)
	}
	for _, g := range r.state.Gone {
		switch {
		case wanted[g.Key] || own(g.Key):
		case now.Sub(g.Since) >= r.Grace:
			p.Delete = append(p.Delete, g)
		default:
			if r.state.Form != r.Form {
				g.Sum = digest.Sum{}
			}
			p.stays = append(p.stays, g)
		}
	}
	if r.Grace <= 0 {
		p.Delete, p.Leaving = append(p.Delete, p.Leaving...), nil
	}
}

// outdated tells whether the books have entries that are no longer needed.
func (r *run) outdated(now time.Time) bool {
	old := func(since time.Time) bool { return now.Sub(since) >= r.Grace }
	return slices.ContainsFunc(r.state.Kept, func(k Kept) bool { return old(k.Since) }) ||
		slices.ContainsFunc(r.state.Past, func(p Past) bool { return old(p.Replaced) })
}

func (r *run) read(ctx context.Context, e output.Entry) ([]byte, error) {
	return ReadFile(ctx, r.From, e)
}
