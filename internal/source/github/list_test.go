package github

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"callboard/internal/source"
	"callboard/internal/source/github/githubtest"
)

func TestWhatAListTells(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	pushed := time.Date(2026, 2, 1, 10, 0, 0, 0, time.UTC)
	r := w.repo("payments", func(r *githubtest.Repo) {
		r.Description, r.Homepage, r.Licence, r.Topics = "Takes money", "https://pay.acme.example", "Apache-2.0", []string{"tier-1", "go"}
		r.Languages, r.Stars, r.OpenPulls, r.OpenIssues = map[string]int{"Go": 3000, "Shell": 1000}, 7, 2, 5
		r.Release, r.Visibility, r.Size, r.Pushed = "v1.2.0", "internal", 3<<20, pushed
	})
	got := w.one(w.host(), "payments")
	if got.Revision != r.Content.Tip("main") || got.Branch != "main" || got.ID != fmt.Sprint(r.ID) || got.Size != 3<<20 ||
		got.WebURL != "https://github.com/acme/payments" || got.CloneURL != "https://github.com/acme/payments.git" || strings.Join(got.Topics, " ") != "go tier-1" {
		t.Errorf("got %+v", got)
	}
	f := got.Facts
	if f.Description != "Takes money" || f.Homepage != "https://pay.acme.example" || f.Licence != "Apache-2.0" || f.Visibility != "internal" ||
		*f.Stars != 7 || *f.OpenPulls != 2 || *f.OpenIssues != 5 || !f.Pushed.Equal(pushed) || f.Release.Tag != "v1.2.0" || f.Observed != w.clock.Now().UTC() {
		t.Errorf("the facts are %+v", f)
	}
	if len(f.Languages) != 2 || f.Languages[0].Name != "Go" || f.Languages[0].Share != 750 {
		t.Errorf("the languages are %+v", f.Languages)
	}

	// REST knows less, and says nothing of what it does not know.
	got = w.one(w.host(rest), "payments")
	if got.Revision != "" || got.Facts.OpenPulls != nil || got.Facts.OpenIssues != nil || *got.Facts.Stars != 7 || got.Facts.Licence != "Apache-2.0" ||
		got.Facts.Visibility != "internal" || got.ID != fmt.Sprint(r.ID) || got.Branch != "main" {
		t.Errorf("by REST got %+v", got)
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	for i := range 250 {
		w.repo(fmt.Sprintf("r%03d", i))
	}
	for _, h := range []*Host{w.host(), w.host(rest)} {
		w.Reset()
		rs, err := list(h)
		if err != nil || len(rs) != 250 {
			t.Fatalf("%d repositories, %v", len(rs), err)
		}
		if s := w.Stats(); s.REST+s.GraphQL != 3 {
			t.Errorf("%d requests for three pages", s.REST+s.GraphQL)
		}
	}
	// Pages that are too much are asked for in smaller ones, with nothing left out
	// and nothing twice.
	w.Inject(githubtest.Fault{Skip: 1, Times: 4, Status: 502})
	w.Inject(githubtest.Fault{Skip: 2, Times: 4, Status: 504})
	rs, err := list(w.host())
	if err != nil || len(rs) != 250 {
		t.Fatalf("%d repositories, %v", len(rs), err)
	}
	seen := map[string]bool{}
	for _, r := range rs {
		if seen[r.Name] {
			t.Errorf("%s is listed twice", r.Name)
		}
		seen[r.Name] = true
	}
}

func TestFilters(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.repo("plain")
	w.repo("fork", func(r *githubtest.Repo) { r.Fork = true })
	w.repo("old", func(r *githubtest.Repo) { r.Archived = true })
	w.repo("secret", func(r *githubtest.Repo) { r.Visibility = "private" })
	w.repo("tagged", func(r *githubtest.Repo) { r.Topics = []string{"backstage", "go"} })
	w.repo("both", func(r *githubtest.Repo) { r.Topics = []string{"backstage", "legacy"} })
	w.repo("empty", func(r *githubtest.Repo) { r.Content = githubtest.NewFiles("main", nil, "") })
	w.repo("other", func(r *githubtest.Repo) {
		r.Branch = "trunk"
		f := githubtest.NewFiles("trunk", nil, "")
		f.Write("catalog-info.yaml", "x")
		r.Content = f
	})
	for _, c := range []struct {
		name string
		f    Filters
		want string
	}{
		{"as Backstage without filters: forks, no archived ones, none without a commit", Filters{}, "both fork other plain secret tagged"},
		{"forks", Filters{NoForks: true}, "both other plain secret tagged"},
		{"archived", Filters{Archived: true}, "both fork old other plain secret tagged"},
		{"a name in full", Filters{Repository: "pl"}, ""},
		{"a pattern", Filters{Repository: "pl.*|fork"}, "fork plain"},
		{"visibility in any case", Filters{Visibility: []string{"PRIVATE"}}, "secret"},
		{"topics", Filters{Include: []string{"backstage", "x"}}, "both tagged"},
		{"exclusion wins", Filters{Include: []string{"backstage"}, Exclude: []string{"legacy"}}, "tagged"},
		{"a branch", Filters{Branch: "trunk"}, "other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rs, err := list(w.host(func(o *Options) { o.Filters = c.f }))
			if err != nil || names(rs) != c.want {
				t.Errorf("got %q, %v, want %q", names(rs), err, c.want)
			}
		})
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for want, o := range map[string]Options{
		"both an organisation":  {Organization: "a", User: "b"},
		"no organisation":       {},
		"no name of an org":     {Organization: "../x"},
		"by https only":         {Organization: "a", API: "http://ghe.acme.example/api/v3"},
		"is no address":         {Organization: "a", API: "ghe.acme.example"},
		"filters: repository":   {Organization: "a", Filters: Filters{Repository: "("}},
		"filters: visibility":   {Organization: "a", Filters: Filters{Visibility: []string{"open"}}},
		"no name of a branch":   {Organization: "a", Filters: Filters{Branch: "a b"}},
		"private key is not in": {Organization: "a", App: &App{ID: "1"}},
		"the app has no ID":     {Organization: "a", App: &App{}},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}

func TestListsThatEnd(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	for i := range 120 {
		w.repo(fmt.Sprintf("r%03d", i), func(r *githubtest.Repo) { r.Withheld = i == 3 })
	}
	rs, err := list(w.host())
	if f := kind(t, err, source.Denied); len(rs) != 119 || !strings.Contains(f.Error(), "SAML") {
		t.Errorf("%d repositories and %v: all that are shown are listed, and then what is not is told", len(rs), f)
	}
	_, err = list(w.host(func(o *Options) { o.Organization = "nobody" }))
	kind(t, err, source.Gone)
	w.Inject(githubtest.Fault{Skip: 1, Body: []byte(`{"data": {"repositoryOwner": {"repositories": {"nodes": [{"id": 3}]}}}}`)})
	rs, err = list(w.host())
	if kind(t, err, source.Broken); len(rs) != 99 {
		t.Errorf("%d repositories of the first page", len(rs))
	}
	w.Heal()
}

func TestWithoutGraphQL(t *testing.T) {
	w := newWorld(t, githubtest.Options{NoGraphQL: true})
	w.repo("payments")
	h := w.host()
	for range 2 {
		if rs, err := list(h); err != nil || names(rs) != "payments" {
			t.Fatalf("got %q, %v", names(rs), err)
		}
	}
	if s := w.Stats(); s.GraphQL != 1 || s.REST != 2 {
		t.Errorf("%d requests of GraphQL and %d of REST: that there is none is found out once", s.GraphQL, s.REST)
	}
}

func TestUser(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.Add(&githubtest.Repo{Owner: "alice", Name: "dotfiles", Content: w.repo("x").Content})
	for _, f := range []func(*Options){func(*Options) {}, rest} {
		rs, err := list(w.host(func(o *Options) { o.Organization, o.User = "", "alice" }, f))
		if err != nil || len(rs) != 1 || rs[0].Name != "alice/dotfiles" {
			t.Errorf("got %v, %v", rs, err)
		}
	}
}

func TestEnterprise(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.repo("payments")
	var asked []string
	w.Inject(githubtest.Fault{Times: 1 << 20, Match: func(r *http.Request) bool { asked = append(asked, r.URL.Path); return false }})
	for _, f := range []func(*Options){func(*Options) {}, rest} {
		if rs, err := list(w.host(f, func(o *Options) { o.API = w.URL + "/api/v3" })); err != nil || names(rs) != "payments" {
			t.Errorf("got %v, %v", rs, err)
		}
	}
	if got := strings.Join(asked, " "); got != "/api/graphql /api/v3/orgs/acme/repos" {
		t.Errorf("asked for %s", got)
	}
}
