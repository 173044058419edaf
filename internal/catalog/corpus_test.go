package catalog_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// shared is the directory of real catalog files with the verdicts of the real
// validator. Tests that need it skip without it.
func shared(t *testing.T, sub ...string) string {
	t.Helper()
	dir := os.Getenv("CALLBOARD_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	p := filepath.Join(append([]string{dir}, sub...)...)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("the corpus is not here (%s); set CALLBOARD_SHARED to run this test", p)
	}
	return p
}

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

func TestCorpusVerdicts(t *testing.T) {
	dir := shared(t, "corpus", "catalog")
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
	n, bad, skipped := 0, 0, 0
	for file, vs := range byFile {
		repo, rel, _ := strings.Cut(file, "/")
		snap := corpusRepo(t, filepath.Join(dir, "corpus", repo), repo, rel)
		got, ds := accepted(t, snap, rel)
		for _, v := range vs {
			if v.Verdict == "skip" || v.Verdict == "indeterminate" || v.Placeholders == "stubbed" || v.Skeleton {
				skipped++
				continue
			}
			n++
			if !judge(t, file, v, got[v.Doc], ds) {
				bad++
			}
		}
	}
	t.Logf("%d documents judged, %d disagree, %d left out (empty, indeterminate, stubbed placeholders, skeletons)", n, bad, skipped)
	if bad > 0 {
		t.Errorf("%d of %d verdicts differ", bad, n)
	}
}

// corpusRepo is the snapshot of a repository of the corpus in which one file is
// read. Locations are not followed there, as the judge did not follow them.
func corpusRepo(t *testing.T, dir, repo, rel string) *repofs.Snapshot {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		r, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(p)
		files[filepath.ToSlash(r)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return repofs.Memory(repo, []string{escapeGlob(rel)}, files)
}

func escapeGlob(p string) string {
	return strings.NewReplacer(`[`, `\[`, `{`, `\{`, `*`, `\*`, `?`, `\?`).Replace(p)
}

// knownDifferences are mutations whose verdict differs on purpose, by a part of
// their description.
var knownDifferences = map[string]string{
	"yaml: CR only":      "a lone carriage return is a line break in YAML 1.2, and is read as one",
	"!!binary":           "binary and timestamp tags are beyond the core schema; their text is taken as it is",
	"!!timestamp":        "binary and timestamp tags are beyond the core schema; their text is taken as it is",
	"yaml: deep nesting": "nesting is limited",
	"yaml: complex key":  "a mapping as a key has no form in JSON",
	`1 and "1" keys`:     "two keys that are one in JSON are a duplicate",
}

func knownDifference(mutation string) bool {
	for part := range knownDifferences {
		if strings.Contains(mutation, part) {
			return true
		}
	}
	return false
}

func TestCorpusMutations(t *testing.T) {
	f, err := os.Open(filepath.Join(shared(t, "corpus", "catalog", "mutations"), "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, bad, known := 0, 0, 0
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
				if knownDifference(c.Mutation) {
					known++
				} else {
					bad++
				}
			}
		}
	}
	t.Logf("%d documents judged, %d differ on purpose, %d by mistake", n, known, bad)
	if bad > 0 {
		t.Errorf("%d of %d verdicts differ", bad, n)
	}
}

func TestOracleCases(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "corpus", "oracle", "validate-cases.json"))
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
