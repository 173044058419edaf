package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestPace(t *testing.T) {
	for _, c := range []struct {
		live, room uint64
		want       int
	}{{0, roomyHeap, 900}, {4 << 20, roomyHeap, 900}, {10 << 20, roomyHeap, 300}, {20 << 20, roomyHeap, 100}, {40 << 20, roomyHeap, 50}, {1 << 40, roomyHeap, 50},
		{0, leanHeap, 500}, {12 << 20, leanHeap, 100}, {40 << 20, leanHeap, 50}} {
		if got := pace(c.live, c.room); got != c.want {
			t.Errorf("%d bytes in use, room for %d: %d %%, want %d", c.live, c.room, got, c.want)
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
