package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/repofs"
)

func location(name, spec string) string {
	return fmt.Sprintf("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: %s}\nspec: %s\n", name, spec)
}

func TestLocations(t *testing.T) {
	files := map[string]string{
		"a/b/one.yaml": comp("one"), "a/two.yaml": comp("two"), "three.yaml": comp("three"), "a/[x].yaml": comp("brackets"), "a/d/e/f.yaml": comp("deep"),
		"a/sub.yaml": location("sub", "{target: ./b/one.yaml}"), "a/circle.yaml": location("circle", "{targets: [./circle.yaml, ../cat.yaml]}"),
	}
	for _, c := range []struct{ spec, want string }{
		{"{target: ./a/two.yaml}", "two"},
		{"{type: file, targets: [a/two.yaml, ./a/two.yaml, a/../a/two.yaml]}", "two"},
		{"{type: url, target: /three.yaml}", "three"},
		{"{target: ./a/two.yaml, targets: [./three.yaml]}", "three two"},
		{"{targets: ['./a/*.yaml']}", "brackets circle one sub two"},
		{"{targets: ['./a/**/f.yaml', './{a,b}/two.yaml', './a/[[]x].yaml']}", "brackets deep two"},
		{"{target: './a/[x].yaml'}", "brackets"},
		{"{target: ./a/sub.yaml}", "one sub"},
		{"{target: ./a/circle.yaml}", "circle"},
		{`{target: '.\a\two.yaml'}`, "two"},
		{"{target: https://git.example/org/r/blob/main/three.yaml}", "three"},
		{"{type: url, target: 'https://git.example/org/r/-/tree/main/a/*.yaml?ref=x'}", "brackets circle one sub two"},
		{"{type: url, target: https://git.example/org/other/blob/main/three.yaml}", "| info location-target-remote"},
		{"{type: github-discovery, target: 'https://git.example/org'}", "| info location-target-remote"},
		{"{target: ./gone.yaml}", "| error location-target-missing"},
		{"{target: ./a}", "| error location-target-missing"},
		{"{target: './gone/*.yaml'}", "| error location-target-missing"},
		{"{target: './[.yaml'}", "| error location-target-missing"},
		{"{target: '" + strings.Repeat("{a,b}", 9) + "'}", "| error location-target-missing"},
		{"{target: ./gone.yaml, presence: optional}", ""},
		{"{target: ../outside.yaml}", "| error location-target-outside"},
		{"{target: /../../etc/passwd}", "| error location-target-outside"},
		{"{target: 'https://git.example/org/r/blob/main/%2e%2e/x.yaml'}", "| error location-target-outside"},
		{"{}", ""},
	} {
		all := map[string]string{"cat.yaml": location("root", c.spec)}
		for p, text := range files {
			all[p] = text
		}
		s := repofs.Memory("r", []string{"cat.yaml"}, all)
		s.WebURL, s.Branch = "https://git.example/org/r", "main"
		refs, ds := read(t, s)
		var names []string
		for _, r := range refs {
			if name := r[strings.LastIndexByte(r, '/')+1:]; name != "root" {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		got := strings.Join(names, " ")
		for _, d := range ds {
			got += fmt.Sprintf("| %s %s", d.Severity, d.Code)
			if d.Pos.Line != 4 || d.Entity != "location:default/root" {
				t.Errorf("%s: %+v", c.spec, d)
			}
		}
		if got != c.want || !slices.Contains(refs, "location:default/root") {
			t.Errorf("%s: %q, want %q", c.spec, got, c.want)
		}
	}
}

func TestLocationDepth(t *testing.T) {
	files := map[string]string{}
	for i := range catalog.MaxLocationDepth + 2 {
		files[fmt.Sprintf("l%02d.yaml", i)] = location(fmt.Sprintf("l%02d", i), fmt.Sprintf("{target: ./l%02d.yaml}", i+1))
	}
	files[fmt.Sprintf("l%02d.yaml", catalog.MaxLocationDepth+2)] = comp("end")
	refs, ds := read(t, repofs.Memory("r", []string{"l00.yaml"}, files))
	if len(refs) != catalog.MaxLocationDepth+1 || len(ds) != 1 || ds[0].Code != catalog.CodeLocationDepth {
		t.Errorf("%d read, %s", len(refs), lines(ds))
	}
	// What is found by its name is not deep, whoever else leads to it.
	refs, ds = read(t, repofs.Memory("r", []string{"l*.yaml"}, files))
	if len(refs) != catalog.MaxLocationDepth+3 || len(ds) != 0 {
		t.Errorf("%d read, %s", len(refs), lines(ds))
	}
}

func TestCatalogFilesAreBounded(t *testing.T) {
	for _, more := range []int{0, 1, 5} {
		files := map[string]string{"cat.yaml": location("root", "{target: './many/*.yaml'}")}
		for i := range catalog.MaxCatalogFiles - 1 + more {
			files[fmt.Sprintf("many/%05d.yaml", i)] = "---\n"
		}
		_, ds := read(t, repofs.Memory("r", []string{"cat.yaml"}, files))
		if len(ds) != min(more, 1) || more > 0 && ds[0].Code != catalog.CodeTooManyFiles {
			t.Errorf("%d more: %s", more, lines(ds))
		}
	}
}

// A Location of many patterns over many files must not take the product's time.
func TestPatternsAreBounded(t *testing.T) {
	files := map[string]string{}
	for i := range 50_000 {
		files[fmt.Sprintf("src/%05d/%s.go", i, strings.Repeat("a", 60))] = ""
	}
	targets := strings.Repeat("'./**/*a*a*a*a*b.yaml', ", 20_000)
	files["cat.yaml"] = location("root", "{targets: ["+targets+"]}")
	_, ds := read(t, repofs.Memory("r", []string{"cat.yaml"}, files))
	if !slices.ContainsFunc(ds, func(d diag.Diagnostic) bool { return d.Code == catalog.CodeTooManyFiles }) {
		t.Errorf("%d findings", len(ds))
	}
}

func TestSkeletons(t *testing.T) {
	template := `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: t}
spec:
  type: service
  steps:
    - {action: "fetch:template", input: {url: ./files, values: {}}}
    - {action: "fetch:plain", input: {url: "https://other.example/x"}}
    - {action: "publish:github", input: {url: .}}
    - {action: "fetch:template", input: {url: ./}}
    - {action: "fetch:template", input: {url: "./${{ parameters.kind }}"}}
`
	unquoted := strings.Replace(comp("x"), "{name: x}", "{name: {{ cookiecutter.name }}}", 1)
	s := repofs.Memory("r", []string{"**/catalog-info.yaml", "t/tpl.yaml"}, map[string]string{
		"catalog-info.yaml": comp("real"), "t/tpl.yaml": template, "t/catalog-info.yaml": comp("beside"),
		"t/files/catalog-info.yaml": comp("literal") + "---\nbroken: [", "t/files/deep/catalog-info.yaml": comp("literal2"),
		"u/template.yaml": "", "u/skeleton/catalog-info.yaml": comp("literal3"), "skeleton/catalog-info.yaml": comp("no-template-here"),
		"{{cookiecutter.name}}/catalog-info.yaml": comp("literal4"), "v/${{values.name}}/catalog-info.yaml": comp("literal5"),
		"w/catalog-info.yaml":  comp("${{ values.name }}"),
		"x/catalog-info.yaml":  unquoted + "---\n" + comp("good") + "---\n" + comp("\"{% if x %}a{% endif %}\"") + "---\nkind: Component\n{% if x %}\na: b\n{% endif %}\n",
		"y/catalog-info.yaml":  "kind: Template\ntitle: ${{ x }}\n  bad: indent\n",
		"z/catalog-info.yaml":  location("z", "{target: ../named/skeleton/catalog-info.yaml}"),
		"named/template.yaml":  "",
		"named/skeleton/n.txt": "", "named/skeleton/catalog-info.yaml": comp("named"),
	})
	refs, ds := read(t, s)
	if got := strings.Join(refs, " "); got != "component:default/real component:default/named component:default/no-template-here component:default/beside template:default/t component:default/good location:default/z" {
		t.Errorf("entities %s", got)
	}
	for _, d := range ds {
		if d.Severity != diag.Info && d.Pos.File != "y/catalog-info.yaml" || d.Severity == diag.Info && d.Code != catalog.CodeSkeleton {
			t.Errorf("%+v", d)
		}
	}
	count := map[string]int{}
	for _, d := range ds {
		count[d.Pos.File]++
	}
	for file, n := range map[string]int{"t/files/catalog-info.yaml": 1, "u/skeleton/catalog-info.yaml": 1, "x/catalog-info.yaml": 3, "w/catalog-info.yaml": 1, "y/catalog-info.yaml": 1, "named/skeleton/catalog-info.yaml": 0} {
		if count[file] != n {
			t.Errorf("%s: %d findings, want %d\n%s", file, count[file], n, lines(ds))
		}
	}
}
