package pages_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/publish/pages"
	"callboard/internal/publish/publishtest"
)

func archive(t *testing.T, site publishtest.Site) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "artifact.tar")
	if err := pages.Archive(t.Context(), site, name); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(filepath.Dir(name)); err != nil || len(entries) != 1 {
		t.Errorf("beside it there are %v, %v", entries, err)
	}
	return b
}

// TestArchive holds the archive to what GitHub asks of it.
func TestArchive(t *testing.T) {
	site := publishtest.NewSite(3, 1)
	b := archive(t, site)
	if !bytes.Equal(b, archive(t, site)) {
		t.Error("the same portal gives other bytes")
	}
	got, dirs := map[string]string{}, map[string]bool{}
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if dir := h.Name[:strings.LastIndex(strings.TrimSuffix(h.Name, "/"), "/")+1]; dir != "" && !dirs[dir] {
			t.Errorf("%s comes before its directory", h.Name)
		}
		switch {
		case h.Typeflag == tar.TypeDir && h.Mode == 0o755:
			dirs[h.Name] = true
		case h.Typeflag == tar.TypeReg && h.Mode == 0o644:
			data, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			got[strings.TrimPrefix(h.Name, "./")] = string(data)
		default:
			t.Errorf("%s is of type %c with mode %o", h.Name, h.Typeflag, h.Mode)
		}
	}
	for p, want := range site {
		if got[p] != want {
			t.Errorf("%s is %.40q", p, got[p])
		}
	}
	if len(got) != len(site)+1 || got["manifest.json"] == "" {
		t.Errorf("%d files, want %d and the manifest", len(got), len(site))
	}
}

func TestDirectory(t *testing.T) {
	site, dir := publishtest.NewSite(3, 1), filepath.Join(t.TempDir(), "public")
	if err := pages.Directory(t.Context(), site, dir); err != nil {
		t.Fatal(err)
	}
	for p, want := range site {
		if b, err := os.ReadFile(filepath.Join(dir, p)); err != nil || string(b) != want {
			t.Errorf("%s: %v", p, err)
		}
	}
	f, err := os.Open(filepath.Join(dir, "p0/index.html.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != site["p0/index.html"] {
		t.Errorf("the twin is something else: %v", err)
	}
	for name, want := range map[string]bool{"p0/index.html.br": true, "index.html.gz": false} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := pages.Directory(t.Context(), site, dir); err == nil {
		t.Error("a directory with something in it was written to")
	}
}
