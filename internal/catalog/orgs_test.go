package catalog_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/corpustest"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
	"callboard/internal/treetest"
)

type expected struct {
	Entities []struct {
		Ref  string
		File string
		Doc  int `json:"doc_index"`
	}
	Duplicates []string
	Rejected   []struct {
		File string
		Doc  int `json:"doc_index"`
	}
	Relations [][]string
	Dangling  map[string][]string
}

func readJSON(t *testing.T, p string, v any) {
	t.Helper()
	b, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(p, err)
	}
}

// Whole organisations: which entities there are, their relations, what dangles,
// what is declared twice.
func TestOrganisations(t *testing.T) {
	orgs, err := filepath.Glob(filepath.Join(corpustest.Path(t, "catalog", "orgs"), "*"))
	if err != nil || len(orgs) == 0 {
		t.Fatal(orgs, err)
	}
	for _, dir := range orgs {
		t.Run(filepath.Base(dir), func(t *testing.T) { organisation(t, dir) })
	}
}

func organisation(t *testing.T, dir string) {
	var org struct {
		Files []string `json:"catalog_files"`
	}
	var want expected
	readJSON(t, filepath.Join(dir, "ORG.json"), &org)
	readJSON(t, filepath.Join(dir, "EXPECTED.json"), &want)
	var sink diag.List
	snap := repofs.Memory("org", org.Files, treetest.Files(t, dir))
	es, err := catalog.Read(t.Context(), snap, snap.Read, &sink)
	if err != nil {
		t.Fatal(err)
	}
	var linked diag.List
	c := catalog.Link(slices.Values(es), &linked)
	wantFile := map[string]string{}
	for _, e := range want.Entities {
		wantFile[e.Ref] = e.File
	}
	for _, e := range c.Entities() {
		if _, ok := wantFile[e.Ref.String()]; !ok {
			t.Errorf("%s (%s) is not in Backstage's catalog", e.Ref, e.Origin.File)
		}
		delete(wantFile, e.Ref.String())
	}
	for ref, file := range wantFile {
		t.Errorf("%s (%s) is missing", ref, file)
	}
	sameRelations(t, c, want)
	got := map[string]int{}
	for _, d := range linked.All() {
		if d.Code == catalog.CodeDuplicate {
			got[d.Entity]++
		}
	}
	for _, ref := range want.Duplicates {
		got[ref]--
	}
	for ref, n := range got {
		if n != 0 {
			t.Errorf("%s: %d duplicates more than in Backstage", ref, n)
		}
	}
	t.Logf("%d entities, %d relations, %d dangling references, %d rejected", c.Len(), len(want.Relations), len(want.Dangling), len(want.Rejected))
}

func sameRelations(t *testing.T, c *catalog.Catalog, want expected) {
	t.Helper()
	var got [][]string
	dangling := map[string]bool{}
	for _, e := range c.Entities() {
		for _, r := range c.Relations(e.Ref) {
			got = append(got, []string{e.Ref.String(), r.Type, r.Target.String()})
			if r.Dangling {
				dangling[r.Target.String()] = true
			}
		}
	}
	slices.SortFunc(got, slices.Compare)
	slices.SortFunc(want.Relations, slices.Compare)
	if !slices.EqualFunc(got, want.Relations, slices.Equal) {
		t.Errorf("relations differ: %d and %d", len(got), len(want.Relations))
	}
	if g, w := slices.Sorted(maps.Keys(dangling)), slices.Sorted(maps.Keys(want.Dangling)); !slices.Equal(g, w) {
		t.Errorf("dangling\n got %v\nwant %v", g, w)
	}
}

// edgeOnlyHere are the entities that callboard has and Backstage has not: those
// of Locations one of whose targets cannot be read, and what stands beside a
// broken document.
var edgeOnlyHere = map[string]bool{
	"location:default/edge-root": true, "location:default/required-missing": true, "location:default/escapes": true, "location:default/url-type": true,
	"location:default/bare-relative": true, "component:default/extra2": true, "component:default/after-bad": true,
}

// The files that were registered with a running Backstage one by one, and its
// whole catalog after that.
func TestOracleEdge(t *testing.T) {
	dir := corpustest.Path(t, "oracle", "edge")
	var want []map[string]any
	readJSON(t, filepath.Join(dir, "entities.json"), &want)
	snap := repofs.Memory("edge", []string{"case.yaml", "dup?.yaml", "m1.yaml", "relations.yaml", "root.yaml", "y?.yaml"}, treetest.Files(t, dir))
	var sink diag.List
	es, err := catalog.Read(t.Context(), snap, snap.Read, &sink)
	if err != nil {
		t.Fatal(err)
	}
	c := catalog.Link(slices.Values(es), &sink)
	seen := map[string]bool{}
	for _, w := range want {
		m := w["metadata"].(map[string]any)
		ref := entity.NewRef(w["kind"].(string), m["namespace"].(string), m["name"].(string))
		if w["kind"] == "Location" && len(ref.Name) > 40 {
			continue // generated for the registration
		}
		seen[ref.String()] = true
		if e := c.Get(ref); e == nil {
			t.Errorf("%s is missing", ref)
		} else {
			sameEntity(t, c.Export(e), w, m)
		}
	}
	for _, e := range c.Entities() {
		if !seen[e.Ref.String()] && !edgeOnlyHere[e.Ref.String()] {
			t.Errorf("%s is not in Backstage's catalog", e.Ref)
		}
	}
	t.Logf("%d entities agree, %d are here only", len(seen), c.Len()-len(seen))
}

// sameEntity compares metadata, spec and the order of relations, without what
// Backstage adds to an entity that it took in.
func sameEntity(t *testing.T, got catalog.Exported, w, m map[string]any) {
	t.Helper()
	delete(m, "uid")
	delete(m, "etag")
	a := m["annotations"].(map[string]any)
	delete(a, "backstage.io/managed-by-location")
	delete(a, "backstage.io/managed-by-origin-location")
	if a["backstage.io/view-url"] == "https://backstage.io/annotation-rejected-for-security-reasons" {
		a["backstage.io/view-url"] = "javascript:alert(1)" // kept here, warned of, and never linked
	}
	if len(a) == 0 {
		delete(m, "annotations")
	}
	var relations []any
	for _, r := range got.Relations {
		relations = append(relations, map[string]any{"type": r.Type, "targetRef": r.Target})
	}
	if wr, _ := w["relations"].([]any); asJSON(t, relations) != asJSON(t, wr) && len(relations)+len(wr) > 0 {
		t.Errorf("%s: relations\n got %s\nwant %s", got.Ref, asJSON(t, relations), asJSON(t, wr))
	}
	if asJSON(t, got.Metadata) != asJSON(t, m) {
		t.Errorf("%s: metadata\n got %s\nwant %s", got.Ref, asJSON(t, got.Metadata), asJSON(t, m))
	}
	if asJSON(t, got.Spec) != asJSON(t, w["spec"]) {
		t.Errorf("%s: spec\n got %s\nwant %s", got.Ref, asJSON(t, got.Spec), asJSON(t, w["spec"]))
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCorpusTemplates(t *testing.T) {
	dir := corpustest.Path(t, "catalog", "templates")
	var list []struct {
		Template string
		Verdict  string
		Doc      int `json:"doc_index"`
	}
	readJSON(t, filepath.Join(dir, "templates.json"), &list)
	repos := map[string]map[string]string{}
	n, bad := 0, 0
	for _, c := range list {
		repo, rel, _ := strings.Cut(c.Template, "/")
		if repos[repo] == nil {
			repos[repo] = treetest.Files(t, filepath.Join(dir, repo))
			maps.Copy(repos[repo], treetest.Files(t, filepath.Join(dir, "..", "corpus", repo))) // what placeholders name
		}
		if _, kept := repos[repo][rel]; !kept {
			continue // listed from history
		}
		n++
		got, ds := accepted(t, repofs.Memory(repo, []string{escapeGlob(rel)}, repos[repo]), rel)
		if (got[c.Doc] != nil) != (c.Verdict == "accept") {
			bad++
			t.Errorf("%s: %s, ours: %v", c.Template, c.Verdict, ds)
		}
	}
	t.Logf("%d templates judged, %d disagree", n, bad)
	if n == 0 {
		t.Error("no template was found")
	}
}
