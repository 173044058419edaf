package serve

import (
	"context"
	"time"
)

// settled is how long nothing must change before the rest of a build is made: who
// saves again soon is not to wait for what is then made for nothing.
const settled = time.Second

// overdue is how long the rest of a build can be put off by changes.
const overdue = 10 * time.Second

// rest is what a build has left for later. It is for the loop of the server.
type rest struct {
	site    *site
	watcher *watcher

	make   func(ctx context.Context) (Outcome, error)
	since  time.Time // when something was first left; zero if all is made
	timer  *time.Timer
	cancel context.CancelFunc
	made   chan made // of what is under way; nil for nothing
}

type made struct {
	out Outcome
	err error
}

// later notes what a build has left.
func (r *rest) later(out Outcome) {
	r.make = out.Rest
	if r.make == nil {
		r.since = time.Time{}
		return
	}
	if r.since.IsZero() {
		r.since = time.Now()
	}
	r.timer = time.NewTimer(settled)
}

// due is when start is to be called.
func (r *rest) due() <-chan time.Time {
	if r.timer == nil {
		return nil
	}
	return r.timer.C
}

// start makes what was left, beside the loop. end or stop must follow.
func (r *rest) start(ctx context.Context) {
	ctx, r.cancel = context.WithCancel(ctx)
	r.timer, r.made = nil, make(chan made, 1)
	go func(f func(context.Context) (Outcome, error), to chan<- made) { // ends with ctx, or when all is made
		out, err := f(ctx)
		to <- made{out, err}
	}(r.make, r.made)
}

// end takes over what was made.
func (r *rest) end(ctx context.Context, m made) {
	r.cancel()
	r.made = nil
	if m.err != nil && ctx.Err() != nil {
		return
	}
	r.make, r.since = nil, time.Time{}
	if m.err != nil {
		r.site.log("build failed: " + m.err.Error())
	} else {
		r.watcher.watch(m.out.Watch)
	}
	m.out.again = true
	r.site.built(m.out, m.err)
}

// stop ends what is under way, because something has changed again. What has been
// put off for too long is waited for.
func (r *rest) stop(ctx context.Context) {
	if r.timer != nil {
		r.timer.Stop()
		r.timer = nil
	}
	if r.made == nil {
		return
	}
	if time.Since(r.since) < overdue {
		r.cancel()
	}
	m := <-r.made
	if m.err == nil {
		r.end(ctx, m)
	}
	r.cancel()
	r.made = nil
}
