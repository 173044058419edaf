package catalog_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
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

type verdict struct {
	File         string     `json:"file"`
	Doc          int        `json:"doc_index"`
	Kind, Name   string     `json:"-"`
	Verdict      string     `json:"verdict"`
	Error        string     `json:"error"`
	Stage        string     `json:"stage"`
	Relations    [][]string `json:"relations"`
	Skeleton     bool       `json:"skeleton"`
	Placeholders string     `json:"placeholders"`
}

// triples are the relations of one entity alone, in the form of the corpus.
func triples(e *entity.Entity) [][]string {
	c := catalog.Link(slices.Values([]*entity.Entity{e}), diag.Discard)
	var out [][]string
	refs := []entity.Ref{e.Ref}
	for _, r := range c.Relations(e.Ref) {
		refs = append(refs, r.Target)
	}
	slices.SortFunc(refs, entity.Ref.Compare)
	for _, ref := range slices.Compact(refs) {
		for _, r := range c.Relations(ref) {
			out = append(out, []string{ref.String(), r.Type, r.Target.String()})
		}
	}
	slices.SortFunc(out, slices.Compare)
	return out
}

// accepted reads one file of a snapshot and returns its entities by document.
func accepted(t *testing.T, snap *repofs.Snapshot, file string) (map[int]*entity.Entity, []diag.Diagnostic) {
	t.Helper()
	var sink diag.List
	es, err := catalog.Read(t.Context(), snap, snap.Read, &sink)
	if err != nil {
		t.Fatal(err)
	}
	out := map[int]*entity.Entity{}
	for _, e := range es {
		if e.Origin.File == file {
			out[e.Origin.Doc] = e
		}
	}
	return out, sink.All()
}

// judge compares one document with the verdict of the real validator.
func judge(t *testing.T, name string, v verdict, e *entity.Entity, ds []diag.Diagnostic) (agree bool) {
	t.Helper()
	want := v.Verdict == "accept"
	if (e != nil) != want {
		var why []string
		for _, d := range ds {
			why = append(why, d.Pos.String()+" "+d.Message)
		}
		t.Logf("%s doc %d: accepted %v, the real validator says %s (%s); ours: %.300s", name, v.Doc, e != nil, v.Verdict, v.Error, strings.Join(why, "; "))
		return false
	}
	if e == nil {
		return true
	}
	wantRel := slices.Clone(v.Relations)
	slices.SortFunc(wantRel, slices.Compare)
	if got := triples(e); !slices.EqualFunc(got, wantRel, slices.Equal) {
		t.Logf("%s doc %d: relations\n got %v\nwant %v", name, v.Doc, got, wantRel)
		return false
	}
	return true
}

// pathSkeletons are documents that the judge, who sees one file, takes for
// entities, and that stand in the skeleton of a template.
var pathSkeletons = map[string]bool{
	"ayointegral__cloud-sandbox-backstage/templates/terraform-component/skeleton/catalog-info.yaml": true,
}

// pathRemote are documents whose placeholder names an address that is in no
// repository: the judge put a stub there, Backstage reads it if its
// configuration allows that host, and callboard reads nothing from the network.
var pathRemote = map[string]bool{
	"0wissem__e-commerce-spring-boot/catalog-info.yaml 5": true,
	"backstage__demo/catalog-info.yaml 1":                 true,
}

func TestCorpusVerdicts(t *testing.T) {
	dir := corpustest.Path(t, "catalog")
	raw, err := os.ReadFile(filepath.Join(dir, "verdicts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var vs []verdict
	if err := json.Unmarshal(raw, &vs); err != nil {
		t.Fatal(err)
	}
	byFile := map[string][]verdict{}
	for _, v := range vs {
		byFile[v.File] = append(byFile[v.File], v)
	}
	repos := map[string]map[string]string{}
	n, bad, empty, skeletons, remote := 0, 0, 0, 0, 0
	for _, file := range slices.Sorted(maps.Keys(byFile)) {
		repo, rel, _ := strings.Cut(file, "/")
		if repos[repo] == nil {
			repos[repo] = treetest.Files(t, filepath.Join(dir, "corpus", repo))
		}
		got, ds := accepted(t, stubbed(repo, rel, repos[repo]), rel)
		for _, v := range byFile[file] {
			switch {
			case v.Verdict == "skip":
				empty++
			case pathSkeletons[file]:
				skeletons++
			case pathRemote[fmt.Sprint(file, " ", v.Doc)]:
				remote++
			default:
				if n++; !judge(t, file, v, got[v.Doc], ds) {
					bad++
				}
			}
		}
	}
	t.Logf("%d documents judged, %d disagree; left out: %d empty, %d skeletons by their path, %d that need the network", n, bad, empty, skeletons, remote)
	if bad > 0 {
		t.Errorf("%d of %d verdicts differ", bad, n)
	}
}

// stubbed is a repository of the corpus in which one file is read. What its
// placeholders name in the repository and the corpus does not have is there as a
// stub, as it was for the judge.
func stubbed(repo, file string, files map[string]string) *repofs.Snapshot {
	name, _, _ := strings.Cut(repo, "@")
	web := "https://github.com/" + strings.Replace(name, "__", "/", 1)
	text := regexp.MustCompile(`\$(?:text|openapi):\s*["']?([^\s"'}]+)`)
	all := maps.Clone(files)
	for _, m := range text.FindAllStringSubmatch(files[file], -1) {
		p, ok := catalog.FileOfURL(web, "main", m[1])
		if !ok && !strings.HasPrefix(m[1], "http") {
			p, ok = path.Join(path.Dir(file), m[1]), true
		}
		if _, there := all[p]; ok && !there {
			all[p] = "stub"
		}
	}
	s := repofs.Memory(repo, []string{escapeGlob(file)}, all)
	s.WebURL, s.Branch = web, "main"
	return s
}

func escapeGlob(p string) string {
	return strings.NewReplacer(`[`, `\[`, `{`, `\{`, `*`, `\*`, `?`, `\?`).Replace(p)
}

func TestCorpusMutations(t *testing.T) {
	f, err := os.Open(filepath.Join(corpustest.Path(t, "catalog", "mutations"), "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, bad := 0, 0
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var c struct {
			ID       any `json:"id"`
			Mutation string
			YAML     string
			Docs     []verdict
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		got, ds := accepted(t, repofs.Memory("r", []string{"c.yaml"}, map[string]string{"c.yaml": c.YAML}), "c.yaml")
		for _, v := range c.Docs {
			if v.Verdict == "skip" || v.Verdict == "indeterminate" || v.Placeholders != "" {
				continue
			}
			n++
			if !judge(t, fmt.Sprint(c.ID, " ", c.Mutation), v, got[v.Doc], ds) {
				bad++
			}
		}
	}
	t.Logf("%d documents judged, %d disagree", n, bad)
	if bad > 0 {
		t.Errorf("%d of %d verdicts differ", bad, n)
	}
}

func TestOracleCases(t *testing.T) {
	raw, err := os.ReadFile(corpustest.Path(t, "oracle", "validate-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Case   string          `json:"case"`
		Entity json.RawMessage `json:"entity"`
		Valid  bool            `json:"valid"`
		Error  string          `json:"error"`
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	bad := 0
	for _, c := range cases {
		// JSON is YAML.
		got, ds := accepted(t, repofs.Memory("r", []string{"c.yaml"}, map[string]string{"c.yaml": string(c.Entity)}), "c.yaml")
		if (len(got) > 0) != c.Valid {
			bad++
			t.Logf("%s: accepted %v, Backstage %v (%s) %v", c.Case, len(got) > 0, c.Valid, c.Error, ds)
		}
	}
	t.Logf("%d cases, %d disagree", len(cases), bad)
	if bad > 0 {
		t.Errorf("%d of %d verdicts differ", bad, len(cases))
	}
}
