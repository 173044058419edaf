package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"callboard/internal/digest"
	"callboard/internal/output"
	"callboard/internal/par"
	"callboard/internal/urlpath"
)

// directory is a portal in a directory.
type directory struct {
	root *os.Root
	m    *output.Manifest
}

// Directory opens a portal in a directory. Its files are those that are there;
// the manifest that a build left tells the digests of those that have not been
// touched since it was written. Close it when it has been published.
func Directory(ctx context.Context, dir string, jobs int) (Source, func() error, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("publish: %w", err)
	}
	d := &directory{root: root}
	if err := d.read(ctx, jobs); err != nil {
		return nil, nil, errors.Join(err, root.Close())
	}
	return d, root.Close, nil
}

// Manifest lists the files.
func (d *directory) Manifest() *output.Manifest { return d.m }

// Open reads a file.
func (d *directory) Open(_ context.Context, e output.Entry) ([]byte, error) {
	b, err := d.root.ReadFile(filepath.FromSlash(e.Path))
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return b, nil
}

// read finds the files and their digests.
func (d *directory) read(ctx context.Context, jobs int) error {
	known, written := d.built()
	found, err := d.walk()
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	d.m = &output.Manifest{Version: 1, Files: make([]output.Entry, 0, len(found))}
	sum := func(_ context.Context, f file) (output.Entry, error) {
		e := output.Entry{Path: f.path, Size: f.size}
		if k, ok := known[f.path]; ok && k.Size == f.size && !f.changed.After(written) {
			e.Sum = k.Sum
			return e, nil
		}
		b, err := d.root.ReadFile(filepath.FromSlash(f.path))
		if err != nil {
			return e, fmt.Errorf("publish: %w", err)
		}
		e.Sum, e.Size = digest.Of(b), int64(len(b))
		return e, nil
	}
	for e, err := range par.Map(ctx, jobs, slices.Values(found), sum) {
		if err != nil {
			return err
		}
		d.m.Files = append(d.m.Files, e)
	}
	return nil
}

// built is what the manifest of a build tells, and when it was written.
func (d *directory) built() (map[string]output.Entry, time.Time) {
	known := map[string]output.Entry{}
	info, err := d.root.Stat(ManifestKey)
	if err != nil {
		return known, time.Time{}
	}
	b, err := d.root.ReadFile(ManifestKey)
	if err != nil {
		return known, time.Time{}
	}
	for _, e := range decodeManifest(b).Files {
		known[e.Path] = e
	}
	return known, info.ModTime()
}

type file struct {
	path    string
	size    int64
	changed time.Time
}

// walk lists the files by path. Links are not followed, as the stores know none.
func (d *directory) walk() ([]file, error) {
	var found []file
	err := fs.WalkDir(d.root.FS(), ".", func(p string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case p+"/" == Prefix:
			return fs.SkipDir
		case e.IsDir() || p == ManifestKey:
			return nil
		case !e.Type().IsRegular():
			return fmt.Errorf("%s is not a file", p)
		}
		if _, err := urlpath.New(p); err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		found = append(found, file{p, info.Size(), info.ModTime()})
		return nil
	})
	slices.SortFunc(found, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return found, err
}
