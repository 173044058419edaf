package polite

import (
	"errors"
	"math"
	"net/http"
	"sync"
	"time"

	"callboard/internal/source"
)

// Budget is what a crawl may spend, and what it has spent, at all hosts. Its
// zero value spends what hosts allow but for the twentieth that it leaves to
// others. Clients that share a budget share the allowances of a host's account;
// its fields are set before that.
type Budget struct {
	// Keep is the part of each allowance, between 0 and 1, that is left to others
	// who use the same account. 0 means a twentieth, less than 0 nothing.
	Keep float64
	// Max is how many requests may be sent to one host, 0 as many as it allows.
	Max int

	mu     sync.Mutex
	purses map[owner]*purse
	rand   sync.Mutex
}

var (
	errSpent     = errors.New("all requests that this run may send are sent")
	errAllowance = errors.New("what the host allows is spent")
)

// owner is an account at a host.
type owner struct{ host, identity string }

// purse is what one account may do at a host. Its fields but places are guarded
// by Budget.mu.
type purse struct {
	owner
	budget *Budget
	// places are taken by the requests under way.
	places chan struct{}
	// pause is until when the host wants to hear nothing, strikes how often in a
	// row it asked for that without saying how long.
	pause   deadline
	strikes int
	// down is how many requests in a row got no answer in all their attempts.
	down  int
	sent  int
	pace  pace
	accts map[string]*account
}

// account is the allowance for one kind of request, such as GraphQL.
type account struct {
	*purse
	resource string
	// door lets one request in after the other wait for the allowance.
	door chan struct{}
	// known tells that limit, left and window are what the host told, or what is
	// assumed of it.
	known    bool
	assumed  bool
	limit    int
	left     int
	reserved int // by requests under way
	window   deadline
	longest  time.Duration // of the windows seen
	spent    Spent
}

// random is a number of a source that is not for concurrent use.
func (b *Budget) random(f func() float64) float64 {
	b.rand.Lock()
	defer b.rand.Unlock()
	return min(max(f(), 0), 1)
}

// account is what pays for a request to h.
func (c *call) account(h hop) *account {
	who := owner{host: c.name(h.url)}
	if c.mayAuthorize(h.url) {
		who.identity = c.o.Identity
	}
	resource := c.o.Resource(h.probe())
	b := c.o.Budget
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.purses[who]
	if p == nil {
		if b.purses == nil {
			b.purses = map[owner]*purse{}
		}
		p = &purse{owner: who, budget: b, places: make(chan struct{}, c.o.Concurrent), accts: map[string]*account{}}
		if who.identity != "" || c.mayAuthorize(h.url) {
			p.pace = pace{perMinute: c.o.PerMinute}
		}
		b.purses[who] = p
	}
	a := p.accts[resource]
	if a == nil {
		a = &account{purse: p, resource: resource, door: make(chan struct{}, 1)}
		p.accts[resource] = a
	}
	return a
}

// keep is what is left to others.
func (a *account) keep() int {
	part := a.budget.Keep
	switch {
	case part == 0:
		part = 0.05
	case part < 0:
		part = 0
	}
	return max(0, min(int(math.Ceil(float64(a.limit)*min(part, 1))), a.limit-1))
}

// free is what may still be spent of a known allowance.
func (a *account) free() int { return max(0, a.left-a.reserved-a.keep()) }

// renew forgets an allowance whose time is over. What is assumed begins anew.
func (a *account) renew(o *Options, now time.Time) {
	if a.known && a.window.left(now) == 0 {
		a.known, a.left = false, a.limit
	}
	if !a.known && o.Assume.Requests > 0 && (a.assumed || a.spent.Requests == 0) {
		a.known, a.assumed = true, true
		a.limit, a.left, a.window = o.Assume.Requests, o.Assume.Requests, in(o.Assume.Per, now)
		a.longest = o.Assume.Per
	}
}

// wait is how long it is until the account allows a request; never tells that no
// wait helps.
func (a *account) wait(o *Options, cost int, now time.Time) (wait time.Duration, never bool) {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	return a.due(o, cost, now)
}

func (a *account) due(o *Options, cost int, now time.Time) (wait time.Duration, never bool) {
	if a.budget.Max > 0 && a.sent >= a.budget.Max {
		return 0, true
	}
	a.renew(o, now)
	wait = a.pause.left(now)
	if a.known && a.free() < cost {
		wait = max(wait, a.window.left(now))
	}
	if wait == 0 {
		wait = a.pace.wait(now)
	}
	return wait, false
}

// reserve takes what a request costs, if the account allows it.
func (a *account) reserve(o *Options, cost int, now time.Time) bool {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	if wait, never := a.due(o, cost, now); wait > 0 || never {
		return false
	}
	a.reserved += cost
	a.sent++
	a.pace.spend()
	return true
}

// await waits until the account allows the request, or returns the fault that
// it will not in time.
func (c *call) await(h hop, a *account) error {
	select {
	case a.door <- struct{}{}:
		defer func() { <-a.door }()
	case <-c.ctx.Done():
		return c.ended(h)
	}
	for {
		wait, never := a.wait(&c.o, c.ask.Cost, c.o.Clock.Now())
		switch {
		case never:
			return c.fault(h, source.Limited, 0, errSpent)
		case wait == 0:
			return nil
		case wait > c.left:
			f := c.fault(h, source.Limited, 0, errAllowance)
			f.Until = c.o.Clock.Now().Add(wait)
			return f
		}
		if err := c.sleep(a, wait); err != nil {
			return c.ended(h)
		}
	}
}

// sleep waits, at least a millisecond so that time passes.
func (c *call) sleep(a *account, d time.Duration) error {
	d = max(d, time.Millisecond)
	c.left -= d
	a.budget.mu.Lock()
	a.spent.Waited += d
	a.budget.mu.Unlock()
	return c.o.Clock.Sleep(c.ctx, d)
}

// leave gives a place at the host back, with what the answer told.
func (a *account) leave(t told, cost int, now time.Time) {
	<-a.places
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.reserved -= cost
	a.spent.Requests++
	a.spent.Cost += cost
	if t.near && t.limit > 0 { // an hour's limit of which a fifth is left
		a.pace.slow(max(1, t.limit/60))
	}
	switch {
	case t.known:
		a.observe(t, now)
	case a.known:
		a.left = max(0, a.left-cost)
	}
	if t.wait > 0 && !t.refused { // Azure asks for a pause with an answer
		a.rest(t.wait, now)
	}
}

// observe takes over what a host told. Answers do not come in the order in
// which they were made: of one window the least is true, and an older window
// tells nothing.
func (a *account) observe(t told, now time.Time) {
	const same = 5 * time.Second
	older := a.window.left(now)
	switch {
	case !a.known, a.assumed, t.left == 0, t.reset > older+same:
		a.left, a.window = t.left, in(t.reset, now)
	case t.reset < older-same:
		return
	default:
		a.left = min(a.left, t.left)
	}
	a.known, a.assumed, a.limit = true, false, t.limit
	a.longest = max(a.longest, t.reset)
}

// rest asks for a pause of the whole account.
func (p *purse) rest(d time.Duration, now time.Time) {
	if d > p.pause.left(now) {
		p.pause = in(d, now)
	}
}

// refused takes a refusal in and returns how long it is until asking makes
// sense.
func (a *account) refused(t told, now time.Time) time.Duration {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.spent.Refused++
	if t.primary {
		a.known, a.left = true, 0
		a.window = in(max(t.reset, time.Second), now)
		return a.window.left(now)
	}
	if t.wait == 0 {
		t.wait = secondaryWait << min(a.strikes, 6)
		a.strikes++
	}
	a.rest(t.wait, now)
	return a.pause.left(now)
}

// answered tells that the host is well.
func (a *account) answered() {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.down, a.strikes = 0, 0
}

func (a *account) failed() {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.down++
	a.spent.Failed++
}

func (a *account) again() {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.spent.Again++
}

func (a *account) received(n int) {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.spent.Bytes += int64(n)
}

// downAfter is the number of requests without an answer after which a host is
// tried once for each, until it answers: a crawl of thousands of repositories
// would wait for hours otherwise.
const downAfter = 5

func (p *purse) attempts(most int) int {
	p.budget.mu.Lock()
	defer p.budget.mu.Unlock()
	if p.down >= downAfter {
		return 1
	}
	return most
}

// probe is a request to ask Options.Resource about.
func (h hop) probe() *http.Request {
	return &http.Request{Method: h.method, URL: h.url, Header: h.header}
}

func (a *account) unchanged() {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.spent.Unchanged++
}
