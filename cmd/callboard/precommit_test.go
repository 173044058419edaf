package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// TestPreCommit reads the hooks as pre-commit does and runs the entry of each on
// a file that is right and on one that is wrong.
func TestPreCommit(t *testing.T) {
	src, err := os.ReadFile(filepath.Join("..", "..", ".pre-commit-hooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var found diag.List
	doc := yamldoc.One(src, diag.Pos{}, &found)
	if ds := found.All(); len(ds) > 0 {
		t.Fatal(ds)
	}
	hooks, _ := doc.Value.([]any)
	if len(hooks) == 0 {
		t.Fatal("there are no hooks")
	}
	program, err := exec.LookPath("callboard") // this program, for scripts
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hooks {
		hook, _ := h.(map[string]any)
		id, _ := hook["id"].(string)
		t.Run(id, func(t *testing.T) {
			for _, key := range []string{"id", "name", "entry", "language", "files"} {
				if s, _ := hook[key].(string); s == "" {
					t.Fatalf("%s is %v", key, hook[key])
				}
			}
			if hook["language"] != "golang" {
				t.Errorf("the language is %v", hook["language"])
			}
			checkPattern(t, hook["files"].(string))
			runEntry(t, program, strings.Fields(hook["entry"].(string)))
		})
	}
}

// checkPattern compares the files of a hook with those that callboard reads as
// catalog files by default.
func checkPattern(t *testing.T, files string) {
	pattern, err := regexp.Compile(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"catalog-info.yaml", "a/b/catalog-info.yml"} {
		if !pattern.MatchString(name) {
			t.Errorf("%s is left out", name)
		}
	}
	for _, name := range []string{"catalog-info.yaml.orig", "my-catalog-info.yaml", "mkdocs.yml"} {
		if pattern.MatchString(name) {
			t.Errorf("%s is taken", name)
		}
	}
	for _, glob := range config.Default().Catalog.Files {
		if name := strings.NewReplacer("**", "a/b", "*", "x").Replace(glob); !pattern.MatchString(name) {
			t.Errorf("%s, a catalog file by default, is left out", name)
		}
	}
}

// runEntry runs an entry as pre-commit does, with the names of files at its end.
func runEntry(t *testing.T, program string, entry []string) {
	if entry[0] != "callboard" {
		t.Fatalf("the entry runs %q", entry[0])
	}
	const right = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\nspec:\n  type: service\n  lifecycle: production\n  owner: payments\n"
	for name, c := range map[string]struct {
		text string
		code int
	}{"right": {right, 0}, "wrong": {strings.Replace(right, "name: shop", "name: my shop", 1), 1}} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "catalog-info.yaml"), []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program, append(entry[1:], "catalog-info.yaml")...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.code {
			t.Errorf("%s: exit code %d, want %d (%v)\n%s", name, code, c.code, err, out)
		}
	}
}
