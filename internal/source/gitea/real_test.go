package gitea_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/crawl"
	"callboard/internal/crawl/state"
	"callboard/internal/diag"
	"callboard/internal/polite"
	"callboard/internal/repofs"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/gitea"
	"callboard/internal/source/sourcetest"
	"callboard/internal/source/stored"
)

// TestReal asks a real Gitea, which it starts on this machine's loopback with an
// organisation in it:
//
//	CALLBOARD_GITEA=/path/to/gitea go test ./internal/source/gitea -run Real -v
//
// A program that was built without its assets (the build tag bindata) finds them
// below CALLBOARD_GITEA_STATIC, which is the root of its source.
func TestReal(t *testing.T) {
	program := os.Getenv("CALLBOARD_GITEA")
	if program == "" {
		t.Skip("CALLBOARD_GITEA names no Gitea")
	}
	g := startGitea(t, program, os.Getenv("CALLBOARD_GITEA_STATIC"))
	repos := g.organisation()
	t.Run("suite", func(t *testing.T) {
		sourcetest.Suite{Host: g.host(), Repos: sourcetest.Without(repos, "empty")}.Run(t)
	})
	for name, run := range map[string]func(*realGitea){"people": (*realGitea).people, "facts": (*realGitea).facts, "odd": (*realGitea).odd, "pages": (*realGitea).pages} {
		t.Run(name, func(t *testing.T) { run(g.in(t)) })
	}
	t.Run("crawl", func(t *testing.T) { g.in(t).crawls(repos) })
}

// realGitea is a Gitea in a process of its own.
type realGitea struct {
	t         *testing.T
	program   string
	dir, base string
	token     string // for everything
	portal    string // such as the manual asks for
}

func startGitea(t *testing.T, program, static string) *realGitea {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	g := &realGitea{t: t, program: program, dir: t.TempDir(), base: fmt.Sprintf("http://127.0.0.1:%d", port)}
	if static != "" {
		static = "STATIC_ROOT_PATH = " + static
	}
	ini := fmt.Sprintf(`RUN_MODE = prod
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
WORK_PATH = %[1]s
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = %[2]d
ROOT_URL = %[3]s/
DISABLE_SSH = true
OFFLINE_MODE = true
%[4]s
[database]
DB_TYPE = sqlite3
[security]
INSTALL_LOCK = true
SECRET_KEY = not-a-secret
[log]
LEVEL = Error
[actions]
ENABLED = false
[cron]
ENABLED = false
`, g.dir, port, g.base, static)
	if err := os.WriteFile(g.ini(), []byte(ini), 0o600); err != nil {
		t.Fatal(err)
	}
	g.run("migrate")
	g.run("admin", "user", "create", "--admin", "--username", "root0", "--password", "not-a-secret-1", "--email", "root0@example.com", "--must-change-password=false")
	g.token = g.newToken("all")
	g.portal = g.newToken("read:repository,read:organization")
	g.serve()
	return g
}

func (g *realGitea) newToken(scopes string) string {
	g.t.Helper()
	said := g.run("admin", "user", "generate-access-token", "--username", "root0", "--token-name", scopes, "--scopes", scopes)
	found := regexp.MustCompile(`[0-9a-f]{40}`).FindString(said)
	if found == "" {
		g.t.Fatalf("no token: %s", said)
	}
	return found
}

// in is the same Gitea, in another test.
func (g *realGitea) in(t *testing.T) *realGitea {
	other := *g
	other.t = t
	return &other
}

func (g *realGitea) ini() string { return filepath.Join(g.dir, "app.ini") }

func (g *realGitea) command(args ...string) *exec.Cmd {
	cmd := exec.Command(g.program, append(args, "--config", g.ini())...)
	cmd.Dir = g.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + g.dir, "USER=" + os.Getenv("USER"), "GITEA_WORK_DIR=" + g.dir}
	return cmd
}

func (g *realGitea) run(args ...string) string {
	g.t.Helper()
	out, err := g.command(args...).CombinedOutput()
	if err != nil {
		g.t.Fatalf("gitea %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (g *realGitea) serve() {
	g.t.Helper()
	var said bytes.Buffer
	cmd := g.command("web")
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if g.t.Failed() {
			g.t.Logf("%s", said.String())
		}
	})
	for range 300 {
		resp, err := http.Get(g.base + "/api/v1/version")
		if err == nil {
			b, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				g.t.Logf("Gitea %s", b)
				return
			}
		}
		time.Sleep(200 * time.Millisecond)
	}
	g.t.Fatalf("it does not answer: %s", said.String())
}

// api asks for something to be done, and reads the answer.
func (g *realGitea) api(method, path string, body, into any) {
	g.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		g.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(g.t.Context(), method, g.base+"/api/v1"+path, bytes.NewReader(b))
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("Authorization", "token "+g.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer resp.Body.Close()
	got, _ := io.ReadAll(resp.Body)
	if resp.StatusCode/100 != 2 {
		g.t.Fatalf("%s %s: %s %s", method, path, resp.Status, got)
	}
	if into != nil {
		if err := json.Unmarshal(got, into); err != nil {
			g.t.Fatal(err)
		}
	}
}

type object map[string]any

// organisation fills the server with the repositories of the suite and with
// people.
func (g *realGitea) organisation() []*sourcetest.Repo {
	g.t.Helper()
	g.api("POST", "/orgs", object{"username": "acme", "full_name": "Acme"}, nil)
	g.api("POST", "/orgs", object{"username": "other"}, nil)
	repos := sourcetest.Org("acme")
	for _, r := range repos {
		g.add(r)
	}
	for _, name := range []string{"ada", "grace"} {
		g.api("POST", "/admin/users", object{"username": name, "email": name + "@example.com", "full_name": strings.ToUpper(name[:1]) + name[1:], "password": "not-a-secret-2", "must_change_password": false}, nil)
	}
	for team, members := range map[string][]string{"platform": {"grace", "ada"}, "void": nil} {
		var made struct{ ID int64 }
		g.api("POST", "/orgs/acme/teams", object{"name": team, "description": "Team " + team, "permission": "read", "units": []string{"repo.code"}, "includes_all_repositories": true}, &made)
		for _, m := range members {
			g.api("PUT", fmt.Sprintf("/teams/%d/members/%s", made.ID, m), object{}, nil)
		}
	}
	return repos
}

// add makes a repository as it is to be: with its old name before its new one,
// forked from that of another, archived.
func (g *realGitea) add(r *sourcetest.Repo) {
	g.t.Helper()
	name, owner := r.Name, "acme"
	if r.Old != "" {
		name = r.Old
	}
	if r.Fork {
		owner = "other"
	}
	var made struct{ ID int64 }
	g.api("POST", "/orgs/"+owner+"/repos", object{"name": name, "default_branch": r.Branch, "description": r.Description, "private": r.Private, "auto_init": false}, &made)
	r.ID = made.ID
	if !r.Empty() {
		r.Bare(g.t, g.bare(r))
		g.push(r, owner+"/"+name)
	}
	if r.Fork {
		g.api("POST", "/repos/other/"+name+"/forks", object{"organization": "acme"}, &made)
		r.ID = made.ID
	}
	if len(r.Topics) > 0 {
		g.api("PUT", "/repos/acme/"+name+"/topics", object{"topics": r.Topics}, nil)
	}
	if r.Old != "" {
		g.api("PATCH", "/repos/acme/"+name, object{"name": r.Name}, nil)
	}
	if r.Archived {
		g.api("PATCH", "/repos/acme/"+name, object{"archived": true}, nil)
	}
}

func (g *realGitea) bare(r *sourcetest.Repo) string {
	return filepath.Join(g.dir, "bare", fmt.Sprint(r.ID))
}

// push pushes as anybody does, by HTTP, and waits until Gitea has taken notice,
// which it does afterwards: the time of the last change, in seconds, moves on.
func (g *realGitea) push(r *sourcetest.Repo, to string) {
	g.t.Helper()
	var before, now struct {
		Empty   bool
		Updated time.Time `json:"updated_at"`
	}
	g.api("GET", "/repos/"+to, object{}, &before)
	time.Sleep(time.Until(before.Updated.Add(1100 * time.Millisecond)))
	sourcetest.Git(g.t, g.bare(r), "", "push", "-q", "-f", strings.Replace(g.base, "://", "://root0:"+g.token+"@", 1)+"/"+to+".git", r.Branch)
	for range 300 {
		if g.api("GET", "/repos/"+to, object{}, &now); !now.Empty && now.Updated.After(before.Updated) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	g.t.Fatalf("%s does not change", to)
}

func (g *realGitea) host() *gitea.Host {
	g.t.Helper()
	h, err := gitea.New(gitea.Options{Host: "git.example.com", BaseURL: g.base, Organization: "acme", Token: secret.New(g.portal)})
	if err != nil {
		g.t.Fatal(err)
	}
	return h
}

func (g *realGitea) people() {
	t := g.t
	p, err := g.host().People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	users, groups := map[string]source.User{}, map[string]source.Group{}
	for _, u := range p.Users {
		users[u.Name] = u
	}
	for _, x := range p.Groups {
		groups[x.Name] = x
	}
	// Who makes an organisation is its first owner.
	if got := slices.Sorted(maps.Keys(users)); !slices.Equal(got, []string{"ada", "grace", "root0"}) {
		t.Errorf("users %q", got)
	}
	if u := users["ada"]; u.DisplayName != "Ada" || !slices.Equal(u.Groups, []string{"platform"}) || !strings.HasPrefix(u.Picture, "http") || u.Annotations["git.example.com/user-login"] != g.base+"/ada" {
		t.Errorf("%+v", u)
	}
	if got := slices.Sorted(maps.Keys(groups)); !slices.Equal(got, []string{"Owners", "platform", "void"}) {
		t.Errorf("groups %q", got)
	}
	if x := groups["platform"]; x.Description != "Team platform" || !slices.Equal(x.Members, []string{"ada", "grace"}) {
		t.Errorf("%+v", x)
	}
}

func (g *realGitea) facts() {
	t := g.t
	h := g.host()
	g.api("POST", "/repos/acme/payments/releases", object{"tag_name": "v2", "name": "Two", "target_commitish": "main"}, nil)
	r, err := h.Find(t.Context(), source.Repo{Name: "acme/payments"})
	if err != nil {
		t.Fatal(err)
	}
	g.api("POST", "/repos/acme/payments/statuses/"+r.Revision, object{"state": "failure", "context": "ci"}, nil)
	f := r.Facts
	if err := h.Enrich(t.Context(), r, &f); err != nil {
		t.Fatal(err)
	}
	if f.Description != "Takes <b>money</b>" || !slices.Equal(f.Topics, []string{"backend", "money"}) || f.Visibility != "public" || f.Archived || f.Fork || f.Created.IsZero() {
		t.Errorf("%+v", f)
	}
	if f.Release == nil || f.Release.Name != "Two" || f.Release.Tag != "v2" || f.Run == nil || f.Run.Result != "failure" {
		t.Errorf("release %+v, run %+v", f.Release, f.Run)
	}
	old, err := h.Find(t.Context(), source.Repo{Name: "acme/old-shop"})
	if err != nil || !old.Facts.Archived {
		t.Errorf("archived: %+v, %v", old.Facts, err)
	}
}

// pages are lists that fit on no page of 50.
func (g *realGitea) pages() {
	t := g.t
	g.api("POST", "/orgs", object{"username": "many"}, nil)
	var want []string
	for i := range 60 {
		name := fmt.Sprintf("repo-%02d", i)
		g.api("POST", "/orgs/many/repos", object{"name": name, "auto_init": true}, nil)
		g.api("POST", "/orgs/many/teams", object{"name": fmt.Sprintf("team-%02d", i), "permission": "read", "units": []string{"repo.code"}}, nil)
		want = append(want, "many/"+name)
	}
	h, err := gitea.New(gitea.Options{Host: "git.example.com", BaseURL: g.base, Organization: "many", Token: secret.New(g.portal)})
	if err != nil {
		t.Fatal(err)
	}
	got := sourcetest.Names(t, h)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%d repositories: %q", len(got), got)
	}
	p, err := h.People(t.Context())
	if err != nil || len(p.Groups) != 61 || len(p.Users) != 1 {
		t.Errorf("%d groups, %d users, %v", len(p.Groups), len(p.Users), err)
	}
}

// odd are repositories that are empty, lack the branch, or are not shown.
func (g *realGitea) odd() {
	t, h := g.t, g.host()
	if _, err := h.Find(t.Context(), source.Repo{Name: "acme/empty"}); source.KindOf(err) != source.Empty {
		t.Errorf("an empty one: %v", err)
	}
	_, err := h.Tree(t.Context(), source.Repo{Name: "acme/empty", Branch: "main"})
	if k := source.KindOf(err); k != source.Empty && k != source.Gone {
		t.Errorf("the tree of an empty one: %v", err)
	}
	_, err = h.Tree(t.Context(), source.Repo{Name: "acme/empty", Revision: strings.Repeat("1", 40)})
	if k := source.KindOf(err); k != source.Empty && k != source.Gone {
		t.Errorf("a tree that an empty one cannot have: %v", err)
	}
	for _, r := range []source.Repo{{Name: "acme/docs", Branch: "nowhere"}, {Name: "acme/docs", Revision: strings.Repeat("1", 40)}} {
		if _, err := h.Tree(t.Context(), r); source.KindOf(err) != source.Gone {
			t.Errorf("%+v: %v", r, err)
		}
	}
	stranger, err := gitea.New(gitea.Options{Host: "git.example.com", BaseURL: g.base, Organization: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Find(t.Context(), source.Repo{Name: "acme/docs"}); source.KindOf(err) != source.Gone {
		t.Errorf("a private one, to a stranger: %v", err)
	}
	wrong, err := gitea.New(gitea.Options{Host: "git.example.com", BaseURL: g.base, Organization: "acme", Token: secret.New(strings.Repeat("0", 40))})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wrong.Find(t.Context(), source.Repo{Name: "acme/docs"}); source.KindOf(err) != source.Denied {
		t.Errorf("with a token that is none: %v", err)
	}
}

// crawls crawls before and after changes, each time comparing the state with the
// truth.
func (g *realGitea) crawls(repos []*sourcetest.Repo) {
	t := g.t
	c := &realCrawl{t: t, g: g, dir: t.TempDir(), repos: sourcetest.Without(repos, "empty")}
	first := c.run()
	if first.New != 5 || first.Fetched != 5 || first.People == 0 {
		t.Errorf("the first crawl: %+v", first)
	}
	if again := c.run(); again.Unchanged != 5 || again.Fetched != 0 || len(again.Events) != 0 {
		t.Errorf("again: %+v", again)
	}
	docs := repos[1]
	docs.Files = append(docs.Files[:200:200], sourcetest.File{Path: "docs/new.md", Text: "# New\n"})
	docs.Push(t, g.bare(docs))
	g.push(docs, "acme/docs")
	if rep := c.run(); rep.Changed != 1 || rep.Fetched != 1 {
		t.Errorf("after a push: %+v", rep)
	}
	slashed := repos[5]
	slashed.Name = "renamed"
	g.api("PATCH", "/repos/acme/slashed", object{"name": "renamed"}, nil)
	if rep := c.run(); rep.New != 0 || rep.Dropped != 0 || len(rep.Events) != 1 || rep.Events[0].Kind != state.Renamed {
		t.Errorf("after a new name: %+v", rep)
	}
	g.api("PATCH", "/repos/acme/payments", object{"archived": true}, nil)
	c.run()
	if r := c.stored("acme/payments"); r.Facts == nil || !r.Facts.Archived {
		t.Errorf("archived: %+v", r.Facts)
	}
	g.api("DELETE", "/repos/acme/forked", nil, nil)
	c.repos = sourcetest.Without(c.repos, "forked")
	c.lenient = true // one crawl is no proof
	c.run()
	c.lenient = false
	if rep := c.run(); rep.Dropped != 1 {
		t.Errorf("after a removal: %+v", rep)
	}
}

// ahead is a clock that is ten minutes fast: what was pushed just now is not
// believed to be the last for some minutes.
type ahead struct{ polite.Clock }

func (c ahead) Now() time.Time { return c.Clock.Now().Add(10 * time.Minute) }

// realCrawl is a crawler with its state.
type realCrawl struct {
	t       *testing.T
	g       *realGitea
	dir     string
	repos   []*sourcetest.Repo
	lenient bool
}

func (c *realCrawl) run() *crawl.SourceReport {
	c.t.Helper()
	d, err := state.Open(c.dir, state.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	defer d.Close()
	h := c.g.host()
	rep, err := crawl.Run(c.t.Context(), crawl.Options{Dir: d, Clock: ahead{polite.Machine()}, Sources: []crawl.Source{
		{Host: h, Directory: h, People: "acme (people)", Want: crawl.Want{Entries: []string{"catalog-info.yaml"}}}}})
	if err != nil {
		c.t.Fatal(err)
	}
	s := rep.Sources[0]
	if !c.lenient {
		if s.Fault != nil || len(s.Faults) > 0 {
			c.t.Errorf("faults: %+v, %+v", s.Fault, s.Faults)
		}
		c.compare()
	}
	return &s
}

func (c *realCrawl) stored(name string) *repofs.Snapshot {
	c.t.Helper()
	s := c.all()[name]
	if s == nil {
		c.t.Fatalf("%s is not in the state", name)
	}
	return s
}

// all is what is stored.
func (c *realCrawl) all() map[string]*repofs.Snapshot {
	c.t.Helper()
	sources, err := stored.Open([]string{c.dir}, stored.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	out := map[string]*repofs.Snapshot{}
	for _, s := range sources {
		for r, err := range s.Repos(c.t.Context()) {
			if err != nil {
				c.t.Fatal(err)
			}
			var sink diag.List
			if out[r.Name], err = s.Fetch(c.t.Context(), r, &sink); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	return out
}

// compare holds what is stored against what the repositories have.
func (c *realCrawl) compare() {
	c.t.Helper()
	all := c.all()
	delete(all, "acme (people)")
	for _, r := range c.repos {
		s := all[r.Full()]
		delete(all, r.Full())
		if s == nil {
			c.t.Errorf("%s is not in the state", r.Full())
			continue
		}
		if s.Revision != r.Commit() || s.Stale != nil {
			c.t.Errorf("%s is at %s, want %s; stale: %v", r.Full(), s.Revision, r.Commit(), s.Stale)
		}
		if b, err := s.Read("catalog-info.yaml"); err != nil || string(b) != r.File("catalog-info.yaml").Text {
			c.t.Errorf("%s: %q, %v", r.Full(), b, err)
		}
	}
	for name := range all {
		c.t.Errorf("%s is in the state, and nowhere else", name)
	}
}
