package remote

import (
	"slices"
	"testing"
	"time"

	"callboard/internal/digest"
)

func TestHostileHeads(t *testing.T) {
	part := []digest.Sum{digest.Of([]byte("x"))}
	for name, files := range map[string][]entry{
		"leads out":      {{Path: "../x", Size: 1, Parts: part}},
		"is absolute":    {{Path: "/etc/x", Size: 1, Parts: part}},
		"twice":          {{Path: "x", Size: 1, Parts: part}, {Path: "x", Size: 1, Parts: part}},
		"no parts":       {{Path: "x", Size: 1}},
		"large":          {{Path: "x", Size: 1 << 50, Parts: part}},
		"less than none": {{Path: "x", Size: -1}},
	} {
		b, err := encodeHead(&head{Format: format, Files: files})
		if err != nil {
			t.Fatal(err)
		}
		if h, err := decodeHead(b); err == nil {
			t.Errorf("%s: taken for %+v", name, h)
		}
	}
	b, err := encodeHead(&head{Format: format + 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decodeHead(b); err == nil || err == errDamaged {
		t.Errorf("of a later format: %v", err)
	}
}

func FuzzHead(f *testing.F) {
	b, err := encodeHead(&head{Format: format, At: time.Unix(1, 0).UTC(), Files: []entry{{Path: "a/b", Size: 1, Parts: []digest.Sum{digest.Of([]byte("x"))}}}})
	if err != nil {
		f.Fatal(err)
	}
	plain, err := unzip(b, maxHead)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add([]byte(`{"format":1,"files":[{"path":"a","size":0},{"path":"b","size":-1}]}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		h, err := decodeHead(zip(plain))
		if err != nil {
			return
		}
		raw, err := encodeHead(h)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeHead(raw)
		if err != nil || !slices.EqualFunc(h.Files, again.Files, entry.same) {
			t.Errorf("it is another after it was written: %v", err)
		}
	})
}
