package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/par"
	"callboard/internal/source"
)

// Annotations that Backstage's githubOrg provider gives.
const (
	annUserLogin = "github.com/user-login"
	annUserID    = "github.com/user-id"
	annTeamSlug  = "github.com/team-slug"
	annEditURL   = "backstage.io/edit-url"
)

// Pages of people. Teams come with as many of their members as fit a page;
// larger teams are asked for by themselves.
const (
	teamsPerPage = 50
	// maxPeoplePages bounds a list that does not end: a million members.
	maxPeoplePages = 10_000
)

const membersQuery = `query($org: String!, $first: Int!, $after: String, $email: Boolean!, $verified: Boolean!) {
  organization(login: $org) {
    membersWithRole(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id login name bio avatarUrl url email @include(if: $email) organizationVerifiedDomainEmails(login: $org) @include(if: $verified) }
    }
  }
}`

const teamsQuery = `query($org: String!, $first: Int!, $after: String) {
  organization(login: $org) {
    teams(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        slug combinedSlug name description avatarUrl editTeamUrl url parentTeam { slug }
        members(first: 100, membership: IMMEDIATE) { pageInfo { hasNextPage endCursor } nodes { login } }
      }
    }
  }
}`

const teamQuery = `query($org: String!, $slug: String!, $first: Int!, $after: String) {
  organization(login: $org) {
    team(slug: $slug) {
      members(first: $first, after: $after, membership: IMMEDIATE) { pageInfo { hasNextPage endCursor } nodes { login } }
    }
  }
}`

func (h *Host) activeAndTeams(ctx context.Context, members []*person) ([]*person, []*team, error) {
	users, err := h.active(ctx, members)
	if err != nil {
		return nil, nil, err
	}
	teams, err := h.teams(ctx)
	return users, teams, err
}

// asksSuspended tells whether the host is asked who is suspended.
func (h *Host) asksSuspended() bool { return h.o.NoSuspended && h.at.name != "api.github.com" }

// active are the people whose accounts are not suspended.
func (h *Host) active(ctx context.Context, users []*person) (out []*person, err error) {
	if !h.asksSuspended() {
		return users, nil
	}
	for p, err := range par.Map(ctx, peopleAtOnce, slices.Values(users), func(ctx context.Context, u *person) (*person, error) {
		p, err := h.personREST(ctx, listedPerson{Login: u.Login})
		if err != nil || p.suspended {
			return nil, err
		}
		return u, nil
	}) {
		if err != nil {
			return nil, err
		}
		if p != nil {
			out = append(out, p)
		}
	}
	return out, nil
}

type person struct {
	ID       string   `json:"id"`
	Login    string   `json:"login"`
	Name     string   `json:"name"`
	Bio      string   `json:"bio"`
	Avatar   string   `json:"avatarUrl"`
	URL      string   `json:"url"`
	Email    string   `json:"email"`
	Verified []string `json:"organizationVerifiedDomainEmails"`

	suspended bool
}

type people struct {
	PageInfo page      `json:"pageInfo"`
	Nodes    []*person `json:"nodes"`
}

type team struct {
	Slug     string                 `json:"slug"`
	Combined string                 `json:"combinedSlug"`
	Name     string                 `json:"name"`
	About    string                 `json:"description"`
	Avatar   string                 `json:"avatarUrl"`
	EditURL  string                 `json:"editTeamUrl"`
	URL      string                 `json:"url"`
	Parent   *struct{ Slug string } `json:"parentTeam"`
	Members  people                 `json:"members"`
}

// People are the organisation's members and teams as Backstage's githubOrg
// provider has them: users are called by their login, groups by their slug, and
// members are those of the team itself, not of teams below it.
func (h *Host) People(ctx context.Context) (source.People, error) {
	if h.o.Organization == "" {
		return source.People{}, h.unsupported("list people", "people are those of an organisation")
	}
	var out source.People
	users, teams, err := h.membersAndTeams(ctx)
	if err != nil {
		return out, err
	}
	groups := map[string][]string{}
	for _, t := range teams {
		g := t.group()
		g.Namespace = h.o.GroupNamespace
		out.Groups = append(out.Groups, g)
		for _, m := range t.Members.Nodes {
			groups[m.Login] = append(groups[m.Login], g.Qualified())
		}
	}
	for _, u := range users {
		out.Users = append(out.Users, u.user(groups[u.Login]))
	}
	slices.SortFunc(out.Users, func(a, b source.User) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(out.Groups, func(a, b source.Group) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// membersAndTeams are those by GraphQL, or by REST if the host has none.
func (h *Host) membersAndTeams(ctx context.Context) ([]*person, []*team, error) {
	if !h.noGraphQL.Load() {
		users, err := h.members(ctx)
		if err == nil {
			return h.activeAndTeams(ctx, users)
		}
		if h.offers(err) {
			return nil, nil, err
		}
	}
	return h.peopleREST(ctx)
}

func (p *person) user(groups []string) source.User {
	slices.Sort(groups)
	u := source.User{
		Name: p.Login, DisplayName: p.Name, Email: p.Email, Picture: p.Avatar, Description: p.Bio, Groups: groups,
		Annotations: map[string]string{annUserLogin: p.Login},
	}
	if p.ID != "" {
		u.Annotations[annUserID] = p.ID
	}
	if len(p.Verified) > 0 {
		u.Email = p.Verified[0]
	}
	return u
}

func (t *team) group() source.Group {
	g := source.Group{
		Name: t.Slug, DisplayName: t.Name, Picture: t.Avatar, Description: t.About, Type: "team",
		Annotations: map[string]string{annTeamSlug: t.Combined},
	}
	if t.EditURL != "" {
		g.Annotations[annEditURL] = t.EditURL
	}
	if t.Parent != nil {
		g.Parent = t.Parent.Slug
	}
	for _, m := range t.Members.Nodes {
		g.Members = append(g.Members, m.Login)
	}
	slices.Sort(g.Members)
	return g
}

func (h *Host) peopleWhat(kind string) string { return "list " + kind + " of " + h.o.Organization }

// whole asks for a page in the largest size that the host manages. What it lists
// must be complete: a problem with any part of it is an error.
func (h *Host) whole(ctx context.Context, what, query string, first int, vars map[string]any, answer any) error {
	for ; ; first /= 2 {
		vars["first"] = first
		problems, err := h.query(ctx, what, query, vars, answer)
		if err == nil && len(problems) > 0 {
			err = h.problemFault(problems[0], what)
		}
		if !smaller(err) || first <= 1 {
			return err
		}
	}
}

// next is the variables for the page after p, nil after the last.
func (h *Host) next(p page, vars map[string]any, what string) (more bool, err error) {
	if !p.HasNextPage {
		return false, nil
	}
	if p.EndCursor == "" || vars["after"] == p.EndCursor {
		return false, h.broken(what, "a list that does not go on")
	}
	vars["after"] = p.EndCursor
	return true, nil
}

func (h *Host) members(ctx context.Context) ([]*person, error) {
	what := h.peopleWhat("members")
	// An app may not see addresses unless it is given a permission of its own,
	// and asking is an error then; Backstage does not ask either.
	vars := map[string]any{"org": h.o.Organization, "after": nil, "email": h.o.App == nil, "verified": h.o.VerifiedEmails}
	var all []*person
	for range maxPeoplePages {
		var a struct {
			Organization *struct {
				Members people `json:"membersWithRole"`
			}
		}
		if err := h.whole(ctx, what, membersQuery, perPage, vars, &a); err != nil {
			return nil, err
		}
		if a.Organization == nil {
			return nil, h.noOrganization(what)
		}
		ps, err := h.present(a.Organization.Members.Nodes, what)
		if err != nil {
			return nil, err
		}
		all = append(all, ps...)
		if more, err := h.next(a.Organization.Members.PageInfo, vars, what); !more {
			return all, err
		}
	}
	return nil, h.broken(what, "a list without an end")
}

func (h *Host) noOrganization(what string) error {
	return &source.Fault{Kind: source.Gone, Host: h.at.name, What: what, Err: fmt.Errorf("no organisation %q", h.o.Organization)}
}

// present are people of a page that lacks none.
func (h *Host) present(ps []*person, what string) ([]*person, error) {
	if slices.ContainsFunc(ps, func(p *person) bool { return p == nil || p.Login == "" }) {
		return nil, &source.Fault{Kind: source.Denied, Host: h.at.name, What: what, Err: errors.New("somebody is not shown")}
	}
	return ps, nil
}

func (h *Host) teams(ctx context.Context) ([]*team, error) {
	what := h.peopleWhat("teams")
	vars := map[string]any{"org": h.o.Organization, "after": nil}
	var all []*team
	for range maxPeoplePages {
		var a struct {
			Organization *struct {
				Teams struct {
					PageInfo page    `json:"pageInfo"`
					Nodes    []*team `json:"nodes"`
				} `json:"teams"`
			}
		}
		if err := h.whole(ctx, what, teamsQuery, teamsPerPage, vars, &a); err != nil {
			return nil, err
		}
		if a.Organization == nil {
			return nil, h.noOrganization(what)
		}
		for _, t := range a.Organization.Teams.Nodes {
			if t == nil || t.Slug == "" {
				return nil, h.broken(what, "a team that is not shown")
			}
			if err := h.remaining(ctx, t); err != nil {
				return nil, err
			}
			all = append(all, t)
		}
		if more, err := h.next(a.Organization.Teams.PageInfo, vars, what); !more {
			return all, err
		}
	}
	return nil, h.broken(what, "a list without an end")
}

// remaining asks for the members of a team that did not come with it.
func (h *Host) remaining(ctx context.Context, t *team) error {
	what := h.peopleWhat("members of team " + clip(t.Slug, 100))
	vars := map[string]any{"org": h.o.Organization, "slug": t.Slug}
	for range maxPeoplePages {
		if _, err := h.present(t.Members.Nodes, what); err != nil {
			return err
		}
		if more, err := h.next(t.Members.PageInfo, vars, what); !more {
			return err
		}
		var a struct {
			Organization *struct {
				Team *struct{ Members people }
			}
		}
		if err := h.whole(ctx, what, teamQuery, perPage, vars, &a); err != nil {
			return err
		}
		if a.Organization == nil || a.Organization.Team == nil {
			return h.broken(what, "a team that went away meanwhile")
		}
		t.Members.PageInfo = a.Organization.Team.Members.PageInfo
		t.Members.Nodes = append(t.Members.Nodes, a.Organization.Team.Members.Nodes...)
	}
	return h.broken(what, "a list without an end")
}
