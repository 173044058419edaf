// Package repofstest makes archives as hosts make them, for the tests of those who
// read them.
package repofstest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Tarball is an archive as git makes it of files, in one directory.
func Tarball(top, commit string, files map[string]string, leaveOut []string) *bytes.Buffer {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	t := tar.NewWriter(z)
	must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": commit}}))
	must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: top + "/", Mode: 0o755}))
	for _, p := range slices.Sorted(maps.Keys(files)) {
		text := files[p]
		switch to, link := strings.CutPrefix(text, "->"); {
		case slices.Contains(leaveOut, p):
		case link:
			must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: top + "/" + p, Linkname: to, Mode: 0o777}))
		case strings.HasPrefix(text, "=>"):
			must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: top + "/" + p + "/", Mode: 0o755}))
		default:
			must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: top + "/" + p, Size: int64(len(text)), Mode: 0o644}))
			_, err := io.WriteString(t, text)
			must(err)
		}
	}
	must(t.Close())
	must(z.Close())
	return &b
}

// Bomb is an archive of a few kilobytes that unpacks to at least so many entries.
func Bomb(entries int) []byte {
	const at = 2_000
	return repeated(int64(entries/at+1), func(t *tar.Writer) {
		for i := range at {
			must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: fmt.Sprint("x/", i), Mode: 0o644}))
		}
	})
}

// Flood is an archive of about a thousandth of size that unpacks to more than size
// bytes: files of each bytes, all zero, one after the other.
func Flood(size, each int64) []byte {
	return repeated(size/each+1, func(t *tar.Writer) {
		must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "x/zeros", Size: each, Mode: 0o644}))
		_, err := io.CopyN(t, zeros{}, each)
		must(err)
	})
}

// LongNames is an archive of about a thousandth of size whose names have more than
// size bytes together.
func LongNames(size int64) []byte {
	const each = 1 << 19
	return repeated(size/each+1, func(t *tar.Writer) {
		must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "x/" + strings.Repeat("n", each), Mode: 0o644}))
	})
}

// repeated is an archive of the same entries so many times, packed once.
func repeated(times int64, write func(*tar.Writer)) []byte {
	var once bytes.Buffer
	z := gzip.NewWriter(&once)
	t := tar.NewWriter(z)
	write(t)
	must(t.Flush())
	must(z.Close())
	return bytes.Repeat(once.Bytes(), int(times))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// must is for writing to memory, which does not fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
