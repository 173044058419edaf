// Package polite is the HTTP client of all hosts' APIs. It spends no more than
// it may, waits when it is asked to, tries again what may succeed, asks only for
// what has changed, and gives tokens to nobody but the host they are for.
//
// A client made by New answers every request in one of three ways: with the
// host's answer, whole and verified, whatever its status; with a *source.Fault
// when there is no answer that can be used (see Explain); or with the error of
// the context when the caller gave up. Answers of 5xx and of limits are tried
// again, and become faults when all attempts are spent; all others, such as 404,
// are answers, which Check and JSON turn into faults.
//
// What the client cannot know of a request, such as that a POST only asks, is
// told by With.
package polite

import (
	"context"
	"net/http"
	"time"

	"callboard/internal/secret"
)

// Options say how a host is asked.
type Options struct {
	// Name is the host as faults show it, such as "api.github.com".
	Name string
	// Base carries the requests out; nil means Base(nil).
	Base http.RoundTripper
	// Clock is the time; nil means that of the machine.
	Clock Clock
	// Jitter is a random number in [0, 1), for the waits between attempts; nil
	// means waits of full length. It is not called concurrently.
	Jitter func() float64

	// Authorize adds what makes a request ours. It is called for requests to one
	// of Hosts, on every attempt, and for no others. What it adds to the header is
	// taken for secret.
	Authorize func(ctx context.Context, r *http.Request) error
	// Renew is told that the host does not know us (401) and says whether asking
	// once more makes sense, because Authorize will bring something else. May be
	// nil.
	Renew func(ctx context.Context) bool
	// Hosts are the names, with ports if they are not the usual ones, that may be
	// asked with authority, by HTTPS; "http://name" allows plain HTTP, which is
	// allowed anyhow on this machine's loopback. Redirects to others are followed
	// without authority.
	Hosts []string
	// Identity tells one account at the host from another, in the keys of Cache
	// and Budget. "" is made of Secrets.
	Identity string
	// Secrets never show in an error.
	Secrets []secret.String

	// Cache keeps answers with their validators; nil keeps none.
	Cache Cache
	// Budget is what may be spent; nil is what the host allows.
	Budget *Budget
	// Assume is what the host allows while its answers do not say; zero means that
	// only answers tell.
	Assume Rate
	// PerMinute bounds requests a minute, evenly spread after a first burst, for
	// limits of which answers tell nothing; 0 is without bound.
	PerMinute int
	// Concurrent is how many requests are under way at once; 0 means 8.
	Concurrent int
	// Resource names the allowance that a request is paid from; nil tells REST,
	// search and GraphQL apart, as GitHub does.
	Resource func(*http.Request) string

	// MaxWait is the longest that one request waits to be allowed, in all its
	// attempts together; beyond it the fault is source.Limited. 0 means a minute.
	MaxWait time.Duration
	// Timeout bounds one attempt, and every pause within a stream. 0 means a
	// minute.
	Timeout time.Duration
	// Total bounds a request with all its attempts and waits. 0 means what
	// Attempts, Timeout and MaxWait come to.
	Total time.Duration
	// StreamTotal bounds the reading of one stream. 0 means 15 minutes.
	StreamTotal time.Duration
	// Attempts is how often a request is tried; 0 means 4.
	Attempts int
	// MaxBody is the size in bytes above which an answer is refused, after
	// decompression. 0 means 64 MB, and 1 GB for streams.
	MaxBody int64
}

// Rate is a number of requests in a time.
type Rate struct {
	Requests int
	Per      time.Duration
}

// Clock is the time, which tests simulate. A clock that has the method
//
//	AfterFunc(d time.Duration, f func()) (stop func())
//
// also bounds attempts; for others the machine does.
type Clock interface {
	Now() time.Time
	// Sleep waits. It returns early, with its error, when ctx ends.
	Sleep(ctx context.Context, d time.Duration) error
}

// Cache keeps answers between crawls. Its methods may be called from several
// goroutines. It may forget, and what it returns is checked before it is used.
type Cache interface {
	Get(key string) ([]byte, bool)
	Put(key string, value []byte)
}

// New makes a client. Its errors are *url.Error, which show the address that
// was asked for; Explain and Do take the fault out of them.
func New(o Options) *http.Client {
	return &http.Client{
		Transport: newTransport(o),
		// The transport follows redirects; none reaches the client but those that
		// nobody can follow.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func newTransport(o Options) *transport {
	if o.Base == nil {
		o.Base = Base(nil)
	}
	if o.Clock == nil {
		o.Clock = machine{}
	}
	if o.Budget == nil {
		o.Budget = &Budget{}
	}
	if o.Resource == nil {
		o.Resource = resource
	}
	if o.Identity == "" {
		o.Identity = identity(o.Secrets)
	}
	o.Concurrent = or(o.Concurrent, 8)
	o.MaxWait = or(o.MaxWait, time.Minute)
	o.Timeout = or(o.Timeout, time.Minute)
	o.Attempts = or(o.Attempts, 4)
	o.Total = or(o.Total, o.MaxWait+time.Duration(o.Attempts)*o.Timeout)
	o.StreamTotal = or(o.StreamTotal, 15*time.Minute)
	return &transport{o: o, hosts: origins(o.Hosts)}
}

func or[T int | int64 | time.Duration](given, otherwise T) T {
	if given > 0 {
		return given
	}
	return otherwise
}
