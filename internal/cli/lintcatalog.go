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

// redirected allows to go where an answer sends, a few times, and never from
// https to anything else.
func redirected(r *http.Request, via []*http.Request) error {
	switch {
	case len(via) > catalogRedirects:
		return fmt.Errorf("it is redirected more than %d times", catalogRedirects)
	case r.URL.Scheme != "https" && via[len(via)-1].URL.Scheme == "https":
		return errors.New("it is redirected from https to " + r.URL.Scheme)
	}
	return nil
}

// ask gets a file from an address.
func ask(ctx context.Context, address string) (io.ReadCloser, error) {
	client := &http.Client{Timeout: catalogTimeout, CheckRedirect: redirected}
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

// fileOf is a file of a repository, by their names.
type fileOf struct{ repo, file string }

func where(e *entity.Entity) fileOf { return fileOf{e.Origin.Repo, e.Origin.File} }

// foreign are the published entities that are not of the files that are read here.
func (c *comparison) foreign(own []*entity.Entity) []*entity.Entity {
	mine := make(map[entity.Ref]*entity.Entity, len(own))
	for _, e := range own {
		mine[e.Ref] = e
	}
	c.match(mine)
	return slices.DeleteFunc(slices.Clone(c.published), func(e *entity.Entity) bool { return mine[e.Ref] != nil || c.isOwn(e) })
}

// isOwn tells whether a published entity is of the repositories, or of the files,
// that are read here.
func (c *comparison) isOwn(e *entity.Entity) bool {
	_, own := c.own[e.Origin.Repo]
	return own && (c.whole || c.files[where(e)])
}

// match finds out which published repositories are read here, and which of their
// files: for each repository here, the one that declares most of the same entities
// in files of the same names.
func (c *comparison) match(mine map[entity.Ref]*entity.Entity) {
	shared := map[string]map[string]int{} // here, published
	for _, e := range c.published {
		if own := mine[e.Ref]; own != nil && sameFile(own, e) {
			if shared[own.Origin.Repo] == nil {
				shared[own.Origin.Repo] = map[string]int{}
			}
			shared[own.Origin.Repo][e.Origin.Repo]++
		}
	}
	c.own, c.files = map[string]string{}, map[fileOf]bool{}
	for here, counts := range shared {
		best := ""
		for repo, n := range counts {
			if best == "" || cmp.Or(cmp.Compare(n, counts[best]), cmp.Compare(best, repo)) > 0 {
				best = repo
			}
		}
		c.own[best] = here
	}
	for _, e := range c.published {
		if own := mine[e.Ref]; own != nil && sameFile(own, e) && c.own[e.Origin.Repo] == own.Origin.Repo {
			c.files[where(e)] = true
		}
	}
}

// sameFile tells whether two entities can be of the same file: the root from
// which one is named may lie above that of the other.
func sameFile(a, b *entity.Entity) bool {
	x, y := "/"+a.Origin.File, "/"+b.Origin.File
	return strings.HasSuffix(x, y) || strings.HasSuffix(y, x)
}

// wasPublished are the published entities of the repositories and files that are
// read here, as if they had been read here: what the change is measured by where
// no commit is.
func (c *comparison) wasPublished() (out []*entity.Entity) {
	for _, e := range c.published {
		if c.isOwn(e) {
			was := *e
			was.Origin.Repo = c.own[e.Origin.Repo]
			out = append(out, &was)
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
		if _, own := c.own[e.Origin.Repo]; !own {
			others[e.Ref] = e
		}
	}
	for _, e := range own {
		if other := others[e.Ref]; other != nil {
			c.notice = append(c.notice, duplicate(e, other))
		}
	}
}
