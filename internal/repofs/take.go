package repofs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

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
	// Made tells of a directory, by its path, whether it was made of a source, such as
	// a portal: it is no part of one. It is asked of directories that have a file
	// named Mark, and of hidden ones. It may be nil.
	Made func(dir string) bool
	Mark string
	// Named are paths of files that are taken in any case, if they are there:
	// whoever named them wants them, however many others there are.
	Named []string
	// Lend, if not nil, gives the directory each time a file of the snapshot is
	// read, and done gives it back: the one that was taken may be closed then.
	// It may be called from several goroutines.
	Lend func() (dir *Dir, done func(), err error)
}

// tree is a directory tree that is walked: one on disk, or an fs.FS.
type tree interface {
	// list lists a directory, which is "." or one that the list of the directory
	// above it told of. Directories are listed depth first.
	list(dir string) ([]entry, error)
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
// which must stay open as long as the snapshot is used, or through what
// opt.Lend gives.
func TakeDir(ctx context.Context, repo string, root *os.Root, opt Options, sink diag.Sink) (*Snapshot, error) {
	d := DirOf(root)
	defer d.Close() // it is opened again when a file is read
	return d.Take(ctx, repo, opt, sink)
}

// Take takes a snapshot of a directory. The snapshot reads through it, and it
// must stay open as long as the snapshot is used, or through what opt.Lend gives.
func (d *Dir) Take(ctx context.Context, repo string, opt Options, sink diag.Sink) (*Snapshot, error) {
	l := newLister(d)
	defer l.close()
	lend := opt.Lend
	if lend == nil {
		lend = func() (*Dir, func(), error) { return d, func() {}, nil }
	}
	return take(ctx, repo, rootTree{l}, reader(lend), opt, sink)
}

// TakeFS takes a snapshot of a file system that cannot be left, such as an
// embedded one.
func TakeFS(ctx context.Context, repo string, fsys fs.FS, opt Options, sink diag.Sink) (*Snapshot, error) {
	return take(ctx, repo, fsTree{fsys}, fsTree{fsys}.read, opt, sink)
}

type walker struct {
	ctx    context.Context
	t      tree
	opt    Options
	ignore matcher
	sink   diag.Sink
	snap   *Snapshot
	links  int
	named  map[string]bool // those that have been taken

	// Paths lie one after the other in one piece of memory, and become strings
	// when all of them are there.
	files []File // without Path
	paths []byte
	ends  []int // where the path of each file ends in paths
}

func take(ctx context.Context, repo string, t tree, read readFunc, opt Options, sink diag.Sink) (*Snapshot, error) {
	w := &walker{ctx: ctx, t: t, opt: opt, ignore: newMatcher(opt.Ignore), sink: sink, snap: &Snapshot{Repo: repo, read: read}}
	w.takeNamed()
	if err := w.dir(".", 0); err != nil && !errors.Is(err, errFull) {
		return nil, fmt.Errorf("take %s: %w", repo, err)
	}
	w.finish()
	return w.snap, nil
}

// takeNamed takes the files that are named, before the limit on files can keep them
// out.
func (w *walker) takeNamed() {
	w.named = make(map[string]bool, len(w.opt.Named))
	for _, p := range w.opt.Named {
		if !fs.ValidPath(p) || w.named[p] {
			continue
		}
		if info, err := w.t.follow(p); err == nil && info.Mode().IsRegular() && w.add(path.Dir(p), path.Base(p), File{Size: info.Size(), Stamp: stampOf(info)}) == nil {
			w.named[p] = true
		}
	}
}

// finish hands the files over, in no more memory than they need.
func (w *walker) finish() {
	if len(w.files) == 0 {
		return
	}
	files, all, from := slices.Clone(w.files), string(w.paths), 0
	for i, end := range w.ends {
		files[i].Path, from = all[from:end], end
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	w.snap.Files = slices.Clip(files)
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
	if depth > 0 && w.opt.Made != nil && slices.ContainsFunc(entries, func(e entry) bool { return e.name == w.opt.Mark }) && w.opt.Made(dir) {
		return nil
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	for _, e := range entries {
		if err := w.entry(dir, e, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) entry(dir string, e entry, depth int) error {
	if len(w.named) > 0 && w.named[join(dir, e.name)] || w.ignore.match(dir, e.name) {
		return nil
	}
	switch {
	case e.mode.IsDir():
		if e.name[0] == '.' && w.opt.Made != nil && w.opt.Made(join(dir, e.name)) {
			return nil
		}
		return w.dir(join(dir, e.name), depth+1)
	case e.mode&fs.ModeSymlink != 0:
		return w.link(dir, e.name)
	case e.mode.IsRegular():
		return w.add(dir, e.name, File{Size: e.size, Stamp: e.stamp})
	}
	return nil // sockets, devices and pipes are nobody's catalog
}

// join is the path of a name in a directory.
func join(dir, name string) string {
	if dir == "." {
		return name
	}
	return dir + "/" + name
}

// link takes a symbolic link as the file it leads to, if that is inside.
// Links to directories are not entered: they may lead round in a circle.
func (w *walker) link(dir, name string) error {
	p := join(dir, name)
	info, err := w.t.follow(p)
	switch {
	case err != nil:
		if w.links++; w.links <= maxLinkReports {
			w.report(p, CodeSymlink, diag.Warning, "the symbolic link leads out of the repository or to nothing, and is left out", "commit the file itself")
		}
		return nil
	case info.Mode().IsRegular():
		return w.add(dir, name, File{Size: info.Size(), Stamp: stampOf(info)})
	}
	return nil
}

const maxLinkReports = 20 // per repository; a vendored tree may hold thousands

func (w *walker) add(dir, name string, f File) error {
	if len(w.files) >= MaxFiles {
		w.report("", CodeTooManyFiles, diag.Warning, fmt.Sprintf("the repository has more than %d files; the rest is left out", MaxFiles), "name directories to pass over in catalog.ignore")
		return errFull
	}
	if dir != "." {
		w.paths = append(append(w.paths, dir...), '/')
	}
	w.paths = append(w.paths, name...)
	w.files, w.ends = append(w.files, f), append(w.ends, len(w.paths))
	return nil
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
