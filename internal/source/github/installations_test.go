package github

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"callboard/internal/facts"
	"callboard/internal/polite/politetest"
	"callboard/internal/source"
	"callboard/internal/source/github/githubtest"
	"callboard/internal/source/sourcetest"
)

// lent tells with the token of which installation each organisation was asked.
type lent struct {
	mu sync.Mutex
	by map[string]string
}

// see notes requests by REST that name an organisation.
func (l *lent) see(r *http.Request) {
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(path) < 2 || path[0] != "orgs" && path[0] != "repos" {
		return
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ghs_marked"), "_")
	l.mu.Lock()
	defer l.mu.Unlock()
	if was := l.by[path[1]]; was != "" && was != id {
		id = was + " and " + id
	}
	l.by[path[1]] = id
}

// newInstalledWorld is a host with an app in three organisations and at a user, and
// with an organisation that it is not in.
func newInstalledWorld(t *testing.T) (*world, *lent) {
	l := &lent{by: map[string]string{}}
	w := newWorld(t, githubtest.Options{AppID: "4711", AppKey: &appKey().PublicKey, Latency: l.see})
	people := []githubtest.Person{{Login: "ada", Name: "Ada"}}
	for i, login := range []string{"acme", "globex", "initech"} {
		w.AddOrg(&githubtest.Org{Login: login, Install: int64(i + 42), People: append(people, githubtest.Person{Login: "of-" + login}),
			Teams: []githubtest.Team{{Slug: "core", Name: "Core", Members: []string{"ada"}}}})
	}
	w.AddOrg(&githubtest.Org{Login: "jo", Install: 7, User: true})
	w.AddOrg(&githubtest.Org{Login: "elsewhere"})
	for i, owner := range []string{"acme", "globex", "initech", "jo", "elsewhere"} {
		for k := range 3 {
			w.repo(fmt.Sprintf("r%d-%d", i, k), func(r *githubtest.Repo) { r.Owner = owner })
		}
	}
	return w, l
}

func (w *world) installations(patterns []string, set ...func(*Options)) *Installations {
	w.t.Helper()
	o := Options{API: w.URL}
	app("PKCS1")(&o)
	o.HTTP.Clock = w.clock
	for _, f := range set {
		f(&o)
	}
	x, err := NewInstallations(o, patterns)
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

// TestInstallations reads what the app is installed in, each organisation with its
// own token, and in batches that mix them.
func TestInstallations(t *testing.T) {
	w, l := newInstalledWorld(t)
	x := w.installations([]string{"*"})
	rs, err := list(x)
	if err != nil || names(rs) != "globex/r1-0 globex/r1-1 globex/r1-2 initech/r2-0 initech/r2-1 initech/r2-2 r0-0 r0-1 r0-2" {
		t.Fatalf("%v, %v", names(rs), err)
	}
	last := func(r source.Repo) string { return r.Name[len(r.Name)-1:] }
	slices.SortStableFunc(rs, func(a, b source.Repo) int { return strings.Compare(last(a), last(b)) })
	strange := source.Repo{Name: "elsewhere/r4-0", Branch: "main"}
	var files []source.FileOf
	i := 0
	for l, err := range x.Trees(t.Context(), slices.Insert(slices.Clone(rs), 4, strange)) {
		if err != nil || (l.Err != nil) != (i == 4) {
			t.Fatalf("%d: %+v, %v", i, l, err)
		}
		if k := slices.IndexFunc(l.Tree.Entries, func(e source.Entry) bool { return e.Path == "catalog-info.yaml" }); k >= 0 {
			l.Repo.Revision = l.Tree.Revision
			files = append(files, source.FileOf{Repo: l.Repo, File: l.Tree.Entries[k]})
		}
		i++
	}
	i = 0
	for c, err := range x.ReadMany(t.Context(), files) {
		_, name, _ := strings.Cut(rs[i].Name, "/")
		if err != nil || string(c.Data) != "kind: Component # "+name+"\n" {
			t.Fatalf("%d: %q, %v, %v", i, c.Data, c.Err, err)
		}
		i++
	}
	if i != 9 {
		t.Errorf("%d files", i)
	}
	w.asked(t, x, rs, l)
}

// TestInstallationsByREST is that without GraphQL.
func TestInstallationsByREST(t *testing.T) {
	w, l := newInstalledWorld(t)
	x := w.installations([]string{"*"}, rest)
	rs, err := list(x)
	if err != nil || len(rs) != 9 {
		t.Fatalf("%v, %v", names(rs), err)
	}
	w.asked(t, x, rs, l)
}

// asked asks for trees and facts, each by itself, and holds that every organisation
// was asked with its own token, of which one was made.
func (w *world) asked(t *testing.T, x *Installations, rs []source.Repo, l *lent) {
	t.Helper()
	for _, r := range rs {
		_, err := x.Tree(t.Context(), r)
		if err := errors.Join(err, x.Enrich(t.Context(), r, &facts.Repo{})); err != nil {
			t.Error(err)
		}
	}
	if got := fmt.Sprint(l.by); got != "map[acme:000000042 globex:000000043 initech:000000044]" {
		t.Errorf("asked with the tokens of %s", got)
	}
	if n := w.Stats().ByOperation["apps/create-installation-access-token"]; n != 3 {
		t.Errorf("%d tokens were made", n)
	}
}

// TestInstallationsSuite: what every host must do, they do.
func TestInstallationsSuite(t *testing.T) {
	w := newWorld(t, githubtest.Options{AppID: "4711", AppKey: &appKey().PublicKey})
	w.AddOrg(&githubtest.Org{Login: "acme", Install: 42})
	repos := w.suite()
	sourcetest.Suite{Host: w.installations([]string{"ac*"}), Repos: repos}.Run(t)
}

// TestInstallationsThatRefuse: what cannot be asked costs itself, and says so.
func TestInstallationsThatRefuse(t *testing.T) {
	w, _ := newInstalledWorld(t)
	x := w.installations([]string{"ACME", "g*"})
	if rs, err := list(x); err != nil || len(rs) != 6 {
		t.Fatalf("%v, %v", names(rs), err)
	}
	globex := &githubtest.Org{Login: "globex", Install: 43, Suspended: true}
	w.AddOrg(globex)
	rs, err := list(x)
	if f := kind(t, err, source.Denied); len(rs) != 3 || !strings.Contains(f.Error(), `installation at "globex" is suspended`) {
		t.Errorf("%v, %v", names(rs), f)
	}
	_, err = x.Find(t.Context(), source.Repo{Name: "globex/r1-0"})
	kind(t, err, source.Denied)
	_, err = x.People(t.Context())
	kind(t, err, source.Denied)
	globex.Suspended, globex.Install = false, 0
	if rs, err := list(x); err != nil || len(rs) != 3 {
		t.Errorf("%v, %v", names(rs), err)
	}
	for _, ask := range []func() error{
		func() error { return second(x.Find(t.Context(), source.Repo{Name: "globex/r1-0"})) },
		func() error { return second(x.Tree(t.Context(), source.Repo{Name: "initech/r2-0"})) },
		func() error { return second(x.Archive(t.Context(), source.Repo{Name: "nobody"})) },
		func() error { return firstErr(x.Read(t.Context(), source.Repo{Name: "../x"}, nil)) },
	} {
		if f := kind(t, ask(), source.Denied); !strings.Contains(f.Error(), "the app is not installed at") {
			t.Error(f)
		}
	}
	w.Inject(githubtest.Fault{Match: func(r *http.Request) bool { return r.URL.Path == "/app/installations" }, Status: 502})
	_, err = list(x)
	kind(t, err, source.Unreachable)
	_, err = x.People(t.Context())
	kind(t, err, source.Unreachable)
}

// TestInstallationsPeople: somebody in several organisations is one user, and their
// teams of one name are told apart.
func TestInstallationsPeople(t *testing.T) {
	w, _ := newInstalledWorld(t)
	p, err := w.installations([]string{"acme", "globex"}).People(t.Context())
	if err != nil || len(p.Users) != 3 || len(p.Groups) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	if got := strings.Join(p.Users[0].Groups, " "); p.Users[0].Name != "ada" || got != "acme/core globex/core" {
		t.Errorf("%+v", p.Users[0])
	}
	if g := p.Groups[1]; g.Namespace != "globex" || g.Name != "core" || strings.Join(g.Members, " ") != "ada" {
		t.Errorf("%+v", g)
	}
}

// TestInstallationsOfNothing: options that make no sense are refused.
func TestInstallationsOfNothing(t *testing.T) {
	for _, set := range []func(*Options){
		func(o *Options) { o.App = nil },
		func(o *Options) { o.Organization = "acme" },
		func(o *Options) { o.App.Installation = 42 },
		func(o *Options) { o.App.ID = "" },
		func(o *Options) { o.API = "http://ghe.acme.example" },
		func(o *Options) { o.Filters.Repository = "(" },
	} {
		var o Options
		app("PKCS1")(&o)
		set(&o)
		if x, err := NewInstallations(o, []string{"*"}); err == nil {
			t.Errorf("%+v", x)
		}
	}
	var o Options
	app("PKCS1")(&o)
	if x, err := NewInstallations(o, []string{"["}); err == nil {
		t.Errorf("%+v", x)
	}
}

// TestInstallationsOfAnything: whatever a host says of installations, no name gets
// into an address that could lead elsewhere, and nothing panics.
func TestInstallationsOfAnything(t *testing.T) {
	for _, body := range []string{`null`, `[null]`, `[[`, `{}`, ``, `[{"id":1}]`, `[{"target_type":"Organization"}]`,
		`[{"target_type":"Organization","account":{"login":"../x"}},{"target_type":"Organization","account":{"login":"a/b"}},{"id":-1,"target_type":"User","account":{"login":"jo"}}]`} {
		o := Options{}
		app("PKCS1")(&o)
		o.HTTP.Base, o.HTTP.Clock = always{[]byte(body)}, politetest.NewClock()
		x, err := NewInstallations(o, []string{"*"})
		if err != nil {
			t.Fatal(err)
		}
		if rs, _ := list(x); len(rs) != 0 || len(x.of) != 0 {
			t.Errorf("%s: %v, %v", body, rs, x.of)
		}
		if _, err := x.Tree(t.Context(), source.Repo{Name: "../x/y"}); err == nil {
			t.Errorf("%s: a tree", body)
		}
	}
}
