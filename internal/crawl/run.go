package crawl

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"callboard/internal/crawl/state"
	"callboard/internal/digest"
	"callboard/internal/source"
)

// run is the crawl of one source.
type run struct {
	Options
	s      Source
	name   string
	want   digest.Sum
	now    time.Time // when it began
	old    *state.Source
	times  state.Times
	report SourceReport

	entries map[string]*entry // by key
	others  []source.Repo     // of other shards
	next    *state.Source     // what finish has kept
	fault   *state.Fault      // of the list
	// What the state knows, for estimates.
	knownIndexes, knownFiles int
	// requests is about what the fetching took.
	requests float64
	// interrupted tells that not everything was done that was to be done.
	interrupted bool

	mu       sync.Mutex
	stopped  *source.Fault // why the host is not asked any more
	strikes  int           // how many times in a row it could not be reached
	archives bool          // false once the host has said that it has none
}

// entry is a repository that is known, or listed now.
type entry struct {
	key    string
	listed *source.Repo // nil if it is not
	was    *state.Repo  // nil if it was not known
	now    state.Repo
	fresh  bool // its files are those of the present
	// seeds, of an annex, are what others name; nil for a repository itself.
	seeds []string
}

func (o Options) begin(s Source) (*run, error) {
	r := &run{Options: o, s: s, name: s.name(), want: s.Want.sum(), now: o.Clock.Now(), entries: map[string]*entry{}, archives: true}
	r.report.Name = r.name
	old, err := o.Dir.Source(r.name)
	if errors.Is(err, state.ErrDamaged) {
		r.report.Damaged, err = true, nil
	}
	if err != nil {
		return nil, err
	}
	if old == nil {
		old = &state.Source{}
	}
	r.old, r.times = old, o.Dir.Times(r.name)
	for i := range old.Repos {
		was := &old.Repos[i]
		r.entries[was.Key] = &entry{key: was.Key, was: was, now: *was}
	}
	return r, nil
}

// since is when the crawl began, as the state tells it.
func (r *run) since() time.Time { return r.now.UTC().Truncate(time.Second) }

// sorted are the entries for which keep is true, by key.
func (r *run) sorted(keep func(*entry) bool) (out []*entry) {
	for _, k := range slices.Sorted(maps.Keys(r.entries)) {
		if e := r.entries[k]; keep(e) {
			out = append(out, e)
		}
	}
	return out
}

func (r *run) mine(key string) bool { return state.Of(r.name, key, r.Shard, r.Shards) }

func (r *run) progress(stage string, done, total int) {
	if r.Progress != nil {
		r.Progress(Progress{r.name, stage, done, total})
	}
}

// faultOf is an error of a host as data. The fault of an entry that had one
// already began when that did, whatever the clock has done since.
func (r *run) faultOf(err error, before *state.Fault) *state.Fault {
	f := &state.Fault{Kind: string(cmp.Or(source.KindOf(err), source.Broken)), Cause: cause(err), Since: r.since()}
	return since(f, before)
}

func since(f, before *state.Fault) *state.Fault {
	if before != nil && before.Since.Before(f.Since) {
		f.Since = before.Since
	}
	return f
}

// maxCause bounds what is kept of the words of a host, in bytes.
const maxCause = 300

// cause is an error in one line. Faults are without secrets; whatever else a
// host's package returns is told as it is.
func cause(err error) string {
	if f, ok := errors.AsType[*source.Fault](err); ok {
		err = f
	}
	s := strings.Join(strings.Fields(strings.ToValidUTF8(err.Error(), "")), " ")
	if len(s) > maxCause {
		s = strings.ToValidUTF8(s[:maxCause], "") + "…"
	}
	return s
}

// ended tells whether an error is ours and not the host's: the context has
// ended.
func ended(ctx context.Context) error { return ctx.Err() }

// maxStrikes is how many repositories in a row may find the host unreachable
// until it is not asked any more.
const maxStrikes = 16

// note takes notice of how a question ended, and stops the asking when that is
// hopeless: the host wants to be left alone for longer than the crawl waits, or
// has been unreachable for several repositories in a row.
func (r *run) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := errors.AsType[*source.Fault](err)
	switch {
	case !ok || f.Kind != source.Unreachable && f.Kind != source.Limited:
		r.strikes = 0
	case f.Kind == source.Limited:
		r.stopped = f
	default:
		if r.strikes++; r.strikes >= maxStrikes {
			r.stopped = f
		}
	}
}

// stop is why the host is not asked any more, nil if it is.
func (r *run) stop() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped == nil {
		return nil
	}
	return r.stopped
}
