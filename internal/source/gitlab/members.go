package gitlab

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/source"
)

// groupsAtOnce is of how many groups one query asks for members.
const groupsAtOnce = 10

const membersField = `g%[1]d: group(fullPath: $g%[1]d) { groupMembers(first: 100, relations: $relations, after: $a%[1]d) {
  pageInfo { endCursor hasNextPage } nodes { user { id } } } }
`

type groupMembers struct {
	Members *struct {
		PageInfo struct {
			EndCursor   string
			HasNextPage bool
		}
		Nodes []*struct{ User *struct{ ID string } }
	} `json:"groupMembers"`
}

// members fills in the IDs of the members of groups. A group whose members are
// not shown to us is a fault, since nobody could tell it from one without any.
func (h *Host) members(ctx context.Context, groups []group, into map[int64][]int64) error {
	after := map[int]string{} // of the groups that are not done
	for i := range groups {
		after[i] = ""
	}
	for turn := 0; len(after) > 0; turn++ {
		if turn == maxTurns {
			return h.graph.Fault(source.Broken, "list members of "+source.Clip(groups[slices.Min(slices.Collect(maps.Keys(after)))].Path), "its pages have no end")
		}
		answer, err := h.askMembers(ctx, groups, after)
		if err != nil {
			return err
		}
		for _, i := range slices.Sorted(maps.Keys(after)) {
			m := answer[fmt.Sprint("g", i)]
			if m == nil || m.Members == nil {
				return h.graph.Fault(source.Denied, "list members of "+source.Clip(groups[i].Path), "")
			}
			for _, n := range m.Members.Nodes {
				if n != nil && n.User != nil {
					into[groups[i].ID] = append(into[groups[i].ID], number(n.User.ID, "User"))
				}
			}
			next := m.Members.PageInfo.EndCursor
			if delete(after, i); m.Members.PageInfo.HasNextPage && next != "" {
				after[i] = next
			}
		}
	}
	return nil
}

// maxTurns is how many pages of a hundred members a group may have.
const maxTurns = 1000

func (h *Host) askMembers(ctx context.Context, groups []group, after map[int]string) (map[string]*groupMembers, error) {
	related := append([]string{relations[0]}, h.o.People.Relations...)
	slices.Sort(related)
	vars := map[string]any{"relations": slices.Compact(related)}
	params, fields := []string{"$relations: [GroupMemberRelation!]"}, ""
	for _, i := range slices.Sorted(maps.Keys(after)) {
		params = append(params, fmt.Sprintf("$g%d: ID!, $a%d: String", i, i))
		fields += fmt.Sprintf(membersField, i)
		vars[fmt.Sprint("g", i)] = groups[i].Path
		if after[i] != "" {
			vars[fmt.Sprint("a", i)] = after[i]
		}
	}
	answer := map[string]*groupMembers{}
	text := "query(" + strings.Join(params, ", ") + ") {\n" + fields + "}"
	return answer, h.query(ctx, fmt.Sprintf("list members of %d groups", len(after)), text, vars, &answer)
}

// people are users and groups as entities are made of them, with the names and
// annotations that Backstage's provider gives. Like it, it leaves out groups
// without users, but keeps those above one that has some.
func (h *Host) people(users []user, groups []group, members map[int64][]int64) source.People {
	known := map[int64]int{}
	var out source.People
	for i, u := range users {
		known[u.ID] = i
		out.Users = append(out.Users, h.user(u))
	}
	byID := map[int64]group{}
	for _, g := range groups {
		byID[g.ID] = g
	}
	kept := inhabited(groups, byID, members, known)
	for _, g := range groups {
		if !kept[g.ID] {
			continue
		}
		t := h.team(g)
		if p, ok := byID[g.Parent]; ok && g.Parent != g.ID {
			t.Parent = h.teamName(p)
		}
		for _, id := range members[g.ID] {
			if i, ok := known[id]; ok && !slices.Contains(out.Users[i].Groups, t.Name) {
				t.Members = append(t.Members, users[i].Username)
				out.Users[i].Groups = append(out.Users[i].Groups, t.Name)
			}
		}
		slices.Sort(t.Members)
		out.Groups = append(out.Groups, t)
	}
	return out
}

// inhabited are the groups with users, and those above them.
func inhabited(groups []group, byID map[int64]group, members map[int64][]int64, known map[int64]int) map[int64]bool {
	kept := map[int64]bool{}
	for _, g := range groups {
		if !slices.ContainsFunc(members[g.ID], func(id int64) bool { _, ok := known[id]; return ok }) {
			continue
		}
		for at, ok := g, true; ok && !kept[at.ID]; at, ok = byID[at.Parent] {
			kept[at.ID] = true
		}
	}
	return kept
}

func (h *Host) user(u user) source.User {
	email := u.Email
	if email == "" {
		email = u.PublicEmail
	}
	about := map[string]string{h.host + "/user-login": u.WebURL, h.host + "/user-id": strconv.FormatInt(u.ID, 10)}
	if u.SAML != nil && u.SAML.ID != "" {
		about[h.host+"/saml-external-uid"] = u.SAML.ID
	}
	return source.User{Name: u.Username, DisplayName: u.Name, Email: email, Picture: u.Avatar, Annotations: about}
}

func (h *Host) team(g group) source.Group {
	about := map[string]string{h.host + "/team-path": g.Path}
	if g.Visibility != "" {
		about[h.host+"/visibility"] = g.Visibility
	}
	return source.Group{Name: h.teamName(g), DisplayName: g.Name, Description: g.Description, Type: "team", Picture: g.Avatar, Annotations: about}
}

// teamName is the path of a group below that of the options, with dashes.
func (h *Host) teamName(g group) string {
	return strings.ReplaceAll(strings.TrimPrefix(g.Path, h.o.Group+"/"), "/", "-")
}
