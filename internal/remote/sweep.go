package remote

import (
	"context"
	"slices"
	"strings"
	"time"

	"callboard/internal/digest"
)

// sweepEvery is how often the parts in the store are listed, and for how long a part
// must have been named by no head before it is deleted: longer than any run takes
// from its first part to its head.
const sweepEvery = 24 * time.Hour

// dropped are the parts that are of no use once the next head stands: those that
// only the head before the present one names, and those that no head has named for
// long. The others that no head names are written into the next head.
func (p *push) dropped(ctx context.Context, before *head) ([]digest.Sum, error) {
	needed := map[digest.Sum]bool{}
	p.next.addParts(needed)
	p.head.addParts(needed)
	drop := map[digest.Sum]bool{}
	before.addParts(drop)
	if p.head != nil {
		p.next.Suspects, p.next.Listed = p.head.Suspects, p.head.Listed
	}
	if now := p.next.At; now.Sub(p.next.Listed) >= sweepEvery {
		if err := p.suspect(ctx, needed, drop, now); err != nil {
			return nil, err
		}
	}
	var out []digest.Sum
	for sum := range drop {
		if !needed[sum] {
			out = append(out, sum)
		}
	}
	slices.SortFunc(out, func(a, b digest.Sum) int { return slices.Compare(a[:], b[:]) })
	return out, nil
}

// suspect lists the parts and finds those that nobody needs.
func (p *push) suspect(ctx context.Context, needed, drop map[digest.Sum]bool, now time.Time) error {
	since := map[digest.Sum]time.Time{}
	for _, s := range p.next.Suspects {
		since[s.Part] = s.Since
	}
	p.next.Suspects, p.next.Listed = nil, now
	prefix := p.key(partsName)
	for o, err := range p.Store.List(ctx, prefix) {
		if err != nil {
			return err
		}
		var sum digest.Sum
		name := strings.Replace(strings.TrimPrefix(o.Key, prefix), "/", "", 1)
		if sum.UnmarshalText([]byte(name)) != nil || needed[sum] || drop[sum] {
			continue
		}
		at, known := since[sum]
		switch {
		case known && now.Sub(at) >= sweepEvery:
			drop[sum] = true
		case known:
			p.next.Suspects = append(p.next.Suspects, suspect{sum, at})
		default:
			p.next.Suspects = append(p.next.Suspects, suspect{sum, now})
		}
	}
	slices.SortFunc(p.next.Suspects, func(a, b suspect) int { return slices.Compare(a.Part[:], b.Part[:]) })
	return nil
}
