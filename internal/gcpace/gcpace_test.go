package gcpace

import (
	"runtime/debug"
	"testing"
)

func TestBegin(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	if !begin() || debug.SetGCPercent(100) != early {
		t.Error("the pace of the start is not set")
	}
	debug.SetGCPercent(55) // as GOGC would
	if begin() || debug.SetGCPercent(100) != 55 {
		t.Error("GOGC is overridden")
	}
	debug.SetMemoryLimit(1 << 30) // as GOMEMLIMIT would
	if begin() || debug.SetGCPercent(100) != 100 {
		t.Error("GOMEMLIMIT is overridden")
	}
}
