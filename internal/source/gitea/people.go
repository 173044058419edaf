package gitea

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/source"
	"callboard/internal/source/rest"
)

type user struct {
	Login      string
	FullName   string `json:"full_name"`
	Email      string
	Avatar     string `json:"avatar_url"`
	About      string `json:"description"`
	HTML       string `json:"html_url"`
	Prohibited bool   `json:"prohibit_login"` // shown to administrators alone
}

type team struct {
	ID          int64
	Name        string
	Description string
}

// People are the members and teams of the organisation; a user has none.
// Backstage has no provider for those of Gitea: names are those of GitHub's.
func (h *Host) People(ctx context.Context) (source.People, error) {
	org := h.o.Organization
	if org == "" {
		return source.People{}, nil
	}
	teams, err := rest.All(items[team](ctx, h.api, rest.Call{What: "list teams of " + source.Clip(org), Path: []string{"orgs", org, "teams"}}))
	if err != nil {
		return source.People{}, err
	}
	in := map[string][]string{} // teams by login
	var out source.People
	for _, t := range teams {
		if t.ID <= 0 || t.Name == "" {
			return source.People{}, h.api.Fault(source.Broken, "list teams of "+source.Clip(org), "a team without a name")
		}
		g, err := h.team(ctx, t)
		if err != nil {
			return source.People{}, err
		}
		for _, m := range g.Members {
			in[m] = append(in[m], g.Name)
		}
		out.Groups = append(out.Groups, g)
	}
	c := rest.Call{What: "list members of " + source.Clip(org), Path: []string{"orgs", org, "members"}}
	for u, err := range items[user](ctx, h.api, c) {
		if err != nil {
			return source.People{}, err
		}
		if u.Login != "" && !u.Prohibited {
			out.Users = append(out.Users, h.user(u, in[u.Login]))
		}
	}
	return out, nil
}

func (h *Host) team(ctx context.Context, t team) (source.Group, error) {
	g := source.Group{
		Name: t.Name, DisplayName: t.Name, Description: t.Description, Type: "team",
		Annotations: map[string]string{h.host() + "/team-path": h.o.Organization + "/" + t.Name},
	}
	c := rest.Call{What: "list members of team " + source.Clip(t.Name), Path: []string{"teams", strconv.FormatInt(t.ID, 10), "members"}}
	for u, err := range items[user](ctx, h.api, c) {
		if err != nil {
			return g, err
		}
		if u.Login != "" && !u.Prohibited {
			g.Members = append(g.Members, u.Login)
		}
	}
	slices.Sort(g.Members)
	return g, nil
}

func (h *Host) user(u user, teams []string) source.User {
	if _, at, _ := strings.Cut(u.Email, "@"); strings.HasPrefix(at, "noreply.") {
		u.Email = "" // the member hides it
	}
	return source.User{
		Name: u.Login, DisplayName: u.FullName, Email: u.Email, Picture: u.Avatar, Description: u.About, Groups: teams,
		Annotations: map[string]string{h.host() + "/user-login": cmp.Or(u.HTML, u.Login)},
	}
}

// host is the host as annotations name it.
func (h *Host) host() string {
	if h.o.Host != "" {
		return h.o.Host
	}
	_, host, _ := strings.Cut(h.base, "://")
	host, _, _ = strings.Cut(host, "/")
	return host
}
