package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

var (
	yamlBlock = regexp.MustCompile("(?ms)^```(yaml|groovy)(?: title=\"([^\"]+)\")?\n(.*?)^```$")
	isOn      = regexp.MustCompile(`(?m)^on:`)
	isJobs    = regexp.MustCompile(`(?m)^jobs:`)
)

// TestWorkflowsOfTheManual runs actionlint over every workflow that the manual
// shows. The Action in them is this one, so that inputs and outputs which it has not
// are found, too.
func TestWorkflowsOfTheManual(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	action, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "action.yml"), string(action))
	put(t, filepath.Join(dir, ".git", "HEAD"), "ref: refs/heads/main\n") // a project begins here
	var files []string
	titled := map[string]bool{}
	for _, b := range blocksOfTheManual(t) {
		if strings.HasSuffix(b.title, ".yml") {
			wellFormed(t, b)
		}
		if !isOn.MatchString(b.text) || !isJobs.MatchString(b.text) {
			titled[b.title] = true
			continue
		}
		text := regexp.MustCompile(`OWNER/callboard@[^\s]+`).ReplaceAllString(b.text, "./")
		name := filepath.Join(dir, ".github", "workflows", strconv.Itoa(len(files))+"-"+strings.TrimSuffix(b.page, ".md")+".yml")
		put(t, name, text)
		files = append(files, name)
	}
	for _, want := range []string{".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile"} {
		if !titled[want] {
			t.Errorf("the manual has no %s", want)
		}
	}
	if len(files) < 9 {
		t.Fatalf("the manual has %d workflows only", len(files))
	}
	cmd := exec.Command("go", append([]string{"tool", "actionlint", "-no-color"}, files...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// block is a piece of code of the manual.
type block struct{ page, title, text string }

func blocksOfTheManual(t *testing.T) (out []block) {
	t.Helper()
	pages, err := filepath.Glob("../../content/manual/docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range yamlBlock.FindAllStringSubmatch(string(b), -1) {
			out = append(out, block{filepath.Base(p), m[2], m[3]})
		}
	}
	return out
}

func wellFormed(t *testing.T, b block) {
	t.Helper()
	var found diag.List
	doc := yamldoc.One([]byte(b.text), diag.Pos{File: b.title}, &found)
	if doc == nil {
		t.Errorf("%s: %s is empty", b.page, b.title)
	}
	for _, d := range found.All() {
		if d.Severity == diag.Error {
			t.Errorf("%s: %v: %s", b.page, d.Pos, d.Message)
		}
	}
}
