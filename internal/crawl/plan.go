package crawl

import (
	"context"
	"math"
	"slices"
	"strings"

	"callboard/internal/source"
)

const (
	// newFiles is how many files a repository holds that are wanted, as long as the
	// state knows none, and changedFiles how many of them a change touches.
	newFiles     = 8
	changedFiles = 3
)

// plan lists one source and tells what crawling it takes.
func (o Options) plan(ctx context.Context, s Source) (*SourceReport, error) {
	r, err := o.begin(s)
	if err != nil {
		return nil, err
	}
	if s.Host == nil {
		return &r.report, nil
	}
	_, err = r.ask(ctx)
	if stop := ended(ctx); stop != nil {
		return nil, stop
	}
	if err != nil {
		r.report.Fault = r.faultOf(err, r.old.Fault)
	}
	due, err := r.outdated()
	if err != nil {
		return nil, err
	}
	r.report.Kept = len(r.sorted(func(e *entry) bool { return e.listed == nil && e.key != peopleKey }))
	r.estimate(due)
	if p, ok := s.Host.(source.Payer); ok {
		r.report.Host, r.report.Resource = p.Allowance()
	}
	for _, e := range due {
		r.report.Due = append(r.report.Due, e.now.Name)
	}
	slices.SortFunc(r.report.Due, strings.Compare)
	return &r.report, nil
}

// estimate guesses the requests that fetching takes. One archive is the most that
// is spent on the files of a repository.
func (r *run) estimate(due []*entry) {
	tree, file := r.asker().cost()
	fresh := float64(newFiles)
	if r.knownIndexes > 0 {
		fresh = float64(r.knownFiles) / float64(r.knownIndexes)
	}
	sum := 0.0
	for _, e := range due {
		files := fresh
		if e.was != nil && e.now.Revision != "" {
			files = min(fresh, changedFiles)
		}
		sum += tree + min(files*file, 1+float64(e.listed.Size)/packed/requestBytes)
	}
	r.report.Requests = int(math.Ceil(sum))
}
