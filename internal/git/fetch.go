package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// tip is the name in our repository for the commit that is kept.
const tip = "refs/callboard/tip"

// uploadPack is the program at the other end, which a configuration may name too.
const uploadPack = "--upload-pack=git-upload-pack"

// Tip asks for the commit at the tip of a branch, "" meaning the branch that the
// host calls HEAD, and for the name of that. Nothing is fetched.
func (r *Remote) Tip(ctx context.Context, branch string) (name, commit string, err error) {
	want := "HEAD"
	if branch != "" {
		if !ValidBranch(branch) {
			return "", "", fmt.Errorf("%w: %.100q is no name of a branch", ErrNoBranch, branch)
		}
		want = "refs/heads/" + branch
	}
	out, err := r.ask(ctx, "ls-remote", uploadPack, "--symref", "--quiet", "origin", want)
	if err != nil {
		return "", "", err
	}
	name = branch
	for line := range strings.Lines(string(out)) {
		what, ref, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if to, ok := strings.CutPrefix(what, "ref: refs/heads/"); ok && ref == want && branch == "" && ValidBranch(to) {
			name = to
		} else if ref == want && sum.MatchString(what) {
			commit = what
		}
	}
	switch {
	case commit != "":
		return name, commit, nil
	case branch == "":
		return "", "", r.empty(ctx)
	}
	return "", "", r.noBranch(ctx)
}

// empty is that the repository has no commit, if it is git that says so: to git,
// which also reads servers of files, any page of one line without a reference is
// a repository without any.
func (r *Remote) empty(ctx context.Context) error {
	if r.o.Address.protocol == "https" || r.o.Address.protocol == "http" {
		_, said, err := r.run(ctx, job{args: []string{"ls-remote", uploadPack, "--quiet", "origin", "HEAD"}, asks: true, env: []string{"GIT_TRACE_PACKET=1"}})
		if err != nil {
			return err
		}
		if !strings.Contains(said, "git< ") && !strings.Contains(said, "ls-remote< ") {
			return fmt.Errorf("%w: it is not git that answers", ErrBroken)
		}
	}
	return ErrEmpty
}

// noBranch tells a repository without the branch from one without any.
func (r *Remote) noBranch(ctx context.Context) error {
	out, _, err := r.run(ctx, job{args: []string{"ls-remote", uploadPack, "--quiet", "--heads", "origin"}, asks: true, most: maxOutput})
	switch {
	case err != nil:
		return err
	case len(out) == 0:
		return r.empty(ctx)
	}
	return ErrNoBranch
}

// Fetch fetches the commit at the tip of a branch, without the contents of files
// where the host can leave them out, and without history where it can leave that
// out. It returns the commit, which may be a later one than Tip told. known is
// what Tip told; if it is here already, nothing is asked.
func (r *Remote) Fetch(ctx context.Context, branch, known string) (commit string, err error) {
	if at, err := r.kept(ctx); err == nil && at != "" && at == known {
		return at, nil
	}
	return r.fetch(ctx, branch, known, [][]string{{"--depth=1", "--filter=blob:none"}, {"--depth=1"}, nil})
}

// fetch fetches in the first of several ways that the host is able to answer.
func (r *Remote) fetch(ctx context.Context, branch, known string, ways [][]string) (commit string, err error) {
	if branch != "" && !ValidBranch(branch) {
		return "", fmt.Errorf("%w: %.100q is no name of a branch", ErrNoBranch, branch)
	}
	from := "HEAD"
	if branch != "" {
		from = "refs/heads/" + branch
	}
	for i, how := range ways {
		if err = r.renew(ctx, known); err != nil {
			return "", err
		}
		args := append([]string{"fetch", uploadPack, "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance"}, how...)
		_, err = r.ask(ctx, append(args, "origin", "+"+from+":"+tip)...)
		if err == nil || i == len(ways)-1 || !unable(err) {
			break
		}
	}
	if err != nil {
		return "", err
	}
	return r.kept(ctx)
}

// unable tells that a host may answer a simpler question: those that serve files
// alone know no shallow copies, and old ones no filters.
func unable(err error) bool {
	if !errors.Is(err, ErrBroken) && !errors.Is(err, ErrUnreachable) {
		return false
	}
	said := err.Error()
	return strings.Contains(said, "shallow") || strings.Contains(said, "filter") || strings.Contains(said, "not support")
}

// kept is the commit that is here, "" if there is none.
func (r *Remote) kept(ctx context.Context) (string, error) {
	if _, err := os.Stat(filepath.Join(r.o.Dir, "HEAD")); err != nil || !r.begun {
		return "", nil //nolint:nilerr // nothing here yet
	}
	out, _, err := r.run(ctx, job{args: []string{"rev-parse", "--verify", "--quiet", tip + "^{commit}"}})
	at := strings.TrimSpace(string(out))
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil || !sum.MatchString(at) {
		return "", nil //nolint:nilerr // damaged, and made anew
	}
	return at, nil
}

// renew makes the repository in the directory anew, with names of the kind that
// the host has.
func (r *Remote) renew(ctx context.Context, known string) error {
	r.begun = false
	format := "sha1"
	if len(known) == 64 {
		format = "sha256"
	}
	_, _, err := r.run(ctx, job{args: []string{"init", "--quiet", "--bare", "--template=", "--object-format=" + format, "."}})
	return err
}

// Entry is an entry of a tree as git lists it.
type Entry struct {
	Path, Mode, Type, Sum string
}

// List lists the entries of the kept commit that are no directories. The error
// wraps ErrTooLarge if the list has more than maxOutput bytes.
func (r *Remote) List(ctx context.Context, commit string) ([]Entry, error) {
	if !sum.MatchString(commit) {
		return nil, fmt.Errorf("%w: a commit without a name", ErrBroken)
	}
	out, _, err := r.run(ctx, job{args: []string{"ls-tree", "-r", "-z", "--full-tree", commit}, most: maxOutput})
	if err != nil {
		return nil, err
	}
	var es []Entry
	for line := range strings.SplitSeq(string(out), "\x00") {
		about, name, ok := strings.Cut(line, "\t")
		f := strings.Fields(about)
		if ok && len(f) == 3 {
			es = append(es, Entry{Path: name, Mode: f[0], Type: f[1], Sum: f[2]})
		}
	}
	return es, nil
}

// Contents yields the contents of files by their names, in their order. Those
// that are not here are fetched first, all at once. One of more than most bytes
// ends the sequence with an error that wraps ErrTooLarge.
func (r *Remote) Contents(ctx context.Context, sums []string, most int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, s := range sums {
			if !sum.MatchString(s) {
				yield(nil, fmt.Errorf("%w: a content without a name", ErrBroken))
				return
			}
		}
		if len(sums) == 0 {
			return
		}
		if err := r.complete(ctx, sums); err != nil {
			yield(nil, err)
			return
		}
		r.cat(ctx, sums, most, yield)
	}
}

// complete fetches the contents that are not here.
func (r *Remote) complete(ctx context.Context, sums []string) error {
	out, _, err := r.run(ctx, job{args: []string{"rev-list", "--objects", "--no-object-names", "--missing=print", "--max-count=1", tip}, most: maxOutput})
	if err != nil {
		return err
	}
	missing := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		if s, ok := strings.CutPrefix(strings.TrimSpace(line), "?"); ok {
			missing[s] = true
		}
	}
	var want strings.Builder
	for _, s := range sums {
		if missing[s] {
			delete(missing, s)
			want.WriteString(s + "\n")
		}
	}
	if want.Len() == 0 {
		return nil
	}
	_, _, err = r.run(ctx, job{asks: true, input: want.String(), args: []string{"fetch", uploadPack, "--quiet", "--no-tags", "--no-write-fetch-head",
		"--no-recurse-submodules", "--no-auto-maintenance", "--filter=blob:none", "--stdin", "origin"}})
	return err
}

// cat reads contents from one git.
func (r *Remote) cat(ctx context.Context, sums []string, most int64, yield func([]byte, error) bool) {
	within, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	cmd := r.command(within, "cat-file", "--batch")
	cmd.Stdin = strings.NewReader(strings.Join(sums, "\n") + "\n")
	pipe, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		yield(nil, fmt.Errorf("git cat-file: %w", err))
		return
	}
	defer func() {
		cancel()
		_ = cmd.Wait() // ended by us, or at its end
	}()
	out := bufio.NewReader(pipe)
	for _, s := range sums {
		b, err := one(out, s, most)
		if err != nil && ctx.Err() != nil {
			err = ctx.Err()
		}
		if !yield(b, err) || err != nil {
			return
		}
	}
}

// one reads one content: its name, type and size in a line, then its bytes and a
// line end.
func one(out *bufio.Reader, name string, most int64) ([]byte, error) {
	head, err := out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	f := strings.Fields(head)
	if len(f) != 3 || f[0] != name || f[1] != "blob" {
		return nil, fmt.Errorf("%w: the host does not give out %s", ErrBroken, name)
	}
	size, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil || size < 0 {
		return nil, fmt.Errorf("git cat-file: %q", head)
	}
	if size > most {
		return nil, fmt.Errorf("%w: a file of %d bytes", ErrTooLarge, size)
	}
	b := make([]byte, size+1)
	if _, err := io.ReadFull(out, b); err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	return b[:size], nil
}
