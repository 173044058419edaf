package catalog_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/repofs"
)

const (
	head     = "apiVersion: backstage.io/v1alpha1\n"
	systemX  = head + "kind: System\nmetadata: {name: x}\nspec: {owner: o}\n"
	systemY  = head + "kind: System\nmetadata: {name: y}\nspec: {owner: o}\n"
	unfit    = head + "kind: System\nmetadata: {name: z}\nspec: {}\n"
	noSystem = "a: 1\na: 2\n"
)

func locationOf(targets string) string {
	return head + "kind: Location\nmetadata: {name: l}\nspec: {" + targets + "}\n"
}

// differences are the rows of the manual's table, each with what callboard makes
// of an example: the entities it has, and the codes of what it reports.
var differences = []struct {
	row      string
	files    map[string]string // c.yaml is found, others are targets
	entities string
	codes    string
}{
	{"One bad document in a Location", map[string]string{"c.yaml": locationOf("target: ./t.yaml"), "t.yaml": systemX + "---\n" + noSystem + "---\n" + unfit + "---\n" + systemY},
		"location:default/l system:default/x system:default/y", "yaml-duplicate-key entity-schema"},
	{"A target that cannot be read", map[string]string{"c.yaml": locationOf("targets: [./gone.yaml, ./t.yaml]"), "t.yaml": systemX},
		"location:default/l system:default/x", "location-target-missing"},
	{"A Location of a type other than `url` and `file`", map[string]string{"c.yaml": locationOf("type: s3, target: x")}, "location:default/l", "location-target-remote"},
	{"The same entity in two files", map[string]string{"c.yaml": locationOf("targets: [./u.yaml, ./t.yaml]"), "t.yaml": systemX, "u.yaml": systemX},
		"location:default/l system:default/x", "entity-duplicate"},
	{"The same entity twice in a file", map[string]string{"c.yaml": systemX + "---\n" + systemX}, "system:default/x", "entity-duplicate"},
	{"`$text` in files read from disk", map[string]string{"c.yaml": api("{$text: ./d}"), "d": "text"}, "api:default/x", ""},
	{"`$openapi` and `$asyncapi`", map[string]string{"c.yaml": api("{$openapi: ./d}"), "d": "text"}, "api:default/x", ""},
	{"Targets in repositories that are not in the build", map[string]string{"c.yaml": locationOf("target: 'https://github.com/acme/other/blob/main/c.yaml'")}, "location:default/l", "location-target-remote"},
	{"Targets on another branch", map[string]string{"c.yaml": locationOf("target: 'https://github.com/acme/shop/blob/dev/c.yaml'")}, "location:default/l", "location-target-branch"},
	{"A placeholder with an address of no repository", map[string]string{"c.yaml": api("{$text: 'https://x.example/d'}")}, "", "placeholder-failed"},
	{"Targets that lead out of the repository", map[string]string{"c.yaml": locationOf("target: ../c.yaml")}, "location:default/l", "location-target-outside"},
	{"A target such as `sub/x.yaml` on disk", map[string]string{"c.yaml": locationOf("type: file, target: sub/x.yaml"), "sub/x.yaml": systemX}, "location:default/l system:default/x", ""},
	{"Locations without end", endless(catalog.MaxLocationDepth + 1), "", "location-too-deep"},
	{"Large files, deep nesting, many aliases", map[string]string{"c.yaml": systemX + "---\n" + strings.Repeat("[", 300) + strings.Repeat("]", 300)}, "system:default/x", "yaml-too-large"},
	{"Skeletons of templates", map[string]string{"c.yaml": strings.Replace(systemX, "name: x", "name: '${{ values.name }}'", 1)}, "", "entity-skeleton"},
	{"Kinds of your own", map[string]string{"c.yaml": "apiVersion: acme.example/v1\nkind: Product\nmetadata: {name: x}\nspec: {}\n"}, "product:default/x", ""},
	{"`javascript:` in a link", map[string]string{"c.yaml": strings.Replace(systemX, "name: x", "name: x, links: [{url: 'javascript:x'}]", 1)}, "system:default/x", "link-unsafe"},
	{"Control characters", map[string]string{"c.yaml": strings.Replace(systemX, "name: x", "name: x, title: \"a\x07\"", 1)}, "system:default/x", "yaml-encoding"},
	{"`%YAML 1.1` before a document", map[string]string{"c.yaml": "%YAML 1.1\n---\n" + strings.Replace(systemX, "owner: o", "owner: yes", 1)}, "system:default/x", ""},
	{"Allowed kinds (`catalog.rules`)", map[string]string{"c.yaml": head + "kind: User\nmetadata: {name: x}\nspec: {memberOf: []}\n"}, "user:default/x", ""},
}

// endless are Locations that each lead to the next.
func endless(n int) map[string]string {
	files := map[string]string{}
	names := []string{"c.yaml"}
	for i := range n {
		names = append(names, "t"+strings.Repeat("x", i)+".yaml")
	}
	for i, name := range names[:n] {
		files[name] = strings.Replace(locationOf("target: ./"+names[i+1]), "name: l", "name: l"+strings.Repeat("x", i), 1)
	}
	files[names[n]] = systemX
	return files
}

// What the manual says of differences from Backstage is what callboard does.
func TestDifferences(t *testing.T) {
	var listed []string
	for _, d := range differences {
		listed = append(listed, d.row)
		t.Run(d.row, func(t *testing.T) {
			snap := repofs.Memory("r", []string{"c.yaml"}, d.files)
			es, ds := readAs(t, catalog.NewModel([]catalog.Kind{{Name: "Product"}}), snap, at("shop", "https://github.com/acme/shop", "main", map[string]string{"c.yaml": systemY}))
			var sink diag.List
			for _, x := range ds {
				sink.Report(x)
			}
			var refs, codes []string
			for _, e := range catalog.Link(slices.Values(es), &sink).Entities() {
				refs = append(refs, e.Ref.String())
			}
			for _, x := range sink.All() {
				if x.Code != catalog.CodeDangling && x.Code != "yaml-ambiguous" {
					codes = append(codes, string(x.Code))
				}
			}
			if got := strings.Join(refs, " "); got != d.entities && d.entities != "" || d.entities == "" && strings.Contains(got, "system:") {
				t.Errorf("entities %q, want %q", got, d.entities)
			}
			if got := strings.Join(slices.Compact(codes), " "); got != d.codes {
				t.Errorf("findings %q, want %q\n%s", got, d.codes, lines(sink.All()))
			}
		})
	}
	if rows := manualRows(t); !slices.Equal(rows, listed) {
		t.Errorf("the manual lists\n%s\nand this test\n%s", strings.Join(rows, "\n"), strings.Join(listed, "\n"))
	}
}

// manualRows are the first cells of the manual's table of differences.
func manualRows(t *testing.T) (rows []string) {
	t.Helper()
	b, err := os.ReadFile("../../content/manual/docs/catalog-files.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(b), "## Differences from Backstage")
	for l := range strings.Lines(table) {
		cells := strings.Split(l, " | ")
		if first := strings.TrimPrefix(cells[0], "| "); len(cells) == 4 && first != "|" && !strings.HasPrefix(l, "| |") {
			rows = append(rows, first)
		}
	}
	return rows
}
