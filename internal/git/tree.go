package git

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // git names objects by it
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxBlob is how many bytes of a file are read; larger ones cannot be opened.
const maxBlob = 16 << 20

// Tree is the files of a commit, as an fs.FS. Names are read once, content when
// it is asked for. It may be used from several goroutines, and must be closed.
type Tree struct {
	files map[string]blob     // by path
	dirs  map[string][]string // names in each directory, sorted

	mu      sync.Mutex
	in      io.WriteCloser
	out     *bufio.Reader
	stop    func() error
	content context.Context
}

type blob struct {
	sum  string
	size int64
}

// Tree lists the files of a commit. Submodules are left out; a symbolic link to a
// file of the tree is that file. ctx bounds all that is read of it.
func (c *Checkout) Tree(ctx context.Context, commit string) (*Tree, error) {
	out, err := c.output(ctx, "ls-tree", "-r", "-l", "-z", "--full-tree", commit)
	if err != nil {
		return nil, err
	}
	t := &Tree{files: map[string]blob{}, content: ctx}
	links := map[string]blob{}
	for line := range strings.SplitSeq(string(out), "\x00") {
		about, name, ok := strings.Cut(line, "\t")
		f := strings.Fields(about)
		if !ok || len(f) != 4 || f[1] != "blob" || !fs.ValidPath(name) {
			continue
		}
		size, err := strconv.ParseInt(f[3], 10, 64)
		if err != nil {
			continue // a blob that this clone does not have
		}
		if f[0] == "120000" {
			links[name] = blob{f[2], size}
			continue
		}
		t.files[name] = blob{f[2], size}
	}
	if err := t.start(ctx, c); err != nil {
		return nil, err
	}
	t.follow(links)
	t.list()
	return t, nil
}

// follow makes files of the links that lead to files.
func (t *Tree) follow(links map[string]blob) {
	for _, name := range slices.Sorted(maps.Keys(links)) {
		if links[name].size > 4096 {
			continue
		}
		target, err := t.read(links[name])
		if err != nil {
			continue
		}
		if to, ok := t.files[path.Join(path.Dir(name), string(target))]; ok {
			t.files[name] = to
		}
	}
}

// list fills in the directories.
func (t *Tree) list() {
	seen := map[string]bool{".": true}
	t.dirs = map[string][]string{".": nil}
	for name := range t.files {
		for p := name; !seen[p] && p != "."; p = path.Dir(p) {
			seen[p] = true
			t.dirs[path.Dir(p)] = append(t.dirs[path.Dir(p)], path.Base(p))
		}
	}
	for _, names := range t.dirs {
		slices.Sort(names)
	}
}

// start runs the git that gives the content of files.
func (t *Tree) start(ctx context.Context, c *Checkout) error {
	cmd := c.command(ctx, "cat-file", "--batch")
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	t.in, t.out, t.stop = in, bufio.NewReader(out), cmd.Wait
	return nil
}

// Close ends the git that gives the content of files.
func (t *Tree) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.in == nil {
		return nil
	}
	err := t.in.Close()
	t.in = nil
	if werr := t.stop(); werr != nil && t.content.Err() == nil && err == nil {
		err = fmt.Errorf("git cat-file: %w", werr)
	}
	return err
}

func (t *Tree) read(b blob) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.in == nil {
		return nil, fs.ErrClosed
	}
	if _, err := fmt.Fprintln(t.in, b.sum); err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	head, err := t.out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	f := strings.Fields(head)
	if len(f) != 3 || f[0] != b.sum || f[1] != "blob" {
		return nil, fmt.Errorf("git cat-file: %s: %w", b.sum, fs.ErrNotExist)
	}
	size, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil || size < 0 {
		return nil, fmt.Errorf("git cat-file: %q", head)
	}
	if size > maxBlob {
		return nil, cmpErr(discard(t.out, size+1), fmt.Errorf("%d bytes are more than the limit of %d", size, maxBlob))
	}
	text := make([]byte, size+1)
	if _, err := io.ReadFull(t.out, text); err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	return text[:size], nil
}

func cmpErr(first, otherwise error) error {
	if first != nil {
		return first
	}
	return otherwise
}

// Read is the content of a file. The error wraps fs.ErrNotExist if there was
// none of that name.
func (t *Tree) Read(name string) ([]byte, error) {
	b, ok := t.files[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return t.read(b)
}

// Has tells whether a file had this content. Line ends that a checkout turned
// into those of Windows do not make a difference.
func (t *Tree) Has(name string, content []byte) bool {
	b, ok := t.files[name]
	if !ok {
		return false
	}
	return blobSum(content, len(b.sum)) == b.sum || blobSum(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")), len(b.sum)) == b.sum
}

// blobSum is git's name of a file's content, in so many hexadecimal digits.
func blobSum(content []byte, digits int) string {
	whole := slices.Concat(fmt.Appendf(nil, "blob %d\x00", len(content)), content)
	if digits == 2*sha256.Size {
		s := sha256.Sum256(whole)
		return hex.EncodeToString(s[:])
	}
	s := sha1.Sum(whole)
	return hex.EncodeToString(s[:])
}

// Files are the names of all files, sorted.
func (t *Tree) Files() []string { return slices.Sorted(maps.Keys(t.files)) }

// Sub is the directory of the tree at a slash-separated path, as a file system.
func (t *Tree) Sub(dir string) fs.FS {
	if dir == "." {
		return t
	}
	sub, err := fs.Sub(t, dir)
	if err != nil {
		return &Tree{} // the path is none, and there is nothing at it
	}
	return sub
}

// Open opens a file or directory of the tree.
func (t *Tree) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if _, ok := t.dirs[name]; ok {
		es, err := t.ReadDir(name)
		return &dir{info: info{path.Base(name), 0, true}, rest: es}, err
	}
	b, err := t.Read(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &file{info: info{path.Base(name), int64(len(b)), false}, Reader: bytes.NewReader(b)}, nil
}

// ReadDir lists a directory of the tree. One that is not there is empty: a
// directory that a change adds was nothing before.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	for _, n := range t.dirs[name] {
		p := path.Join(name, n)
		b, isFile := t.files[p]
		out = append(out, fs.FileInfoToDirEntry(info{n, b.size, !isFile}))
	}
	return out, nil
}

// dir is an open directory of a tree.
type dir struct {
	info
	rest []fs.DirEntry
}

// Stat, Read, ReadDir and Close make it an fs.ReadDirFile.
func (d *dir) Stat() (fs.FileInfo, error) { return d.info, nil }

// Read fails: a directory has no content.
func (d *dir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// Close does nothing.
func (d *dir) Close() error { return nil }

// ReadDir gives the next n entries, all if n is not positive.
func (d *dir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(d.rest) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(d.rest) {
		n = len(d.rest)
	}
	out := d.rest[:n]
	d.rest = d.rest[n:]
	return out, nil
}

// file is an open file of a tree.
type file struct {
	info
	*bytes.Reader
}

// Size is that of the whole file, of which bytes.Reader has one, too.
func (f *file) Size() int64 { return f.info.size }

// Stat, Close and Read make it an fs.File.
func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close does nothing.
func (f *file) Close() error { return nil }

// info is what is known of a file or directory: times are not.
type info struct {
	name string
	size int64
	dir  bool
}

// Name, Size, Mode, ModTime, IsDir and Sys make it an fs.FileInfo.
func (i info) Name() string { return i.name }

// Size is the number of bytes.
func (i info) Size() int64 { return i.size }

// Mode tells a directory from a file.
func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// ModTime is not known.
func (i info) ModTime() time.Time { return time.Time{} }

// IsDir tells a directory from a file.
func (i info) IsDir() bool { return i.dir }

// Sys is nothing.
func (i info) Sys() any { return nil }
