package lint_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/lint"
	"callboard/internal/repofs"
)

// expectation is a comment `#@ "part of the message"` on a line where the rule
// that the file is named after must find something.
var expectation = regexp.MustCompile(`#@ "((?:[^"\\]|\\.)*)"`)

// TestRules runs the example of each rule: testdata/<code>.txtar holds a
// repository and says, beside each line, what the rule must find there. It must
// find nothing else.
func TestRules(t *testing.T) {
	for _, r := range lint.Rules() {
		t.Run(string(r.Code), func(t *testing.T) {
			ar, err := txtar.ParseFile(filepath.Join("testdata", string(r.Code)+".txtar"))
			if err != nil {
				t.Fatal("every rule has an example: ", err)
			}
			want, files := expected(t, ar)
			if len(want) == 0 {
				t.Fatal("the example expects nothing, so it shows nothing")
			}
			var got []string
			for _, d := range check(t, files) {
				if d.Code == r.Code {
					got = append(got, d.Pos.Path()+":"+strconv.Itoa(d.Pos.Line)+" "+d.Message)
				}
				if d.Code == r.Code && (d.Severity != r.Severity || d.Entity == "" || d.Hint == "") {
					t.Errorf("the finding is incomplete: %+v", d)
				}
			}
			compare(t, got, want)
		})
	}
}

func expected(t *testing.T, ar *txtar.Archive) (want []string, files map[string]string) {
	t.Helper()
	files = map[string]string{}
	for _, f := range ar.Files {
		files[f.Name] = string(f.Data)
		n := 0
		for line := range strings.Lines(string(f.Data)) {
			n++
			for _, m := range expectation.FindAllStringSubmatch(line, -1) {
				want = append(want, f.Name+":"+strconv.Itoa(n)+" "+strings.ReplaceAll(m[1], `\"`, `"`))
			}
		}
	}
	return want, files
}

func check(t *testing.T, files map[string]string) []diag.Diagnostic {
	t.Helper()
	var parse, sink diag.List
	snap := repofs.Memory(".", []string{"**/catalog.yaml"}, files)
	es, err := catalog.Read(t.Context(), snap, snap.Read, &parse)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range parse.All() {
		if d.Severity == diag.Error {
			t.Errorf("the example is not a catalog: %v %s", d.Pos, d.Message)
		}
	}
	lint.Check(catalog.Link(slices.Values(es), diag.Discard), options(t, files, snap), &sink)
	return sink.All()
}

// options are those of the example's callboard.yaml, if it has one.
func options(t *testing.T, files map[string]string, snap *repofs.Snapshot) lint.Options {
	t.Helper()
	o := lint.Options{Types: map[string][]string{}, Source: func(_, file string) ([]byte, error) { return snap.Read(file) }}
	var wrong diag.List
	c := config.Load([]byte(files["callboard.yaml"]), diag.Pos{File: "callboard.yaml"}, &wrong)
	if ds := wrong.All(); len(ds) > 0 {
		t.Errorf("callboard.yaml: %v", ds)
	}
	o.Lifecycles = c.Lint.Lifecycles
	for kind, types := range c.Lint.Types {
		o.Types[strings.ToLower(kind)] = types
	}
	return o
}

// compare wants each finding to begin with an expectation and each expectation
// to be met by one.
func compare(t *testing.T, got, want []string) {
	t.Helper()
	for _, w := range want {
		i := slices.IndexFunc(got, func(g string) bool { return strings.HasPrefix(g, w) })
		if i < 0 {
			t.Errorf("not found: %s", w)
			continue
		}
		got = slices.Delete(got, i, i+1)
	}
	for _, g := range got {
		t.Errorf("found but not expected: %s", g)
	}
}

func TestRulesAreDescribed(t *testing.T) {
	rules := lint.Rules()
	if !slices.IsSortedFunc(rules, func(a, b lint.Rule) int { return strings.Compare(string(a.Code), string(b.Code)) }) {
		t.Error("the rules are not in the order of their codes")
	}
	for _, r := range rules {
		if r.Title == "" || !strings.HasSuffix(r.Why, ".") {
			t.Errorf("%s: %q %q", r.Code, r.Title, r.Why)
		}
	}
	examples, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(examples) != len(rules) {
		t.Errorf("%d examples for %d rules: %v", len(examples), len(rules), err)
	}
}

// TestHostileCatalog checks that rules live with the values that the model lets
// through: null, other types, empty lists.
func TestHostileCatalog(t *testing.T) {
	check(t, map[string]string{"catalog.yaml": strings.Repeat(`apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: x, description: "", tags: [], links: []}
spec: {type: x, owner: user:x, lifecycle: [prod]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: x}
spec: {lifecycle: "`+strings.Repeat("é", 100)+`", owner: component:x, type: x, dependsOn: [component:x, component:x]}
---
`, 3)})
}

func BenchmarkCheck(b *testing.B) {
	var src strings.Builder
	for i := range 1000 {
		src.WriteString("---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: c" + strconv.Itoa(i) + ", tags: [go, java]}\nspec: {lifecycle: prod, owner: g, type: service, dependsOn: [component:c" + strconv.Itoa(i/2) + "]}\n")
	}
	snap := repofs.Memory(".", []string{"**/*.yaml"}, map[string]string{"a.yaml": src.String()})
	es, err := catalog.Read(b.Context(), snap, snap.Read, diag.Discard)
	if err != nil || len(es) != 1000 {
		b.Fatal(len(es), err)
	}
	c := catalog.Link(slices.Values(es), diag.Discard)
	for b.Loop() {
		lint.Check(c, lint.Options{}, diag.Discard)
	}
}

// A reference that leads to nothing and is of a wrong kind is told once, with what
// is near.
func TestTogether(t *testing.T) {
	at := diag.Pos{File: "f", Line: 3, Col: 1}
	dangling := diag.Diagnostic{Pos: at, Code: catalog.CodeDangling, Entity: "component:default/a", Hint: "declare the component, or correct the reference"}
	kind := diag.Diagnostic{Pos: at, Code: "ref-wrong-kind", Entity: "component:default/a", Hint: "name a system"}
	owner := diag.Diagnostic{Pos: at, Code: "owner-not-group", Entity: "component:default/a", Message: "the owner user:default/ann is a user, not a group", Hint: "name the group that they belong to"}
	group, user := dangling, dangling
	group.Hint, user.Hint = "did you mean group:default/ann? it is of another kind", "did you mean user:default/anna?"
	near, other, elsewhere := dangling, kind, kind
	near.Hint = "did you mean system:default/b?"
	other.Entity = "component:default/b"
	elsewhere.Pos.Line++
	for _, c := range []struct {
		in   []diag.Diagnostic
		hint []string
	}{
		{[]diag.Diagnostic{dangling, kind}, []string{kind.Hint}},
		{[]diag.Diagnostic{near, kind, elsewhere}, []string{near.Hint, kind.Hint}},
		{[]diag.Diagnostic{dangling, other}, []string{dangling.Hint, kind.Hint}},
		{[]diag.Diagnostic{dangling, elsewhere}, []string{dangling.Hint, kind.Hint}},
		{[]diag.Diagnostic{dangling}, []string{dangling.Hint}},
		{[]diag.Diagnostic{owner, dangling}, []string{owner.Hint}},
		{[]diag.Diagnostic{owner, group}, []string{group.Hint}},
		{[]diag.Diagnostic{user, owner}, []string{owner.Hint}},
	} {
		var got []string
		for _, d := range lint.Together(c.in) {
			got = append(got, d.Hint)
			if d.Code == owner.Code && d.Message != owner.Message+", and is not in the catalog" {
				t.Error(d.Message)
			}
		}
		if !slices.Equal(got, c.hint) {
			t.Errorf("got %q, want %q", got, c.hint)
		}
	}
}

// The hints of one rule say what was most likely meant.
func TestHints(t *testing.T) {
	const component = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: service, lifecycle: experimental, owner: %s}\n"
	for owner, want := range map[string]string{
		"'${{ values.owner }}'": "it stands where a template has yet to fill in a name; write the name",
		"Team One":              "name an entity by metadata.name, not by its title; did you mean team-one?",
		"a/b/c":                 "name an entity by metadata.name, not by its title",
		"component:a":           "name the group that is responsible",
		"user:ann":              "name the group that they belong to",
	} {
		hints := map[string]bool{}
		for _, d := range check(t, map[string]string{"catalog.yaml": fmt.Sprintf(component, owner)}) {
			hints[d.Hint] = true
		}
		if !hints[want] {
			t.Errorf("owner: %s: %q is not among %v", owner, want, hints)
		}
	}
}
