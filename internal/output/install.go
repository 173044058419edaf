package output

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"callboard/internal/digest"
)

// Install puts the portal in place and returns how many files of the last build
// were removed. New files come first, then the manifest, then deletions, so that
// whoever reads meanwhile misses nothing.
func (d *Dir) Install() (removed int, err error) {
	if d.failed != nil {
		return 0, d.failed
	}
	order := d.order()
	stands := d.manifestStands(order)
	if stands && !d.rekeyed {
		return 0, d.Abort()
	}
	if d.state != "" {
		// Without keys nothing is taken over: a crash from here on costs a full
		// build and nothing else.
		if err := os.Remove(d.state); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, fmt.Errorf("output: %w", err)
		}
	}
	sum := d.manifest
	if d.fresh {
		sum, err = d.installFresh(order)
	} else if !stands {
		sum, removed, err = d.install(order)
	}
	if err != nil {
		return 0, fmt.Errorf("output: %w", err)
	}
	if d.state != "" {
		if err := writeState(d.state, sum, d.files(order)); err != nil {
			return 0, fmt.Errorf("output: %w", err)
		}
	}
	return removed, d.Abort()
}

// manifestStands tells whether the manifest in place is that of this build: the
// same files with the same bytes as in the last, and nobody wrote it meanwhile.
func (d *Dir) manifestStands(order []int32) bool {
	return !d.changed && len(d.strays) == 0 && len(order) == int(d.old) && untouched(filepath.Join(d.out, Marker), d.manifestInfo)
}

// order is the files of the portal by path.
func (d *Dir) order() []int32 {
	t := d.tree
	out := make([]int32, 0, d.total)
	for id := range d.old {
		if t.file(id).has(now) {
			out = append(out, id)
		}
	}
	added := d.added()
	if len(added) == 0 {
		return out
	}
	return t.merge(out, added)
}

type named struct {
	path string
	id   int32
}

// added is the files that the last build did not have, by path.
func (d *Dir) added() []named {
	var out []named
	for id := d.old; id < d.tree.files; id++ {
		if d.tree.file(id).has(now) {
			out = append(out, named{d.tree.path(id), id})
		}
	}
	slices.SortFunc(out, func(a, b named) int { return strings.Compare(a.path, b.path) })
	return out
}

// merge puts files into an order that is sorted by path.
func (t *tree) merge(order []int32, added []named) []int32 {
	out := make([]int32, 0, len(order)+len(added))
	var p []byte
	for _, id := range order {
		p = t.appendPath(p[:0], id)
		for len(added) > 0 && added[0].path < string(p) {
			out, added = append(out, added[0].id), added[1:]
		}
		out = append(out, id)
	}
	for _, a := range added {
		out = append(out, a.id)
	}
	return out
}

// files are files with their paths, which are good until the next one.
func (d *Dir) files(order []int32) iter.Seq2[[]byte, *record] {
	return func(yield func([]byte, *record) bool) {
		var p []byte
		for _, id := range order {
			p = d.tree.appendPath(p[:0], id)
			if !yield(p, d.tree.file(id)) {
				return
			}
		}
	}
}

func (d *Dir) installFresh(order []int32) (digest.Sum, error) {
	sum, err := writeManifest(filepath.Join(d.stage, Marker), d.files(order))
	if err != nil {
		return sum, err
	}
	if err := os.Remove(d.out); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return sum, err
	}
	return sum, os.Rename(d.stage, d.out)
}

func (d *Dir) install(order []int32) (sum digest.Sum, removed int, err error) {
	for i := range d.tree.dirs {
		d.tree.dirs[i].made = false // in the portal, that is
	}
	for _, id := range order {
		if d.tree.file(id).has(staged) {
			if err := d.move(id); err != nil {
				return sum, 0, err
			}
		}
	}
	if sum, err = writeManifest(filepath.Join(d.out, Marker), d.files(order)); err != nil {
		return sum, 0, err
	}
	removed, err = d.removeStale()
	return sum, removed, err
}

// move puts one staged file in place. Where a directory stands in its way, as
// when a page has become a file, that directory held pages of the last build
// only and gives way.
func (d *Dir) move(id int32) error {
	p := d.tree.path(id)
	from, to := filepath.Join(d.stage, filepath.FromSlash(p)), filepath.Join(d.out, filepath.FromSlash(p))
	if err := d.makeRoom(id, p); err != nil {
		return err
	}
	err := os.Rename(from, to)
	if err == nil {
		return nil
	}
	if info, statErr := os.Lstat(to); statErr == nil && info.IsDir() {
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		return os.Rename(from, to)
	}
	return err
}

// makeRoom makes the directories above a file, in the place of files of the last
// build where need be.
func (d *Dir) makeRoom(id int32, p string) error {
	dir := filepath.Join(d.out, filepath.FromSlash(path.Dir(p)))
	err := d.mkdir(id, dir)
	if err == nil {
		return nil
	}
	for up := path.Dir(p); up != "."; up = path.Dir(up) {
		if d.had(up) {
			if err := os.Remove(filepath.Join(d.out, filepath.FromSlash(up))); err != nil {
				return err
			}
			return os.MkdirAll(dir, 0o755)
		}
	}
	return err
}

// had tells whether the last build had a file of that path.
func (d *Dir) had(p string) bool {
	fold := strings.ToLower(p)
	s := d.tree.spot(fold)
	return s.was != 0 && d.tree.spelled(s.was-1, fold, p) || slices.Contains(d.strays, p)
}

// removeStale removes the files of the last build that are not of this one, and
// the directories that are empty then.
func (d *Dir) removeStale() (int, error) {
	n, dirs := 0, map[string]bool{}
	for p := range d.stale() {
		name := filepath.Join(d.out, filepath.FromSlash(p))
		// What was a file may be a directory now, or lie below what is a file now.
		if info, err := os.Lstat(name); err == nil && !info.IsDir() {
			if err := os.Remove(name); err != nil {
				return n, err
			}
		}
		n++
		dirs[filepath.Dir(name)] = true
	}
	for dir := range dirs {
		for dir != d.out && removeEmpty(dir) {
			dir = filepath.Dir(dir)
		}
	}
	return n, nil
}

func (d *Dir) stale() iter.Seq[string] {
	return func(yield func(string) bool) {
		for id := range d.old {
			if r := d.tree.file(id); !r.has(now) && !yield(d.tree.path(id)) {
				return
			}
		}
		for _, p := range d.strays {
			if s := d.tree.spot(strings.ToLower(p)); (s.taken == 0 || d.tree.path(s.taken-1) != p) && !yield(p) {
				return
			}
		}
	}
}

// removeEmpty removes a directory that is empty and tells whether it did.
func removeEmpty(dir string) bool {
	info, err := os.Lstat(dir)
	return err == nil && info.IsDir() && os.Remove(dir) == nil
}
