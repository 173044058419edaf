// Package gcpace keeps the garbage collector from running before main does. The
// program imports it for that and for whether it may set the collector's pace.
package gcpace

import (
	"math"
	"runtime/debug"
)

// early is how many per cent the heap may grow by while packages are initialised,
// beyond the 4 MB that the runtime starts from: more than they need.
const early = 900

// Free tells whether the collector's pace is the program's to set. It is not when
// the environment asks for one (GOGC, GOMEMLIMIT).
//
// It is found out, and the pace of the start set, while packages are initialised,
// which is before main may do anything: what libraries make ready then is almost as
// much as the runtime starts from, and would be collected first of all, with
// nothing to be found. A package is initialised as soon as those are that it
// imports, in the order of their names; this one imports the standard library alone
// and so comes before the libraries.
var Free = begin()

func begin() bool {
	if debug.SetMemoryLimit(-1) != math.MaxInt64 {
		return false
	}
	if percent := debug.SetGCPercent(early); percent != 100 {
		debug.SetGCPercent(percent)
		return false
	}
	return true
}
