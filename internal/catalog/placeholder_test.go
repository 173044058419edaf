package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/repofs"
)

func api(definition string) string {
	return "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: x}\nspec:\n  type: openapi\n  lifecycle: l\n  owner: o\n  definition: " + definition + "\n"
}

func TestPlaceholders(t *testing.T) {
	files := map[string]string{
		"d/a.txt": "\ufefftext é\xff\n", "d/a.json": `{"k": [1, "x"]}`, "d/a.yaml": "k: [1, y]\n", "d/bad.json": "{", "d/two.yaml": "a\n---\nb\n", "d/bad.yaml": "a: 1\nb: [\n", "root.txt": "at the root",
		"d/nested.yaml": "$text: ./a.txt", "d/empty.txt": "",
	}
	for _, c := range []struct{ in, want string }{
		{"{$text: ./a.txt}", "text é\ufffd\n"},
		{"{$text: a.txt}", "text é\ufffd\n"},
		{"{$openapi: ./a.txt}", "text é\ufffd\n"},
		{"{$text: /root.txt}", "at the root"},
		{"{$text: ../root.txt}", "at the root"},
		{"{$text: https://git.example/r/blob/main/root.txt}", "at the root"},
		{"{$text: ./gone}", `! 8:23 $text "./gone" cannot be resolved: there is no such file`},
		{"{$text: ../../etc/passwd}", `! 8:23 $text "../../etc/passwd" cannot be resolved: it lies outside this repository`},
		{"{$text: https://git.example/r/blob/main/%2e%2e/x}", `! 8:23 $text "https://git.example/r/blob/main/%2e%2e/x" cannot be resolved: it lies outside this repository`},
		{"{$text: 'http://169.254.169.254/latest'}", `! 8:23 $text "http://169.254.169.254/latest" cannot be resolved: it lies outside this repository`},
		{"{$text: 5}", `! 8:23 $text cannot be resolved: it must be a string`},
		{"{$text: [a]}", `! 8:23 $text cannot be resolved: it must be a string`},
		{"{$text: ./empty.txt}", `! 8:15 spec.definition must not be empty`},
		{"{$json: ./bad.json}", `! 8:23 $json "./bad.json" cannot be resolved: it is not JSON: unexpected end of JSON input`},
		{"{$yaml: ./two.yaml}", `! 8:23 $yaml "./two.yaml" cannot be resolved: it must hold one YAML document`},
		{"{$yaml: ./bad.yaml}", `! 8:23 $yaml "./bad.yaml" cannot be resolved: line 2 of it: did not find expected node content`},
		{"{$yaml: ./a.yaml}", `! 8:15 spec.definition must be a string, not a mapping`},
		{"{$yaml: ./nested.yaml}", `! 8:15 spec.definition must be a string, not a mapping`}, // what was read is not looked into
		{"{$text: ./a.txt, more: 1}", `! 8:15 spec.definition must be a string, not a mapping`},
		{"{$else: ./a.txt}", `! 8:15 spec.definition must be a string, not a mapping`},
	} {
		all := map[string]string{"d/c.yaml": api(c.in)}
		for p, text := range files {
			all[p] = text
		}
		s := repofs.Memory("r", []string{"d/c.yaml"}, all)
		s.WebURL, s.Branch = "https://git.example/r", "main"
		es, ds := entitiesOf(t, s)
		var got []string
		for _, e := range es {
			got = append(got, e.SpecString("definition"))
		}
		for _, d := range ds {
			got = append(got, fmt.Sprintf("! %d:%d %s", d.Pos.Line, d.Pos.Col, d.Message))
		}
		if g := strings.Join(got, "\n"); g != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.in, g, c.want)
		}
	}
}

func TestPlaceholdersAnywhere(t *testing.T) {
	text := `apiVersion: backstage.io/v1alpha1
kind: System
metadata:
  name: x
  title: {$text: ./t}
  annotations: {k: {$yaml: ./a.yaml}}
  tags: [{$text: ./tag}]
spec: {owner: o, deep: [{more: {$json: ./j.json}}], left: {$id: x, more: {$text: ./t}}}
`
	es, ds := entitiesOf(t, repofs.Memory("r", []string{"c.yaml"}, map[string]string{"c.yaml": text, "t": "T", "a.yaml": "v", "tag": "go", "j.json": `[1, {"$text": "./t"}]`}))
	if len(es) != 1 {
		t.Fatal(lines(ds))
	}
	if m := es[0].Metadata; m.Title != "T" || m.Annotations["k"] != "v" || m.Tags[0] != "go" || asJSON(t, es[0].Spec) != `{"deep":[{"more":[1,{"$text":"./t"}]}],"left":{"$id":"x","more":{"$text":"./t"}},"owner":"o"}` {
		t.Errorf("%+v %s", m, asJSON(t, es[0].Spec))
	}
}

// All annotations cannot come from a file: Backstage has put its own among them
// before it looks.
func TestPlaceholderForAllAnnotations(t *testing.T) {
	text := "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: x\n  annotations: {$yaml: ./a.yaml}\nspec: {owner: o}\n"
	es, ds := entitiesOf(t, repofs.Memory("r", []string{"c.yaml"}, map[string]string{"c.yaml": text, "a.yaml": "k: v"}))
	if len(es) != 0 || !strings.Contains(lines(ds), `c.yaml:5:17 error entity-format the key in metadata.annotations "$yaml"`) {
		t.Error(len(es), lines(ds))
	}
}

// A few words must not bring in more than the limits.
func TestPlaceholdersAreBounded(t *testing.T) {
	large := strings.Repeat("x", catalog.MaxPlaceholderBytes)
	for size, want := range map[int]string{
		catalog.MaxPlaceholderBytes - 1: "", catalog.MaxPlaceholderBytes: "",
		catalog.MaxPlaceholderBytes + 1: "its 8388609 bytes are more than the limit of 8388608",
	} {
		_, ds := read(t, repofs.Memory("r", []string{"c.yaml"}, map[string]string{"c.yaml": api("{$text: ./l}"), "l": (large + "x")[:size]}))
		if got := lines(ds); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%d bytes: %s", size, got)
		}
	}
	for uses, refused := range map[int]int{7: 0, 8: 0, 9: 1, 20: 12} {
		many := api("a") + "  all: [" + strings.Repeat("{$text: ./l}, ", uses) + "]\n"
		_, ds := read(t, repofs.Memory("r", []string{"c.yaml"}, map[string]string{"c.yaml": many, "l": large}))
		if len(ds) != refused {
			t.Errorf("%d uses: %d refused, want %d", uses, len(ds), refused)
		}
	}
}
