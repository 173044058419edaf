package azure_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/azure"
	"callboard/internal/source/sourcetest"
)

const token = "marked-TOKEN-0001"

// server answers as the descriptions of Azure DevOps say (git.json of
// https://github.com/MicrosoftDocs/vsts-rest-api-specs, and its examples), with
// owners for projects.
type server struct {
	t *testing.T
	sourcetest.Breaker
	repos    []*sourcetest.Repo
	base     string
	pages    int
	disabled int64
	header   http.Header
}

func newServer(t *testing.T) *server {
	s := &server{t: t, repos: sourcetest.Org("Shop floor"), pages: 100}
	m := http.NewServeMux()
	m.HandleFunc("GET /acme/_apis/git/repositories", s.list)
	m.HandleFunc("GET /acme/{project}/_apis/git/repositories", s.list)
	for _, at := range []string{"GET /acme/_apis/git/repositories/{repo}", "GET /acme/{project}/_apis/git/repositories/{repo}"} {
		m.HandleFunc(at, s.repo(func(w http.ResponseWriter, _ *http.Request, p *sourcetest.Repo) { s.json(w, s.toJSON(p)) }))
		m.HandleFunc(at+"/refs", s.repo(s.refs))
		m.HandleFunc(at+"/items", s.repo(s.items))
		m.HandleFunc(at+"/blobs/{sha}", s.repo(s.blob))
	}
	s.base = s.Serve(t, azureDescription.Judge(t, os.Getenv(sourcetest.Descriptions), s.guard(m)))
	return s
}

// azureDescription is git.json, version 7.0, of
// https://github.com/MicrosoftDocs/vsts-rest-api-specs.
var azureDescription = sourcetest.Published{
	File: "azure-git.json",
	// The project may be left out, as the examples beside the description do.
	Path: func(path string) string {
		if after, ok := strings.CutPrefix(path, "/acme/_apis/"); ok {
			return "/acme/any/_apis/" + after
		}
		return path
	},
	List: "value",
	Known: map[string]string{
		"the answer 404 is in no": "no operation says what happens when there is nothing",
	},
}

// guard wants a version in every request.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.header = r.Header
		if r.URL.Query().Get("api-version") != "7.0" {
			s.t.Errorf("%s has no version", r.URL)
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) host(o azure.Options) *azure.Host {
	s.t.Helper()
	o.Organization, o.BaseURL, o.HTTP.Clock, o.Token = "acme", s.base, s.Clock, secret.New(token)
	h, err := azure.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

func (s *server) json(w http.ResponseWriter, v any) {
	sourcetest.JSON(s.t, w, "application/json; charset=utf-8; api-version=7.0", v)
}

func (s *server) notFound(w http.ResponseWriter, what string) {
	w.WriteHeader(http.StatusNotFound)
	s.json(w, map[string]any{"$id": "1", "message": what, "typeKey": "GitRepositoryNotFoundException", "errorCode": 0, "eventId": 3000})
}

// page is a page whose header has the token of the next, as lists of refs have.
func (s *server) page(w http.ResponseWriter, r *http.Request, all []map[string]any) {
	from, _ := strconv.Atoi(r.URL.Query().Get("continuationToken"))
	to := min(from+s.pages, len(all))
	if to < len(all) {
		w.Header().Set("x-ms-continuationtoken", strconv.Itoa(to))
	}
	s.whole(w, all[from:to])
}

// whole is a list.
func (s *server) whole(w http.ResponseWriter, all []map[string]any) {
	s.json(w, map[string]any{"count": len(all), "value": append([]map[string]any{}, all...)})
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	var out []map[string]any
	for _, p := range s.repos {
		if project := r.PathValue("project"); project == "" || project == p.Owner {
			out = append(out, s.toJSON(p))
		}
	}
	s.whole(w, out)
}

func guid(p *sourcetest.Repo) string {
	return fmt.Sprintf("5febef5a-833d-4e14-b9c0-14cb638f9%03d", p.ID)
}

func (s *server) toJSON(p *sourcetest.Repo) map[string]any {
	web := s.base + "/acme/" + strings.ReplaceAll(p.Owner, " ", "%20") + "/_git/" + p.Name
	out := map[string]any{
		"id": guid(p), "name": p.Name, "url": s.base + "/x", "size": 728, "isDisabled": p.ID == s.disabled, "defaultBranch": "refs/heads/" + p.Branch,
		"remoteUrl": strings.Replace(web, "://", "://acme@", 1), "sshUrl": "git@ssh.dev.azure.com:v3/acme/x/" + p.Name, "webUrl": web,
		"project": map[string]any{"id": "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c", "name": p.Owner, "state": "wellFormed", "visibility": "private", "revision": 293},
	}
	if p.Fork {
		out["isFork"] = true
	}
	if p.Empty() {
		delete(out, "defaultBranch")
	}
	return out
}

func (s *server) repo(next func(http.ResponseWriter, *http.Request, *sourcetest.Repo)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, p := range s.repos {
			if id := r.PathValue("repo"); id == guid(p) || id == p.Name && r.PathValue("project") == p.Owner {
				next(w, r, p)
				return
			}
		}
		s.notFound(w, "TF401019: The Git repository does not exist or you do not have permissions for the operation you are attempting.")
	}
}

func (s *server) refs(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	var out []map[string]any
	for _, b := range []string{p.Branch + "-old", p.Branch} {
		if strings.HasPrefix("heads/"+b, r.URL.Query().Get("filter")) && !p.Empty() {
			out = append(out, map[string]any{"name": "refs/heads/" + b, "objectId": p.Commit(), "url": s.base + "/x", "creator": map[string]any{"displayName": "x"}})
		}
	}
	s.page(w, r, out)
}

func (s *server) items(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	q := r.URL.Query()
	if q.Get("versionDescriptor.version") != p.Commit() || q.Get("versionDescriptor.versionType") != "commit" || q.Get("recursionLevel") != "Full" {
		s.notFound(w, "TF401175: The version descriptor could not be resolved to a version in the repository")
		return
	}
	out := []map[string]any{{"objectId": strings.Repeat("0", 40), "gitObjectType": "tree", "commitId": p.Commit(), "path": "/", "isFolder": true, "url": s.base + "/x"},
		{"objectId": strings.Repeat("0", 40), "gitObjectType": "tree", "commitId": p.Commit(), "path": "/docs", "isFolder": true, "url": s.base + "/x"}}
	for _, f := range p.Files {
		e := map[string]any{"objectId": f.Blob(), "gitObjectType": "blob", "commitId": p.Commit(), "path": "/" + f.Path, "url": s.base + "/x"}
		switch f.Kind {
		case source.Submodule:
			e["gitObjectType"] = "commit"
		case source.Symlink:
			e["isSymLink"] = true
		}
		out = append(out, e)
	}
	s.whole(w, out)
}

func (s *server) blob(w http.ResponseWriter, r *http.Request, p *sourcetest.Repo) {
	for _, f := range p.Files {
		if f.Blob() == r.PathValue("sha") && f.Kind != source.Submodule && r.URL.Query().Get("$format") == "octetstream" {
			w.Header().Set("Content-Type", "application/octet-stream")
			_, _ = w.Write([]byte(f.Text))
			return
		}
	}
	s.notFound(w, "TF401174: The item could not be found in the repository")
}

func TestSuite(t *testing.T) {
	s := newServer(t)
	sourcetest.Suite{Host: s.host(azure.Options{}), Repos: sourcetest.Without(s.repos, "empty"), NoSizes: true, NoArchive: true}.Run(t)
}

func TestFilters(t *testing.T) {
	s := newServer(t)
	s.repos = append(s.repos, &sourcetest.Repo{ID: 7, Owner: "Ops", Name: "tools", Branch: "main", Files: []sourcetest.File{{Path: "a", Text: "x"}}})
	s.disabled = 104
	for _, c := range []struct {
		o    azure.Options
		want string
	}{
		{azure.Options{}, "payments docs forked slashed tools"},
		{azure.Options{Project: "*", Repository: "*"}, "payments docs forked slashed tools"},
		{azure.Options{Project: "Ops"}, "tools"},
		{azure.Options{Project: "shop*", Repository: "*o*"}, "docs forked"},
		{azure.Options{NoForks: true, Repository: "F*"}, ""},
	} {
		var got []string
		for _, n := range sourcetest.Names(t, s.host(c.o)) {
			got = append(got, n[strings.LastIndexByte(n, '/')+1:])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %q", c.o, got)
		}
	}
}

func TestWhatIsGoneOrEmpty(t *testing.T) {
	s := newServer(t)
	s.disabled = 104
	for name, want := range map[string]source.FaultKind{"empty": source.Empty, "old-shop": source.Gone, "nowhere": source.Gone, "docs": ""} {
		r, err := s.host(azure.Options{}).Find(t.Context(), source.Repo{Name: "Shop floor/" + name})
		if source.KindOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
		if want == "" && (strings.Contains(r.CloneURL, "@") || r.WebURL != s.base+"/acme/Shop%20floor/_git/docs" || r.Facts.Visibility != "private") {
			t.Errorf("%+v", r)
		}
	}
	s.pages = 1 // the branch is on the second
	if r, err := s.host(azure.Options{}).Find(t.Context(), source.Repo{Name: "Shop floor/docs"}); err != nil || r.Revision == "" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := s.host(azure.Options{Branch: "nowhere"}).Find(t.Context(), source.Repo{Name: "Shop floor/docs"}); source.KindOf(err) != source.Gone {
		t.Errorf("a branch that is nowhere: %v", err)
	}
}

func TestFaults(t *testing.T) {
	s := newServer(t)
	h := s.host(azure.Options{})
	r, err := h.Find(t.Context(), source.Repo{Name: "Shop floor/payments"})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := h.Tree(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	s.RunFaults(t, "/git/repositories?", token, func() error {
		for _, err := range h.Repos(t.Context()) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	s.RunFaults(t, "/refs?", token, func() error { _, err := h.Find(t.Context(), r); return err })
	s.RunFaults(t, "/items?", token, func() error { _, err := h.Tree(t.Context(), r); return err })
	s.RunFaults(t, "/blobs/", token, func() error {
		for _, err := range h.Read(t.Context(), r, tree.Entries[:2]) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	// Azure answers strangers with a page to sign in at, and 203.
	s.Break("/git/repositories?", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNonAuthoritativeInfo)
		_, _ = w.Write([]byte("<html>Sign in</html>"))
	})
	for _, err := range h.Repos(t.Context()) {
		if source.KindOf(err) != source.Denied {
			t.Errorf("a page to sign in at: %v", err)
		}
	}
}

func TestTokensAreShownAsAzureWants(t *testing.T) {
	s := newServer(t)
	sourcetest.Names(t, s.host(azure.Options{}))
	r := http.Request{Header: s.header}
	if user, password, ok := r.BasicAuth(); !ok || user != "" || password != token {
		t.Errorf("%q", s.header.Get("Authorization"))
	}
	sourcetest.Names(t, s.host(azure.Options{Bearer: true}))
	if got := s.header.Get("Authorization"); got != "Bearer "+token {
		t.Error(got)
	}
	for _, o := range []azure.Options{{}, {Organization: "a", Project: "["}, {Organization: "a", BaseURL: "x"}} {
		if _, err := azure.New(o); err == nil {
			t.Errorf("%+v", o)
		}
	}
}
