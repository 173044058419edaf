package cli

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"callboard/internal/git"
	"callboard/internal/publish"
	"callboard/internal/publish/pages"
	"callboard/internal/secret"
)

// branchTarget takes apart an address such as "git:https://github.com/acme/portal#gh-pages".
func branchTarget(to string) (address, branch string, ok bool) {
	rest, ok := strings.CutPrefix(to, "git:")
	address, branch, _ = strings.Cut(rest, "#")
	return address, cmp.Or(branch, "gh-pages"), ok && address != ""
}

// publishBranch makes the portal the tip of a branch.
func (a *app) publishBranch(ctx context.Context, from publish.Source, most publish.MaxDelete, f publishFlags) (err error) {
	if f.dryRun || f.verify {
		return &usageError{"a branch takes the whole portal: there is nothing to plan or to compare", "leave out --dry-run and --verify"}
	}
	address, branch, _ := branchTarget(f.to)
	where, err := git.ParseAddress(address, true)
	if err != nil {
		return &usageError{"--to: " + err.Error(), "such as git:https://github.com/OWNER/REPOSITORY#gh-pages; credentials are never part of it"}
	}
	tmp, err := os.MkdirTemp("", "callboard-branch-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	r, err := git.OpenRemote(git.RemoteOptions{Address: where, Dir: filepath.Join(tmp, "git"), Search: a.Getenv("PATH"), Getenv: a.Getenv, Token: a.gitToken(where.Host()), MaxBytes: 8 * pages.MaxBytes})
	if err != nil {
		return err
	}
	now, err := a.buildTime()
	if err != nil {
		return err
	}
	a.tellLimits(from)
	commit, err := pages.Branch(ctx, r, from, pages.BranchOptions{Branch: branch, History: f.history, MaxDelete: most, Time: now})
	if err != nil {
		return err
	}
	if commit == "" {
		a.talk("the branch %s is as it should be", branch)
		return nil
	}
	a.talk("published as commit %.12s of the branch %s: %s, %s", commit, branch, count(len(from.Manifest().Files), "file", "files"), size(pages.Size(from)))
	return nil
}

// tellLimits tells what GitHub would not take.
func (a *app) tellLimits(from publish.Source) {
	if bytes := pages.Size(from); bytes > pages.MaxBytes/10*9 {
		a.talk("the portal has %s; GitHub Pages takes %s", size(bytes), size(pages.MaxBytes))
	}
	if path, bytes := pages.Largest(from); bytes > pages.MaxFile {
		a.talk("%s has %s; GitHub takes files of up to %s", printable(path), size(bytes), size(pages.MaxFile))
	}
}

// gitToken is the token for a host: the one that is named for it, or that of a job
// for the host that the job is of, which is sent to no other.
func (a *app) gitToken(host string) secret.String {
	if t := a.Getenv("CALLBOARD_GIT_TOKEN"); t != "" {
		return secret.New(t)
	}
	u, err := url.Parse(cmp.Or(a.Getenv("GITHUB_SERVER_URL"), "https://github.com"))
	if err != nil || host == "" || !strings.EqualFold(u.Host, host) {
		return secret.String{}
	}
	return secret.New(cmp.Or(a.Getenv("GITHUB_TOKEN"), a.input("token")))
}
