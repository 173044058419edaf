package source

import (
	"context"
	"iter"
)

// Named is a host of which only some repositories are read, which are known by
// their names. It has the abilities of the host. One that is gone, or has no
// commit yet, is not listed.
func Named(h Host, repos []Repo) Host {
	n := named{h, repos}
	batch, isBatcher := h.(Batcher)
	enrich, isEnricher := h.(Enricher)
	switch {
	case isBatcher && isEnricher:
		return struct {
			named
			batching
			Enricher
		}{n, batching{batch}, enrich}
	case isBatcher:
		return struct {
			named
			batching
		}{n, batching{batch}}
	case isEnricher:
		return struct {
			named
			Enricher
		}{n, enrich}
	}
	return n
}

// named lists repositories by asking for each.
type named struct {
	Host
	repos []Repo
}

// Repos finds the repositories, in their order.
func (n named) Repos(ctx context.Context) iter.Seq2[Repo, error] {
	return func(yield func(Repo, error) bool) {
		for _, r := range n.repos {
			found, err := n.Find(ctx, r)
			switch KindOf(err) {
			case Gone, Empty:
				continue
			}
			if !yield(found, err) || err != nil {
				return
			}
		}
	}
}

// Allowance is that of the host.
func (n named) Allowance() (host, resource string) {
	if p, ok := n.Host.(Payer); ok {
		return p.Allowance()
	}
	return "", ""
}

// batching is what a Batcher has beyond a Host.
type batching struct{ batcher Batcher }

// BatchSize is that of the host.
func (b batching) BatchSize() (repos, files int) { return b.batcher.BatchSize() }

// Trees are those of the host.
func (b batching) Trees(ctx context.Context, rs []Repo) iter.Seq2[Listed, error] {
	return b.batcher.Trees(ctx, rs)
}

// ReadMany reads at the host.
func (b batching) ReadMany(ctx context.Context, files []FileOf) iter.Seq2[Contents, error] {
	return b.batcher.ReadMany(ctx, files)
}
