package gitea_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"callboard/internal/facts"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/gitea"
	"callboard/internal/source/sourcetest"
)

func TestSuite(t *testing.T) {
	s := newServer(t)
	sourcetest.Suite{Host: s.host(gitea.Options{}), Repos: sourcetest.Without(s.repos, "empty")}.Run(t)
}

// Contents that the server does not put into JSON come as they are.
func TestSuiteWithLargeContents(t *testing.T) {
	s := newServer(t)
	s.blobMax = 8
	sourcetest.Suite{Host: s.host(gitea.Options{}), Repos: sourcetest.Without(s.repos, "empty")}.Run(t)
}

func TestFilters(t *testing.T) {
	s := newServer(t)
	for _, c := range []struct {
		what string
		f    gitea.Filters
		want string
	}{
		{"all", gitea.Filters{}, "payments docs old-shop forked slashed"},
		{"no archived", gitea.Filters{NoArchived: true}, "payments docs forked slashed"},
		{"no forks", gitea.Filters{NoForks: true}, "payments docs old-shop slashed"},
		{"names match as a whole", gitea.Filters{Repository: "pay|doc.|old-.*"}, "docs old-shop"},
		{"a topic", gitea.Filters{Include: []string{"money", "other"}}, "payments"},
		{"not a topic", gitea.Filters{Include: []string{"backend"}, Exclude: []string{"money"}}, "forked"},
		{"what everybody may see", gitea.Filters{Visibility: []string{"public"}}, "payments old-shop forked slashed"},
		{"what few may see", gitea.Filters{Visibility: []string{"private", "internal"}}, "docs"},
	} {
		got := strings.ReplaceAll(strings.Join(sourcetest.Names(t, s.host(gitea.Options{Filters: c.f})), " "), "acme/", "")
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	if got := sourcetest.Names(t, s.host(gitea.Options{User: "acme"})); len(got) != 5 {
		t.Errorf("of a user: %q", got)
	}
	h := s.host(gitea.Options{Filters: gitea.Filters{Branch: "release/2026-1"}})
	for _, r := range sourcetest.Names(t, h) {
		f, err := h.Find(t.Context(), source.Repo{Name: r})
		if r == "acme/slashed" && (err != nil || f.Branch != "release/2026-1") || r != "acme/slashed" && source.KindOf(err) != source.Gone {
			t.Errorf("%s: %q, %v", r, f.Branch, err)
		}
	}
}

func TestPagesAreFollowed(t *testing.T) {
	for _, bare := range []bool{false, true} { // with headers and without
		s := newServer(t)
		s.perPage, s.bare = 2, bare
		if got := sourcetest.Names(t, s.host(gitea.Options{})); len(got) != 5 {
			t.Errorf("without headers %v: %q", bare, got)
		}
		p, err := s.host(gitea.Options{}).People(t.Context())
		if err != nil || len(p.Groups) != 3 || len(p.Users) != 2 {
			t.Errorf("without headers %v: %+v, %v", bare, p, err)
		}
	}
}

func TestATreeThatIsCutSaysSo(t *testing.T) {
	s := newServer(t)
	h := s.host(gitea.Options{})
	s.Break("/git/trees/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "1" {
			_, _ = w.Write([]byte(`{"sha":"x","truncated":true,"tree":[{"path":"a","mode":"100644","type":"blob","size":1,"sha":"` + strings.Repeat("a", 40) + `"}]}`))
			return
		}
		_, _ = w.Write([]byte(`{"sha":"x","truncated":true,"tree":[]}`))
	})
	tree, err := h.Tree(t.Context(), source.Repo{Name: "acme/docs", Revision: s.repos[1].Commit()})
	if err != nil || !tree.Truncated || len(tree.Entries) != 1 {
		t.Errorf("%+v, %v", tree, err)
	}
}

func TestFacts(t *testing.T) {
	s := newServer(t)
	h := s.host(gitea.Options{})
	facted := map[string]facts.Repo{}
	for r, err := range h.Repos(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Enrich(t.Context(), r, &r.Facts); err != nil {
			t.Fatal(err)
		}
		facted[r.Name] = r.Facts
		if r.Size != 24<<10 {
			t.Errorf("size %d", r.Size)
		}
	}
	f := facted["acme/payments"]
	if f.Description != "Takes <b>money</b>" || f.Homepage != "https://payments.example.com" || !slices.Equal(f.Topics, []string{"backend", "money"}) || f.Visibility != "public" ||
		f.Licence != "MIT" || *f.Stars != 4 || *f.OpenIssues != 6 || *f.OpenPulls != 1 || f.Created.Year() != 2024 || f.Pushed.Year() != 2026 || f.Observed.IsZero() ||
		!slices.Equal(f.Languages, []facts.Language{{Name: "Go", Bytes: 9750, Share: 975}, {Name: "Shell", Bytes: 250, Share: 25}}) {
		t.Errorf("%+v", f)
	}
	if f.Release == nil || *f.Release != (facts.Release{Name: "Two", Tag: "v2", URL: s.base + "/r/v2", Published: f.Release.Published}) || f.Run == nil || f.Run.Result != "failure" || f.Run.Finished.Month() != 2 {
		t.Errorf("%+v, %+v", f.Release, f.Run)
	}
	if f := facted["acme/docs"]; f.Release != nil || f.Run != nil || f.Visibility != "private" {
		t.Errorf("no release and no checks: %+v, %+v", f.Release, f.Run)
	}
}

func TestWhatIsGoneOrEmpty(t *testing.T) {
	s := newServer(t)
	h := s.host(gitea.Options{})
	for name, want := range map[string]source.FaultKind{"acme/empty": source.Empty, "acme/nowhere": source.Gone, "nowhere": source.Broken} {
		if _, err := h.Find(t.Context(), source.Repo{Name: name}); source.KindOf(err) != want {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	for _, r := range []source.Repo{{Name: "acme/docs", Branch: "nowhere"}, {Name: "acme/docs", Revision: strings.Repeat("1", 40)}} {
		if _, err := h.Tree(t.Context(), r); source.KindOf(err) != source.Gone {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

func TestPeople(t *testing.T) {
	s := newServer(t)
	p, err := s.host(gitea.Options{}).People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u, g := p.Users[0], p.Groups[1]
	if u.Name != "ada" || u.DisplayName != "Ada" || u.Email != "ada@example.com" || !slices.Equal(u.Groups, []string{"Owners", "platform"}) || u.Picture != s.base+"/avatars/ada" ||
		u.Annotations["git.example.com/user-login"] != s.base+"/ada" || p.Users[1].Email != "" || len(p.Users) != 2 {
		t.Errorf("%+v", p.Users)
	}
	if g.Name != "platform" || g.Type != "team" || g.Description != "Team platform" || !slices.Equal(g.Members, []string{"ada", "grace"}) || g.Annotations["git.example.com/team-path"] != "acme/platform" {
		t.Errorf("%+v", g)
	}
	if p, err := s.host(gitea.Options{User: "acme"}).People(t.Context()); err != nil || len(p.Users)+len(p.Groups) != 0 {
		t.Errorf("of a user: %+v, %v", p, err)
	}
}

func TestFaults(t *testing.T) {
	s := newServer(t)
	h := s.host(gitea.Options{})
	r, err := h.Find(t.Context(), source.Repo{Name: "acme/payments"})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := h.Tree(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	find := func() error { _, err := h.Find(t.Context(), r); return err }
	people := func() error { _, err := h.People(t.Context()); return err }
	s.RunFaults(t, "/orgs/acme/repos", token, func() error {
		for _, err := range h.Repos(t.Context()) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	s.RunArchives(t, "/archive/", token, h, r)
	s.RunFaults(t, "/repositories/101", token, find)
	s.RunFaults(t, "/branches/", token, find)
	s.RunFaults(t, "/git/trees/", token, func() error { _, err := h.Tree(t.Context(), r); return err })
	s.RunFaults(t, "/git/blobs/", token, func() error {
		for _, err := range h.Read(t.Context(), r, tree.Entries[:2]) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	for _, part := range []string{"/orgs/acme/teams", "/teams/2/members", "/orgs/acme/members"} {
		s.RunFaults(t, part, token, people)
	}
}

// What is not the content that the tree names is not taken.
func TestContentsAreChecked(t *testing.T) {
	s := newServer(t)
	h := s.host(gitea.Options{})
	for _, body := range []string{`{"content":"` + `Zm9v` + `","encoding":"base64"}`, `{"content":"?","encoding":"base64"}`} {
		s.Break("/git/blobs/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		for b, err := range h.Read(t.Context(), source.Repo{Name: "acme/docs"}, []source.Entry{{Path: "catalog-info.yaml", Blob: s.repos[1].Files[0].Blob(), Size: 3}}) {
			if source.KindOf(err) != source.Broken || b != nil {
				t.Errorf("%s: %q, %v", body, b, err)
			}
		}
	}
}

func TestTokensAreShownAsGiteaWants(t *testing.T) {
	s := newServer(t)
	sourcetest.Names(t, s.host(gitea.Options{}))
	if got := s.header.Get("Authorization"); got != "token "+token {
		t.Errorf("%q", got)
	}
	sourcetest.Names(t, s.host(gitea.Options{Username: "bot"}))
	if got := s.header.Get("Authorization"); !strings.HasPrefix(got, "Basic ") {
		t.Errorf("%q", got)
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for _, o := range []gitea.Options{
		{}, {Host: "x"}, {Organization: "a"}, {Host: "x", Organization: "a", User: "b"}, {BaseURL: "https://u:pass@x", Organization: "a", Token: secret.New("y")},
		{Host: "x", Organization: "a", Filters: gitea.Filters{Repository: "("}},
	} {
		if _, err := gitea.New(o); err == nil || strings.Contains(err.Error(), "pass@") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if h, err := gitea.New(gitea.Options{Host: "codeberg.org", Organization: "forgejo"}); err != nil || h.Name() != "gitea:forgejo" {
		t.Error(h, err)
	}
}
