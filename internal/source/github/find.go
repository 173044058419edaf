package github

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/go-github/v60/github"

	"callboard/internal/source"
)

const findQuery = `query($owner: String!, $name: String!, $ref: String!, $other: Boolean!) {
  repository(owner: $owner, name: $name, followRenames: true) { ...repo }
}` + repoFragment

// Find tells the present state of a repository, whatever the filters say. One
// that was renamed or moved is found by its ID, and a new one under its old name
// is not taken for it. Without a commit on the branch the fault is Empty.
func (h *Host) Find(ctx context.Context, r source.Repo) (source.Repo, error) {
	what := "find " + clip(r.Name, 200)
	rem, err := h.find(ctx, what, r)
	if err != nil {
		return source.Repo{}, err
	}
	out, ok := h.repo(rem)
	if !ok {
		return source.Repo{}, &source.Fault{Kind: source.Empty, Host: h.at.name, What: what}
	}
	return out, nil
}

func (h *Host) find(ctx context.Context, what string, r source.Repo) (*remote, error) {
	owner, name, named := split(r.Name)
	id, _ := strconv.ParseInt(r.ID, 10, 64)
	switch {
	case !named && id <= 0:
		return nil, h.noName(what)
	case named && !h.noGraphQL.Load():
		rem, err := h.findByName(ctx, what, owner, name)
		if err == nil && (id <= 0 || rem.DatabaseID == id) {
			return rem, nil
		}
		if err != nil && h.offers(err) && (id <= 0 || source.KindOf(err) != source.Gone) {
			return nil, err
		}
	}
	return h.findREST(ctx, what, owner, name, id)
}

func (h *Host) findByName(ctx context.Context, what, owner, name string) (*remote, error) {
	vars := h.refVars()
	vars["owner"], vars["name"] = owner, name
	var a struct{ Repository *remote }
	problems, err := h.query(ctx, what, findQuery, vars, &a)
	switch {
	case err != nil:
		return nil, err
	case a.Repository != nil:
		return a.Repository, nil
	case len(problems) > 0:
		return nil, h.problemFault(problems[0], what)
	}
	return nil, &source.Fault{Kind: source.Gone, Host: h.at.name, What: what}
}

// findREST finds by ID, which follows a repository wherever it went, or by a
// name without one. What only GraphQL tells is then asked for by the new name.
func (h *Host) findREST(ctx context.Context, what, owner, name string, id int64) (*remote, error) {
	var found *github.Repository
	var err error
	if id > 0 {
		found, _, err = h.rest.Repositories.GetByID(ask(ctx, what), id)
	} else {
		found, _, err = h.rest.Repositories.Get(ask(ctx, what), owner, name)
	}
	if err == nil && found == nil {
		err = h.broken(what, "an answer that is nothing")
	}
	if err != nil {
		return nil, h.fault(err, what)
	}
	rem := h.fromREST(found)
	owner, name, ok := split(rem.NameWithOwner)
	if !ok {
		return nil, h.noName(what)
	}
	if !h.noGraphQL.Load() {
		if full, err := h.findByName(ctx, what, owner, name); err == nil && full.DatabaseID == rem.DatabaseID {
			return full, nil
		}
	}
	return rem, h.tip(ctx, what, owner, name, h.read(rem))
}

// tip fills in the commit of a branch, which REST does not tell with the
// repository.
func (h *Host) tip(ctx context.Context, what, owner, name string, b *branch) error {
	if b == nil {
		return nil
	}
	oid, err := h.commit(ctx, what, owner, name, b.Name)
	if err == nil {
		b.Target = &target{oid}
	}
	return err
}

// commit is the commit at the tip of a branch.
func (h *Host) commit(ctx context.Context, what, owner, name, branch string) (string, error) {
	oid, resp, err := h.rest.Repositories.GetCommitSHA1(ask(ctx, what), owner, name, "refs/heads/"+branch, "")
	switch {
	case err != nil && resp != nil && resp.StatusCode == http.StatusUnprocessableEntity:
		// "No commit found for SHA", which is GitHub's 404 for a branch.
		return "", &source.Fault{Kind: source.Gone, Host: h.at.name, What: what, Status: resp.StatusCode}
	case err != nil:
		return "", h.fault(err, what)
	case !isHash(oid):
		return "", h.broken(what, "a commit without a hash")
	}
	return oid, nil
}

// noName is the fault of a name that cannot be one at GitHub, and would lead
// elsewhere in an address.
func (h *Host) noName(what string) error {
	return h.broken(what, "no name of a repository")
}
