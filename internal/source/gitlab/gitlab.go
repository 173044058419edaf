// Package gitlab is gitlab.com, or another GitLab, seen as a source.Host.
//
// Lists come from the REST API, which has the filters that Backstage's provider
// has and works on every instance. What REST tells for one project at a time is
// asked of GraphQL for many: the commits at the tips of branches, by which the
// crawl knows what has changed; the contents of small repositories; members of
// groups with the relations that Backstage knows. Where GraphQL is off, or too
// slow, all but members of groups goes on without. GitLab's own client library is
// not used, for the reasons that package rest gives.
package gitlab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"callboard/internal/polite"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// The ways in which GitLab takes a token.
const (
	Private = "private" // PRIVATE-TOKEN: of a person, a project or a group; the default
	Bearer  = "bearer"  // Authorization: Bearer, for OAuth
	Job     = "job"     // JOB-TOKEN, which may read little
)

// Options say whose projects are read, where and as whom. Names and defaults are
// those of Backstage's catalog.providers.gitlab.
type Options struct {
	// Name is the source's name; "" means "gitlab:" and the group or the host.
	Name string
	// Host is the host as browsers know it; "" means gitlab.com.
	Host string
	// BaseURL is the address of the pages if it is not https://Host; API that of the
	// REST API if it is not BaseURL/api/v4.
	BaseURL, API string
	// Group is the full path of the group whose projects are listed, with those of
	// its subgroups; "" lists all that the token shows.
	Group   string
	Filters Filters
	People  People
	Token   secret.String
	// Scheme is how the token is shown: Private, Bearer or Job. "" is Private, and
	// Job for tokens that say themselves that they are a job's.
	Scheme string
	// HTTP is how the host is asked; the package fills in what is GitLab's.
	HTTP polite.Options
}

// Host is a group at a GitLab. It is a source.Host, Batcher, Enricher and
// Directory.
type Host struct {
	o      Options
	host   string // as annotations name it
	base   string
	api    *rest.API
	graph  *rest.API
	accept accepts
	hidden []secret.String // never in a message
	// refused counts the queries in a row that GraphQL did not answer.
	refused atomic.Int32
	// older is set once the host was found not to know all fields of projects.
	older atomic.Bool
}

var (
	_ source.Batcher   = (*Host)(nil)
	_ source.Enricher  = (*Host)(nil)
	_ source.Directory = (*Host)(nil)
)

// New makes a host. The error is about options that make no sense.
func New(o Options) (*Host, error) {
	if o.Host == "" {
		o.Host = "gitlab.com"
	}
	if o.BaseURL == "" {
		o.BaseURL = "https://" + o.Host
	}
	base, err := rest.Address(o.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("gitlab: %w", err)
	}
	o.Group = strings.Trim(o.Group, "/")
	h := &Host{o: o, host: o.Host, base: base.String()}
	if h.accept, err = o.compile(); err != nil {
		return nil, fmt.Errorf("gitlab: %w", err)
	}
	if o.HTTP.Authorize, err = o.authorize(); err != nil {
		return nil, fmt.Errorf("gitlab: %w", err)
	}
	h.hidden = append(slices.Clone(o.HTTP.Secrets), o.Token)
	o.HTTP.Secrets = h.hidden
	return h, h.connect(o)
}

// connect makes the clients. GraphQL lives beside the REST API, at the address
// that the instance's pages have.
func (h *Host) connect(o Options) error {
	if o.API == "" {
		o.API = h.base + "/api/v4"
	}
	var err error
	if h.api, err = rest.New(o.API, o.HTTP); err != nil {
		return fmt.Errorf("gitlab: %w", err)
	}
	if h.graph, err = rest.New(strings.TrimSuffix(strings.TrimRight(o.API, "/"), "/v4")+"/graphql", o.HTTP); err != nil {
		return fmt.Errorf("gitlab: %w", err)
	}
	return nil
}

func (o Options) authorize() (func(context.Context, *http.Request) error, error) {
	if o.Token.IsZero() {
		return nil, nil
	}
	header, prefix := "PRIVATE-TOKEN", ""
	switch o.Scheme {
	case Private:
	case "":
		if strings.HasPrefix(o.Token.Reveal(), "glcbt-") {
			header = "JOB-TOKEN"
		}
	case Bearer:
		header, prefix = "Authorization", "Bearer "
	case Job:
		header = "JOB-TOKEN"
	default:
		return nil, fmt.Errorf("%q is no way to show a token: private, bearer or job", o.Scheme)
	}
	token := o.Token
	return func(_ context.Context, r *http.Request) error {
		r.Header.Set(header, prefix+token.Reveal())
		return nil
	}, nil
}

// Name is the name of the source, such as "gitlab:acme".
func (h *Host) Name() string {
	switch {
	case h.o.Name != "":
		return h.o.Name
	case h.o.Group != "":
		return "gitlab:" + h.o.Group
	}
	return "gitlab:" + h.host
}

var errNoGroup = errors.New("people of gitlab.com are those of a group: name one")
