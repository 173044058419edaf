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
	}{{0, 2300}, {4 << 20, 2300}, {32 << 20, 200}, {64 << 20, 50}, {96 << 20, 50}, {1 << 40, 50}} {
		if got := pace(c.live, roomyHeap); got != c.want {
			t.Errorf("%d bytes in use: %d %%, want %d", c.live, got, c.want)
		}
	}
}

// TestLintHoldsLess holds that lint, and no other command, has a small heap.
func TestLintHoldsLess(t *testing.T) {
	for want, args := range map[uint64][]string{lintHeap: {"--quiet", "lint", "."}, roomyHeap: {"build"}} {
		if got := roomy(args); got != want {
			t.Errorf("%v: %d, want %d", args, got, want)
		}
	}
	if got := pace(20<<20, lintHeap); got != 100 {
		t.Errorf("with 20 MB in use, lint's heap may grow by %d %%", got)
	}
}

// TestPaceFollowsTheHeap grows the heap and looks at the pace after a
// collection.
func TestPaceFollowsTheHeap(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	tuneCollector(roomyHeap)
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
