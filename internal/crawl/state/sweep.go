package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Sweep removes the repositories that no source knows any more, and returns how
// many. It must not be called while a source's file is damaged: its repositories
// would be strangers.
func (d *Dir) Sweep() (int, error) {
	names, err := d.Sources()
	if err != nil {
		return 0, fmt.Errorf("sweep: %w", err)
	}
	known := map[string]bool{}
	for _, n := range names {
		s, err := d.Source(n)
		if err != nil {
			return 0, fmt.Errorf("sweep: %w", err)
		}
		for _, r := range s.Repos {
			known[d.place(n, r.Key)] = true
		}
		for _, a := range s.Annexes {
			known[d.place(n, a.Key())] = true
		}
	}
	return sweep(d.file(reposDir), func(name string) bool { return known[name] })
}

// sweep removes the files two levels below top that are not to be kept.
func sweep(top string, keep func(name string) bool) (removed int, err error) {
	dirs, err := os.ReadDir(top)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	for _, dir := range dirs {
		files, rerr := os.ReadDir(filepath.Join(top, dir.Name()))
		err = errors.Join(err, rerr)
		for _, f := range files {
			name := filepath.Join(top, dir.Name(), f.Name())
			if keep(name) {
				continue
			}
			err = errors.Join(err, os.Remove(name))
			removed++
		}
	}
	if err != nil {
		return removed, fmt.Errorf("sweep: %w", err)
	}
	return removed, nil
}
