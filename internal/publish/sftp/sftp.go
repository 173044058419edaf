// Package sftp is a directory of a machine that is reached by SSH, as a store. Every
// file is written beside its place and moved there, so that a reader of the web
// server over it has the old one or the new one.
package sftp

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"

	"callboard/internal/digest"
	"callboard/internal/publish"
)

// Store is a directory.
type Store struct {
	o    Options
	text string

	mu     sync.Mutex
	conn   *connection // nil when it is to be made anew
	made   map[string]bool
	closed bool
}

// String is the address.
func (s *Store) String() string { return s.text }

// Close ends the connection.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.conn == nil {
		return nil
	}
	err := s.conn.close()
	s.conn = nil
	return err
}

// client is the connection, made anew if it was lost.
func (s *Store) client(ctx context.Context) (*sftp.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("the connection has been closed")
	}
	if s.conn == nil {
		conn, err := s.o.dial(ctx)
		if err != nil {
			return nil, err
		}
		s.conn, s.made = conn, map[string]bool{}
	}
	return s.conn.sftp, nil
}

// do carries out a request. What ends the connection may go well on another one.
func (s *Store) do(ctx context.Context, op, key string, f func(c *sftp.Client, name string) error) error {
	c, err := s.client(ctx)
	if err == nil {
		err = f(c, path.Join(s.o.Dir, key))
	}
	if err == nil || errors.Is(err, publish.ErrNotFound) || errors.Is(err, publish.ErrConflict) {
		return err
	}
	lost := c != nil && ended(err)
	if lost {
		s.forget(c)
	}
	_, network := errors.AsType[net.Error](err)
	return &publish.RequestError{Op: op + " " + s.text, Key: key, Err: err, Temporary: (lost || c == nil && network) && ctx.Err() == nil}
}

// ended tells that there is no connection any more.
func ended(err error) bool {
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, sftp.ErrSSHFxConnectionLost) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

func (s *Store) forget(c *sftp.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil && s.conn.sftp == c {
		_ = s.conn.close() // it is lost anyway
		s.conn = nil
	}
}

// temporary marks files that are not in their place yet, and locks.
const temporary = ".callboard-new-"

// List lists the files, and reads them for their digests.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[publish.Object, error] {
	return func(yield func(publish.Object, error) bool) {
		var keys []string
		err := s.do(ctx, "list", "", func(c *sftp.Client, top string) (err error) {
			keys, err = walk(ctx, c, top, prefix)
			return err
		})
		for _, key := range keys {
			if err != nil {
				break
			}
			b, o, gerr := s.Get(ctx, key)
			if errors.Is(gerr, publish.ErrNotFound) {
				continue // deleted this moment
			}
			sum := md5.Sum(b)
			o.MD5 = sum[:]
			if err = gerr; err == nil && !yield(o, nil) {
				return
			}
		}
		if err != nil {
			yield(publish.Object{}, err)
		}
	}
}

// walk lists the keys of all files below a directory that begin with a prefix.
func walk(ctx context.Context, c *sftp.Client, top, prefix string) (keys []string, err error) {
	dirs := []string{""}
	for len(dirs) > 0 {
		dir := dirs[len(dirs)-1]
		dirs = dirs[:len(dirs)-1]
		infos, err := c.ReadDirContext(ctx, path.Join(top, dir))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, info := range infos {
			key := path.Join(dir, info.Name())
			switch {
			case info.IsDir() && (strings.HasPrefix(key+"/", prefix) || strings.HasPrefix(prefix, key+"/")):
				dirs = append(dirs, key)
			case info.Mode().IsRegular() && strings.HasPrefix(key, prefix) && !strings.HasPrefix(info.Name(), temporary):
				keys = append(keys, key)
			}
		}
	}
	return keys, nil
}

// Head tells about a file.
func (s *Store) Head(ctx context.Context, key string) (publish.Object, error) {
	_, o, err := s.Get(ctx, key)
	return o, err
}

// Get reads a file.
func (s *Store) Get(ctx context.Context, key string) (b []byte, o publish.Object, err error) {
	err = s.do(ctx, "read", key, func(c *sftp.Client, name string) error {
		b, err = read(c, name)
		return err
	})
	if err != nil {
		return nil, o, err
	}
	return b, publish.Object{Key: key, Size: int64(len(b)), Version: digest.Of(b).String()}, nil
}

func read(c *sftp.Client, name string) ([]byte, error) {
	f, err := c.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, publish.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it has been read
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, publish.ErrNotFound
	}
	b, err := io.ReadAll(io.LimitReader(f, publish.MaxObject+1))
	if err == nil && len(b) > publish.MaxObject {
		err = errors.New("it is too large")
	}
	return b, err
}

// Put writes a file. Attributes are the web server's business.
func (s *Store) Put(ctx context.Context, key string, data []byte, _ publish.Attributes, cond publish.Condition) (string, error) {
	err := s.do(ctx, "write", key, func(c *sftp.Client, name string) error {
		tmp, err := s.beside(c, name)
		if err == nil {
			err = write(c, tmp, data)
		}
		switch {
		case err != nil:
		case cond == publish.Condition{}:
			err = place(c, tmp, name)
		default:
			err = s.placeOn(ctx, c, tmp, name, cond)
		}
		if err != nil {
			_ = c.Remove(tmp) // it may be gone, or the connection
		}
		return err
	})
	return digest.Of(data).String(), err
}

func write(c *sftp.Client, name string, data []byte) error {
	f, err := c.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return c.Chmod(name, 0o644)
}

// beside is a new name in the directory of another, which is made, in the place of a
// file if need be.
func (s *Store) beside(c *sftp.Client, name string) (string, error) {
	dir := path.Dir(name)
	tmp := path.Join(dir, temporary+strings.ToLower(rand.Text()))
	s.mu.Lock()
	known := s.made[dir]
	s.mu.Unlock()
	if known {
		return tmp, nil
	}
	err := c.MkdirAll(dir)
	for up := dir; err != nil && len(up) > len(s.o.Dir); up = path.Dir(up) {
		if info, serr := c.Lstat(up); serr == nil && info.Mode().IsRegular() {
			if err = c.Remove(up); err == nil {
				err = c.MkdirAll(dir)
			}
			break
		}
	}
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made[dir] = true
	return tmp, nil
}

// place moves a file to its name. A directory that stands there gives way, as in
// package dir.
func place(c *sftp.Client, tmp, name string) error {
	err := c.PosixRename(tmp, name)
	if err == nil {
		return nil
	}
	if info, serr := c.Lstat(name); serr != nil || !info.IsDir() {
		return err
	}
	if err := c.RemoveAll(name); err != nil {
		return err
	}
	return c.PosixRename(tmp, name)
}

// A lock is for the moment of one write; one that is older was left behind.
const (
	lockTries = 40
	lockPause = 50 * time.Millisecond
	lockLasts = time.Minute
)

// placeOn moves a file to its name if a condition holds. Others that do so wait: who
// makes the directory that is the lock has it, and only one can make it.
func (s *Store) placeOn(ctx context.Context, c *sftp.Client, tmp, name string, cond publish.Condition) error {
	lock := path.Join(path.Dir(name), temporary+"lock-"+path.Base(name))
	if err := s.take(ctx, c, lock); err != nil {
		return err
	}
	defer func() { _ = c.RemoveDirectory(lock) }() // others take it in time
	b, err := read(c, name)
	switch {
	case errors.Is(err, publish.ErrNotFound) && cond.Version == "":
	case errors.Is(err, publish.ErrNotFound):
		return publish.ErrConflict
	case err != nil:
		return err
	case cond.Absent || digest.Of(b).String() != cond.Version:
		return publish.ErrConflict
	}
	return place(c, tmp, name)
}

func (s *Store) take(ctx context.Context, c *sftp.Client, lock string) error {
	for range lockTries {
		err := c.Mkdir(lock)
		if err == nil {
			return nil
		}
		info, serr := c.Lstat(lock)
		switch {
		case errors.Is(serr, fs.ErrNotExist): // released this moment
		case serr != nil:
			return err
		case s.o.Now().Sub(info.ModTime()) > lockLasts:
			_ = c.RemoveDirectory(lock) // or somebody else does
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPause):
		}
	}
	return publish.ErrConflict
}

// Copy makes another name for the file: it is never written into, but replaced.
func (s *Store) Copy(ctx context.Context, from, to string) error {
	err := s.do(ctx, "copy", to, func(c *sftp.Client, name string) error {
		tmp, err := s.beside(c, name)
		if err == nil {
			err = c.Link(path.Join(s.o.Dir, from), tmp)
		}
		if err != nil {
			return err
		}
		err = place(c, tmp, name)
		_ = c.Remove(tmp) // a rename between two names of one file leaves both
		return err
	})
	if err == nil {
		return nil
	}
	b, _, err := s.Get(ctx, from) // a server without links, or no such file
	if err != nil {
		return err
	}
	_, err = s.Put(ctx, to, b, publish.Attributes{}, publish.Condition{})
	return err
}

// Delete removes a file and the directories that are empty then.
func (s *Store) Delete(ctx context.Context, key string) error {
	return s.do(ctx, "delete", key, func(c *sftp.Client, name string) error {
		if info, err := c.Lstat(name); errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
			return nil // it stands where the file was
		}
		if err := c.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for dir := path.Dir(name); len(dir) > len(s.o.Dir); dir = path.Dir(dir) {
			s.mu.Lock()
			delete(s.made, dir)
			s.mu.Unlock()
			if c.RemoveDirectory(dir) != nil {
				break
			}
		}
		return nil
	})
}

// Open connects to the machine of an address.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Dir = path.Clean("/" + o.Dir); o.Dir == "/" {
		return nil, errors.New("the address of a directory is sftp://USER@HOST/DIRECTORY")
	}
	s := &Store{o: o, text: "sftp://" + o.Host + o.Dir}
	if _, err := s.client(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", s.text, err)
	}
	return s, nil
}
