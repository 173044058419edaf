// Package git asks the program git what a checkout was at an earlier commit, and
// what a repository elsewhere holds. It is the only package that runs a program
// of its own accord, and it does so in a way in which no file of a repository,
// and no configuration in it, runs another: only commands that read and fetch
// objects are used, never one that looks at a working directory, since that would
// run the filters, hooks and monitors that a configuration names; the environment
// is emptied; protocols are those that the caller allows, none for a checkout;
// time and output are bounded.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"callboard/internal/lazyregexp"
)

// Limits of what is asked.
const (
	timeout   = 60 * time.Second // of one command
	maxOutput = 256 << 20        // bytes of a listing
)

// Checkout is a directory that git has checked out.
type Checkout struct {
	top, program string
	env          []string
}

// Open makes a Checkout of the directory at top, which holds .git. search is the
// PATH in which git is looked for.
func Open(top, search string) (*Checkout, error) {
	program, err := find(search)
	if err != nil {
		return nil, err
	}
	return &Checkout{top: top, program: program, env: []string{
		"PATH=" + search, "LC_ALL=C", "HOME=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0",
		"GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_ALLOW_PROTOCOL=none", "GIT_CEILING_DIRECTORIES=" + filepath.Dir(top),
	}}, nil
}

// find looks for git in the absolute directories of a PATH.
func find(search string) (string, error) {
	for _, dir := range filepath.SplitList(search) {
		if !filepath.IsAbs(dir) {
			continue
		}
		for _, name := range []string{"git", "git.exe"} {
			p := filepath.Join(dir, name)
			if st, err := os.Stat(p); err == nil && st.Mode().IsRegular() && (st.Mode()&0o111 != 0 || strings.HasSuffix(name, ".exe")) {
				return p, nil
			}
		}
	}
	return "", errors.New("there is no git here, which is needed to look at an earlier commit")
}

// command is git with arguments. The settings are those through which reading an
// object could come to run something or to ask another machine. That the
// directory may belong to somebody else does not matter to it, as nothing in it
// is obeyed.
func (c *Checkout) command(ctx context.Context, args ...string) *exec.Cmd {
	settings := []string{"--no-pager", "--literal-pathspecs"}
	for _, s := range []string{"safe.directory=" + c.top, "core.fsmonitor=false", "core.hooksPath=" + os.DevNull, "core.attributesFile=" + os.DevNull,
		"core.alternateRefsCommand=", "core.sshCommand=false", "core.gitProxy=", "credential.helper=", "protocol.allow=never", "core.commitGraph=false"} {
		settings = append(settings, "-c", s)
	}
	cmd := exec.CommandContext(ctx, c.program, append(settings, args...)...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = c.top, c.env, time.Second
	return cmd
}

// output runs git and returns what it prints.
func (c *Checkout) output(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := c.command(ctx, args...)
	var out, complaint limited
	out.left, complaint.left = maxOutput, 4<<10
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("git %s: %w", args[0], ctx.Err())
		}
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(complaint.String()))
	}
	if out.cut {
		return nil, fmt.Errorf("git %s: its output is larger than %d bytes", args[0], maxOutput)
	}
	return out.Bytes(), nil
}

// limited is a buffer that takes so many bytes and forgets the rest.
type limited struct {
	bytes.Buffer
	left int
	cut  bool
}

func (l *limited) Write(b []byte) (int, error) {
	keep := b[:min(len(b), l.left)]
	l.left -= len(keep)
	l.cut = l.cut || len(keep) < len(b)
	if _, err := l.Buffer.Write(keep); err != nil {
		return 0, err
	}
	return len(b), nil
}

// ErrNoBase is wrapped by errors about commits that are not here, as in a shallow
// clone.
var ErrNoBase = errors.New("the commit is not in this clone")

var sum = lazyregexp.New(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)

// MergeBase is the commit from which HEAD and the revision rev went their ways:
// that which a pull request against rev is compared with. The error wraps
// ErrNoBase if it cannot be told.
func (c *Checkout) MergeBase(ctx context.Context, rev string) (string, error) {
	if rev == "" || strings.HasPrefix(rev, "-") || strings.ContainsAny(rev, "\x00\n") {
		return "", fmt.Errorf("%w: %q is no revision", ErrNoBase, rev)
	}
	at, err := c.commit(ctx, rev)
	if err != nil {
		return "", err
	}
	head, err := c.commit(ctx, "HEAD")
	if err != nil {
		return "", err
	}
	out, err := c.output(ctx, "merge-base", at, head)
	base := strings.TrimSpace(string(out))
	if err != nil || !sum.MatchString(base) {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("%w: it has nothing from which %q and HEAD both come", ErrNoBase, rev)
	}
	return base, nil
}

func (c *Checkout) commit(ctx context.Context, rev string) (string, error) {
	out, err := c.output(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	at := strings.TrimSpace(string(out))
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil || !sum.MatchString(at):
		return "", fmt.Errorf("%w: there is no revision %q", ErrNoBase, rev)
	}
	return at, nil
}

// discard reads what is left of r.
func discard(r io.Reader, n int64) error {
	_, err := io.CopyN(io.Discard, r, n)
	return err
}
