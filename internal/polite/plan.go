package polite

import (
	"cmp"
	"slices"
	"time"
)

// Spent is what was spent of one allowance.
type Spent struct {
	Host     string `json:"host"`
	Resource string `json:"resource"`
	// Requests is how many were sent, Cost what they counted for.
	Requests int `json:"requests"`
	Cost     int `json:"cost"`
	// Unchanged is how many of them found that what is in the cache is true still.
	Unchanged int `json:"unchanged,omitempty"`
	// Again is how many were further attempts, Refused how often the host asked us
	// to wait, Failed how many questions stayed without an answer.
	Again   int `json:"again,omitempty"`
	Refused int `json:"refused,omitempty"`
	Failed  int `json:"failed,omitempty"`
	// Bytes is what came in bodies.
	Bytes int64 `json:"bytes"`
	// Waited is the time in which the account was waited for.
	Waited time.Duration `json:"waited,omitempty"`
	// Known tells that Limit, Left and Reset are what the host told last.
	Known bool      `json:"known,omitempty"`
	Limit int       `json:"limit,omitempty"`
	Left  int       `json:"left,omitempty"`
	Reset time.Time `json:"reset,omitzero"`
}

// Spent is what has been spent so far, by hosts and allowances. Several accounts
// at one host are added up, with the allowance of the one that has least left.
func (b *Budget) Spent() []Spent {
	b.mu.Lock()
	defer b.mu.Unlock()
	sums := map[[2]string]Spent{}
	for _, a := range b.accounts() {
		s := a.spent
		s.Host, s.Resource = a.host, a.resource
		if a.known && !a.assumed {
			s.Known, s.Limit, s.Left, s.Reset = true, a.limit, a.left, a.window.at
		}
		at := [2]string{s.Host, s.Resource}
		if other, ok := sums[at]; ok {
			s = s.plus(other)
		}
		sums[at] = s
	}
	out := make([]Spent, 0, len(sums))
	for _, s := range sums {
		out = append(out, s)
	}
	slices.SortFunc(out, func(x, y Spent) int {
		return cmp.Or(cmp.Compare(x.Host, y.Host), cmp.Compare(x.Resource, y.Resource))
	})
	return out
}

func (s Spent) plus(o Spent) Spent {
	if o.Known && (!s.Known || o.Left < s.Left) {
		s.Known, s.Limit, s.Left, s.Reset = true, o.Limit, o.Left, o.Reset
	}
	s.Requests += o.Requests
	s.Cost += o.Cost
	s.Unchanged += o.Unchanged
	s.Again += o.Again
	s.Refused += o.Refused
	s.Failed += o.Failed
	s.Bytes += o.Bytes
	s.Waited += o.Waited
	return s
}

func (b *Budget) accounts() []*account {
	var out []*account
	for _, p := range b.purses {
		for _, a := range p.accts {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(x, y *account) int {
		return cmp.Or(cmp.Compare(x.host, y.host), cmp.Compare(x.identity, y.identity), cmp.Compare(x.resource, y.resource))
	})
	return out
}

// Plan is how a number of requests fits into what a host allows.
type Plan struct {
	Host     string `json:"host"`
	Resource string `json:"resource"`
	// Need is what is to be spent, Now what of it the present allowance pays for.
	Need int `json:"need"`
	Now  int `json:"now"`
	// Known tells whether the host has told its limits; Now is Need otherwise.
	Known bool `json:"known"`
	// Limit, Left and Keep are the allowance, what is left of it, and what of that
	// is left to others.
	Limit int `json:"limit,omitempty"`
	Left  int `json:"left,omitempty"`
	Keep  int `json:"keep,omitempty"`
	// Until is when the rest can be paid for, if it does not fit: the reset of this
	// allowance, or of as many more as it takes.
	Until time.Time `json:"until,omitzero"`
}

// Plan tells how need requests to a host fit into the allowance for resource, as
// far as its answers have told. Of several accounts, the one with most left.
func (b *Budget) Plan(host, resource string, need int, now time.Time) Plan {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := Plan{Host: host, Resource: resource, Need: need, Now: need}
	if b.Max > 0 {
		p.Now = min(need, b.Max)
	}
	var best *account
	for _, a := range b.accounts() {
		if a.host == host && a.resource == resource && a.known && a.window.left(now) > 0 && (best == nil || a.free() > best.free()) {
			best = a
		}
	}
	if best == nil {
		return p
	}
	p.Known, p.Limit, p.Left, p.Keep = true, best.limit, best.left, best.keep()
	p.Now = min(p.Now, best.free())
	if rest, each := need-p.Now, best.limit-p.Keep; rest > 0 && each > 0 {
		further := time.Duration((rest - 1) / each)
		p.Until = now.Add(best.window.left(now) + further*max(best.longest, time.Minute))
	}
	return p
}
