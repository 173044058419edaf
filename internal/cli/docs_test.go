package cli

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callboard/internal/config"
	"callboard/internal/lint"
	"callboard/internal/serve"
)

var update = flag.Bool("update", false, "rewrite the reference pages of the manual")

const repair = "go test ./internal/cli -run Docs -update"

// page compares a page of the manual with what it should be.
func page(t *testing.T, name, want string) {
	t.Helper()
	file := filepath.Join("..", "..", "content", "manual", "docs", "reference", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is out of date; repair it with\n\t%s", file, repair)
	}
}

func TestDocsCommands(t *testing.T) {
	a, err := newApp(Env{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	root := a.root()
	root.InitDefaultCompletionCmd()
	var b strings.Builder
	b.WriteString("# Commands\n\n")
	b.WriteString("Every command takes the [flags for all commands](#flags-for-all-commands). Results go to standard output and everything else to standard error, so that output can be piped.\n\n")
	b.WriteString("| exit code | meaning |\n|---|---|\n| 0 | all is well |\n| 1 | there are findings: the catalog files or the configuration are wrong |\n| 2 | the command line is wrong |\n| 3 | callboard could not do its work, or was interrupted |\n\n")
	commandPages(&b, root)
	b.WriteString("## Flags for all commands\n\n")
	flagTable(&b, root.PersistentFlags())
	b.WriteString("## Environment\n\n| variable | meaning |\n|---|---|\n" +
		"| `CALLBOARD_CACHE_DIR` | where results of earlier builds are kept; `--cache-dir` comes before it |\n" +
		"| `NO_COLOR` | if not empty, no colours with `--color auto` |\n" +
		"| `CALLBOARD_GIT_TOKEN` | the token with which publish pushes a branch; without it, `GITHUB_TOKEN` is used for the host of the job |\n" +
		"| `GOOGLE_APPLICATION_CREDENTIALS` | the file of credentials for `gs://`, also one that federates a job's identity; without it, they are those of gcloud or of the machine |\n" +
		"| `STORAGE_EMULATOR_HOST` | a server for tests that `gs://` asks instead of Google's, without credentials |\n" +
		"| `AZURE_STORAGE_KEY` | the key of the account of `azblob://`; without it, credentials are those of the SDK of Azure |\n" +
		"| `CI` | if not empty, progress is told in lines, as it is where there is no terminal |\n" +
		"| `SOURCE_DATE_EPOCH` | the time of the build, in seconds since 1970 |\n")
	page(t, "commands.md", b.String())
}

func commandPages(b *strings.Builder, parent *cobra.Command) {
	for _, c := range parent.Commands() {
		if c.Hidden || c.Name() == "help" {
			continue
		}
		if c.Name() == "completion" {
			b.WriteString("## callboard completion\n\nPrint the completion script of a shell: `bash`, `zsh`, `fish` or `powershell`. `callboard completion bash --help` says how to load it.\n\n")
			continue
		}
		fmt.Fprintf(b, "## %s\n\n%s\n\n```\n%s\n```\n\n", c.CommandPath(), prose(c.Long), c.UseLine())
		flagTable(b, c.LocalNonPersistentFlags())
		if c.Example != "" {
			fmt.Fprintf(b, "```sh\n%s\n```\n\n", strings.ReplaceAll(strings.TrimPrefix(c.Example, "  "), "\n  ", "\n"))
		}
		commandPages(b, c)
	}
}

// prose is a help text as Markdown: lines joined, what is indented as code.
func prose(s string) string {
	var out []string
	for _, block := range strings.Split(s, "\n\n") {
		if strings.HasPrefix(block, "  ") {
			out = append(out, "```\n"+strings.ReplaceAll(strings.TrimPrefix(block, "  "), "\n  ", "\n")+"\n```")
			continue
		}
		out = append(out, strings.ReplaceAll(block, "\n", " "))
	}
	return strings.Join(out, "\n\n")
}

func flagTable(b *strings.Builder, flags *pflag.FlagSet) {
	rows := 0
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		if rows++; rows == 1 {
			b.WriteString("| flag | meaning |\n|---|---|\n")
		}
		name := "`--" + f.Name
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		typ, usage := pflag.UnquoteUsage(f)
		if typ != "" {
			name += " " + typ
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" {
			usage += fmt.Sprintf(" (default `%s`)", f.DefValue)
		}
		fmt.Fprintf(b, "| %s` | %s |\n", strings.ReplaceAll(name, "|", `\|`), strings.ReplaceAll(usage, "|", `\|`))
	})
	if rows > 0 {
		b.WriteString("\n")
	}
}

// node is what of a JSON Schema the reference page needs.
type node struct {
	Description string          `json:"description"`
	Type        any             `json:"type"`
	Enum        []any           `json:"enum"`
	Default     any             `json:"default"`
	Items       *node           `json:"items"`
	Required    []string        `json:"required"`
	Properties  map[string]node `json:"properties"`
	Values      json.RawMessage `json:"additionalProperties"`
	AnyOf       []node          `json:"anyOf"`
	Minimum     *int            `json:"minimum"`
	Maximum     *int            `json:"maximum"`
}

func TestDocsConfiguration(t *testing.T) {
	var top node
	if err := json.Unmarshal(config.Schema(), &top); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Configuration\n\n`callboard.yaml` says what a portal is made of and what it is called. All of it is optional: without the file, the directory given to `callboard build` is the only source. A key that means nothing is an error, with a suggestion; so is a value of the wrong type. Nothing in the file is replaced by the environment, but for secrets, which never stand in it: it names the variables, as in `${GITHUB_TOKEN}`, or the files that hold them.\n\n")
	b.WriteString("Editors complete and check the file with its schema, which `callboard config schema` prints; `callboard config` prints the configuration in effect, with every default. Paths are relative to the file.\n\n")
	b.WriteString("```yaml\n# yaml-language-server: $schema=callboard.schema.json\ntitle: Acme\nbaseUrl: https://portal.acme.example/\nsources:\n  - dir: repos\n    repositories: many\n    webUrl: https://git.acme.example/{name}\nlocations:\n  - target: org/*.yaml\n```\n\n")
	keys(&b, reflect.TypeFor[config.Config](), top, "")
	page(t, "configuration.md", b.String())
}

func keys(b *strings.Builder, t reflect.Type, n node, prefix string) {
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("yaml")
		p := n.Properties[key]
		fmt.Fprintf(b, "%s `%s%s`\n\n%s", strings.Repeat("#", min(6, 2+strings.Count(prefix, "."))), prefix, key, strings.TrimSuffix(sentence(p.Description, key), "."))
		b.WriteString(".\n\n" + facts(p, contains(n.Required, key), choices(t, f)))
		switch {
		case f.Type.Kind() == reflect.Struct:
			keys(b, f.Type, p, prefix+key+".")
		case f.Type.Kind() == reflect.Pointer:
			keys(b, f.Type.Elem(), p, prefix+key+".")
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct && len(p.AnyOf) > 0:
			keys(b, f.Type.Elem(), p.AnyOf[1], prefix+key+"[].")
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct:
			keys(b, f.Type.Elem(), *p.Items, prefix+key+"[].")
		}
	}
}

// sentence is a description without its first word, which repeats the key.
func sentence(s, key string) string {
	rest := strings.TrimPrefix(s, key+" ")
	for _, verb := range []string{"is ", "are "} {
		rest = strings.TrimPrefix(rest, verb)
	}
	return strings.ToUpper(rest[:1]) + rest[1:]
}

// choices are the keys of which one is f, if exactly one of them must be there.
func choices(t reflect.Type, f reflect.StructField) (out []string) {
	for i := range t.NumField() {
		if f.Tag.Get("choice") == "true" && t.Field(i).Tag.Get("choice") == "true" {
			out = append(out, "`"+t.Field(i).Tag.Get("yaml")+"`")
		}
	}
	return out
}

func facts(p node, required bool, choices []string) string {
	var out []string
	switch {
	case len(p.Enum) > 0:
		var words []string
		for _, w := range p.Enum {
			if w != nil {
				words = append(words, fmt.Sprintf("`%v`", w))
			}
		}
		out = append(out, "One of "+strings.Join(words, ", "))
	case len(p.AnyOf) > 0 && p.AnyOf[1].Properties != nil:
		out = append(out, "A mapping, or a list of them")
	case len(p.AnyOf) > 0:
		out = append(out, "A text, or a list of them")
	case p.Items != nil && p.Items.Properties == nil:
		out = append(out, "A list of texts")
	case p.Items != nil:
		out = append(out, "A list of mappings")
	case p.Properties != nil, len(p.Values) > 0:
		out = append(out, "A mapping")
	case strings.Contains(fmt.Sprint(p.Type), "boolean"):
		out = append(out, "`true` or `false`")
	case strings.HasPrefix(fmt.Sprint(p.Type), "[integer"):
		out = append(out, fmt.Sprintf("A number from %v to %v", *p.Minimum, *p.Maximum))
	default:
		out = append(out, "Text")
	}
	if required {
		out = append(out, "must be there")
	}
	if len(choices) > 0 {
		out = append(out, "exactly one of "+strings.Join(choices, ", ")+" must be there")
	}
	if p.Default != nil {
		v, err := json.Marshal(p.Default)
		if err != nil {
			panic(err)
		}
		out = append(out, "default `"+string(v)+"`")
	}
	return "*" + strings.Join(out, "; ") + ".*\n\n"
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestDocsRules(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Rules\n\nWhat the catalog model forbids is an error of the file that does it. These rules are about what it allows, but what leaves a reader without an answer. Their findings stand on the catalog health page, and `callboard lint` prints them.\n\n")
	for _, r := range lint.Rules() {
		fmt.Fprintf(&b, "## %s\n\n[`%s`](rules/%s.md) · %s\n\n%s\n\n", r.Title, r.Code, r.Code, r.Severity, r.Why)
	}
	page(t, "rules.md", strings.TrimSuffix(b.String(), "\n"))
}

func TestDocsHeaders(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Headers for hosting\n\nA portal is plain files and works on any static host. These response headers are recommended; `callboard serve` sends them, so that what works there works at a host that is set up like this. Pages carry the policy in a `<meta>` element too, less `frame-ancestors`, for hosts that send no headers.\n\n")
	b.WriteString("| header | value |\n|---|---|\n")
	for _, h := range serve.Headers(nil) {
		value := "(empty)"
		if h.Value != "" {
			value = "`" + h.Value + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", h.Name, value)
	}
	b.WriteString("\nFiles below `assets/` and `data/` whose name holds a digest never change: send them with `Cache-Control: private, max-age=31536000, immutable`. Everything else gets `Cache-Control: no-cache` and an `ETag`. Drawings (`.svg`) that are opened by themselves should have a policy of their own: `default-src 'none'; style-src 'unsafe-inline'; sandbox`.\n\n")
	b.WriteString("An address without a slash at its end that names a directory is redirected to the one with it, and what is not there is answered with `404.html` and status 404.\n\n")
	b.WriteString("The one thing that `callboard serve` adds to a page is the tag `<script src=\"/-/reload.js\" defer></script>` before `</body>`, which reloads it after a build. `--no-reload` leaves it out.\n")
	page(t, "headers.md", b.String())
}

// TestDocsHelp holds every command to the form of the others.
func TestDocsHelp(t *testing.T) {
	a, err := newApp(Env{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var check func(c *cobra.Command)
	check = func(c *cobra.Command) {
		if c.Short == "" || c.Long == "" || c.Name() != "version" && c.Example == "" {
			t.Errorf("%s lacks help", c.CommandPath())
		}
		for line := range strings.Lines(c.Long + "\n" + c.Example) {
			if len([]rune(line)) > 90 {
				t.Errorf("%s: a line of help is too wide for a terminal: %s", c.CommandPath(), line)
			}
		}
		for _, sub := range c.Commands() {
			check(sub)
		}
	}
	check(a.root())
}
