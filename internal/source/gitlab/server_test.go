package gitlab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/gitlab"
	"callboard/internal/source/sourcetest"
)

const token = "glpat-marked-TOKEN-0001"

// server answers as GitLab's documentation says (docs.gitlab.com/api, of
// version 18): the fields are those of its examples.
type server struct {
	t *testing.T
	sourcetest.Breaker
	repos  []*sourcetest.Repo
	groups []map[string]any
	users  []map[string]any
	in     map[string][]int // members of groups by path
	// noGraphQL answers queries with 404, doomed is the project that waits for its
	// deletion, perPage is the most that a page holds.
	noGraphQL bool
	older     bool // knows less of projects by GraphQL
	doomed    int64
	perPage   int
	base      string
	queries   []string
	header    http.Header // of the last request
}

func newServer(t *testing.T) *server {
	s := &server{t: t, repos: sourcetest.Org("acme"), perPage: 100}
	// A project of a subgroup, and one that is shared with the group.
	s.repos = append(s.repos, &sourcetest.Repo{ID: 107, Owner: "acme/platform/tools", Name: "cli", Branch: "main", Files: []sourcetest.File{{Path: "catalog-info.yaml", Text: "a: 1\n"}}},
		&sourcetest.Repo{ID: 201, Owner: "other", Name: "shared", Branch: "main", Files: []sourcetest.File{{Path: "catalog-info.yaml", Text: "a: 2\n"}}})
	m := http.NewServeMux()
	m.HandleFunc("GET /api/v4/projects", s.listProjects)
	m.HandleFunc("GET /api/v4/groups/{group}/projects", s.listProjects)
	m.HandleFunc("GET /api/v4/projects/{id}", s.project(func(w http.ResponseWriter, _ *http.Request, r *sourcetest.Repo) { s.json(w, s.toJSON(r)) }))
	m.HandleFunc("GET /api/v4/projects/{id}/repository/branches/{branch}", s.project(s.branch))
	m.HandleFunc("GET /api/v4/projects/{id}/repository/tree", s.project(s.tree))
	m.HandleFunc("GET /api/v4/projects/{id}/repository/blobs/{sha}/raw", s.project(s.blob))
	m.HandleFunc("GET /api/v4/projects/{id}/repository/archive.tar.gz", s.project(s.archive))
	m.HandleFunc("GET /api/v4/users", s.listUsers)
	m.HandleFunc("GET /api/v4/groups", s.listGroups)
	m.HandleFunc("GET /api/v4/groups/{group}", s.oneGroup)
	m.HandleFunc("GET /api/v4/groups/{group}/descendant_groups", s.listGroups)
	m.HandleFunc("GET /api/v4/groups/{group}/members/all", s.listUsers)
	m.HandleFunc("POST /api/graphql", s.graphql)
	s.base = s.Serve(t, s.guard(m))
	return s
}

// guard lets only those in who show the token.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.header = r.Header
		shown := r.Header.Get("PRIVATE-TOKEN") + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + r.Header.Get("JOB-TOKEN")
		if !strings.HasSuffix(shown, "TOKEN-0001") {
			w.WriteHeader(http.StatusUnauthorized)
			s.json(w, map[string]any{"message": "401 Unauthorized"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// host is a host at the server.
func (s *server) host(o gitlab.Options) *gitlab.Host {
	s.t.Helper()
	if o.Host == "" {
		o.Host = "gitlab.example.com"
	}
	if o.Token.IsZero() {
		o.Token = secret.New(token)
	}
	o.BaseURL = s.base
	o.HTTP.Clock = s.Clock
	h, err := gitlab.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

func (s *server) json(w http.ResponseWriter, v any) { sourcetest.JSON(s.t, w, "application/json", v) }

func (s *server) notFound(w http.ResponseWriter, what string) {
	w.WriteHeader(http.StatusNotFound)
	s.json(w, map[string]any{"message": "404 " + what + " Not Found"})
}

// page writes a page as GitLab does: by number with X-Next-Page and Link, or by
// key with Link alone, whose host is the one that the instance believes to have.
func page[T any](s *server, w http.ResponseWriter, r *http.Request, all []T) {
	q := r.URL.Query()
	per, _ := strconv.Atoi(q.Get("per_page"))
	per = min(max(per, 1), s.perPage)
	from := 0
	keyset := q.Get("pagination") == "keyset"
	if n, err := strconv.Atoi(q.Get("page")); err == nil && !keyset {
		from = (n - 1) * per
	}
	if n, err := strconv.Atoi(q.Get("cursor")); err == nil {
		from = n
	}
	to := min(from+per, len(all))
	if to < len(all) {
		if keyset {
			q.Set("cursor", strconv.Itoa(to))
		} else {
			q.Set("page", strconv.Itoa(to/per+1))
			w.Header().Set("X-Next-Page", strconv.Itoa(to/per+1))
		}
		next := "http://internal.invalid" + r.URL.EscapedPath() + "?" + q.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<%s?a,b>; rel="first", <%s>; rel="next"`, s.base, next))
	}
	s.json(w, all[min(from, to):to])
}

func (s *server) listProjects(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	group := r.PathValue("group")
	var out []map[string]any
	for _, p := range s.repos {
		below := strings.HasPrefix(p.Owner+"/", group+"/") && (p.Owner == group || q.Get("include_subgroups") == "true")
		shared := p.Owner == "other" && group == "acme" && q.Get("with_shared") != "false"
		if group != "" && !below && !shared || q.Get("archived") == "false" && p.Archived {
			continue
		}
		wanted := strings.Split(q.Get("topic"), ",")
		if q.Has("topic") && slices.ContainsFunc(wanted, func(t string) bool { return !slices.Contains(p.Topics, t) }) {
			continue
		}
		out = append(out, s.toJSON(p))
	}
	if group != "" && len(out) == 0 {
		s.notFound(w, "Group")
		return
	}
	page(s, w, r, out)
}

// toJSON is a project as the documentation shows it.
func (s *server) toJSON(r *sourcetest.Repo) map[string]any {
	visibility := map[bool]string{true: "private", false: "internal"}[r.Private]
	p := map[string]any{
		"id": r.ID, "name": r.Name, "path": r.Name, "path_with_namespace": r.Full(), "description": nil, "default_branch": r.Branch,
		"topics": r.Topics, "archived": r.Archived, "empty_repo": r.Empty(), "visibility": visibility,
		"web_url": s.base + "/" + r.Full(), "http_url_to_repo": s.base + "/" + r.Full() + ".git", "ssh_url_to_repo": "git@gitlab.example.com:" + r.Full() + ".git",
		"created_at": "2024-05-06T07:08:09.123Z", "last_activity_at": "2025-05-06T07:08:09.123Z", "star_count": 3, "open_issues_count": 5, "forks_count": 0,
		"repository_access_level": "enabled", "marked_for_deletion_on": nil,
	}
	if r.Description != "" {
		p["description"] = r.Description
	}
	if r.Fork {
		p["forked_from_project"] = map[string]any{"id": 13083, "path_with_namespace": "gitlab-org/gitlab-foss"}
	}
	if r.Empty() {
		p["default_branch"] = nil
	}
	if r.ID == s.doomed {
		p["marked_for_deletion_on"] = "2026-04-01"
	}
	return p
}

// project finds the project that a request is about, by number or path.
func (s *server) project(next func(http.ResponseWriter, *http.Request, *sourcetest.Repo)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		for _, p := range s.repos {
			switch {
			case id == strconv.FormatInt(p.ID, 10), id == p.Full():
				next(w, r, p)
				return
			case p.Old != "" && id == p.Owner+"/"+p.Old:
				to := strings.Replace(r.URL.EscapedPath(), url.PathEscape(id), strconv.FormatInt(p.ID, 10), 1)
				w.Header().Set("Location", s.base+to)
				w.WriteHeader(http.StatusMovedPermanently)
				s.json(w, map[string]any{"message": "This resource has been moved permanently"})
				return
			}
		}
		s.notFound(w, "Project")
	}
}

func (s *server) branch(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	if r.PathValue("branch") != p.Branch || p.Empty() {
		s.notFound(w, "Branch")
		return
	}
	s.json(w, map[string]any{"name": p.Branch, "default": true, "protected": true, "commit": map[string]any{"id": p.Commit(), "short_id": p.Commit()[:8], "title": "x"}})
}

func (s *server) tree(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	if ref := r.URL.Query().Get("ref"); ref != p.Commit() && ref != p.Branch || p.Empty() {
		s.notFound(w, "Tree")
		return
	}
	out := []map[string]any{{"id": strings.Repeat("0", 40), "name": "docs", "type": "tree", "path": "docs", "mode": "040000"}}
	for _, f := range p.Files {
		kind := "blob"
		if f.Kind == source.Submodule {
			kind = "commit"
		}
		out = append(out, map[string]any{"id": f.Blob(), "name": f.Path[strings.LastIndexByte(f.Path, '/')+1:], "type": kind, "path": f.Path, "mode": f.Mode()})
	}
	page(s, w, r, out)
}

func (s *server) blob(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	for _, f := range p.Files {
		if f.Blob() == r.PathValue("sha") && f.Kind != source.Submodule {
			_, _ = w.Write([]byte(f.Text))
			return
		}
	}
	s.notFound(w, "Blob")
}

func (s *server) archive(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	q := r.URL.Query()
	if q.Get("sha") != p.Commit() || q.Get("include_lfs_blobs") != "false" {
		s.notFound(w, "File")
		return
	}
	_, _ = w.Write(p.Tar(p.Name + "-" + p.Commit() + "-" + p.Commit()))
}

func (s *server) graphql(w http.ResponseWriter, r *http.Request) {
	if s.noGraphQL {
		http.NotFound(w, r)
		return
	}
	var body struct {
		Query     string
		Variables map[string]any
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		s.t.Error(err)
	}
	s.queries = append(s.queries, body.Query)
	declared, fields, err := parse(body.Query)
	for name := range body.Variables {
		if declared[name] == "" {
			err = fmt.Errorf("Variable $%s was provided and is not declared", name)
		}
	}
	var data map[string]any
	if err == nil {
		data, err = answer(s.root(), fields, body.Variables)
	}
	if err != nil {
		s.json(w, map[string]any{"errors": []any{map[string]any{"message": err.Error(), "locations": []any{}}}})
		return
	}
	b, err := json.Marshal(data)
	if err != nil {
		s.t.Error(err)
	}
	var plain map[string]any
	if err := json.Unmarshal(b, &plain); err != nil {
		s.t.Error(err)
	}
	judgeQuery(s.t, body.Query, body.Variables, plain)
	s.json(w, map[string]any{"data": plain})
}

// root is what may be asked of GraphQL.
func (s *server) root() object {
	return object{
		"__typename": "Query",
		"projects": func(a map[string]any) any {
			var out []object
			for _, p := range s.repos {
				ids, _ := a["ids"].([]any)
				if slices.Contains(ids, any(fmt.Sprint("gid://gitlab/Project/", p.ID))) {
					out = append(out, s.graphProject(p))
				}
			}
			return object{"__typename": "ProjectConnection", "nodes": out}
		},
		"project": func(a map[string]any) any {
			for _, p := range s.repos {
				if a["fullPath"] == p.Full() {
					return s.graphProject(p)
				}
			}
			return nil
		},
		"group": func(a map[string]any) any {
			path, _ := a["fullPath"].(string)
			if s.in[path] == nil {
				return nil
			}
			return object{"__typename": "Group", "groupMembers": func(a map[string]any) any { return s.members(path, a) }}
		},
	}
}

func (s *server) graphProject(p *sourcetest.Repo) object {
	one := func(fields object) func(map[string]any) any {
		return func(map[string]any) any { return object{"nodes": []object{fields}} }
	}
	o := object{
		"__typename": "Project", "id": fmt.Sprint("gid://gitlab/Project/", p.ID), "openMergeRequestsCount": 2,
		"languages": []object{{"name": "Go", "share": 91.25}, {"name": "Shell", "share": 8.75}},
		"releases": one(object{"name": "Two", "tagName": "v2", "releasedAt": "2026-01-02T03:04:05Z",
			"links": object{"selfUrl": s.base + "/" + p.Full() + "/-/releases/v2"}}),
		"pipelines":  one(object{"status": "FAILED", "finishedAt": "2026-02-03T04:05:06Z", "path": "/" + p.Full() + "/-/pipelines/7"}),
		"repository": s.graphRepository(p),
	}
	if s.older {
		delete(o, "openMergeRequestsCount")
		delete(o, "languages")
	}
	if p.Empty() {
		o["repository"] = object{"__typename": "Repository", "rootRef": nil, "tree": func(map[string]any) any { return nil }}
	}
	return o
}

func (s *server) graphRepository(p *sourcetest.Repo) object {
	at := func(a map[string]any) bool { return a["ref"] == nil || a["ref"] == p.Branch || a["ref"] == p.Commit() }
	return object{
		"__typename": "Repository", "rootRef": p.Branch,
		"tree": func(a map[string]any) any {
			if !at(a) {
				return nil
			}
			var blobs, modules []object
			for _, f := range p.Files {
				e := object{"__typename": "Blob", "path": f.Path, "sha": f.Blob(), "mode": f.Mode()}
				if f.Kind == source.Submodule {
					modules = append(modules, object{"__typename": "Submodule", "path": f.Path, "sha": f.Blob()})
				} else {
					blobs = append(blobs, e)
				}
			}
			return object{"__typename": "Tree", "lastCommit": object{"sha": p.Commit(), "committedDate": "2026-02-01T00:00:00Z"},
				"blobs": first(blobs), "submodules": first(modules)}
		},
		"blobs": func(a map[string]any) any {
			var out []object
			paths, _ := a["paths"].([]any)
			for _, f := range p.Files {
				if at(a) && slices.Contains(paths, any(f.Path)) {
					text := any(f.Text)
					if !utf8.ValidString(f.Text) {
						text = strings.ToValidUTF8(f.Text, "é") // GitLab converts
					}
					out = append(out, object{"__typename": "RepositoryBlob", "path": f.Path, "oid": f.Blob(), "rawTextBlob": text})
				}
			}
			return object{"nodes": out}
		},
	}
}

// first is a connection whose first hundred nodes are asked for.
func first(nodes []object) func(map[string]any) any {
	return func(map[string]any) any {
		return object{"pageInfo": object{"hasNextPage": len(nodes) > 100, "endCursor": "x"}, "nodes": nodes[:min(len(nodes), 100)]}
	}
}
