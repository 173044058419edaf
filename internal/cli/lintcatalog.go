package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"callboard/internal/catalog"
	"callboard/internal/entity"
)

// Bounds on asking for a published catalog.
const (
	catalogTimeout   = 60 * time.Second
	catalogRedirects = 5
)

// publishedMark stands before the names of repositories that are only known from
// a published catalog.
const publishedMark = "published:"

func isPublished(repo string) bool { return strings.HasPrefix(repo, publishedMark) }

// readPublished reads the catalog that --catalog names. Its entities have marked
// repositories, so that no finding about them is taken for one about a file here.
func (a *app) readPublished(ctx context.Context, given string) ([]*entity.Entity, error) {
	open := func() (io.ReadCloser, error) { return os.Open(a.path(given)) }
	if u, err := url.Parse(given); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		open = func() (io.ReadCloser, error) { return ask(ctx, u.String()) }
	}
	r, err := open()
	if err != nil {
		return nil, fmt.Errorf("--catalog: cannot read %q: %s", withoutPassword(given), reason(err))
	}
	es, err := catalog.ReadPublished(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("--catalog: %q is not a catalog that callboard published: %w", withoutPassword(given), err)
	}
	for _, e := range es {
		e.Origin.Repo = publishedMark + e.Origin.Repo
		for i := range e.Edges {
			e.Edges[i].Pos = e.Origin.Pos()
		}
	}
	return es, nil
}

// withoutPassword is an address as it may be told.
func withoutPassword(given string) string {
	if u, err := url.Parse(given); err == nil && u.User != nil {
		return u.Redacted()
	}
	return given
}

// ask gets a file from an address. It goes where it is sent a few times, and
// never from https to http.
func ask(ctx context.Context, address string) (io.ReadCloser, error) {
	client := &http.Client{Timeout: catalogTimeout, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		switch {
		case len(via) > catalogRedirects:
			return fmt.Errorf("it is redirected more than %d times", catalogRedirects)
		case r.URL.Scheme != "https" && via[0].URL.Scheme == "https":
			return errors.New("it is redirected from https to " + r.URL.Scheme)
		}
		return nil
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	res, err := client.Do(req)
	if err != nil {
		if ue, ok := errors.AsType[*url.Error](err); ok {
			return nil, ue.Err // without the address, which may hold a password
		}
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, errors.Join(errors.New("the answer is "+res.Status), res.Body.Close())
	}
	return res.Body, nil
}

// foreign are the published entities that are not of the repositories that are
// read here, and finds out which those are: the ones that declare most of the same
// entities in files of the same names.
func (c *comparison) foreign(own []*entity.Entity) []*entity.Entity {
	mine := make(map[entity.Ref]*entity.Entity, len(own))
	files := map[string]bool{}
	for _, e := range own {
		mine[e.Ref] = e
		files[path.Base(e.Origin.File)] = true
	}
	c.own = c.sameRepositories(mine)
	var out []*entity.Entity
	for _, e := range c.published {
		switch {
		case c.own[e.Origin.Repo] && (c.whole || files[path.Base(e.Origin.File)] && c.named(e, own)):
		case mine[e.Ref] != nil:
		default:
			out = append(out, e)
		}
	}
	return out
}

// named tells whether a published entity is of one of the files that are read.
func (c *comparison) named(e *entity.Entity, own []*entity.Entity) bool {
	return slices.ContainsFunc(own, func(x *entity.Entity) bool { return sameFile(x, e) })
}

// sameFile tells whether two entities can be of the same file: the root from
// which one is named may lie above that of the other.
func sameFile(a, b *entity.Entity) bool {
	x, y := "/"+a.Origin.File, "/"+b.Origin.File
	return strings.HasSuffix(x, y) || strings.HasSuffix(y, x)
}

// sameRepositories finds, for each repository here, the published one that shares
// most entities and files with it.
func (c *comparison) sameRepositories(mine map[entity.Ref]*entity.Entity) map[string]bool {
	shared := map[string]map[string]int{}
	for _, e := range c.published {
		own := mine[e.Ref]
		if own == nil || !sameFile(own, e) {
			continue
		}
		if shared[own.Origin.Repo] == nil {
			shared[own.Origin.Repo] = map[string]int{}
		}
		shared[own.Origin.Repo][e.Origin.Repo]++
	}
	out := map[string]bool{}
	for _, counts := range shared {
		best := ""
		for repo, n := range counts {
			if best == "" || cmp.Or(cmp.Compare(n, counts[best]), cmp.Compare(best, repo)) > 0 {
				best = repo
			}
		}
		out[best] = true
	}
	return out
}

// wasPublished are the published entities of the repositories and files that are
// read here: what the change is measured by where no commit is.
func (c *comparison) wasPublished(own []*entity.Entity) []*entity.Entity {
	mine := make(map[entity.Ref]bool, len(own))
	for _, e := range own {
		mine[e.Ref] = true
	}
	var out []*entity.Entity
	for _, e := range c.published {
		if c.own[e.Origin.Repo] && (c.whole || c.named(e, own)) || mine[e.Ref] && len(c.own) == 0 {
			out = append(out, e)
		}
	}
	return out
}

// alsoPublished reports the entities here that a repository which is not read
// here has published, too. It says nothing where it is not known which published
// repositories are read here.
func (c *comparison) alsoPublished(own []*entity.Entity) {
	if len(c.own) == 0 {
		return
	}
	others := map[entity.Ref]*entity.Entity{}
	for _, e := range c.published {
		if !c.own[e.Origin.Repo] {
			others[e.Ref] = e
		}
	}
	for _, e := range own {
		if other := others[e.Ref]; other != nil {
			c.notice = append(c.notice, duplicate(e, other))
		}
	}
}
