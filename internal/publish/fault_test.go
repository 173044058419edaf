package publish_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
)

var errKilled = errors.New("killed")

// killedAt is a store of which every request after the n-th fails: the process
// that used it is no more.
func killedAt(s publish.Store, n int64) *publishtest.Faulty {
	var made atomic.Int64
	return &publishtest.Faulty{Store: s, Before: func(string, string) error {
		if made.Add(1) > n {
			return errKilled
		}
		return nil
	}}
}

// TestKilled kills runs at 100 moments, some several times in a row and on the way
// to different versions. After every death, readers find a whole portal, and the
// next run that is left alone makes it as it should be.
func TestKilled(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m, c := new(publishtest.Memory), publishtest.NewClock()
	run(t, publishtest.Options(m, publishtest.NewSite(12, 0), c))
	recovered, found := 0, 0
	for i := range 100 {
		site := publishtest.NewSite(12, i+1)
		for range 1 + r.IntN(2) {
			kill(t, m, c, publishtest.NewSite(12, r.IntN(2)+i), int64(r.IntN(34)))
		}
		o := publishtest.Options(m, site, c)
		o.TakeOver = true
		rep := run(t, o)
		if rep.Recovered {
			recovered++
			found += rep.Found
		}
		if err := errors.Join(publishtest.Same(t.Context(), m, site), publishtest.Read(t.Context(), m)); err != nil {
			t.Fatalf("after death %d: %v", i, err)
		}
		c.Days(r.IntN(4))
	}
	if recovered < 50 || found == 0 {
		t.Errorf("only %d of 100 deaths were recovered from, %d files found", recovered, found)
	}
	c.Days(30)
	last := publishtest.NewSite(12, 100)
	run(t, publishtest.Options(m, last, c))
	if n := len(m.Keys()); n != len(last)+1 {
		t.Errorf("%d objects are left, want %d and the manifest: nothing may be forgotten", n, len(last))
	}
}

// kill begins to publish a site and dies after n requests, unless it has ended by
// then, which it tells.
func kill(t *testing.T, m *publishtest.Memory, c *publishtest.Clock, site publishtest.Site, n int64) (ended bool) {
	t.Helper()
	o := publishtest.Options(killedAt(m, n), site, c)
	o.TakeOver = true
	_, err := publish.Run(t.Context(), o)
	if err != nil && !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if err := publishtest.Read(t.Context(), m); err != nil {
		t.Fatalf("killed at request %d: %v", n, err)
	}
	return err == nil
}

// TestKilledRollsBack goes back to what stood before a run that was killed.
func TestKilledRollsBack(t *testing.T) {
	backed := 0
	for n := int64(5); n < 45; n += 3 {
		m, c, one := new(publishtest.Memory), publishtest.NewClock(), publishtest.NewSite(12, 1)
		run(t, publishtest.Options(m, one, c))
		if kill(t, m, c, publishtest.NewSite(12, 2), n) || kill(t, m, c, publishtest.NewSite(12, 3), n+4) {
			break // it had ended before
		}
		sum, err := publish.Back(t.Context(), m, "")
		if err != nil {
			if n < 8 {
				continue // it died before it changed anything
			}
			t.Fatal(err)
		}
		earlier, err := publish.Earlier(t.Context(), m, sum)
		if err != nil {
			t.Fatal(err)
		}
		o := publishtest.Options(m, earlier, c)
		o.TakeOver = true
		run(t, o)
		if err := publishtest.Same(t.Context(), m, one); err != nil {
			t.Errorf("killed at %d: %v", n, err)
		}
		backed++
	}
	if backed < 5 {
		t.Errorf("only %d deaths were followed by going back", backed)
	}
}

// TestEveryRequestFails has each request of a run fail once in turn, before it is
// done and after, and be sent again.
func TestEveryRequestFails(t *testing.T) {
	for _, lost := range []bool{false, true} {
		total := int64(1)
		for n := int64(1); n <= total; n++ {
			m, c := new(publishtest.Memory), publishtest.NewClock()
			run(t, publishtest.Options(m, publishtest.NewSite(4, 1), c))
			var made atomic.Int64
			fail := func(op, key string) error {
				if made.Add(1) == n {
					return &publish.RequestError{Op: op, Key: key, Err: errors.New("503"), Temporary: true}
				}
				return nil
			}
			f := &publishtest.Faulty{Store: m}
			if f.Before = fail; lost {
				f.Before, f.After = nil, fail
			}
			site := publishtest.NewSite(4, 2)
			run(t, publishtest.Options(publish.Patient(f, quick(nil)), site, c))
			if err := errors.Join(publishtest.Same(t.Context(), m, site), publishtest.Read(t.Context(), m)); err != nil {
				t.Fatalf("request %d failed, answer lost %t: %v", n, lost, err)
			}
			total = made.Load()
		}
		if total < 20 {
			t.Errorf("a run takes %d requests", total)
		}
	}
}

// quick tries eight times and waits for nothing; it notes the waits.
func quick(waits *[]time.Duration) publish.Retry {
	r := publish.Usual(func() float64 { return 1 })
	var mu sync.Mutex
	r.Wait = func(ctx context.Context, d time.Duration) error {
		mu.Lock()
		defer mu.Unlock()
		if waits != nil {
			*waits = append(*waits, d)
		}
		return ctx.Err()
	}
	return r
}

// TestThrottled has a store refuse most requests.
func TestThrottled(t *testing.T) {
	m, c, site := new(publishtest.Memory), publishtest.NewClock(), publishtest.NewSite(12, 1)
	var mu sync.Mutex
	seen := map[string]int{}
	f := &publishtest.Faulty{Store: m, Before: func(op, key string) error {
		mu.Lock()
		defer mu.Unlock()
		if seen[op+key]++; seen[op+key]%4 != 0 {
			return &publish.RequestError{Op: op, Key: key, Err: errors.New("429"), Temporary: true, After: 7 * time.Second}
		}
		return nil
	}}
	var waits []time.Duration
	run(t, publishtest.Options(publish.Patient(f, quick(&waits)), site, c))
	if err := publishtest.Same(t.Context(), m, site); err != nil {
		t.Error(err)
	}
	for _, w := range waits {
		if w < 7*time.Second || w > 20*time.Second {
			t.Fatalf("waited for %s", w)
		}
	}
}

// TestWaits says how long it is waited between attempts, and when it is given up.
func TestWaits(t *testing.T) {
	refuse := func(op, key string) error {
		return &publish.RequestError{Op: op, Key: key, Err: errors.New("503"), Temporary: true}
	}
	var waits []time.Duration
	s := publish.Patient(&publishtest.Faulty{Store: new(publishtest.Memory), Before: refuse}, quick(&waits))
	if _, _, err := s.Get(t.Context(), "x"); err == nil {
		t.Error("no error")
	}
	if got, want := fmt.Sprint(waits), "[200ms 400ms 800ms 1.6s 3.2s 6.4s 12.8s]"; got != want {
		t.Errorf("waited %s, want %s", got, want)
	}
}

// TestTwoAtOnce starts two runs: one of them publishes, the other is refused, and
// the portal is that of the first.
func TestTwoAtOnce(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	run(t, publishtest.Options(m, publishtest.NewSite(12, 0), c))
	one, two := publishtest.NewSite(12, 1), publishtest.NewSite(12, 2)
	var second error
	var once sync.Once
	f := &publishtest.Faulty{Store: m, Before: func(op, key string) error {
		if op == "put" && key == "index.html" {
			once.Do(func() {
				o := publishtest.Options(m, two, c)
				o.Holder = "second"
				_, second = publish.Run(t.Context(), o)
			})
		}
		return nil
	}}
	run(t, publishtest.Options(f, one, c))
	if !errors.Is(second, publish.ErrBusy) {
		t.Errorf("the second run: %v", second)
	}
	if err := publishtest.Same(t.Context(), m, one); err != nil {
		t.Error(err)
	}
}

// TestTakenOver has another run take over from one that is alive: the first one
// must not write down that it has published.
func TestTakenOver(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	run(t, publishtest.Options(m, publishtest.NewSite(12, 0), c))
	one, two := publishtest.NewSite(12, 1), publishtest.NewSite(12, 2)
	var once sync.Once
	f := &publishtest.Faulty{Store: m, Before: func(op, key string) error {
		if op == "put" && key == publish.ManifestKey {
			once.Do(func() {
				o := publishtest.Options(m, two, c)
				o.Holder, o.TakeOver = "second", true
				run(t, o)
			})
		}
		return nil
	}}
	if _, err := publish.Run(t.Context(), publishtest.Options(f, one, c)); !errors.Is(err, publish.ErrLeaseLost) {
		t.Errorf("the first run: %v", err)
	}
	if err := errors.Join(publishtest.Same(t.Context(), m, two), publishtest.Read(t.Context(), m)); err != nil {
		t.Error(err)
	}
}

// TestLeaseEnds takes over from a run that was killed, once its lease has ended.
func TestLeaseEnds(t *testing.T) {
	m, c, site := new(publishtest.Memory), publishtest.NewClock(), publishtest.NewSite(6, 1)
	kill := publishtest.Options(killedAt(m, 12), site, c)
	kill.Holder = "first"
	if _, err := publish.Run(t.Context(), kill); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	o := publishtest.Options(m, site, c)
	o.Holder = "second"
	if _, err := publish.Run(t.Context(), o); !errors.Is(err, publish.ErrBusy) {
		t.Errorf("while the lease lasts: %v", err)
	}
	c.T = c.T.Add(3*time.Minute + time.Second)
	if rep := run(t, o); !rep.Recovered || rep.Found == 0 || rep.Sent+rep.Found != len(site) {
		t.Errorf("recovered %t, %d found, %d sent", rep.Recovered, rep.Found, rep.Sent)
	}
}

// TestInterrupted gives the lease back when the run is told to stop.
func TestInterrupted(t *testing.T) {
	m, c, site := new(publishtest.Memory), publishtest.NewClock(), publishtest.NewSite(12, 1)
	ctx, cancel := context.WithCancel(t.Context())
	f := &publishtest.Faulty{Store: m, Before: func(op, key string) error {
		if key == "p4/index.html" {
			cancel()
		}
		return ctx.Err()
	}, After: func(string, string) error { return nil }}
	late := &publishtest.Faulty{Store: m, Before: f.Before}
	if _, err := publish.Run(ctx, publishtest.Options(late, site, c)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	// The store that refused everything after the interruption kept the lease.
	o := publishtest.Options(m, site, c)
	if rep := run(t, o); !rep.Recovered {
		t.Error("nothing was recovered")
	}
}

// TestStaleManifest has the manifest of the last run be lost, and be another's.
func TestStaleManifest(t *testing.T) {
	m, c, one := new(publishtest.Memory), publishtest.NewClock(), publishtest.NewSite(6, 1)
	run(t, publishtest.Options(m, one, c))
	for o := range m.List(t.Context(), publish.Prefix+"manifests/") {
		if _, err := m.Put(t.Context(), o.Key, []byte("not a manifest"), publish.Attributes{}, publish.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	two := publishtest.NewSite(6, 2)
	run(t, publishtest.Options(m, two, c))
	if err := errors.Join(publishtest.Same(t.Context(), m, two), publishtest.Read(t.Context(), m)); err != nil {
		t.Error(err)
	}
}

// TestFaults has the faults without a protocol in between.
func TestFaults(t *testing.T) {
	publishtest.Faults(t, func(s publish.Store) publish.Store { return s })
}

// TestReader has a reader poll while versions come and go, runs die and files are
// deleted: at no request in between is anything missing.
func TestReader(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	run(t, publishtest.Options(m, publishtest.NewSite(9, 0), c))
	reads := 0
	f := &publishtest.Faulty{Store: m, After: func(op, key string) error {
		if op == "put" || op == "delete" || op == "copy" {
			reads++
			if err := publishtest.Read(context.Background(), m); err != nil {
				t.Errorf("after %s of %s: %v", op, key, err)
			}
		}
		return nil
	}}
	for v := range 6 {
		o := publishtest.Options(f, publishtest.NewSite(9, v+1), c)
		o.Jobs = 1
		run(t, o)
		c.Days(4)
	}
	if reads < 100 {
		t.Errorf("only %d reads", reads)
	}
}
