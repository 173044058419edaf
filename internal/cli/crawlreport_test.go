package cli

import (
	"strings"
	"testing"
	"time"

	"callboard/internal/config"
	"callboard/internal/crawl/state"
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

// TestFailure tells a cause once, however many repositories it keeps.
func TestFailure(t *testing.T) {
	f := state.Fault{Kind: "denied", Cause: "git.example: list: denied (HTTP 401)", Since: time.Date(2026, 5, 6, 7, 8, 0, 0, time.UTC)}
	s := crawledSource{Kept: 3, Fault: &f, Faults: []repoFault{{"a", true, f}, {"b", true, f}, {"c", true, state.Fault{Kind: "broken", Cause: "other"}}}}
	if got := s.failure(); strings.Count(got, "401") != 1 || !strings.Contains(got, "stays, as of 2026-05-06 (denied)") || !strings.Contains(got, "hint: is the variable of the token set") || !strings.Contains(got, "2 repositories are kept") {
		t.Error(got)
	}
	if own := s.ownFaults(); len(own) != 1 || own[0].Repository != "c" {
		t.Errorf("%+v", own)
	}
	if got := (crawledSource{Fault: &f}).failure(); !strings.Contains(got, "nothing is known of it yet") {
		t.Error(got)
	}
}

// TestGitName calls sources after what tells them apart.
func TestGitName(t *testing.T) {
	for want, urls := range map[string][]string{
		"git:git.example/a/b": {"https://git.example/a/b.git"}, "git:git.example": {"https://git.example/a/b.git", "https://git.example/c"}, "git:git@git.example/a": {"git@git.example:a"},
		"git:pay": {"./pay"}, "git:pay+2": {"./pay", "led", "x"}, "git:../pay": {"../pay/"},
	} {
		if got := gitName(&config.Git{URL: urls}); got != want {
			t.Errorf("%q: %q, want %q", urls, got, want)
		}
	}
}
