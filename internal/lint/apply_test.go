package lint_test

import (
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/lint"
	"callboard/internal/repofs"
)

// find is what catalog and lint find in one file.
func find(t *testing.T, src string) []diag.Diagnostic {
	t.Helper()
	var sink diag.List
	snap := repofs.Memory(".", []string{"catalog.yaml"}, map[string]string{"catalog.yaml": src})
	es, err := catalog.Read(t.Context(), snap, snap.Read, &sink)
	if err != nil {
		t.Fatal(err)
	}
	lint.Check(catalog.Link(slices.Values(es), &sink), lint.Options{Source: func(_, file string) ([]byte, error) { return snap.Read(file) }}, &sink)
	return sink.All()
}

const dirty = `# The payments service. Ask before you change it.
apiVersion: backstage.io/v1alpha1
kind: component   # was wrong
metadata:
  name: payments
  namespace: "Shop"
  desciption: 'Takes money'
  labels: {size: 10}
  annotations:
    github.com/project-slug: "https://github.com/acme/payments.git"  # from the browser
    backstage.io/techdoc-ref: dir:.
    acme.example/since: 2024-01-02
    acme.example/version: 1.10
    acme.example/on-call: yes
  tags: [ Go, rest, "My Tag" ]
spec:
  type: Service
  lifecycle:   prod
  owner: team
  consumesApi: orders     # one
  subComponentOf: "shop"
`

const clean = `# The payments service. Ask before you change it.
apiVersion: backstage.io/v1alpha1
kind: Component   # was wrong
metadata:
  name: payments
  namespace: "shop"
  description: 'Takes money'
  labels: {size: "10"}
  annotations:
    github.com/project-slug: "acme/payments"  # from the browser
    backstage.io/techdocs-ref: dir:.
    acme.example/since: "2024-01-02"
    acme.example/version: "1.10"
    acme.example/on-call: "yes"
  tags: [ go, rest, "my-tag" ]
spec:
  type: service
  lifecycle:   production
  owner: team
  consumesApis: [orders]     # one
  subcomponentOf: "shop"
`

// TestApply repairs a file in the rounds that it takes: an entity that is
// refused has only the findings of that.
func TestApply(t *testing.T) {
	for _, eol := range []string{"\n", "\r\n"} {
		src, want := strings.ReplaceAll(dirty, "\n", eol), strings.ReplaceAll(clean, "\n", eol)
		rounds := 0
		for ; rounds < 5; rounds++ {
			out, repaired := lint.Apply("catalog.yaml", []byte(src), find(t, src))
			if len(repaired) == 0 {
				break
			}
			src = string(out)
		}
		if src != want || rounds != 2 {
			t.Errorf("after %d rounds:\n%s", rounds, src)
		}
	}
}

// TestApplyDrops holds back what would change more than the fix says.
func TestApplyDrops(t *testing.T) {
	const src = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: service, lifecycle: prod, owner: team}\n"
	at := func(line, col int) diag.Pos { return diag.Pos{Repo: ".", File: "catalog.yaml", Line: line, Col: col} }
	for _, c := range []struct {
		why  string
		pos  diag.Pos
		old  string
		text string
	}{
		{"it reads otherwise there", at(4, 35), "prodd", "production"},
		{"there is no such line", at(9, 1), "prod", "production"},
		{"there is no such column", at(4, 99), "prod", "production"},
		{"no place", diag.Pos{}, "apiVersion", "x"},
		{"it adds a field", at(4, 35), "prod", "production, system: x"},
		{"it makes the owner a list", at(4, 48), "team", "[team]"},
		{"it makes an error", at(4, 7), "type", "typ"},
		{"it ends the document", at(4, 7), "type", "{"},
		{"it writes a line", at(4, 35), "prod", "production\n"},
	} {
		d := diag.Diagnostic{Pos: c.pos, Fix: diag.Replace(c.pos, c.old, c.text)}
		if out, repaired := lint.Apply("catalog.yaml", []byte(src), []diag.Diagnostic{d}); len(repaired) > 0 || string(out) != src {
			t.Errorf("%s: %s", c.why, out)
		}
	}
	good := diag.Diagnostic{Pos: at(4, 34), Fix: diag.Replace(at(4, 34), "prod", "production")}
	if out, repaired := lint.Apply("catalog.yaml", []byte(src), []diag.Diagnostic{good}); len(repaired) != 1 || !strings.Contains(string(out), "lifecycle: production,") {
		t.Errorf("a good fix is not made: %s", out)
	}
}

// TestApplyMany repairs a file of many documents, each by itself, and a document
// with more faults than are told.
func TestApplyMany(t *testing.T) {
	const n = 300
	src := strings.Repeat("---\napiVersion: backstage.io/v1alpha1\nkind: component\nmetadata: {name: a}\nspec: {type: service, lifecycle: x, owner: team}\n", n)
	out, repaired := lint.Apply("catalog.yaml", []byte(src), find(t, src))
	if len(repaired) != n || string(out) != strings.ReplaceAll(src, "kind: component", "kind: Component") {
		t.Errorf("%d of %d documents are repaired", len(repaired), n)
	}
	src = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\n  tags:\n" + strings.Repeat("    - Go\n", 2*catalog.MaxFindings) + "spec: {type: service, lifecycle: x, owner: team}\n"
	if _, repaired := lint.Apply("catalog.yaml", []byte(src), find(t, src)); len(repaired) != catalog.MaxFindings {
		t.Errorf("%d faults are repaired", len(repaired))
	}
}

func FuzzApply(f *testing.F) {
	f.Add(dirty)
	f.Add("\ufeff---\nkind: 1.10\n")
	f.Add("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a, tags: [\"A\"]}\nspec: {type: service, lifecycle: é, owner: prod}\n")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 4<<10 {
			return
		}
		out, repaired := lint.Apply("catalog.yaml", []byte(src), find(t, src))
		if len(repaired) == 0 && string(out) != src {
			t.Errorf("%q became %q without a fix", src, out)
		}
		if strings.Count(string(out), "\n") != strings.Count(src, "\n") {
			t.Errorf("%q became %q: lines were added or removed", src, out)
		}
	})
}
