package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-github/v60/github"

	"callboard/internal/facts"
	"callboard/internal/source"
)

// Installations is all organisations that an App is installed in, as one host. Each
// is asked with a token of its own, and pays from an allowance of its own. Like
// Backstage's provider, it passes over accounts of users.
//
// It is a source.Host, Batcher, Payer, Enricher and Directory.
type Installations struct {
	o      Options
	accept []string // patterns of logins, in lower case
	app    *appTokens
	at     addresses

	mu sync.Mutex
	of map[string]*installation // by logins in lower case; nil until they are known
}

// installation is an organisation that the app is installed in.
type installation struct {
	*Host
	id    int64
	fault error // why it is not asked, nil if it is
}

var (
	_ source.Batcher   = (*Installations)(nil)
	_ source.Payer     = (*Installations)(nil)
	_ source.Enricher  = (*Installations)(nil)
	_ source.Directory = (*Installations)(nil)
)

// NewInstallations makes a host of the organisations that match one of the patterns,
// as path.Match has them. Options name an App without an installation, and no owner.
// The error is about options that make no sense.
func NewInstallations(o Options, patterns []string) (*Installations, error) {
	switch {
	case o.App == nil:
		return nil, errors.New("github: only an app knows where it is installed")
	case o.owner() != "" || o.App.Installation != 0:
		return nil, errors.New("github: all installations of an app, and one of them")
	}
	x := &Installations{o: o}
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			return nil, fmt.Errorf("github: %q is no pattern of names", p)
		}
		x.accept = append(x.accept, strings.ToLower(p))
	}
	var err error
	if x.at, err = addressesOf(o.Host, o.API); err != nil {
		return nil, err
	}
	asApp, err := New(o) // what asks as the app itself
	if err != nil {
		return nil, err
	}
	x.app, err = newAppTokens(*o.App, "", false, x.at, asApp.o.HTTP, asApp.fault)
	return x, err
}

// Name is the name of the source, such as "github:app-4711".
func (x *Installations) Name() string {
	if x.o.Name != "" {
		return x.o.Name
	}
	return "github:app-" + x.o.App.ID
}

const whatInstallations = "list installations of the app"

// find asks where the app is installed.
func (x *Installations) find(ctx context.Context) ([]*installation, error) {
	found := map[string]*installation{}
	o := &github.ListOptions{PerPage: perPage, Page: 1}
	for range maxPages {
		some, resp, err := x.app.rest.Apps.ListInstallations(ask(ctx, whatInstallations), o)
		if err != nil {
			return nil, x.app.fault(err, whatInstallations)
		}
		for _, in := range some {
			login := in.GetAccount().GetLogin()
			if in.GetTargetType() != "Organization" || !isName(login) || !x.accepts(login) {
				continue
			}
			if found[strings.ToLower(login)], err = x.installation(in); err != nil {
				return nil, err
			}
		}
		if resp.NextPage == 0 {
			return x.keep(found), nil
		}
		if resp.NextPage <= o.Page {
			return nil, x.broken("a list that does not go on")
		}
		o.Page = resp.NextPage
	}
	return nil, x.broken("a list without an end")
}

func (x *Installations) broken(why string) error {
	return &source.Fault{Kind: source.Broken, Host: x.at.name, What: whatInstallations, Err: errors.New(why)}
}

// keep keeps installations, and gives them by their names. One that is known stays,
// with the token that it has.
func (x *Installations) keep(found map[string]*installation) (out []*installation) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, login := range slices.Sorted(maps.Keys(found)) {
		if was := x.of[login]; was != nil && was.id == found[login].id {
			found[login].Host = was.Host
		}
		out = append(out, found[login])
	}
	x.of = found
	return out
}

// installation makes a host of an installation. One that is suspended refuses, so
// that nobody takes its repositories for gone.
func (x *Installations) installation(in *github.Installation) (*installation, error) {
	login := in.GetAccount().GetLogin()
	o, app := x.o, *x.o.App
	app.Installation = in.GetID()
	o.App, o.Organization, o.GroupNamespace = &app, login, strings.ToLower(login)
	h, err := New(o)
	if err != nil {
		return nil, err
	}
	out := &installation{Host: h, id: in.GetID()}
	if in.SuspendedAt != nil {
		out.fault = &source.Fault{Kind: source.Denied, Host: x.at.name, What: h.what(), Err: fmt.Errorf("the app's installation at %q is suspended", login)}
	}
	return out, nil
}

func (x *Installations) accepts(login string) bool {
	return slices.ContainsFunc(x.accept, func(p string) bool {
		ok, _ := path.Match(p, strings.ToLower(login))
		return ok
	})
}

// Repos lists the repositories of one organisation after the other. The first that
// cannot be listed ends the list after all others: nobody may conclude from it what
// is gone.
func (x *Installations) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	return func(yield func(source.Repo, error) bool) {
		all, failed := x.find(ctx)
		for _, in := range all {
			for r, err := range in.repos(ctx) {
				if err != nil {
					failed = cmp.Or(failed, err)
					break
				}
				if !yield(r, nil) {
					return
				}
			}
		}
		if failed != nil {
			yield(source.Repo{}, failed)
		}
	}
}

func (in *installation) repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	if in.fault != nil {
		return func(yield func(source.Repo, error) bool) { yield(source.Repo{}, in.fault) }
	}
	return in.Repos(ctx)
}

// host is that of a repository's owner.
func (x *Installations) host(ctx context.Context, r source.Repo) (*Host, error) {
	x.mu.Lock()
	known := x.of
	x.mu.Unlock()
	if known == nil {
		if _, err := x.find(ctx); err != nil {
			return nil, err
		}
	}
	owner, _, _ := split(r.Name)
	x.mu.Lock()
	in := x.of[strings.ToLower(owner)]
	x.mu.Unlock()
	if in == nil {
		return nil, &source.Fault{Kind: source.Denied, Host: x.at.name, What: "find " + clip(r.Name, 200), Err: fmt.Errorf("the app is not installed at %q", clip(owner, 100))}
	}
	return in.Host, in.fault
}

// Find is that of the organisation. What has moved to another one is found if the
// App is installed there, too.
func (x *Installations) Find(ctx context.Context, r source.Repo) (source.Repo, error) {
	h, err := x.host(ctx, r)
	if err != nil {
		return source.Repo{}, err
	}
	return h.Find(ctx, r)
}

// Tree is that of the organisation.
func (x *Installations) Tree(ctx context.Context, r source.Repo) (source.Tree, error) {
	h, err := x.host(ctx, r)
	if err != nil {
		return source.Tree{}, err
	}
	return h.Tree(ctx, r)
}

// Read is that of the organisation.
func (x *Installations) Read(ctx context.Context, r source.Repo, files []source.Entry) iter.Seq2[[]byte, error] {
	h, err := x.host(ctx, r)
	if err != nil {
		return func(yield func([]byte, error) bool) { yield(nil, err) }
	}
	return h.Read(ctx, r, files)
}

// Archive is that of the organisation.
func (x *Installations) Archive(ctx context.Context, r source.Repo) (io.ReadCloser, error) {
	h, err := x.host(ctx, r)
	if err != nil {
		return nil, err
	}
	return h.Archive(ctx, r)
}

// BatchSize is that of a host.
func (x *Installations) BatchSize() (repos, files int) { return reposPerQuery, filesPerQuery }

// Allowance is not one: each installation has its own.
func (x *Installations) Allowance() (host, resource string) { return "", "" }

// EnrichCost is that of a host.
func (x *Installations) EnrichCost() int { return (*Host)(nil).EnrichCost() }

// Enrich is that of the organisation.
func (x *Installations) Enrich(ctx context.Context, r source.Repo, f *facts.Repo) error {
	h, err := x.host(ctx, r)
	if err != nil {
		return err
	}
	return h.Enrich(ctx, r, f)
}

// Trees asks each organisation for its part.
func (x *Installations) Trees(ctx context.Context, rs []source.Repo) iter.Seq2[source.Listed, error] {
	return inParts(rs, func(r source.Repo) (*Host, error) { return x.host(ctx, r) },
		func(h *Host, some []source.Repo) iter.Seq2[source.Listed, error] { return h.Trees(ctx, some) },
		func(r source.Repo, err error) source.Listed { return source.Listed{Repo: r, Err: err} })
}

// ReadMany asks each organisation for its part.
func (x *Installations) ReadMany(ctx context.Context, files []source.FileOf) iter.Seq2[source.Contents, error] {
	return inParts(files, func(f source.FileOf) (*Host, error) { return x.host(ctx, f.Repo) },
		func(h *Host, some []source.FileOf) iter.Seq2[source.Contents, error] { return h.ReadMany(ctx, some) },
		func(f source.FileOf, err error) source.Contents { return source.Contents{FileOf: f, Err: err} })
}

// People are the members and teams of all organisations. Whoever is in several is
// one user; teams have the namespace of their organisation, as with Backstage.
func (x *Installations) People(ctx context.Context) (source.People, error) {
	all, err := x.find(ctx)
	if err != nil {
		return source.People{}, err
	}
	var out source.People
	at := map[string]int{} // users by their logins
	for _, in := range all {
		if in.fault != nil {
			return source.People{}, in.fault
		}
		p, err := in.People(ctx)
		if err != nil {
			return source.People{}, err
		}
		out.Groups = append(out.Groups, p.Groups...)
		for _, u := range p.Users {
			i, known := at[u.Name]
			if !known {
				at[u.Name], out.Users = len(out.Users), append(out.Users, u)
				continue
			}
			out.Users[i].Groups = append(out.Users[i].Groups, u.Groups...)
		}
	}
	return out, nil
}
