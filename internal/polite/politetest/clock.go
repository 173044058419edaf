// Package politetest simulates the time for tests of what asks hosts.
package politetest

import (
	"context"
	"sync"
	"time"
)

// Clock is a polite.Clock whose time passes only when somebody sleeps, which
// takes no time, or when a test moves it. It is safe for concurrent use.
//
// Sleeping moves the time for everybody, but ends nothing that is under way:
// what one waits for does not make another slow. Bounds of attempts are reached
// by Advance alone, which a server calls to be slow.
type Clock struct {
	mu       sync.Mutex
	now      time.Time
	advanced time.Duration // by Advance alone
	slept    time.Duration
	timers   map[int]timer
	next     int
}

type timer struct {
	at time.Duration
	f  func()
}

// Start is the time at which a new clock stands.
func Start() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) }

// NewClock is a clock that stands at Start.
func NewClock() *Clock { return &Clock{now: Start(), timers: map[int]timer{}} }

// Now is the simulated time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep moves the time by d and returns at once.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept += d
	return nil
}

// Slept is how long was slept in all.
func (c *Clock) Slept() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.slept
}

// Jump puts the clock forward, or back, as an administrator does: no time passes.
func (c *Clock) Jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Advance lets time pass: bounds that are reached end what they bound.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.advanced += d
	var due []func()
	for id, t := range c.timers {
		if t.at <= c.advanced {
			due = append(due, t.f)
			delete(c.timers, id)
		}
	}
	c.mu.Unlock()
	for _, f := range due {
		f()
	}
}

// AfterFunc calls f when d has passed by Advance.
func (c *Clock) AfterFunc(d time.Duration, f func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.next
	c.next++
	c.timers[id] = timer{c.advanced + d, f}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.timers, id)
	}
}
