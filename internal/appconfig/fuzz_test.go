package appconfig_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"callboard/internal/appconfig"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/jq"
)

var update = flag.Bool("update", false, "rewrite what the tests compare with")

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s: what is read has changed:\n%s\nif it should, run\n\tgo test ./internal/appconfig -run RealFiles -update", file, got)
	}
}

// holds runs a condition on an entity.
func holds(t *testing.T, when, kind, at string) bool {
	t.Helper()
	p, err := jq.Compile(when)
	if err != nil {
		t.Fatal(err)
	}
	e := map[string]any{"kind": kind, "metadata": map[string]any{"name": "a"}}
	if at != "" {
		e["metadata"].(map[string]any)["annotations"] = map[string]any{"backstage.io/view-url": at}
	}
	ok, err := p.Holds(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// FuzzAdd reads anything as the first of two files. What comes of it is as valid
// as what callboard.yaml says, and everything said has a place.
func FuzzAdd(f *testing.F) {
	for _, name := range []string{"new-app.yaml", "large.yaml", "older.yaml"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, s := range []string{
		"app: {$include: a.yaml}", "app: {title: \"${A}${B:-c}$${d}\"}", "catalog: {providers: {github: [{organization: a}, 3, null]}}",
		"catalog: {locations: {type: url, target: \"https://github.com/a/b/blob/c/..%2fd\"}}", "catalog: {rules: [{allow: [{kind: A}, [b]]}]}",
		"integrations: {azure: {credentials: [{personalAccessToken: {$file: x}}]}}", "catalog: {providers: {ldapOrg: {a: {users: [[], {map: 3}]}}}}", "a: &a [*a]", "app: {$env: []}",
	} {
		f.Add([]byte(s))
	}
	w := world{env: map[string]string{"A": "a"}, files: map[string]string{"/app/a.yaml": "title: {$include: a.yaml}"}}
	f.Fuzz(func(t *testing.T, src []byte) {
		var l diag.List
		c := config.Load(nil, diag.Pos{File: "callboard.yaml"}, &l)
		files := []appconfig.File{{Name: "app-config.yaml", Dir: "/app", Text: src}, {Name: "app-config.local.yaml", Dir: "/app", Text: []byte("catalog: {providers: {github: {organization: acme}}}")}}
		appconfig.Add(c, files, w.options(), &l)
		for _, d := range l.All() {
			if d.Pos.Line < 1 || d.Pos.Col < 1 || d.Code == "" || d.Message == "" {
				t.Fatalf("a finding without a place: %+v", d)
			}
		}
		for i, s := range c.Sources {
			if at := c.Pos("sources", i); at.Line < 1 {
				t.Fatalf("%+v has no place", s)
			}
			if s.GitHub != nil && s.GitHub.Token != "" && config.VariableOf(s.GitHub.Token) == "" {
				t.Fatalf("the token is %q", s.GitHub.Token)
			}
		}
	})
}

// FuzzRules makes conditions of any texts, which must be expressions all the
// same.
func FuzzRules(f *testing.F) {
	for _, s := range []string{"Component", `"`, `\(error)`, "a**?[", "\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted, err := json.Marshal(s)
		if err != nil {
			t.Skip()
		}
		src := fmt.Sprintf("catalog: {rules: [{allow: [%s], locations: [{type: url, pattern: %s}, {type: url, exact: %s}]}]}", quoted, quoted, quoted)
		c, _ := world{}.add("", src)
		for _, p := range c.Processors {
			holds(t, p.When, "Component", "https://github.com/a")
		}
	})
}
