package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestPace(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 900}, {4 << 20, 900}, {10 << 20, 300}, {20 << 20, 100}, {40 << 20, 50}, {1 << 40, 50}} {
		if got := pace(c.live); got != c.want {
			t.Errorf("%d bytes in use: %d %%, want %d", c.live, got, c.want)
		}
	}
}

// TestPaceFollowsTheHeap grows the heap and looks at the pace after a
// collection.
func TestPaceFollowsTheHeap(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	tuneCollector()
	held := make([]byte, 200<<20)
	for range 5 { // the finalizer that sets the pace runs some time after each
		runtime.GC()
		runtime.Gosched()
	}
	held[0]++
	if got := debug.SetGCPercent(usualPercent); got > 100 {
		t.Errorf("with 200 MB in use the heap may grow by %d %%", got)
	}
	runtime.KeepAlive(held)
}
