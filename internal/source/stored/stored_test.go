package stored

import (
	"testing"

	"callboard/internal/crawl/state"
)

// TestMissingParts: what was crawled in parts is whole when all parts of one
// division are there.
func TestMissingParts(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  string
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"1/1"}, ""},
		{[]string{"1/2", "2/2"}, ""},
		{[]string{"1/3", ""}, ""},
		{[]string{"1/3", "1/2", "2/2"}, ""},
		{[]string{"1/2"}, "part 2 of 2 is not there"},
		{[]string{"2/4", "2/4"}, "parts 1, 3 and 4 of 4 are not there"},
		{[]string{"1/2", "2/3"}, "parts 1 and 3 of 3 are not there"},
		{[]string{"12/12"}, "parts 1, 2, 3, 4, 5, 6, 7, 8 and 3 others of 12 are not there"},
		{[]string{"3/2"}, ""},
		{[]string{"1/99999999"}, ""},
	} {
		var parts []*state.Source
		for _, p := range c.parts {
			parts = append(parts, &state.Source{Shard: p})
		}
		if got := missingParts(parts); got != c.want {
			t.Errorf("%q: %q, want %q", c.parts, got, c.want)
		}
	}
}
