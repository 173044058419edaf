package bitbucket_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/bitbucket"
	"callboard/internal/source/sourcetest"
)

const token = "marked-TOKEN-0001"

// cloud answers as Atlassian's documentation of Bitbucket Cloud says.
type cloud struct {
	t *testing.T
	sourcetest.Breaker
	repos  []*sourcetest.Repo
	base   string
	header http.Header
	pages  int      // entries of a page
	slow   []string // directories that take too long to list with all that is below
}

func newCloud(t *testing.T) *cloud {
	s := &cloud{t: t, repos: sourcetest.Org("acme"), pages: 100}
	m := http.NewServeMux()
	m.HandleFunc("GET /2.0/repositories/{owner}", s.list)
	const one = "GET /2.0/repositories/{owner}/{name}"
	m.HandleFunc(one, s.repo(func(w http.ResponseWriter, _ *http.Request, r *sourcetest.Repo) { s.json(w, s.toJSON(r)) }))
	m.HandleFunc(one+"/refs/branches/{branch...}", s.repo(s.branch))
	m.HandleFunc(one+"/src/{commit}/{path...}", s.repo(s.src))
	m.HandleFunc("GET /web/{owner}/{name}/get/{file}", s.repo(func(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
		if r.PathValue("file") != p.Commit()+".tar.gz" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(p.Tar("acme-" + p.Name + "-" + p.Commit()[:12]))
	}))
	s.base = s.Serve(t, cloudDescription.Judge(t, os.Getenv(sourcetest.Descriptions), m))
	return s
}

// cloudDescription is https://api.bitbucket.org/swagger.json, which was made
// OpenAPI 3 meanwhile.
var cloudDescription = sourcetest.Published{
	File: "bitbucket-cloud.json",
	Path: func(path string) string { return strings.TrimPrefix(path, "/2.0") },
	Known: map[string]string{
		`no parameter "page(len)?"`:                     "the chapter about pages has them, for all lists",
		`src.*describes .values\[\].(attributes|size)$`: "the text and the example of the operation have them",
		`describes .*\.(slug|website)$`:                 "examples of repositories have them",
		`^GET /web/`:                                    "archives come from the pages, not from the API",
	},
}

func (s *cloud) host(o bitbucket.CloudOptions) *bitbucket.Cloud {
	s.t.Helper()
	o.Workspace, o.API, o.Web, o.HTTP.Clock = "acme", s.base+"/2.0", s.base+"/web", s.Clock
	o.Auth.Token = secret.New(token)
	h, err := bitbucket.NewCloud(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

func (s *cloud) json(w http.ResponseWriter, v any) {
	sourcetest.JSON(s.t, w, "application/json; charset=utf-8", v)
}

func (s *cloud) notFound(w http.ResponseWriter, what string) {
	w.WriteHeader(http.StatusNotFound)
	s.json(w, map[string]any{"type": "error", "error": map[string]any{"message": what + " not found"}})
}

// page is a page with the address of the next one in it.
func (s *cloud) page(w http.ResponseWriter, r *http.Request, all []map[string]any) {
	q := r.URL.Query()
	n, _ := strconv.Atoi(q.Get("page"))
	n = max(n, 1)
	per, _ := strconv.Atoi(q.Get("pagelen"))
	per = min(per, s.pages)
	from := min((n-1)*per, len(all))
	to := min(from+per, len(all))
	out := map[string]any{"pagelen": per, "page": n, "size": len(all), "values": append([]map[string]any{}, all[from:to]...)}
	if to < len(all) {
		q.Set("page", strconv.Itoa(n+1))
		out["next"] = s.base + r.URL.EscapedPath() + "?" + q.Encode()
	}
	s.json(w, out)
}

func (s *cloud) list(w http.ResponseWriter, r *http.Request) {
	s.header = r.Header
	var out []map[string]any
	for _, p := range s.repos {
		out = append(out, s.toJSON(p))
	}
	s.page(w, r, out)
}

func uuid(r *sourcetest.Repo) string {
	return fmt.Sprintf("{470c176d-3574-44ea-bb41-89e8638bc%03d}", r.ID)
}

func (s *cloud) toJSON(r *sourcetest.Repo) map[string]any {
	out := map[string]any{
		"type": "repository", "uuid": uuid(r), "full_name": r.Full(), "name": r.Name, "slug": r.Name, "description": r.Description, "scm": "git", "website": "", "language": "go",
		"size": 4096, "is_private": r.Private, "fork_policy": "allow_forks", "has_issues": false, "created_on": "2024-05-06T07:08:09.123456+00:00", "updated_on": "2026-02-01T07:08:09.123456+00:00",
		"project": map[string]any{"type": "project", "key": strings.ToUpper(r.Name[:3])}, "mainbranch": map[string]any{"type": "branch", "name": r.Branch},
		"links": map[string]any{"html": map[string]any{"href": "https://bitbucket.org/" + r.Full()}, "clone": []any{
			map[string]any{"name": "https", "href": "https://bot@bitbucket.org/" + r.Full() + ".git"}, map[string]any{"name": "ssh", "href": "ssh://git@bitbucket.org/" + r.Full() + ".git"}}},
	}
	if r.Fork {
		out["parent"] = map[string]any{"type": "repository", "uuid": "{x}", "full_name": "other/forked"}
	}
	if r.Empty() {
		delete(out, "mainbranch")
	}
	return out
}

func (s *cloud) repo(next func(http.ResponseWriter, *http.Request, *sourcetest.Repo)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, p := range s.repos {
			if name := r.PathValue("name"); r.PathValue("owner") == p.Owner && (name == p.Name || name == uuid(p)) {
				next(w, r, p)
				return
			}
		}
		s.notFound(w, "Repository")
	}
}

func (s *cloud) branch(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	if p.Empty() || r.PathValue("branch") != p.Branch {
		s.notFound(w, "Branch")
		return
	}
	s.json(w, map[string]any{"type": "branch", "name": p.Branch, "target": map[string]any{"type": "commit", "hash": p.Commit()}})
}

func (s *cloud) src(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	if r.PathValue("commit") != p.Commit() {
		s.notFound(w, "Commit")
		return
	}
	if path := r.PathValue("path"); strings.HasSuffix(path, "/") {
		s.dir(w, r, p, path)
		return
	} else if path != "" {
		if f := p.File(path); f != nil && f.Kind != source.Submodule {
			_, _ = w.Write([]byte(f.Text))
			return
		}
		s.notFound(w, "No such file or directory: "+path)
		return
	}
	s.dir(w, r, p, "")
}

// dir lists a directory of a repository: what is in it directly, or as deep as is
// asked for.
func (s *cloud) dir(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo, dir string) {
	deep := r.URL.Query().Get("max_depth") != ""
	if deep && slices.Contains(s.slow, dir) {
		w.WriteHeader(555)
		s.json(w, map[string]any{"type": "error", "error": map[string]any{"message": "took too long"}})
		return
	}
	all, seen := []map[string]any{}, map[string]bool{}
	at := map[string]any{"type": "commit", "hash": p.Commit()}
	for _, f := range p.Files {
		below, in := strings.CutPrefix(f.Path, dir)
		first, _, further := strings.Cut(below, "/")
		if in && further && !seen[first] {
			seen[first] = true
			all = append(all, map[string]any{"type": "commit_directory", "path": dir + first, "commit": at})
		}
		if !in || further && !deep {
			continue
		}
		e := map[string]any{"type": "commit_file", "path": f.Path, "size": len(f.Text), "attributes": []string{}, "commit": at}
		switch f.Kind {
		case source.Symlink:
			e["attributes"] = []string{"link"}
		case source.Submodule:
			e["attributes"], e["size"] = []string{"subrepository"}, nil
		}
		all = append(all, e)
	}
	s.page(w, r, all)
}

func TestCloudSuite(t *testing.T) {
	s := newCloud(t)
	sourcetest.Suite{Host: s.host(bitbucket.CloudOptions{}), Repos: sourcetest.Without(s.repos, "empty"), NoMoves: true}.Run(t)
	s.pages = 2
	if got := sourcetest.Names(t, s.host(bitbucket.CloudOptions{})); len(got) != 5 {
		t.Errorf("in pages of two: %q", got)
	}
}

// Large repositories take Bitbucket too long, and are listed by directories.
func TestCloudSuiteByDirectories(t *testing.T) {
	s := newCloud(t)
	s.slow = []string{"", "docs/"}
	sourcetest.Suite{Host: s.host(bitbucket.CloudOptions{}), Repos: sourcetest.Without(s.repos, "empty"), NoMoves: true}.Run(t)
	s.slow = nil
	s.Break("/src/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(555) })
	if _, err := s.host(bitbucket.CloudOptions{}).Tree(t.Context(), source.Repo{Name: "acme/docs", Branch: "main"}); source.KindOf(err) != source.Unreachable {
		t.Errorf("one that is never listed: %v", err)
	}
}

// A directory more than are asked for, of which each has a file.
func TestCloudTreesOfTooManyDirectoriesSaySo(t *testing.T) {
	for _, n := range []int{499, 500} { // and the root
		s := newCloud(t)
		wide := &sourcetest.Repo{ID: 7, Owner: "acme", Name: "wide", Branch: "main", SHA: strings.Repeat("a", 40)}
		for i := range n {
			wide.Files = append(wide.Files, sourcetest.File{Path: fmt.Sprintf("d%04d/f", i), Text: "x"})
		}
		s.repos, s.slow = []*sourcetest.Repo{wide}, []string{""}
		tree, err := s.host(bitbucket.CloudOptions{}).Tree(t.Context(), source.Repo{Name: "acme/wide", Branch: "main"})
		if err != nil || tree.Truncated != (n == 500) || len(tree.Entries) != 499 {
			t.Errorf("%d directories: %d files, truncated %v, %v", n, len(tree.Entries), tree.Truncated, err)
		}
	}
}

func TestCloudFilters(t *testing.T) {
	s := newCloud(t)
	for _, c := range []struct {
		o    bitbucket.CloudOptions
		want string
	}{
		{bitbucket.CloudOptions{ProjectKey: "PA|DOC"}, "acme/docs"},
		{bitbucket.CloudOptions{RepoSlug: "pay.*|for"}, "acme/payments"},
		{bitbucket.CloudOptions{ProjectKey: "X"}, ""},
	} {
		if got := strings.Join(sourcetest.Names(t, s.host(c.o)), " "); got != c.want {
			t.Errorf("%+v: %s", c.o, got)
		}
	}
}

// A repository that was renamed is found by Bitbucket's own name for it.
func TestCloudRenamed(t *testing.T) {
	s := newCloud(t)
	h := s.host(bitbucket.CloudOptions{})
	if r, err := h.Find(t.Context(), source.Repo{Name: "acme/old-name", ID: uuid(s.repos[0])}); err != nil || r.Name != "acme/payments" || r.CloneURL != "https://bitbucket.org/acme/payments.git" ||
		r.Facts.Description != "Takes <b>money</b>" || r.Facts.Visibility != "public" || r.Facts.Pushed.Year() != 2026 || r.Facts.Languages[0].Name != "go" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := h.Find(t.Context(), source.Repo{Name: "acme/empty"}); source.KindOf(err) != source.Empty {
		t.Error(err)
	}
}

func TestCloudFaults(t *testing.T) {
	s := newCloud(t)
	h := s.host(bitbucket.CloudOptions{})
	r, err := h.Find(t.Context(), source.Repo{Name: "acme/payments"})
	if err != nil {
		t.Fatal(err)
	}
	s.RunFaults(t, "/repositories/acme?", token, func() error {
		for _, err := range h.Repos(t.Context()) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	s.RunFaults(t, "/repositories/acme/", token, func() error { _, err := h.Find(t.Context(), r); return err })
	s.RunFaults(t, "/README.md", token, func() error {
		for _, err := range h.Read(t.Context(), r, []source.Entry{{Path: "README.md", Size: 11}}) {
			return err
		}
		return nil
	})
	s.RunArchives(t, "/web/", token, h, r)
	s.RunFaults(t, "/refs/branches/", token, func() error { _, err := h.Find(t.Context(), r); return err })
	s.RunFaults(t, "/src/", token, func() error { _, err := h.Tree(t.Context(), r); return err })
	s.Break("/src/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("other")) })
	for b, err := range h.Read(t.Context(), r, []source.Entry{{Path: "README.md", Size: 11}}) {
		if source.KindOf(err) != source.Broken {
			t.Errorf("%q, %v", b, err)
		}
	}
}

func TestTokensAreShownAsBitbucketWants(t *testing.T) {
	s := newCloud(t)
	sourcetest.Names(t, s.host(bitbucket.CloudOptions{}))
	if got := s.header.Get("Authorization"); got != "Bearer "+token {
		t.Error(got)
	}
	sourcetest.Names(t, s.host(bitbucket.CloudOptions{Auth: bitbucket.Auth{Username: "bot"}}))
	if got := s.header.Get("Authorization"); !strings.HasPrefix(got, "Basic ") {
		t.Error(got)
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for _, o := range []bitbucket.CloudOptions{{}, {Workspace: "a", ProjectKey: "("}, {Workspace: "a", RepoSlug: "("}, {Workspace: "a", API: "x"}} {
		if _, err := bitbucket.NewCloud(o); err == nil {
			t.Errorf("%+v", o)
		}
	}
	for _, o := range []bitbucket.ServerOptions{{}, {Host: "a", ProjectKey: "("}, {Host: "a", RepoSlug: "("}, {BaseURL: "ftp://a"}} {
		if _, err := bitbucket.NewServer(o); err == nil {
			t.Errorf("%+v", o)
		}
	}
}
