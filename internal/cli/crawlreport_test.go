package cli

import (
	"testing"
	"time"

	"callboard/internal/polite"
)

// TestFits says of plans whether they fit, and when they would be done.
func TestFits(t *testing.T) {
	until := time.Date(2026, 5, 6, 7, 8, 0, 0, time.UTC)
	for want, p := range map[string]polite.Plan{
		"git.example (core): the plan takes about 1 request; it fits: 4700 may be spent now":                                                                           {Host: "git.example", Resource: "core", Need: 1, Now: 1, Known: true, Limit: 5000, Left: 4950, Keep: 250},
		"git.example (core): the plan takes about 300 requests; 90 may be spent now, the rest by 2026-05-06 07:08 UTC: a crawl that ends before goes on with the next": {Host: "git.example", Resource: "core", Need: 300, Now: 90, Known: true, Limit: 100, Left: 95, Keep: 5, Until: until},
		"git.example (core): the plan takes about 2 requests; the host does not tell what it allows, and is asked until it says that it is enough":                     {Host: "git.example", Resource: "core", Need: 2, Now: 2},
	} {
		if got := fits(p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
