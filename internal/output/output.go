// Package output puts a portal into a directory. Files are written to a staging
// directory beside it; only when all of them are there does Commit put them in
// place, so that an interrupted build leaves the portal that stood before. What
// is the same as in the last build is not written again.
package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// CodeCollision marks two things that want one path.
const CodeCollision = diag.Code("path-collision")

// Dir is an output directory during one build. Its methods may be called from
// several goroutines.
type Dir struct {
	out, stage, state string
	fresh             bool // out did not exist or was empty: the stage becomes it

	mu      sync.Mutex
	tree    *tree
	strays  []string // files of the last build that collide with another of it
	old     int32    // how many files of the tree the last build had, sorted by path
	total   int
	written int
	bytes   int64
	changed bool  // a file has other bytes than in the last build
	rekeyed bool  // a file was made of something else, to the same bytes
	failed  error // of what could not be told at once

	// The manifest that the state went with, and its file; zero if there was none.
	manifest     digest.Sum
	manifestInfo fs.FileInfo
}

// Open starts a build into out. state is the file in which the keys of the last
// build are kept, or "".
func Open(out, state string) (*Dir, error) {
	abs, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	d := &Dir{out: abs, state: state, tree: newTree(0)}
	if err := d.checkTarget(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o755); err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	if d.stage, err = os.MkdirTemp(filepath.Dir(abs), "."+filepath.Base(abs)+stageMark+"*"); err != nil {
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

// stageMark stands before the number in the name of a directory in which a portal
// is made, beside that in which it will be.
const stageMark = ".new-"

// Writes tells by the name of a directory whether it is one in which callboard makes
// a portal, or made one when it was ended.
func Writes(dir string) bool {
	name := filepath.Base(dir)
	i := strings.LastIndex(name, stageMark)
	if i < 2 || name[0] != '.' {
		return false
	}
	number := name[i+len(stageMark):]
	return number != "" && strings.Trim(number, "0123456789") == ""
}

// Marker is the file that stands in every directory that callboard made, so that a
// build never deletes files of a directory that is somebody else's.
const Marker = "manifest.json"

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
	if _, err := os.Stat(filepath.Join(d.out, Marker)); err != nil {
		return fmt.Errorf("output: %s is not empty and was not made by callboard (it has no %s); choose another directory or empty it", d.out, Marker)
	}
	return nil
}

// Keep takes a file over from the last build if it was made of the same things.
func (d *Dir) Keep(p urlpath.Path, key digest.Sum) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	fold := p.Fold()
	s := d.tree.spot(fold)
	if s.taken != 0 || !d.fits(s, fold, p.String(), key) {
		return false
	}
	d.claim(s.was - 1)
	return true
}

// fits tells whether the last build's file at p was made of what key stands for
// and is still there.
func (d *Dir) fits(s spot, fold, p string, key digest.Sum) bool {
	if s.was == 0 || !d.tree.spelled(s.was-1, fold, p) {
		return false
	}
	r := d.tree.file(s.was - 1)
	return !r.has(lost) && r.key == halve(key) && !key.IsZero()
}

// Made is a file together with the key of what it was made of.
type Made struct {
	Path string     `json:"p"`
	Key  digest.Sum `json:"k"`
}

// KeepAll takes over all of the files or, if one of them is not as it was, none.
// A file that is part of the portal already, made of the same things, is as it
// should be: two parts of a portal may come to one file.
func (d *Dir) KeepAll(files []Made) bool { return d.keepAll("", files) }

// keepAll is KeepAll of files below a prefix.
func (d *Dir) keepAll(prefix string, files []Made) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	ids := make([]int32, 0, len(files))
	for _, f := range files {
		f.Path = prefix + f.Path
		fold := strings.ToLower(f.Path)
		s := d.tree.spot(fold)
		switch {
		case s.taken != 0 && d.made(s.taken-1, f):
		case s.taken == 0 && d.fits(s, fold, f.Path, f.Key):
			ids = append(ids, s.was-1)
		default:
			return false
		}
	}
	for _, id := range ids {
		d.claim(id)
	}
	return true
}

// made tells whether a file of this build is f.
func (d *Dir) made(id int32, f Made) bool {
	return d.tree.file(id).key == halve(f.Key) && !f.Key.IsZero() && d.tree.path(id) == f.Path
}

// claim makes a file, whose path must be free, part of the portal.
func (d *Dir) claim(id int32) {
	if !d.tree.file(id).has(now) {
		d.tree.claim(id)
		d.total++
	}
}

// CollisionError tells that two files of a portal want the same path.
type CollisionError struct{ Path, Other string }

func (e *CollisionError) Error() string {
	return fmt.Sprintf("%s: the path is taken by %s", e.Path, e.Other)
}

// Put writes a file made of what key stands for. A second file at the same path
// is a *CollisionError and changes nothing, as is one at a path that differs only
// in case, or that would have to be a directory for the other.
func (d *Dir) Put(p urlpath.Path, key digest.Sum, data []byte) error {
	id, write, err := d.enter(p, Entry{p.String(), digest.Of(data), int64(len(data)), key})
	if err != nil || !write {
		return err
	}
	return d.write(id, p.String(), data)
}

// enter makes a file part of the portal, and tells whether it must be written.
func (d *Dir) enter(p urlpath.Path, e Entry) (id int32, write bool, err error) {
	fold := p.Fold()
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.tree.spot(fold)
	if s.taken != 0 {
		return 0, false, &CollisionError{e.Path, d.tree.path(s.taken - 1)}
	}
	if s.was != 0 && d.tree.spelled(s.was-1, fold, e.Path) {
		id = s.was - 1
	} else {
		id = d.tree.add(s, fold, e.Path)
	}
	d.claim(id)
	r := d.tree.file(id)
	if r.has(was) && !r.has(lost) && r.sum == e.Sum && r.size() == e.Size {
		d.rekeyed = d.rekeyed || r.key != halve(e.Key)
		r.key = halve(e.Key)
		return id, false, nil
	}
	r.sum, r.key = e.Sum, halve(e.Key)
	r.setSize(e.Size)
	r.mark(staged)
	d.changed = true
	d.written++
	d.bytes += e.Size
	return id, true, nil
}

func (d *Dir) write(id int32, path string, data []byte) error {
	name := filepath.Join(d.stage, filepath.FromSlash(path))
	if err := d.mkdir(id, filepath.Dir(name)); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	return nil
}

// mkdir makes the directory of a file, once if it is spelled as the tree has it.
func (d *Dir) mkdir(id int32, dir string) error {
	d.mu.Lock()
	at := d.tree.file(id).dir
	_, odd := d.tree.exact[id]
	made := d.tree.dirs[at].made && !odd
	d.mu.Unlock()
	if made {
		return nil
	}
	if os.Mkdir(dir, 0o755) != nil {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	d.mu.Lock()
	d.tree.dirs[at].made = d.tree.dirs[at].made || !odd
	d.mu.Unlock()
	return nil
}

// Counts tells how many files were written, of how many bytes, and how many
// files the portal has.
func (d *Dir) Counts() (written int, bytes int64, total int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.written, d.bytes, d.total
}

// Abort removes what has been staged. The directory is as it was before Open.
// After Commit or Install it does nothing.
func (d *Dir) Abort() error { return os.RemoveAll(d.stage) }
