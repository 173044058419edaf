package crawl

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/catalog"
	"callboard/internal/crawl/state"
	"callboard/internal/par"
	"callboard/internal/repofs"
	"callboard/internal/source"
)

// maxAnnexes is of how many repositories of one source files are taken because
// others name them.
const maxAnnexes = 5_000

// annexing brings the files that repositories name in others, and that these would
// not take by themselves. What a host is asked for must be a repository that is
// listed, on the branch that is read: addresses out of repositories lead nowhere
// else.
type annexing struct {
	runs    []*run
	places  *catalog.Places
	targets []*target // by sources and keys
	of      map[*repofs.Snapshot]*target
	web     map[string]*target // by addresses, in lower case
	mains   []state.Elsewhere  // what repositories name
}

// target is a repository that others may name.
type target struct {
	r     *run
	key   string
	repo  source.Repo
	annex state.Annex
	seeds []string // what is named, in order; nil if nothing is
	tried []string // the seeds that were asked for in this crawl
}

// annexes brings what is named, in rounds: what came in one may name more. How
// deep is bounded as it is for Locations.
func (o Options) annexes(ctx context.Context, runs []*run) error {
	x, err := newAnnexing(runs)
	if err != nil {
		return err
	}
	for range maxRounds {
		due, err := x.due()
		if err != nil {
			return err
		}
		if len(due) == 0 {
			break
		}
		for _, r := range runs {
			if err := x.fetch(ctx, r, due[r]); err != nil {
				return err
			}
		}
	}
	return x.keep()
}

func newAnnexing(runs []*run) (*annexing, error) {
	x := &annexing{runs: runs, of: map[*repofs.Snapshot]*target{}, web: map[string]*target{}}
	var snaps []*repofs.Snapshot
	for _, r := range runs {
		before := map[string]state.Annex{}
		for _, a := range r.old.Annexes {
			before[a.Of] = a
		}
		for _, t := range r.targets() {
			t.annex = before[t.key]
			t.annex.Of, t.annex.Repo = t.key, t.repo.Name
			snap := repofs.Memory(t.repo.Name, nil, nil)
			snap.WebURL, snap.Branch, snap.Revision = strings.TrimSuffix(t.repo.WebURL, "/"), t.repo.Branch, t.repo.Revision
			snaps = append(snaps, snap)
			x.of[snap] = t
			x.web[strings.ToLower(snap.WebURL)] = t
		}
		if err := x.read(r); err != nil {
			return nil, err
		}
	}
	x.places = catalog.NewPlaces(snaps)
	return x, nil
}

// targets are the listed repositories of the whole source, by their keys.
func (r *run) targets() (out []*target) {
	for _, e := range r.sorted(func(e *entry) bool { return e.listed != nil && e.key != peopleKey }) {
		out = append(out, &target{r: r, key: e.key, repo: *e.listed})
	}
	for _, o := range r.others {
		out = append(out, &target{r: r, key: key(o), repo: o})
	}
	slices.SortFunc(out, func(a, b *target) int { return strings.Compare(a.key, b.key) })
	return out
}

// read reads what the repositories of a source name.
func (x *annexing) read(r *run) error {
	for _, e := range r.sorted(func(e *entry) bool { return e.key != peopleKey }) {
		index, err := r.Dir.Repository(r.name, e.key)
		if err != nil {
			return err
		}
		if index != nil && len(index.Elsewhere.Files)+len(index.Elsewhere.Docs) > 0 {
			x.mains = append(x.mains, index.Elsewhere)
		}
	}
	return nil
}

// reach finds what is named now: by repositories, and by what these name. It
// begins with nothing each time: annexes that name each other, and that no
// repository names any more, do not keep each other.
func (x *annexing) reach() error {
	seeds, fresh := map[*target]map[string]bool{}, map[*target]bool{}
	add := func(e state.Elsewhere) {
		for t, seed := range x.named(e) {
			if seeds[t] == nil {
				seeds[t] = map[string]bool{}
			}
			if !seeds[t][seed] {
				seeds[t][seed], fresh[t] = true, true
			}
		}
	}
	for _, e := range x.mains {
		add(e)
	}
	for len(fresh) > 0 {
		for t := range fresh {
			delete(fresh, t)
			e, err := t.leads(sortedSet(seeds[t]))
			if err != nil {
				return err
			}
			add(e)
		}
	}
	x.targets = slices.SortedFunc(maps.Keys(seeds), func(a, b *target) int {
		return cmp.Or(strings.Compare(a.r.name, b.r.name), strings.Compare(a.key, b.key))
	})
	for _, t := range x.targets {
		t.seeds = sortedSet(seeds[t])
	}
	return nil
}

// leads is what the files name that are wanted because of some seeds, as far as
// they are there. The annex may be that of more seeds.
func (t *target) leads(seeds []string) (state.Elsewhere, error) {
	index, err := t.r.Dir.Repository(t.r.name, state.AnnexKey(t.key))
	if err != nil || index == nil {
		return state.Elsewhere{}, err
	}
	if slices.Equal(index.Seeds, seeds) {
		return index.Elsewhere, nil
	}
	tree := make([]repofs.Entry, len(index.Files))
	for i, f := range index.Files {
		tree[i] = repofs.Entry{Path: f.Path, Size: f.Size}
	}
	n := newNaming(t.r.s.Want.of(t.repo.Name), tree, t.repo.WebURL, t.repo.Branch)
	for _, s := range seeds {
		n.seed(s)
	}
	looked := map[string]bool{}
	for {
		more := n.all(func(p string) bool { return looked[p] })
		if len(more) == 0 {
			return n.elsewhere, nil
		}
		for _, e := range more {
			looked[e.Path] = true
			f, _ := index.Find(e.Path)
			if text, err := index.Read(f); err == nil && n.interested(e.Path) { // what is damaged is fetched again
				n.read(e.Path, text)
			}
		}
	}
}

func sortedSet(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for s := range m {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// named are the targets of addresses, with what is wanted of each.
func (x *annexing) named(e state.Elsewhere) func(func(*target, string) bool) {
	return func(yield func(*target, string) bool) {
		for _, address := range e.Files {
			t, p := x.place(address)
			if t != nil && !t.r.s.Want.takes(p) && !yield(t, seedFile+p) {
				return
			}
		}
		for _, address := range e.Docs {
			address = strings.TrimRight(address, "/")
			t, p := x.web[strings.ToLower(address)], "mkdocs.yml"
			if t == nil {
				t, p = x.place(address + "/mkdocs.yml")
			}
			if t != nil && !yield(t, seedDocs+path.Dir(p)) {
				return
			}
		}
	}
}

// place is the repository of an address, if it is of the branch that is read, and
// the path in it.
func (x *annexing) place(address string) (*target, string) {
	p, ok := x.places.Find(address)
	if !ok || !p.IsRead() || p.Path == ".." || strings.HasPrefix(p.Path, "../") || path.IsAbs(p.Path) {
		return nil, ""
	}
	return x.of[p.Snap], p.Path
}

// takes tells of a path, or a pattern of paths, that a repository takes what is
// there by itself, because of its name.
func (w Want) takes(p string) bool {
	if !strings.ContainsAny(p, "*?[{") {
		return w.IsCatalog(p)
	}
	base := path.Base(p)
	return !strings.ContainsAny(base, "*?[{") && (slices.Contains(w.Entries, "**/"+base) || slices.Contains(w.Names, base))
}

// What is wanted of a repository that others name: a file, or files by a pattern,
// and documentation in a directory.
const (
	seedFile = "file:"
	seedDocs = "docs:"
)

// seed has the naming begin with what others name.
func (n *naming) seed(s string) {
	if p, ok := strings.CutPrefix(s, seedFile); ok {
		n.pattern(p)
	} else if dir, ok := strings.CutPrefix(s, seedDocs); ok {
		n.documentation(dir)
	}
}

// pattern takes the catalog files at a path, which may be a pattern.
func (n *naming) pattern(at string) {
	if n.known[at] || !strings.ContainsAny(at, "*?[{") {
		n.catalog(at)
		return
	}
	if n.asked += len(n.tree); n.asked > maxNamed*1000 || len(at) > 1024 || strings.Count(at, "{") > 10 || !doublestar.ValidatePattern(at) {
		return
	}
	for _, e := range n.tree {
		if doublestar.MatchUnvalidated(at, e.Path) {
			n.catalog(e.Path)
		}
	}
}

// due are the targets that must be asked for, by their sources.
func (x *annexing) due() (map[*run][]*entry, error) {
	if err := x.reach(); err != nil {
		return nil, err
	}
	out, n := map[*run][]*entry{}, map[*run]int{}
	for _, t := range x.targets {
		if n[t.r]++; n[t.r] > maxAnnexes {
			t.annex.Fault = since(&state.Fault{Kind: tooManyNamed, Cause: fmt.Sprintf("others name files of more than %d repositories", maxAnnexes), Since: t.r.since()}, t.annex.Fault)
			continue
		}
		if t.tried != nil && slices.Equal(t.tried, t.seeds) {
			continue
		}
		e := &entry{key: state.AnnexKey(t.key), listed: &t.repo, seeds: t.seeds}
		index, err := t.r.Dir.Repository(t.r.name, e.key)
		if err != nil {
			return nil, err
		}
		if e.now.Unchanged = t.annex.Unchanged; index != nil && e.known(index, t.r.want) && t.r.upToDate(e, index) && (!t.r.Full || t.tried != nil) {
			t.annex.Revision, t.annex.Fault = index.Revision, nil
			continue
		}
		t.tried = t.seeds
		out[t.r] = append(out[t.r], e)
	}
	return out, nil
}

// fetch asks one host.
func (x *annexing) fetch(ctx context.Context, r *run, due []*entry) error {
	if len(due) == 0 {
		return nil
	}
	of := map[string]*target{}
	for _, t := range x.targets {
		if t.r == r {
			of[state.AnnexKey(t.key)] = t
		}
	}
	done := 0
	for out, err := range par.Map(ctx, r.Jobs, slices.Values(r.batches(due)), r.batch) {
		for _, o := range out {
			of[o.e.key].settle(o)
			r.requests += o.requests
			done++
		}
		r.progress("named", done, len(due))
		if err != nil {
			return err
		}
	}
	return nil
}

// settle notes what became of the annex. What cannot be had stays as it was.
func (t *target) settle(o outcome) {
	switch {
	case o.err == nil:
		t.annex.Revision, t.annex.Unchanged, t.annex.Fault = o.revision, t.r.unchanged(o.e), nil
	case o.waits || source.KindOf(o.err) == source.Limited:
		t.annex.Fault = t.r.waitingFor(fmt.Sprintf("its turn has not come: %s", cause(o.err)), t.annex.Fault)
	default:
		t.annex.Fault = t.r.faultOf(o.err, t.annex.Fault)
	}
}

// keep says what there is now. Annexes of repositories that were not listed this
// time stay as long as these do.
func (x *annexing) keep() error {
	for _, r := range x.runs {
		var next []state.Annex
		listed := map[string]bool{}
		for _, t := range r.targets() {
			listed[t.key] = true
		}
		for _, t := range x.targets {
			if t.r == r && (t.annex.Revision != "" || t.annex.Fault != nil) {
				next = append(next, t.annex)
			}
		}
		for _, a := range r.old.Annexes {
			if !listed[a.Of] && (r.fault != nil || r.entries[a.Of] != nil) {
				next = append(next, a)
			}
		}
		for _, a := range next {
			if a.Fault != nil {
				r.report.Faults = append(r.report.Faults, RepoFault{a.Repo, a.Revision != "", *a.Fault})
			}
		}
		slices.SortStableFunc(r.report.Faults, func(a, b RepoFault) int { return strings.Compare(a.Repo, b.Repo) })
		r.report.Annexes, r.report.Requests = len(next), int(math.Ceil(r.requests))
		r.next.Annexes = next
		if err := r.Dir.PutSource(r.next); err != nil {
			return err
		}
	}
	return nil
}
