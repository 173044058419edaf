package crawl

import (
	"cmp"
	"context"
	"slices"
	"time"

	"callboard/internal/crawl/state"
	"callboard/internal/facts"
	"callboard/internal/par"
	"callboard/internal/source"
)

// enrich asks for the facts that cost requests of their own, of those
// repositories first whose facts are oldest, until all are young enough or the
// crawl has spent what it may. They are a gift: what fails leaves the old ones.
func (r *run) enrich(ctx context.Context) error {
	h, ok := r.s.Host.(source.Enricher)
	if !ok || r.EnrichRequests < 0 {
		return nil
	}
	due, err := r.poorest(h)
	if err != nil {
		return err
	}
	done := 0
	for f, err := range par.Map(ctx, r.Jobs, slices.Values(due), func(ctx context.Context, e *entry) (*facts.Repo, error) {
		return r.moreFacts(ctx, h, e)
	}) {
		if err != nil {
			return err
		}
		if f != nil {
			r.enriched(due[done], *f)
		}
		done++
		r.progress("facts", done, len(due))
	}
	return nil
}

// poorest are the repositories whose facts are asked for: as many as the crawl
// may spend requests on, those that have changed before those whose facts are
// oldest. A crawl that goes on where another was killed finds the same ones, for
// what has changed since is told by what the last one kept at its end. Facts of
// repositories without a catalog file are shown nowhere.
func (r *run) poorest(h source.Enricher) (out []*entry, err error) {
	n := r.EnrichRequests / max(h.EnrichCost(), 1)
	all := r.sorted(r.poor)
	slices.SortStableFunc(all, func(a, b *entry) int {
		return cmp.Or(-compareBool(a.changed(), b.changed()), r.times.Enriched[a.key].Compare(r.times.Enriched[b.key]))
	})
	for _, e := range all {
		if len(out) == n {
			break
		}
		index, err := r.Dir.Repository(r.name, e.key)
		if err != nil {
			return nil, err
		}
		if index != nil && slices.ContainsFunc(index.Files, func(f state.File) bool { return r.s.Want.IsCatalog(f.Path) }) {
			out = append(out, e)
		}
	}
	return out, nil
}

// changed tells whether a repository is another than at the end of the last crawl.
func (e *entry) changed() bool { return e.was == nil || e.was.Revision != e.now.Revision }

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// poor tells whether a repository's facts are old. A time of the future is that
// of a clock that was wrong.
func (r *run) poor(e *entry) bool {
	age := r.now.Sub(r.times.Enriched[e.key])
	return e.listed != nil && e.key != peopleKey && e.now.Revision != "" && (age < 0 || age >= r.EnrichEvery)
}

// moreFacts are the facts of a repository with those that must be asked for, nil
// if they cannot be had.
func (r *run) moreFacts(ctx context.Context, h source.Enricher, e *entry) (*facts.Repo, error) {
	if r.stop() != nil {
		return nil, nil
	}
	f := e.now.Facts
	err := h.Enrich(ctx, *e.listed, &f)
	if stop := ended(ctx); stop != nil {
		return nil, stop
	}
	r.note(err)
	if err != nil {
		return nil, nil
	}
	return &f, nil
}

func (r *run) enriched(e *entry, f facts.Repo) {
	f.Observed, f.AskedFor = time.Time{}, askedFor(&f, &e.listed.Facts)
	r.report.Enriched++
	r.times.Enriched[e.key] = r.since()
	if !sameFacts(f, e.now.Facts) {
		e.now.Facts = f
		r.times.Observed[e.key] = r.since()
	}
}
