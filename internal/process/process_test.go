package process_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/process"
	"callboard/internal/repofs"
)

// TestMain is the test, or with an argument the program that a processor asks:
// the example of the manual, in Go.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "processor" {
		answerAll()
		return
	}
	os.Exit(m.Run())
}

func answerAll() {
	in := json.NewDecoder(os.Stdin)
	for {
		var q struct {
			ID    int               `json:"id"`
			Raw   json.RawMessage   `json:"entity"`
			Files map[string]string `json:"files"`
		}
		if err := in.Decode(&q); err != nil {
			return
		}
		var e map[string]any
		if err := json.Unmarshal(q.Raw, &e); err != nil {
			return
		}
		a := map[string]any{"id": q.ID}
		switch meta := e["metadata"].(map[string]any); meta["name"] {
		case "gone":
			a["drop"] = "it is gone"
		case "bad":
			delete(e, "spec")
			a["entity"] = e
		case "odd":
			a["error"] = "cannot tell"
		case "list":
			a["entity"] = []any{}
		case "dies":
			fmt.Fprint(os.Stderr, "Traceback:\n  at work\nKeyError\n")
			os.Exit(1)
		case "told":
			a["findings"] = []any{map[string]any{"severity": "warning", "message": "look\nhere", "hint": "there"}}
		default:
			meta["title"] = strings.ToUpper(fmt.Sprint(meta["name"])) + q.Files["VERSION"]
			a["entity"], a["evidence"] = e, "VERSION"
		}
		b, err := json.Marshal(a)
		if err != nil {
			return
		}
		fmt.Println(string(b))
	}
}

// read reads the catalog files of a repository at GitHub, with processors.
func read(t testing.TB, cfg string, files map[string]string, topics ...string) (map[string]*entity.Entity, []string) {
	t.Helper()
	var said diag.List
	c := config.Load([]byte(cfg), diag.Pos{File: "callboard.yaml"}, &said)
	p := process.Compile(c, &said)
	run := p.Start(process.Environment{Dir: t.TempDir(), Forbid: strings.Contains(cfg, "# forbid")})
	s := repofs.Memory("pay", []string{"**/catalog-info.yaml"}, files)
	s.WebURL, s.Branch, s.Topics = "https://github.com/acme/pay", "main", topics
	es, err := new(catalog.Model).ReadWith(context.Background(), s, s.Read, run.Repository(s, s.Read), &said)
	if err != nil {
		t.Fatal(err)
	}
	run.Close(&said)
	var words []string
	for _, d := range said.All() {
		for _, r := range d.Related {
			if d.Code == process.CodeFailed {
				d.Message += "\n" + r.Message
			}
		}
		words = append(words, fmt.Sprintf("%s %s %s: %s", d.Pos, d.Severity, d.Code, d.Message))
	}
	return byName(es), words
}

func byName(es []*entity.Entity) map[string]*entity.Entity {
	out := map[string]*entity.Entity{}
	for _, e := range es {
		out[e.Name] = e
	}
	return out
}

func component(name, spec string) string {
	return "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: " + name + "\nspec: {type: service" + spec + "}\n"
}

const whole = ", lifecycle: production, owner: team"

func derivedBy(e *entity.Entity, by string) []string {
	var out []string
	for _, d := range e.Derived {
		if d.By == by {
			out = append(out, d.Field)
		}
	}
	return out
}

func TestAnnotations(t *testing.T) {
	es, said := read(t, "", map[string]string{
		"a/catalog-info.yaml": component("a", whole),
		"b/catalog-info.yaml": strings.Replace(component("b", whole), "spec:", "  annotations: {backstage.io/view-url: 'https://x.example', github.com/project-slug: ''}\nspec:", 1),
	})
	a, b := es["a"].Metadata.Annotations, es["b"].Metadata.Annotations
	if a["backstage.io/source-location"] != "url:https://github.com/acme/pay/tree/main/a/" || a["backstage.io/edit-url"] != "https://github.com/acme/pay/edit/main/a/catalog-info.yaml" || a["github.com/project-slug"] != "acme/pay" || len(a) != 4 {
		t.Error(a)
	}
	if b["backstage.io/view-url"] != "https://x.example" || b["github.com/project-slug"] != "" || len(said) > 0 {
		t.Error("what the author gave is replaced", b, said)
	}
	es, _ = read(t, "derive: {annotations: false}", map[string]string{"catalog-info.yaml": component("a", whole)})
	if len(es["a"].Metadata.Annotations)+len(es["a"].Derived) > 0 {
		t.Error(es["a"])
	}
}

func TestCodeowners(t *testing.T) {
	files := map[string]string{"CODEOWNERS": "* a@b.example @acme/all\n/x/ @acme/x @y\n", "catalog-info.yaml": component("a", ", lifecycle: production"),
		"x/catalog-info.yaml": component("b", ", lifecycle: production") + "---\n" + component("c", whole) + "---\n" + strings.Replace(component("d", ", owner: ''"), "Component", "Template", 1)}
	es, said := read(t, "derive: {codeowners: apply}", files)
	if es["a"].SpecString("owner") != "group:all" || es["b"].SpecString("owner") != "group:x" || es["c"].SpecString("owner") != "team" || es["d"] != nil {
		t.Error(es, said)
	}
	if e := es["b"].Edges[0]; e.Pos.File != "CODEOWNERS" || e.Pos.Line != 2 {
		t.Errorf("the relation is at %v", e.Pos)
	}
	es, said = read(t, "", files)
	if es["a"] != nil || !slices.Contains(said, "pay/catalog-info.yaml:5:7 info owner-proposed: the file names no owner; CODEOWNERS has group:all") {
		t.Error(es, said)
	}
	if _, said = read(t, "derive: {codeowners: off}", files); strings.Contains(strings.Join(said, "\n"), "proposed") {
		t.Error(said)
	}
}

func TestFallbacks(t *testing.T) {
	cfg := `
derive:
  owner:
    - {value: api-team, kinds: [API]}
    - {value: other, repositories: [other-*]}
    - {value: deep, files: ['deep/**']}
    - {value: asked, when: '.metadata.name == "asked"'}
    - {value: fails, when: '.metadata.name + 1 == 2'}
    - {value: last}
  lifecycle: [{value: production}]
`
	es, said := read(t, cfg, map[string]string{"deep/catalog-info.yaml": component("a", ""), "catalog-info.yaml": component("asked", "") + "---\n" + component("b", ", owner: mine") + "---\n" + component("c", "")})
	for name, want := range map[string]string{"a": "deep", "asked": "asked", "b": "mine", "c": "last"} {
		if es[name].SpecString("owner") != want || es[name].Lifecycle() != "production" {
			t.Error(name, es[name].Spec)
		}
	}
	if len(said) != 1 || !strings.Contains(said[0], "processor-failed") {
		t.Error(said)
	}
	if d := es["c"].Derived; d[len(d)-2].Pos.Line != 9 || d[len(d)-2].From != "derive.owner" {
		t.Errorf("%+v", d)
	}
}

func TestTopics(t *testing.T) {
	es, _ := read(t, "", map[string]string{"catalog-info.yaml": strings.Replace(component("a", whole), "spec:", "  tags: [go]\nspec:", 1)}, "postgres", "go", "Not A Tag", "api")
	if got := es["a"].Metadata.Tags; !slices.Equal(got, []string{"go", "api", "postgres"}) || len(derivedBy(es["a"], "topics")) != 2 {
		t.Error(got, es["a"].Derived)
	}
}

// TestOwn holds each action to what it does to one component.
func TestOwn(t *testing.T) {
	for _, c := range []struct {
		do      string // of a processor
		want    string // an expression of the entity, see show
		derived string
		said    string
	}{
		{`set: {.spec.tier: '"gold"', .spec.n: '1 + 1'}`, `spec.n=2 spec.tier=gold`, "spec.n spec.tier", ""},
		{`set: {.spec.type: empty}`, ``, "", ""},
		{`set: {'.metadata.labels["a.b/c"]': .metadata.name}`, `labels.a.b/c=pay`, "metadata.labels.a.b/c", ""},
		{`set: {.spec.type: .spec.owner, .spec.owner: .spec.type}`, `spec.owner=service spec.type=team`, "spec.owner spec.type", ""},
		{`annotations: {a: '\($repository.slug)/\($file)', b: x}`, `annotations.a=acme/pay/catalog-info.yaml annotations.b=x`, "metadata.annotations.a metadata.annotations.b", ""},
		{`labels: {a: b}`, `labels.a=b`, "metadata.labels.a", ""},
		{`tags: [b, a, b]`, `tags=b,a`, "metadata.tags", ""},
		{`owner: other`, ``, "", ""},
		{`jq: '.metadata.title = "T" | del(.spec.n)'`, `title=T`, "metadata.title", ""},
		{`jq: .`, ``, "", ""},
		{`jq: '{}'`, ``, "", "kind, name and namespace must stay"},
		{`jq: '"x"'`, ``, "", "it is no mapping"},
		{`jq: '., .'`, ``, "", "more than one value"},
		{`jq: 'empty'`, ``, "", "gives nothing"},
		{`jq: '.metadata.name = "other"'`, ``, "", "must stay as they are"},
		{`jq: '.metadata.tags = ["A B"]'`, ``, "", "refused: metadata.tags[0]"},
		{`jq: '.spec.owner = 3'`, ``, "", "refused: spec.owner"},
		{`jq: '.spec.dependsOn = ["x"]'`, ``, "", "refused: "},
		{`jq: '.relations = []'`, ``, "", "refused: "},
		{`jq: '[recurse]| [recurse(.)]'`, ``, "", "steps"},
		{`set: {.spec.x: 'reduce range(60) as $i ("x"; . + .)'}`, ``, "", "16 MB"},
		{`set: {.spec.x: infinite}`, ``, "", "refused: the expression gives a number"},
		{`when: '.metadata.name == "x"'` + "\n    tags: [a]", ``, "", ""},
		{`when: 'error("no")'` + "\n    tags: [a]", ``, "", "failed: error: no"},
		{`files: [VERSION, './*.md']` + "\n    " + `annotations: {v: '\($files.VERSION) \($files | keys | join(" "))'}`, `annotations.v=7 ./README.md VERSION`, "metadata.annotations.v", ""},
	} {
		es, said := read(t, "derive: {annotations: false}\nprocessors:\n  - name: mine\n    "+c.do+"\n", map[string]string{
			"catalog-info.yaml": component("pay", whole), "VERSION": "7", "README.md": "# x", "sub/README.md": "# y"})
		e := es["pay"]
		if e == nil {
			t.Errorf("%s: no entity; %v", c.do, said)
			continue
		}
		if got := show(e); got != c.want {
			t.Errorf("%s: %s, want %s", c.do, got, c.want)
		}
		if got := strings.Join(derivedBy(e, "mine"), " "); got != c.derived {
			t.Errorf("%s: derived %s, want %s", c.do, got, c.derived)
		}
		if all := strings.Join(said, "\n"); (c.said == "") != (all == "") || !strings.Contains(all, c.said) {
			t.Errorf("%s: said %s, want %s", c.do, all, c.said)
		}
	}
}

// show is what an entity has beside what component gives it.
func show(e *entity.Entity) string {
	var out []string
	if e.Metadata.Title != "" {
		out = append(out, "title="+e.Metadata.Title)
	}
	if len(e.Metadata.Tags) > 0 {
		out = append(out, "tags="+strings.Join(e.Metadata.Tags, ","))
	}
	for k, v := range e.Metadata.Labels {
		out = append(out, "labels."+k+"="+v)
	}
	for k, v := range e.Metadata.Annotations {
		out = append(out, "annotations."+k+"="+v)
	}
	plain := map[string]any{"type": "service", "lifecycle": "production", "owner": "team"}
	for k, v := range e.Spec {
		if v != plain[k] {
			out = append(out, fmt.Sprintf("spec.%s=%v", k, v))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// TestRepair makes an invalid document valid; one that stays invalid is told of
// as it stands in its file.
func TestRepair(t *testing.T) {
	cfg := "processors:\n  - {name: type, set: {.spec.type: .spec.typ}}\n  - {name: breaks, jq: del(.spec.owner)}\n  - {name: tag, tags: [x]}\n"
	es, said := read(t, cfg, map[string]string{"catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {typ: service, lifecycle: production, owner: team}\n---\n" +
		"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: b}\nspec: {typ: service, owner: team}\n"})
	if e := es["a"]; e == nil || e.Type() != "service" || !slices.Equal(e.Metadata.Tags, []string{"x"}) {
		t.Error(e)
	}
	all := strings.Join(said, "\n")
	if es["b"] != nil || !strings.Contains(all, "spec.lifecycle is missing") || strings.Count(all, "processor-refused") != 2 {
		t.Error(es["b"], all)
	}
}

func TestDrop(t *testing.T) {
	es, said := read(t, "processors:\n  - {name: no, when: '.metadata.name == \"a\"', drop: not wanted}\n", map[string]string{"catalog-info.yaml": component("a", whole) + "---\n" + component("b", whole)})
	if es["a"] != nil || es["b"] == nil || len(said) != 1 || !strings.Contains(said[0], "info processor-dropped: left out of the catalog: not wanted") {
		t.Error(es, said)
	}
}

func execConfig(t testing.TB) string {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("derive: {annotations: false}\nprocessors:\n  - {name: asked, exec: ['%s', processor], files: [VERSION]}\n", self)
}

// What a program wrote before it died is told in its order, with why it was
// given up.
func TestExecDies(t *testing.T) {
	_, said := read(t, execConfig(t), map[string]string{"catalog-info.yaml": component("dies", whole)})
	if len(said) != 1 || !strings.HasSuffix(said[0], "exit status 1\nTraceback:\n  at work\nKeyError") {
		t.Errorf("said %q", said)
	}
}

func TestExec(t *testing.T) {
	var docs []string
	for _, n := range []string{"a", "gone", "bad", "odd", "list", "told"} {
		docs = append(docs, component(n, whole))
	}
	files := map[string]string{"catalog-info.yaml": strings.Join(docs, "---\n"), "VERSION": "7"}
	es, said := read(t, execConfig(t), files)
	if e := es["a"]; e == nil || e.Metadata.Title != "A7" || e.Derived[0].From != "VERSION" || e.Derived[0].By != "asked" {
		t.Errorf("%+v", e)
	}
	if es["gone"] != nil || es["bad"] == nil || es["odd"] == nil || es["list"] == nil || es["told"] == nil {
		t.Error(es)
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{"dropped: left out of the catalog: it is gone", `refused: the processor "asked" makes an entity that is refused`, "failed: cannot tell", "its answer is not as it should be", "warning processor-said: look here"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
	es, said = read(t, execConfig(t)+"# forbid\n", files)
	if es["a"].Metadata.Title != "" || len(said) != 1 || !strings.Contains(said[0], "processor-not-run") {
		t.Error(es["a"], said)
	}
}

func TestKey(t *testing.T) {
	key := func(cfg string, forbid bool) (string, bool) {
		c := config.Load([]byte(cfg), diag.Pos{File: "c.yaml"}, diag.Discard)
		k, pure := process.Compile(c, diag.Discard).Start(process.Environment{Dir: "/", Forbid: forbid}).Key()
		return k.String(), pure
	}
	seen := map[string]string{}
	for _, cfg := range []string{"", "derive: {topics: false}", "derive: {owner: [{value: a}]}", "derive: {owner: [{value: b}]}", "\nderive: {owner: [{value: b}]}",
		"processors: [{name: a, tags: [b]}]", "processors: [{name: a, tags: [c]}]", "processors: [{name: a, exec: [sh], pure: true}]"} {
		k, pure := key(cfg, false)
		if other, there := seen[k]; there || !pure {
			t.Errorf("%q and %q have one key; pure is %v", cfg, other, pure)
		}
		seen[k] = cfg
	}
	if _, pure := key("processors: [{name: a, exec: [sh]}]", false); pure {
		t.Error("the answers of a program that promises nothing are kept")
	}
	if k, pure := key("processors: [{name: a, exec: [sh], pure: true}]", true); !pure || seen[k] != "" {
		t.Error("a program that is not run has the key of one that is")
	}
	if a, _ := key("title: x", false); seen[a] != "" {
		t.Error("the key depends on other settings")
	}
}

// FuzzConfig compiles processors of any text and runs them.
func FuzzConfig(f *testing.F) {
	for _, s := range []string{".spec.type", `"\(.kind)"`, ".a[", "now", "del(.spec)", "..", ".metadata.name", "{}", "[recurse(.)]"} {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, when, path, text string) {
		q := func(s string) string { b, _ := json.Marshal(strings.ToValidUTF8(s, "")); return string(b) }
		cfg := "processors:\n  - {name: a, when: " + q(when) + ", set: {" + q(path) + ": " + q(when) + "}, annotations: {a: " + q(text) + "}}\n  - {name: b, jq: " + q(text) + "}\n"
		es, _ := read(t, cfg, map[string]string{"catalog-info.yaml": component("pay", whole)})
		if es["pay"] == nil {
			t.Fatal("a processor has broken a valid entity")
		}
	})
}
