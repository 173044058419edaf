package crawl

import (
	"math"
	"slices"
	"strings"

	"callboard/internal/crawl/state"
)

// finish says what there is now: last of all, and in one piece.
func (r *run) finish() error {
	next := &state.Source{Name: r.name, Shard: state.Shard(r.Shard, r.Shards), Entries: r.s.Entries, Fault: r.fault, Annexes: r.old.Annexes}
	r.next = next
	r.replaced()
	for _, e := range r.sorted(func(*entry) bool { return true }) {
		r.compare(e)
		next.Repos = append(next.Repos, e.now)
		if f := e.now.Fault; f != nil {
			r.report.Faults = append(r.report.Faults, RepoFault{e.now.Name, e.now.Revision != "", *f})
		}
	}
	r.report.Requests = int(math.Ceil(r.requests))
	slices.SortFunc(r.report.Faults, func(a, b RepoFault) int { return strings.Compare(a.Repo, b.Repo) })
	slices.SortFunc(r.report.Events, state.Event.Compare)
	next.Events = append(slices.Clone(r.old.Events), r.report.Events...)
	return r.Dir.Conclude(next, r.times)
}

// compare tells what has become of a repository since the last crawl.
func (r *run) compare(e *entry) {
	was := state.Repo{}
	if e.was != nil {
		was = *e.was
	}
	if was.Name != e.now.Name && was.Name != "" {
		r.event(e, state.Renamed, was.Name, e.now.Name, "")
	}
	switch {
	case was.Revision == "" && e.now.Revision != "":
		r.event(e, state.Appeared, "", e.now.Revision, "")
	case was.Revision != e.now.Revision:
		r.event(e, state.Changed, was.Revision, e.now.Revision, "")
	}
	switch {
	case was.Fault == nil && e.now.Fault != nil:
		r.event(e, state.Failed, "", "", e.now.Fault.Cause)
	case was.Fault != nil && e.now.Fault == nil && was.Revision != "":
		r.event(e, state.Restored, "", "", "")
	}
}

// event notes a change. The first crawl of a source changes nothing: there was
// nothing before.
func (r *run) event(e *entry, kind state.EventKind, from, to, why string) {
	if r.old.Name == "" {
		return
	}
	r.report.Events = append(r.report.Events, state.Event{Time: r.since(), Source: r.name, Key: e.key, Repo: e.now.Name, Kind: kind, From: from, To: to, Cause: why})
}
