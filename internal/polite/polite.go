// Package polite is the HTTP client of all hosts' APIs. It spends no more than
// it may, waits when it is asked to, tries again what may succeed, asks only for
// what has changed, and gives tokens to nobody but the host they are for.
package polite

import (
	"context"
	"net/http"
	"time"

	"callboard/internal/secret"
)

// Clock is the time, which tests simulate.
type Clock interface {
	Now() time.Time
	// Sleep waits. It returns early, with its error, when ctx ends.
	Sleep(ctx context.Context, d time.Duration) error
}

// Options say how a host is asked.
type Options struct {
	// Name is the host as faults show it, such as "api.github.com".
	Name string
	// Base carries the requests out; nil means a transport with sound timeouts.
	Base http.RoundTripper
	// Clock is the time; nil means that of the machine.
	Clock Clock
	// Authorize adds what makes a request ours. It is called for requests to one
	// of Hosts, on every attempt, and for no others.
	Authorize func(ctx context.Context, r *http.Request) error
	// Hosts are the names, with ports if they are not the usual ones, that may be
	// asked with authority. Redirects to others are followed without.
	Hosts []string
	// Secrets never show in an error.
	Secrets []secret.String
	// Cache keeps answers with their validators; nil keeps none.
	Cache Cache
	// Budget is what may be spent; nil is without bounds.
	Budget *Budget
	// MaxWait is the longest that one request waits to be allowed, in all its
	// attempts together; beyond it the fault is source.Limited. 0 means a minute.
	MaxWait time.Duration
	// Attempts is how often a request is tried; 0 means 4.
	Attempts int
}

// Cache keeps answers between crawls. Its methods may be called from several
// goroutines.
type Cache interface {
	Get(key string) ([]byte, bool)
	Put(key string, value []byte)
}

// Budget is what a crawl may spend at a host, and what it has spent.
type Budget struct{}

// New makes a client. Its errors are *url.Error around *source.Fault.
func New(o Options) *http.Client {
	return &http.Client{Transport: &transport{o}}
}

type transport struct{ o Options }

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if t.o.Authorize != nil {
		if err := t.o.Authorize(r.Context(), r); err != nil {
			return nil, err
		}
	}
	base := t.o.Base
	if base == nil {
		base = http.DefaultTransport
	}
	return base.RoundTrip(r)
}
