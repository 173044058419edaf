package digest_test

import (
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
