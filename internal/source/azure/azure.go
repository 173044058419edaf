// Package azure is Azure DevOps, at dev.azure.com or in a firm (Azure DevOps
// Server), seen as a source.Host. The requests are those of the Git API, version
// 7.0; Microsoft's client library is not used, for the reasons that package rest
// gives.
//
// Azure names contents as git does, so that each that arrives is checked. It has
// no archives that a gzipped tar could be made of: its are zip files.
package azure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"path"
	"strings"

	"callboard/internal/facts"
	"callboard/internal/polite"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// Options say which repositories are read, where and as whom. Names and defaults
// are those of Backstage's catalog.providers.azureDevOps.
type Options struct {
	// Name is the source's name; "" means "azure:" and the organisation.
	Name string
	// Host is dev.azure.com if it is ""; BaseURL is the address before the
	// organisation if that is not https://Host, such as https://tfs.example.com/tfs.
	Host, BaseURL string
	// Organization, or collection, whose repositories are listed.
	Organization string
	// Project and Repository are names with * and ? for any; "" is all.
	Project, Repository string
	// Branch is read instead of each repository's default branch.
	Branch string
	// NoForks leaves forks out.
	NoForks bool
	// Token is a personal access token, or, with Bearer, one of Entra ID.
	Token  secret.String
	Bearer bool
	// HTTP is how the host is asked; the package fills in what is Azure's.
	HTTP polite.Options
}

// Host is an organisation at Azure DevOps. It is a source.Host.
type Host struct {
	o   Options
	api *rest.API
}

var _ source.Host = (*Host)(nil)

// version is that of the API.
const version = "7.0"

// New makes a host. The error is about options that make no sense.
func New(o Options) (*Host, error) {
	if o.Organization == "" {
		return nil, errors.New("azure: name the organisation whose repositories to list")
	}
	for key, glob := range map[string]string{"project": o.Project, "repository": o.Repository} {
		if _, err := path.Match(glob, ""); err != nil {
			return nil, fmt.Errorf("azure: %s %q: %w", key, glob, err)
		}
	}
	base, err := rest.Address(cmp.Or(o.BaseURL, "https://"+cmp.Or(o.Host, "dev.azure.com")))
	if err != nil {
		return nil, fmt.Errorf("azure: %w", err)
	}
	p := o.HTTP
	if !o.Token.IsZero() {
		p.Secrets = append(p.Secrets[:len(p.Secrets):len(p.Secrets)], o.Token)
		p.Authorize = o.authorize
	}
	h := &Host{o: o}
	if h.api, err = rest.New(base.JoinPath(url.PathEscape(o.Organization)).String(), p); err != nil {
		return nil, fmt.Errorf("azure: %w", err)
	}
	return h, nil
}

// authorize shows the token: a personal one is a password without a user.
func (o Options) authorize(_ context.Context, r *http.Request) error {
	if o.Bearer {
		r.Header.Set("Authorization", "Bearer "+o.Token.Reveal())
	} else {
		r.SetBasicAuth("", o.Token.Reveal())
	}
	return nil
}

// Name is the name of the source, such as "azure:acme".
func (h *Host) Name() string { return cmp.Or(h.o.Name, "azure:"+h.o.Organization) }

// repository is what we read of a repository; the names are those of the
// definition GitRepository in the API's description.
type repository struct {
	ID       string
	Name     string
	Default  string `json:"defaultBranch"`
	Disabled bool   `json:"isDisabled"`
	Fork     bool   `json:"isFork"`
	Size     int64
	Web      string `json:"webUrl"`
	Remote   string `json:"remoteUrl"`
	Project  struct{ ID, Name, Visibility, Description string }
}

// Repos lists the repositories that are wanted. Azure lists all of an
// organisation, or of a project, at once.
func (h *Host) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	var segments []string
	if p := h.o.Project; p != "" && !strings.ContainsAny(p, `*?[\`) {
		segments = []string{p}
	}
	c := h.query("list repositories of "+source.Clip(h.o.Organization), nil, append(segments, "_apis", "git", "repositories")...)
	return func(yield func(source.Repo, error) bool) {
		for r, err := range items[repository](ctx, h.api, c) {
			if err != nil {
				yield(source.Repo{}, err)
				return
			}
			if h.wanted(r) && !yield(h.repo(r), nil) {
				return
			}
		}
	}
}

// query is a call with a version, as all must have.
func (h *Host) query(what string, q url.Values, segments ...string) rest.Call {
	if q == nil {
		q = url.Values{}
	}
	q.Set("api-version", version)
	return rest.Call{What: what, Path: segments, Query: q}
}

// list is a page, or all of a list.
type list[T any] struct{ Value []T }

// items are the items of a list. Where Azure has pages, a header names the next.
func items[T any](ctx context.Context, a *rest.API, c rest.Call) iter.Seq2[T, error] {
	return rest.Flat(rest.Pages(ctx, a, c, func(h http.Header, _ *list[T]) url.Values {
		if token := h.Get("X-Ms-Continuationtoken"); token != "" {
			return url.Values{"continuationToken": {token}}
		}
		return nil
	}), func(l list[T]) []T { return l.Value })
}

func (h *Host) wanted(r repository) bool {
	switch {
	case r.ID == "" || r.Name == "" || r.Project.Name == "" || r.Disabled || r.Default == "" && h.o.Branch == "":
		return false // nothing to read
	case h.o.NoForks && r.Fork:
		return false
	}
	return matches(h.o.Project, r.Project.Name) && matches(h.o.Repository, r.Name)
}

// matches compares as Azure does, whatever the case of letters.
func matches(glob, name string) bool {
	if glob == "" || glob == "*" {
		return true
	}
	ok, err := path.Match(strings.ToLower(glob), strings.ToLower(strings.ReplaceAll(name, "/", "_")))
	return err == nil && ok
}

func (h *Host) repo(r repository) source.Repo {
	out := source.Repo{
		Name: r.Project.Name + "/" + r.Name, ID: r.ID, Branch: cmp.Or(h.o.Branch, strings.TrimPrefix(r.Default, "refs/heads/")), Size: r.Size,
		WebURL: strings.TrimRight(r.Web, "/"),
		Facts:  facts.Repo{Observed: h.api.Now(), Fork: r.Fork, Archived: r.Disabled, Visibility: r.Project.Visibility},
	}
	if u, err := url.Parse(r.Remote); err == nil && r.Remote != "" {
		u.User = nil // the organisation, which is in the path already
		out.CloneURL = u.String()
	}
	return out
}

// call is a call about a repository, by Azure's own name for it where we have
// that: it survives renaming.
func (h *Host) call(what string, r source.Repo, q url.Values, segments ...string) (rest.Call, error) {
	at := []string{"_apis", "git", "repositories", r.ID}
	if r.ID == "" {
		project, name, ok := strings.Cut(r.Name, "/")
		if !ok || project == "" || name == "" {
			return rest.Call{}, h.api.Fault(source.Broken, what, "no name of a repository")
		}
		at = []string{project, "_apis", "git", "repositories", name}
	}
	return h.query(what, q, append(at, segments...)...), nil
}

// Find tells the present state of a repository, whatever the filters say.
func (h *Host) Find(ctx context.Context, r source.Repo) (source.Repo, error) {
	what := "find " + source.Clip(r.Name)
	c, err := h.call(what, r, nil)
	if err != nil {
		return source.Repo{}, err
	}
	var got repository
	if _, err := h.api.JSON(ctx, c, &got); err != nil {
		return source.Repo{}, err
	}
	switch {
	case got.ID == "" || got.Name == "" || got.Project.Name == "" || r.ID != "" && !strings.EqualFold(r.ID, got.ID):
		return source.Repo{}, h.api.Fault(source.Broken, what, "the answer is another repository")
	case got.Disabled:
		return source.Repo{}, h.api.Fault(source.Gone, what, "it is disabled")
	}
	out := h.repo(got)
	out.Revision, err = h.commit(ctx, what, out)
	return out, err
}

// commit is that at the tip of a branch.
func (h *Host) commit(ctx context.Context, what string, r source.Repo) (string, error) {
	if r.Branch == "" {
		return "", h.api.Fault(source.Empty, what, "")
	}
	c, err := h.call(what, r, url.Values{"filter": {"heads/" + r.Branch}}, "refs")
	if err != nil {
		return "", err
	}
	for b, err := range items[struct{ Name, ObjectID string }](ctx, h.api, c) {
		switch {
		case err != nil:
			return "", err
		case b.Name == "refs/heads/"+r.Branch: // others begin so
			return h.api.CheckTip(what, b.ObjectID)
		}
	}
	return "", h.api.Fault(source.Gone, what, "there is no such branch")
}

// Archive is not to be had: Azure makes zip files alone.
func (h *Host) Archive(context.Context, source.Repo) (io.ReadCloser, error) {
	return nil, errors.ErrUnsupported
}

// Allowance is that of the API, of which answers tell if the host has one.
func (h *Host) Allowance() (host, resource string) { return h.api.Allowance() }
