// Package publish brings a portal from a directory to where people read it: only
// what changed, in an order in which a reader never finds a page without what it
// needs, and so that a run that is killed leaves a whole portal behind.
//
// What must stay true:
//
//   - What a page refers to is there before the page is, and stays for a grace
//     period after no page refers to it. Whoever has a page open goes on reading.
//   - A file is replaced in one piece. Stores are such that it can be.
//   - Nothing is taken to be in the store because somebody says so, but for what a
//     finished run put there, and for what a listing of the store shows with the
//     digest of the very bytes.
//   - One run at a time: a lease in the store, taken by a conditional write and
//     renewed; and what the next run relies on is written on condition that nobody
//     else wrote it.
//
// What callboard knows about a published portal lies beside it, under [Prefix]:
// the state, the manifests that can be gone back to, and the files of theirs that
// have been replaced since.
package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callboard/internal/digest"
	"callboard/internal/output"
)

// Prefix is what the keys of everything begin with that is not of the portal.
const Prefix = ".callboard/"

// ManifestKey is the manifest of the portal, which every reader may have.
const ManifestKey = "manifest.json"

// Source is a portal to be published.
type Source interface {
	// Manifest lists the files, by path; it does not list itself.
	Manifest() *output.Manifest
	// Open reads a file of the manifest, whose digest is checked by the caller. It
	// may be called concurrently.
	Open(ctx context.Context, e output.Entry) ([]byte, error)
}

// ReadFile reads a file of a source and checks its digest.
func ReadFile(ctx context.Context, s Source, e output.Entry) ([]byte, error) {
	b, err := s.Open(ctx, e)
	if err != nil {
		return nil, err
	}
	if !check(b, e) {
		return nil, fmt.Errorf("publish: %s changed while it was read; is a build running?", e.Path)
	}
	return b, nil
}

// EncodeManifest is a manifest as it is published.
func EncodeManifest(m *output.Manifest) ([]byte, error) {
	b, err := digest.Encode(m)
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return b, nil
}

// Options say what to publish and how.
type Options struct {
	Store Store
	From  Source
	Form  Form
	// Grace is how long a file stays that is no longer of the portal, and how long
	// one can go back to what was replaced. With 0, files go at once.
	Grace time.Duration
	// MaxDelete is how many files may leave the portal in one run.
	MaxDelete MaxDelete
	// Verify compares with what the store lists, and sends what differs again.
	Verify bool
	// Holder names this run in its lease. It must be unlike that of any other run.
	Holder string
	// TakeOver takes the lease of another run, which must have ended.
	TakeOver bool
	// Jobs is how many requests run at once.
	Jobs int
	// Now is the clock.
	Now func() time.Time
	// Progress, if not nil, is told of every step, from several goroutines.
	Progress func(Progress)
}

// Progress is how far a run has come.
type Progress struct {
	Phase       Phase
	Done, Total int // files of the phase
}

// Report is what a run did.
type Report struct {
	Plan    *Plan
	Sent    int   // files
	Bytes   int64 // of them, as they were sent
	Deleted int
	// Recovered tells that an earlier run had not ended, and that this one looked
	// at everything in the store.
	Recovered bool
	// Found is how many files of an earlier run that had not ended, or with Verify,
	// were found to be as they should.
	Found int
}

// Prepare tells what Run would do. It changes nothing. The plan is also there if
// the error is a *TooManyError.
func Prepare(ctx context.Context, o Options) (*Plan, error) {
	r, err := begin(ctx, o)
	if r == nil {
		return nil, err
	}
	return r.plan, err
}

// Run publishes a portal. If it fails or ctx is done, the portal is whole, and the
// next run goes on where it was.
func Run(ctx context.Context, o Options) (rep *Report, err error) {
	r, err := begin(ctx, o)
	if err != nil {
		return nil, err
	}
	if r.plan.Empty() {
		return r.report(), nil
	}
	lease, ctx, err := takeLease(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lease.release(ctx)) }()
	if r, err = r.anew(ctx); err != nil {
		return nil, err
	}
	if r.plan.Empty() {
		return r.report(), nil
	}
	if err := r.do(ctx); err != nil {
		if cause := context.Cause(ctx); errors.Is(cause, ErrLeaseLost) {
			err = cause
		}
		return nil, err
	}
	return r.report(), nil
}

// run is one run.
type run struct {
	Options
	state   *State
	version string // of the state in the store, "" if there is none
	prev    *output.Manifest
	pending *output.Manifest // of a run that has not ended; empty if all have
	sum     digest.Sum       // of the manifest to be published
	raw     []byte           // the manifest to be published
	listed  map[string]Object
	plan    *Plan
	counts
}

// begin reads what is known of the store and makes the plan.
func begin(ctx context.Context, o Options) (*run, error) {
	r := &run{Options: o}
	var err error
	if r.raw, err = EncodeManifest(o.From.Manifest()); err != nil {
		return nil, err
	}
	r.sum = digest.Of(r.raw)
	if r.state, r.version, err = loadState(ctx, o.Store); err != nil {
		return nil, err
	}
	if r.prev, err = r.loadPrevious(ctx); err != nil {
		return nil, err
	}
	if err = r.loadPending(ctx); err != nil {
		return nil, err
	}
	if r.Verify || r.state.Pending != nil || r.version == "" {
		if r.listed, err = listAll(ctx, o.Store); err != nil {
			return nil, err
		}
	}
	r.plan, err = r.makePlan(ctx)
	return r, err
}

// anew is the run as it is now that nobody else has the lease: another may have come
// in between, and then it is made again.
func (r *run) anew(ctx context.Context) (*run, error) {
	_, version, err := loadState(ctx, r.Store)
	if err == nil && version == r.version && version != "" {
		return r, nil
	}
	return begin(ctx, r.Options)
}

// loadPending reads the manifest of a run that has not ended. What it brought is
// deleted if it is not of this portal.
func (r *run) loadPending(ctx context.Context) (err error) {
	r.pending = &output.Manifest{}
	if p := r.state.Pending; p != nil {
		r.pending, err = loadManifest(ctx, r.Store, p.Manifest)
	}
	return err
}

// loadPrevious reads the manifest that stands in the store. A portal that was
// brought there by other means has no state, but the manifest that its build
// wrote tells which files are callboard's.
func (r *run) loadPrevious(ctx context.Context) (*output.Manifest, error) {
	if r.version != "" {
		if r.state.Current == r.sum {
			return r.From.Manifest(), nil
		}
		return loadManifest(ctx, r.Store, r.state.Current)
	}
	b, _, err := r.Store.Get(ctx, ManifestKey)
	if errors.Is(err, ErrNotFound) {
		return &output.Manifest{}, nil
	}
	if err != nil {
		return nil, err
	}
	return decodeManifest(b), nil
}

func (r *run) report() *Report {
	return &Report{Plan: r.plan, Sent: int(r.sent.Load()), Bytes: r.bytes.Load(), Deleted: int(r.deleted.Load()), Recovered: r.state.Pending != nil, Found: r.plan.Found}
}
