package polite

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// machine is the clock of this machine.
type machine struct{}

// Machine is the clock of this machine, which is used where none is given.
func Machine() Clock { return machine{} }

func (machine) Now() time.Time { return time.Now() }

func (machine) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Base is a transport with time bounds on connecting and a bound on headers.
// Proxy says which proxy a request goes by, nil none; it is a matter of the
// environment, such as http.ProxyFromEnvironment.
func Base(proxy func(*http.Request) (*url.URL, error)) http.RoundTripper {
	dial := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            dial.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    15 * time.Second,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    32,
		MaxResponseHeaderBytes: 1 << 20,
	}
}

// errSlow ends what takes longer than its bound.
var errSlow = errors.New("no answer in time")

// bound is a context that ends, with errSlow, after d by the clock. Stop takes
// the bound off; cancel ends the context as well.
func (t *transport) bound(ctx context.Context, d time.Duration) (_ context.Context, stop, cancel func()) {
	ctx, end := context.WithCancelCause(ctx)
	stop = t.after(d, func() { end(errSlow) })
	return ctx, stop, func() { stop(); end(context.Canceled) }
}

func (t *transport) after(d time.Duration, f func()) (stop func()) {
	if c, ok := t.o.Clock.(interface {
		AfterFunc(d time.Duration, f func()) (stop func())
	}); ok {
		return c.AfterFunc(d, f)
	}
	timer := time.AfterFunc(d, f)
	return func() { timer.Stop() }
}

// A deadline is a moment in the future. The clock may be put back meanwhile,
// which must not push the moment away.
type deadline struct{ seen, at time.Time }

func in(d time.Duration, now time.Time) deadline { return deadline{now, now.Add(d)} }

// left is how long it is until the deadline, 0 if it has passed.
func (d *deadline) left(now time.Time) time.Duration {
	if now.Before(d.seen) {
		d.at = d.at.Add(now.Sub(d.seen))
	}
	d.seen = now
	return max(0, d.at.Sub(now))
}
