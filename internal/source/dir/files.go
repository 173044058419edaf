package dir

import (
	"context"
	"iter"
	"os"
	"path"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/source"
)

// Files is a source of catalog files that the configuration names: paths and
// globs below one directory. They form one repository.
type Files struct {
	name, root string
	opt        Options
	opened     *os.Root
}

// NewFiles makes a source of the files below root that match the patterns
// opt.Entries.
func NewFiles(name, root string, opt Options) *Files {
	return &Files{name: name, root: root, opt: opt}
}

// Name is the name given to NewFiles.
func (f *Files) Name() string { return f.name }

// Repos yields the one repository.
func (f *Files) Repos(context.Context) iter.Seq2[source.Repo, error] {
	return func(yield func(source.Repo, error) bool) { yield(source.Repo{Name: f.name}, nil) }
}

// Fetch takes the snapshot of the directories that the patterns can match.
func (f *Files) Fetch(ctx context.Context, r source.Repo, sink diag.Sink) (*repofs.Snapshot, error) {
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return nil, err
	}
	if f.opened != nil {
		f.opened.Close()
	}
	f.opened = root
	snap, err := repofs.TakeDir(ctx, r.Name, root, repofs.Options{Ignore: f.opt.Ignore, Only: f.reaches}, sink)
	if err != nil {
		return nil, err
	}
	snap.Entries = f.opt.Entries
	return snap, nil
}

// reaches tells whether a pattern can match something below dir: the part of
// the pattern before its first wildcard must lead there, or have led past it.
func (f *Files) reaches(dir string) bool {
	for _, g := range f.opt.Entries {
		fixed := path.Dir(g)
		if i := strings.IndexAny(g, "*?[{"); i >= 0 {
			fixed = path.Dir(g[:i] + "x")
		}
		if fixed == "." || dir == fixed || strings.HasPrefix(fixed, dir+"/") || strings.HasPrefix(dir, fixed+"/") {
			return true
		}
	}
	return false
}

// Close closes what the snapshot reads through.
func (f *Files) Close() error {
	if f.opened == nil {
		return nil
	}
	return f.opened.Close()
}
