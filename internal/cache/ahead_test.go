package cache

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestAheadReadsWhatIsThere reads pieces of a file side by side, with gaps,
// backwards and at random.
func TestAheadReadsWhatIsThere(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]byte, 5*aheadBytes/2)
	for i := range all {
		all[i] = byte(r.Uint32())
	}
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, all, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a := ahead{src: f}
	at := 0
	for i := range 5000 {
		n := r.IntN(900)
		if i%100 == 0 {
			n = aheadBytes/2 + r.IntN(2000)
		}
		switch r.IntN(40) {
		case 0:
			at = r.IntN(len(all))
		case 1:
			at += r.IntN(100)
		case 2:
			at -= r.IntN(3000)
		}
		if at < 0 || at+n > len(all) {
			at = 0
		}
		got := make([]byte, n)
		if k, err := a.ReadAt(got, int64(at)); k != n || err != nil || !bytes.Equal(got, all[at:at+n]) {
			t.Fatalf("%d bytes from %d: %d, %v", n, at, k, err)
		}
		at += n
	}
	if _, err := a.ReadAt(make([]byte, 10), int64(len(all)-5)); err == nil {
		t.Error("more is read than there is")
	}
}
