package state

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"callboard/internal/digest"
)

// FuzzSource reads any text as the file of a source, and keeps what it reads as
// the same file whenever it is kept again.
func FuzzSource(f *testing.F) {
	for _, s := range []string{
		`{"source":{"name":"a"}}` + "\n" + `{"repo":{"key":"id:1","name":"x","facts":{"openPulls":1}}}` + "\n" + `{"event":{"time":"2026-01-02T03:04:05Z","key":"id:1","repo":"x","kind":"changed"}}` + "\n" + `{"end":3}`,
		`{"source":{"name":"a","fault":{"kind":"denied","cause":"no","since":"2026-01-02T03:04:05Z"}}}{"end":1}`,
		`{"source":{"name":"a"}}{"source":{"name":"b"}}{"end":2}`, `{"end":0}`, `{"repo":{}}`, `null`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		name := filepath.Join(t.TempDir(), "a.jsonl")
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := readSource(name, false)
		if err != nil {
			return
		}
		var once, twice bytes.Buffer
		if s.encode(&once) != nil {
			return // a time that JSON reads and does not write
		}
		if err := os.WriteFile(name, once.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := readSource(name, false)
		if err != nil {
			t.Fatalf("%v of %s", err, once.Bytes())
		}
		if err := again.encode(&twice); err != nil || !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Errorf("%v: %s\nwas kept as\n%s", err, once.Bytes(), twice.Bytes())
		}
	})
}

// FuzzRepository reads any index, with a digest that fits, and any file as it is.
// Nothing but what the file holds is ever read of it.
func FuzzRepository(f *testing.F) {
	sum := digest.Of([]byte("text")).String()
	f.Add([]byte("text"), []byte(`{"source":"a","key":"b","files":[{"path":"x","size":4,"sum":"`+sum+`","blob":"","at":23}]}`))
	f.Add([]byte(""), []byte(`{"files":[{"path":"x","size":-1,"at":-5},{"path":"y","size":9223372036854775807,"at":9223372036854775807}]}`))
	f.Add([]byte("callboard repository 1\n"), []byte("null"))
	f.Fuzz(func(t *testing.T, contents, index []byte) {
		name := filepath.Join(t.TempDir(), "r")
		digested := digest.Of(index)
		foot := append(binary.LittleEndian.AppendUint64(digested[:], uint64(len(index))), tail...)
		for _, b := range [][]byte{bytes.Join([][]byte{[]byte(head), contents, index, foot}, nil), contents} {
			if err := os.WriteFile(name, b, 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := readIndex(name)
			if err != nil {
				continue
			}
			for _, file := range r.Files {
				if got, err := r.Read(file); err == nil && (int64(len(got)) != file.Size || !bytes.Contains(b, got)) {
					t.Errorf("%q is read of a file of %d bytes as %+v", got, len(b), file)
				}
			}
		}
	})
}
