package search

import (
	"bytes"
	"os"
	"testing"
)

// TestSpilledIsTheSame writes the postings to files after every segment, after
// some and never: the index has the same bytes.
func TestSpilledIsTheSame(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	groups := append(generate(12, 7), company()...)
	write := func(limit int) (map[string][]byte, int) {
		b := NewBuilder()
		defer func() {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}()
		b.limit = limit
		for _, docs := range groups {
			if err := b.Add(Prepare(docs)); err != nil {
				t.Fatal(err)
			}
		}
		files := map[string][]byte{}
		meta, err := b.Write(func(name string, data []byte) error {
			files[name] = bytes.Clone(data)
			return nil
		})
		if err != nil || files[meta] == nil {
			t.Fatal(meta, err)
		}
		return files, len(b.runs)
	}
	want, none := write(spillBytes)
	if none != 0 {
		t.Fatalf("a small index was written to %d runs", none)
	}
	for _, limit := range []int{1, 300 << 10} {
		got, runs := write(limit)
		if runs < 2 {
			t.Errorf("limit %d: %d runs, want some", limit, runs)
		}
		if len(got) != len(want) {
			t.Errorf("limit %d: %d files, want %d", limit, len(got), len(want))
		}
		for name, data := range want {
			if !bytes.Equal(got[name], data) {
				t.Errorf("limit %d: %s differs", limit, name)
			}
		}
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v is left behind: %v", left, err)
	}
}
