// Package git is a list of repositories at any addresses that git can fetch from,
// seen as a source.Host. What it does is git's: one question for the commit, one
// for the trees, one for the contents that are wanted, through internal/git,
// which runs the program and says what is safe about it.
package git

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	program "callboard/internal/git"
	"callboard/internal/par"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/dir"
	"callboard/internal/source/rest"
)

// Options say which repositories are read, and how.
type Options struct {
	// Name is the source's name; "" means "git:" and the host of the first address.
	Name string
	// Repositories are where to fetch from.
	Repositories []Repository
	// AllowFiles allows directories of this machine as addresses.
	AllowFiles bool
	// Username and Token are for addresses of HTTPS. What the username must be
	// depends on the host; most take any.
	Username string
	Token    secret.String
	// Dir is the directory that keeps what was fetched, an absolute path. It may be
	// deleted at any time when no crawl is running.
	Dir string
	// Search is the PATH, and Getenv the environment, of which ssh, TLS and proxies
	// are given what they need.
	Search string
	Getenv func(string) string
	// Timeout bounds one command, MaxBytes what it may fetch; 0 means the bounds of
	// internal/git.
	Timeout  time.Duration
	MaxBytes int64
	// Concurrent is how many addresses are asked for their commit at once; 0 means 4.
	Concurrent int
}

// Repository is an address, and the branch that is read; "" is the branch that the
// host gives when none is asked for.
type Repository struct{ URL, Branch string }

// Host is a list of addresses. It is a source.Host.
type Host struct {
	o     Options
	known []known
}

// known is a repository of the list.
type known struct {
	name    string
	address program.Address
	branch  string

	mu     *sync.Mutex // one git at a time works in the directory
	remote *program.Remote
}

var _ source.Host = (*Host)(nil)

// New makes a host. The error is about options that make no sense.
func New(o Options) (*Host, error) {
	if len(o.Repositories) == 0 {
		return nil, errors.New("git: name at least one address of a repository")
	}
	h := &Host{o: o}
	for _, r := range o.Repositories {
		a, err := program.ParseAddress(r.URL, o.AllowFiles)
		if err != nil {
			return nil, fmt.Errorf("git: %w", err)
		}
		if r.Branch != "" && !program.ValidBranch(r.Branch) {
			return nil, fmt.Errorf("git: %.100q is no name of a branch", r.Branch)
		}
		k := known{name: nameOf(a, false), address: a, branch: r.Branch, mu: new(sync.Mutex)}
		if k.remote, err = o.remote(a, r.Branch); err != nil {
			return nil, fmt.Errorf("git: %w", err)
		}
		h.known = append(h.known, k)
	}
	return h, h.tellApart()
}

func (o Options) remote(a program.Address, branch string) (*program.Remote, error) {
	sum := sha256.Sum256([]byte(a.String() + "\x00" + branch))
	return program.OpenRemote(program.RemoteOptions{
		Address: a, Dir: filepath.Join(o.Dir, hex.EncodeToString(sum[:10])+".git"), Search: o.Search, Getenv: o.Getenv, Username: o.Username, Token: o.Token,
		Timeout: o.Timeout, MaxBytes: o.MaxBytes,
	})
}

// tellApart gives those whose names are the same the host before it, and refuses
// two that are the same.
func (h *Host) tellApart() error {
	count := map[string]int{}
	for _, k := range h.known {
		count[k.name]++
	}
	seen := map[string]bool{}
	for i, k := range h.known {
		if count[k.name] > 1 {
			h.known[i].name = nameOf(k.address, true)
		}
		if name := h.known[i].name; seen[name] {
			return fmt.Errorf("git: %q is listed twice", name)
		}
		seen[h.known[i].name] = true
	}
	return nil
}

// nameOf is the path of an address, such as acme/payments.
func nameOf(a program.Address, host bool) string {
	path := a.String()
	if _, after, ok := strings.Cut(path, "://"); ok {
		_, path, _ = strings.Cut(after, "/")
	} else {
		_, path, _ = strings.Cut(path, ":")
	}
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	if a.Host() == "" { // a directory: its last name is enough
		path = path[strings.LastIndexByte(path, '/')+1:]
		if host {
			path = strings.Trim(strings.TrimPrefix(a.String(), "file://"), "/")
		}
	} else if host {
		path = a.Host() + "/" + path
	}
	return path
}

// Name is the name of the source, such as "git:git.example.com".
func (h *Host) Name() string {
	if h.o.Name != "" {
		return h.o.Name
	}
	return "git:" + cmp.Or(h.known[0].address.Host(), h.known[0].name)
}

// Repos yields the repositories of the list. Each is asked for its commit; one
// that does not answer is listed without, as nobody said that it is gone.
func (h *Host) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	return par.Map(ctx, cmp.Or(h.o.Concurrent, 4), slices.Values(h.known), func(ctx context.Context, k known) (source.Repo, error) {
		r, err := h.tip(ctx, k)
		if err != nil {
			r = k.repo()
		}
		return r, ctx.Err()
	})
}

// repo is what is known of a repository without asking.
func (k known) repo() source.Repo {
	return source.Repo{Name: k.name, ID: k.address.String(), Branch: k.branch, WebURL: dir.WebURL(k.address.String()), CloneURL: k.address.String()}
}

// tip asks for the commit of a repository.
func (h *Host) tip(ctx context.Context, k known) (source.Repo, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.repo()
	var err error
	r.Branch, r.Revision, err = k.remote.Tip(ctx, k.branch)
	return r, fault(ctx, k, "find "+k.name, err)
}

// find is the entry of a repository in the list.
func (h *Host) find(r source.Repo, what string) (known, error) {
	for _, k := range h.known {
		if r.ID == k.address.String() && (r.Name == "" || r.Name == k.name) || r.ID == "" && r.Name == k.name {
			return k, nil
		}
	}
	return known{}, &source.Fault{Kind: source.Gone, Host: h.Name(), What: what, Err: errors.New("it is not in the list")}
}

// Find tells the present state of a repository.
func (h *Host) Find(ctx context.Context, r source.Repo) (source.Repo, error) {
	k, err := h.find(r, "find "+source.Clip(r.Name))
	if err != nil {
		return source.Repo{}, err
	}
	out, err := h.tip(ctx, k)
	if err != nil {
		return source.Repo{}, err
	}
	return out, nil
}

// Tree fetches the commit at the tip of the branch and lists its files. If the
// branch has moved on since r.Revision was told, the tree is that of the later
// commit. Sizes of contents that are not here are not known.
func (h *Host) Tree(ctx context.Context, r source.Repo) (source.Tree, error) {
	what := "list files of " + source.Clip(r.Name)
	k, err := h.find(r, what)
	if err != nil {
		return source.Tree{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	known := r.Revision
	if known == "" { // its length tells which kind of names the repository uses
		if _, known, err = k.remote.Tip(ctx, k.branch); err != nil {
			return source.Tree{}, fault(ctx, k, what, err)
		}
	}
	commit, err := k.remote.Fetch(ctx, k.branch, known)
	if err != nil {
		return source.Tree{}, fault(ctx, k, what, err)
	}
	entries, err := k.remote.List(ctx, commit)
	if err != nil {
		return source.Tree{}, fault(ctx, k, what, err)
	}
	return treeOf(commit, entries), nil
}

func treeOf(commit string, entries []program.Entry) source.Tree {
	t := source.Tree{Revision: commit}
	for _, e := range entries {
		if len(t.Entries) == rest.MaxEntries {
			t.Truncated = true
			break
		}
		if kind, ok := rest.KindOfMode(e.Mode); ok {
			t.Entries = append(t.Entries, source.Entry{Path: e.Path, Kind: kind, Blob: e.Sum, Size: -1})
		}
	}
	return t
}

// Read reads files of the commit that Tree fetched last. Those that are not here
// are fetched with one request. The same repository must not be asked for
// anything else before the sequence has ended.
func (h *Host) Read(ctx context.Context, r source.Repo, files []source.Entry) iter.Seq2[[]byte, error] {
	what := "read files of " + source.Clip(r.Name)
	return func(yield func([]byte, error) bool) {
		k, err := h.find(r, what)
		if err != nil {
			yield(nil, err)
			return
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		sums := make([]string, len(files))
		for i, f := range files {
			sums[i] = f.Blob
		}
		for b, err := range k.remote.Contents(ctx, sums, rest.MaxBlob) {
			if err != nil {
				yield(nil, fault(ctx, k, what, err))
				return
			}
			if !yield(b, nil) {
				return
			}
		}
	}
}

// Archive is not to be had: contents come in one stream anyhow, and only those
// that are wanted.
func (h *Host) Archive(context.Context, source.Repo) (io.ReadCloser, error) {
	return nil, errors.ErrUnsupported
}

// kinds are what errors of internal/git are to a crawl.
var kinds = []struct {
	err  error
	kind source.FaultKind
}{
	{program.ErrGone, source.Gone}, {program.ErrNoBranch, source.Gone}, {program.ErrEmpty, source.Empty}, {program.ErrDenied, source.Denied}, {program.ErrLimited, source.Limited},
	{program.ErrUnreachable, source.Unreachable}, {program.ErrMoved, source.Broken}, {program.ErrTooLarge, source.Unsupported}, {program.ErrBroken, source.Broken},
}

// fault is an error as a fault, unless it is that of the context or of this
// machine.
func fault(ctx context.Context, k known, what string, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	for _, c := range kinds {
		if errors.Is(err, c.err) {
			return &source.Fault{Kind: c.kind, Host: cmp.Or(k.address.Host(), "git"), What: what, Err: err}
		}
	}
	return fmt.Errorf("%s: %w", what, err)
}
