package gitea_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/gitea"
	"callboard/internal/source/sourcetest"
)

const token = "0123456789abcdef0123456789abcdef01234567"

// server answers as Gitea's published description says, which judges it.
type server struct {
	t *testing.T
	sourcetest.Breaker
	repos   []*sourcetest.Repo
	perPage int
	treeMax int // entries of a page of a tree
	blobMax int // bytes of a content in JSON
	bare    bool
	base    string
	header  http.Header // of the last request
	teams   map[string][]string
}

func newServer(t *testing.T) *server {
	description, err := os.ReadFile("testdata/swagger.json")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, repos: sourcetest.Org("acme"), perPage: 50, treeMax: 100, blobMax: 1 << 20}
	s.teams = map[string][]string{"Owners": {"ada"}, "platform": {"grace", "ada"}, "void": {}}
	m := http.NewServeMux()
	m.HandleFunc("GET /api/v1/orgs/{owner}/repos", s.list)
	m.HandleFunc("GET /api/v1/users/{owner}/repos", s.list)
	m.HandleFunc("GET /api/v1/orgs/{owner}/teams", s.listTeams)
	m.HandleFunc("GET /api/v1/orgs/{owner}/members", s.listMembers)
	m.HandleFunc("GET /api/v1/teams/{id}/members", s.listMembers)
	m.HandleFunc("GET /api/v1/repositories/{id}", s.repo(func(w http.ResponseWriter, _ *http.Request, r *sourcetest.Repo) { s.json(w, s.toJSON(r)) }))
	const one = "GET /api/v1/repos/{owner}/{name}"
	m.HandleFunc(one, s.repo(func(w http.ResponseWriter, _ *http.Request, r *sourcetest.Repo) { s.json(w, s.toJSON(r)) }))
	m.HandleFunc(one+"/branches/{branch...}", s.repo(s.branch))
	m.HandleFunc(one+"/git/trees/{sha}", s.repo(s.tree))
	m.HandleFunc(one+"/git/blobs/{sha}", s.repo(s.blob))
	m.HandleFunc(one+"/raw/{path...}", s.repo(s.raw))
	m.HandleFunc(one+"/archive/{name2...}", s.repo(s.archive))
	m.HandleFunc(one+"/languages", s.repo(s.languages))
	m.HandleFunc(one+"/releases/latest", s.repo(s.release))
	m.HandleFunc(one+"/commits/{ref}/status", s.repo(s.status))
	s.base = s.Serve(t, sourcetest.Judge(t, description, s.guard(m)))
	return s
}

// guard lets only those in who show the token.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.header = r.Header
		_, password, basic := r.BasicAuth()
		if r.Header.Get("Authorization") != "token "+token && (!basic || password != token) {
			w.WriteHeader(http.StatusUnauthorized)
			s.json(w, map[string]any{"message": "token is required"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) host(o gitea.Options) *gitea.Host {
	s.t.Helper()
	o.BaseURL, o.Host = s.base, "git.example.com"
	if o.Organization == "" && o.User == "" {
		o.Organization = "acme"
	}
	o.Token, o.HTTP.Clock = secret.New(token), s.Clock
	h, err := gitea.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

func (s *server) json(w http.ResponseWriter, v any) {
	sourcetest.JSON(s.t, w, "application/json;charset=utf-8", v)
}

func (s *server) notFound(w http.ResponseWriter) {
	w.WriteHeader(http.StatusNotFound)
	s.json(w, map[string]any{"message": "The target couldn't be found.", "errors": []string{}, "url": s.base + "/api/swagger"})
}

// page writes a page with the headers that Gitea sends, of which some lists have
// one alone: links says whether this one has links.
func page[T any](s *server, w http.ResponseWriter, r *http.Request, links bool, all []T) {
	q := r.URL.Query()
	n, _ := strconv.Atoi(q.Get("page"))
	per, _ := strconv.Atoi(q.Get("limit"))
	per = min(per, s.perPage)
	from := min((n-1)*per, len(all))
	to := min(from+per, len(all))
	if !s.bare {
		w.Header().Set("X-Total-Count", strconv.Itoa(len(all)))
		if links && to < len(all) {
			w.Header().Set("Link", fmt.Sprintf(`<%s%s?limit=%d&page=%d>; rel="next",<%s%s?page=9>; rel="last"`, s.base, r.URL.Path, per, n+1, s.base, r.URL.Path))
		}
	}
	s.json(w, append([]T{}, all[from:to]...))
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("owner") != "acme" {
		s.notFound(w)
		return
	}
	var out []map[string]any
	for _, p := range s.repos {
		out = append(out, s.toJSON(p))
	}
	page(s, w, r, true, out)
}

func (s *server) toJSON(r *sourcetest.Repo) map[string]any {
	topics := r.Topics
	if topics == nil {
		topics = []string{}
	}
	return map[string]any{
		"id": r.ID, "name": r.Name, "full_name": r.Full(), "description": r.Description, "website": "https://" + r.Name + ".example.com", "default_branch": r.Branch,
		"html_url": s.base + "/" + r.Full(), "clone_url": s.base + "/" + r.Full() + ".git", "ssh_url": "git@example.com:" + r.Full() + ".git", "topics": topics,
		"licenses": []string{"MIT"}, "language": "Go", "languages_url": s.base + "/api/v1/repos/" + r.Full() + "/languages", "empty": r.Empty(),
		"archived": r.Archived, "fork": r.Fork, "private": r.Private, "internal": false, "has_code": true, "size": 24, "stars_count": 4, "open_issues_count": 6,
		"open_pr_counter": 1, "release_counter": 1, "created_at": "2024-05-06T07:08:09Z", "updated_at": "2026-02-01T07:08:09Z", "object_format_name": "sha1",
		"owner": s.userJSON(r.Owner), "permissions": map[string]any{"admin": false, "push": false, "pull": true},
	}
}

func (s *server) userJSON(login string) map[string]any {
	email := login + "@example.com"
	if login == "grace" {
		email = "grace@noreply.git.example.com"
	}
	return map[string]any{"id": len(login), "login": login, "login_name": "", "full_name": strings.ToUpper(login[:1]) + login[1:], "email": email, "active": false,
		"avatar_url": s.base + "/avatars/" + login, "html_url": s.base + "/" + login, "is_admin": false, "prohibit_login": login == "eve", "description": "About " + login}
}

func (s *server) listTeams(w http.ResponseWriter, r *http.Request) {
	var out []map[string]any
	for i, name := range []string{"Owners", "platform", "void"} {
		out = append(out, map[string]any{"id": i + 1, "name": name, "description": "Team " + name, "permission": "read", "includes_all_repositories": true})
	}
	page(s, w, r, false, out)
}

func (s *server) listMembers(w http.ResponseWriter, r *http.Request) {
	logins := []string{"ada", "grace", "eve"}
	if id := r.PathValue("id"); id != "" {
		logins = s.teams[map[string]string{"1": "Owners", "2": "platform", "3": "void"}[id]]
	}
	var out []map[string]any
	for _, l := range logins {
		out = append(out, s.userJSON(l))
	}
	page(s, w, r, false, out)
}

// repo finds the repository that a request is about.
func (s *server) repo(next func(http.ResponseWriter, *http.Request, *sourcetest.Repo)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, p := range s.repos {
			if r.PathValue("id") == strconv.FormatInt(p.ID, 10) || r.PathValue("owner") == p.Owner && r.PathValue("name") == p.Name {
				next(w, r, p)
				return
			}
		}
		s.notFound(w)
	}
}

func (s *server) branch(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	if p.Empty() || r.PathValue("branch") != p.Branch {
		s.notFound(w)
		return
	}
	s.json(w, map[string]any{"name": p.Branch, "protected": false, "commit": map[string]any{"id": p.Commit(), "message": "x", "timestamp": "2026-02-01T07:08:09Z"}})
}

func (s *server) tree(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	if r.PathValue("sha") != p.Commit() {
		w.WriteHeader(http.StatusBadRequest)
		s.json(w, map[string]any{"message": "sha not found [" + r.PathValue("sha") + "]"})
		return
	}
	all := []map[string]any{{"path": "docs", "mode": "040000", "type": "tree", "size": 0, "sha": strings.Repeat("0", 40), "url": s.base + "/x"}}
	for _, f := range p.Files {
		e := map[string]any{"path": f.Path, "mode": f.Mode(), "type": "blob", "size": len(f.Text), "sha": f.Blob(), "url": s.base + "/x"}
		if f.Kind == source.Submodule {
			e["type"], e["size"], e["url"] = "commit", 0, ""
		}
		all = append(all, e)
	}
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	from := min((n-1)*s.treeMax, len(all))
	to := min(from+s.treeMax, len(all))
	s.json(w, map[string]any{"sha": p.Commit(), "url": s.base + "/x", "tree": all[from:to], "truncated": to < len(all), "page": n, "total_count": len(all)})
}

func (s *server) blob(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	for _, f := range p.Files {
		if f.Blob() == r.PathValue("sha") && f.Kind != source.Submodule {
			b := map[string]any{"sha": f.Blob(), "size": len(f.Text), "url": s.base + "/x", "encoding": "base64", "content": base64.StdEncoding.EncodeToString([]byte(f.Text))}
			if len(f.Text) > s.blobMax {
				b["content"] = ""
			}
			s.json(w, b)
			return
		}
	}
	s.notFound(w)
}

func (s *server) raw(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	f := p.File(r.PathValue("path"))
	if f == nil || r.URL.Query().Get("ref") != p.Commit() {
		s.notFound(w)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write([]byte(f.Text))
}

func (s *server) archive(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	if r.PathValue("name2") != p.Commit()+".tar.gz" {
		s.notFound(w)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(p.Tar(p.Name))
}

func (s *server) languages(w http.ResponseWriter, _ *http.Request, _ *sourcetest.Repo) {
	s.json(w, map[string]any{"Shell": 250, "Go": 9750})
}

func (s *server) release(w http.ResponseWriter, _ *http.Request, p *sourcetest.Repo) {
	if p.Name != "payments" {
		s.notFound(w)
		return
	}
	s.json(w, map[string]any{"id": 1, "tag_name": "v2", "name": "Two", "html_url": s.base + "/r/v2", "published_at": "2026-01-02T03:04:05Z", "draft": false, "prerelease": false})
}

func (s *server) status(w http.ResponseWriter, _ *http.Request, p *sourcetest.Repo) {
	out := map[string]any{"state": "pending", "sha": p.Commit(), "total_count": 0, "statuses": []any{}}
	if p.Name == "payments" {
		out["state"], out["total_count"] = "failure", 1
		out["statuses"] = []any{map[string]any{"id": 1, "status": "failure", "context": "ci", "updated_at": "2026-02-03T04:05:06Z"}}
	}
	s.json(w, out)
}
