package pages

import (
	"context"
	"fmt"
	"iter"
	"time"

	"callboard/internal/git"
	"callboard/internal/output"
	"callboard/internal/publish"
)

// MaxFile is how large a file of a repository at GitHub may be
// (https://docs.github.com/en/repositories/working-with-files/managing-large-files/about-large-files-on-github).
const MaxFile = 100 << 20

// noJekyll tells GitHub Pages that the files are to be served as they are.
const noJekyll = ".nojekyll"

// BranchOptions say how a portal becomes a branch.
type BranchOptions struct {
	Branch string
	// History keeps the commits that were there; without, the branch has one.
	History   bool
	MaxDelete publish.MaxDelete
	Time      time.Time
}

// Branch makes a portal the tip of a branch, for hosts that serve one: GitHub Pages
// and others. It returns the commit, or "" if the branch is as it should be.
func Branch(ctx context.Context, r *git.Remote, s publish.Source, o BranchOptions) (string, error) {
	raw, err := publish.EncodeManifest(s.Manifest())
	if err != nil {
		return "", err
	}
	commit, err := r.Push(ctx, git.NewCommit{
		Branch: o.Branch, Message: "callboard publish", Time: o.Time, Append: o.History, Files: branchFiles(ctx, s, raw),
		Check: func(paths []string) error { return o.MaxDelete.Check(entries(paths), s.Manifest().Files) },
	})
	if err != nil {
		return "", fmt.Errorf("publish to the branch %s: %w", o.Branch, err)
	}
	return commit, nil
}

func branchFiles(ctx context.Context, s publish.Source, manifest []byte) iter.Seq[git.NewFile] {
	return func(yield func(git.NewFile) bool) {
		constant := func(name string, b []byte) git.NewFile {
			return git.NewFile{Path: name, Read: func() ([]byte, error) { return b, nil }}
		}
		if !yield(constant(noJekyll, nil)) || !yield(constant(publish.ManifestKey, manifest)) {
			return
		}
		for _, e := range s.Manifest().Files {
			if e.Path == noJekyll {
				continue
			}
			if !yield(git.NewFile{Path: e.Path, Read: func() ([]byte, error) { return publish.ReadFile(ctx, s, e) }}) {
				return
			}
		}
	}
}

// entries are the files of a branch, as far as a portal may have them.
func entries(paths []string) (out []output.Entry) {
	for _, p := range paths {
		if p != noJekyll && p != publish.ManifestKey {
			out = append(out, output.Entry{Path: p})
		}
	}
	return out
}

// Largest is the largest file of a portal.
func Largest(s publish.Source) (path string, bytes int64) {
	for _, e := range s.Manifest().Files {
		if e.Size > bytes {
			path, bytes = e.Path, e.Size
		}
	}
	return path, bytes
}
