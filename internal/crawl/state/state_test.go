package state_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"callboard/internal/crawl/state"
)

func open(t *testing.T, dir string) *state.Dir {
	t.Helper()
	d, err := state.Open(dir, state.Options{Sync: func(*os.File) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "state")
	d := open(t, dir)
	if runtime.GOOS == "linux" {
		if _, err := state.Open(dir, state.Options{}); err == nil || !strings.Contains(err.Error(), "another crawl") {
			t.Errorf("two crawls at once: %v", err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir).Close()
	if _, err := state.Read(dir); err != nil {
		t.Error(err)
	}
}

// TestOtherDirectories refuses what is no state, and leaves it as it is.
func TestOtherDirectories(t *testing.T) {
	dir := t.TempDir()
	if _, err := state.Read(dir); err == nil {
		t.Error("an empty directory is read as state")
	}
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := state.Open(dir, state.Options{}); err == nil || !strings.Contains(err.Error(), "something else") {
		t.Error(err)
	}
	later := t.TempDir()
	if err := os.WriteFile(filepath.Join(later, "callboard-state"), []byte("callboard state 99\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := state.Open(later, state.Options{}); err == nil || !strings.Contains(err.Error(), "99") {
		t.Error(err)
	}
	if es, _ := os.ReadDir(dir); len(es) != 1 {
		t.Errorf("%v", es)
	}
}

// TestWriter writes contents in two orders, few and many, some of them equal:
// the file is the same.
func TestWriter(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789"), 10_000)
	files := map[string][]byte{"a": []byte("text"), "b": big, "c": []byte("text"), "d/e": nil, "z": append(big, 'z')}
	var first []byte
	for _, order := range [][]string{{"a", "b", "c", "d/e", "z"}, {"z", "d/e", "c", "b", "a"}} {
		d := open(t, filepath.Join(t.TempDir(), "state"))
		w := d.Begin("s", "k")
		for _, p := range order {
			if err := w.Put(p, files[p]); err != nil {
				t.Fatal(err)
			}
			if b, err := w.Read(p); !bytes.Equal(b, files[p]) || err != nil {
				t.Errorf("%s reads %d bytes, %v", p, len(b), err)
			}
		}
		w.Link("link", "b")
		if w.Bytes() != int64(3*len(big)+9) {
			t.Errorf("%d bytes", w.Bytes())
		}
		if err := w.Commit(state.Repository{Revision: "1"}, true); err != nil {
			t.Fatal(err)
		}
		r, err := d.Repository("s", "k")
		if err != nil || r == nil || len(r.Files) != 6 {
			t.Fatalf("%+v, %v", r, err)
		}
		for p, want := range files {
			f, ok := r.Find(p)
			if b, err := r.Read(f); !ok || !bytes.Equal(b, want) || err != nil {
				t.Errorf("%s: %d bytes, %v", p, len(b), err)
			}
		}
		if raw := laid(t, r); first == nil {
			first = raw
		} else if !bytes.Equal(raw, first) {
			t.Error("the bytes depend on the order")
		}
	}
}

// limited is a disk on which so many bytes are left.
type limited struct {
	io.Writer
	left *int
}

func (l limited) Write(b []byte) (int, error) {
	if *l.left -= len(b); *l.left < 0 {
		return 0, errors.New("the disk is full")
	}
	return l.Writer.Write(b)
}

// TestFullDiskIsSaidOnce: what goes wrong with many files has one cause.
func TestFullDiskIsSaidOnce(t *testing.T) {
	left := 1 << 20
	d, err := state.Open(filepath.Join(t.TempDir(), "state"), state.Options{Through: func(w io.Writer) io.Writer { return limited{w, &left} }})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	w := d.Begin("s", "k")
	for i := range 10 {
		if err := w.Put(fmt.Sprint(i), bytes.Repeat([]byte{byte(i)}, 80_000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(state.Repository{Revision: "1"}, true); err == nil || strings.Count(err.Error(), "the disk is full") != 1 {
		t.Errorf("%v", err)
	}
}

// laid is how a repository's files lie, and a large one of them.
func laid(t *testing.T, r *state.Repository) []byte {
	t.Helper()
	f, _ := r.Find("b")
	b, err := r.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return append(fmt.Appendf(nil, "%+v", r.Files), b...)
}

// TestBlob holds that blobs have git's names (git hash-object).
func TestBlob(t *testing.T) {
	for text, want := range map[string]string{"": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "hello\n": "ce013625030ba8dba906f756967f9e9ca394464a"} {
		if got := state.Blob([]byte(text)); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// TestReplacedWhileRead fetches a repository anew while its index is held: what
// is read then is the old content or an error, never another file's.
func TestReplacedWhileRead(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "state"))
	put := func(text string) {
		w := d.Begin("s", "k")
		if err := w.Put("0", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Put("a", []byte("same length")); err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(state.Repository{}, false); err != nil {
			t.Fatal(err)
		}
	}
	put("short")
	r, err := d.Repository("s", "k")
	if err != nil {
		t.Fatal(err)
	}
	put("a much longer text than before")
	f, _ := r.Find("a")
	if b, err := r.Read(f); err == nil && string(b) != "same length" {
		t.Errorf("%q", b)
	}
}

func TestAnswers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	d := open(t, dir)
	a, b := d.Answers("one"), d.Answers("two")
	a.Put("k", []byte("value"))
	b.Put("k", []byte("other"))
	if got, ok := a.Get("k"); !ok || string(got) != "value" {
		t.Errorf("%q", got)
	}
	if _, ok := a.Get("unknown"); ok {
		t.Error("an answer to what was never asked")
	}
	d.Close()
	d = open(t, dir)
	d.Answers("one").Get("k")
	if n, err := d.SweepAnswers(time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("%d removed, %v", n, err)
	}
	if _, ok := d.Answers("one").Get("k"); !ok {
		t.Error("an answer that was used is gone")
	}
	if _, ok := d.Answers("two").Get("k"); ok {
		t.Error("an answer that nobody asked for is there")
	}
}

// TestHostileNames gives sources and repositories names that lead elsewhere.
func TestHostileNames(t *testing.T) {
	top := t.TempDir()
	d := open(t, filepath.Join(top, "state"))
	for _, name := range []string{"../../x", "/etc/passwd", strings.Repeat("n", 5000), "a\x00b", ".", "ä"} {
		if err := d.PutSource(&state.Source{Name: name, Repos: []state.Repo{{Key: name, Name: name}}}); err != nil {
			t.Errorf("%.40q: %v", name, err)
		}
		w := d.Begin(name, name)
		if err := w.Commit(state.Repository{Revision: "1"}, false); err != nil {
			t.Errorf("%.40q: %v", name, err)
		}
		s, err := d.Source(name)
		if err != nil || s.Name != name || s.Find(name) == nil {
			t.Errorf("%.40q: %+v, %v", name, s, err)
		}
	}
	if names, err := d.Sources(); len(names) != 6 || err != nil {
		t.Errorf("%q, %v", names, err)
	}
	if n, err := d.Sweep(); n != 0 || err != nil {
		t.Errorf("%d removed, %v", n, err)
	}
	if es, _ := os.ReadDir(top); len(es) != 1 {
		t.Errorf("something lies outside: %v", es)
	}
}

func TestShards(t *testing.T) {
	count := make([]int, 4)
	for i := range 4000 {
		in := 0
		for s := range count {
			if state.Of("s", fmt.Sprint(i), s+1, len(count)) {
				count[s]++
				in++
			}
		}
		if in != 1 {
			t.Fatalf("repository %d is in %d shards", i, in)
		}
	}
	for s, n := range count {
		if n < 800 || n > 1200 {
			t.Errorf("shard %d has %d of 4000", s+1, n)
		}
	}
}

// TestEventsAreBounded keeps the latest.
func TestEventsAreBounded(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "state"))
	s := &state.Source{Name: "s"}
	for i := range state.MaxEvents + 10 {
		s.Events = append(s.Events, state.Event{Repo: fmt.Sprint(i), Kind: state.Changed})
	}
	if err := d.PutSource(s); err != nil {
		t.Fatal(err)
	}
	got, err := d.Source("s")
	if err != nil || len(got.Events) != state.MaxEvents || got.Events[0].Repo != "10" || got.Events[0].Source != "s" {
		t.Errorf("%d events, %v", len(got.Events), err)
	}
}

// TestConclude: a crawl that ends between its writes leaves the times of what the
// source's file says.
func TestConclude(t *testing.T) {
	var full error
	d, err := state.Open(t.TempDir(), state.Options{Sync: func(*os.File) error { return full }})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	of := func(hour int) (*state.Source, state.Times) {
		at := time.Date(2026, 11, 26, hour, 0, 0, 0, time.UTC)
		return &state.Source{Name: "s", Repos: []state.Repo{{Key: "a", Name: "a", Revision: at.Format("15")}}},
			state.Times{Listed: at, Observed: map[string]time.Time{"a": at}, Enriched: map[string]time.Time{"a": at}}
	}
	is := func(what string, hour int) {
		t.Helper()
		want, times := of(hour)
		got, err := d.Source("s")
		if err != nil || got.Repos[0].Revision != want.Repos[0].Revision || !reflect.DeepEqual(d.Times("s"), times) {
			t.Errorf("%s: %+v, %+v, %v", what, got.Repos, d.Times("s"), err)
		}
	}
	if err := d.Conclude(of(8)); err != nil {
		t.Fatal(err)
	}
	is("at first", 8)
	full = errors.New("the disk is full")
	for range 2 {
		if err := d.Conclude(of(9)); !errors.Is(err, full) {
			t.Fatalf("error %v", err)
		}
		is("before the source is written", 8)
	}
	full = nil
	s, _ := of(9)
	if err := d.PutSource(s); err != nil {
		t.Fatal(err)
	}
	is("after the source is written", 9)
	if err := d.Conclude(of(9)); err != nil {
		t.Fatal(err)
	}
	is("in the end", 9)
}
