package process_test

import (
	"os"
	osexec "os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/process"
	"callboard/internal/repofs"
)

// blocks are the fenced blocks of a language in the manual's page.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "content", "manual", "docs", "processors.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(b), -1) {
		out = append(out, m[1])
	}
	return out
}

func TestManualConfigurations(t *testing.T) {
	all := blocks(t, "yaml")
	if len(all) < 3 {
		t.Fatalf("%d blocks", len(all))
	}
	for _, b := range all {
		var said diag.List
		process.Compile(config.Load([]byte(b), diag.Pos{File: "callboard.yaml"}, &said), &said)
		for _, d := range said.All() {
			t.Errorf("%v %s in\n%s", d.Pos, d.Message, b)
		}
	}
}

// TestManualProgram runs the program of the manual with the configuration that
// stands before it.
func TestManualProgram(t *testing.T) {
	if _, err := osexec.LookPath("python3"); err != nil {
		t.Skip("there is no python3")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tiers.py"), []byte(blocks(t, "python")[0]), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg := blocks(t, "yaml")
	patient := strings.ReplaceAll(cfg[len(cfg)-1], "timeout: 5s", "timeout: 60s") // a busy machine starts Python slowly
	c := config.Load([]byte(patient), diag.Pos{File: "callboard.yaml"}, diag.Discard)
	run := process.Compile(c, diag.Discard).Start(process.Environment{Dir: dir, Path: os.Getenv("PATH"), Home: dir})
	s := repofs.Memory("pay", []string{"catalog-info.yaml"}, map[string]string{"catalog-info.yaml": component("pay", whole), "tier.txt": "gold\n"})
	var said diag.List
	es, err := new(catalog.Model).ReadWith(t.Context(), s, s.Read, run.Repository(s, s.Read), &said)
	run.Close(&said)
	if err != nil || len(es) != 1 || es[0].Metadata.Labels["acme.example/tier"] != "gold" || es[0].Derived[0].From != "tier.txt" {
		t.Errorf("%v %v %v", es, said.All(), err)
	}
	if strings.Contains(cfg[0], "processors:") {
		t.Error("the page has changed; this test wants the program's configuration last")
	}
}
