package publishtest

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/publish"
)

// Quick tries as often as usual, and waits for nothing.
func Quick() publish.Retry {
	r := publish.Usual(func() float64 { return 1 })
	r.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return r
}

// Faults publishes to a store by its client, with faults at the server: each request
// fails in turn and its answer is lost in turn, and every other one is throttled.
// Then come the Perils. Whatever happens, readers have a whole portal. serve starts a
// server over a store and opens a client of it.
func Faults(t *testing.T, serve func(publish.Store) publish.Store) {
	t.Run("each request", func(t *testing.T) { eachRequest(t, serve, false) })
	t.Run("each answer", func(t *testing.T) { eachRequest(t, serve, true) })
	t.Run("throttled", func(t *testing.T) { throttled(t, serve) })
	Perils(t, serve(new(Memory)))
}

// Perils publishes to an empty store: runs die at 100 random moments, while a reader
// polls, the store lies about what is there, and two run at once.
func Perils(t *testing.T, s publish.Store) {
	c := NewClock()
	t.Run("killed", func(t *testing.T) { killed(t, s, c) })
	t.Run("lies", func(t *testing.T) { lies(t, s, c) })
	t.Run("two at once", func(t *testing.T) { twoAtOnce(t, s, c) })
}

// must publishes and looks at the portal.
func must(t *testing.T, m publish.Store, o publish.Options, site Site) {
	t.Helper()
	if _, err := publish.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Same(t.Context(), m, site), Read(t.Context(), m)); err != nil {
		t.Fatal(err)
	}
}

func busy(op, key string) error {
	return &publish.RequestError{Op: op, Key: key, Err: errors.New("busy"), Temporary: true}
}

func eachRequest(t *testing.T, serve func(publish.Store) publish.Store, lost bool) {
	m, c := new(Memory), NewClock()
	var made, at atomic.Int64
	fail := func(op, key string) error {
		if made.Add(1) == at.Load() {
			return busy(op, key)
		}
		return nil
	}
	f := &Faulty{Store: m, Before: fail}
	if lost {
		f.Before, f.After = nil, fail
	}
	s := publish.Patient(serve(f), Quick())
	total := int64(1)
	for n := int64(1); n <= total; n++ {
		site := NewSite(4, int(n))
		made.Store(0)
		at.Store(n)
		must(t, m, Options(s, site, c), site)
		total = max(total, made.Load())
		c.Days(1)
	}
	if total < 20 {
		t.Errorf("a run takes %d requests", total)
	}
}

func throttled(t *testing.T, serve func(publish.Store) publish.Store) {
	m, site := new(Memory), NewSite(9, 1)
	var mu sync.Mutex
	seen := map[string]int{}
	s := serve(&Faulty{Store: m, Before: func(op, key string) error {
		mu.Lock()
		defer mu.Unlock()
		if seen[op+key]++; seen[op+key]%2 != 0 {
			return busy(op, key)
		}
		return nil
	}})
	must(t, m, Options(publish.Patient(s, Quick()), site, NewClock()), site)
}

// deaths is how many runs are killed.
const deaths = 100

func killed(t *testing.T, s publish.Store, c *Clock) {
	var left atomic.Int64
	dead := errors.New("killed")
	dying := &Faulty{Store: s, Before: func(string, string) error {
		if left.Add(-1) < 0 {
			return dead
		}
		return nil
	}}
	must(t, s, Options(s, NewSite(9, 0), c), NewSite(9, 0))
	p := startReader(s)
	r, died := rand.New(rand.NewPCG(9, 10)), 0
	for i := 0; died < deaths; i++ {
		site := NewSite(9, i+1)
		left.Store(int64(r.IntN(34)))
		o := Options(dying, site, c)
		o.TakeOver = true
		switch _, err := publish.Run(t.Context(), o); {
		case errors.Is(err, dead):
			died++
		case err != nil:
			t.Fatal(err)
		}
		if err := Read(t.Context(), s); err != nil {
			t.Fatalf("death %d: %v", died, err)
		}
		if r.IntN(3) > 0 { // and else the next run finds what two have left
			o = Options(s, site, c)
			o.TakeOver = true
			must(t, s, o, site)
		}
		p.between(func() { c.Days(r.IntN(4)) })
	}
	if reads, err := p.stop(); err != nil || reads < deaths {
		t.Errorf("after %d reads: %v", reads, err)
	}
}

// reader is somebody who opens the portal again and again.
type reader struct {
	store publish.Store
	mu    sync.Mutex // held while they read
	quit  chan struct{}
	done  chan struct{}
	reads int
	err   error
}

// startReader begins to read. stop ends it.
func startReader(s publish.Store) *reader {
	r := &reader{store: s, quit: make(chan struct{}), done: make(chan struct{})}
	go r.poll()
	return r
}

func (r *reader) poll() {
	defer close(r.done)
	for r.err == nil {
		select {
		case <-r.quit:
			return
		case <-time.After(3 * time.Millisecond):
		}
		r.between(func() { r.err = Read(context.Background(), r.store) })
		r.reads++
	}
}

// between does something while nobody is about to read: nobody takes days for it.
func (r *reader) between(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
}

// stop ends the reading, and tells how often the portal was read, and what was
// missing.
func (r *reader) stop() (int, error) {
	close(r.quit)
	<-r.done
	return r.reads, r.err
}

func twoAtOnce(t *testing.T, s publish.Store, c *Clock) {
	older, one, two := NewSite(9, 0), NewSite(9, 1), NewSite(9, 2)
	o := Options(s, older, c)
	o.TakeOver = true
	must(t, s, o, older)
	var second error
	var once sync.Once
	first := &Faulty{Store: s, Before: func(op, key string) error {
		if op == "put" && key == "index.html" {
			once.Do(func() {
				o := Options(s, two, c)
				o.Holder = "second"
				_, second = publish.Run(t.Context(), o)
			})
		}
		return nil
	}}
	must(t, s, Options(first, one, c), one)
	if !errors.Is(second, publish.ErrBusy) {
		t.Errorf("the second run: %v", second)
	}
}

// lies has the store tell that nothing is there and list half of it, and that all is
// there and list more. What is lied about is looked at when a run has died.
func lies(t *testing.T, s publish.Store, c *Clock) {
	dead := errors.New("killed")
	for _, all := range []bool{false, true} {
		l := &liar{s, all}
		for v := range 4 {
			o := Options(l, NewSite(9, v), c)
			o.TakeOver, o.Verify = true, v == 2
			must(t, s, o, NewSite(9, v))
		}
		var made atomic.Int64
		o := Options(&Faulty{Store: l, Before: func(string, string) error {
			if made.Add(1) > 12 {
				return dead
			}
			return nil
		}}, NewSite(9, 5), c)
		if _, err := publish.Run(t.Context(), o); !errors.Is(err, dead) {
			t.Errorf("it was not killed: %v", err)
		}
		o = Options(l, NewSite(9, 6), c)
		o.TakeOver = true
		must(t, s, o, NewSite(9, 6))
	}
}

// liar is a store that says what is not so of what it has.
type liar struct {
	publish.Store
	all bool // everything is there, and else nothing
}

// Head tells what is not so.
func (l *liar) Head(_ context.Context, key string) (publish.Object, error) {
	if !l.all {
		return publish.Object{}, publish.ErrNotFound
	}
	return publish.Object{Key: key, Size: 7, Version: "1", MD5: make([]byte, 16)}, nil
}

// List leaves out every other object, or has some that are not there.
func (l *liar) List(ctx context.Context, prefix string) iter.Seq2[publish.Object, error] {
	return func(yield func(publish.Object, error) bool) {
		n := 0
		for o, err := range l.Store.List(ctx, prefix) {
			if n++; err == nil && !l.all && n%2 == 0 {
				continue
			}
			if !yield(o, err) || err != nil {
				return
			}
			if ghost := (publish.Object{Key: o.Key + "-", Size: 7, Version: "1", MD5: make([]byte, 16)}); l.all && !yield(ghost, nil) {
				return
			}
		}
	}
}
