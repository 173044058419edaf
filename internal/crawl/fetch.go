package crawl

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"callboard/internal/crawl/state"
	"callboard/internal/par"
	"callboard/internal/source"
)

// fetch brings what has changed.
func (r *run) fetch(ctx context.Context) error {
	due, err := r.outdated()
	if err != nil || len(due) == 0 {
		return err
	}
	done := 0
	for out, err := range par.Map(ctx, r.Jobs, slices.Values(r.batches(due)), r.batch) {
		for _, o := range out {
			r.settle(o)
			done++
		}
		r.progress("fetch", done, len(due))
		if err != nil {
			r.unfinished(due)
			return err
		}
	}
	return nil
}

// unfinished says of the repositories whose turn has not come why they are not
// as they are at the host.
func (r *run) unfinished(due []*entry) {
	for _, e := range due {
		if !e.fresh && e.now.Fault == nil {
			e.now.Fault = r.waitingFor("the crawl ended before it was its turn", nil)
		}
	}
}

func (r *run) waitingFor(why string, before *state.Fault) *state.Fault {
	return since(&state.Fault{Kind: waiting, Cause: why, Since: r.since()}, before)
}

// outdated are the listed repositories that must be asked for, those first that
// have waited longest.
func (r *run) outdated() (due []*entry, err error) {
	for _, e := range r.sorted(func(e *entry) bool { return e.listed != nil }) {
		index, err := r.Dir.Repository(r.name, e.key)
		if err != nil {
			return nil, err
		}
		if index != nil {
			r.knownIndexes, r.knownFiles = r.knownIndexes+1, r.knownFiles+len(index.Files)
		}
		if r.upToDate(e, index) && !r.Full {
			e.fresh, e.now.Fault, e.now.Revision = true, nil, index.Revision
			r.report.Unchanged++
			continue
		}
		if index == nil {
			e.now.Revision, e.now.Unchanged = "", "" // what the source's file says of it is not there
		}
		if e.was == nil || e.was.Revision == "" && index == nil { // or known by its name alone
			r.report.New++
		} else {
			r.report.Changed++
		}
		due = append(due, e)
	}
	slices.SortStableFunc(due, func(a, b *entry) int { return waitedSince(a).Compare(waitedSince(b)) })
	return due, nil
}

// upToDate tells whether what there is of a repository is what the list says,
// and was wanted by the same rules.
func (r *run) upToDate(e *entry, index *state.Repository) bool {
	switch {
	case index == nil || index.Want != r.want:
		return false
	case e.listed.Revision != "":
		return e.listed.Revision == index.Revision
	}
	return e.now.Unchanged != "" && e.now.Unchanged == r.unchanged(e)
}

// unchanged is what the list of a host that lists no revisions says instead: the
// last push. One of the last minutes says nothing, for another may follow in the
// same second.
func (r *run) unchanged(e *entry) string {
	p := e.listed.Facts.Pushed
	if p.IsZero() || e.listed.Branch == "" || r.now.Sub(p) < settled {
		return ""
	}
	return p.UTC().Format(time.RFC3339) + " " + e.listed.Branch
}

const settled = 2 * time.Minute

func waitedSince(e *entry) time.Time {
	if e.now.Fault != nil {
		return e.now.Fault.Since
	}
	return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
}

// batches are what is asked for at once.
func (r *run) batches(due []*entry) (out [][]*entry) {
	n := 1
	if b, ok := r.s.Host.(source.Batcher); ok {
		n, _ = b.BatchSize()
	}
	for c := range slices.Chunk(due, max(n, 1)) {
		out = append(out, c)
	}
	return out
}

// outcome is what became of a repository.
type outcome struct {
	e        *entry
	err      error // a fault of the host, nil if it was fetched
	waits    bool  // it was not asked for
	revision string
	way      way
	requests float64
}

// settle notes what became of a repository.
func (r *run) settle(o outcome) {
	e := o.e
	r.requests += o.requests
	switch {
	case o.err == nil:
		e.fresh, e.now.Fault, e.now.Revision, e.now.Unchanged = true, nil, o.revision, r.unchanged(e)
		r.report.Fetched++
		r.report.Ways.count(o.way)
	case o.waits || source.KindOf(o.err) == source.Limited:
		e.now.Fault = r.waitingFor(fmt.Sprintf("its turn has not come: %s", cause(o.err)), e.now.Fault)
		r.report.Waiting++
	default:
		e.now.Fault = r.faultOf(o.err, e.now.Fault)
		r.report.Failed++
	}
}

// batch fetches repositories together. The error is ours: what a host is guilty
// of is in the outcomes.
func (r *run) batch(ctx context.Context, es []*entry) ([]outcome, error) {
	if why := r.stop(); why != nil {
		return all(es, func(e *entry) outcome { return outcome{e: e, err: why, waits: true} }), nil
	}
	out, err := r.gatherAll(ctx, es, r.asker())
	if err != nil {
		return out, err
	}
	for i, o := range out {
		if len(es) == 1 || !alone(o.err) || r.stop() != nil {
			continue
		}
		again, err := r.gatherAll(ctx, []*entry{o.e}, single{r.s.Host})
		if err != nil {
			return out, err
		}
		out[i] = again[0]
	}
	for _, o := range out {
		r.note(o.err)
	}
	return out, nil
}

// alone tells whether what failed in a batch may succeed alone: hosts give up on
// batches that are too much for them, and one bad repository spoils the others.
func alone(err error) bool {
	switch source.KindOf(err) {
	case source.Unreachable, source.Broken, source.Unsupported:
		return true
	}
	return false
}

func all[T, R any](xs []T, f func(T) R) []R {
	out := make([]R, len(xs))
	for i, x := range xs {
		out[i] = f(x)
	}
	return out
}

// gatherAll gathers repositories in rounds: all trees, then the files that are
// wanted because of their names, then those that these name, and so on.
func (r *run) gatherAll(ctx context.Context, es []*entry, a asker) (out []outcome, err error) {
	gs := make([]*gather, 0, len(es))
	defer func() {
		for _, g := range gs {
			err = errors.Join(err, g.close())
		}
	}()
	for _, e := range es {
		g, err := r.gather(e, a)
		if err != nil {
			return nil, err
		}
		gs = append(gs, g)
	}
	if err := trees(ctx, gs, a); err != nil {
		return nil, err
	}
	for more, round := true, 0; more && round < maxRounds; round++ {
		if more, err = r.round(ctx, gs, a); err != nil {
			return nil, err
		}
	}
	for _, g := range gs {
		if err := g.commit(); err != nil {
			return nil, err
		}
		out = append(out, outcome{e: g.e, err: g.fault, revision: g.revision, way: g.way, requests: g.requests})
	}
	return out, nil
}

// maxRounds is one more than Locations may be deep.
const maxRounds = 12

// trees asks for the trees.
func trees(ctx context.Context, gs []*gather, a asker) error {
	repos := make([]source.Repo, len(gs))
	for i, g := range gs {
		repos[i] = *g.e.listed
	}
	i := 0
	for l, err := range a.trees(ctx, repos) {
		if stop := ended(ctx); stop != nil {
			return stop
		}
		if err != nil {
			rest(gs[i:], err)
			return nil
		}
		if i == len(gs) {
			break
		}
		if l.Err != nil {
			gs[i].noTree(l.Err)
		} else if err := gs[i].take(l.Tree); err != nil {
			return err
		}
		i++
	}
	rest(gs[i:], incomplete("list files"))
	return ended(ctx)
}

// rest gives a fault to those that have none yet.
func rest(gs []*gather, err error) {
	for _, g := range gs {
		g.fault = cmp.Or(g.fault, err)
	}
}

// round reads what is wanted now. It is false once nothing is.
func (r *run) round(ctx context.Context, gs []*gather, a asker) (bool, error) {
	var files []source.FileOf
	var of []*gather
	for _, g := range gs {
		need, err := g.need(ctx, a)
		if err != nil {
			return false, err
		}
		for _, f := range need {
			files, of = append(files, source.FileOf{Repo: g.repo, File: f}), append(of, g)
		}
	}
	if len(files) == 0 {
		return false, nil
	}
	i := 0
	for c, err := range a.read(ctx, files) {
		if stop := ended(ctx); stop != nil {
			return false, stop
		}
		if err != nil {
			rest(of[i:], err)
			return true, nil
		}
		if i == len(files) {
			break
		}
		if err := of[i].arrived(files[i].File, c); err != nil {
			return false, err
		}
		i++
	}
	rest(of[i:], incomplete("read files"))
	return true, ended(ctx)
}

func incomplete(what string) error {
	return &source.Fault{Kind: source.Broken, Host: "host", What: what, Err: errors.New("the answer is not complete")}
}
