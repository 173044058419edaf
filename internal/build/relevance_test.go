package build_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"callboard/internal/config"
	"callboard/internal/corpustest"
	"callboard/internal/search"
	"callboard/internal/search/searchtest"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

var update = flag.Bool("update", false, "write the queries of the relevance of search, and their ranks, anew")

// TestRelevanceOfTheDemo asks the demo for what it has.
func TestRelevanceOfTheDemo(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	mustRun(t, demo(t, out, ""))
	relevance(t, out, "relevance-demo.txt", 30)
}

// TestRelevanceOfRealOrganisations asks organisations and sites that others
// wrote, all of them in one portal.
func TestRelevanceOfRealOrganisations(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	o := options(t, config.Default(), out, "")
	root := corpustest.Path(t, "catalog/orgs")
	for _, name := range []string{"backstage-examples", "cloud-sandbox", "dokaseca", "one-platform"} {
		entries := catalogFiles(t, filepath.Join(root, name, "ORG.json"))
		o.Sources = append(o.Sources, dir.New(name, filepath.Join(root, name), dir.Options{Repositories: dir.One, Entries: entries}))
	}
	sites := realSites(t)
	o.Sources = append(o.Sources, dir.New("sites", sites, dir.Options{Repositories: dir.Auto, Entries: []string{"portal-info.yaml"}}))
	closeAll(t, o.Sources)
	mustRun(t, o)
	relevance(t, out, "relevance-real.txt", 40)
	relevanceByHand(t, out, "relevance-hand.txt")
}

func closeAll(t *testing.T, sources []source.Source) {
	for _, s := range sources {
		t.Cleanup(func() { s.(*dir.Source).Close() })
	}
}

// realSites is a directory with the sites of the corpus, each with a component
// that has it as its documentation.
func realSites(t *testing.T) string {
	t.Helper()
	root, to := corpustest.Path(t, "sites"), t.TempDir()
	for name, docs := range map[string]string{
		"argo-cd": ".", "bcgov-private": ".", "bcgov-sso-react": ".", "bottom": "docs", "dms": "docs", "ingress-nginx": ".", "material": ".",
		"mkdocs": ".", "monorepo": "sample-docs", "sda-mongodb": ".", "starlette": ".", "traefik": "docs", "zalando-pg": ".",
	} {
		site := filepath.Join(to, name)
		if err := os.CopyFS(site, os.DirFS(filepath.Join(root, name, "source"))); err != nil {
			t.Fatal(err)
		}
		entity := "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: " + name +
			"\n  annotations:\n    backstage.io/techdocs-ref: dir:" + docs + "\nspec:\n  type: website\n  lifecycle: production\n  owner: guests\n"
		if err := os.WriteFile(filepath.Join(site, "portal-info.yaml"), []byte(entity), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// relevanceByHand holds the search of a portal to the ranks of queries that were
// written by hand, and what is right judged before they were asked. Some of it is
// said in other words than were asked, so that they reach less than those that are
// made of what there is. With -update the ranks are written anew.
func relevanceByHand(t *testing.T, out, name string) {
	t.Helper()
	golden, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	queries, err := searchtest.Parse(string(golden))
	if err != nil {
		t.Fatal(err)
	}
	report, err := searchtest.Ask(queries, finder(t, out))
	if err != nil {
		t.Fatal(err)
	}
	held(t, name, string(golden), report)
}

// relevance holds the search of a portal to the queries of a file, to the ranks
// in it, and to what a search must reach. With -update the queries are made anew.
func relevance(t *testing.T, out, name string, perClass int) {
	t.Helper()
	data := os.DirFS(filepath.Join(out, "data"))
	file := filepath.Join("testdata", name)
	golden, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	queries, err := searchtest.Parse(string(golden))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		docs, err := searchtest.Docs(data, 0)
		if err != nil {
			t.Fatal(err)
		}
		queries = searchtest.Queries(docs, 1, perClass)
	}
	report, err := searchtest.Ask(queries, finder(t, out))
	if err != nil {
		t.Fatal(err)
	}
	for _, below := range report.Below() {
		t.Error(below)
	}
	held(t, name, string(golden), report)
}

// BenchmarkRelevance asks a portal that lies in CALLBOARD_BENCH_PORTAL queries made
// of what it has, 100 of each class, by the seed in CALLBOARD_BENCH_SEED, and prints
// which are not answered by what they were made of.
func BenchmarkRelevance(b *testing.B) {
	dir := os.Getenv("CALLBOARD_BENCH_PORTAL")
	if dir == "" {
		b.Skip("set CALLBOARD_BENCH_PORTAL to the directory of a portal")
	}
	seed, err := strconv.ParseUint(cmp.Or(os.Getenv("CALLBOARD_BENCH_SEED"), "1"), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	docs, err := searchtest.Docs(os.DirFS(filepath.Join(dir, "data")), 0)
	if err != nil {
		b.Fatal(err)
	}
	queries, ask := searchtest.Queries(docs, seed, 100), finder(b, dir)
	for b.Loop() {
		report, err := searchtest.Ask(queries, ask)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Println(report)
	}
}

// held compares a report with the file of a name, or with -update writes it.
func held(t *testing.T, name, golden string, report *searchtest.Report) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(report.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if changed := searchtest.Differences(golden, report.String()); changed != "" {
		t.Errorf("the relevance of search is not what %s says. If it is to be so, run go test ./internal/build -run Relevance -update\n%s", file, changed)
	}
}

// finder asks the index of a portal.
func finder(t testing.TB, out string) func(string) ([]string, error) {
	t.Helper()
	data := os.DirFS(filepath.Join(out, "data"))
	metas, err := filepath.Glob(filepath.Join(out, "data", "s", "meta.*.json"))
	if err != nil || len(metas) != 1 {
		t.Fatalf("%d indexes, %v", len(metas), err)
	}
	r, err := search.OpenDir(data, "s/"+filepath.Base(metas[0]))
	if err != nil {
		t.Fatal(err)
	}
	return func(query string) (urls []string, err error) {
		hits, err := r.Search(query, search.Options{Limit: 10})
		for _, h := range hits {
			urls = append(urls, h.URL)
		}
		return urls, err
	}
}
