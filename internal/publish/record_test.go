package publish_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callboard/internal/digest"
	"callboard/internal/output"
	"callboard/internal/publish"
)

// TestRecord publishes a directory that no build made twice: what was not written to
// is not read again, and what was is, be it of the same size.
func TestRecord(t *testing.T) {
	dir, record := t.TempDir(), filepath.Join(t.TempDir(), "publish", "record")
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	put := func(name, text string, at time.Time) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	sums := func(record string) map[string]digest.Sum {
		t.Helper()
		s, closing, err := publish.Directory(t.Context(), dir, publish.Record{File: record, Now: time.Now()}, 2)
		if err != nil {
			t.Fatal(err)
		}
		defer closing()
		out := map[string]digest.Sum{}
		for _, e := range s.Manifest().Files {
			out[e.Path] = e.Sum
		}
		return out
	}
	is := func(got map[string]digest.Sum, name, text string) {
		t.Helper()
		if got[name] != digest.Of([]byte(text)) {
			t.Errorf("%s is not %q", name, text)
		}
	}
	put("still.html", "one", old)
	put("a name of words.html", "one", old)
	put("fresh.html", "one", time.Now())
	is(sums(record), "still.html", "one")
	// That the files below are not read shows in that a change is not seen which
	// leaves time and size as they were; nothing but a forger makes one.
	put("still.html", "two", old)
	put("a name of words.html", "two", old)
	put("fresh.html", "two", time.Now())
	got := sums(record)
	is(got, "still.html", "one")
	is(got, "a name of words.html", "one")
	is(got, "fresh.html", "two")
	is(sums(""), "still.html", "two")
	// Noting something removes what other directories left there long ago.
	for name, age := range map[string]time.Duration{"forgotten": 100 * 24 * time.Hour, "used": 80 * 24 * time.Hour} {
		other := filepath.Join(filepath.Dir(record), name)
		if err := os.WriteFile(other, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(other, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := os.Stat(other); (err == nil) != (name == "used") {
				t.Errorf("%s: %v", name, err)
			}
		}()
	}
	put("still.html", "six", old.Add(time.Nanosecond*1000))
	is(sums(record), "still.html", "six")
	for _, text := range []string{"", "rubbish\n", strings.Repeat("x", 100) + " 1 2 still.html\n"} {
		if err := os.WriteFile(record, []byte("callboard publish record 1\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		is(sums(record), "a name of words.html", "two")
	}
}

// TestRecordOfABuild holds that what a build's manifest vouches for needs no record.
func TestRecordOfABuild(t *testing.T) {
	dir, record := t.TempDir(), filepath.Join(t.TempDir(), "record")
	if err := os.WriteFile(filepath.Join(dir, "a.html"), []byte("one"), 0o644); err != nil {
		t.Fatal(err)
	}
	raw, err := digest.Encode(output.Manifest{Version: 1, Files: []output.Entry{{Path: "a.html", Sum: digest.Of([]byte("one")), Size: 3}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, publish.ManifestKey), raw, 0o644); err != nil {
		t.Fatal(err)
	}
	_, closing, err := publish.Directory(t.Context(), dir, publish.Record{File: record, Now: time.Now()}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	if _, err := os.Stat(record); err == nil {
		t.Error("a record was written")
	}
}
