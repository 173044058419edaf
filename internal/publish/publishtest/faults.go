package publishtest

import (
	"context"
	"errors"
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
// fails in turn and its answer is lost in turn, every other one is throttled, runs die at
// random moments, and two run at once. Whatever happens, readers have a whole
// portal. serve starts a server over a store and opens a client of it.
func Faults(t *testing.T, serve func(publish.Store) publish.Store) {
	t.Run("each request", func(t *testing.T) { eachRequest(t, serve, false) })
	t.Run("each answer", func(t *testing.T) { eachRequest(t, serve, true) })
	t.Run("throttled", func(t *testing.T) { throttled(t, serve) })
	t.Run("killed", func(t *testing.T) { killed(t, serve) })
	t.Run("two at once", func(t *testing.T) { twoAtOnce(t, serve) })
}

// must publishes and looks at the portal.
func must(t *testing.T, m *Memory, o publish.Options, site Site) {
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

func killed(t *testing.T, serve func(publish.Store) publish.Store) {
	m, c := new(Memory), NewClock()
	var left atomic.Int64
	dead := errors.New("killed")
	s := serve(m)
	dying := &Faulty{Store: s, Before: func(string, string) error {
		if left.Add(-1) < 0 {
			return dead
		}
		return nil
	}}
	must(t, m, Options(s, NewSite(9, 0), c), NewSite(9, 0))
	r, deaths := rand.New(rand.NewPCG(9, 10)), 0
	for i := range 40 {
		site := NewSite(9, i+1)
		left.Store(int64(r.IntN(34)))
		o := Options(dying, site, c)
		o.TakeOver = true
		switch _, err := publish.Run(t.Context(), o); {
		case errors.Is(err, dead):
			deaths++
		case err != nil:
			t.Fatal(err)
		}
		if err := Read(t.Context(), m); err != nil {
			t.Fatalf("death %d: %v", i, err)
		}
		o = Options(s, site, c)
		o.TakeOver = true
		must(t, m, o, site)
		c.Days(r.IntN(4))
	}
	if deaths < 10 {
		t.Errorf("only %d of 40 runs were killed", deaths)
	}
}

func twoAtOnce(t *testing.T, serve func(publish.Store) publish.Store) {
	m, c := new(Memory), NewClock()
	s := serve(m)
	must(t, m, Options(s, NewSite(9, 0), c), NewSite(9, 0))
	one, two := NewSite(9, 1), NewSite(9, 2)
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
	must(t, m, Options(first, one, c), one)
	if !errors.Is(second, publish.ErrBusy) {
		t.Errorf("the second run: %v", second)
	}
}
