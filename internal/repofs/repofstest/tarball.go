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
	var some bytes.Buffer
	z := gzip.NewWriter(&some)
	t := tar.NewWriter(z)
	for i := range at {
		must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: fmt.Sprint("x/", i), Mode: 0o644}))
	}
	must(t.Flush())
	must(z.Close())
	return bytes.Repeat(some.Bytes(), entries/at+1)
}

// must is for writing to memory, which does not fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
