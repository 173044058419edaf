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
	root   *os.Root
	m      *output.Manifest
	record Record
}

// Directory opens a portal in a directory. Its files are those that are there;
// the manifest that a build left tells the digests of those that have not been
// touched since it was written, and the record those of others that were read
// before. Close it when it has been published.
func Directory(ctx context.Context, dir string, record Record, jobs int) (Source, func() error, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("publish: %w", err)
	}
	d := &directory{root: root, record: record}
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

// read finds the files and their digests. Those that are known need no worker.
func (d *directory) read(ctx context.Context, jobs int) error {
	known, written := d.built()
	found, err := d.walk()
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	files := make([]output.Entry, len(found))
	var unknown []int
	for i, f := range found {
		k, ok := known[f.path]
		if files[i] = k; !ok || k.Size != f.size || f.changed.After(written) {
			files[i] = output.Entry{Path: f.path}
			unknown = append(unknown, i)
		}
	}
	d.m = &output.Manifest{Version: 1, Files: files}
	return d.digest(ctx, found, unknown, jobs)
}

// digest finds the digests of the files that no manifest tells, of which it reads
// those that the record does not tell either.
func (d *directory) digest(ctx context.Context, found []file, unknown []int, jobs int) error {
	if len(unknown) == 0 {
		return nil
	}
	var before map[string]noted
	if d.record.File != "" {
		before = readRecord(d.record.File)
	}
	unread := slices.DeleteFunc(slices.Clone(unknown), func(i int) bool {
		n, ok := before[found[i].path]
		if ok = ok && n.is(found[i]); ok {
			d.m.Files[i].Sum, d.m.Files[i].Size = n.sum, n.size
		}
		return ok
	})
	err := par.Each(ctx, jobs, slices.Values(unread), func(ctx context.Context, i int) error {
		b, err := d.Open(ctx, d.m.Files[i])
		d.m.Files[i].Sum, d.m.Files[i].Size = digest.Of(b), int64(len(b))
		return err
	})
	if err != nil || d.record.File == "" || len(unread) == 0 {
		return err
	}
	_ = d.note(found, unknown, d.record.Now.Add(-restAge)) // without it, the next run reads them again
	return nil
}

// note writes the record of the files that no manifest tells, but for those that
// may be written to within the same moment.
func (d *directory) note(found []file, unknown []int, before time.Time) error {
	var all []noted
	for _, i := range unknown {
		if f, e := found[i], d.m.Files[i]; f.changed.Before(before) && f.size == e.Size {
			all = append(all, noted{f.path, f.size, f.changed.UnixNano(), e.Sum})
		}
	}
	sweepRecords(d.record.File, d.record.Now)
	return writeRecord(d.record.File, all)
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

// walk lists the files by path. Links are not followed, as the stores know none. The
// listing goes by whole paths, as by the root every directory would be opened from
// the top down; what is read is read by the root.
func (d *directory) walk() ([]file, error) {
	var found []file
	err := fs.WalkDir(os.DirFS(d.root.Name()), ".", func(p string, e fs.DirEntry, err error) error {
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
