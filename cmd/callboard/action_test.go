package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/source/github/githubtest"
	"callboard/internal/yamldoc"
)

// runner runs the steps of action.yml as a runner of GitHub does: inputs with their
// defaults, expressions in env, a shell with errors on, environment files. Whatever
// of the syntax it does not know ends the test.
type runner struct {
	t         *testing.T
	action    string // the directory of action.yml
	workspace string
	temp      string
	env       map[string]string // of the job
	path      []string          // that steps have added

	outputs map[string]string // of the last use
	log     string
	summary string
}

// newRunner is a runner that has checked the Action out, with digests of releases.
func newRunner(t *testing.T, sums string) *runner {
	t.Helper()
	for _, name := range []string{"bash", "git", "curl", "tar"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
	r := &runner{t: t, action: filepath.Join(t.TempDir(), "_actions", "acme", "callboard", "v1"), workspace: t.TempDir(), temp: t.TempDir(), env: map[string]string{}}
	for _, name := range []string{"action.yml", ".github/install.sh", ".github/release.sha256"} {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(r.action, filepath.FromSlash(name)), string(text))
	}
	if sums != "" {
		put(t, filepath.Join(r.action, ".github", "release.sha256"), "# digests\n"+sums)
	}
	return r
}

var (
	wholeExpression = regexp.MustCompile(`^\$\{\{ ([a-z_]+)\.([a-z0-9._-]+) \}\}$`)
	condition       = regexp.MustCompile(`^inputs\.([a-z0-9-]+) != '([^']*)'$`)
	heredoc         = regexp.MustCompile(`^([a-z0-9_-]+)<<(.+)$`)
)

// eval is the value of a text that may be an expression.
func (r *runner) eval(text string, inputs map[string]string, steps map[string]map[string]string) string {
	m := wholeExpression.FindStringSubmatch(text)
	if m == nil {
		if strings.Contains(text, "${{") {
			r.t.Fatalf("%q is an expression that the test does not know", text)
		}
		return text
	}
	switch m[1] {
	case "inputs":
		v, ok := inputs[m[2]]
		if !ok {
			r.t.Fatalf("there is no input %s", m[2])
		}
		return v
	case "github":
		return map[string]string{"action_path": r.action, "action_repository": r.env["REPOSITORY_OF_ACTION"], "token": "ghs_marked"}[m[2]]
	case "steps":
		id, name, _ := strings.Cut(m[2], ".outputs.")
		return steps[id][name]
	}
	r.t.Fatalf("%q is of a context that the test does not know", text)
	return ""
}

// use runs the Action and returns the exit code of the step that failed, or 0.
func (r *runner) use(with map[string]string) int {
	r.t.Helper()
	src, err := os.ReadFile(filepath.Join(r.action, "action.yml"))
	if err != nil {
		r.t.Fatal(err)
	}
	var found diag.List
	doc, _ := yamldoc.One(src, diag.Pos{}, &found).Value.(map[string]any)
	if len(found.All()) > 0 {
		r.t.Fatal(found.All())
	}
	inputs := r.inputs(doc["inputs"].(map[string]any), with)
	steps, code := map[string]map[string]string{}, 0
	r.log, r.summary = "", ""
	for _, x := range doc["runs"].(map[string]any)["steps"].([]any) {
		s := x.(map[string]any)
		if cond, _ := s["if"].(string); cond != "" {
			m := condition.FindStringSubmatch(cond)
			if m == nil {
				r.t.Fatalf("%q is a condition that the test does not know", cond)
			}
			if inputs[m[1]] == m[2] {
				continue
			}
		}
		outputs, c := r.step(s, inputs, steps)
		steps[s["id"].(string)] = outputs
		if c != 0 {
			code = c
			break
		}
	}
	r.outputs = map[string]string{}
	for name, x := range doc["outputs"].(map[string]any) {
		r.outputs[name] = r.eval(x.(map[string]any)["value"].(string), inputs, steps)
	}
	return code
}

// inputs are what a workflow gives, and the defaults of the rest.
func (r *runner) inputs(declared map[string]any, with map[string]string) map[string]string {
	out := map[string]string{}
	for name, x := range declared {
		value, _ := x.(map[string]any)["default"].(string)
		out[name] = r.eval(value, nil, nil)
	}
	for name, value := range with {
		if _, ok := declared[name]; !ok {
			r.t.Fatalf("there is no input %s", name)
		}
		out[name] = value
	}
	return out
}

func (r *runner) step(s map[string]any, inputs map[string]string, steps map[string]map[string]string) (map[string]string, int) {
	r.t.Helper()
	if s["shell"] != "bash" || s["uses"] != nil {
		r.t.Fatalf("the step %v is none that the test knows", s["name"])
	}
	dir := r.t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	put(r.t, file("script.sh"), s["run"].(string))
	for _, name := range []string{"output", "path", "summary", "env"} {
		put(r.t, file(name), "")
	}
	arch := map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH]
	system := map[string]string{"linux": "Linux", "darwin": "macOS", "windows": "Windows"}[runtime.GOOS]
	env := map[string]string{
		"PATH": strings.Join(append(r.path, os.Getenv("PATH")), string(filepath.ListSeparator)), "HOME": r.temp, "CI": "true", "GITHUB_ACTIONS": "true",
		"GITHUB_OUTPUT": file("output"), "GITHUB_PATH": file("path"), "GITHUB_STEP_SUMMARY": file("summary"), "GITHUB_ENV": file("env"),
		"GITHUB_WORKSPACE": r.workspace, "RUNNER_TEMP": r.temp, "RUNNER_OS": system, "RUNNER_ARCH": arch, "SOURCE_DATE_EPOCH": "1700000000",
	}
	for k, v := range r.env {
		env[k] = v
	}
	vars, _ := s["env"].(map[string]any)
	for name, v := range vars {
		env[name] = r.eval(v.(string), inputs, steps)
	}
	cmd := exec.Command("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", file("script.sh"))
	cmd.Dir = r.workspace
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	log, err := cmd.CombinedOutput()
	r.log += string(log)
	if err != nil && cmd.ProcessState == nil {
		r.t.Fatal(err)
	}
	r.path = append(strings.Fields(r.read(file("path"))), r.path...)
	r.summary += r.read(file("summary"))
	return r.parse(r.read(file("output"))), cmd.ProcessState.ExitCode()
}

func (r *runner) read(name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

// parse reads GITHUB_OUTPUT: name=value, or name<<END, lines, and END.
func (r *runner) parse(text string) map[string]string {
	out := map[string]string{}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		if m := heredoc.FindStringSubmatch(lines[i]); m != nil {
			var value []string
			for i++; i < len(lines) && lines[i] != m[2]; i++ {
				value = append(value, lines[i])
			}
			out[m[1]] = strings.Join(value, "\n")
		} else if name, value, ok := strings.Cut(lines[i], "="); ok {
			out[name] = value
		} else if lines[i] != "" {
			r.t.Fatalf("GITHUB_OUTPUT has %q", lines[i])
		}
	}
	return out
}

// released are archives on loopback, made by internal/release of this program.
var released = sync.OnceValues(func() (sums string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "run", "./internal/release", "--version", "v1.2.3", "--program", self, "--out", releaseDir)
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(releaseDir, "SHA256SUMS"))
	return string(b), err
})

var releaseDir = filepath.Join(os.TempDir(), fmt.Sprintf("callboard-released-%d", os.Getpid()))

// releases serves the release v1.2.3 as a code host does, with a redirect, and the
// same as v1.2.4.
func releases(t *testing.T) (url, sums string) {
	t.Helper()
	sums, err := released()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/dl/{version}/{name}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/files/"+strings.Replace(r.PathValue("name"), "1.2.4", "1.2.3", 1), http.StatusFound)
	})
	mux.Handle("/files/", http.StripPrefix("/files/", http.FileServer(http.Dir(releaseDir))))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL + "/dl", sums
}

func TestActionInstalls(t *testing.T) {
	url, sums := releases(t)
	other := strings.ReplaceAll(sums, "1.2.3", "1.2.4")
	archive, _, _ := strings.Cut(other, "  ")
	wrong := strings.Repeat("0", 64)
	for _, c := range []struct {
		name, pinned string
		with         map[string]string
		want         string // the version, or what is said
		code         int
	}{
		{"that of the commit", sums, nil, "1.2.3", 0},
		{"that of the commit, by name", sums, map[string]string{"version": "v1.2.3"}, "1.2.3", 0},
		{"another, with the text of its sums", sums, map[string]string{"version": "v1.2.4", "sha256": other}, "1.2.4", 0},
		{"another, with its digest", sums, map[string]string{"version": "1.2.4", "sha256": "\n " + archive + "\n"}, "1.2.4", 0},
		{"another, without a digest", sums, map[string]string{"version": "v1.2.4"}, "the digest of callboard_1.2.4_", 1},
		{"another, with the digests of others", sums, map[string]string{"version": "v1.2.4", "sha256": sums}, "the digest of callboard_1.2.4_", 1},
		{"changed on its way", sums, map[string]string{"version": "v1.2.4", "sha256": wrong}, "does not have the digest 0000", 1},
		{"one that is not there", sums, map[string]string{"version": "v9.9.9", "sha256": wrong}, "cannot be had from", 1},
		{"no version", sums, map[string]string{"version": "1; touch $HOME/pwned"}, "the input version is no version", 1},
		{"the way out", sums, map[string]string{"version": "../../x", "sha256": wrong}, "the input version is no version", 1},
		{"a commit of no release", "", nil, "built by go build", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRunner(t, c.pinned)
			fakeGo(t, r)
			with := map[string]string{"download-url": url}
			for k, v := range c.with {
				with[k] = v
			}
			if code := r.use(with); code != c.code {
				t.Fatalf("exit code %d\n%s", code, r.log)
			}
			if c.code == 0 && !strings.Contains(r.outputs["version"]+r.log, c.want) || c.code != 0 && !strings.Contains(r.log, c.want) {
				t.Errorf("%v\n%s", r.outputs, r.log)
			}
			if _, err := os.Stat(filepath.Join(r.temp, "pwned")); err == nil {
				t.Error("an input was carried out")
			}
			if c.code != 0 {
				if len(r.path) > 0 {
					t.Error("something was put on the PATH")
				}
				return
			}
			out, err := exec.Command(filepath.Join(r.path[0], "callboard"), "version").CombinedOutput()
			if err != nil || !strings.HasPrefix(string(out), "callboard ") {
				t.Errorf("%s %v", out, err)
			}
		})
	}
}

// fakeGo puts a go on the PATH that builds nothing, and what it makes is this program.
func fakeGo(t *testing.T, r *runner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "go"), "#!/bin/sh\necho built by go \"$1\" in \"$PWD\"\nwhile [ $# -gt 0 ]; do if [ \"$1\" = -o ]; then cp '"+self+"' \"$2\"; fi; shift; done\n")
	if err := os.Chmod(filepath.Join(dir, "go"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.env["PATH"] = dir + string(filepath.ListSeparator) + os.Getenv("PATH")
}

// TestActionAddress looks for releases at the repository of the Action, by what the
// runner says or by where it lies.
func TestActionAddress(t *testing.T) {
	for _, of := range []string{"", "other/fork"} {
		r := newRunner(t, strings.Repeat("0", 64)+"  callboard_1.2.3_"+runtime.GOOS+"_"+runtime.GOARCH+".tar.gz\n")
		r.env["REPOSITORY_OF_ACTION"], r.env["GITHUB_SERVER_URL"] = of, "https://127.0.0.1:1"
		want := "cannot be had from https://127.0.0.1:1/acme/callboard/releases/download/v1.2.3/callboard_1.2.3_"
		if of != "" {
			want = strings.Replace(want, "acme/callboard", of, 1)
		}
		if code := r.use(nil); code != 1 || !strings.Contains(r.log, want) {
			t.Errorf("%d %s", code, r.log)
		}
	}
}

// job is a runner with callboard on its PATH, as after a step of mode setup.
func job(t *testing.T) *runner {
	t.Helper()
	r := newRunner(t, "")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(r.temp, "callboard-source")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "callboard")); err != nil {
		t.Skip(err)
	}
	return r
}

func component(name, rest string) string {
	return "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: " + name + ", description: Does.}\nspec: {type: service, lifecycle: production, owner: team" + rest + "}\n"
}

const groupTeam = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n"

func (r *runner) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"}, args...)...)
	cmd.Dir = r.workspace
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// pullRequest makes the workspace what actions/checkout makes of a pull request with
// fetch-depth: 2: the merge of the branch, and its parents.
func (r *runner) pullRequest(before, after map[string]string) {
	r.t.Helper()
	write := func(files map[string]string) {
		for name, text := range files {
			put(r.t, filepath.Join(r.workspace, filepath.FromSlash(name)), text)
		}
		r.git("add", "-A")
		r.git("commit", "-q", "-m", "files")
	}
	r.git("init", "-q")
	write(before)
	r.git("checkout", "-q", "-b", "change")
	write(after)
	r.git("checkout", "-q", "main")
	r.git("merge", "-q", "--no-ff", "-m", "merge", "change")
	r.git("checkout", "-q", "--detach")
	r.git("branch", "-q", "-D", "main", "change")
	r.env["GITHUB_BASE_REF"] = "main"
	r.event(false)
}

func (r *runner) event(fork bool) {
	head := 1
	if fork {
		head = 2
	}
	name := filepath.Join(r.temp, "event.json")
	put(r.t, name, fmt.Sprintf(`{"pull_request":{"number":7,"head":{"repo":{"id":%d}},"base":{"repo":{"id":1}}}}`, head))
	r.env["GITHUB_EVENT_PATH"] = name
}

func TestActionLint(t *testing.T) {
	s := githubtest.New(t, githubtest.Options{})
	repo := &githubtest.Repo{Owner: "acme", Name: "shop", Content: githubtest.NewFiles("main", nil, "1")}
	s.Add(repo)
	r := job(t)
	r.env["GITHUB_API_URL"], r.env["GITHUB_REPOSITORY"] = s.URL, "acme/shop"
	many := map[string]string{"catalog-info.yaml": component("shop", ", dependsOn: [component:old]") + "---\n" + component("new", "")}
	for i := range 15 {
		many[fmt.Sprintf("x%02d/catalog-info.yaml", i)] = strings.Replace(component("x", ""), "name: x", "name: not valid", 1)
	}
	r.pullRequest(map[string]string{
		"catalog-info.yaml": component("shop", "") + "---\n" + component("old", ""), "teams/catalog-info.yaml": groupTeam,
		"legacy/catalog-info.yaml": component("legacy", ", dependsOn: [component:nobody-knows]"),
	}, many)
	put(t, filepath.Join(r.temp, "catalog.json"), `[{"ref":"component:default/cart","apiVersion":"backstage.io/v1alpha1","kind":"Component","namespace":"default","name":"cart","metadata":{"name":"cart","namespace":"default"},"spec":{"type":"service","lifecycle":"production","owner":"team","dependsOn":["component:old"]},"origin":{"repo":"cart","file":"catalog-info.yaml","line":1,"col":1,"doc":0},"relations":[]},
{"ref":"component:default/shop","apiVersion":"backstage.io/v1alpha1","kind":"Component","namespace":"default","name":"shop","metadata":{"name":"shop","namespace":"default"},"spec":{"type":"service","lifecycle":"production","owner":"team"},"origin":{"repo":"shop","file":"catalog-info.yaml","line":1,"col":1,"doc":0},"relations":[]}]`)
	with := map[string]string{"mode": "lint", "comment": "true", "catalog": filepath.Join(r.temp, "catalog.json")}

	if code := r.use(with); code != 1 {
		t.Fatalf("exit code %d\n%s", code, r.log)
	}
	if n := strings.Count(r.log, "\n::error "); n > 10 || n < 9 {
		t.Errorf("%d annotations of errors\n%s", n, r.log)
	}
	for _, want := range []string{"::error file=x00/catalog-info.yaml,line=3,", "::warning file=catalog-info.yaml,", "title=ref-broken-elsewhere", "::notice title=callboard::5 more findings are in the summary of the job"} {
		if !strings.Contains(r.log, want) {
			t.Errorf("the log lacks %q:\n%s", want, r.log)
		}
	}
	if strings.Contains(r.log, "nobody-knows") || strings.Contains(r.log, "fetch-depth") {
		t.Errorf("what was there before is told:\n%s", r.log)
	}
	if r.outputs["errors"] != "15" || r.outputs["warnings"] != "2" || r.outputs["entities"] != "4" || r.outputs["changed"] != "2" {
		t.Errorf("%v", r.outputs)
	}
	var sarif struct {
		Runs []struct{ Results []any }
	}
	if err := json.Unmarshal([]byte(r.read(r.outputs["sarif"])), &sarif); err != nil || len(sarif.Runs) != 1 || len(sarif.Runs[0].Results) < 17 {
		t.Errorf("%+v %v", sarif, err)
	}
	if !strings.Contains(r.read(r.outputs["report"]), `"errors": 15`) {
		t.Error("the report has no 15 errors")
	}
	if !strings.Contains(r.summary, "x14/catalog-info.yaml") || !strings.Contains(r.summary, "- renamed `component:default/old`") {
		t.Errorf("the summary is %s", r.summary)
	}
	said := s.Said(repo, 7)
	if len(said) != 1 || !strings.Contains(said[0].Body, "### References that lead nowhere now") {
		t.Fatalf("%+v", said)
	}

	// Again, with one thing put right: the same comment says it.
	put(t, filepath.Join(r.workspace, "x00", "catalog-info.yaml"), component("x00", ""))
	if code := r.use(with); code != 1 || r.outputs["errors"] != "14" {
		t.Errorf("%d %v", code, r.outputs)
	}
	if again := s.Said(repo, 7); len(again) != 1 || again[0].Edits != 1 || !strings.Contains(again[0].Body, "component:default/x00") {
		t.Errorf("%+v", again)
	}

	// What fails, and what does not.
	with["comment"] = "false"
	with["fail-on"] = "never"
	if code := r.use(with); code != 0 || r.outputs["errors"] != "14" {
		t.Errorf("%d %v", code, r.outputs)
	}
	with["fail-on"], with["path"], with["annotations"] = "warning", "legacy\nteams", "false"
	if code := r.use(with); code != 0 || !strings.Contains(r.log, "no errors or warnings") {
		t.Errorf("%d %s", code, r.log)
	}

	// A fork's job may not write, and says so.
	r.event(true)
	with["comment"] = "true"
	if code := r.use(with); code != 0 || !strings.Contains(r.log, "comes from a fork") || len(s.Said(repo, 7)) != 1 {
		t.Errorf("%d %s", code, r.log)
	}
}

func TestActionWithoutHistory(t *testing.T) {
	r := job(t)
	put(t, filepath.Join(r.workspace, "catalog-info.yaml"), component("shop", ", dependsOn: [component:nobody-knows]"))
	r.git("init", "-q")
	r.git("add", "-A")
	r.git("commit", "-q", "-m", "all there is")
	r.env["GITHUB_BASE_REF"] = "main"
	r.git("branch", "-q", "-m", "x")
	if code := r.use(map[string]string{"mode": "lint"}); code != 0 || !strings.Contains(r.log, "fetch-depth: 2") || !strings.Contains(r.log, "nobody-knows") {
		t.Errorf("%d %s", code, r.log)
	}
}

func TestActionSummaryHasRoom(t *testing.T) {
	r := job(t)
	for i := range 10 {
		var text strings.Builder
		for j := range 900 {
			fmt.Fprintf(&text, "---\n%s", component(fmt.Sprintf("c%d-%d", i, j), ", dependsOn: [component:"+strings.Repeat("far-", 12)+fmt.Sprint(j)+"]"))
		}
		put(t, filepath.Join(r.workspace, fmt.Sprint(i), "catalog-info.yaml"), text.String())
	}
	if code := r.use(map[string]string{"mode": "lint", "path": "."}); code != 0 {
		t.Fatalf("%d %.2000s", code, r.log)
	}
	if len(r.summary) > 1<<20 || len(r.summary) < 900_000 || !strings.Contains(r.summary, "for which there is no room here") {
		t.Errorf("the summary has %d bytes", len(r.summary))
	}
	if r.outputs["warnings"] != "18000" {
		t.Errorf("%v", r.outputs)
	}
}

func TestActionBuildsAndPublishes(t *testing.T) {
	r := job(t)
	put(t, filepath.Join(r.workspace, "portal repo", "callboard.yaml"), "title: Acme\nsources: [{dir: ../org}]\n")
	put(t, filepath.Join(r.workspace, "org", "shop", "catalog-info.yaml"), component("shop", ", system: nowhere"))
	put(t, filepath.Join(r.workspace, "org", "team", "catalog-info.yaml"), groupTeam)
	base := map[string]string{"working-directory": "portal repo", "out": "../the site"}
	with := func(more ...string) map[string]string {
		out := map[string]string{}
		for k, v := range base {
			out[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			out[more[i]] = more[i+1]
		}
		return out
	}
	if code := r.use(with("mode", "build", "base-url", "https://acme.example/portal/", "args", "--no-cache\n--jobs '1'")); code != 0 {
		t.Fatalf("%d %s", code, r.log)
	}
	site := filepath.Join(r.workspace, "the site")
	if r.outputs["site-path"] != site || r.outputs["entities"] != "2" || r.outputs["warnings"] != "1" {
		t.Errorf("%v", r.outputs)
	}
	if home := r.read(filepath.Join(site, "index.html")); !strings.Contains(home, "/portal/assets/") || !strings.Contains(home, "Acme") {
		t.Error("the portal is another")
	}
	if !strings.HasPrefix(r.summary, "## Portal\n\n2 entities from 2 repositories,") || !strings.Contains(r.summary, "ref-dangling") {
		t.Errorf("the summary is %s", r.summary)
	}
	www := filepath.Join(r.temp, "www")
	if code := r.use(with("mode", "publish", "to", www)); code != 0 || !strings.HasPrefix(r.summary, "## Published\n\n") || r.outputs["changed"] == "0" {
		t.Errorf("%d %v %s\n%s", code, r.outputs, r.summary, r.log)
	}
	if r.read(filepath.Join(www, "index.html")) != r.read(filepath.Join(site, "index.html")) {
		t.Error("something else was published")
	}
	if code := r.use(with("mode", "publish", "to", www)); code != 0 || r.outputs["changed"] != "0" {
		t.Errorf("%d %v", code, r.outputs)
	}

	// What fails.
	for _, c := range []struct {
		with map[string]string
		code int
		want string
	}{
		{with("mode", "build", "fail-on", "warning"), 1, ""},
		{with("mode", "build", "fail-on", "error"), 0, ""},
		{with("mode", "publish"), 2, "the input to is missing"},
		{with("mode", "publish", "to", filepath.Join(site, "in it")), 2, "--to is in --from"},
		{with("mode", "deploy"), 2, `the input mode is "deploy"`},
		{with("mode", "build", "fail-on", "always"), 2, `the input fail-on is "always"`},
		{with("mode", "lint", "comment", "yes"), 2, "it must be true or false"},
		{with("mode", "build", "args", "'--strict"), 2, "a quotation is not closed"},
		{with("mode", "build", "args", "$(touch pwned) `touch pwned`; touch pwned"), 2, "unexpected argument"},
		{with("mode", "build", "config", "--help; touch pwned"), 3, "cannot read the configuration"},
	} {
		if code := r.use(c.with); code != c.code || !strings.Contains(r.log, c.want) {
			t.Errorf("%v: exit code %d, want %d\n%s", c.with, code, c.code, r.log)
		}
	}
	put(t, filepath.Join(r.workspace, "portal repo", "callboard.yaml"), "titel: Acme\n")
	if code := r.use(with("mode", "build", "fail-on", "never")); code != 1 || !strings.Contains(r.log, "config-unknown-key") {
		t.Errorf("a configuration with errors: %d %s", code, r.log)
	}
	if left, _ := filepath.Glob(filepath.Join(r.workspace, "*", "pwned")); len(left) > 0 {
		t.Error("an input was carried out")
	}
}

// TestActionArchive looks into the archive: a program that runs, licences, and the
// bill of materials that lies beside it, too.
func TestActionArchive(t *testing.T) {
	_, sums := releases(t)
	for line := range strings.Lines(sums) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		b, err := os.ReadFile(filepath.Join(releaseDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s has another digest", name)
		}
	}
	archives, _ := filepath.Glob(filepath.Join(releaseDir, "*.tar.gz"))
	if len(archives) != 1 {
		t.Fatal(archives)
	}
	out, err := exec.Command("tar", "-tzf", archives[0]).Output()
	if got := string(bytes.TrimSpace(out)); err != nil || got != "callboard\nLICENSE\nLICENSES.txt\ncallboard.cdx.json" {
		t.Errorf("%s %v", got, err)
	}
}

func TestActionPreviews(t *testing.T) {
	r := job(t)
	r.pullRequest(map[string]string{"catalog-info.yaml": component("shop", "") + "---\n" + component("same", ""), "team/catalog-info.yaml": groupTeam},
		map[string]string{"catalog-info.yaml": strings.Replace(component("shop", ""), "Does.", "Does more.", 1) + "---\n" + component("same", "")})
	if code := r.use(map[string]string{"mode": "preview", "base-url": "https://portal.acme.example/"}); code != 0 {
		t.Fatalf("%d %s", code, r.log)
	}
	site := filepath.Join(r.workspace, "preview")
	if r.outputs["site-path"] != site || r.outputs["changed"] == "0" || !strings.Contains(r.log, "changed  catalog/default/component/shop/index.html\n") {
		t.Errorf("%v %s", r.outputs, r.log)
	}
	if !strings.HasPrefix(r.summary, "## Preview\n\n") || !strings.Contains(r.summary, "`metadata.description`") {
		t.Errorf("the summary is %s", r.summary)
	}
	if page := r.read(filepath.Join(site, "catalog", "default", "component", "shop", "index.html")); !strings.Contains(page, "Does more.") {
		t.Error("the page is another")
	}
	if _, err := os.Stat(filepath.Join(site, "catalog", "default", "component", "same", "index.html")); err == nil {
		t.Error("a page is there that nothing touched")
	}
}
