package github

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/par"
)

// peopleAtOnce is of how many people and teams REST is asked at the same time.
const peopleAtOnce = 8

// listedPerson is somebody in a list, or as the host knows them.
type listedPerson struct {
	Login  string `json:"login"`
	NodeID string `json:"node_id"`
	Name   string `json:"name"`
	Bio    string `json:"bio"`
	Avatar string `json:"avatar_url"`
	Email  string `json:"email"`
	// Inherited tells, in lists of teams, that somebody is a member of a team below.
	// Hosts before 2026 do not tell.
	Inherited *bool `json:"inherited"`
	// Suspended is when the account was suspended, at an Enterprise.
	Suspended *string `json:"suspended_at"`
}

// listedTeam is a team of a list. It has no picture, unlike those of GraphQL.
type listedTeam struct {
	Slug   string                 `json:"slug"`
	Name   string                 `json:"name"`
	About  string                 `json:"description"`
	URL    string                 `json:"html_url"`
	Parent *struct{ Slug string } `json:"parent"`
}

// peopleREST are members and teams by REST, for hosts without GraphQL: a request
// for each person and each team, most of which cost nothing once the answers are
// known. Addresses of verified domains only GraphQL tells.
func (h *Host) peopleREST(ctx context.Context) (users []*person, teams []*team, err error) {
	what := h.peopleWhat("members")
	listed, err := list100[listedPerson](ctx, h, what, "members")
	if err != nil {
		return nil, nil, err
	}
	for u, err := range par.Map(ctx, peopleAtOnce, slices.Values(listed), h.personREST) {
		if err != nil {
			return nil, nil, err
		}
		if !u.suspended || !h.asksSuspended() {
			users = append(users, u)
		}
	}
	found, err := list100[listedTeam](ctx, h, h.peopleWhat("teams"), "teams")
	if err != nil {
		return nil, nil, err
	}
	if slices.ContainsFunc(found, func(t listedTeam) bool { return t.Slug == "" }) {
		return nil, nil, h.broken(h.peopleWhat("teams"), "a team without a name")
	}
	known := map[string][]listedPerson{} // members of teams with those below
	for i, err := range par.Map(ctx, peopleAtOnce, slices.Values(found), h.teamMembers) {
		if err != nil {
			return nil, nil, err
		}
		known[found[len(teams)].Slug] = i
		teams = append(teams, h.teamREST(found[len(teams)]))
	}
	for _, t := range teams {
		t.Members.Nodes = own(known[t.Slug], teams, known, t.Slug)
	}
	return users, teams, nil
}

func (h *Host) personREST(ctx context.Context, p listedPerson) (*person, error) {
	what := "find " + clip(p.Login, 100)
	var u listedPerson
	if err := h.getREST(ctx, what, "users/"+url.PathEscape(p.Login), &u); err != nil {
		return nil, err
	}
	if u.Login == "" {
		return nil, h.broken(what, "somebody without a name")
	}
	out := &person{ID: u.NodeID, Login: u.Login, Name: u.Name, Bio: u.Bio, Avatar: u.Avatar, Email: u.Email, suspended: u.Suspended != nil}
	if h.o.App != nil {
		out.Email = "" // as by GraphQL
	}
	return out, nil
}

func (h *Host) teamMembers(ctx context.Context, t listedTeam) ([]listedPerson, error) {
	return list100[listedPerson](ctx, h, h.peopleWhat("members of team "+clip(t.Slug, 100)), "teams", t.Slug, "members")
}

func (h *Host) teamREST(t listedTeam) *team {
	out := &team{Slug: t.Slug, Name: t.Name, About: t.About, URL: t.URL, Parent: t.Parent, Combined: h.o.Organization + "/" + t.Slug}
	if _, after, ok := strings.Cut(t.URL, "/orgs/"); ok { // the organisation as it spells itself
		login, _, _ := strings.Cut(after, "/")
		out.Combined = login + "/" + t.Slug
	}
	if t.URL != "" {
		out.EditURL = strings.TrimSuffix(t.URL, "/") + "/edit"
	}
	return out
}

// own are the members of a team itself. Of a host that does not tell who is only
// a member of a team below, all of those are left out.
func own(members []listedPerson, teams []*team, known map[string][]listedPerson, slug string) (out []*person) {
	below := map[string]bool{}
	for _, t := range teams {
		if t.Parent != nil && t.Parent.Slug == slug {
			for _, m := range known[t.Slug] {
				below[m.Login] = true
			}
		}
	}
	for _, m := range members {
		if m.Login == "" {
			continue // nobody that is in the list of members
		}
		inherited := below[m.Login]
		if m.Inherited != nil {
			inherited = *m.Inherited
		}
		if !inherited {
			out = append(out, &person{Login: m.Login})
		}
	}
	return out
}

// list100 is a list of the organisation, in pages of a hundred. Path are the
// segments of its address below that of the organisation.
func list100[T any](ctx context.Context, h *Host, what string, path ...string) (all []T, err error) {
	at := "orgs/" + url.PathEscape(h.o.Organization)
	for _, s := range path {
		at += "/" + url.PathEscape(s)
	}
	for page := 1; page <= maxPeoplePages; {
		var some []T
		next, err := h.pageREST(ctx, what, at+"?per_page="+strconv.Itoa(perPage)+"&page="+strconv.Itoa(page), &some)
		if err != nil {
			return nil, err
		}
		if all = append(all, some...); next == 0 {
			return all, nil
		}
		if next <= page {
			return nil, h.broken(what, "a list that does not go on")
		}
		page = next
	}
	return nil, h.broken(what, "a list without an end")
}

func (h *Host) getREST(ctx context.Context, what, address string, into any) error {
	_, err := h.pageREST(ctx, what, address, into)
	return err
}

// pageREST asks for an address of the API, and tells the number of the next page.
func (h *Host) pageREST(ctx context.Context, what, address string, into any) (next int, err error) {
	req, err := h.rest.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return 0, h.broken(what, "its name fits in no address")
	}
	resp, err := h.rest.Do(ask(ctx, what), req, into)
	if err != nil {
		return 0, h.fault(err, what)
	}
	return resp.NextPage, nil
}
