package crawl

import (
	"context"
	"fmt"

	"callboard/internal/crawl/state"
	"callboard/internal/source"
)

const (
	// enoughMisses is in how many crawls a repository must be missing before it is
	// believed to be gone.
	enoughMisses = 2
	// maxFinds is how many missing repositories are asked for one by one.
	maxFinds = 50
)

// mayDrop is how many of so many repositories may go at once: a fifth, and one
// in any case, or small organisations could never lose any.
func mayDrop(known int) int { return max(1, known/5) }

// missing decides about the repositories that are known and were not listed. One
// is let go of if it was not there in two crawls, while others of the source
// were, and if not too many are missing. Total is how many the source listed.
func (r *run) missing(ctx context.Context, total int) error {
	known := r.sorted(func(e *entry) bool { return e.was != nil && e.key != peopleKey })
	names := r.names()
	gone := r.sorted(func(e *entry) bool { return e.listed == nil && e.key != peopleKey && !names[e.now.Name] })
	switch {
	case r.fault != nil:
		r.keepAll(gone, *r.fault)
	case len(gone) > mayDrop(len(known)):
		r.guard(gone, len(known))
	default:
		return r.find(ctx, gone)
	}
	return nil
}

// names are the names of the repositories that are listed.
func (r *run) names() map[string]bool {
	out := map[string]bool{}
	for _, e := range r.entries {
		if e.listed != nil {
			out[e.listed.Name] = true
		}
	}
	return out
}

// replaced lets go of repositories whose name another one has now, once there is
// something of that.
func (r *run) replaced() {
	have := map[string]bool{}
	for _, e := range r.entries {
		if e.listed != nil && e.now.Revision != "" {
			have[e.listed.Name] = true
		}
	}
	for _, e := range r.sorted(func(e *entry) bool { return e.listed == nil && e.key != peopleKey && have[e.now.Name] }) {
		r.drop(e, "another repository has its name now")
	}
}

// keepAll keeps repositories for the same reason.
func (r *run) keepAll(es []*entry, f state.Fault) {
	for _, e := range es {
		own := f
		e.now.Fault = since(&own, e.now.Fault)
	}
	r.report.Kept += len(es)
}

// guard keeps what is missing because too much is, unless that is wanted.
func (r *run) guard(gone []*entry, known int) {
	f := state.Fault{Kind: tooManyGone, Since: r.since(),
		Cause: fmt.Sprintf("%d of %d repositories are not listed any more, which is more than go at once", len(gone), known)}
	for _, e := range gone {
		if e.now.Misses++; r.AllowDrop && e.now.Misses >= enoughMisses {
			r.drop(e, f.Cause)
			continue
		}
		r.keepAll([]*entry{e}, f)
	}
	if !r.AllowDrop {
		r.fault = since(&f, r.old.Fault)
		r.report.Fault = r.fault
	}
}

// find asks for each of a few missing repositories, and lets go of those that
// are missing for the second time.
func (r *run) find(ctx context.Context, gone []*entry) error {
	for i, e := range gone {
		f := state.Fault{Kind: notListed, Cause: "it is not listed any more", Since: r.since()}
		if i < maxFinds && r.stop() == nil {
			f = r.whereabouts(ctx, e)
		}
		if err := ended(ctx); err != nil {
			return err
		}
		switch f.Kind {
		case notListed, string(source.Gone), string(source.Denied):
			if e.now.Misses++; e.now.Misses >= enoughMisses {
				r.drop(e, f.Cause)
				continue
			}
		}
		r.keepAll([]*entry{e}, f) // of other faults it cannot be told whether it is there
	}
	return nil
}

// whereabouts is why a repository is not listed: what has become of it, or that
// this cannot be told.
func (r *run) whereabouts(ctx context.Context, e *entry) state.Fault {
	repo := source.Repo{Name: e.now.Name, ID: e.now.ID, Branch: e.now.Branch, WebURL: e.now.WebURL, CloneURL: e.now.CloneURL}
	now, err := r.s.Host.Find(ctx, repo)
	r.note(err)
	if err != nil {
		return *r.faultOf(err, nil)
	}
	f := state.Fault{Kind: notListed, Cause: "it is there, and is not listed any more", Since: r.since()}
	switch {
	case now.Name != e.now.Name:
		f.Cause = fmt.Sprintf("it is %.200q now, which is not listed", now.Name)
	case now.Facts.Archived && !e.now.Facts.Archived:
		f.Cause = "it has been archived, and archived repositories are not listed"
	case now.Facts.Visibility != e.now.Facts.Visibility && now.Facts.Visibility != "":
		f.Cause = fmt.Sprintf("it is %.40q now, and is not listed any more", now.Facts.Visibility)
	}
	return f
}

// drop lets go of a repository.
func (r *run) drop(e *entry, why string) {
	delete(r.entries, e.key)
	delete(r.times.Observed, e.key)
	delete(r.times.Enriched, e.key)
	r.report.Dropped++
	if e.was != nil && e.was.Revision != "" {
		r.event(e, state.Vanished, e.was.Revision, "", why)
	}
}
