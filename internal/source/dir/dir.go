// Package dir is the source of directories and local git checkouts: one
// repository, or a directory of many. What git knows of a checkout (branch,
// commit, remote) is read from its files. Its history is asked of the program git,
// by package git, and only when somebody wants it.
package dir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/source"
)

// What Options.Repositories may say.
const (
	Auto = "auto"
	One  = "one"
	Many = "many"
)

// Options say what a directory holds.
type Options struct {
	// Repositories is One, Many or Auto. Auto takes a directory with a .git, a
	// catalog file or a mkdocs.yml at its top for one repository.
	Repositories string
	// Entries are the glob patterns of catalog files in each repository, Ignore
	// those of files and directories that are passed over.
	Entries, Ignore []string
	// Made are patterns as in Ignore, of directories at the top that were made of the
	// source, such as the portal. They count there, and not in each repository.
	Made []string
	// Wrote tells of a directory, by its path below the source's, whether it was made
	// of a source, whatever its name is: it is no repository and no part of one. It may
	// be nil. Each such directory that is not hidden has a file named Mark.
	Wrote func(path string) bool
	Mark  string
	// Named are the paths of files that are taken of a single repository in any
	// case, as repofs.Options has it.
	Named []string
	// WebURL is the address at the host; {name} stands for the repository's
	// name. Without it, the remote "origin" of the checkout tells.
	WebURL string
	// Branch is the branch for links to the source; without it, the checkout's.
	Branch string
	// Search is the PATH in which git is looked for to read the history of
	// checkouts; without it, nothing is known of it.
	Search string
	// Top is the directory that is checked out, of a source that is one repository
	// and lies in it; "" means the repository's own.
	Top string
}

// Source is a directory of repositories.
type Source struct {
	name string
	at   string // its directory; "" for that of a file system
	opt  Options
	open func() (fs.FS, *os.Root, error)

	mu    sync.Mutex
	fsys  fs.FS
	root  *os.Root
	top   *repofs.Dir // root, or nil
	one   bool
	roots *roots
}

// New makes a source of the directory at root.
func New(name, root string, opt Options) *Source {
	return &Source{name: name, at: root, opt: opt, open: func() (fs.FS, *os.Root, error) {
		r, err := os.OpenRoot(root)
		if err != nil {
			return nil, nil, err
		}
		return r.FS(), r, nil
	}}
}

// FS makes a source of a file system that cannot be left, such as an embedded
// one.
func FS(name string, fsys fs.FS, opt Options) *Source {
	return &Source{name: name, opt: opt, open: func() (fs.FS, *os.Root, error) { return fsys, nil, nil }}
}

// Name is the name given to New.
func (s *Source) Name() string { return s.name }

// Close closes what the snapshots of this source read through.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.root != nil {
		err = errors.Join(s.roots.close(), s.top.Close(), s.root.Close())
	}
	s.roots, s.root, s.top, s.fsys = nil, nil, nil, nil
	return err
}

// Repos lists the repositories by name. It may be called again, and sees the
// directory as it then is.
func (s *Source) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	return func(yield func(source.Repo, error) bool) {
		names, err := s.names()
		if err != nil {
			yield(source.Repo{}, fmt.Errorf("source %s: %w", s.name, err))
			return
		}
		for _, n := range names {
			if err := ctx.Err(); err != nil {
				yield(source.Repo{}, err)
				return
			}
			if !yield(source.Repo{Name: n}, nil) {
				return
			}
		}
	}
}

// oneName is the name of the repository of a source that is a single one.
const oneName = "."

func (s *Source) names() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fsys == nil {
		fsys, root, err := s.open()
		if err != nil {
			return nil, err
		}
		s.fsys, s.root = fsys, root
		if root != nil {
			s.top = repofs.DirOf(root)
			s.roots = newRoots(root, s.top)
		}
	}
	top, err := s.list(".")
	if err != nil {
		return nil, err
	}
	s.one = s.opt.Repositories == One || s.opt.Repositories != Many && s.looksLikeOne(top)
	if s.one {
		return []string{oneName}, nil
	}
	return s.many(top)
}

// named is what a directory holds.
type named struct {
	name string
	mode fs.FileMode
}

func (s *Source) list(dir string) (out []named, err error) {
	err = s.each(dir, func(name string, mode fs.FileMode) bool {
		out = append(out, named{name, mode})
		return true
	})
	return out, err
}

// each tells of what is in a directory, in any order.
func (s *Source) each(dir string, tell func(name string, mode fs.FileMode) bool) error {
	if s.top != nil {
		return s.top.Names(dir, tell)
	}
	return repofs.NamesOf(s.fsys, dir, tell)
}

func (s *Source) looksLikeOne(top []named) bool {
	dirs := 0
	for _, e := range top {
		switch n := e.name; {
		case n == ".git" || n == "mkdocs.yml" || n == "mkdocs.yaml":
			return true
		case e.mode.IsRegular() && s.isEntry(n):
			return true
		case e.mode.IsDir() && !strings.HasPrefix(n, "."):
			dirs++
		}
	}
	return dirs == 0
}

func (s *Source) isEntry(p string) bool {
	return slices.ContainsFunc(s.opt.Entries, func(g string) bool {
		ok, err := doublestar.Match(g, p)
		return err == nil && ok
	})
}

// many names each subdirectory; one that holds nothing but directories is an
// owner of repositories, as in owner/name. What was made of them is neither.
func (s *Source) many(top []named) ([]string, error) {
	out := make([]string, 0, len(top))
	for _, e := range top {
		if !e.mode.IsDir() || strings.HasPrefix(e.name, ".") || s.ignored(e.name) {
			continue
		}
		below, owner := s.onlyDirs(e.name)
		if !owner {
			out = append(out, e.name) // an unreadable one becomes a diagnostic when it is fetched
			continue
		}
		for _, name := range below {
			if p := path.Join(e.name, name); !s.ignored(p) && !s.onlyMade(p, maxAboveMade) {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// onlyDirs are the names in a directory that holds nothing but directories, and
// whether it does. It reads no further than it must.
func (s *Source) onlyDirs(dir string) (names []string, only bool) {
	err := s.each(dir, func(name string, mode fs.FileMode) bool {
		switch {
		case !mode.IsDir():
			only = false
		case !strings.HasPrefix(name, "."):
			names, only = append(names, name), true
		default: // of a checkout, or where the portal is being written
			only = s.wrote(path.Join(dir, name))
		}
		return only
	})
	return names, only && err == nil
}

// maxAboveMade is how many directories between a repository's and what was made are
// looked through.
const maxAboveMade = 4

// onlyMade tells whether a directory holds nothing but what was made of a source, or
// directories that do.
func (s *Source) onlyMade(dir string, depth int) bool {
	if s.opt.Wrote == nil || depth == 0 {
		return false
	}
	var names []string
	only := true
	err := s.each(dir, func(name string, mode fs.FileMode) bool {
		names, only = append(names, name), mode.IsDir()
		return only
	})
	return err == nil && only && len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool {
		p := path.Join(dir, name)
		return !s.wrote(p) && !s.onlyMade(p, depth-1)
	})
}

// wroteIn is wrote for the paths of a repository.
func (s *Source) wroteIn(repo string) func(string) bool {
	if s.opt.Wrote == nil {
		return nil
	}
	return func(p string) bool { return s.opt.Wrote(path.Join(repo, p)) }
}

func (s *Source) wrote(p string) bool { return s.opt.Wrote != nil && s.opt.Wrote(p) }

func (s *Source) ignored(p string) bool {
	matches := func(g string) bool {
		ok, err := doublestar.Match(g, p)
		return err == nil && ok
	}
	return slices.ContainsFunc(s.opt.Ignore, matches) || slices.ContainsFunc(s.opt.Made, matches) || s.wrote(p)
}

// Fetch takes the snapshot of a repository that Repos named.
func (s *Source) Fetch(ctx context.Context, r source.Repo, sink diag.Sink) (*repofs.Snapshot, error) {
	snap, err := s.take(ctx, r.Name, sink)
	if errors.As(err, new(*openError)) {
		sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: r.Name}, Severity: diag.Warning, Code: repofs.CodeUnreadable, Message: "cannot open the repository: " + Reason(errors.Unwrap(err))})
		return repofs.Memory(r.Name, s.opt.Entries, nil), nil
	}
	if err != nil {
		return nil, err
	}
	snap.Entries = s.opt.Entries
	return snap, nil
}

// openError tells that a repository cannot be opened.
type openError struct{ err error }

func (e *openError) Error() string { return e.err.Error() }
func (e *openError) Unwrap() error { return e.err }

func (s *Source) take(ctx context.Context, name string, sink diag.Sink) (*repofs.Snapshot, error) {
	s.mu.Lock()
	fsys, top, lent := s.fsys, s.top, s.roots
	s.mu.Unlock()
	switch {
	case fsys == nil:
		return nil, &openError{errors.New("the source has been closed")}
	case top == nil:
		return s.takeFS(ctx, name, fsys, sink)
	case name == oneName:
		return s.takeDir(ctx, name, top, nil, sink)
	}
	lent.renew(name)
	lend := func() (*repofs.Dir, func(), error) { return lent.lend(name) }
	d, done, err := lend()
	if err != nil {
		return nil, &openError{err}
	}
	defer done()
	return s.takeDir(ctx, name, d, lend, sink)
}

func (s *Source) takeDir(ctx context.Context, name string, d *repofs.Dir, lend func() (*repofs.Dir, func(), error), sink diag.Sink) (*repofs.Snapshot, error) {
	snap, err := d.Take(ctx, name, repofs.Options{Ignore: s.ignoredIn(name), Made: s.wroteIn(name), Mark: s.opt.Mark, Named: s.named(name), Lend: lend}, sink)
	if err != nil {
		return nil, err
	}
	s.describe(snap, func(name string) ([]byte, error) { return d.Head(name, maxGitFile) })
	return snap, nil
}

// ignoredIn are the patterns of what is passed over in a repository.
func (s *Source) ignoredIn(repo string) []string {
	if repo != oneName {
		return s.opt.Ignore // another repository's directory may have the name of one that was made
	}
	return append(slices.Clone(s.opt.Ignore), s.opt.Made...)
}

func (s *Source) named(repo string) []string {
	if repo == oneName {
		return s.opt.Named
	}
	return nil
}

func (s *Source) takeFS(ctx context.Context, name string, fsys fs.FS, sink diag.Sink) (*repofs.Snapshot, error) {
	fsys, err := fs.Sub(fsys, name)
	if err != nil {
		return nil, &openError{err}
	}
	snap, err := repofs.TakeFS(ctx, name, fsys, repofs.Options{Ignore: s.opt.Ignore}, sink)
	if err != nil {
		return nil, err
	}
	s.describe(snap, func(name string) ([]byte, error) { return headOf(fsys, name) })
	return snap, nil
}

// describe fills in what git knows of the checkout.
func (s *Source) describe(snap *repofs.Snapshot, head header) {
	g := readGit(head)
	snap.Revision = g.revision
	snap.Branch = s.opt.Branch
	if snap.Branch == "" {
		snap.Branch = g.branch
	}
	snap.WebURL = strings.TrimSuffix(strings.ReplaceAll(s.opt.WebURL, "{name}", snap.Repo), "/")
	if s.opt.WebURL == "" {
		snap.WebURL = g.webURL
	}
	if h := s.history(snap.Repo, g); h != nil {
		snap.History = h
	}
}

// Reason is an error without the path of this machine that it may hold.
func Reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
