//go:build !linux

package repofs

import (
	"io/fs"
	"os"
)

// handle is what a Dir keeps open beside its root, which is nothing.
type handle struct{}

func noHandle() handle { return handle{} }

func (handle) close() error { return nil }

func (d *Dir) openDir(path string) (handle, error) {
	root, err := d.slow()
	if err != nil {
		return handle{}, err
	}
	sub, err := root.OpenRoot(path)
	if err != nil {
		return handle{}, err
	}
	return handle{}, sub.Close()
}

// Names tells of what is in a directory, its own being ".", in any order, until
// each has had enough.
func (d *Dir) Names(path string, each func(name string, mode fs.FileMode) bool) error {
	root, err := d.slow()
	if err != nil {
		return err
	}
	return NamesOf(root.FS(), path, each)
}

// Is tells whether d is the directory that info is about.
func (d *Dir) Is(info fs.FileInfo) bool {
	root, err := d.slow()
	if err != nil {
		return false
	}
	own, err := root.Stat(".")
	return err == nil && os.SameFile(own, info)
}

// read is the content of a regular file; one of more bytes than most is cut
// there, or refused.
func (d *Dir) read(path string, most int64, cut bool) ([]byte, error) {
	return d.readSlow(path, most, cut)
}

type lister struct{ d *Dir }

func newLister(d *Dir) *lister { return &lister{d} }

func (*lister) close() {}

func (l *lister) list(dir string) ([]entry, error) {
	root, err := l.d.slow()
	if err != nil {
		return nil, err
	}
	return rootLister{root}.list(dir)
}
