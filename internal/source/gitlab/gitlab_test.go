package gitlab_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"callboard/internal/facts"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/gitlab"
	"callboard/internal/source/sourcetest"
)

func TestSuite(t *testing.T) {
	s := newServer(t)
	sourcetest.Suite{Host: s.host(gitlab.Options{Group: "acme"}), Repos: sourcetest.Without(s.repos, "empty", "old-shop", "shared"), NoSizes: true}.Run(t)
}

// An instance that refuses what it does not know is asked for what it knows, once
// and for all.
func TestSuiteOfAnOlderInstance(t *testing.T) {
	s := newServer(t)
	s.older = true
	h := s.host(gitlab.Options{Group: "acme"})
	for range 4 {
		for r, err := range h.Repos(t.Context()) {
			if err != nil || r.Revision == "" || r.Facts.OpenPulls != nil {
				t.Errorf("%s: %q, %v", r.Name, r.Revision, err)
			}
		}
	}
	if len(s.queries) != 5 {
		t.Errorf("%d queries", len(s.queries))
	}
	sourcetest.Suite{Host: h, Repos: sourcetest.Without(s.repos, "empty", "old-shop", "shared"), NoSizes: true}.Run(t)
}

func TestSuiteWithoutGraphQL(t *testing.T) {
	s := newServer(t)
	s.noGraphQL = true
	h := s.host(gitlab.Options{Group: "acme"})
	wanted := sourcetest.Without(s.repos, "empty", "old-shop", "shared")
	for r, err := range h.Repos(t.Context()) {
		if err != nil || r.Revision != "" {
			t.Errorf("%s: %q, %v", r.Name, r.Revision, err)
		}
	}
	for _, w := range wanted {
		r, err := h.Find(t.Context(), source.Repo{Name: w.Full(), Branch: w.Branch})
		if err != nil || r.Revision != w.Commit() {
			t.Errorf("%s: %q, %v", w.Name, r.Revision, err)
		}
		if tree, err := h.Tree(t.Context(), r); err != nil || len(tree.Entries) != len(w.Files) {
			t.Errorf("%s: %d files, %v", w.Name, len(tree.Entries), err)
		}
	}
	asked := 0
	for _, r := range s.Seen() {
		if strings.Contains(r, "graphql") {
			asked++
		}
	}
	if asked != 3 {
		t.Errorf("GraphQL was asked %d times, though it never answered", asked)
	}
}

func TestFilters(t *testing.T) {
	s := newServer(t)
	for _, c := range []struct {
		what string
		o    gitlab.Options
		want string
	}{
		{"by default, forks are in, archived are out", gitlab.Options{Group: "acme"}, "docs forked payments slashed cli"},
		{"a subgroup", gitlab.Options{Group: "/acme/platform/"}, "cli"},
		{"all that there is", gitlab.Options{}, "docs forked payments slashed cli shared"},
		{"archived", gitlab.Options{Group: "acme", Filters: gitlab.Filters{Archived: true}}, "docs forked old-shop payments slashed cli"},
		{"no forks", gitlab.Options{Group: "acme", Filters: gitlab.Filters{NoForks: true}}, "docs payments slashed cli"},
		{"a pattern matches anywhere in the path", gitlab.Options{Group: "acme", Filters: gitlab.Filters{ProjectPattern: "me/(pay|plat)"}}, "payments cli"},
		{"excluded group", gitlab.Options{Group: "acme", Filters: gitlab.Filters{ExcludeGroups: []string{"acme/platform", "acm", "acme/pay"}}}, "docs forked payments slashed"},
		{"excluded", gitlab.Options{Group: "acme", Filters: gitlab.Filters{Exclude: []string{"acme/docs", "acme/for"}}}, "forked payments slashed cli"},
		{"all topics", gitlab.Options{Group: "acme", Filters: gitlab.Filters{Topics: []string{"backend", "money"}}}, "payments"},
		{"groups that match", gitlab.Options{Filters: gitlab.Filters{GroupPatterns: []string{"^other$", "tools$"}}}, "cli shared"},
		{"a branch that few have", gitlab.Options{Group: "acme", Filters: gitlab.Filters{Branch: "release/2026-1"}}, "slashed"},
	} {
		s.people() // which has the groups
		got := sourcetest.Names(t, s.host(c.o))
		slices.Sort(got)
		var short []string
		for _, n := range got {
			short = append(short, n[strings.LastIndexByte(n, '/')+1:])
		}
		want := strings.Fields(c.want)
		slices.Sort(short)
		slices.Sort(want)
		if !slices.Equal(short, want) {
			t.Errorf("%s: %q, want %q", c.what, short, want)
		}
	}
}

func TestPagesAreFollowed(t *testing.T) {
	s := newServer(t)
	s.perPage = 2
	for _, group := range []string{"acme", ""} { // by number, and by key
		if got := sourcetest.Names(t, s.host(gitlab.Options{Group: group})); len(got) < 5 {
			t.Errorf("of group %q: %q", group, got)
		}
	}
	s.Break("/api/v4/projects", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Next-Page", "1")
		_, _ = w.Write([]byte("[]"))
	})
	if _, err := all(s.host(gitlab.Options{}), t); source.KindOf(err) != source.Broken || !strings.Contains(err.Error(), "no end") {
		t.Errorf("pages in a circle: %v", err)
	}
}

// all lists until the first error.
func all(h *gitlab.Host, t *testing.T) (out []source.Repo, err error) {
	t.Helper()
	for r, err := range h.Repos(t.Context()) {
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

func TestFacts(t *testing.T) {
	s := newServer(t)
	h := s.host(gitlab.Options{Group: "acme", Filters: gitlab.Filters{ProjectPattern: "payments"}})
	got, err := all(h, t)
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	f := got[0].Facts
	if f.Description != "Takes <b>money</b>" || !slices.Equal(f.Topics, []string{"backend", "money"}) || f.Visibility != "internal" || *f.Stars != 3 || *f.OpenIssues != 5 ||
		*f.OpenPulls != 2 || f.Created.Year() != 2024 || f.Pushed.Year() != 2026 || f.Observed.IsZero() ||
		!slices.Equal(f.Languages, []facts.Language{{Name: "Go", Share: 913}, {Name: "Shell", Share: 88}}) {
		t.Errorf("%+v", f)
	}
	if err := h.Enrich(t.Context(), got[0], &f); err != nil {
		t.Fatal(err)
	}
	if f.Release == nil || f.Release.Tag != "v2" || f.Release.Name != "Two" || f.Release.URL != s.base+"/acme/payments/-/releases/v2" {
		t.Errorf("release %+v", f.Release)
	}
	if f.Run == nil || f.Run.Result != "failure" || f.Run.URL != s.base+"/acme/payments/-/pipelines/7" || f.Run.Finished.Month() != 2 {
		t.Errorf("run %+v", f.Run)
	}
	if err := h.Enrich(t.Context(), source.Repo{Name: "acme/nowhere"}, &f); source.KindOf(err) != source.Gone {
		t.Error(err)
	}
}

func TestWhatIsGoneOrEmpty(t *testing.T) {
	s := newServer(t)
	s.doomed = 101
	h := s.host(gitlab.Options{Group: "acme"})
	if names := sourcetest.Names(t, h); slices.Contains(names, "acme/payments") {
		t.Error("a project that waits for its deletion is listed")
	}
	for name, want := range map[string]source.FaultKind{"acme/payments": source.Gone, "acme/empty": source.Empty, "acme/nowhere": source.Gone} {
		if _, err := h.Find(t.Context(), source.Repo{Name: name}); source.KindOf(err) != want {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if _, err := h.Tree(t.Context(), source.Repo{Name: "acme/docs", Branch: "nowhere"}); source.KindOf(err) != source.Gone {
		t.Errorf("a branch that is gone: %v", err)
	}
	if _, err := h.Tree(t.Context(), source.Repo{Name: "acme/empty"}); source.KindOf(err) != source.Empty {
		t.Errorf("no branch: %v", err)
	}
	if _, err := all(s.host(gitlab.Options{Group: "nowhere"}), t); source.KindOf(err) != source.Gone {
		t.Errorf("a group that is nowhere: %v", err)
	}
}

// A project that took the name of one that was deleted is not taken for it.
func TestAnotherProjectOfTheSameName(t *testing.T) {
	s := newServer(t)
	h := s.host(gitlab.Options{Group: "acme"})
	s.Break("/api/v4/projects/101", func(w http.ResponseWriter, _ *http.Request) { s.json(w, s.toJSON(s.repos[1])) })
	if _, err := h.Find(t.Context(), source.Repo{Name: "acme/payments", ID: "101"}); source.KindOf(err) != source.Broken {
		t.Error(err)
	}
}

func TestFaults(t *testing.T) {
	s := newServer(t)
	h := s.host(gitlab.Options{Group: "acme"})
	r, err := h.Find(t.Context(), source.Repo{Name: "acme/payments"})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := h.Tree(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	s.RunFaults(t, "/groups/acme/projects", token, func() error { _, err := all(h, t); return err })
	s.RunFaults(t, "/api/v4/projects/101", token, func() error { _, err := h.Find(t.Context(), r); return err })
	s.RunArchives(t, "/repository/archive", token, h, r)
	s.RunFaults(t, "/repository/tree", token, func() error { _, err := h.Tree(t.Context(), r); return err })
	s.RunFaults(t, "/repository/branches", token, func() error {
		_, err := h.Tree(t.Context(), source.Repo{ID: r.ID, Branch: r.Branch})
		return err
	})
	s.RunFaults(t, "/repository/blobs", token, func() error {
		for _, err := range h.Read(t.Context(), r, tree.Entries[:2]) {
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Nothing is lost when GraphQL breaks: what it tells is only told earlier.
func TestBrokenGraphQLLosesNothing(t *testing.T) {
	for name, f := range sourcetest.Faults() {
		s := newServer(t)
		h := s.host(gitlab.Options{Group: "acme"})
		want := sourcetest.Names(t, h)
		s.Break("/graphql", f.How)
		if got := sourcetest.Names(t, h); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
		rs := []source.Repo{{Name: "acme/payments", ID: "101", Revision: s.repos[0].Commit()}, {Name: "acme/docs", ID: "102", Revision: s.repos[1].Commit()}}
		for l, err := range h.Trees(t.Context(), rs) {
			if err != nil || l.Err != nil || len(l.Tree.Entries) < 7 {
				t.Errorf("%s: %d files, %v, %v", name, len(l.Tree.Entries), err, l.Err)
			}
		}
	}
}

func TestTokensAreShownAsGitLabWants(t *testing.T) {
	s := newServer(t)
	for _, c := range []struct{ scheme, token, header, value string }{
		{"", token, "Private-Token", token},
		{gitlab.Private, token, "Private-Token", token},
		{gitlab.Bearer, token, "Authorization", "Bearer " + token},
		{gitlab.Job, token, "Job-Token", token},
		{"", "glcbt-64_TOKEN-0001", "Job-Token", "glcbt-64_TOKEN-0001"},
	} {
		sourcetest.Names(t, s.host(gitlab.Options{Group: "acme", Scheme: c.scheme, Token: secret.New(c.token)}))
		if got := s.header.Get(c.header); got != c.value {
			t.Errorf("%q: %s is %q", c.scheme, c.header, got)
		}
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for _, o := range []gitlab.Options{
		{Host: "a b"}, {BaseURL: "ftp://gitlab.example.com"}, {BaseURL: "https://me:pass@gitlab.example.com"}, {API: "nowhere"},
		{Filters: gitlab.Filters{ProjectPattern: "("}}, {Filters: gitlab.Filters{GroupPatterns: []string{"("}}},
		{People: gitlab.People{UserPattern: "("}}, {People: gitlab.People{Relations: []string{"direct"}}}, {Scheme: "basic", Token: secret.New("x")},
	} {
		if _, err := gitlab.New(o); err == nil || strings.Contains(err.Error(), "pass@") {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestNames(t *testing.T) {
	for want, o := range map[string]gitlab.Options{"gitlab:acme": {Group: "acme"}, "gitlab:gitlab.com": {}, "mine": {Name: "mine", Group: "x"}} {
		if h, err := gitlab.New(o); err != nil || h.Name() != want {
			t.Errorf("%v, %v, want %q", h, err, want)
		}
	}
}
