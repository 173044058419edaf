package cli

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"

	"callboard/internal/publish"
	"callboard/internal/publish/azblob"
	"callboard/internal/publish/dir"
	"callboard/internal/publish/gcs"
	"callboard/internal/publish/s3"
	"callboard/internal/publish/sftp"
	"callboard/internal/secret"
)

// defaultRequests is how many requests to a store run at once. They wait for the
// network, so it is more than there are cores.
const defaultRequests = 32

// requests is how many requests to a store run at once.
func (a *app) requests() int {
	if a.flags.jobs > 0 {
		return a.flags.jobs
	}
	return defaultRequests
}

// stores are the addresses of stores, for people.
const stores = "a directory, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, azblob://ACCOUNT/CONTAINER/PREFIX, sftp://USER@HOST/DIRECTORY"

// openStore opens what an address of the command line names, and returns what
// closes it. Requests that fail for a moment are sent again.
func (a *app) openStore(ctx context.Context, address string) (publish.Store, func() error, error) {
	s, closing, err := a.openBare(ctx, address)
	if err != nil {
		return nil, nil, err
	}
	return publish.Patient(s, publish.Usual(rand.Float64)), closing, nil
}

func (a *app) openBare(ctx context.Context, address string) (publish.Store, func() error, error) {
	scheme, _, isURL := strings.Cut(address, "://")
	if !isURL {
		return openDirectory(a.path(address))
	}
	u, err := url.Parse(address)
	if err != nil || u.User != nil && (scheme != "sftp" || hasPassword(u)) {
		return nil, nil, &usageError{"the address of the store is not one", "such as s3://BUCKET/PREFIX; credentials are never part of it"}
	}
	nothing := func() error { return nil }
	switch scheme {
	case "file":
		return openDirectory(filepath.FromSlash(u.Path))
	case "s3":
		s, err := s3.Open(ctx, u, a.requests(), a.Now)
		return s, nothing, err
	case "gs":
		s, err := gcs.Open(ctx, u, gcs.Options{Jobs: a.requests(), Emulator: a.Getenv("STORAGE_EMULATOR_HOST")})
		return s, nothing, err
	case "sftp":
		s, err := sftp.Open(ctx, a.sftpOptions(u))
		if err != nil {
			return nil, nil, err
		}
		return s, s.Close, nil
	case "azblob":
		s, err := azblob.Open(u, secret.New(a.Getenv("AZURE_STORAGE_KEY")))
		return s, nothing, err
	}
	return nil, nil, &usageError{"there is no way to publish to " + quote(scheme+"://"), stores + ", git:REPOSITORY#BRANCH, github-pages:FILE or gitlab-pages:DIR"}
}

func hasPassword(u *url.URL) bool {
	_, has := u.User.Password()
	return has
}

// sftpOptions are those that an address comes to: whom to sign in as, with a key of
// an agent or of a file, and the machines that are known.
func (a *app) sftpOptions(u *url.URL) sftp.Options {
	q := u.Query()
	o := sftp.Options{Host: u.Host, User: cmp.Or(u.User.Username(), a.Getenv("USER")), Dir: u.Path, Agent: a.Getenv("SSH_AUTH_SOCK"),
		KnownHosts: filepath.Join(a.Getenv("HOME"), ".ssh", "known_hosts"), Now: a.Now}
	if file := q.Get("known-hosts"); file != "" {
		o.KnownHosts = a.path(file)
	}
	if file := q.Get("key"); file != "" {
		o.Key = a.path(file)
	}
	return o
}

func openDirectory(path string) (publish.Store, func() error, error) {
	s, err := dir.Open(path)
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

// holder names this run of the program in the lease of a store: what helps people
// to find it, and something that no other run has.
func (a *app) holder(random string) string {
	name := "callboard"
	for _, v := range []string{"GITHUB_RUN_ID", "CI_JOB_ID", "BUILD_ID", "HOSTNAME"} {
		if x := a.Getenv(v); x != "" {
			name += " " + strings.ToLower(v) + "=" + x
			break
		}
	}
	return name + " " + random
}

// overlap tells that a directory is in another or is it.
func overlap(a, b string) bool {
	in := func(x, y string) bool {
		rel, err := filepath.Rel(x, y)
		return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	}
	return in(a, b) || in(b, a)
}

// checkApart refuses to publish a directory into itself.
func (a *app) checkApart(from, to string) error {
	if _, _, ok := branchTarget(to); ok {
		return nil
	}
	if _, path, ok := pagesHost(to); ok {
		to = path
	}
	if strings.Contains(to, "://") || !overlap(a.path(from), a.path(to)) {
		return nil
	}
	return &usageError{"--to is in --from, or the other way round", "publish to another directory"}
}
