// Package timetest holds tests and fuzz targets to a bound of time per byte of input:
// what strangers write is read in a time that grows with its length and no faster.
// It is for tests only.
package timetest

import (
	"testing"
	"time"
)

// Bound is how long something may take.
type Bound struct {
	// Base is allowed whatever the input is, and Byte for each byte of it.
	Base, Byte time.Duration
}

// Fuzz is the bound of fuzz targets: a hundred times what common input takes with
// the instruments of coverage on, and a tenth of what something quadratic takes for
// a page.
var Fuzz = Bound{500 * time.Millisecond, 200 * time.Microsecond}

// tries is how often something slow is done again, since it is the machine that may
// have been slow.
const tries = 3

// Within does f, of an input of n bytes, and fails the test if it takes longer than
// the bound each time it is tried.
func (b Bound) Within(t testing.TB, n int, f func()) {
	t.Helper()
	limit := b.Base + time.Duration(n)*b.Byte
	var best time.Duration
	for i := range tries {
		start := time.Now()
		f()
		took := time.Since(start)
		if took <= limit {
			return
		}
		if i == 0 || took < best {
			best = took
		}
	}
	t.Errorf("%d bytes took %v, which is more than %v", n, best, limit)
}
