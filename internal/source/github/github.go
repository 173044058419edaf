// Package github is the host github.com, and GitHub Enterprise, seen as a
// source.Host. What can be had by GraphQL, which answers for many repositories
// at once, is asked so; the rest, and everything where GraphQL is off, by REST
// through go-github. The package asks and converts and decides nothing else.
//
// Contents are named by git's own hashes, which every content that arrives is
// checked against: what a proxy or a conversion changed on the way is noticed.
package github

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/google/go-github/v60/github"

	"callboard/internal/polite"
	"callboard/internal/secret"
	"callboard/internal/source"
)

// Options say whose repositories are read, where and as whom.
type Options struct {
	// Name is the source's name; "" means "github:" and the owner.
	Name string
	// Host is the host as browsers know it; "" means github.com.
	Host string
	// API is the address of the REST API if it does not follow from Host, such as
	// https://ghe.acme.example/api/v3.
	API string
	// Organization or User is whose repositories are listed. Without either, they
	// are those that the installation of App is given.
	Organization, User string
	Filters            Filters
	// Token is a personal token, classic or fine-grained, or that of a workflow.
	Token secret.String
	// App is what asks instead of a token; nil means Token.
	App *App
	// VerifiedEmails takes the members' addresses of the organisation's verified
	// domains before those that they show publicly.
	VerifiedEmails bool
	// NoSuspended leaves out members whose account is suspended. Only an Enterprise
	// tells, by REST and for each member, so that github.com is not asked.
	NoSuspended bool
	// GroupNamespace is the namespace of teams; "" is the default one.
	GroupNamespace string
	// REST avoids GraphQL. A host that has none is noticed anyhow.
	REST bool
	// HTTP is how the host is asked; the package fills in what is GitHub's.
	HTTP polite.Options
}

// Host is an account at GitHub. It is a source.Host, Batcher, Enricher and
// Directory.
type Host struct {
	o       Options
	at      addresses
	accept  func(*remote) bool
	secrets func() []secret.String
	http    *http.Client
	rest    *github.Client
	// noGraphQL is set once the host was found to have no GraphQL.
	noGraphQL atomic.Bool
}

var (
	_ source.Batcher   = (*Host)(nil)
	_ source.Enricher  = (*Host)(nil)
	_ source.Directory = (*Host)(nil)
)

// New makes a host. The error is about options that make no sense.
func New(o Options) (*Host, error) {
	at, err := addressesOf(o.Host, o.API)
	if err != nil {
		return nil, err
	}
	if o.Organization != "" && o.User != "" {
		return nil, fmt.Errorf("github: both an organisation (%q) and a user (%q)", o.Organization, o.User)
	}
	if owner := o.owner(); owner == "" && o.App == nil {
		return nil, errors.New("github: no organisation, no user and no app whose repositories to list")
	} else if owner != "" && !isName(owner) {
		return nil, fmt.Errorf("github: %q is no name of an organisation or a user", owner)
	}
	h := &Host{o: o, at: at}
	if h.accept, err = o.Filters.compile(); err != nil {
		return nil, err
	}
	if err := h.connect(); err != nil {
		return nil, err
	}
	h.noGraphQL.Store(o.REST)
	return h, nil
}

func (o Options) owner() string {
	if o.Organization != "" {
		return o.Organization
	}
	return o.User
}

// connect makes the clients.
func (h *Host) connect() error {
	p := h.o.HTTP
	p.Name = h.at.name
	p.Hosts = []string{h.at.name}
	if p.Clock == nil {
		p.Clock = polite.Machine()
	}
	h.o.HTTP = p
	switch {
	case h.o.App != nil:
		a, err := newAppTokens(*h.o.App, h.o.owner(), h.o.User != "", h.at, p, h.fault)
		if err != nil {
			return err
		}
		p.Authorize, p.Renew, h.secrets = a.authorize, a.renew, a.secrets
		p.Secrets = append(p.Secrets, h.o.App.Key)
		p.Identity = a.identity()
	case !h.o.Token.IsZero():
		p.Authorize = bearer(h.o.Token)
		p.Secrets = append(p.Secrets, h.o.Token)
		h.secrets = func() []secret.String { return p.Secrets }
	default:
		h.secrets = func() []secret.String { return p.Secrets }
	}
	h.http = polite.New(p)
	h.rest = restClient(h.http, h.at)
	return nil
}

// Name is the name of the source, such as "github:acme".
func (h *Host) Name() string {
	switch {
	case h.o.Name != "":
		return h.o.Name
	case h.o.owner() != "":
		return "github:" + h.o.owner()
	}
	return "github:app-" + h.o.App.ID
}
