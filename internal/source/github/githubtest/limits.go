package githubtest

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Limits are what an account may ask for. Zero is what GitHub allows.
type Limits struct {
	Core, GraphQL int // an hour, requests and points
	// Minute bounds requests of REST a minute, MinuteGraphQL those of GraphQL,
	// Concurrent those under way: GitHub's secondary limits.
	Minute, MinuteGraphQL, Concurrent int
}

// GitHub's limits, as its documentation gives them.
var usual = Limits{Core: 5000, GraphQL: 5000, Minute: 900, MinuteGraphQL: 2000, Concurrent: 100}

func either(a, b int) int {
	if a > 0 {
		return a
	}
	return b
}

// A limiter keeps the accounts' hours.
type limiter struct {
	l  Limits
	mu *sync.Mutex

	hours   map[string]*window // by account and resource
	minutes map[string]*window
	under   int
	most    *int
}

type window struct {
	until time.Time
	used  int
}

func newLimiter(l Limits) limiter {
	return limiter{
		l: Limits{
			Core: either(l.Core, usual.Core), GraphQL: either(l.GraphQL, usual.GraphQL), Minute: either(l.Minute, usual.Minute),
			MinuteGraphQL: either(l.MinuteGraphQL, usual.MinuteGraphQL), Concurrent: either(l.Concurrent, usual.Concurrent),
		},
		mu: &sync.Mutex{}, hours: map[string]*window{}, minutes: map[string]*window{}, most: new(int),
	}
}

// at is the window of a key that now is in.
func at(ws map[string]*window, key string, now time.Time, long time.Duration) *window {
	w := ws[key]
	if w == nil || !now.Before(w.until) {
		w = &window{until: now.Add(long)}
		ws[key] = w
	}
	return w
}

func (l *limiter) allowed(resource string) (hour, minute int) {
	if resource == "graphql" {
		return l.l.GraphQL, l.l.MinuteGraphQL
	}
	return l.l.Core, l.l.Minute
}

// enter lets a request in, or says why not.
func (l *limiter) enter(who, resource string, now time.Time) (release func(), refused *answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.under++
	*l.most = max(*l.most, l.under)
	release = func() { l.mu.Lock(); defer l.mu.Unlock(); l.under-- }
	hour, minute := l.allowed(resource)
	h := at(l.hours, who+" "+resource, now, time.Hour)
	m := at(l.minutes, who+" "+resource, now, time.Minute)
	m.used++
	switch {
	case l.under > l.l.Concurrent || m.used > minute:
		return release, secondary(m.until.Sub(now))
	case h.used < hour:
		return release, nil
	case resource == "graphql":
		// GraphQL answers 200 and says so in the body.
		a := ok(map[string]any{"errors": []any{map[string]any{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}}})
		return release, &a
	}
	a := refuse(http.StatusForbidden, "API rate limit exceeded for user ID 1.")
	return release, &a
}

func secondary(wait time.Duration) *answer {
	a := refuse(http.StatusForbidden, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
	a.setHeader("Retry-After", fmt.Sprint(int(wait.Seconds())+1))
	return &a
}

// spend takes the cost off the hour and tells what remains.
func (l *limiter) spend(h http.Header, who, resource string, cost int, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	hour, _ := l.allowed(resource)
	w := at(l.hours, who+" "+resource, now, time.Hour)
	w.used = min(hour, w.used+cost)
	h.Set("X-RateLimit-Limit", strconv.Itoa(hour))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(hour-w.used))
	h.Set("X-RateLimit-Used", strconv.Itoa(w.used))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(w.until.Unix(), 10))
	h.Set("X-RateLimit-Resource", resource)
}

// MostConcurrent is how many requests were under way at once at most.
func (s *Server) MostConcurrent() int {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	return *s.limiter.most
}
