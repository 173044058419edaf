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
	"strconv"
	"strings"

	"callboard/internal/facts"
	"callboard/internal/lazyregexp"
	"callboard/internal/polite"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// ServerOptions say which repositories of a Bitbucket Server or Data Center are
// read. Names are those of Backstage's catalog.providers.bitbucketServer.
type ServerOptions struct {
	// Name is the source's name; "" means "bitbucket:" and the host.
	Name string
	// Host is the host as browsers know it; BaseURL is the address of its pages if
	// that is not https://Host.
	Host, BaseURL string
	// ProjectKey and RepoSlug are regular expressions that are searched for anywhere
	// in the key of the project and the name of the repository.
	ProjectKey, RepoSlug string
	// SkipArchived leaves archived repositories out (skipArchivedRepos).
	SkipArchived bool
	// Branch is read instead of each repository's default branch.
	Branch string
	Auth   Auth
	// HTTP is how the host is asked; the package fills in what is Bitbucket's.
	HTTP polite.Options
}

// Server is a Bitbucket Server or Data Center. It is a source.Host.
type Server struct {
	o             ServerOptions
	base          string
	api           *rest.API
	project, slug *regexp.Regexp
}

var _ source.Host = (*Server)(nil)

// NewServer makes a host. The error is about options that make no sense.
func NewServer(o ServerOptions) (*Server, error) {
	base, err := rest.Address(cmp.Or(o.BaseURL, "https://"+o.Host))
	if err != nil {
		return nil, fmt.Errorf("bitbucket: %w", err)
	}
	s := &Server{o: o, base: base.String()}
	var errs [3]error
	s.api, errs[0] = rest.New(s.base+"/rest/api/1.0", o.Auth.apply(o.HTTP))
	s.project, errs[1] = pattern("projectKey", o.ProjectKey, false)
	s.slug, errs[2] = pattern("repoSlug", o.RepoSlug, false)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("bitbucket: %w", err)
	}
	return s, nil
}

// Name is the name of the source, such as "bitbucket:git.example.com".
func (s *Server) Name() string {
	_, host, _ := strings.Cut(s.base, "://")
	return cmp.Or(s.o.Name, "bitbucket:"+cmp.Or(s.o.Host, host))
}

// serverRepo is what we read of a repository; the names are those of
// https://developer.atlassian.com/server/bitbucket/rest/.
type serverRepo struct {
	ID            int64
	Slug          string
	Description   string
	Public        bool
	Archived      bool
	Origin        *struct{ ID int64 } // of a fork
	DefaultBranch string              // since 7.5, "" before
	Project       struct{ Key, Name string }
	Links         struct {
		Self  []struct{ Href string }
		Clone []struct{ Name, Href string }
	}
}

// serverPage is a page.
type serverPage[T any] struct {
	Values []T
	Last   *bool  `json:"isLastPage"`
	Next   *int64 `json:"nextPageStart"`
}

func serverNext[T any](_ http.Header, p *serverPage[T]) url.Values {
	if p.Next == nil || p.Last != nil && *p.Last {
		return nil
	}
	return url.Values{"start": {strconv.FormatInt(*p.Next, 10)}}
}

func serverItems[T any](ctx context.Context, a *rest.API, c rest.Call) iter.Seq2[T, error] {
	return rest.Flat(rest.Pages(ctx, a, c, serverNext[T]), func(p serverPage[T]) []T { return p.Values })
}

// Repos lists the repositories that are wanted, of all projects that the account
// sees.
func (s *Server) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	c := rest.Call{What: "list repositories", Path: []string{"repos"}, Query: url.Values{"limit": {"1000"}, "archived": {"ALL"}}}
	if s.o.SkipArchived {
		c.Query.Del("archived") // since 8.0 they are left out unless they are asked for
	}
	if key := s.o.ProjectKey; plainKey.MatchString(key) {
		c.Query.Set("projectkey", strings.Trim(key, "^$")) // ignored by those before 8.0
	}
	return func(yield func(source.Repo, error) bool) {
		seen := map[int64]bool{}
		for r, err := range serverItems[serverRepo](ctx, s.api, c) {
			if err != nil {
				yield(source.Repo{}, err)
				return
			}
			wanted := r.ID > 0 && !seen[r.ID] && r.Slug != "" && r.Project.Key != "" && s.project.MatchString(r.Project.Key) && s.slug.MatchString(r.Slug) && !(s.o.SkipArchived && r.Archived)
			seen[r.ID] = true
			if !wanted {
				continue
			}
			out, err := s.current(ctx, r)
			if source.KindOf(err) != source.Empty && !yield(out, err) || err != nil && ctx.Err() != nil {
				return
			}
		}
	}
}

// current is a repository with its branch and the commit there. The list tells
// neither, and one request for both is less than what a crawl would spend to find
// that nothing has changed. One that does not answer is listed without.
func (s *Server) current(ctx context.Context, r serverRepo) (source.Repo, error) {
	out := s.repo(r)
	branch, commit, err := s.tip(ctx, "find "+source.Clip(out.Name), out)
	switch {
	case ctx.Err() != nil, source.KindOf(err) == source.Empty:
		return source.Repo{}, err
	case err == nil:
		out.Branch, out.Revision = branch, commit
	}
	return out, nil
}

// plainKey is a pattern that one project alone matches.
var plainKey = lazyregexp.New(`^\^[A-Z][A-Z0-9_]*\$$`)

func (s *Server) repo(r serverRepo) source.Repo {
	visibility := "private"
	if r.Public {
		visibility = "public"
	}
	out := source.Repo{
		Name: r.Project.Key + "/" + r.Slug, ID: strconv.FormatInt(r.ID, 10), Branch: cmp.Or(s.o.Branch, strings.TrimPrefix(r.DefaultBranch, "refs/heads/")),
		WebURL: s.base + "/projects/" + url.PathEscape(r.Project.Key) + "/repos/" + url.PathEscape(r.Slug),
		Facts:  facts.Repo{Observed: s.api.Now(), Description: r.Description, Archived: r.Archived, Fork: r.Origin != nil, Visibility: visibility},
	}
	for _, l := range r.Links.Clone {
		if l.Name == "http" {
			out.CloneURL = l.Href
		}
	}
	return out
}

// call is a call about a repository, below whose address path is.
func (s *Server) call(what string, r source.Repo, path ...string) (rest.Call, error) {
	key, slug, ok := rest.OwnerAndName(r.Name)
	if !ok {
		return rest.Call{}, s.api.Fault(source.Broken, what, "no name of a repository")
	}
	return rest.Call{What: what, Path: append([]string{"projects", key, "repos", slug}, path...)}, nil
}

// Find tells the present state of a repository, whatever the filters say. The
// host leads on from old names for as long as nobody else has taken them.
func (s *Server) Find(ctx context.Context, r source.Repo) (source.Repo, error) {
	what := "find " + source.Clip(r.Name)
	c, err := s.call(what, r)
	if err != nil {
		return source.Repo{}, err
	}
	var got serverRepo
	if _, err := s.api.JSON(ctx, c, &got); err != nil {
		return source.Repo{}, err
	}
	switch {
	case got.ID <= 0 || got.Slug == "" || got.Project.Key == "":
		return source.Repo{}, s.api.Fault(source.Broken, what, "the answer is no repository")
	case r.ID != "" && r.ID != strconv.FormatInt(got.ID, 10):
		return source.Repo{}, s.api.Fault(source.Gone, what, "another repository has its name")
	}
	out := s.repo(got)
	out.Branch, out.Revision, err = s.tip(ctx, what, out)
	return out, err
}

type ref struct {
	Branch string `json:"displayId"`
	Commit string `json:"latestCommit"`
}

// tip is the branch that is read, and the commit at its tip.
func (s *Server) tip(ctx context.Context, what string, r source.Repo) (branch, commit string, err error) {
	var got ref
	if b := cmp.Or(s.o.Branch, r.Branch); b != "" {
		got, err = s.branch(ctx, what, r, b)
	} else {
		got, err = s.main(ctx, what, r)
	}
	if err == nil && (got.Branch == "" || !rest.IsObject(got.Commit)) {
		err = s.api.Fault(source.Broken, what, "a branch without a commit")
	}
	return got.Branch, got.Commit, err
}

// main is the default branch. Without a commit the host has none to show, and
// answers 404, or 204 in later versions.
func (s *Server) main(ctx context.Context, what string, r source.Repo) (got ref, err error) {
	err = s.get(ctx, what, r, nil, &got, "branches", "default")
	if f, ok := errors.AsType[*source.Fault](err); ok && f.Status == http.StatusNoContent {
		return got, s.api.Fault(source.Empty, what, "")
	}
	if source.KindOf(err) != source.Gone {
		return got, err
	}
	// It may be the repository that is gone, or the branch that is configured, or,
	// since it is deprecated, the address.
	if err := s.get(ctx, what, r, nil, nil); err != nil {
		return got, err
	}
	for _, err := range s.branches(ctx, what, r, "") {
		if err != nil {
			return got, err
		}
		return s.configured(ctx, what, r)
	}
	return got, s.api.Fault(source.Empty, what, "")
}

// get asks for JSON about a repository.
func (s *Server) get(ctx context.Context, what string, r source.Repo, q url.Values, into any, path ...string) error {
	c, err := s.call(what, r, path...)
	if err != nil {
		return err
	}
	c.Query = q
	_, err = s.api.JSON(ctx, c, into)
	return err
}

// configured is the branch that is to be the default one, if there is such a
// branch.
func (s *Server) configured(ctx context.Context, what string, r source.Repo) (ref, error) {
	var want ref
	if err := s.get(ctx, what, r, nil, &want, "default-branch"); err != nil {
		return ref{}, err
	}
	for b, err := range s.branches(ctx, what, r, want.Branch) {
		if err != nil || b.Branch == want.Branch {
			return b, err
		}
	}
	return ref{}, s.api.Fault(source.Gone, what, "the default branch does not exist")
}

// branches are those that have a text in their names.
func (s *Server) branches(ctx context.Context, what string, r source.Repo, text string) iter.Seq2[ref, error] {
	c, err := s.call(what, r, "branches")
	if err != nil {
		return func(yield func(ref, error) bool) { yield(ref{}, err) }
	}
	c.Query = url.Values{"filterText": {text}, "limit": {"1000"}, "orderBy": {"ALPHABETICAL"}}
	return serverItems[ref](ctx, s.api, c)
}

// branch finds a branch by its name.
func (s *Server) branch(ctx context.Context, what string, r source.Repo, name string) (ref, error) {
	some := false
	for b, err := range s.branches(ctx, what, r, name) {
		if err != nil {
			return ref{}, err
		}
		if some = true; b.Branch == name {
			return b, nil
		}
	}
	if !some {
		if _, err := s.main(ctx, what, r); source.KindOf(err) == source.Empty {
			return ref{}, err
		}
	}
	return ref{}, s.api.Fault(source.Gone, what, "there is no such branch")
}

// Tree lists the files of a repository. Bitbucket tells no more of them than
// their paths: links and submodules look like files.
func (s *Server) Tree(ctx context.Context, r source.Repo) (source.Tree, error) {
	what := "list files of " + source.Clip(r.Name)
	t, err := rest.EmptyTree(r, func() (commit string, err error) {
		_, commit, err = s.tip(ctx, what, r)
		return commit, err
	})
	if err != nil {
		return source.Tree{}, err
	}
	c, err := s.call(what, r, "files")
	if err != nil {
		return source.Tree{}, err
	}
	c.Query = url.Values{"at": {t.Revision}, "limit": {"10000"}}
	return rest.Fill(t, serverItems[string](ctx, s.api, c), func(path string, to []source.Entry) []source.Entry {
		return append(to, source.Entry{Path: path, Blob: blob(t.Revision, path), Size: -1})
	})
}

// Read reads files one by one.
func (s *Server) Read(ctx context.Context, r source.Repo, files []source.Entry) iter.Seq2[[]byte, error] {
	return rest.OneByOne(files, func(f source.Entry) ([]byte, error) {
		c, err := s.call("read "+source.Clip(f.Path)+" of "+source.Clip(r.Name), r, append([]string{"raw"}, strings.Split(f.Path, "/")...)...)
		if err != nil {
			return nil, err
		}
		c.Query, c.Max, c.Unsure = url.Values{"at": {cmp.Or(r.Revision, r.Branch)}}, rest.MaxBlob, true
		return s.api.Bytes(ctx, c)
	})
}

// Archive is a tar of the repository.
func (s *Server) Archive(ctx context.Context, r source.Repo) (io.ReadCloser, error) {
	c, err := s.call("archive of "+source.Clip(r.Name), r, "archive")
	if err != nil {
		return nil, err
	}
	c.Query = url.Values{"at": {cmp.Or(r.Revision, r.Branch)}, "format": {"tgz"}, "prefix": {"repository/"}}
	return s.api.Stream(ctx, c)
}

// Allowance is that of the API, of which answers tell if the host has one.
func (s *Server) Allowance() (host, resource string) { return s.api.Allowance() }
