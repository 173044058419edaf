// Package dir is a directory as a store: what a web server serves, or a disk that
// is shared. Every file is written beside its place and moved there, so that a
// reader has the old one or the new one.
package dir

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"callboard/internal/digest"
	"callboard/internal/publish"
)

// Store is a directory.
type Store struct {
	path string
	root *os.Root
	mu   sync.Mutex // of conditional writes, with the lock between processes
}

// Open opens a directory, and makes it if need be.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return &Store{path: dir, root: root}, nil
}

// Close closes the directory.
func (s *Store) Close() error { return s.root.Close() }

// String is the directory.
func (s *Store) String() string { return s.path }

// temporary marks files that are not in their place yet. No file of a portal has
// such a name; one that was left is overwritten by nobody and listed to nobody.
const temporary = ".callboard-new-"

// List lists the files, and reads them for their digests.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[publish.Object, error] {
	return func(yield func(publish.Object, error) bool) {
		stop := errors.New("enough")
		err := fs.WalkDir(s.root.FS(), ".", func(p string, e fs.DirEntry, err error) error {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil || e.IsDir() || !e.Type().IsRegular() || !strings.HasPrefix(p, prefix) || strings.HasPrefix(path.Base(p), temporary) {
				return err
			}
			b, o, err := s.Get(ctx, p)
			if errors.Is(err, publish.ErrNotFound) {
				return nil // deleted this moment
			}
			if err != nil {
				return err
			}
			sum := md5.Sum(b)
			if o.MD5 = sum[:]; !yield(o, nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			yield(publish.Object{}, fmt.Errorf("list %s: %w", s.path, err))
		}
	}
}

// Head tells about a file.
func (s *Store) Head(ctx context.Context, key string) (publish.Object, error) {
	_, o, err := s.Get(ctx, key)
	return o, err
}

// Get reads a file.
func (s *Store) Get(_ context.Context, key string) ([]byte, publish.Object, error) {
	b, err := s.root.ReadFile(filepath.FromSlash(key))
	if gone(err) {
		return nil, publish.Object{}, publish.ErrNotFound
	}
	if err != nil {
		return nil, publish.Object{}, &publish.RequestError{Op: "read", Key: key, Err: err}
	}
	return b, publish.Object{Key: key, Size: int64(len(b)), Version: digest.Of(b).String()}, nil
}

// Put writes a file. Attributes are the web server's business.
func (s *Store) Put(ctx context.Context, key string, data []byte, _ publish.Attributes, cond publish.Condition) (string, error) {
	if cond != (publish.Condition{}) {
		unlock, err := s.lock()
		if err != nil {
			return "", err
		}
		defer unlock()
		if err := s.check(ctx, key, cond); err != nil {
			return "", err
		}
	}
	if err := s.write(filepath.FromSlash(key), data); err != nil {
		return "", &publish.RequestError{Op: "write", Key: key, Err: err}
	}
	return digest.Of(data).String(), nil
}

func (s *Store) check(ctx context.Context, key string, cond publish.Condition) error {
	_, o, err := s.Get(ctx, key)
	switch {
	case errors.Is(err, publish.ErrNotFound):
		if cond.Version != "" {
			return publish.ErrConflict
		}
		return nil
	case err != nil:
		return err
	case cond.Absent || o.Version != cond.Version:
		return publish.ErrConflict
	}
	return nil
}

func (s *Store) write(name string, data []byte) error {
	tmp, err := s.beside(name)
	if err != nil {
		return err
	}
	err = s.root.WriteFile(tmp, data, 0o644)
	if err == nil {
		err = s.place(tmp, name)
	}
	if err != nil {
		return errors.Join(err, ignoreGone(s.root.Remove(tmp)))
	}
	return nil
}

// place moves a file to its name. A directory that stands there, as when a page
// has become a file, gives way: no directory holds both, so what is in it left the
// portal and waits for the end of the grace period.
func (s *Store) place(tmp, name string) error {
	err := s.root.Rename(tmp, name)
	if err == nil {
		return nil
	}
	if info, statErr := s.root.Lstat(name); statErr != nil || !info.IsDir() {
		return err
	}
	if err := s.root.RemoveAll(name); err != nil {
		return err
	}
	return s.root.Rename(tmp, name)
}

// beside is a new name in the directory of another, which is made, in the place of
// a file if need be.
func (s *Store) beside(name string) (string, error) {
	dir := filepath.Dir(name)
	tmp := filepath.Join(dir, temporary+strings.ToLower(rand.Text()))
	err := s.root.MkdirAll(dir, 0o755)
	if err == nil {
		return tmp, nil
	}
	for up := dir; up != "."; up = filepath.Dir(up) {
		if info, statErr := s.root.Lstat(up); statErr == nil && info.Mode().IsRegular() {
			if err := s.root.Remove(up); err != nil {
				return "", err
			}
			return tmp, s.root.MkdirAll(dir, 0o755)
		}
	}
	return "", err
}

// Copy makes another name for the file: it is never written into, but replaced.
func (s *Store) Copy(ctx context.Context, from, to string) error {
	name := filepath.FromSlash(to)
	tmp, err := s.beside(name)
	if err == nil {
		err = s.root.Link(filepath.FromSlash(from), tmp)
	}
	if err == nil {
		err = s.place(tmp, name)
		if err == nil {
			// A rename between two names of one file leaves both.
			return ignoreGone(s.root.Remove(tmp))
		}
	}
	if gone(err) {
		return publish.ErrNotFound
	}
	b, _, err := s.Get(ctx, from) // a file system without links
	if err == nil {
		_, err = s.Put(ctx, to, b, publish.Attributes{}, publish.Condition{})
	}
	return err
}

// Delete removes a file and the directories that are empty then.
func (s *Store) Delete(_ context.Context, key string) error {
	name := filepath.FromSlash(key)
	if info, err := s.root.Lstat(name); err == nil && info.IsDir() {
		return nil // it stands where the file was
	}
	if err := s.root.Remove(name); err != nil && !gone(err) {
		return &publish.RequestError{Op: "delete", Key: key, Err: err}
	}
	for dir := filepath.Dir(name); dir != "."; dir = filepath.Dir(dir) {
		if s.root.Remove(dir) != nil {
			break
		}
	}
	return nil
}

func ignoreGone(err error) error {
	if gone(err) {
		return nil
	}
	return err
}
