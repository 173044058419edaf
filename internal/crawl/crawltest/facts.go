package crawltest

import (
	"context"

	"callboard/internal/facts"
	"callboard/internal/source"
)

// Facts is a host with facts that cost requests of their own.
type Facts struct {
	*Host
	// Cost is how many requests the facts of one repository take.
	Cost int
}

// EnrichCost is Cost.
func (f *Facts) EnrichCost() int { return f.Cost }

// Enrich tells how many have contributed: as many as the name has letters.
func (f *Facts) Enrich(ctx context.Context, r source.Repo, to *facts.Repo) error {
	if err := f.ask(ctx, "enrich", r.Name); err != nil {
		return err
	}
	n := len(r.Name)
	to.Contributors = &n
	return nil
}
