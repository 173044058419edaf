package repofs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/diag"
)

// Limits of a snapshot. A repository beyond them is cut, with a diagnostic.
const (
	MaxFiles = 200_000 // files in one repository
	MaxDepth = 64      // directories below each other
)

// The codes of what can be wrong with a repository's files.
const (
	CodeTooManyFiles = diag.Code("repo-too-many-files")
	CodeTooDeep      = diag.Code("repo-too-deep")
	CodeUnreadable   = diag.Code("file-unreadable")
	CodeSymlink      = diag.Code("symlink-outside")
)

// Options say which files a snapshot takes.
type Options struct {
	// Ignore are glob patterns of files and directories that are passed over.
	Ignore []string
	// Only, if not nil, says which directories are entered, for a snapshot of a
	// few named files in a large tree.
	Only func(dir string) bool
}

// tree is a directory tree that is walked: one on disk, or an fs.FS.
type tree interface {
	list(dir string) ([]entry, error)
	read(path string, max int64) ([]byte, error)
	// follow tells what a symbolic link inside the tree leads to.
	follow(path string) (fs.FileInfo, error)
}

type entry struct {
	name  string
	mode  fs.FileMode
	size  int64
	stamp Stamp
}

// TakeDir takes a snapshot of a directory. The snapshot reads through root,
// which must stay open as long as the snapshot is used.
func TakeDir(ctx context.Context, repo string, root *os.Root, opt Options, sink diag.Sink) (*Snapshot, error) {
	return take(ctx, repo, rootTree{root}, opt, sink)
}

// TakeFS takes a snapshot of a file system that cannot be left, such as an
// embedded one.
func TakeFS(ctx context.Context, repo string, fsys fs.FS, opt Options, sink diag.Sink) (*Snapshot, error) {
	return take(ctx, repo, fsTree{fsys}, opt, sink)
}

type walker struct {
	ctx   context.Context
	t     tree
	opt   Options
	sink  diag.Sink
	snap  *Snapshot
	links int
}

func take(ctx context.Context, repo string, t tree, opt Options, sink diag.Sink) (*Snapshot, error) {
	w := &walker{ctx: ctx, t: t, opt: opt, sink: sink, snap: &Snapshot{Repo: repo, read: t.read}}
	if err := w.dir(".", 0); err != nil && !errors.Is(err, errFull) {
		return nil, fmt.Errorf("take %s: %w", repo, err)
	}
	slices.SortFunc(w.snap.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return w.snap, nil
}

var errFull = errors.New("too many files")

// dir walks one directory. Only cancellation and errFull are errors; what
// cannot be read is a diagnostic.
func (w *walker) dir(dir string, depth int) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if depth > MaxDepth {
		w.report(dir, CodeTooDeep, diag.Warning, fmt.Sprintf("directories are more than %d deep; what is below is left out", MaxDepth), "")
		return nil
	}
	entries, err := w.t.list(dir)
	if err != nil {
		w.report(dir, CodeUnreadable, diag.Warning, fmt.Sprintf("cannot list the directory: %s", reason(err)), "")
		return nil
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	for _, e := range entries {
		if err := w.entry(path.Join(dir, e.name), e, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) entry(p string, e entry, depth int) error {
	if w.ignored(p) {
		return nil
	}
	switch {
	case e.mode.IsDir():
		if w.opt.Only != nil && !w.opt.Only(p) {
			return nil
		}
		return w.dir(p, depth+1)
	case e.mode&fs.ModeSymlink != 0:
		return w.link(p)
	case e.mode.IsRegular():
		return w.add(File{Path: p, Size: e.size, Stamp: e.stamp})
	}
	return nil // sockets, devices and pipes are nobody's catalog
}

// link takes a symbolic link as the file it leads to, if that is inside.
// Links to directories are not entered: they may lead round in a circle.
func (w *walker) link(p string) error {
	info, err := w.t.follow(p)
	switch {
	case err != nil:
		if w.links++; w.links <= maxLinkReports {
			w.report(p, CodeSymlink, diag.Warning, "the symbolic link leads out of the repository or to nothing, and is left out", "commit the file itself")
		}
		return nil
	case info.Mode().IsRegular():
		return w.add(File{Path: p, Size: info.Size(), Stamp: stampOf(info)})
	}
	return nil
}

const maxLinkReports = 20 // per repository; a vendored tree may hold thousands

func (w *walker) add(f File) error {
	if len(w.snap.Files) >= MaxFiles {
		w.report("", CodeTooManyFiles, diag.Warning, fmt.Sprintf("the repository has more than %d files; the rest is left out", MaxFiles), "name directories to pass over in catalog.ignore")
		return errFull
	}
	w.snap.Files = append(w.snap.Files, f)
	return nil
}

func (w *walker) ignored(p string) bool {
	for _, g := range w.opt.Ignore {
		if ok, err := doublestar.Match(g, p); err == nil && ok {
			return true
		}
	}
	return false
}

func (w *walker) report(file string, code diag.Code, sev diag.Severity, msg, hint string) {
	w.sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: w.snap.Repo, File: strings.TrimPrefix(file, "./")}, Severity: sev, Code: code, Message: msg, Hint: hint})
}

// reason is an error without the path of this machine that it may hold.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

type rootTree struct{ root *os.Root }

func (t rootTree) list(dir string) ([]entry, error) {
	sub := t.root
	if dir != "." {
		// A root of the directory itself makes each Lstat one system call.
		var err error
		if sub, err = t.root.OpenRoot(dir); err != nil {
			return nil, err
		}
		defer sub.Close()
	}
	f, err := sub.Open(".")
	if err != nil {
		return nil, err
	}
	names, err := f.Readdirnames(-1)
	f.Close()
	if err != nil {
		return nil, err
	}
	out := make([]entry, 0, len(names))
	for _, n := range names {
		info, err := sub.Lstat(n)
		if err != nil {
			continue // gone since it was listed
		}
		out = append(out, entry{n, info.Mode(), info.Size(), stampOf(info)})
	}
	return out, nil
}

func (t rootTree) read(p string, max int64) ([]byte, error) {
	f, err := t.root.Open(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, max)
}

func (t rootTree) follow(p string) (fs.FileInfo, error) { return t.root.Stat(p) }

type fsTree struct{ fsys fs.FS }

func (t fsTree) list(dir string) ([]entry, error) {
	des, err := fs.ReadDir(t.fsys, dir)
	if err != nil {
		return nil, err
	}
	out := make([]entry, 0, len(des))
	for _, de := range des {
		info, err := de.Info()
		if err != nil {
			continue
		}
		out = append(out, entry{name: de.Name(), mode: info.Mode(), size: info.Size()})
	}
	return out, nil
}

func (t fsTree) read(p string, max int64) ([]byte, error) {
	f, err := t.fsys.Open(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, max)
}

func (t fsTree) follow(p string) (fs.FileInfo, error) {
	return nil, fmt.Errorf("%s: %w", p, fs.ErrNotExist)
}

// readAll reads f, one allocation for a file whose size is known. A file that
// has grown beyond max since it was listed is cut there by an error.
func readAll(f fs.File, max int64) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a regular file")
	}
	buf := make([]byte, 0, min(info.Size(), max)+1)
	for {
		n, err := f.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > max {
			return nil, errors.New("grew beyond the limit while it was read")
		}
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, 4096)
		}
	}
}
