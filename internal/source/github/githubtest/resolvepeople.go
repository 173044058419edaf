package githubtest

import (
	"cmp"
	"fmt"
	"slices"
)

func (s *Server) organization(o *Org) *object {
	return &object{"Organization", map[string]any{
		"login": o.Login,
		"membersWithRole": lazily(func(a map[string]any) any {
			var items []item
			for i := range o.People {
				items = append(items, item{o.People[i].Login, s.member(&o.People[i])})
			}
			return connect("OrganizationMemberConnection", ordered(items), a)
		}),
		"teams": lazily(func(a map[string]any) any {
			var items []item
			for i := range o.Teams {
				items = append(items, item{o.Teams[i].Slug, s.team(o, &o.Teams[i])})
			}
			return connect("TeamConnection", ordered(items), a)
		}),
		"team": lazily(func(a map[string]any) any {
			for i := range o.Teams {
				if o.Teams[i].Slug == a["slug"] {
					return s.team(o, &o.Teams[i])
				}
			}
			return nil
		}),
	}}
}

func ordered(items []item) []item {
	slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.key, b.key) })
	return items
}

func (s *Server) member(p *Person) *object {
	verified := []any{}
	for _, v := range p.Verified {
		verified = append(verified, v)
	}
	return &object{"User", map[string]any{
		"id": "U_" + p.Login, "login": p.Login, "name": text(p.Name), "bio": text(p.Bio), "email": p.Email, "url": webHost + "/" + p.Login,
		"avatarUrl": "https://avatars.githubusercontent.com/" + p.Login, "organizationVerifiedDomainEmails": verified,
	}}
}

func (s *Server) team(o *Org, t *Team) *object {
	web := fmt.Sprintf("%s/orgs/%s/teams/%s", webHost, o.Login, t.Slug)
	var parent *object
	if t.Parent != "" {
		parent = &object{"Team", map[string]any{"slug": t.Parent}}
	}
	return &object{"Team", map[string]any{
		"slug": t.Slug, "combinedSlug": o.Login + "/" + t.Slug, "name": t.Name, "description": text(t.Description), "url": web,
		"avatarUrl": "https://avatars.githubusercontent.com/t/" + t.Slug, "editTeamUrl": web + "/edit", "parentTeam": parent,
		"members": lazily(func(a map[string]any) any {
			if a["membership"] != "IMMEDIATE" {
				s.t.Errorf("github: GraphQL: members of teams below %s are asked for", t.Slug)
			}
			var items []item
			for _, m := range t.Members {
				items = append(items, item{m, s.member(&Person{Login: m})})
			}
			return connect("TeamMemberConnection", ordered(items), a)
		}),
	}}
}
