package search

import (
	"fmt"
	"strings"
	"testing"
)

func TestUnmatched(t *testing.T) {
	long := strings.Repeat("reconciliation-", 4)
	r := build(t, []Doc{
		{URL: "a/", Kind: "component", Ref: "component:default/tills", Name: "tills", Owner: "group:default/booking-crew", Lifecycle: "production", Tags: []string{"go", "two words"}, Description: "money"},
		{URL: "b/", Kind: "group", Ref: "group:default/booking-crew", Name: "booking-crew", Description: "people"},
		{URL: "c/", Kind: "docs", Ref: "component:default/tills", Title: "Text", Description: "of a", Owner: "group:acme/booking-crew"},
		{URL: "d/", Kind: "api", Ref: "api:default/d", Name: "d", Owner: "user:default/jo-booking-crewe", Type: "openapi", Lifecycle: "deprecated", Tags: []string{long + "x"}},
	}).open(t)
	for _, c := range []struct{ query, want string }{
		{"money", "[]"},
		{"kind:component money owner:booking-crew", "[]"},
		{"owner:booking-crw", "[{owner booking-crw [booking-crew]}]"},
		{"money owner:BOOKING", "[{owner booking [booking-crew jo-booking-crewe]}]"},
		{"owner:group:default/boking-crew", "[{owner group:default/boking-crew [booking-crew]}]"},
		{"owner:zebra owner:jo-booking-crewe kind:group", "[]"}, // one of the owners is there
		{"kind:team people", "[]"},
		{"kind:service", "[{kind service [component]}]"},
		{"kind:apiz", "[{kind apiz [api]}]"},
		{"kind:person", "[{kind person []}]"}, // there is none
		{"lifecycle:prod tag:nope", "[{tag nope []} {lifecycle prod [production]}]"},
		{`tag:"two word"`, "[{tag two word [two words]}]"},
		{"-owner:zebra kind:api", "[]"},
		{"type:x -kind:docs", "[{type x []}]"},
		{"tag:" + long + "y", fmt.Sprintf("[{tag %sy [%sx]}]", long, long)},
		{"in:component:default/till text", "[{in component:default/till [tills]}]"},
		{"tag:" + strings.Repeat("ü", 200), fmt.Sprintf("[{tag %s []}]", strings.Repeat("u", 200))},
		{"unheard", "[]"},
	} {
		res := find(t, r, c.query)
		if got := fmt.Sprint(res.Unmatched); got != c.want {
			t.Errorf("%s: %s, want %s", c.query, got, c.want)
		}
		if len(res.Unmatched) > 0 && res.Total > 0 {
			t.Errorf("%s finds %d documents and a filter that none meets", c.query, res.Total)
		}
		for _, u := range res.Unmatched {
			for _, v := range u.Near {
				if find(t, r, Filter(u.Key, v)).Total == 0 {
					t.Errorf("%s: nothing has %s, which is offered", c.query, Filter(u.Key, v))
				}
			}
		}
	}
}
