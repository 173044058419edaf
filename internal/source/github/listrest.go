package github

import (
	"context"
	"iter"
	"slices"

	"github.com/google/go-github/v60/github"
)

// listREST is the list of the owner by REST. It tells neither commits nor the
// counts that GraphQL tells.
func (h *Host) listREST(ctx context.Context) iter.Seq2[*remote, error] {
	return func(yield func(*remote, error) bool) {
		for p, err := range h.pages(ctx, h.what(), h.ownersPage) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, r := range p {
				if !yield(h.fromREST(r), nil) {
					return
				}
			}
		}
	}
}

func (h *Host) ownersPage(ctx context.Context, o github.ListOptions) ([]*github.Repository, *github.Response, error) {
	if h.o.Organization != "" {
		return h.rest.Repositories.ListByOrg(ctx, h.o.Organization, &github.RepositoryListByOrgOptions{Type: "all", Sort: "created", Direction: "asc", ListOptions: o})
	}
	return h.rest.Repositories.ListByUser(ctx, h.o.User, &github.RepositoryListByUserOptions{Type: "owner", Sort: "created", Direction: "asc", ListOptions: o})
}

func (h *Host) installationPage(ctx context.Context, o github.ListOptions) ([]*github.Repository, *github.Response, error) {
	l, resp, err := h.rest.Apps.ListRepos(ctx, &o)
	if err != nil || l == nil {
		return nil, resp, err
	}
	return l.Repositories, resp, nil
}

// pages follows the links from page to page.
func (h *Host) pages(ctx context.Context, what string, get func(context.Context, github.ListOptions) ([]*github.Repository, *github.Response, error)) iter.Seq2[[]*github.Repository, error] {
	return func(yield func([]*github.Repository, error) bool) {
		o := github.ListOptions{Page: 1, PerPage: perPage}
		for range maxPages {
			rs, resp, err := get(ask(ctx, what), o)
			if err == nil && slices.Contains(rs, nil) {
				err = h.broken(what, "a list with nothing in it")
			}
			if err != nil {
				yield(nil, h.fault(err, what))
				return
			}
			if !yield(rs, nil) || resp.NextPage == 0 {
				return
			}
			if resp.NextPage <= o.Page {
				yield(nil, h.broken(what, "a list that does not go on"))
				return
			}
			o.Page = resp.NextPage
		}
		yield(nil, h.broken(what, "a list without an end"))
	}
}

// listInstallation is the list of what an installation may see. REST names the
// repositories, and GraphQL tells the rest of a hundred at once.
func (h *Host) listInstallation(ctx context.Context) iter.Seq2[*remote, error] {
	return func(yield func(*remote, error) bool) {
		for p, err := range h.pages(ctx, h.what(), h.installationPage) {
			if err != nil {
				yield(nil, err)
				return
			}
			for r, err := range h.complete(ctx, p) {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

const nodesQuery = `query($ids: [ID!]!, $ref: String!, $other: Boolean!) { nodes(ids: $ids) { ...repo } }` + repoFragment

// complete adds what GraphQL knows to repositories of REST, which stay as they
// are where it does not answer.
func (h *Host) complete(ctx context.Context, rs []*github.Repository) iter.Seq2[*remote, error] {
	return func(yield func(*remote, error) bool) {
		known, err := h.nodes(ctx, rs)
		if err != nil && h.offers(err) {
			yield(nil, err)
			return
		}
		for i, r := range rs {
			out := h.fromREST(r)
			if i < len(known) && known[i] != nil && known[i].DatabaseID == r.GetID() {
				out = known[i]
			}
			if !yield(out, nil) {
				return
			}
		}
	}
}

func (h *Host) nodes(ctx context.Context, rs []*github.Repository) ([]*remote, error) {
	if h.noGraphQL.Load() || len(rs) == 0 {
		return nil, nil
	}
	vars := h.refVars()
	ids := make([]string, len(rs))
	for i, r := range rs {
		ids[i] = r.GetNodeID()
	}
	vars["ids"] = ids
	var a struct{ Nodes []*remote }
	problems, err := h.query(ctx, h.what(), nodesQuery, vars, &a)
	if err == nil && slices.ContainsFunc(problems, problem.tooMuch) {
		err = h.problemFault(problems[0], h.what())
	}
	if smaller(err) && len(rs) > 1 {
		left, err := h.nodes(ctx, rs[:len(rs)/2])
		if err != nil {
			return nil, err
		}
		right, err := h.nodes(ctx, rs[len(rs)/2:])
		return append(left, right...), err
	}
	if err == nil && len(a.Nodes) != len(rs) {
		err = h.broken(h.what(), "an answer that does not fit the question")
	}
	return a.Nodes, err
}

// fromREST is a repository of REST in the form of GraphQL. Whether its branch is
// there, or one of a filter, and has a commit, only the tree tells.
func (h *Host) fromREST(r *github.Repository) *remote {
	out := &remote{
		ID: r.GetNodeID(), DatabaseID: r.GetID(), Name: r.GetName(), NameWithOwner: r.GetFullName(), URL: r.GetHTMLURL(),
		Description: r.GetDescription(), HomepageURL: r.GetHomepage(), IsArchived: r.GetArchived(), IsFork: r.GetFork(),
		IsDisabled: r.GetDisabled(), Visibility: visibility(r), DiskUsage: int64(r.GetSize()), Stars: r.StargazersCount,
		CreatedAt: moment{r.GetCreatedAt().UTC()}, PushedAt: moment{r.GetPushedAt().UTC()},
	}
	out.Owner.Login = r.GetOwner().GetLogin()
	if l := r.GetLicense().GetSPDXID(); l != "" {
		out.LicenseInfo = &licence{l}
	}
	for _, t := range r.Topics {
		out.RepositoryTopics.Nodes = append(out.RepositoryTopics.Nodes, topic{named{t}})
	}
	if b := r.GetDefaultBranch(); b != "" {
		out.DefaultBranchRef = &branch{Name: b}
	}
	if b := h.o.Filters.Branch; b != "" {
		out.Ref = &branch{Name: b}
	}
	return out
}

func visibility(r *github.Repository) string {
	switch {
	case r.GetVisibility() != "":
		return r.GetVisibility()
	case r.GetPrivate():
		return "private"
	}
	return "public"
}
