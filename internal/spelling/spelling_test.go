package spelling

import (
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b       string
		most, want int
	}{
		{"", "", 2, 0}, {"owner", "owner", 2, 0}, {"owner", "ower", 2, 1}, {"owner", "onwer", 2, 1}, {"owner", "lowner", 2, 1}, {"owner", "Owner", 2, 1},
		{"kitten", "sitting", 3, 3}, {"kitten", "sitting", 2, 3}, {"ca", "abc", 3, 3}, {"a", "abcd", 2, 3},
		{strings.Repeat("a", 64), strings.Repeat("a", 63), 1, 1}, {strings.Repeat("a", 65), strings.Repeat("a", 65), 1, 2},
	} {
		if got := Distance(c.a, c.b, c.most); got != c.want {
			t.Errorf("%q and %q: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := Distance(c.b, c.a, c.most); got != c.want {
			t.Errorf("%q and %q: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}
