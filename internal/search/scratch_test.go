package search

import (
	"bytes"
	"os"
	"testing"
)

// TestScratchIsTheSame holds all groups in memory, none, and some: the index
// has the same bytes, and no file is left.
func TestScratchIsTheSame(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	groups := append(shorter(120, 7), company()...)
	write := func(limit int) (string, int64) {
		b := NewBuilder(nil)
		defer func() {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}()
		b.scratch.limit = limit
		for _, p := range partsOf(groups, new(int)) {
			if err := b.AddPart(p); err != nil {
				t.Fatal(err)
			}
		}
		files := map[string][]byte{}
		meta, err := b.Write(nil, func(name string, data []byte) error {
			files[name] = bytes.Clone(data)
			return nil
		})
		if err != nil || files[meta] == nil {
			t.Fatal(meta, err)
		}
		return meta, b.scratch.end
	}
	want, none := write(scratchBytes)
	if none != 0 {
		t.Fatalf("%d bytes of a small index were written to a file", none)
	}
	var least int64
	for _, limit := range []int{200 << 10, 0} {
		got, size := write(limit)
		if size <= least {
			t.Errorf("limit %d: %d bytes in a file, %d with the limit before", limit, size, least)
		}
		least = size
		if got != want {
			t.Errorf("limit %d: %s, want %s", limit, got, want)
		}
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v is left behind: %v", left, err)
	}
}
