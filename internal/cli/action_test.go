package cli

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// TestDocsAction holds the reference of the Action to action.yml.
func TestDocsAction(t *testing.T) {
	src, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	doc, _ := yamldoc.One(src, diag.Pos{}, diag.Discard).Value.(map[string]any)
	var b strings.Builder
	b.WriteString("# The GitHub Action\n\n[How it is used](../github-action.md), with workflows. A step has one of the modes `setup`, `lint`, `preview`, `crawl`, `build` and `publish`; what an input is for stands before the colon.\n\n## Inputs\n\n| input | default | |\n|---|---|---|\n")
	inputs, _ := doc["inputs"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		in, _ := inputs[name].(map[string]any)
		value, _ := in["default"].(string)
		if value != "" {
			value = "`" + value + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, value, inOneLine(in["description"]))
	}
	b.WriteString("\n## Outputs\n\n| output | |\n|---|---|\n")
	outputs, _ := doc["outputs"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", name, inOneLine(outputs[name].(map[string]any)["description"]))
	}
	page(t, "action.md", b.String())
}

func inOneLine(v any) string {
	s, _ := v.(string)
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

var (
	fencedCode  = regexp.MustCompile("(?ms)^ *`{3,}([a-z]*)[^\n]*\n(.*?)^ *`{3,}$")
	commandLine = regexp.MustCompile(`(?m)(?:^ *|[-:&|$(>] |\./|')callboard ((?:[a-z]+ ?)+)([^\n|&;#]*)`)
	promptLine  = regexp.MustCompile(`(?m)^\$ .*$`)
	longFlag    = regexp.MustCompile(`(?:^|\s)--([a-z][a-z-]*)`)
)

// TestDocsCommandLines looks at every command line in the manual's and the README's
// code for commands and flags that there are not.
func TestDocsCommandLines(t *testing.T) {
	a, err := newApp(Env{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	root, looked := a.root(), 0
	check := func(name, code string) {
		for _, m := range commandLine.FindAllStringSubmatch(strings.ReplaceAll(code, "\\\n", " "), -1) {
			c, rest, err := root.Find(strings.Fields(m[1]))
			if err != nil || c == root || c.HasSubCommands() && len(rest) > 0 {
				t.Errorf("%s: there is no command %q", name, strings.TrimSpace(m[1]))
				continue
			}
			looked++
			for _, f := range longFlag.FindAllStringSubmatch(m[2], -1) {
				if !slices.Contains(flagNames(c), f[1]) && f[1] != "help" {
					t.Errorf("%s: %s has no flag --%s", name, c.CommandPath(), f[1])
				}
			}
		}
	}
	each := func(name string) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fencedCode.FindAllStringSubmatch(string(b), -1) {
			code := m[2]
			if m[1] == "console" {
				code = strings.Join(promptLine.FindAllString(code, -1), "\n") // the rest is what is printed
			}
			check(name, joinFolded(code))
		}
	}
	each("../../README.md")
	err = filepath.WalkDir("../../content/manual/docs", func(name string, e fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".md") {
			each(name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if looked < 100 {
		t.Errorf("only %d command lines were found", looked)
	}
}

var folded = regexp.MustCompile(`(?m)^( *)(?:- )?(?:[a-z]+: )?>-?\n((?:^ +[^\n]*\n)+)`)

// joinFolded joins the lines of folded scalars of YAML.
func joinFolded(code string) string {
	return folded.ReplaceAllStringFunc(code, func(s string) string {
		head, rest, _ := strings.Cut(s, "\n")
		depth := len(head) - len(strings.TrimLeft(head, " "))
		var out strings.Builder
		out.WriteString(head)
		for line := range strings.Lines(rest) {
			if len(line)-len(strings.TrimLeft(line, " ")) <= depth {
				out.WriteString("\n")
			}
			out.WriteString(" " + strings.TrimSpace(line))
		}
		return out.String() + "\n"
	})
}
