package repofs

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"callboard/internal/repofs/repofstest"
)

const someCommit = "0123456789abcdef0123456789abcdef01234567"

// unpack takes all files of an archive.
func unpack(t *testing.T, r io.Reader) (map[string]string, *Archive, error) {
	t.Helper()
	got := map[string]string{}
	a, err := Untar(t.Context(), r, func(Entry) bool { return true }, func(e Entry, b []byte) error {
		got[e.Path] = string(b)
		return nil
	})
	return got, a, err
}

func TestUntar(t *testing.T) {
	files := map[string]string{"a.txt": "text", "d/empty": "", "d/e/f.md": "# f", "link": "->a.txt", "module": "=>" + someCommit}
	got, a, err := unpack(t, repofstest.Tarball("acme-pay-0123456", someCommit, files, nil))
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"a.txt": "text", "d/empty": "", "d/e/f.md": "# f"}; !maps.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if a.Commit != someCommit || len(a.Entries) != 4 || a.Entries[3] != (Entry{Path: "link", Kind: Link, Target: "a.txt", Size: 5}) {
		t.Errorf("%+v", a)
	}
}

// TestUntarEveryCut cuts an archive at every byte: what is cut is never taken for
// the whole.
func TestUntarEveryCut(t *testing.T) {
	whole := repofstest.Tarball("x", someCommit, map[string]string{"a.txt": strings.Repeat("text ", 300), "b.txt": "b"}, nil).Bytes()
	for n := range whole {
		_, _, err := unpack(t, bytes.NewReader(whole[:n]))
		if ae := (*ArchiveError)(nil); !errors.As(err, &ae) || ae.Limit {
			t.Fatalf("cut after %d of %d bytes: %v", n, len(whole), err)
		}
	}
}

// TestUntarCutBeforeCompression cuts a tar at each block and compresses it
// afterwards, as a host does that fails half-way.
func TestUntarCutBeforeCompression(t *testing.T) {
	z, err := gzip.NewReader(repofstest.Tarball("x", someCommit, map[string]string{"a.txt": "a", "b.txt": "b"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	flat, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n <= len(flat)-1024; n += 512 {
		if _, _, err := unpack(t, compressed(flat[:n])); err == nil {
			t.Errorf("cut after %d of %d bytes, and taken for the whole", n, len(flat))
		}
	}
}

func compressed(b []byte) io.Reader {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return &out
}

func TestUntarDamaged(t *testing.T) {
	whole := repofstest.Tarball("x", someCommit, map[string]string{"a.txt": "text"}, nil).Bytes()
	sum := slices.Clone(whole)
	sum[len(sum)-6] ^= 1 // of the checksum
	for name, b := range map[string][]byte{"no gzip": []byte("<html>sorry</html>"), "no tar": nil, "checksum": sum} {
		r := io.Reader(bytes.NewReader(b))
		if b == nil {
			r = compressed([]byte(strings.Repeat("not a tar ", 200)))
		}
		if _, _, err := unpack(t, r); !errors.As(err, new(*ArchiveError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// written makes an archive of headers, each with as many zeros as it says.
func written(t *testing.T, hs ...*tar.Header) io.Reader {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range hs {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := io.CopyN(w, zeros{}, h.Size); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return &b
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestUntarLargeFile holds that a file beyond the limit is never in memory, and
// does not stand in the way of the next.
func TestUntarLargeFile(t *testing.T) {
	got, a, err := unpack(t, written(t, &tar.Header{Name: "x/large", Size: MaxRead + 1, Typeflag: tar.TypeReg}, &tar.Header{Name: "x/limit", Size: MaxRead, Typeflag: tar.TypeReg}, &tar.Header{Name: "x/next", Size: 1, Typeflag: tar.TypeReg}))
	if err != nil || len(got["limit"]) != MaxRead || got["next"] != "\x00" {
		t.Errorf("%d bytes, %v", len(got["limit"]), err)
	}
	if _, ok := got["large"]; ok || len(a.Entries) != 3 {
		t.Errorf("the large file was taken, or is not listed: %+v", a.Entries)
	}
}

// TestUntarBomb unpacks to as much as the limit, and to more.
func TestUntarBomb(t *testing.T) {
	for size, ok := range map[int64]bool{1 << 20: true, 8 << 20: false} {
		got := 0
		bomb := written(t, &tar.Header{Name: "x/a", Size: 1, Typeflag: tar.TypeReg}, &tar.Header{Name: "x/b", Size: size, Typeflag: tar.TypeReg}, &tar.Header{Name: "x/c", Size: 1, Typeflag: tar.TypeReg})
		_, err := untarWithin(t.Context(), bomb, 2<<20, func(e Entry) bool { return e.Size == 1 }, func(Entry, []byte) error { got++; return nil })
		ae := (*ArchiveError)(nil)
		if (err == nil) != ok || !ok && (!errors.As(err, &ae) || !ae.Limit) || ok && got != 2 {
			t.Errorf("%d bytes: %v, %d files", size, err, got)
		}
	}
}

// TestUntarLongNames: names are kept, and so are bounded together.
func TestUntarLongNames(t *testing.T) {
	for size, ok := range map[int64]bool{MaxNames - 2<<20: true, MaxNames: false} {
		_, err := Untar(t.Context(), bytes.NewReader(repofstest.LongNames(size)), func(Entry) bool { return false }, nil)
		ae := (*ArchiveError)(nil)
		if errors.As(err, &ae); ae == nil || ae.Limit == ok {
			t.Errorf("names of %d bytes: %v", size, err)
		}
	}
}

// TestUntarHostileNames hands over names as they are, but for those outside the
// one directory, which no host makes.
func TestUntarHostileNames(t *testing.T) {
	for _, name := range []string{"/etc/passwd", "../x", "y/a", "x"} {
		_, _, err := unpack(t, written(t, &tar.Header{Name: "x/a", Size: 1, Typeflag: tar.TypeReg}, &tar.Header{Name: name, Size: 1, Typeflag: tar.TypeReg}))
		if !errors.As(err, new(*ArchiveError)) {
			t.Errorf("%q: %v", name, err)
		}
	}
	_, a, err := unpack(t, written(t, &tar.Header{Name: "x/../../a", Size: 1, Typeflag: tar.TypeReg}, &tar.Header{Name: "x/dev", Typeflag: tar.TypeChar}, &tar.Header{Name: "x/hard", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"}))
	if err != nil || len(a.Entries) != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	if es := Names(a.Entries, Options{}, NewReporter("r", discard{})); len(es) != 0 {
		t.Errorf("%+v", es)
	}
}

// TestUntarErrorsOfOthers tells errors of the stream, of the taker and of the
// context from those of the archive.
func TestUntarErrorsOfOthers(t *testing.T) {
	files := map[string]string{"a.txt": strings.Repeat("text ", 100)}
	broken := errors.New("connection reset")
	_, _, err := unpack(t, io.MultiReader(io.LimitReader(repofstest.Tarball("x", someCommit, files, nil), 100), failing{broken}))
	if err != broken {
		t.Errorf("the stream: %v", err)
	}
	full := fmt.Errorf("no space")
	_, err = Untar(t.Context(), repofstest.Tarball("x", someCommit, files, nil), func(Entry) bool { return true }, func(Entry, []byte) error { return full })
	if err != full {
		t.Errorf("the taker: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = Untar(ctx, repofstest.Tarball("x", someCommit, files, nil), nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the context: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
