package codesearch

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// asCsearch is a query that both know: csearch has regular expressions only, and a
// flag for case.
type asCsearch struct {
	Pattern string `json:"pattern"`
	Regexp  bool   `json:"regexp,omitempty"`
	Fold    bool   `json:"fold,omitempty"`
}

// TestAsCsearch: the lines of Google's codesearch, for the queries of testdata/queries.json,
// which were drawn from the code of the organisation that orggen makes with seed 1
// (40 repositories, 2 pages). It takes csearch and cindex, and orggen's source beside the
// repository.
func TestAsCsearch(t *testing.T) {
	for _, tool := range []string{"csearch", "cindex", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s here", tool)
		}
	}
	orggen, err := filepath.Abs("../../../shared/tools/orggen")
	if _, statErr := os.Stat(orggen); err != nil || statErr != nil {
		t.Skip("there is no orggen here")
	}
	var queries []asCsearch
	raw, err := os.ReadFile("testdata/queries.json")
	if err != nil || json.Unmarshal(raw, &queries) != nil || len(queries) < 200 {
		t.Fatalf("%d queries, %v", len(queries), err)
	}
	dir := t.TempDir()
	org := filepath.Join(dir, "org")
	gen := exec.Command("go", "run", ".", "-repos", "40", "-pages", "2", "-seed", "1", "-out", org)
	gen.Dir = orggen
	if out, err := gen.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	repos := codeOf(t, org)
	m := build(t, repos, heldPostings)
	env := append(os.Environ(), "CSEARCHINDEX="+filepath.Join(dir, "index"))
	index := exec.Command("cindex", org)
	index.Env = env
	if out, err := index.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found, bytes, files := 0, []int{}, 0
	for _, x := range queries {
		q := Query{Pattern: x.Pattern, Regexp: x.Regexp, Fold: x.Fold}
		r := m.open(t) // cold
		res, err := r.Find(context.Background(), q, Options{})
		if err != nil {
			t.Errorf("%+v: %v", q, err)
			continue
		}
		got, want := matching(res.Hits), csearch(t, env, org, q)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%+v: %d lines, csearch has %d", q, len(got), len(want))
		}
		if len(want) > 0 {
			found++
		}
		first := m.open(t)
		if _, err := first.Find(context.Background(), q, Options{Files: 10}); err != nil {
			t.Error(err)
		}
		bytes, files = append(bytes, first.LoadedBytes), files+first.Loaded
	}
	if found < len(queries)/2 {
		t.Errorf("%d of %d queries find something", found, len(queries))
	}
	total := 0
	for _, f := range m.files {
		total += len(f.Data)
	}
	slices.Sort(bytes)
	t.Logf("%d of %d queries find something; to the first 10 files a cold query reads %d bytes in half of the cases, %d in 95 of 100, at most %d, in %d files on average; the index has %d bytes in %d files",
		found, len(queries), bytes[len(bytes)/2], bytes[len(bytes)*95/100], bytes[len(bytes)-1], files/len(queries), total, len(m.files))
}

// codeOf are the Go, Python and TypeScript files of an organisation, by repository;
// the others are removed.
func codeOf(t *testing.T, org string) map[string]source {
	t.Helper()
	out := map[string]source{}
	err := filepath.WalkDir(org, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(org, p)
		if err != nil {
			return err
		}
		repo, path, _ := strings.Cut(filepath.ToSlash(rel), "/")
		if !slices.Contains([]string{".go", ".py", ".ts"}, filepath.Ext(p)) {
			return os.Remove(p)
		}
		content, err := os.ReadFile(p)
		if out[repo] == nil {
			out[repo] = source{}
		}
		out[repo][path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// csearch are the lines that csearch finds, sorted.
func csearch(t *testing.T, env []string, org string, q Query) []string {
	t.Helper()
	args := []string{"-n"}
	if q.Fold {
		args = append(args, "-i")
	}
	pattern := q.Pattern
	if !q.Regexp {
		pattern = regexp.QuoteMeta(pattern)
	}
	c := exec.Command("csearch", append(args, pattern)...)
	c.Env = env
	text, err := c.Output()
	if x, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || len(x.Stderr) > 0) {
		t.Fatalf("csearch %q: %v", pattern, err)
	}
	out := []string{}
	for line := range strings.Lines(string(text)) {
		rel := strings.TrimPrefix(strings.TrimSuffix(line, "\n"), org+"/")
		repo, rest, _ := strings.Cut(rel, "/")
		out = append(out, repo+" "+rest)
	}
	slices.Sort(out)
	return out
}
