package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"callboard/internal/corpustest"
	"callboard/internal/diag"
)

// judgedDocument is a verdict of the real validator.
type judgedDocument struct {
	File    string `json:"file"`
	Doc     int    `json:"doc_index"`
	Verdict string `json:"verdict"`
	Error   string `json:"error"`
}

// remoteText are documents of which a text stands at an address that the
// validator was given and callboard, which asks no network, is not.
var remoteText = map[string]bool{
	"0wissem__e-commerce-spring-boot/catalog-info.yaml": true,
	"backstage__demo/catalog-info.yaml":                 true,
	"iiethear0__api-server/backstage.yaml":              true,
}

func TestVerdictsOfTheCorpus(t *testing.T) {
	dir := corpustest.Path(t, "catalog")
	raw, err := os.ReadFile(filepath.Join(dir, "verdicts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want []judgedDocument
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, v := range want {
		if _, err := os.Stat(filepath.Join(dir, "corpus", v.File)); err == nil && (len(files) == 0 || files[len(files)-1] != v.File) {
			files = append(files, v.File)
		}
	}
	for name, args := range map[string][]string{"a directory": {"."}, "files": files} {
		t.Run(name, func(t *testing.T) { compareVerdicts(t, filepath.Join(dir, "corpus"), args, want) })
	}
}

func compareVerdicts(t *testing.T, dir string, args []string, want []judgedDocument) {
	var out, complaint bytes.Buffer
	code := Main(t.Context(), Env{Stdout: &out, Stderr: &complaint, Dir: dir}, append([]string{"lint", "--verdicts", "--format", "json", "--no-cache"}, args...))
	var r diag.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || code > ExitFindings {
		t.Fatal(code, complaint.String(), err)
	}
	type key struct {
		file string
		doc  int
	}
	got := map[key]diag.Document{}
	for _, d := range r.Documents {
		if _, twice := got[key{d.File, d.Doc}]; twice {
			t.Errorf("%s, document %d: two records", d.File, d.Doc)
		}
		got[key{d.File, d.Doc}] = d
		if !d.Accepted && len(d.Codes) == 0 {
			t.Errorf("%s, document %d: refused without a finding", d.File, d.Doc)
		}
	}
	n, absent := 0, 0
	for _, v := range want {
		if _, err := os.Stat(filepath.Join(dir, v.File)); err != nil {
			absent++ // templates of catalog files, under another name
			continue
		}
		if ext := filepath.Ext(v.File); len(args) == 1 && ext != ".yaml" && ext != ".yml" {
			continue // in a directory only files of YAML are looked for
		}
		d, there := got[key{v.File, v.Doc}]
		switch n++; {
		case !there:
			t.Errorf("%s, document %d: no record", v.File, v.Doc)
		case v.Verdict == "skip" && d.Left != "empty":
			t.Errorf("%s, document %d: it is empty, and is told to be %+v", v.File, v.Doc, d)
		case (v.Verdict == "accept") != d.Accepted && v.Verdict != "skip" && v.Verdict != "indeterminate" && !remoteText[v.File]:
			t.Errorf("%s, document %d: accepted %v (%v); the real validator: %s %s", v.File, v.Doc, d.Accepted, d.Codes, v.Verdict, v.Error)
		}
	}
	t.Logf("%d documents are as they are judged, %d are of files that are not here", n, absent)
	if n < 1000 {
		t.Errorf("only %d documents were compared", n)
	}
}
