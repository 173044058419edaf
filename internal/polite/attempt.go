package polite

import (
	"context"
	"errors"
	"net/http"
	"time"

	"callboard/internal/source"
)

const (
	firstBackoff = time.Second
	maxBackoff   = 30 * time.Second
	// maxLimited is how often one request is refused for its limits before we
	// believe that waiting does not help.
	maxLimited = 8
)

// tried is what became of one attempt.
type tried struct {
	resp *http.Response
	err  error // why there is no answer
	told told
}

// answer asks one address until there is an answer, or no more attempts.
func (c *call) answer(h hop) (*http.Response, error) {
	kept := c.recall(h)
	acct := c.account(h)
	renewed := false
	for failed, limited := 0, 0; ; {
		a, err := c.attempt(h, acct, kept)
		if err != nil {
			return nil, err
		}
		switch c.judge(a) {
		case fine:
			acct.answered()
			return c.conclude(h, acct, kept, a), nil
		case unknown:
			if renewed || c.o.Renew == nil || !c.mayAuthorize(h.url) || !c.o.Renew(c.ctx) {
				return a.resp, nil
			}
			renewed = true
		case refused:
			wait := acct.refused(a.told, c.o.Clock.Now())
			if limited++; limited > maxLimited || wait > c.left {
				return nil, c.limited(h, a, wait)
			}
			// The account makes us wait, and all others with us.
		case failing:
			if failed++; !c.ask.Idempotent || failed >= acct.attempts(or(c.ask.Attempts, c.o.Attempts)) || !c.pause(failed, a.told) {
				acct.failed()
				return nil, c.unreachable(h, a)
			}
		}
		acct.again()
		drop(a.resp)
	}
}

func drop(resp *http.Response) {
	if resp != nil {
		_ = resp.Body.Close()
	}
}

// verdict is what an attempt means for the next.
type verdict int

const (
	fine    verdict = iota // there is an answer
	unknown                // the host does not know us
	refused                // the host asks us to wait
	failing                // there may be an answer next time
)

func (c *call) judge(a tried) verdict {
	switch {
	case a.err != nil:
		return failing
	case a.told.refused:
		return refused
	}
	switch a.resp.StatusCode {
	case http.StatusUnauthorized:
		return unknown
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return failing
	}
	return fine
}

// attempt asks once, when the account lets it. The error ends the call; that of
// an attempt that may be repeated is in tried.
func (c *call) attempt(h hop, a *account, kept *entry) (tried, error) {
	r, err := c.admitted(h, a, kept)
	if err != nil {
		return tried{}, err
	}
	ctx, stop, cancel := c.bound(c.ctx, c.o.Timeout)
	resp, err := c.o.Base.RoundTrip(r.WithContext(ctx))
	var t told
	if err == nil {
		resp, err = c.take(h, resp, stop, cancel)
	}
	if err == nil {
		t = read(resp, c.o.Clock.Now(), a.resource == "graphql")
	}
	a.leave(t, c.ask.Cost, c.o.Clock.Now())
	out, err := c.outcome(h, ctx, tried{resp, err, t})
	if out.err != nil || err != nil {
		cancel()
	}
	return out, err
}

// outcome tells what ends the call from what may be repeated.
func (c *call) outcome(h hop, ctx context.Context, a tried) (tried, error) {
	switch {
	case a.err == nil:
		return a, nil
	case c.parent.Err() != nil:
		return a, c.parent.Err()
	case context.Cause(c.ctx) != nil:
		return a, c.fault(h, source.Unreachable, 0, errSlow)
	}
	if f, ok := errors.AsType[*source.Fault](a.err); ok {
		return a, f // an answer that would be no better next time
	}
	if context.Cause(ctx) == errSlow {
		a.err = errSlow
	}
	return a, nil
}

// patience is how long a call still waits.
type patience struct{ left time.Duration }

// pause waits before the next attempt: longer from attempt to attempt, by
// chance, so that those who failed together do not come back together; or as
// long as the host asks. It is false if that takes too long.
func (c *call) pause(failed int, t told) bool {
	wait := t.wait
	if wait == 0 {
		wait = c.jitter(min(firstBackoff<<(failed-1), maxBackoff))
	}
	if wait > c.left {
		return false
	}
	c.left -= wait
	return c.o.Clock.Sleep(c.ctx, wait) == nil
}

// jitter is a part of d: "full jitter", between nothing and all of it.
func (c *call) jitter(d time.Duration) time.Duration {
	if c.o.Jitter == nil {
		return d
	}
	return time.Duration(c.o.Budget.random(c.o.Jitter) * float64(d))
}

// maxAge is how old authority may be when a request is sent.
const maxAge = time.Minute

// admitted makes the request once the account allows it, and takes a place at
// the host, which account.leave gives back.
//
// Authority may itself be asked for at this host, by a request that waits for
// the same account. So nothing is held while it is had, neither a place nor a
// part of the allowance, and whether the account still allows the request is
// seen when there is a place.
func (c *call) admitted(h hop, a *account, kept *entry) (*http.Request, error) {
	var r *http.Request
	var made time.Time
	for {
		if err := c.await(h, a); err != nil {
			return nil, err
		}
		if now := c.o.Clock.Now(); r == nil || now.Sub(made).Abs() > maxAge {
			var err error
			if r, err = c.request(h, kept.conditions()); err != nil {
				return nil, err
			}
			made = now
		}
		select {
		case a.places <- struct{}{}:
		case <-c.ctx.Done():
			return nil, c.ended(h)
		}
		if a.reserve(&c.o, c.ask.Cost, c.o.Clock.Now()) {
			return r, nil
		}
		<-a.places // others were faster
	}
}

// ended is the error of a call whose context has ended.
func (c *call) ended(h hop) error {
	if err := c.parent.Err(); err != nil {
		return err
	}
	return c.fault(h, source.Unreachable, 0, errSlow)
}
