package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

const component = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: %s}
spec: {type: service, lifecycle: production, owner: team-a}
`

func comp(name string) string { return fmt.Sprintf(component, name) }

func read(t *testing.T, s *repofs.Snapshot) (refs []string, ds []diag.Diagnostic) {
	t.Helper()
	es, ds := entitiesOf(t, s)
	for _, e := range es {
		refs = append(refs, e.Ref.String())
	}
	return refs, ds
}

func entitiesOf(t *testing.T, s *repofs.Snapshot) ([]*entity.Entity, []diag.Diagnostic) {
	t.Helper()
	var sink diag.List
	es, err := catalog.Read(t.Context(), s, s.Read, &sink)
	if err != nil {
		t.Fatal(err)
	}
	return es, sink.All()
}

// lines are findings as one text: place, code and message.
func lines(ds []diag.Diagnostic) string {
	var out []string
	for _, d := range ds {
		out = append(out, fmt.Sprintf("%s:%d:%d %s %s %s", d.Pos.File, d.Pos.Line, d.Pos.Col, d.Severity, d.Code, d.Message))
	}
	return strings.Join(out, "\n")
}

func one(text string) *repofs.Snapshot {
	return repofs.Memory("r", []string{"c.yaml"}, map[string]string{"c.yaml": text})
}

// What bad input gets: a finding with place, code and hint, and its neighbours
// in the catalog.
func TestBadInput(t *testing.T) {
	bomb := "a0: &a0 [x]\n"
	for i := 1; i < 20; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9))
	}
	for name, c := range map[string]struct{ text, want string }{
		"not YAML":       {"{{{ what\n", "c.yaml:1:3 error yaml-syntax"},
		"a list":         {"- a\n- b\n", "c.yaml:1:1 error entity-not-an-object the document is not an entity"},
		"a text":         {"hello\n", "c.yaml:1:1 error entity-not-an-object"},
		"no entity":      {"openapi: 3.0.0\ninfo: {}\n", "c.yaml:1:1 error entity-not-an-object"},
		"half an entity": {"kind: Component\n", "c.yaml:1:1 error entity-envelope apiVersion is missing\nc.yaml:1:1 error entity-envelope metadata is missing\nc.yaml:1:1 error entity-schema spec is missing"},
		"wrong types": {"apiVersion: 1\nkind: [a]\nmetadata: {name: {a: b}, tags: x}\nspec: 3\n",
			"c.yaml:1:13 error entity-envelope apiVersion must be a string, not a number\nc.yaml:2:7 error entity-envelope kind must be a string, not a list\nc.yaml:3:18 error entity-envelope metadata.name must be a string, not a mapping\nc.yaml:3:32 error entity-schema metadata.tags must be a list, not a string\nc.yaml:4:7 error entity-schema spec must be a mapping, not a number"},
		"unknown kind":   {strings.Replace(comp("x"), "Component", "Robot", 1), `c.yaml:2:7 error entity-kind-unknown the kind "Robot" is not known`},
		"kind in lower":  {strings.Replace(comp("x"), "Component", "component", 1), `c.yaml:2:7 error entity-kind-unknown the kind "component" is not known`},
		"empty file":     {"", "c.yaml:1:1 info catalog-file-empty"},
		"only a comment": {"# nothing\n", "c.yaml:1:1 info catalog-file-empty"},
		"50 MB":          {strings.Repeat("#", 50<<20), "c.yaml:1:1 error catalog-file-unreadable the catalog file cannot be read: its 52428800 bytes are more than the limit of 16777216"},
		"5 MB":           {strings.Repeat("#", 5<<20), "c.yaml:1:1 error yaml-too-large the file has 5242880 bytes, more than the limit of 4194304"},
		"alias bomb":     {bomb, "c.yaml:4:10 error yaml-too-large"},
		"deep":           {"a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "c.yaml:1:260 error yaml-too-large"},
		"deeper":         {"a: " + strings.Repeat("[", 50_000), "c.yaml:1:1 error yaml-syntax exceeded max depth of 10000"},
		"tabs":           {"a:\n\tb: c\n", "c.yaml:2:1 error yaml-syntax a tab is used for indentation"},
		"binary":         {"\x00\x01\x02\x7fELF\xff\xfe", "c.yaml:1:1 "},
		"two in a key":   {comp("x") + "spec: {}\n", `c.yaml:5:1 error yaml-duplicate-key the key "spec" is there twice`},
	} {
		// The same file has a good document after the bad one, and the repository
		// a good file.
		text := c.text
		if len(text) < 1<<20 && text != "" && !strings.HasPrefix(text, "#") {
			text += "\n---\n" + comp("neighbour")
		}
		refs, ds := read(t, repofs.Memory("r", []string{"*.yaml"}, map[string]string{"c.yaml": text, "d.yaml": comp("good")}))
		if !slices.Contains(refs, "component:default/good") || text != c.text && !slices.Contains(refs, "component:default/neighbour") || slices.Contains(refs, "component:default/x") {
			t.Errorf("%s: %v", name, refs)
		}
		if got := lines(ds); !strings.HasPrefix(got, c.want) || strings.Count(c.want, "\n") > 0 && got != c.want {
			t.Errorf("%s\n got %.600s\nwant %s", name, got, c.want)
		}
		for _, d := range ds {
			if d.Pos.Repo != "r" || d.Pos.Line == 0 || d.Code == "" || d.Severity == diag.Error && d.Hint == "" && !strings.HasPrefix(string(d.Code), "yaml-") && d.Code != catalog.CodeSchema && d.Code != catalog.CodeEnvelope {
				t.Errorf("%s: %+v lacks a place, a code or a hint", name, d)
			}
		}
	}
}

func TestGoodInput(t *testing.T) {
	for name, text := range map[string]string{
		"byte order mark": "\ufeff" + comp("x"),
		"CRLF":            strings.ReplaceAll(comp("x"), "\n", "\r\n"),
		"JSON":            `{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"x"},"spec":{"type":"a","lifecycle":"b","owner":"c"}}`,
		"invalid UTF-8":   comp("x") + "# \xff\xfe\n",
		"control":         strings.Replace(comp("x"), "service", "\"ser\x07vice\"", 1),
		"no annotations":  strings.Replace(comp("x"), "{name: x}", "{name: x, annotations: }", 1),
		"managed-by":      strings.Replace(comp("x"), "{name: x}", "{name: x, annotations: {backstage.io/managed-by-location: 3}}", 1),
	} {
		refs, ds := read(t, one(text))
		if e, _, _ := diag.Count(ds); !slices.Equal(refs, []string{"component:default/x"}) || e > 0 {
			t.Errorf("%s: %v %s", name, refs, lines(ds))
		}
	}
}

// Files that cannot be read at all.
func TestUnreadable(t *testing.T) {
	s := repofs.Memory("r", []string{"*.yaml"}, map[string]string{"a.yaml": "", "b.yaml": comp("b"), "c.yaml": ""})
	var sink diag.List
	es, err := catalog.Read(t.Context(), s, func(p string) ([]byte, error) {
		switch p {
		case "a.yaml":
			return nil, fmt.Errorf("read: %w", &fs.PathError{Op: "open", Path: "/secret/of/this/machine/a.yaml", Err: fs.ErrPermission})
		case "c.yaml":
			return nil, fmt.Errorf("read: %w", fs.ErrNotExist)
		}
		return s.Read(p)
	}, &sink)
	want := "a.yaml:1:1 error catalog-file-unreadable the catalog file cannot be read: permission denied\nc.yaml:1:1 error catalog-file-unreadable the catalog file cannot be read: there is no such file"
	if got := lines(sink.All()); err != nil || len(es) != 1 || got != want {
		t.Errorf("%v %v\n%s", err, es, got)
	}
}

// A directory may have the name of a catalog file. It is said once, and what is in
// it is read.
func TestDirectoryWithTheNameOfAFile(t *testing.T) {
	s := repofs.Memory("r", []string{"**/catalog-info.yaml", "more/**"}, map[string]string{
		"a/catalog-info.yaml/catalog-info.yaml": comp("a"), "a/catalog-info.yaml/x": "", "more/b.yaml": comp("b"), "other.yaml/x": ""})
	var sink diag.List
	es, err := catalog.Read(t.Context(), s, s.Read, &sink)
	want := "a/catalog-info.yaml:1:1 error catalog-file-unreadable the catalog file cannot be read: it is a directory"
	if got := lines(sink.All()); err != nil || len(es) != 2 || got != want {
		t.Errorf("%v %v\n%s", err, es, got)
	}
}

// Every problem of a document is reported, not the first one.
func TestEveryProblem(t *testing.T) {
	_, ds := read(t, one(`apiVersion: backstage.io/v1
kind: Component
metadata:
  name: my_app-
  namespace: Team_X
  labels:
    tier: a b
    n: 1
  annotations:
    -bad/key: x
    example.com/count: 5
  tags: [Go, ok, a--b]
  links:
    - url: /relative
      title: " "
    - title: none
spec:
  type: ""
  owner: 12
  dependsOn: [db, "component:"]
  dependencyOf: {a: b}
extra: true
status: {}
`))
	want := `c.yaml:1:13 error entity-schema apiVersion is "backstage.io/v1"; it must be one of "backstage.io/v1alpha1", "backstage.io/v1beta1"
c.yaml:4:9 error entity-format metadata.name "my_app-" is not valid: expected 1 to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit
c.yaml:5:14 error entity-format metadata.namespace "Team_X" is not valid: expected 1 to 63 lower-case letters, digits and hyphens in between
c.yaml:7:11 error entity-format metadata.labels.tier "a b" is not valid: expected empty, or 1 to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit
c.yaml:8:8 error entity-schema metadata.labels.n must be a string, not a number
c.yaml:10:5 error entity-format the key in metadata.annotations "-bad/key" is not valid: expected a name of at most 63 characters, with an optional lower-case domain and a slash before it
c.yaml:11:24 error entity-schema metadata.annotations.example.com/count must be a string, not a number
c.yaml:12:10 error entity-format metadata.tags[0] "Go" is not valid: expected 1 to 63 lower-case letters, digits, ':', '+' or '#', with single hyphens in between
c.yaml:12:18 error entity-format metadata.tags[2] "a--b" is not valid: expected 1 to 63 lower-case letters, digits, ':', '+' or '#', with single hyphens in between
c.yaml:14:12 error entity-format metadata.links[0].url "/relative" is not valid: expected an absolute address, such as https://example.com/
c.yaml:15:14 error entity-format metadata.links[0].title " " is not valid: expected text that is not blank
c.yaml:16:7 error entity-schema metadata.links[1].url is missing
c.yaml:17:1 error entity-schema spec.lifecycle is missing
c.yaml:18:9 error entity-schema spec.type must not be empty
c.yaml:19:10 error entity-schema spec.owner must be a string, not a number
c.yaml:20:15 error ref-invalid entity reference "db" has no kind, and its field has no default kind
c.yaml:20:19 error ref-invalid entity reference "component:": kind, namespace and name must not be empty
c.yaml:21:17 error ref-invalid spec.dependencyOf must be an entity reference
c.yaml:22:1 error entity-root-field the entity has an unknown field "extra"
c.yaml:23:1 error entity-root-field "status" is made by the catalog and must not be written`
	if got := lines(ds); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, d := range ds {
		if d.Code == catalog.CodeFormat && d.Pos.Line == 12 && d.Hint != "write go" && d.Hint != "write a-b" {
			t.Errorf("hint %q", d.Hint)
		}
	}
}

func TestHostileText(t *testing.T) {
	evil := `"<script>alert(1)</script>"`
	es, ds := entitiesOf(t, one(`apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: x
  title: `+evil+`
  description: `+evil+`
  annotations: {backstage.io/view-url: "javascript:alert(1)", backstage.io/source-location: "url:https://x.example/", other: "javascript:x"}
  links: [{url: "javascript:alert(1)", title: `+evil+`, icon: `+evil+`, type: `+evil+`, more: 1}, {url: "https://ok.example"}]
  __proto__: {a: 1}
spec:
  memberOf: []
  profile: {displayName: `+evil+`, picture: "data:text/html,x"}
`))
	want := `c.yaml:7:40 warning link-unsafe backstage.io/view-url "javascript:alert(1)" is an address that is not linked
c.yaml:8:17 warning link-unsafe the link "javascript:alert(1)" is an address that is not linked
c.yaml:12:64 warning link-unsafe the picture "data:text/html,x" is an address that is not linked`
	if got := lines(ds); got != want || len(es) != 1 {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
	if m := es[0].Metadata; m.Title != "<script>alert(1)</script>" || m.Links[0].Extra["more"] != int64(1) || m.Extra["__proto__"] == nil {
		t.Errorf("text is data and stays as it is: %+v", m)
	}
}

func TestFindingsOnADocumentAreFew(t *testing.T) {
	var b strings.Builder
	b.WriteString("apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: x\n  labels:\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "    k%d: a b\n", i)
	}
	if _, ds := read(t, one(b.String()+"spec: {owner: o}\n")); len(ds) != catalog.MaxFindings {
		t.Errorf("%d findings", len(ds))
	}
}

func TestReadIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := one(comp("x"))
	if _, err := catalog.Read(ctx, s, s.Read, diag.Discard); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
