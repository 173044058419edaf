package github

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"callboard/internal/source"
)

const listQuery = `query($owner: String!, $first: Int!, $after: String, $ref: String!, $other: Boolean!) {
  repositoryOwner(login: $owner) {
    repositories(first: $first, after: $after, ownerAffiliations: [OWNER], orderBy: {field: CREATED_AT, direction: ASC}) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...repo }
    }
  }
}` + repoFragment

// page is a page of any list.
type page struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}

// maxPages bounds the lists of a host that never ends them: a million
// repositories, at a hundred a page.
const maxPages = 10_000

// Repos lists the repositories of the owner that the filters let through, the
// oldest first: new ones do not move those that are on other pages. Repositories
// without a commit are left out, as Backstage does.
//
// A repository that is there and not shown, as GitHub answers when a policy of
// the organisation keeps the token from it, ends the list with a fault of kind
// Denied after all others: nobody may conclude from such a list what is gone.
func (h *Host) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	return func(yield func(source.Repo, error) bool) {
		all := h.list
		if h.o.owner() == "" {
			all = h.listInstallation
		}
		var hidden error
		for r, err := range all(ctx) {
			if f, ok := errors.AsType[*hiddenError](err); ok {
				hidden = f.fault
				continue
			}
			if err != nil {
				yield(source.Repo{}, err)
				return
			}
			if !h.accept(r) {
				continue
			}
			if repo, ok := h.repo(r); ok && !yield(repo, nil) {
				return
			}
		}
		if hidden != nil {
			yield(source.Repo{}, hidden)
		}
	}
}

// hiddenError tells that a list has holes; it does not end the list.
type hiddenError struct{ fault error }

func (e *hiddenError) Error() string { return e.fault.Error() }

func (h *Host) what() string {
	if h.o.owner() == "" {
		return "list repositories of the app's installation"
	}
	return "list repositories of " + h.o.owner()
}

// list is the list of the owner by GraphQL, or by REST if the host has none.
func (h *Host) list(ctx context.Context) iter.Seq2[*remote, error] {
	return func(yield func(*remote, error) bool) {
		if !h.noGraphQL.Load() {
			err := h.listGraphQL(ctx, yield)
			switch {
			case err == nil || errors.Is(err, errStop):
				return
			case h.offers(err):
				yield(nil, err)
				return
			}
		}
		h.listREST(ctx)(yield)
	}
}

// errStop tells that the consumer of a list has had enough.
var errStop = errors.New("stop")

// growAfter is how many pages in a row make us believe that larger ones are no
// longer too much.
const growAfter = 8

// listGraphQL asks for page after page. A page that is too much for the host is
// asked for again in half the size, and the size grows back later.
func (h *Host) listGraphQL(ctx context.Context, yield func(*remote, error) bool) error {
	after, first, good := any(nil), perPage, 0
	for range maxPages {
		p, err := h.listPage(ctx, first, after)
		if smaller(err) && first > 1 {
			first, good = first/2, 0
			continue
		}
		if err != nil {
			return err
		}
		for _, r := range p.nodes {
			if !yield(r, nil) {
				return errStop
			}
		}
		if p.hidden != nil && !yield(nil, &hiddenError{p.hidden}) {
			return errStop
		}
		if !p.HasNextPage {
			return nil
		}
		if p.EndCursor == "" || p.EndCursor == after {
			return h.broken(h.what(), "a list that does not go on")
		}
		after = p.EndCursor
		if good++; good%growAfter == 0 {
			first = min(perPage, first*2)
		}
	}
	return h.broken(h.what(), "a list without an end")
}

type listed struct {
	page
	nodes  []*remote
	hidden error // about nodes that are null
}

func (h *Host) listPage(ctx context.Context, first int, after any) (*listed, error) {
	vars := h.refVars()
	vars["owner"], vars["first"], vars["after"] = h.o.owner(), first, after
	var a struct {
		Owner *struct {
			Repositories *struct {
				PageInfo page      `json:"pageInfo"`
				Nodes    []*remote `json:"nodes"`
			} `json:"repositories"`
		} `json:"repositoryOwner"`
	}
	problems, err := h.query(ctx, h.what(), listQuery, vars, &a)
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		if p.tooMuch() {
			return nil, h.problemFault(p, h.what())
		}
	}
	if a.Owner == nil || a.Owner.Repositories == nil {
		if len(problems) > 0 {
			return nil, h.problemFault(problems[0], h.what())
		}
		return nil, &source.Fault{Kind: source.Gone, Host: h.at.name, What: h.what(), Err: fmt.Errorf("no organisation or user %q", h.o.owner())}
	}
	out := &listed{page: a.Owner.Repositories.PageInfo}
	for _, r := range a.Owner.Repositories.Nodes {
		if r != nil {
			out.nodes = append(out.nodes, r)
		}
	}
	if len(out.nodes) < len(a.Owner.Repositories.Nodes) {
		out.hidden = h.hidden(problems)
	}
	return out, nil
}

// hidden is the fault of a list with holes.
func (h *Host) hidden(problems []problem) error {
	f := &source.Fault{Kind: source.Denied, Host: h.at.name, What: h.what(), Err: errors.New("a repository is not shown")}
	if len(problems) > 0 {
		f.Err = h.problemFault(problems[0], "").Err
	}
	return f
}
