package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
)

// A build keeps the catalog and little else for long. While the heap is small,
// collecting often frees memory that nobody is short of and costs a rebuild a
// seventh of its time; when it is large, collecting often costs nothing that can
// be measured and saves a fifth of the memory.
const (
	roomyHeap    = 96 << 20 // bytes that a heap may have in any case
	lintHeap     = 40 << 20 // the same for lint, which looks at everything once: collecting costs it nothing that can be measured
	usualPercent = 50       // that it may grow by beyond what is in use

	// wholeLimit is what the program may take from the system in all before it
	// collects more often, unless more than that is in use.
	wholeLimit = 440 << 20
)

// roomy is how large a heap the command may have in any case.
func roomy(args []string) uint64 {
	if slices.Contains(args, "lint") {
		return lintHeap
	}
	return roomyHeap
}

// tuneCollector sets the collector's pace, and again after every collection.
func tuneCollector(roomy uint64) {
	setPace(roomy)
	type sentinel struct{ _ *byte }
	var again func(*sentinel)
	again = func(*sentinel) {
		setPace(roomy)
		runtime.SetFinalizer(new(sentinel), again)
	}
	runtime.SetFinalizer(new(sentinel), again)
}

func setPace(roomy uint64) {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	inUse := live[0].Value.Uint64()
	debug.SetGCPercent(pace(inUse, roomy))
	debug.SetMemoryLimit(max(wholeLimit, int64(inUse+inUse/2)))
}

// pace is how many per cent the heap may grow by beyond the bytes that the last
// collection found in use. The runtime starts from 4 MB at least.
func pace(live, roomy uint64) int {
	live = max(live, 4<<20)
	return max(usualPercent, int((roomy-min(live, roomy))*100/live))
}
