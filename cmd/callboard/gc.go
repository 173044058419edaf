package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A build keeps the catalog and little else for long. Collecting has a cost, and
// so has every page of memory that is touched for the first time, which on
// virtual machines is the larger one: a rebuild of a thousand repositories takes a
// quarter longer with room for all that it allocates than with half of that. Lint
// keeps next to nothing of each file, and with half the room spends a sixth of its
// time on looking for what that was.
const (
	room         = 40 << 20 // bytes that the heap may have in any case
	usualPercent = 50       // that it may grow by beyond what is in use

	// wholeLimit is what the program may take from the system in all before it
	// collects more often, unless more than that is in use.
	wholeLimit = 410 << 20
)

// tuneCollector sets the collector's pace, and again after every collection.
func tuneCollector() {
	setPace()
	type sentinel struct{ _ *byte }
	var again func(*sentinel)
	again = func(*sentinel) {
		setPace()
		runtime.SetFinalizer(new(sentinel), again)
	}
	runtime.SetFinalizer(new(sentinel), again)
}

func setPace() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	inUse := live[0].Value.Uint64()
	debug.SetGCPercent(pace(inUse))
	debug.SetMemoryLimit(max(wholeLimit, int64(inUse+inUse/2)))
}

// pace is how many per cent the heap may grow by beyond the bytes that the last
// collection found in use, so that it has its room in any case. The runtime starts
// from 4 MB at least.
func pace(live uint64) int {
	live = max(live, 4<<20)
	return max(usualPercent, int((room-min(live, room))*100/live))
}
