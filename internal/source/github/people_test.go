package github

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"callboard/internal/facts"
	"callboard/internal/source"
	"callboard/internal/source/github/githubtest"
)

func TestPeople(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	o := &githubtest.Org{Login: "acme", People: []githubtest.Person{
		{Login: "bob"},
		{Login: "alice", Name: "Alice Ä.", Email: "alice@home.example", Bio: "Likes <b>tests</b>", Verified: []string{"alice@acme.example"}},
	}, Teams: []githubtest.Team{
		{Slug: "payments-core", Name: "Payments: core", Description: "The core", Parent: "payments", Members: []string{"alice", "bob"}},
		{Slug: "payments", Name: "Payments", Members: []string{"bob"}},
	}}
	w.AddOrg(o)
	got, err := w.host().People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Users":[` +
		`{"Name":"alice","DisplayName":"Alice Ä.","Email":"alice@home.example","Picture":"https://avatars.githubusercontent.com/alice","Description":"Likes \u003cb\u003etests\u003c/b\u003e","Groups":["payments-core"],"Annotations":{"github.com/user-id":"U_alice","github.com/user-login":"alice"},"Links":null,"Namespace":""},` +
		`{"Name":"bob","DisplayName":"","Email":"","Picture":"https://avatars.githubusercontent.com/bob","Description":"","Groups":["payments","payments-core"],"Annotations":{"github.com/user-id":"U_bob","github.com/user-login":"bob"},"Links":null,"Namespace":""}],` +
		`"Groups":[` +
		`{"Name":"payments","DisplayName":"Payments","Email":"","Picture":"https://avatars.githubusercontent.com/t/payments","Description":"","Type":"team","Parent":"","Members":["bob"],"Annotations":{"backstage.io/edit-url":"https://github.com/orgs/acme/teams/payments/edit","github.com/team-slug":"acme/payments"},"Links":null,"Namespace":""},` +
		`{"Name":"payments-core","DisplayName":"Payments: core","Email":"","Picture":"https://avatars.githubusercontent.com/t/payments-core","Description":"The core","Type":"team","Parent":"payments","Members":["alice","bob"],"Annotations":{"backstage.io/edit-url":"https://github.com/orgs/acme/teams/payments-core/edit","github.com/team-slug":"acme/payments-core"},"Links":null,"Namespace":""}]}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
	got, err = w.host(func(o *Options) { o.VerifiedEmails = true }).People(t.Context())
	if err != nil || got.Users[0].Email != "alice@acme.example" || got.Users[1].Email != "" {
		t.Errorf("verified addresses: %+v, %v", got.Users, err)
	}
}

// TestSuspended: an Enterprise tells whose accounts are suspended, for a request
// each, and github.com does not know of such a thing.
func TestSuspended(t *testing.T) {
	for _, byREST := range []bool{false, true} {
		w := newWorld(t, githubtest.Options{})
		w.AddOrg(&githubtest.Org{Login: "acme", People: []githubtest.Person{{Login: "ada"}, {Login: "gone", Suspended: true}, {Login: "zoe"}},
			Teams: []githubtest.Team{{Slug: "core", Name: "Core", Members: []string{"ada", "gone"}}}})
		for _, leave := range []bool{false, true} {
			p, err := w.host(func(o *Options) { o.REST, o.NoSuspended = byREST, leave }).People(t.Context())
			if err != nil || len(p.Users) != 3 && !leave || leave && (len(p.Users) != 2 || p.Users[1].Name != "zoe") {
				t.Errorf("%v %v: %+v, %v", byREST, leave, p.Users, err)
			}
		}
		w.Inject(githubtest.Fault{Match: func(r *http.Request) bool { return r.URL.Path == "/users/zoe" }, Status: 404})
		_, err := w.host(func(o *Options) { o.REST, o.NoSuspended = byREST, true }).People(t.Context())
		kind(t, err, source.Gone)
	}
	h, err := New(Options{Organization: "acme", NoSuspended: true})
	if err != nil || h.asksSuspended() {
		t.Errorf("github.com is asked, %v", err)
	}
}

// TestGroupNamespace: teams of an organisation may have a namespace.
func TestGroupNamespace(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.AddOrg(&githubtest.Org{Login: "acme", People: []githubtest.Person{{Login: "ada"}}, Teams: []githubtest.Team{{Slug: "core", Name: "Core", Members: []string{"ada"}}}})
	p, err := w.host(func(o *Options) { o.GroupNamespace = "acme" }).People(t.Context())
	if err != nil || p.Groups[0].Namespace != "acme" || p.Groups[0].Name != "core" || p.Users[0].Groups[0] != "acme/core" || p.Users[0].Namespace != "" {
		t.Errorf("%+v, %v", p, err)
	}
}

// Where GraphQL is off, REST tells the same, but for pictures of teams.
func TestPeopleByREST(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	o := &githubtest.Org{Login: "acme", Teams: []githubtest.Team{
		{Slug: "payments", Name: "Payments", Members: []string{"user001", "user002"}},
		{Slug: "payments-core", Name: "Payments: core", Description: "The core", Parent: "payments", Members: []string{"user002", "user003"}},
		{Slug: "payments-core-a", Name: "A", Parent: "payments-core", Members: []string{"user004"}},
		{Slug: "void", Name: "Void"},
	}}
	for i := range 120 {
		login := fmt.Sprintf("user%03d", i)
		o.People = append(o.People, githubtest.Person{Login: login, Name: "Name of " + login, Bio: "Likes <b>tests</b>", Email: login + "@home.example"})
		o.Teams[3].Members = append(o.Teams[3].Members, login)
	}
	w.AddOrg(o)
	want, err := w.host().People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range want.Groups {
		want.Groups[i].Picture = ""
	}
	h := w.host(rest, cached())
	for _, notModified := range []int{0, 120 + 2 + 1 + 3 + 2} {
		w.Reset()
		got, err := h.People(t.Context())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v, %v\nwant %+v", got, err, want)
		}
		if s := w.Stats(); s.GraphQL != 0 || s.REST != 120+2+1+3+2 || s.NotModified != notModified {
			t.Errorf("%+v", s)
		}
	}
	// Older hosts do not tell user002, who is in both teams, from the members of the
	// lower one.
	o.Older = true
	got, err := w.host(rest).People(t.Context())
	if err != nil || !slices.Equal(got.Groups[0].Members, []string{"user001"}) || !slices.Equal(got.Groups[1].Members, []string{"user002", "user003"}) {
		t.Errorf("%+v, %v", got.Groups, err)
	}
	w.Inject(githubtest.Fault{Skip: 60, Status: 502})
	_, err = w.host(rest).People(t.Context())
	kind(t, err, source.Unreachable)
}

// A host that turns out to have no GraphQL is asked by REST.
func TestPeopleOfAHostWithoutGraphQL(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.AddOrg(&githubtest.Org{Login: "acme", People: []githubtest.Person{{Login: "alice"}}})
	w.Inject(githubtest.Fault{Match: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/graphql") }, Status: 404})
	got, err := w.host().People(t.Context())
	if err != nil || len(got.Users) != 1 || got.Users[0].Annotations[annUserID] != "U_alice" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestManyPeople(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	o := &githubtest.Org{Login: "acme"}
	var all []string
	for i := range 320 {
		login := fmt.Sprintf("user%03d", i)
		all = append(all, login)
		o.People = append(o.People, githubtest.Person{Login: login})
	}
	for i := range 70 {
		o.Teams = append(o.Teams, githubtest.Team{Slug: fmt.Sprintf("team%02d", i), Name: "T", Members: all[i : i+3]})
	}
	o.Teams = append(o.Teams, githubtest.Team{Slug: "everybody", Name: "E", Members: all})
	w.AddOrg(o)
	got, err := w.host().People(t.Context())
	if err != nil || len(got.Users) != 320 || len(got.Groups) != 71 || len(got.Groups[0].Members) != 320 || strings.Join(got.Users[0].Groups, " ") != "everybody team00" {
		t.Fatalf("%d users, %d groups, %v", len(got.Users), len(got.Groups), err)
	}
	if n := w.Stats().GraphQL; n != 4+2+3 {
		t.Errorf("%d requests", n)
	}
	// A list that ends early is none: who is missing must not be taken for gone.
	w.Inject(githubtest.Fault{Skip: 2, Status: 502})
	_, err = w.host().People(t.Context())
	kind(t, err, source.Unreachable)
}

func TestPeopleThatCannotBe(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	_, err := w.host().People(t.Context())
	kind(t, err, source.Gone)
	_, err = w.host(func(o *Options) { o.Organization, o.User = "", "alice" }).People(t.Context())
	kind(t, err, source.Unsupported)
}

func TestEnrich(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.repo("payments", func(r *githubtest.Repo) {
		for i := range 230 {
			r.Contributors = append(r.Contributors, githubtest.Contributor{Login: fmt.Sprintf("u%d", i), Commits: 500 - i})
		}
		r.Runs = []githubtest.Run{{Name: "ci", Status: "completed", Conclusion: "success"}, {Name: "release", Status: "completed", Conclusion: "timed_out"}}
		r.HasCodeowners, r.Codeowners = true, []githubtest.CodeownersError{{Line: 3, Column: 5, Kind: "Unknown owner"}}
	})
	w.repo("plain", func(r *githubtest.Repo) { r.NoActions = true })
	h := w.host(cached())
	r := w.one(h, "payments")
	w.Reset()
	for range 2 {
		var f facts.Repo
		if err := h.Enrich(t.Context(), r, &f); err != nil {
			t.Fatal(err)
		}
		if *f.Contributors != 230 || len(f.Top) != 10 || f.Top[0] != (facts.Contributor{Login: "u0", Commits: 500}) {
			t.Errorf("%d contributors, %v", *f.Contributors, f.Top)
		}
		if f.Run.Name != "release" || f.Run.Result != "failure" || f.Run.Finished.IsZero() || !strings.HasPrefix(f.Run.URL, "https://github.com/acme/payments/actions/runs/") {
			t.Errorf("the run is %+v", f.Run)
		}
		if len(f.Codeowners) != 1 || f.Codeowners[0] != (facts.CodeownersError{Line: 3, Column: 5, Kind: "Unknown owner", Message: "Unknown owner on line 3"}) {
			t.Errorf("the errors are %+v", f.Codeowners)
		}
	}
	if s := w.Stats(); s.REST != 2*h.EnrichCost() || s.NotModified != h.EnrichCost() {
		t.Errorf("%d requests, %d not modified; the cost is %d", s.REST, s.NotModified, h.EnrichCost())
	}
	var f facts.Repo
	if err := h.Enrich(t.Context(), w.one(h, "plain"), &f); err != nil || f.Run != nil || *f.Contributors != 0 || f.Codeowners == nil || len(f.Codeowners) != 0 {
		t.Errorf("%+v, %v", f, err)
	}
	w.Inject(githubtest.Fault{Status: 500})
	kind(t, h.Enrich(t.Context(), r, &f), source.Unreachable)
}
