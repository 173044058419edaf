// Package pages makes what hosts of pages take as a whole, instead of file by file:
// the archive of GitHub Pages, and the directory of GitLab Pages. Both put a new
// site in the place of the old one in one step of their own.
package pages

import (
	"archive/tar"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"callboard/internal/output"
	"callboard/internal/publish"
)

// MaxBytes is how large a site of GitHub Pages may be
// (https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits).
const MaxBytes = 1 << 30

// Size is how many bytes the files of a portal have.
func Size(s publish.Source) (n int64) {
	for _, e := range s.Manifest().Files {
		n += e.Size
	}
	return n
}

// Archive writes the tar file that actions/deploy-pages takes from the artifact
// "github-pages": regular files that everybody may read and directories that
// everybody may enter, with no links, as actions/upload-pages-artifact demands. The
// same portal gives the same bytes. It appears under its name when it is complete.
func Archive(ctx context.Context, s publish.Source, name string) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".pages-*.tar")
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	buf := bufio.NewWriterSize(tmp, 1<<16)
	err = writeArchive(ctx, s, buf)
	err = errors.Join(err, buf.Flush(), tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("publish: %w", errors.Join(err, os.Remove(tmp.Name())))
	}
	return nil
}

func writeArchive(ctx context.Context, s publish.Source, to io.Writer) error {
	w := tar.NewWriter(to)
	made := map[string]bool{}
	if err := addDir(w, ".", made); err != nil {
		return err
	}
	raw, err := publish.EncodeManifest(s.Manifest())
	if err != nil {
		return err
	}
	for _, e := range s.Manifest().Files {
		if err := addDir(w, path.Dir(e.Path), made); err != nil {
			return err
		}
		b, err := publish.ReadFile(ctx, s, e)
		if err == nil {
			err = addFile(w, e.Path, b)
		}
		if err != nil {
			return err
		}
	}
	if err := addFile(w, publish.ManifestKey, raw); err != nil {
		return err
	}
	return w.Close()
}

// addDir adds a directory after those above it, once.
func addDir(w *tar.Writer, dir string, made map[string]bool) error {
	if made[dir] {
		return nil
	}
	made[dir] = true
	if dir == "." {
		return w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "./", Mode: 0o755})
	}
	if err := addDir(w, path.Dir(dir), made); err != nil {
		return err
	}
	return w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "./" + dir + "/", Mode: 0o755})
}

func addFile(w *tar.Writer, name string, b []byte) error {
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "./" + name, Mode: 0o644, Size: int64(len(b))}); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

// Directory writes the directory that a job of GitLab Pages leaves as its artifact:
// the files, with .gz and .br twins, which GitLab serves to those that take them
// (https://docs.gitlab.com/user/project/pages/introduction/#serving-compressed-assets).
// The directory must not be there, or be empty.
func Directory(ctx context.Context, s publish.Source, dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("publish: %s is not empty", dir)
	}
	raw, err := publish.EncodeManifest(s.Manifest())
	if err != nil {
		return err
	}
	if err := write(dir, publish.ManifestKey, raw); err != nil {
		return err
	}
	form := publish.NewForm(publish.Twins)
	return form.Each(ctx, s, func(key string, _ output.Entry, b []byte) error { return write(dir, key, b) })
}

func write(dir, key string, b []byte) error {
	name := filepath.Join(dir, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := os.WriteFile(name, b, 0o644); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}
