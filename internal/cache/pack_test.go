package cache

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"callboard/internal/digest"
)

func key(s string) digest.Sum { return digest.Of([]byte(s)) }

func open(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := Open(path)
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

// TestLargePack has results that are written long before the pack is closed,
// and reads them while it is open, after it was closed, and after a run that
// used a part of them and added others.
func TestLargePack(t *testing.T) {
	path := t.TempDir()
	value := func(i int) []byte { return bytes.Repeat([]byte{byte(i)}, i*1000) }
	p := open(t, path).Pack("k", "large")
	for i := range 100 {
		p.Put(key(fmt.Sprint(i)), value(i))
	}
	has := func(i int, want bool) {
		t.Helper()
		b, ok := p.Get(key(fmt.Sprint(i)))
		if ok != want || ok && !bytes.Equal(b, value(i)) {
			t.Fatalf("result %d: %d bytes, %v", i, len(b), ok)
		}
	}
	section := func(i int) {
		t.Helper()
		r, ok := p.Section(key(fmt.Sprint(i)))
		if !ok {
			t.Fatalf("no section %d", i)
		}
		if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, value(i)) {
			t.Fatalf("section %d: %d bytes, %v", i, len(b), err)
		}
	}
	for i := range 100 {
		has(i, true)
	}
	section(99)
	p.Put(key("100"), value(100))
	section(3)
	again := func() {
		t.Helper()
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		p = open(t, path).Pack("k", "large")
	}
	again()
	for i := 0; i < 100; i += 2 {
		has(i, true)
	}
	section(51)
	p.Put(key("101"), value(101))
	again()
	for i := range 100 {
		has(i, i%2 == 0 || i == 51)
	}
	has(101, true)
	section(50)
	p.Release()
	p = open(t, path).Pack("k", "large")
	p.Retain()
	p.Put(key("102"), value(102))
	again()
	has(98, true)
	p.Release()
	left, err := filepath.Glob(filepath.Join(path, "*", ".tmp-*"))
	if err != nil || len(left) > 0 {
		t.Fatal("files are left over", left, err)
	}
}

// TestLargeResultIsNotHeld adds a result that is as large as what is held of a pack
// before it is written: it goes into the file at once, behind what was held, and the
// pack holds no room for another of its size.
func TestLargeResultIsNotHeld(t *testing.T) {
	w, name := new(packWriter), filepath.Join(t.TempDir(), "pack")
	small, large := []byte("small"), bytes.Repeat([]byte("x"), bufferBytes)
	var all []byte
	for _, b := range [][]byte{small, large, small, large} {
		from, err := w.append(name, b)
		if err != nil || from != int64(len(all)) {
			t.Fatalf("at %d instead of %d: %v", from, len(all), err)
		}
		all = append(all, b...)
	}
	defer w.tmp.Close()
	if cap(w.buf) >= bufferBytes {
		t.Errorf("%d bytes are held", cap(w.buf))
	}
	got := make([]byte, len(all))
	if _, err := w.ReadAt(got, 0); err != nil || !bytes.Equal(got, all) {
		t.Errorf("what is read is not what was added: %v", err)
	}
}

// TestPackWriteFails tells of a result that cannot be written at once and in
// the end, and keeps the pack of last time.
func TestPackWriteFails(t *testing.T) {
	path := t.TempDir()
	p := open(t, path).Pack("k", "r")
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := p.Put(key("a"), make([]byte, 1<<20)); err == nil {
		t.Error("a result was put into a file that is no directory")
	}
	if err := p.Close(); err == nil {
		t.Error("Close says nothing of it")
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
		v, err := Do(p, key("x"), func(b []byte) (string, error) { return string(b), nil }, func() (string, []byte, error) {
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
