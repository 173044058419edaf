package build_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"testing"

	"callboard/internal/config"
	"callboard/internal/corpustest"
	"callboard/internal/entity"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

// catalogFiles are the files that an organisation registered.
func catalogFiles(t *testing.T, name string) []string {
	t.Helper()
	var org struct {
		Files []string `json:"catalog_files"`
	}
	b, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, &org)
	}
	if err != nil {
		t.Fatal(err)
	}
	return org.Files
}

// expected are the entities that Backstage makes of it.
func expected(t *testing.T, name string) []entity.Ref {
	t.Helper()
	var want struct {
		Entities []struct{ Ref entity.Ref }
	}
	b, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	out := make([]entity.Ref, len(want.Entities))
	for i, e := range want.Entities {
		out[i] = e.Ref
	}
	return out
}

// TestRealOrganisations builds organisations that others wrote.
func TestRealOrganisations(t *testing.T) {
	root := corpustest.Path(t, "catalog/orgs")
	names, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		t.Run(n.Name(), func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "out")
			o := options(t, config.Default(), out, "")
			src := dir.New(n.Name(), filepath.Join(root, n.Name()), dir.Options{Repositories: dir.One, Entries: catalogFiles(t, filepath.Join(root, n.Name(), "ORG.json"))})
			t.Cleanup(func() { src.Close() })
			o.Sources = []source.Source{src}
			r := mustRun(t, o)
			t.Logf("%d entities, %d pages of documentation, %d findings, %d files", r.Stats.Entities, r.Stats.Docs, len(r.Diagnostics), r.Stats.Pages)
			everyEntityHasAPage(t, o, out)
			walk(t, out)
			want := expected(t, filepath.Join(root, n.Name(), "EXPECTED.json"))
			c := catalogOf(t, o)
			for _, ref := range want {
				if c.Get(ref) == nil {
					t.Errorf("%v is not in the portal", ref)
				}
			}
			if len(want) == 0 {
				t.Error("nothing is expected")
			}
		})
	}
}

// TestCorpus builds all real catalog files there are as one directory. Many are
// wrong, and many repeat the names of others. Whatever Backstage accepts must be
// in the portal.
func TestCorpus(t *testing.T) {
	root := corpustest.Path(t, "catalog/corpus")
	out := filepath.Join(t.TempDir(), "out")
	o := options(t, config.Default(), out, "")
	src := dir.New("corpus", root, dir.Options{Repositories: dir.Auto, Entries: []string{"**/*.yaml", "**/*.yml"}})
	t.Cleanup(func() { src.Close() })
	o.Sources = []source.Source{src}
	r := mustRun(t, o)
	everyEntityHasAPage(t, o, out)
	walk(t, out)
	b, err := os.ReadFile(corpustest.Path(t, "catalog/verdicts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var verdicts []struct {
		File, Verdict, Kind, Name, Namespace, Placeholders string
		Skeleton                                           bool
	}
	if err := json.Unmarshal(b, &verdicts); err != nil {
		t.Fatal(err)
	}
	accepted, skeletons := 0, map[string]bool{}
	for _, d := range r.Diagnostics {
		if d.Code == "entity-skeleton" {
			skeletons[path.Join(d.Pos.Repo, d.Pos.File)] = true
		}
	}
	c := catalogOf(t, o)
	for _, v := range verdicts {
		// Where the corpus lacks the file of a placeholder, the judge made one up.
		// Skeletons of templates are entities only of what is made of them.
		if v.Verdict != "accept" || v.Skeleton || v.Placeholders == "stubbed" || skeletons[v.File] {
			continue
		}
		accepted++
		if ref := entity.NewRef(v.Kind, cmp.Or(v.Namespace, entity.DefaultNamespace), v.Name); c.Get(ref) == nil {
			t.Errorf("%s: %v is accepted by Backstage and is not in the portal", v.File, ref)
		}
	}
	t.Logf("%d accepted documents, %d entities, %d findings, %d files", accepted, r.Stats.Entities, len(r.Diagnostics), r.Stats.Pages)
}
