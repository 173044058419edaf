package digest_test

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strings"
	"testing"

	"callboard/internal/digest"
)

func TestPartsDoNotRunTogether(t *testing.T) {
	a := digest.New("k").String("ab").String("c").Sum()
	b := digest.New("k").String("a").String("bc").Sum()
	c := digest.New("k").Bytes([]byte("ab")).String("c").Sum()
	if a == b || a == c || b == c {
		t.Fatal("different recipes share a key")
	}
	if a != digest.New("k").String("ab").String("c").Sum() {
		t.Fatal("same recipe, other key")
	}
}

func TestEncodeIsCanonical(t *testing.T) {
	b, err := digest.Encode(map[string]any{"b": "<&>", "a": []any{1, nil}})
	if err != nil || string(b) != `{"a":[1,null],"b":"<&>"}` {
		t.Fatalf("%s %v", b, err)
	}
}

func TestSumText(t *testing.T) {
	s := digest.Of([]byte("x"))
	b, _ := s.MarshalText()
	var got digest.Sum
	if err := got.UnmarshalText(b); err != nil || got != s {
		t.Fatal(got, err)
	}
	if err := got.UnmarshalText([]byte("abcd")); err == nil {
		t.Fatal("short digest accepted")
	}
}

// plain is the encoding as it is meant, part by part.
type plain struct{ h hash.Hash }

func (p plain) add(tag byte, n int, b string) {
	p.h.Write(binary.LittleEndian.AppendUint64([]byte{tag}, uint64(n)))
	p.h.Write([]byte(b))
}

// TestGatheringChangesNoKey makes keys of short and of long parts, around the
// sizes at which they are hashed in pieces.
func TestGatheringChangesNoKey(t *testing.T) {
	for _, size := range []int{0, 1, 200, 493, 494, 502, 503, 511, 512, 513, 5000} {
		for _, times := range []int{0, 1, 2, 3, 50} {
			part := strings.Repeat("x", size)
			got, want := digest.New("k"), plain{sha256.New()}
			want.add('s', 1, "k")
			for i := range times {
				got.String(part).Int(i).Bytes([]byte(part)).Add(digest.Of(nil))
				want.add('s', size, part)
				want.add('i', i, "")
				want.add('b', size, part)
				none := digest.Of(nil)
				want.h.Write(append([]byte{'d'}, none[:]...))
				if got.Sum() != digest.Sum(want.h.Sum(nil)) {
					t.Fatalf("%d parts of %d bytes: another key", i+1, size)
				}
			}
		}
	}
}

func BenchmarkHasher(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		h := digest.New("fingerprint").Int(27)
		for range 27 {
			h.String("docs/guides/some-file-of-this-kind.md").Int(1).Int(2).Int(3)
		}
		h.Sum()
	}
}
