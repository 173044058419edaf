// Package output puts a portal into a directory. Files are written to a staging
// directory beside it; only when all of them are there does Commit put them in
// place, so that an interrupted build leaves the portal that stood before. What
// is the same as in the last build is not written again.
package output

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"callboard/internal/cache"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// Entry is one file of a portal.
type Entry struct {
	Path string     `json:"path"`
	Sum  digest.Sum `json:"sum"`
	Size int64      `json:"size"`
	// Key is the digest of what the file was made of. It is kept in the state
	// and is not part of the published manifest.
	Key digest.Sum `json:"-"`
}

// Manifest lists all files of a portal by path. Two builds are the same build
// if their manifests are.
type Manifest struct {
	Version int     `json:"version"`
	Files   []Entry `json:"files"`
}

// CodeCollision marks two things that want one path.
const CodeCollision = diag.Code("path-collision")

// Dir is an output directory during one build. Its methods may be called from
// several goroutines.
type Dir struct {
	out, stage, state string
	fresh             bool // out did not exist or was empty: the stage becomes it

	mu      sync.Mutex
	prev    map[string]Entry
	entries map[string]Entry
	folded  map[string]string
	above   map[string]string // directory of files, folded -> the first of them
	dirs    map[string]bool
	written int
	bytes   int64
	staged  []string
}

// Open starts a build into out. state is the file in which the keys of the last
// build are kept, or "".
func Open(out, state string) (*Dir, error) {
	abs, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	d := &Dir{out: abs, state: state, prev: map[string]Entry{}, entries: map[string]Entry{}, folded: map[string]string{}, above: map[string]string{}, dirs: map[string]bool{}}
	if err := d.checkTarget(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o755); err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	if d.stage, err = os.MkdirTemp(filepath.Dir(abs), "."+filepath.Base(abs)+".new-*"); err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	if err := os.Chmod(d.stage, 0o755); err != nil {
		return nil, errors.Join(err, os.RemoveAll(d.stage))
	}
	if !d.fresh {
		d.loadState()
	}
	return d, nil
}

// marker stands in every directory that callboard made, so that a build never
// deletes files of a directory that is somebody else's.
const marker = "manifest.json"

func (d *Dir) checkTarget() error {
	names, err := os.ReadDir(d.out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.fresh = true
		return nil
	case err != nil:
		return fmt.Errorf("output: %w", err)
	case len(names) == 0:
		d.fresh = true
		return nil
	}
	if _, err := os.Stat(filepath.Join(d.out, marker)); err != nil {
		return fmt.Errorf("output: %s is not empty and was not made by callboard (it has no %s); choose another directory or empty it", d.out, marker)
	}
	return nil
}

// loadState takes over the last build's entries if the manifest in the
// directory is the one the state speaks of and the files are of the sizes it
// tells. Whatever differs is written again.
func (d *Dir) loadState() {
	raw, err := os.ReadFile(filepath.Join(d.out, marker))
	if err != nil {
		return
	}
	entries, ok := readState(d.state, digest.Of(raw))
	if !ok {
		var m Manifest
		if json.Unmarshal(raw, &m) != nil {
			return
		}
		entries = slices.DeleteFunc(m.Files, func(e Entry) bool { _, err := urlpath.New(e.Path); return err != nil })
	}
	d.prev = make(map[string]Entry, len(entries))
	for _, e := range entries {
		info, err := os.Lstat(filepath.Join(d.out, filepath.FromSlash(e.Path)))
		if err != nil || !info.Mode().IsRegular() || info.Size() != e.Size {
			e.Size = -1 // of the portal, hence to be removed when it is no longer, but never kept
		}
		d.prev[e.Path] = e
	}
}

// Keep takes a file over from the last build if it was made of the same things.
func (d *Dir) Keep(p urlpath.Path, key digest.Sum) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.fit(p.String(), key)
	return ok && d.claim(p.String(), e)
}

// fit is the last build's file at p if it was made of what key stands for.
func (d *Dir) fit(p string, key digest.Sum) (Entry, bool) {
	e, ok := d.prev[p]
	return e, ok && e.Size >= 0 && e.Key == key && !key.IsZero()
}

// Made is a file together with the key of what it was made of.
type Made struct {
	Path string     `json:"p"`
	Key  digest.Sum `json:"k"`
}

// KeepAll takes over all of the files or, if one of them is not as it was, none.
func (d *Dir) KeepAll(files []Made) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range files {
		_, ok := d.fit(f.Path, f.Key)
		if _, taken := d.taken(f.Path); !ok || taken {
			return false
		}
	}
	for _, f := range files {
		d.claim(f.Path, d.prev[f.Path])
	}
	return true
}

// claim notes that p is part of the portal. It is false when another file has
// the path already, also one that differs only in case, or when one of the two
// would have to be a directory for the other.
func (d *Dir) claim(p string, e Entry) bool {
	if _, taken := d.taken(p); taken {
		return false
	}
	fold := strings.ToLower(p)
	d.folded[fold] = p
	for up := path.Dir(fold); up != "." && d.above[up] == ""; up = path.Dir(up) {
		d.above[up] = p
	}
	d.entries[p] = e
	return true
}

// taken is the file that has the path p, or lies below it, or has a path that
// would have to be a directory.
func (d *Dir) taken(p string) (string, bool) {
	fold := strings.ToLower(p)
	if other, ok := d.folded[fold]; ok {
		return other, true
	}
	if other, ok := d.above[fold]; ok {
		return other, true
	}
	for up := path.Dir(fold); up != "." && d.above[up] == ""; up = path.Dir(up) {
		if other, ok := d.folded[up]; ok {
			return other, true
		}
	}
	return "", false
}

// CollisionError tells that two files of a portal want the same path.
type CollisionError struct{ Path, Other string }

func (e *CollisionError) Error() string {
	return fmt.Sprintf("%s: the path is taken by %s", e.Path, e.Other)
}

// Put writes a file made of what key stands for. A second file at the same path
// is a *CollisionError and changes nothing.
func (d *Dir) Put(p urlpath.Path, key digest.Sum, data []byte) error {
	e := Entry{Path: p.String(), Sum: digest.Of(data), Size: int64(len(data)), Key: key}
	d.mu.Lock()
	if !d.claim(e.Path, e) {
		other, _ := d.taken(e.Path)
		d.mu.Unlock()
		return &CollisionError{p.String(), other}
	}
	if old, ok := d.prev[e.Path]; ok && old.Sum == e.Sum && old.Size == e.Size {
		d.mu.Unlock()
		return nil
	}
	d.written++
	d.bytes += e.Size
	d.staged = append(d.staged, e.Path)
	d.mu.Unlock()
	return d.write(e.Path, data)
}

func (d *Dir) write(path string, data []byte) error {
	name := filepath.Join(d.stage, filepath.FromSlash(path))
	if err := d.mkdir(filepath.Dir(name)); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	return nil
}

func (d *Dir) mkdir(dir string) error {
	d.mu.Lock()
	done := d.dirs[dir]
	d.dirs[dir] = true
	d.mu.Unlock()
	if done {
		// Another goroutine may be making it just now; MkdirAll is cheap then.
		if _, err := os.Stat(dir); err == nil {
			return nil
		}
	}
	return os.MkdirAll(dir, 0o755)
}

// Counts tells how many files were written, of how many bytes, and how many
// files the portal has.
func (d *Dir) Counts() (written int, bytes int64, total int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.written, d.bytes, len(d.entries)
}

// Commit puts the portal in place and returns its manifest and how many files
// of the last build were removed. New files come first, then the manifest,
// then deletions, so that whoever reads meanwhile misses nothing.
func (d *Dir) Commit() (*Manifest, int, error) {
	m := d.manifest()
	raw, err := digest.Encode(m)
	if err != nil {
		return nil, 0, err
	}
	if d.state != "" {
		// Without keys nothing is taken over: a crash from here on costs a full
		// build and nothing else.
		if err := os.Remove(d.state); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, 0, fmt.Errorf("output: %w", err)
		}
	}
	removed, err := d.install(raw)
	if err != nil {
		return nil, 0, fmt.Errorf("output: %w", err)
	}
	if err := writeState(d.state, digest.Of(raw), m.Files); err != nil {
		return nil, 0, fmt.Errorf("output: %w", err)
	}
	return m, removed, nil
}

func (d *Dir) manifest() *Manifest {
	m := &Manifest{Version: 1, Files: make([]Entry, 0, len(d.entries))}
	for _, e := range d.entries {
		m.Files = append(m.Files, e)
	}
	slices.SortFunc(m.Files, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return m
}

func (d *Dir) install(manifest []byte) (removed int, err error) {
	if d.fresh {
		if err := os.WriteFile(filepath.Join(d.stage, marker), manifest, 0o644); err != nil {
			return 0, err
		}
		if err := os.Remove(d.out); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		return 0, os.Rename(d.stage, d.out)
	}
	slices.Sort(d.staged)
	clear(d.dirs)
	for _, p := range d.staged {
		if err := d.move(p); err != nil {
			return 0, err
		}
	}
	if err := cache.WriteFile(filepath.Join(d.out, marker), manifest); err != nil {
		return 0, err
	}
	if err := os.Chmod(filepath.Join(d.out, marker), 0o644); err != nil {
		return 0, err
	}
	if removed, err = d.removeStale(); err != nil {
		return removed, err
	}
	return removed, os.RemoveAll(d.stage)
}

// move puts one staged file in place. Where a directory stands in its way, as
// when a page has become a file, that directory held pages of the last build
// only and gives way.
func (d *Dir) move(p string) error {
	from, to := filepath.Join(d.stage, filepath.FromSlash(p)), filepath.Join(d.out, filepath.FromSlash(p))
	if err := d.makeRoom(p); err != nil {
		return err
	}
	err := os.Rename(from, to)
	if info, statErr := os.Lstat(to); err != nil && statErr == nil && info.IsDir() {
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		return os.Rename(from, to)
	}
	return err
}

// makeRoom makes the directories above a path, in the place of files of the
// last build where need be.
func (d *Dir) makeRoom(p string) error {
	dir := filepath.Join(d.out, filepath.FromSlash(path.Dir(p)))
	err := d.mkdir(dir)
	if err == nil {
		return nil
	}
	for up := path.Dir(p); up != "."; up = path.Dir(up) {
		if _, ours := d.prev[up]; ours {
			if err := os.Remove(filepath.Join(d.out, filepath.FromSlash(up))); err != nil {
				return err
			}
			return os.MkdirAll(dir, 0o755)
		}
	}
	return err
}

func (d *Dir) removeStale() (int, error) {
	n := 0
	parents := map[string]bool{}
	for p := range d.prev {
		if _, ok := d.entries[p]; ok {
			continue
		}
		name := filepath.Join(d.out, filepath.FromSlash(p))
		// What was a file may be a directory now, or lie below what is a file now.
		if info, err := os.Lstat(name); err == nil && !info.IsDir() {
			if err := os.Remove(name); err != nil {
				return n, err
			}
		}
		n++
		parents[filepath.Dir(name)] = true
	}
	for dir := range parents {
		for dir != d.out && removeEmpty(dir) {
			dir = filepath.Dir(dir)
		}
	}
	return n, nil
}

// removeEmpty removes a directory that is empty and tells whether it did.
func removeEmpty(dir string) bool {
	info, err := os.Lstat(dir)
	return err == nil && info.IsDir() && os.Remove(dir) == nil
}

// Abort removes what has been staged. The directory is as it was before Open.
// After Commit it does nothing.
func (d *Dir) Abort() error { return os.RemoveAll(d.stage) }
