package repofs

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/repofs/repofstest"
)

// FuzzUntar reads any stream as an archive, packed and not. What comes of it is
// within the limits, and what is wrong is said in the one way there is.
func FuzzUntar(f *testing.F) {
	whole := repofstest.Tarball("acme-0123456", "0123456789012345678901234567890123456789", map[string]string{"a": "text", "b/c": "->../a", "d": "=>x", "e\nf": ""}, nil).Bytes()
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff})
	f.Add([]byte("no archive"))
	const most = 1 << 20
	f.Fuzz(func(t *testing.T, stream []byte) {
		taken := 0
		take := func(e Entry, b []byte) error {
			taken += len(b)
			if int64(len(b)) != e.Size || e.Kind != Regular {
				t.Errorf("%q is of %d bytes and comes with %d", e.Path, e.Size, len(b))
			}
			return nil
		}
		a, err := untarWithin(context.Background(), bytes.NewReader(stream), most, func(Entry) bool { return true }, take)
		if taken > most {
			t.Errorf("%d bytes of %d were taken", taken, most)
		}
		if _, said := errors.AsType[*ArchiveError](err); err != nil && !said {
			t.Errorf("%v is no error of an archive", err)
		}
		if a == nil {
			return
		}
		var found diag.List
		for _, e := range Names(a.Entries, Options{}, NewReporter("x", &found)) {
			if e.Path == "" || e.Path[0] == '/' || len(e.Path) > MaxPath {
				t.Errorf("a file is called %q", e.Path)
			}
		}
	})
}
