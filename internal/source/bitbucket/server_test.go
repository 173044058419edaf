package bitbucket_test

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/bitbucket"
	"callboard/internal/source/sourcetest"
)

// dataCenter answers as Atlassian's documentation of Bitbucket Data Center says.
// Projects have the owner's name in capitals for a key.
type dataCenter struct {
	t *testing.T
	sourcetest.Breaker
	repos  []*sourcetest.Repo
	base   string
	pages  int
	modern bool // answers 204 for a default branch that there is not
	// configured is another default branch than that which a repository has; removed
	// tells that deprecated addresses are gone.
	configured string
	removed    bool
}

func newDataCenter(t *testing.T) *dataCenter {
	s := &dataCenter{t: t, repos: sourcetest.Org("ACME"), pages: 100}
	m := http.NewServeMux()
	m.HandleFunc("GET /rest/api/1.0/repos", func(w http.ResponseWriter, r *http.Request) {
		var out []any
		state := cmp.Or(r.URL.Query().Get("archived"), "ACTIVE")
		for _, p := range s.repos {
			if state == "ALL" || (state == "ARCHIVED") == p.Archived {
				out = append(out, s.toJSON(p))
			}
		}
		s.page(w, r, out)
	})
	const one = "GET /rest/api/1.0/projects/{key}/repos/{slug}"
	m.HandleFunc(one, s.repo(func(w http.ResponseWriter, _ *http.Request, p *sourcetest.Repo) { s.json(w, s.toJSON(p)) }))
	m.HandleFunc(one+"/branches/default", s.repo(s.main))
	m.HandleFunc(one+"/default-branch", s.repo(func(w http.ResponseWriter, _ *http.Request, p *sourcetest.Repo) {
		name := cmp.Or(s.configured, p.Branch)
		s.json(w, map[string]any{"id": "refs/heads/" + name, "displayId": name, "type": "BRANCH"})
	}))
	m.HandleFunc(one+"/branches", s.repo(func(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
		var out []any
		for _, b := range []string{p.Branch + "-old", p.Branch} {
			if strings.Contains(b, r.URL.Query().Get("filterText")) && !p.Empty() {
				out = append(out, branchJSON(b, p.Commit()))
			}
		}
		s.page(w, r, out)
	}))
	m.HandleFunc(one+"/files", s.repo(s.files))
	m.HandleFunc(one+"/raw/{path...}", s.repo(func(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
		f := p.File(r.PathValue("path"))
		if f == nil || r.URL.Query().Get("at") != p.Commit() {
			s.notFound(w)
			return
		}
		_, _ = w.Write([]byte(f.Text))
	}))
	m.HandleFunc(one+"/archive", s.repo(func(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
		q := r.URL.Query()
		if q.Get("at") != p.Commit() || q.Get("format") != "tgz" {
			s.notFound(w)
			return
		}
		_, _ = w.Write(p.Tar(strings.TrimSuffix(q.Get("prefix"), "/")))
	}))
	s.base = s.Serve(t, serverDescription.Judge(t, os.Getenv(sourcetest.Descriptions), m))
	return s
}

// serverDescription is that which stands at
// https://developer.atlassian.com/server/bitbucket/rest/. It calls the version
// "latest", which is 1.0.
var serverDescription = sourcetest.Published{
	File: "bitbucket-server.json",
	Path: func(path string) string { return strings.Replace(path, "/rest/api/1.0/", "/api/latest/", 1) },
	Known: map[string]string{
		"nextPageStart: expected integer, but got null": "servers say null on the last page",
	},
}

func (s *dataCenter) host(o bitbucket.ServerOptions) *bitbucket.Server {
	s.t.Helper()
	o.BaseURL, o.HTTP.Clock, o.Auth.Token = s.base, s.Clock, secret.New(token)
	h, err := bitbucket.NewServer(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

func (s *dataCenter) json(w http.ResponseWriter, v any) {
	sourcetest.JSON(s.t, w, "application/json;charset=UTF-8", v)
}

func (s *dataCenter) notFound(w http.ResponseWriter) {
	w.WriteHeader(http.StatusNotFound)
	s.json(w, map[string]any{"errors": []any{map[string]any{"context": nil, "message": "Repository does not exist.", "exceptionName": "com.atlassian.bitbucket.repository.NoSuchRepositoryException"}}})
}

func (s *dataCenter) page(w http.ResponseWriter, r *http.Request, all []any) {
	q := r.URL.Query()
	from, _ := strconv.Atoi(q.Get("start"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	from = min(from, len(all))
	to := min(from+min(limit, s.pages), len(all))
	out := map[string]any{"size": to - from, "limit": limit, "start": from, "isLastPage": to == len(all), "nextPageStart": nil, "values": append([]any{}, all[from:to]...)}
	if to < len(all) {
		out["nextPageStart"] = to
	}
	s.json(w, out)
}

func branchJSON(name, commit string) map[string]any {
	return map[string]any{"id": "refs/heads/" + name, "displayId": name, "type": "BRANCH", "latestCommit": commit, "latestChangeset": commit, "default": true}
}

func (s *dataCenter) main(w http.ResponseWriter, _ *http.Request, p *sourcetest.Repo) {
	switch {
	case p.Empty() && s.modern:
		w.WriteHeader(http.StatusNoContent)
	case p.Empty(), s.removed, s.configured != "" && s.configured != p.Branch:
		s.notFound(w)
	default:
		s.json(w, branchJSON(p.Branch, p.Commit()))
	}
}

func (s *dataCenter) files(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	if r.URL.Query().Get("at") != p.Commit() {
		s.notFound(w)
		return
	}
	var out []any
	for _, f := range p.Files {
		out = append(out, f.Path)
	}
	s.page(w, r, out)
}

func (s *dataCenter) toJSON(r *sourcetest.Repo) map[string]any {
	out := map[string]any{
		"id": r.ID, "slug": r.Name, "name": r.Name, "hierarchyId": "e3c939f9ef4a7fae272e", "scmId": "git", "state": "AVAILABLE", "statusMessage": "Available", "forkable": true,
		"public": !r.Private, "archived": r.Archived, "description": r.Description, "project": map[string]any{"key": r.Owner, "id": 1, "name": "Acme", "type": "NORMAL"},
		"links": map[string]any{"self": []any{map[string]any{"href": s.base + "/projects/" + r.Owner + "/repos/" + r.Name + "/browse"}}, "clone": []any{
			map[string]any{"href": "ssh://git@git.example.com:7999/acme/" + r.Name + ".git", "name": "ssh"}, map[string]any{"href": s.base + "/scm/acme/" + r.Name + ".git", "name": "http"}}},
	}
	if r.Fork {
		out["origin"] = map[string]any{"id": 7, "slug": "other"}
	}
	return out
}

func (s *dataCenter) repo(next func(http.ResponseWriter, *http.Request, *sourcetest.Repo)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, p := range s.repos {
			if r.PathValue("key") == p.Owner && (r.PathValue("slug") == p.Name || r.PathValue("slug") == p.Old) {
				next(w, r, p)
				return
			}
		}
		s.notFound(w)
	}
}

func TestServerSuite(t *testing.T) {
	s := newDataCenter(t)
	sourcetest.Suite{Host: s.host(bitbucket.ServerOptions{}), Repos: sourcetest.Without(s.repos, "empty"), NoSizes: true, NoLinks: true}.Run(t)
}

func TestServerFilters(t *testing.T) {
	s := newDataCenter(t)
	s.repos = append(s.repos, &sourcetest.Repo{ID: 7, Owner: "OPS", Name: "tools", Branch: "main", Files: []sourcetest.File{{Path: "a", Text: "x"}}})
	s.pages = 2
	for _, c := range []struct {
		o    bitbucket.ServerOptions
		want string
	}{
		{bitbucket.ServerOptions{}, "ACME/payments ACME/docs ACME/old-shop ACME/forked ACME/slashed OPS/tools"},
		{bitbucket.ServerOptions{SkipArchived: true, ProjectKey: "ACME"}, "ACME/payments ACME/docs ACME/forked ACME/slashed"},
		{bitbucket.ServerOptions{ProjectKey: "^OPS$"}, "OPS/tools"},
		{bitbucket.ServerOptions{RepoSlug: "o.l"}, "OPS/tools"},
		{bitbucket.ServerOptions{RepoSlug: "a"}, "ACME/payments ACME/slashed"},
	} {
		if got := strings.Join(sourcetest.Names(t, s.host(c.o)), " "); got != c.want {
			t.Errorf("%+v: %s", c.o, got)
		}
	}
}

func TestServerBranches(t *testing.T) {
	s := newDataCenter(t)
	for _, modern := range []bool{false, true} {
		s.modern = modern
		if _, err := s.host(bitbucket.ServerOptions{}).Find(t.Context(), source.Repo{Name: "ACME/empty"}); source.KindOf(err) != source.Empty {
			t.Errorf("an empty repository: %v", err)
		}
	}
	s.removed = true
	for name, want := range map[string]source.FaultKind{"slashed": "", "docs": "", "empty": source.Empty, "nowhere": source.Gone} {
		r, err := s.host(bitbucket.ServerOptions{}).Find(t.Context(), source.Repo{Name: "ACME/" + name})
		if source.KindOf(err) != want || want == "" && (r.Branch == "" || r.Revision == "") {
			t.Errorf("without the deprecated address, %s: %q, %v", name, r.Branch, err)
		}
	}
	s.removed, s.configured = false, "trunk"
	if _, err := s.host(bitbucket.ServerOptions{}).Find(t.Context(), source.Repo{Name: "ACME/docs"}); source.KindOf(err) != source.Gone {
		t.Errorf("a default branch that there is not: %v", err)
	}
	s.configured = ""
	h := s.host(bitbucket.ServerOptions{Branch: "release/2026-1"})
	for name, want := range map[string]source.FaultKind{"slashed": "", "docs": source.Gone, "empty": source.Empty, "nowhere": source.Gone} {
		r, err := h.Find(t.Context(), source.Repo{Name: "ACME/" + name})
		if source.KindOf(err) != want || want == "" && (r.Branch != "release/2026-1" || r.Revision == "") {
			t.Errorf("%s: %q, %v", name, r.Branch, err)
		}
	}
	if _, err := h.Find(t.Context(), source.Repo{Name: "ACME/slashed", ID: "1"}); source.KindOf(err) != source.Gone {
		t.Errorf("another of the same name: %v", err)
	}
}

func TestServerFaults(t *testing.T) {
	s := newDataCenter(t)
	h := s.host(bitbucket.ServerOptions{})
	r, err := h.Find(t.Context(), source.Repo{Name: "ACME/payments"})
	if err != nil {
		t.Fatal(err)
	}
	if r.CloneURL != s.base+"/scm/acme/payments.git" || r.WebURL != s.base+"/projects/ACME/repos/payments" || r.Facts.Visibility != "public" {
		t.Errorf("%+v", r)
	}
	s.RunFaults(t, "/1.0/repos", token, func() error {
		for _, err := range h.Repos(t.Context()) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	s.RunFaults(t, "/repos/payments", token, func() error { _, err := h.Find(t.Context(), r); return err })
	s.RunFaults(t, "/files?", token, func() error { _, err := h.Tree(t.Context(), r); return err })
	read := func(path string) error {
		for _, err := range h.Read(t.Context(), r, []source.Entry{{Path: path}}) {
			return err
		}
		return nil
	}
	for name, f := range sourcetest.Faults() {
		if name == "another shape" {
			continue // may be a content
		}
		s.Break("/raw/", f.How)
		if err := read("README.md"); source.KindOf(err) != f.Kind {
			t.Errorf("a file, %s: %v, want %q", name, err, f.Kind)
		}
		s.Break("", nil)
		_ = s.Clock.Sleep(t.Context(), 48*time.Hour)
	}
	s.RunArchives(t, "/archive", token, h, r)
	s.Break("/raw/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>a page</html>")) })
	if err := read("docs/page.HTML"); err != nil {
		t.Errorf("a page that is called one: %v", err)
	}
	s.Break("", nil)
	s.RunFaults(t, fmt.Sprintf("/branches?filterText=%s&", r.Branch), token, func() error {
		_, err := h.Tree(t.Context(), source.Repo{Name: r.Name, Branch: r.Branch})
		return err
	})
}
