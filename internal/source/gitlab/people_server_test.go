package gitlab_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// people fills in users and groups:
//
//	acme            1 direct member (ada)
//	acme/platform   none
//	acme/platform/tools  150 members, two of them known
//	acme/void       none
func (s *server) people() {
	s.users = []map[string]any{
		s.userJSON(1, "ada", "active", true), s.userJSON(2, "bob", "active", false), s.userJSON(3, "eve", "blocked", true),
		s.userJSON(4, "project_7_bot_1a2b", "active", false), s.userJSON(5, "grace", "active", true),
	}
	s.users[0]["group_saml_identity"] = map[string]any{"extern_uid": "ABC-1", "provider": "group_saml", "saml_provider_id": 10}
	s.groups = []map[string]any{
		groupJSON(10, 0, "Acme", "acme"), groupJSON(11, 10, "Platform", "acme/platform"), groupJSON(12, 11, "Tools", "acme/platform/tools"),
		groupJSON(13, 10, "Void", "acme/void"), groupJSON(20, 0, "Other", "other"),
	}
	many := []int{5, 1}
	for i := range 148 {
		many = append(many, 1000+i)
	}
	many = append(many, 2)
	s.in = map[string][]int{"acme": {1, 3}, "acme/platform": {}, "acme/platform/tools": many, "acme/void": {3}, "other": {2}}
}

func (s *server) userJSON(id int, name, state string, seat bool) map[string]any {
	return map[string]any{
		"id": id, "username": name, "name": strings.ToUpper(name[:1]) + name[1:], "state": state, "locked": false, "email": name + "@example.com",
		"avatar_url": "https://www.gravatar.com/avatar/" + name, "web_url": s.base + "/" + name, "is_using_seat": seat, "group_saml_identity": nil,
	}
}

func groupJSON(id, parent int, name, path string) map[string]any {
	g := map[string]any{"id": id, "name": name, "path": path[strings.LastIndexByte(path, '/')+1:], "full_path": path, "description": "About " + name,
		"visibility": "private", "avatar_url": nil, "parent_id": nil}
	if parent != 0 {
		g["parent_id"] = parent
	}
	return g
}

func (s *server) listUsers(w http.ResponseWriter, r *http.Request) {
	var out []map[string]any
	for _, u := range s.users {
		if r.URL.Query().Get("active") == "true" && u["state"] != "active" {
			continue
		}
		if g := r.PathValue("group"); g != "" && !s.belongs(g, u["id"].(int)) {
			continue
		}
		if r.PathValue("group") != "" && r.URL.Query().Get("show_seat_info") != "true" {
			u["is_using_seat"] = nil
		}
		out = append(out, u)
	}
	page(s, w, r, out)
}

// belongs tells whether a user is a member of a group or of one above it.
func (s *server) belongs(group string, id int) bool {
	for path, ids := range s.in {
		if strings.HasPrefix(group+"/", path+"/") && slices.Contains(ids, id) {
			return true
		}
	}
	return false
}

func (s *server) listGroups(w http.ResponseWriter, r *http.Request) {
	var out []map[string]any
	below := r.PathValue("group")
	for _, g := range s.groups {
		if below == "" || strings.HasPrefix(g["full_path"].(string), below+"/") {
			out = append(out, g)
		}
	}
	page(s, w, r, out)
}

func (s *server) oneGroup(w http.ResponseWriter, r *http.Request) {
	for _, g := range s.groups {
		if g["full_path"] == r.PathValue("group") {
			s.json(w, g)
			return
		}
	}
	s.notFound(w, "Group")
}

// members is a page of the members of a group. Relations are names for the
// server: DESCENDANTS has one member more.
func (s *server) members(path string, a map[string]any) any {
	ids := s.in[path]
	for _, r := range a["relations"].([]any) {
		if r == "DESCENDANTS" {
			ids = append([]int{5}, ids...)
		}
	}
	from := 0
	if after, ok := a["after"].(string); ok {
		from, _ = strconv.Atoi(after)
	}
	to := min(from+100, len(ids))
	var nodes []object
	for _, id := range ids[from:to] {
		nodes = append(nodes, object{"user": object{"__typename": "UserCore", "id": fmt.Sprint("gid://gitlab/User/", id)}})
	}
	return object{"__typename": "GroupMemberConnection", "nodes": nodes,
		"pageInfo": object{"hasNextPage": to < len(ids), "endCursor": strconv.Itoa(to)}}
}
