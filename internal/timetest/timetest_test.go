package timetest

import (
	"testing"
	"time"
)

// judge is a test that remembers whether it failed.
type judge struct {
	testing.TB
	failed bool
}

func (j *judge) Helper()               {}
func (j *judge) Errorf(string, ...any) { j.failed = true }

// TestWithin holds that what is slow once is forgiven, that what is slow each time
// is not, and that more input may take longer.
func TestWithin(t *testing.T) {
	b := Bound{time.Millisecond, time.Millisecond}
	for name, c := range map[string]struct {
		bytes int
		slow  int // times that it takes 50 ms
		fails bool
	}{"quick": {0, 0, false}, "slow once": {0, 1, false}, "slow": {0, 9, true}, "long": {1000, 9, false}} {
		j, did := &judge{TB: t}, 0
		b.Within(j, c.bytes, func() {
			if did++; did <= c.slow {
				time.Sleep(50 * time.Millisecond)
			}
		})
		if j.failed != c.fails {
			t.Errorf("%s: failed %v", name, j.failed)
		}
	}
}
