package polite

import "time"

// pace spreads requests over time: each takes a token, which come back at a
// steady rate, up to those of ten seconds.
type pace struct {
	perMinute int // 0 is without bound
	tokens    float64
	seen      time.Time
}

// wait is how long it takes until there is a token.
func (p *pace) wait(now time.Time) time.Duration {
	if p.perMinute <= 0 {
		return 0
	}
	most := max(1, float64(p.perMinute)/6)
	if p.seen.IsZero() {
		p.tokens = most
	} else if passed := now.Sub(p.seen); passed > 0 { // the clock may have been put back
		p.tokens = min(most, p.tokens+passed.Minutes()*float64(p.perMinute))
	}
	p.seen = now
	if p.tokens >= 1 {
		return 0
	}
	return time.Duration((1 - p.tokens) / float64(p.perMinute) * float64(time.Minute))
}

func (p *pace) spend() {
	if p.perMinute > 0 {
		p.tokens--
	}
}

// slow bounds the pace further.
func (p *pace) slow(perMinute int) {
	if p.perMinute == 0 || perMinute < p.perMinute {
		p.perMinute = perMinute
		p.tokens = min(p.tokens, 1)
	}
}
