package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
)

// ErrOvertaken tells that somebody else has pushed to the branch meanwhile.
var ErrOvertaken = errors.New("somebody else has pushed to the branch meanwhile")

// next is the name in our repository for the commit that is made.
const next = "refs/callboard/next"

// NewFile is a file of a commit that is made.
type NewFile struct {
	Path string
	Read func() ([]byte, error)
}

// NewCommit is a commit of nothing but the files that are given.
type NewCommit struct {
	Branch, Message string
	Time            time.Time
	// Append puts it after the commit at the tip of the branch; otherwise it has no
	// parent, and what was there before is forgotten by the host in time.
	Append bool
	Files  iter.Seq[NewFile]
	// Check, if not nil, is told which files are at the tip now, before anything is
	// made. Its error ends the push.
	Check func(paths []string) error
}

// Push makes a commit the tip of a branch, and the branch if it is not there. Files
// that the tip has are not sent again. It changes nothing if the tip has just these
// files, and returns "" then, or else the commit. Nobody's work is lost: the host
// takes the commit only if the tip is what it was when Push looked, or else the
// error is ErrOvertaken.
func (r *Remote) Push(ctx context.Context, c NewCommit) (commit string, err error) {
	if !ValidBranch(c.Branch) {
		return "", fmt.Errorf("%w: %.100q is no name of a branch", ErrNoBranch, c.Branch)
	}
	was, err := r.basis(ctx, c)
	if err != nil {
		return "", err
	}
	if err := r.importFiles(ctx, c, was); err != nil {
		return "", err
	}
	commit, err = r.parse(ctx, next+"^{commit}")
	if err != nil {
		return "", err
	}
	if same, err := r.sameTree(ctx, was); err != nil || same {
		return "", err
	}
	return commit, r.send(ctx, c, was)
}

// basis fetches the tip of the branch, "" if there is none.
func (r *Remote) basis(ctx context.Context, c NewCommit) (string, error) {
	_, was, err := r.Tip(ctx, c.Branch)
	if errors.Is(err, ErrNoBranch) || errors.Is(err, ErrEmpty) {
		return "", r.renew(ctx, "")
	}
	if err == nil {
		// Git finds out what a commit without a parent has in common with the tip only
		// if it has all of that.
		ways := [][]string{{"--depth=1"}, nil}
		if c.Append {
			ways = append([][]string{{"--depth=1", "--filter=blob:none"}}, ways...)
		}
		was, err = r.fetch(ctx, c.Branch, was, ways)
	}
	if err != nil || c.Check == nil {
		return was, err
	}
	entries, err := r.List(ctx, was)
	if err != nil {
		return "", err
	}
	paths := make([]string, len(entries))
	for i, e := range entries {
		paths[i] = e.Path
	}
	return was, c.Check(paths)
}

// importFiles makes the commit by git fast-import, which reads the files one after
// the other.
func (r *Remote) importFiles(ctx context.Context, c NewCommit, was string) error {
	in, out := io.Pipe()
	written := make(chan error, 1)
	go func() { // ends when all is written, or when git reads no more
		w := bufio.NewWriterSize(out, 1<<16)
		err := c.stream(w, was)
		err = errors.Join(err, w.Flush())
		out.CloseWithError(err)
		written <- err
	}()
	_, _, err := r.run(ctx, job{args: []string{"fast-import", "--quiet", "--done", "--date-format=raw"}, from: in})
	in.CloseWithError(errors.New("git reads no more"))
	if werr := <-written; werr != nil && (err == nil || ctx.Err() == nil) {
		return werr
	}
	return err
}

// stream writes the commit in the form of git-fast-import(1).
func (c NewCommit) stream(w *bufio.Writer, was string) error {
	var changes bytes.Buffer
	mark := 0
	for f := range c.Files {
		if err := importable(f.Path); err != nil {
			return err
		}
		b, err := f.Read()
		if err != nil {
			return err
		}
		mark++
		fmt.Fprintf(w, "blob\nmark :%d\ndata %d\n", mark, len(b))
		if _, err := w.Write(b); err != nil {
			return err
		}
		fmt.Fprintf(&changes, "M 100644 :%d %s\n", mark, f.Path)
		if err := w.WriteByte('\n'); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "commit %s\ncommitter callboard <callboard@localhost> %d +0000\ndata %d\n%s\n", next, c.Time.Unix(), len(c.Message), c.Message)
	if c.Append && was != "" {
		fmt.Fprintf(w, "from %s\n", was)
	}
	_, err := fmt.Fprintf(w, "deleteall\n%s\ndone\n", &changes)
	return err
}

// importable tells whether a path can be one in a repository, and be written as it
// is.
func importable(path string) error {
	if path == "" || strings.ContainsAny(path, "\n\x00\"\\") {
		return fmt.Errorf("git: %.100q cannot be a path", path)
	}
	for seg := range strings.SplitSeq(path, "/") {
		if seg == "" || seg == "." || seg == ".." || strings.EqualFold(seg, ".git") {
			return fmt.Errorf("git: %.100q cannot be a path of a repository", path)
		}
	}
	return nil
}

// parse is the name of an object.
func (r *Remote) parse(ctx context.Context, rev string) (string, error) {
	out, _, err := r.run(ctx, job{args: []string{"rev-parse", "--verify", "--quiet", rev}})
	return strings.TrimSpace(string(out)), err
}

func (r *Remote) sameTree(ctx context.Context, was string) (bool, error) {
	if was == "" {
		return false, nil
	}
	a, err := r.parse(ctx, next+"^{tree}")
	if err != nil {
		return false, err
	}
	b, err := r.parse(ctx, was+"^{tree}")
	return a == b, err
}

// send pushes the commit on condition that the tip is what it was.
func (r *Remote) send(ctx context.Context, c NewCommit, was string) error {
	ref, thin := "refs/heads/"+c.Branch, "--thin"
	if c.Append {
		thin = "--no-thin" // what differences could be told from is not here
	}
	_, said, err := r.run(ctx, job{asks: true, args: []string{"push", "--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed", thin,
		"--receive-pack=git-receive-pack", "--force-with-lease=" + ref + ":" + was, "origin", next + ":" + ref}})
	if err != nil && (strings.Contains(said, "stale info") || strings.Contains(said, "fetch first") || strings.Contains(said, "cannot lock ref")) {
		return ErrOvertaken
	}
	return err
}
