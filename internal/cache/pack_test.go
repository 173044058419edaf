package cache_test

import (
	"os"
	"path/filepath"
	"testing"

	"callboard/internal/cache"
	"callboard/internal/digest"
)

func key(s string) digest.Sum { return digest.Of([]byte(s)) }

func open(t *testing.T, path string) *cache.Dir {
	t.Helper()
	d, err := cache.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPackKeepsWhatIsUsed(t *testing.T) {
	path := t.TempDir()
	p := open(t, path).Pack("k", "repo")
	p.Put(key("a"), []byte("A"))
	p.Put(key("b"), []byte("B"))
	p.Put(key("empty"), nil)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = open(t, path).Pack("k", "repo")
	if b, ok := p.Get(key("a")); !ok || string(b) != "A" {
		t.Fatalf("%q %v", b, ok)
	}
	if b, ok := p.Get(key("empty")); !ok || len(b) != 0 {
		t.Fatalf("%q %v", b, ok)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = open(t, path).Pack("k", "repo")
	if _, ok := p.Get(key("b")); ok {
		t.Error("an entry that the last run did not use is still there")
	}
	if _, ok := p.Get(key("a")); !ok {
		t.Error("an entry that the last run used is gone")
	}
	if _, ok := open(t, path).Pack("other", "repo").Get(key("a")); ok {
		t.Error("packs of different kinds share entries")
	}
}

func TestDamagedPackIsEmpty(t *testing.T) {
	path := t.TempDir()
	p := open(t, path).Pack("k", "repo")
	p.Put(key("a"), []byte("content"))
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(path, "*", "*"))
	if len(files) != 1 {
		t.Fatal(files)
	}
	whole, _ := os.ReadFile(files[0])
	for i := range whole {
		bad := append([]byte(nil), whole...)
		bad[i] ^= 1
		os.WriteFile(files[0], bad, 0o644)
		if _, ok := open(t, path).Pack("k", "repo").Get(key("a")); ok {
			t.Fatalf("byte %d changed and nobody noticed", i)
		}
		os.WriteFile(files[0], whole[:i], 0o644)
		if _, ok := open(t, path).Pack("k", "repo").Get(key("a")); ok {
			t.Fatalf("cut at %d and nobody noticed", i)
		}
	}
}

func TestNoCacheKeepsNothing(t *testing.T) {
	p := open(t, "").Pack("k", "repo")
	p.Put(key("a"), []byte("A"))
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, ok := open(t, "").Pack("k", "repo").Get(key("a")); ok {
		t.Fatal("found something in no cache")
	}
}

func TestDoCallsOnce(t *testing.T) {
	path := t.TempDir()
	calls := 0
	get := func() string {
		p := open(t, path).Pack("k", "r")
		defer p.Close()
		v, err := cache.Do(p, key("x"), func(b []byte) (string, error) { return string(b), nil }, func() (string, []byte, error) {
			calls++
			return "value", []byte("value"), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first, second := get(), get()
	if first != "value" || second != "value" || calls != 1 {
		t.Fatal(first, second, calls)
	}
}
