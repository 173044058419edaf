package publish

import (
	"compress/gzip"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"callboard/internal/digest"
	"callboard/internal/filetype"
	"callboard/internal/par"
)

// counts are what a run did so far.
type counts struct {
	sent, deleted atomic.Int64
	bytes         atomic.Int64
}

// do carries the plan out.
func (r *run) do(ctx context.Context) error {
	now := r.Now()
	if err := r.announce(ctx, now); err != nil {
		return err
	}
	for phase := range TheManifest {
		if err := r.putPhase(ctx, phase); err != nil {
			return err
		}
	}
	r.tell(TheManifest, 0, 1)
	if err := r.putManifest(ctx); err != nil {
		return err
	}
	if err := r.deleteDue(ctx); err != nil {
		return err
	}
	return r.settle(ctx, now)
}

// announce writes that a run is on, and of what: whoever comes after it, should it
// be killed, knows that pages may be of either portal. What the run will keep of
// the pages it replaces is written down now, so that none of it is forgotten.
func (r *run) announce(ctx context.Context, now time.Time) error {
	// Digests hardly compress, however long one tries.
	if _, err := putOn(ctx, r.Store, manifestKey(r.sum), zipLevel(r.raw, gzip.BestSpeed), Condition{}); err != nil {
		return err
	}
	st := *r.state
	if r.version == "" && !r.foreign() {
		st.Form = r.Form
	}
	st.Pending = &Pending{r.sum, now}
	if st.Form != r.Form {
		// Some files will be of this form and some not: should this run not end, the
		// next must send all.
		st.Form.Rules = -1
	}
	st.Kept = r.keptAfter(now)
	var err error
	r.version, err = saveState(ctx, r.Store, &st, r.version)
	return err
}

// foreign tells that there is something in the store that others put there.
func (r *run) foreign() bool {
	for key := range r.listed {
		if !own(key) {
			return true
		}
	}
	return false
}

// keptAfter are the files that are kept once the plan is carried out.
func (r *run) keptAfter(now time.Time) []Kept {
	all := map[digest.Sum]time.Time{}
	for _, k := range r.state.Kept {
		all[k.Sum] = k.Since
	}
	for _, p := range r.plan.Puts {
		if r.replaces(p) {
			all[p.before] = now
		}
	}
	var out []Kept
	for _, sum := range slices.SortedFunc(maps.Keys(all), func(a, b digest.Sum) int { return slices.Compare(a[:], b[:]) }) {
		out = append(out, Kept{sum, all[sum]})
	}
	return out
}

// replaces tells whether a Put replaces a file that can be gone back to.
func (r *run) replaces(p Put) bool {
	return r.Grace > 0 && !p.twin && !p.before.IsZero() && p.before != p.file.Sum && !filetype.Immutable(p.Key) && r.version != ""
}

func (r *run) putPhase(ctx context.Context, phase Phase) error {
	var puts []Put
	for _, p := range r.plan.Puts {
		if p.Phase == phase {
			puts = append(puts, p)
		}
	}
	var done atomic.Int64
	return par.Each(ctx, r.Jobs, slices.Values(puts), func(ctx context.Context, p Put) error {
		if err := r.put(ctx, p); err != nil {
			return err
		}
		r.tell(phase, int(done.Add(1)), len(puts))
		return nil
	})
}

func (r *run) put(ctx context.Context, p Put) error {
	b, err := r.read(ctx, p.file)
	if err != nil {
		return err
	}
	if r.replaces(p) {
		if err := r.keep(ctx, p); err != nil {
			return err
		}
	}
	b = p.encode(b)
	if _, err := r.Store.Put(ctx, p.key, b, p.attributes(), Condition{}); err != nil {
		return err
	}
	r.sent.Add(1)
	r.bytes.Add(int64(len(b)))
	return nil
}

func fileKey(sum digest.Sum) string { return filesDir + sum.String() }

// keep puts aside what a Put replaces. If a run was killed, what stands there may
// be of that run already, whose predecessor was put aside before it: so it is
// looked at, and only what the manifest speaks of is put aside.
func (r *run) keep(ctx context.Context, p Put) error {
	if r.listed == nil {
		err := copyObject(ctx, r.Store, p.key, fileKey(p.before))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	b, o, err := r.Store.Get(ctx, p.key)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if plain, err := decode(b, o.ContentEncoding); err != nil || digest.Of(plain) != p.before {
		return nil
	}
	_, err = r.Store.Put(ctx, fileKey(p.before), b, o.Attributes, Condition{})
	return err
}

func (r *run) putManifest(ctx context.Context) error {
	if r.plan.settled && !r.Verify {
		return nil
	}
	a := Attributes{ContentType: filetype.ContentType(ManifestKey), CacheControl: filetype.CacheControl(ManifestKey)}
	_, err := r.Store.Put(ctx, ManifestKey, r.raw, a, Condition{})
	return err
}

// deleteDue deletes objects whose time has come, and then what the books kept for
// them.
func (r *run) deleteDue(ctx context.Context) error {
	keys := make([]string, 0, len(r.plan.Delete))
	for _, g := range r.plan.Delete {
		keys = append(keys, g.Key)
	}
	keys = append(keys, r.outdatedKeys(r.Now())...)
	var done atomic.Int64
	return par.Each(ctx, r.Jobs, slices.Values(keys), func(ctx context.Context, key string) error {
		if err := r.Store.Delete(ctx, key); err != nil {
			return err
		}
		if !own(key) {
			r.deleted.Add(1)
		}
		r.tell(Deletions, int(done.Add(1)), len(keys))
		return nil
	})
}

// outdatedKeys are the manifests and files that nobody can go back to any more.
func (r *run) outdatedKeys(now time.Time) []string {
	var keys []string
	for _, k := range r.state.Kept {
		if now.Sub(k.Since) >= r.Grace {
			keys = append(keys, fileKey(k.Sum))
		}
	}
	needed := map[digest.Sum]bool{r.sum: true, r.state.Current: r.Grace > 0}
	for _, p := range r.state.Past {
		needed[p.Manifest] = needed[p.Manifest] || now.Sub(p.Replaced) < r.Grace
	}
	for _, p := range r.state.Past {
		if !needed[p.Manifest] {
			keys = append(keys, manifestKey(p.Manifest))
		}
	}
	if r.state.Current != r.sum && r.Grace <= 0 && !r.state.Current.IsZero() {
		keys = append(keys, manifestKey(r.state.Current))
	}
	if p := r.state.Pending; p != nil && !needed[p.Manifest] {
		keys = append(keys, manifestKey(p.Manifest))
	}
	return keys
}

// settle writes down that the run has ended.
func (r *run) settle(ctx context.Context, now time.Time) error {
	st := State{Version: stateVersion, Form: r.Form, Current: r.sum, At: now}
	if r.state.Current == r.sum {
		st.At = r.state.At
	} else if !r.state.Current.IsZero() {
		st.Past = append(st.Past, Past{r.state.Current, r.state.At, now, len(r.prev.Files)})
	}
	for _, p := range r.state.Past {
		if p.Manifest != r.sum {
			st.Past = append(st.Past, p)
		}
	}
	young := func(since time.Time) bool { return now.Sub(since) < r.Grace }
	st.Past = slices.DeleteFunc(st.Past, func(p Past) bool { return !young(p.Replaced) })
	st.Kept = slices.DeleteFunc(r.keptAfter(now), func(k Kept) bool { return !young(k.Since) })
	st.Gone = append(slices.Clone(r.plan.stays), r.plan.Leaving...)
	slices.SortFunc(st.Gone, func(a, b Gone) int { return strings.Compare(a.Key, b.Key) })
	var err error
	r.version, err = saveState(ctx, r.Store, &st, r.version)
	return err
}

func (r *run) tell(p Phase, done, total int) {
	if r.Progress != nil {
		r.Progress(Progress{p, done, total})
	}
}
