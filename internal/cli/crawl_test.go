package cli

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"callboard/internal/source/github/githubtest"
	"callboard/internal/treetest"
)

// side is somebody who crawls and builds, alone or in parts.
type side struct {
	*testing.T
	dir   string
	parts int
	told  bool // crawls are told a time
}

func (s side) run(now time.Time, args ...string) {
	s.Helper()
	var out bytes.Buffer
	env := func(name string) string {
		switch name {
		case "GITHUB_TOKEN":
			return "ghp_marked"
		case "CALLBOARD_CACHE_DIR":
			return filepath.Join(s.dir, "cache")
		}
		return ""
	}
	code := Main(s.Context(), Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Getenv: env, Now: func() time.Time { return now }, Dir: s.dir}, args)
	if code != ExitOK && (code != ExitFindings || args[0] != "crawl") { // of the others' repositories one may be gone
		s.Fatalf("%v: %d\n%s", args, code, out.String())
	}
}

// crawl crawls, each part some minutes after the other, or all at once.
func (s side) crawl(now time.Time, apart time.Duration) {
	s.Helper()
	args := []string{"crawl"}
	if s.told {
		args = append(args, "--at", now.Format(time.RFC3339))
	}
	if s.parts == 1 {
		s.run(now, args...)
		return
	}
	for i := range s.parts {
		s.run(now.Add(time.Duration(i+1)*apart), append(args, "--shard", fmt.Sprintf("%d/%d", i+1, s.parts), "--out", fmt.Sprint("part-", i+1))...)
	}
}

// build builds of what was crawled, and gives all files of the portal.
func (s side) build(now time.Time) map[string]string {
	s.Helper()
	args := []string{"build", "--out", "public"}
	for i := range s.parts {
		if s.parts > 1 {
			args = append(args, "--from", fmt.Sprint("part-", i+1))
		}
	}
	s.run(now, args...)
	return treetest.Files(s, filepath.Join(s.dir, "public"))
}

// organisation is a GitHub whose repositories name each other, with people and
// facts.
func organisation(t *testing.T) (*githubtest.Server, []*githubtest.Repo) {
	t.Helper()
	s := githubtest.New(t, githubtest.Options{Tokens: []string{"ghp_marked"}})
	s.AddOrg(&githubtest.Org{Login: "acme", People: []githubtest.Person{{Login: "ada", Name: "Ada"}, {Login: "bob", Name: "Bob"}}, Teams: []githubtest.Team{{Slug: "team", Name: "Team", Members: []string{"ada"}}}})
	var repos []*githubtest.Repo
	for i := range 9 {
		name := fmt.Sprintf("svc-%d", i)
		files := fstest.MapFS{
			"catalog-info.yaml": {Data: fmt.Appendf(nil, "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: %s, annotations: {backstage.io/techdocs-ref: dir:.}}\nspec: {type: service, lifecycle: production, owner: team, dependsOn: [component:svc-%d]}\n", name, (i+1)%9)},
			"docs/index.md":     {Data: []byte("# " + name + "\n")}, "mkdocs.yml": {Data: []byte("site_name: " + name + "\n")},
		}
		if i == 0 { // what nobody takes but because of this
			files["catalog-info.yaml"] = &fstest.MapFile{Data: append(files["catalog-info.yaml"].Data, "---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more}\nspec: {target: \"https://github.com/acme/svc-7/blob/main/more/*.yaml\"}\n"...)}
		}
		if i == 7 {
			files["more/one.yaml"] = &fstest.MapFile{Data: []byte("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: one-more}\nspec: {type: library, lifecycle: production, owner: team}\n")}
		}
		repos = append(repos, s.Add(&githubtest.Repo{Owner: "acme", Name: name, Content: githubtest.NewFiles("main", files, "1"), Description: "The service " + name, Stars: i, OpenIssues: i, Pushed: start.Add(-time.Hour)}))
	}
	return s, repos
}

var start = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)

// stamped is what pages say of when a host was asked, which differs when it was asked
// at other times.
var stamped = regexp.MustCompile(`As its host told <time[^>]*>[^<]*</time>(; [^<]*<time[^>]*>[^<]*</time>)?`)

// comparable is a portal without what crawls at other times differ in: the stamps
// of facts, and the digests of the pages that have them.
func comparable(files map[string]string) map[string]string {
	out := map[string]string{}
	for name, text := range files {
		if name != "manifest.json" {
			out[name] = stamped.ReplaceAllString(text, "As its host told")
		}
	}
	return out
}

// TestShardedPortal crawls a host in three parts, and alone: what is built of it is
// the same, to the byte. Told the same time, all of it; crawled at other moments
// without that, all but the stamps that tell when the host was asked, which are
// facts. A crawl that finds nothing new changes nothing, whenever it is.
func TestShardedPortal(t *testing.T) {
	const apart = 7 * time.Minute
	for _, told := range []bool{true, false} {
		t.Run(fmt.Sprint("told ", told), func(t *testing.T) {
			host, repos := organisation(t)
			alone, parts := side{t, t.TempDir(), 1, told}, side{t, t.TempDir(), 3, told}
			for _, s := range []side{alone, parts} {
				put(t, filepath.Join(s.dir, "callboard.yaml"), "title: Acme\nsources:\n  - github: {organization: acme, people: true, apiBaseUrl: \""+host.URL+"\"}\n")
			}
			compare := func(what string, now time.Time) {
				t.Helper()
				alone.crawl(now, apart)
				parts.crawl(now, apart)
				got, want := parts.build(now.Add(time.Hour)), alone.build(now.Add(time.Hour))
				if len(want) < 60 || want["catalog/default/component/one-more/index.html"] == "" || !stamped.MatchString(want["catalog/default/component/svc-1/index.html"]) {
					t.Fatalf("%s: there are %d files", what, len(want))
				}
				if !told {
					if what == "changed" {
						return // since when a repository is not listed is such a time, too
					}
					got, want = comparable(got), comparable(want)
				}
				treetest.Same(t, what, got, want)
			}
			compare("first", start)
			before := alone.build(start)
			alone.crawl(start.Add(3*time.Hour), apart)
			treetest.Same(t, "nothing new", alone.build(start), before)
			parts.crawl(start.Add(3*time.Hour), apart)

			repos[2].Content.(*githubtest.Files).Write("docs/index.md", "# changed\n")
			repos[5].Content.(*githubtest.Files).Write("catalog-info.yaml", "not: an entity\n")
			host.Rename(repos[3], "acme", "renamed")
			host.Delete(repos[4])
			repos[6].Stars = 77
			compare("changed", start.Add(4*time.Hour))
			compare("gone", start.Add(5*time.Hour))
			compare("facts of another day", start.Add(30*time.Hour))
		})
	}
}

// TestFactsCanBeLeftOut: facts that cost requests of their own are asked for unless
// crawl.facts says no.
func TestFactsCanBeLeftOut(t *testing.T) {
	for _, facts := range []bool{true, false} {
		host, _ := organisation(t)
		s := side{t, t.TempDir(), 1, false}
		put(t, filepath.Join(s.dir, "callboard.yaml"), fmt.Sprintf("crawl: {facts: %v}\nsources:\n  - github: {organization: acme, apiBaseUrl: %q}\n", facts, host.URL))
		s.crawl(start, 0)
		if asked := host.Stats().ByOperation["repos/list-contributors"] > 0; asked != facts {
			t.Errorf("facts: %v; asked for contributors: %v", facts, asked)
		}
	}
}

// TestFactsTellTheirAge: facts that were not asked for lately have a time of their
// own, beside that of those that the list tells.
func TestFactsTellTheirAge(t *testing.T) {
	host, repos := organisation(t)
	for _, r := range repos {
		r.Runs, r.Contributors = []githubtest.Run{{Name: "CI", Status: "completed", Conclusion: "success"}}, []githubtest.Contributor{{Login: "ada", Commits: 5}}
	}
	s := side{t, t.TempDir(), 1, false}
	at := func(facts bool, now time.Time) string {
		put(t, filepath.Join(s.dir, "callboard.yaml"), fmt.Sprintf("crawl: {facts: %v}\nsources:\n  - github: {organization: acme, apiBaseUrl: %q}\n", facts, host.URL))
		s.crawl(now, 0)
		return s.build(now)["catalog/default/component/svc-1/index.html"]
	}
	const first, second = `<time datetime="2026-05-06T07:08:09Z">6 May 2026, 07:08 UTC</time>`, `<time datetime="2026-05-07T13:08:09Z">7 May 2026, 13:08 UTC</time>`
	if page := at(true, start); !strings.Contains(page, "As its host told "+first+"</p>") {
		t.Error("facts that are all as old have more than one time")
	}
	if page := at(false, start.Add(30*time.Hour)); !strings.Contains(page, "As its host told "+second+"; CODEOWNERS, contributors, last run "+first+"</p>") {
		t.Errorf("facts that were not asked for again: %.300q", page[max(0, strings.Index(page, "As its host told")):])
	}
	if page := at(true, start.Add(30*time.Hour)); !strings.Contains(page, "As its host told "+second+"</p>") {
		t.Error("facts that were asked for again have more than one time")
	}
}

// TestAllowDrop: when a third of the repositories is gone at once, the portal keeps
// them, however often it is crawled, until somebody says that this is right. What
// went is then in the feed of all changes and in that of the owner.
func TestAllowDrop(t *testing.T) {
	host, repos := organisation(t)
	s := side{t, t.TempDir(), 1, false}
	put(t, filepath.Join(s.dir, "callboard.yaml"), fmt.Sprintf("baseUrl: https://portal.acme.example/\nsources:\n  - github: {organization: acme, people: true, apiBaseUrl: %q}\n", host.URL))
	s.crawl(start, 0)
	s.build(start)
	for _, r := range repos[2:5] {
		host.Delete(r)
	}
	const page = "catalog/default/component/svc-3/index.html"
	for hour := range 3 {
		s.crawl(start.Add(time.Duration(hour+1)*time.Hour), 0)
		portal := s.build(start.Add(time.Duration(hour+1) * time.Hour))
		if !strings.Contains(portal[page], "Not up to date") || !strings.Contains(portal["health/index.html"], "3 of 9 repositories are not listed any more") || strings.Contains(portal["changes/all.atom"], "svc-3") {
			t.Fatalf("%d crawls after: the page has %d bytes, the feed %s", hour+1, len(portal[page]), portal["changes/all.atom"])
		}
	}
	s.run(start.Add(5*time.Hour), "crawl", "--allow-drop")
	portal := s.build(start.Add(5 * time.Hour))
	if portal[page] != "" || strings.Contains(portal["health/index.html"], "not listed any more") {
		t.Error("what may go is still there")
	}
	for _, feed := range []string{"changes/all.atom", "changes/group-default-team.atom"} {
		if !strings.Contains(portal[feed], "svc-3") {
			t.Errorf("%s has nothing of it: %s", feed, portal[feed])
		}
	}
}

// TestPeopleOfSeveralSources: somebody whom two sources know is in the teams of
// both, and pages follow what changes in either.
func TestPeopleOfSeveralSources(t *testing.T) {
	at := start
	made := func(s side, first, second string) map[string]string {
		put(t, filepath.Join(s.dir, "callboard.yaml"), "sources:\n  - people: {file: a.csv}\n  - people: {file: b.csv}\n")
		put(t, filepath.Join(s.dir, "a.csv"), "kind,name,groups,email\ngroup,team,,\nuser,ada,team,"+first+"\n")
		put(t, filepath.Join(s.dir, "b.csv"), "kind,name,groups\ngroup,crew,\ngroup,deck,\nuser,ada,"+second+"\n")
		at = at.Add(time.Hour)
		s.crawl(at, 0)
		return s.build(at)
	}
	const ada = "catalog/default/user/ada/index.html"
	s := side{t, t.TempDir(), 1, false}
	for _, c := range [][]string{{"ada@acme.example", ""}, {"ada@acme.example", "crew"}, {"countess@acme.example", "crew"}, {"countess@acme.example", "deck"}, {"countess@acme.example", "crew deck"}, {"ada@acme.example", ""}} {
		got, want := made(s, c[0], c[1]), made(side{t, t.TempDir(), 1, false}, c[0], c[1])
		for _, team := range []string{"team", "crew", "deck"} {
			page, in := "catalog/default/group/"+team+"/index.html", team == "team" || strings.Contains(c[1], team)
			if strings.Contains(got[ada], "group/"+team+"/") != in || strings.Contains(got[page], "user/ada/") != in || got[page] != want[page] {
				t.Errorf("%q: the pages of ada and %s do not tell of each other, or are others than when all is built anew", c, team)
			}
		}
		if got[ada] != want[ada] || !strings.Contains(got[ada], c[0]) {
			t.Errorf("%q: the page of ada is another than when all is built anew", c)
		}
	}
}
