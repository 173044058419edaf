package github

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"callboard/internal/polite/politetest"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/github/githubtest"
)

const token = "ghp_markedtoken0123456789"

// A world is a server with its time, and how to make hosts of it.
type world struct {
	*githubtest.Server
	t     *testing.T
	clock *politetest.Clock
}

// newWorld starts a server. Exchanges are judged by the full descriptions where
// the environment names them, and by the reduced ones always otherwise.
func newWorld(t *testing.T, o githubtest.Options) *world {
	t.Helper()
	o.Full, o.GraphQLSchema = os.Getenv("CALLBOARD_GITHUB_OPENAPI"), os.Getenv("CALLBOARD_GITHUB_SCHEMA")
	w := &world{t: t, clock: politetest.NewClock()}
	o.Clock = w.clock
	if o.AppKey == nil {
		o.Tokens = append(o.Tokens, token)
	}
	w.Server = githubtest.New(t, o)
	return w
}

// host is a host of the organisation acme, changed by f.
func (w *world) host(f ...func(*Options)) *Host {
	w.t.Helper()
	o := Options{Organization: "acme", API: w.URL, Token: secret.New(token)}
	o.HTTP.Clock = w.clock
	for _, g := range f {
		g(&o)
	}
	h, err := New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

// repo adds a repository of acme with a catalog file.
func (w *world) repo(name string, f ...func(*githubtest.Repo)) *githubtest.Repo {
	r := &githubtest.Repo{Owner: "acme", Name: name}
	r.Content = githubtest.NewFiles("main", fstest.MapFS{
		"catalog-info.yaml":   {Data: []byte("kind: Component # " + name + "\n")},
		"docs/index.md":       {Data: []byte("# Zürich\n")},
		"docs/a/b/c/d/e/f.md": {Data: []byte("deep\n")},
		"run.sh":              {Data: []byte("#!/bin/sh\n"), Mode: 0o755},
	}, "")
	for _, g := range f {
		g(r)
	}
	return w.Add(r)
}

// list is what a host lists, and why it ended.
func list(h source.Host) (out []source.Repo, err error) {
	for r, e := range h.Repos(context.Background()) {
		if e != nil {
			return out, e
		}
		out = append(out, r)
	}
	return out, nil
}

func names(rs []source.Repo) string {
	var out []string
	for _, r := range rs {
		out = append(out, strings.TrimPrefix(r.Name, "acme/"))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// one is the repository of a host with a name.
func (w *world) one(h *Host, name string) source.Repo {
	w.t.Helper()
	rs, err := list(h)
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(rs, func(r source.Repo) bool { return r.Name == "acme/"+name })
	if i < 0 {
		w.t.Fatalf("no %s among %s", name, names(rs))
	}
	return rs[i]
}

// rest is for hosts without GraphQL.
func rest(o *Options) { o.REST = true }

func kind(t *testing.T, err error, want source.FaultKind) *source.Fault {
	t.Helper()
	f, ok := errors.AsType[*source.Fault](err)
	if !ok || f.Kind != want {
		t.Fatalf("the error is %v, want a fault of kind %s", err, want)
	}
	if strings.Contains(err.Error(), token) {
		t.Errorf("%v shows the token", err)
	}
	return f
}
