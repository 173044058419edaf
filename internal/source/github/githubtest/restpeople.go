package githubtest

import (
	"fmt"
	"net/http"
	"slices"
)

// person is a user as lists have them.
func (s *Server) person(login string) map[string]any {
	u := s.userJSON(login)
	u["node_id"] = "U_" + login
	return u
}

func (s *Server) listMembers(r *http.Request, args []string) answer {
	o := s.org(args[0])
	if o == nil {
		return notFound
	}
	var logins []string
	for _, p := range o.People {
		logins = append(logins, p.Login)
	}
	slices.Sort(logins)
	part, h := paged(s, r, logins)
	out := []any{}
	for _, l := range part {
		out = append(out, s.person(l))
	}
	return answer{status: http.StatusOK, header: h, body: out}
}

func (s *Server) getUser(_ *http.Request, args []string) answer {
	p := s.personOf(args[0])
	if p == nil {
		return notFound
	}
	when := "2020-01-01T00:00:00Z"
	u := s.person(p.Login)
	for name, v := range map[string]any{
		"name": text(p.Name), "bio": text(p.Bio), "email": text(p.Email), "blog": "", "company": nil, "location": nil, "hireable": nil,
		"followers": 0, "following": 0, "public_gists": 0, "public_repos": 0, "created_at": when, "updated_at": when, "user_view_type": "public",
	} {
		u[name] = v
	}
	if p.Suspended { // as an Enterprise says; the public description has no word for it
		for _, n := range []string{"collaborators", "disk_usage", "owned_private_repos", "private_gists", "total_private_repos"} {
			u[n] = 0
		}
		u["suspended_at"], u["user_view_type"], u["two_factor_authentication"] = when, "private", false
	}
	return ok(u)
}

func (s *Server) personOf(login string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.orgs {
		for i := range o.People {
			if o.People[i].Login == login {
				return &o.People[i]
			}
		}
	}
	return nil
}

func (s *Server) listTeams(r *http.Request, args []string) answer {
	o := s.org(args[0])
	if o == nil {
		return notFound
	}
	part, h := paged(s, r, o.Teams)
	out := []any{}
	for i := range part {
		t := s.teamJSON(o, &part[i])
		t["parent"] = nil
		if p := o.team(part[i].Parent); p != nil {
			t["parent"] = s.teamJSON(o, p)
		}
		out = append(out, t)
	}
	return answer{status: http.StatusOK, header: h, body: out}
}

func (o *Org) team(slug string) *Team {
	i := slices.IndexFunc(o.Teams, func(t Team) bool { return t.Slug == slug })
	if i < 0 {
		return nil
	}
	return &o.Teams[i]
}

func (s *Server) teamJSON(o *Org, t *Team) map[string]any {
	api := fmt.Sprintf("%s/orgs/%s/teams/%s", s.URL, o.Login, t.Slug)
	return map[string]any{
		"id": 1 + len(t.Slug), "node_id": "T_" + t.Slug, "url": api, "members_url": api + "/members{/member}", "repositories_url": api + "/repos",
		"html_url": fmt.Sprintf("%s/orgs/%s/teams/%s", webHost, o.Login, t.Slug), "name": t.Name, "slug": t.Slug, "description": text(t.Description),
		"permission": "pull", "privacy": "closed", "notification_setting": "notifications_enabled", "type": "organization",
	}
}

// listTeamMembers lists the members of a team and of those below it.
func (s *Server) listTeamMembers(r *http.Request, args []string) answer {
	o := s.org(args[0])
	if o == nil || o.team(args[1]) == nil {
		return notFound
	}
	inherited := map[string]bool{}
	o.gather(args[1], false, inherited)
	var logins []string
	for l := range inherited {
		logins = append(logins, l)
	}
	slices.Sort(logins)
	part, h := paged(s, r, logins)
	out := []any{}
	for _, l := range part {
		u := s.person(l)
		if u["role"] = "member"; !o.Older {
			u["inherited"] = inherited[l]
		}
		out = append(out, u)
	}
	return answer{status: http.StatusOK, header: h, body: out}
}

// gather notes the members of a team, and whether each is one of a team below it
// only.
func (o *Org) gather(slug string, below bool, into map[string]bool) {
	for _, m := range o.team(slug).Members {
		if was, known := into[m]; !known || was {
			into[m] = below
		}
	}
	for _, t := range o.Teams {
		if t.Parent == slug {
			o.gather(t.Slug, true, into)
		}
	}
}
