package bitbucket

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"callboard/internal/facts"
	"callboard/internal/polite"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// CloudOptions say which repositories of bitbucket.org are read. Names are those
// of Backstage's catalog.providers.bitbucketCloud.
type CloudOptions struct {
	// Name is the source's name; "" means "bitbucket:" and the workspace.
	Name string
	// Workspace is whose repositories are listed.
	Workspace string
	// ProjectKey and RepoSlug are regular expressions that the key of the project
	// and the name of the repository must match as a whole.
	ProjectKey, RepoSlug string
	// Branch is read instead of each repository's main branch.
	Branch string
	Auth   Auth
	// API and Web are other addresses than https://api.bitbucket.org/2.0 and
	// https://bitbucket.org, from which archives come.
	API, Web string
	// HTTP is how the host is asked; the package fills in what is Bitbucket's.
	HTTP polite.Options
}

// Cloud is a workspace at bitbucket.org. It is a source.Host.
type Cloud struct {
	o             CloudOptions
	api, web      *rest.API
	project, slug *regexp.Regexp
}

var _ source.Host = (*Cloud)(nil)

// NewCloud makes a host. The error is about options that make no sense.
func NewCloud(o CloudOptions) (*Cloud, error) {
	if o.Workspace == "" {
		return nil, errors.New("bitbucket: name the workspace whose repositories to list")
	}
	c := &Cloud{o: o}
	p := o.Auth.apply(o.HTTP)
	var errs [4]error
	c.api, errs[0] = rest.New(cmp.Or(o.API, "https://api.bitbucket.org/2.0"), p)
	c.web, errs[1] = rest.New(cmp.Or(o.Web, "https://bitbucket.org"), p)
	c.project, errs[2] = pattern("projectKey", o.ProjectKey, true)
	c.slug, errs[3] = pattern("repoSlug", o.RepoSlug, true)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("bitbucket: %w", err)
	}
	return c, nil
}

// Name is the name of the source, such as "bitbucket:acme".
func (c *Cloud) Name() string { return cmp.Or(c.o.Name, "bitbucket:"+c.o.Workspace) }

// cloudRepo is what we read of a repository; the names are those of
// https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/.
type cloudRepo struct {
	UUID        string    `json:"uuid"`
	Full        string    `json:"full_name"`
	Slug        string    `json:"slug"`
	Description string    `json:"description"`
	Website     string    `json:"website"`
	Language    string    `json:"language"`
	Size        int64     `json:"size"`
	Private     bool      `json:"is_private"`
	Created     time.Time `json:"created_on"`
	Updated     time.Time `json:"updated_on"`
	Project     struct {
		Key string `json:"key"`
	} `json:"project"`
	Main *struct {
		Name string `json:"name"`
	} `json:"mainbranch"`
	Parent *struct {
		UUID string `json:"uuid"`
	} `json:"parent"`
	Links struct {
		HTML  struct{ Href string }         `json:"html"`
		Clone []struct{ Name, Href string } `json:"clone"`
	} `json:"links"`
}

// cloudPage is a page. The address of the next one is the host's to choose.
type cloudPage[T any] struct {
	Values []T
	Next   string
}

func cloudNext[T any](_ http.Header, p *cloudPage[T]) url.Values {
	if p.Next == "" {
		return nil
	}
	return rest.QueryOf(p.Next)
}

func cloudItems[T any](ctx context.Context, a *rest.API, c rest.Call) iter.Seq2[T, error] {
	return rest.Flat(rest.Pages(ctx, a, c, cloudNext[T]), func(p cloudPage[T]) []T { return p.Values })
}

// Repos lists the repositories that are wanted.
func (c *Cloud) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	call := rest.Call{What: "list repositories of " + source.Clip(c.o.Workspace), Path: []string{"repositories", c.o.Workspace}, Query: url.Values{"pagelen": {"100"}, "sort": {"created_on"}}}
	return func(yield func(source.Repo, error) bool) {
		seen := map[string]bool{}
		for r, err := range cloudItems[cloudRepo](ctx, c.api, call) {
			if err != nil {
				yield(source.Repo{}, err)
				return
			}
			wanted := r.UUID != "" && !seen[r.UUID] && c.project.MatchString(r.Project.Key) && c.slug.MatchString(r.Slug) && (r.Main != nil || c.o.Branch != "")
			seen[r.UUID] = true
			if _, _, ok := rest.OwnerAndName(r.Full); wanted && ok && !yield(c.repo(r), nil) {
				return
			}
		}
	}
}

func (c *Cloud) repo(r cloudRepo) source.Repo {
	out := source.Repo{
		Name: r.Full, ID: r.UUID, Branch: c.o.Branch, Size: r.Size, WebURL: strings.TrimRight(cmp.Or(r.Links.HTML.Href, "https://bitbucket.org/"+r.Full), "/"),
		Facts: facts.Repo{
			Observed: c.api.Now(), Description: r.Description, Homepage: r.Website, Fork: r.Parent != nil, Created: r.Created, Visibility: "public",
			// Every push moves it on, and some other changes do too.
			Pushed: r.Updated,
		},
	}
	if r.Main != nil {
		out.Branch = cmp.Or(c.o.Branch, r.Main.Name)
	}
	if r.Private {
		out.Facts.Visibility = "private"
	}
	if r.Language != "" {
		out.Facts.Languages = []facts.Language{{Name: r.Language}}
	}
	for _, l := range r.Links.Clone {
		if u, err := url.Parse(l.Href); err == nil && l.Name == "https" {
			u.User = nil // the account that asks
			out.CloneURL = u.String()
		}
	}
	return out
}

// call is a call about a repository. Bitbucket takes its own name for one in the
// place of the name, so that it is found wherever it went within the workspace.
func (c *Cloud) call(what string, r source.Repo, path ...string) (rest.Call, error) {
	owner, name, ok := rest.OwnerAndName(r.Name)
	if !ok {
		return rest.Call{}, c.api.Fault(source.Broken, what, "no name of a repository")
	}
	return rest.Call{What: what, Path: append([]string{"repositories", owner, cmp.Or(r.ID, name)}, path...)}, nil
}

// Find tells the present state of a repository, whatever the filters say.
func (c *Cloud) Find(ctx context.Context, r source.Repo) (source.Repo, error) {
	what := "find " + source.Clip(r.Name)
	call, err := c.call(what, r)
	if err != nil {
		return source.Repo{}, err
	}
	var got cloudRepo
	if _, err := c.api.JSON(ctx, call, &got); err != nil {
		return source.Repo{}, err
	}
	if _, _, ok := rest.OwnerAndName(got.Full); !ok || got.UUID == "" || r.ID != "" && r.ID != got.UUID {
		return source.Repo{}, c.api.Fault(source.Broken, what, "the answer is another repository")
	}
	out := c.repo(got)
	out.Revision, err = c.commit(ctx, what, out)
	return out, err
}

// commit is that at the tip of a branch.
func (c *Cloud) commit(ctx context.Context, what string, r source.Repo) (string, error) {
	if r.Branch == "" {
		return "", c.api.Fault(source.Empty, what, "")
	}
	call, err := c.call(what, r, append([]string{"refs", "branches"}, strings.Split(r.Branch, "/")...)...)
	if err != nil {
		return "", err
	}
	var b struct{ Target struct{ Hash string } }
	if _, err := c.api.JSON(ctx, call, &b); err != nil {
		return "", err
	}
	return c.api.CheckTip(what, b.Target.Hash)
}

// Read reads files one by one.
func (c *Cloud) Read(ctx context.Context, r source.Repo, files []source.Entry) iter.Seq2[[]byte, error] {
	return rest.OneByOne(files, func(f source.Entry) ([]byte, error) { return c.read(ctx, r, f) })
}

func (c *Cloud) read(ctx context.Context, r source.Repo, f source.Entry) ([]byte, error) {
	what := "read " + source.Clip(f.Path) + " of " + source.Clip(r.Name)
	call, err := c.call(what, r, append([]string{"src", cmp.Or(r.Revision, r.Branch)}, strings.Split(f.Path, "/")...)...)
	if err != nil {
		return nil, err
	}
	call.Max = rest.MaxBlob
	b, err := c.api.Bytes(ctx, call)
	if err == nil && f.Size >= 0 && f.Size != int64(len(b)) {
		return nil, c.api.Fault(source.Broken, what, "the content is not that of the tree")
	}
	return b, err
}

// Archive is a tar of the repository, from the pages of bitbucket.org: the API
// has none.
func (c *Cloud) Archive(ctx context.Context, r source.Repo) (io.ReadCloser, error) {
	what := "archive of " + source.Clip(r.Name)
	owner, name, ok := rest.OwnerAndName(r.Name)
	if !ok || !rest.IsObject(r.Revision) {
		return nil, c.api.Fault(source.Unsupported, what, "")
	}
	return c.web.Stream(ctx, rest.Call{What: what, Path: []string{owner, name, "get", r.Revision + ".tar.gz"}})
}

// Allowance is that of the API, of which answers tell if the host has one.
func (c *Cloud) Allowance() (host, resource string) { return c.api.Allowance() }
