// Package crawl brings the repositories of hosts into a directory of state, from
// which portals are built. It decides what package source's hosts are asked for:
// it lists, fetches what has changed in the way that costs least, keeps what was
// good of what cannot be had, and lets go of what is gone for certain.
//
// One source is crawled like this: its repositories are listed; those whose
// revision is known are left alone; the trees of the others are asked for, and of
// their files those that Want names and that no earlier crawl has; each
// repository that is complete is written in one piece. At the end the source's
// own file says what there is. A crawl that is killed before that loses the
// list, and none of the repositories. When all sources are done, what their
// repositories name in others is brought, too, and kept apart as their annexes.
//
// What a host does not answer becomes a fault of the repository or of the
// source, which is data. Errors are for what keeps callboard from working: the
// disk, the end of the context.
package crawl

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"callboard/internal/crawl/state"
	"callboard/internal/par"
	"callboard/internal/polite"
	"callboard/internal/source"
)

// Source is one source of a crawl.
type Source struct {
	// Name is the name of the source; "" is the host's.
	Name string
	// Host lists and reads repositories; nil if the source knows people only.
	Host source.Host
	// Directory knows people; nil if they are not wanted.
	Directory source.Directory
	// People is the name of the repository that is made of people, such as
	// "acme (people)".
	People string
	// Want says which files are wanted.
	Want Want
	// Entries are the patterns of catalog files if they are this source's own, and
	// not those of the build that reads the state. They must be in Want, too.
	Entries []string
}

func (s Source) name() string {
	if s.Name == "" && s.Host != nil {
		return s.Host.Name()
	}
	return s.Name
}

// Options say how to crawl.
type Options struct {
	// Dir is the state, opened by state.Open. A plan needs it for reading only.
	Dir *state.Dir
	// Sources are all sources. What the state holds of others is removed.
	Sources []Source
	// Clock is the time.
	Clock polite.Clock
	// Shard and Shards, from 1, say which part of the repositories is crawled. 0
	// of 0 is all.
	Shard, Shards int
	// AllowDrop lets go of more than a fifth of a source's repositories at once.
	AllowDrop bool
	// Full fetches what is known, too.
	Full bool
	// Jobs is how many repositories, or batches of them, are fetched at once from
	// one source; 0 is 8.
	Jobs int
	// EnrichEvery is how old facts may become that cost requests of their own; 0
	// is a day. EnrichRequests is how many requests one crawl spends on them at one
	// source; 0 is 40, less than 0 none.
	EnrichEvery    time.Duration
	EnrichRequests int
	// Progress is told what has been done. It may be called from several
	// goroutines; nil tells nobody.
	Progress func(Progress)
}

// Progress is how far a source is.
type Progress struct {
	Source string
	// Stage is "list", "fetch", "people", "facts" or "named".
	Stage string
	// Done of Total; Total is 0 while nobody knows.
	Done, Total int
}

const (
	defaultJobs   = 8
	defaultEnrich = 24 * time.Hour
	// defaultEnrichRequests is little beside what a list costs.
	defaultEnrichRequests = 40
	sourcesAtOnce         = 4
)

func (o *Options) fill() error {
	o.Jobs = max(o.Jobs, 0)
	if o.Jobs == 0 {
		o.Jobs = defaultJobs
	}
	if o.EnrichEvery == 0 {
		o.EnrichEvery = defaultEnrich
	}
	if o.EnrichRequests == 0 {
		o.EnrichRequests = defaultEnrichRequests
	}
	if o.Shards < 0 || o.Shards > 0 && (o.Shard < 1 || o.Shard > o.Shards) {
		return fmt.Errorf("there is no shard %d of %d", o.Shard, o.Shards)
	}
	seen := map[string]bool{}
	for _, s := range o.Sources {
		n := s.name()
		if n == "" || seen[n] {
			return fmt.Errorf("two sources have the name %q", n)
		}
		seen[n] = true
	}
	return nil
}

// Run crawls. The report tells what became of every source; a source that could
// not be had is no error. The state is complete and readable whatever happens.
// When ctx ends, what was fetched until then is kept, and its error is returned
// with the report.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	var runs []*run
	var names []string
	for r, err := range par.Map(ctx, sourcesAtOnce, slices.Values(o.Sources), func(ctx context.Context, s Source) (*run, error) {
		return o.crawl(ctx, s)
	}) {
		if r != nil {
			runs = append(runs, r)
		}
		if err != nil {
			return reportOf(runs), err
		}
		names = append(names, r.name)
	}
	err := o.annexes(ctx, runs)
	rep := reportOf(runs)
	if err != nil {
		return rep, err
	}
	return rep, o.clean(rep, names)
}

func reportOf(runs []*run) *Report {
	rep := &Report{}
	for _, r := range runs {
		rep.Sources = append(rep.Sources, r.report)
	}
	return rep
}

// Plan tells what Run would do, and about how many requests that takes. It lists
// the repositories, which has its own cost, and changes nothing of the state.
func Plan(ctx context.Context, o Options) (*Report, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	rep := &Report{}
	for r, err := range par.Map(ctx, sourcesAtOnce, slices.Values(o.Sources), func(ctx context.Context, s Source) (*SourceReport, error) {
		return o.plan(ctx, s)
	}) {
		if err != nil {
			return rep, err
		}
		rep.Sources = append(rep.Sources, *r)
	}
	return rep, nil
}

// clean removes what no source needs any more.
func (o Options) clean(rep *Report, names []string) error {
	if err := o.Dir.Keep(names); err != nil {
		return err
	}
	removed, err := o.Dir.Sweep()
	rep.Removed = removed
	if err != nil {
		return err
	}
	_, err = o.Dir.SweepAnswers(o.Clock.Now().Add(-keepAnswers))
	return err
}

// keepAnswers is how long an answer is kept that nobody asked for.
const keepAnswers = 30 * 24 * time.Hour

// crawl crawls one source. What has been reached when it is told to stop is
// kept.
func (o Options) crawl(ctx context.Context, s Source) (*run, error) {
	r, err := o.begin(s)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{r.list, r.fetch, r.people, r.enrich} {
		if err = step(ctx); err != nil {
			break
		}
	}
	r.interrupted = err != nil
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return r, err
	}
	return r, errors.Join(err, r.finish())
}

// key is what a repository is known by.
func key(r source.Repo) string {
	if r.ID != "" {
		return "id:" + r.ID
	}
	return "name:" + r.Name
}
