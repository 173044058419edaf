package process_test

import (
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/importer"
	"callboard/internal/process"
	"callboard/internal/repofs"
)

// admitted reads an opslevel.yml of a repository at GitHub, with processors.
func admitted(t *testing.T, cfg string, files map[string]string) (map[string]*entity.Entity, []string) {
	t.Helper()
	var said diag.List
	run := process.Compile(config.Load([]byte(cfg), diag.Pos{File: "callboard.yaml"}, &said), &said).Start(process.Environment{Dir: t.TempDir()})
	s := repofs.Memory("pay", nil, files)
	s.WebURL, s.Branch = "https://github.com/acme/pay", "main"
	ds, err := importer.Read(t.Context(), s, importer.Formats(), s.Read, &said)
	if err != nil {
		t.Fatal(err)
	}
	var list []catalog.Foreign
	for _, d := range ds {
		list = append(list, catalog.Foreign{Value: d.Document(), Origin: d.Entity.Origin, Pos: d.Pos, Guesses: d.Guesses()})
	}
	es, err := (*catalog.Model)(nil).Admit(t.Context(), s, list, run.Repository(s, s.Read), &said)
	if err != nil {
		t.Fatal(err)
	}
	run.Close(&said)
	var words []string
	for _, d := range said.All() {
		words = append(words, d.Pos.File+" "+string(d.Code)+" "+d.Message)
	}
	return byName(es), words
}

// What other catalogs describe passes all that documents pass: owners of
// CODEOWNERS and defaults stand where the file says nothing, not where it does.
func TestForeign(t *testing.T) {
	files := map[string]string{
		"CODEOWNERS":   "* @acme/all\n",
		"opslevel.yml": "service:\n- {name: Pay Desk}\n- {name: shed, owner: crew, lifecycle: beta}\n",
	}
	es, said := admitted(t, `
derive: {codeowners: apply, lifecycle: [{value: production}]}
processors:
  - {name: dash, when: '.spec.owner == "group:all"', annotations: {a.example/dash: 'https://dash.example/\(.metadata.name)'}}
  - {name: bad, when: '.metadata.name == "shed"', set: {.spec.owner: '"not a reference:"'}}
`, files)
	a, b := es["pay-desk"], es["shed"]
	if a == nil || b == nil || a.SpecString("owner") != "group:all" || a.SpecString("lifecycle") != "production" || b.SpecString("owner") != "crew" || b.SpecString("lifecycle") != "experimental" {
		t.Fatalf("%v %v", es, said)
	}
	m := a.Metadata.Annotations
	if m["a.example/dash"] != "https://dash.example/pay-desk" || m["backstage.io/view-url"] != "https://github.com/acme/pay/blob/main/opslevel.yml" {
		t.Error(m)
	}
	if got := derivedBy(a, "codeowners"); len(got) != 1 || len(derivedBy(b, "codeowners")) != 0 {
		t.Error(got)
	}
	if !slices.ContainsFunc(a.Edges, func(g entity.Edge) bool { return g.Target.Name == "all" && g.Pos.File == "CODEOWNERS" }) {
		t.Errorf("the owner is not told by CODEOWNERS: %+v", a.Edges)
	}
	if len(said) != 1 || !strings.HasPrefix(said[0], "opslevel.yml processor-refused ") {
		t.Error(said)
	}
}

func TestForeignProposedAndDropped(t *testing.T) {
	files := map[string]string{"CODEOWNERS": "* @acme/all\n", "opslevel.yml": "service:\n- {name: pay}\n- {name: shed}\n"}
	es, said := admitted(t, "processors: [{name: gone, when: '.metadata.name == \"shed\"', drop: not wanted}]\n", files)
	if len(es) != 1 || es["pay"].SpecString("owner") != "unknown" || es["pay"].SpecString("lifecycle") != "unknown" {
		t.Errorf("%v", es)
	}
	for _, code := range []string{"owner-proposed", "processor-dropped"} {
		if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, "opslevel.yml "+code+" ") }) {
			t.Errorf("no %s in %q", code, said)
		}
	}
}
