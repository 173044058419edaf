package gitlab_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"callboard/internal/source"
	"callboard/internal/source/gitlab"
)

// show writes people as lines, to compare them.
func show(p source.People) string {
	var b strings.Builder
	for _, u := range p.Users {
		b.WriteString("user " + u.Name + ": " + strings.Join(u.Groups, " ") + "\n")
	}
	for _, g := range p.Groups {
		b.WriteString("group " + g.Name + " below " + g.Parent + ": " + strings.Join(g.Members, " ") + "\n")
	}
	return b.String()
}

func TestPeople(t *testing.T) {
	for _, c := range []struct {
		what string
		o    gitlab.Options
		want string
	}{
		{"of an instance: all users, all groups with users and those above them", gitlab.Options{}, `
user ada: acme acme-platform-tools
user bob: acme-platform-tools other
user grace: acme-platform-tools
group acme below : ada
group acme-platform below acme: 
group acme-platform-tools below acme-platform: ada bob grace
group other below : bob
`},
		{"below a group: names without it", gitlab.Options{Group: "acme"}, `
user ada: acme platform-tools
user bob: platform-tools
user grace: platform-tools
group acme below : ada
group platform below acme: 
group platform-tools below platform: ada bob grace
`},
		{"at gitlab.com: users with seats", gitlab.Options{Host: "gitlab.com", Group: "acme"}, `
user ada: acme platform-tools
user grace: platform-tools
group acme below : ada
group platform below acme: 
group platform-tools below platform: ada grace
`},
		{"at gitlab.com: without seats too, but no bots", gitlab.Options{Host: "gitlab.com", Group: "acme", People: gitlab.People{WithoutSeat: true}}, `
user ada: acme platform-tools
user bob: platform-tools
user grace: platform-tools
group acme below : ada
group platform below acme: 
group platform-tools below platform: ada bob grace
`},
		{"at gitlab.com: below a group that is not the topmost", gitlab.Options{Host: "gitlab.com", Group: "acme/platform"}, `
user ada: tools
user grace: tools
group acme-platform below : 
group tools below acme-platform: ada grace
`},
		{"members of the group alone", gitlab.Options{Group: "acme", People: gitlab.People{OnlyOfGroup: true}}, `
user ada: acme platform-tools
group acme below : ada
group platform below acme: 
group platform-tools below platform: ada
`},
		{"by patterns", gitlab.Options{Group: "acme", People: gitlab.People{UserPattern: "^bob@", GroupPattern: "tools|void"}}, `
user bob: platform-tools
group platform-tools below : bob
`},
		{"with members of groups below", gitlab.Options{Group: "acme", People: gitlab.People{Relations: []string{"DESCENDANTS"}, GroupPattern: "^acme$"}}, `
user ada: acme
user bob: 
user grace: acme
group acme below : ada grace
`},
	} {
		s := newServer(t)
		s.people()
		got, err := s.host(c.o).People(t.Context())
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		if text := show(got); text != c.want[1:] {
			t.Errorf("%s:\n%s", c.what, text)
		}
	}
}

func TestPeopleHaveWhatBackstageGives(t *testing.T) {
	s := newServer(t)
	s.people()
	p, err := s.host(gitlab.Options{Group: "acme"}).People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u := p.Users[0]
	if u.DisplayName != "Ada" || u.Email != "ada@example.com" || u.Picture != "https://www.gravatar.com/avatar/ada" ||
		u.Annotations["gitlab.example.com/user-login"] != s.base+"/ada" || u.Annotations["gitlab.example.com/user-id"] != "1" || u.Annotations["gitlab.example.com/saml-external-uid"] != "ABC-1" {
		t.Errorf("%+v", u)
	}
	i := slices.IndexFunc(p.Groups, func(g source.Group) bool { return g.Name == "platform-tools" })
	if g := p.Groups[i]; g.DisplayName != "Tools" || g.Type != "team" || g.Description != "About Tools" || g.Annotations["gitlab.example.com/team-path"] != "acme/platform/tools" || g.Annotations["gitlab.example.com/visibility"] != "private" {
		t.Errorf("%+v", g)
	}
}

// People are all, or none: whoever cannot be seen makes a fault.
func TestPeopleAreComplete(t *testing.T) {
	s := newServer(t)
	s.people()
	h := s.host(gitlab.Options{Group: "acme"})
	for _, part := range []string{"/api/v4/users", "/api/v4/groups", "/api/graphql"} {
		s.RunFaults(t, part, token, func() error { _, err := h.People(t.Context()); return err })
	}
	delete(s.in, "acme/void")
	if _, err := h.People(t.Context()); source.KindOf(err) != source.Denied || !strings.Contains(err.Error(), "acme/void") {
		t.Errorf("a group whose members are hidden: %v", err)
	}
	s.Break("/graphql", func(w http.ResponseWriter, _ *http.Request) {
		s.json(w, map[string]any{"errors": []any{map[string]any{"message": "Query has complexity of 300 for " + token}}})
	})
	if _, err := h.People(t.Context()); source.KindOf(err) != source.Unsupported || strings.Contains(err.Error(), token) || !strings.Contains(err.Error(), "complexity") {
		t.Errorf("a query that is refused: %v", err)
	}
	if _, err := s.host(gitlab.Options{Host: "gitlab.com"}).People(t.Context()); err == nil {
		t.Error("the people of all of gitlab.com")
	}
}
