// Package gitea is a Gitea or a Forgejo, Codeberg among them, seen as a
// source.Host.
//
// These hosts answer for one repository at a time and count no requests, so that
// what is asked is plain: pages of repositories, one tree, contents by their
// names, or an archive. The list tells no commits; that a repository is as it was
// follows from the time of its last change. Gitea's SDK is not used, for the
// reasons that package rest gives.
package gitea

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"callboard/internal/polite"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// Options say whose repositories are read, where and as whom. Names are those of
// Backstage's catalog.providers.gitea; of the filters it has only the branch.
type Options struct {
	// Name is the source's name; "" means "gitea:" and the owner.
	Name string
	// Host is the host as browsers know it, such as codeberg.org; BaseURL is the
	// address of its pages if that is not https://Host.
	Host, BaseURL string
	// Organization or User is whose repositories are listed.
	Organization, User string
	Filters            Filters
	// Token is a personal access token. With Username it is a password, and both
	// are shown as Basic.
	Token    secret.String
	Username string
	// HTTP is how the host is asked; the package fills in what is Gitea's.
	HTTP polite.Options
}

// Filters say which repositories are wanted. The zero value wants all, as
// Backstage does.
type Filters struct {
	// Branch is read instead of each repository's default branch. (Backstage reads
	// "main" where nothing is said, and nothing where there is no main.)
	Branch string
	// Repository is a regular expression that the whole name, without the owner,
	// must match.
	Repository string
	// NoForks leaves forks out, NoArchived archived repositories.
	NoForks, NoArchived bool
	// Include are topics of which a repository must have one, if there are any;
	// Exclude those of which it may have none. Exclude wins.
	Include, Exclude []string
	// Visibility are public, internal and private; none means all.
	Visibility []string
}

// Host is an owner at a Gitea. It is a source.Host, Enricher and Directory.
type Host struct {
	o     Options
	owner string
	base  string
	api   *rest.API
	names *regexp.Regexp
}

var (
	_ source.Enricher  = (*Host)(nil)
	_ source.Directory = (*Host)(nil)
)

// New makes a host. The error is about options that make no sense.
func New(o Options) (*Host, error) {
	if o.BaseURL == "" {
		o.BaseURL = "https://" + o.Host
	}
	base, err := rest.Address(o.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("gitea: %w", err)
	}
	h := &Host{o: o, base: base.String(), owner: o.Organization + o.User}
	if (o.Organization == "") == (o.User == "") {
		return nil, errors.New("gitea: name an organisation or a user whose repositories to list")
	}
	if h.names, err = regexp.Compile("^(?:" + cmp.Or(o.Filters.Repository, ".*") + ")$"); err != nil {
		return nil, fmt.Errorf("gitea: repository %q: %w", o.Filters.Repository, err)
	}
	p := o.HTTP
	p.Authorize = o.authorize()
	p.Secrets = append(p.Secrets[:len(p.Secrets):len(p.Secrets)], o.Token)
	if h.api, err = rest.New(h.base+"/api/v1", p); err != nil {
		return nil, fmt.Errorf("gitea: %w", err)
	}
	return h, nil
}

func (o Options) authorize() func(context.Context, *http.Request) error {
	if o.Token.IsZero() {
		return nil
	}
	return func(_ context.Context, r *http.Request) error {
		if o.Username != "" {
			r.SetBasicAuth(o.Username, o.Token.Reveal())
		} else {
			r.Header.Set("Authorization", "token "+o.Token.Reveal())
		}
		return nil
	}
}

// Name is the name of the source, such as "gitea:acme".
func (h *Host) Name() string {
	if h.o.Name != "" {
		return h.o.Name
	}
	return "gitea:" + h.owner
}

// Allowance is that of the API, of which answers tell if the host has one.
func (h *Host) Allowance() (host, resource string) { return h.api.Allowance() }
