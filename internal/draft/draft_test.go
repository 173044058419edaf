package draft_test

import (
	"fmt"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
)

func TestNames(t *testing.T) {
	long := strings.Repeat("ab-", 30)
	for _, c := range []struct{ in, name, kebab, tag string }{
		{"payments", "payments", "payments", "payments"},
		{"My_App.v2", "My_App.v2", "my-app.v2", "my-app-v2"},
		{" Shopping Cart Service ", "shopping-cart-service", "shopping-cart-service", "shopping-cart-service"},
		{"@acme/web", "acme-web", "acme-web", "acme-web"},
		{"team:a--b", "team-a-b", "team-a-b", "team:a-b"},
		{"--x--", "x", "x", "x"},
		{"C#", "c", "c", "c#"},
		{"支払い", "xe7882037", "xe7882037", ""},
		{long, strings.Repeat("ab-", 20) + "ab", strings.Repeat("ab-", 20) + "ab", strings.Repeat("ab-", 20) + "ab"},
		{"é-ü", "xb2a11368", "xb2a11368", ""},
	} {
		if got := draft.Name(c.in); got != c.name || entity.CheckName(got) != "" {
			t.Errorf("Name(%q) is %q, want %q", c.in, got, c.name)
		}
		if got := draft.Kebab(c.in); got != c.kebab {
			t.Errorf("Kebab(%q) is %q, want %q", c.in, got, c.kebab)
		}
		if got := draft.Tag(c.in); got != c.tag {
			t.Errorf("Tag(%q) is %q, want %q", c.in, got, c.tag)
		}
	}
	for in, want := range map[string]string{"tier_1": "1", "Tier 1": "1", "1": "1", "three": "three", "tier": "tier"} {
		if got := draft.Label(in, "tier"); got != want {
			t.Errorf("Label(%q) is %q, want %q", in, got, want)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"", " ", "a", "-", "A_b", "支", strings.Repeat("a", 62) + "--b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n := draft.Name(s); entity.CheckName(n) != "" {
			t.Errorf("Name(%q) is %q", s, n)
		}
		if n := draft.Kebab(s); entity.CheckName(n) != "" {
			t.Errorf("Kebab(%q) is %q", s, n)
		}
		if n := draft.Tag(s); n != "" && entity.CheckTag(n) != "" {
			t.Errorf("Tag(%q) is %q", s, n)
		}
		if k := "a.b/" + draft.Key(s); entity.CheckKey(k) != "" {
			t.Errorf("Key(%q) is %q", s, k)
		}
		if v := draft.Label(s, "tier"); entity.CheckLabelValue(v) != "" {
			t.Errorf("Label(%q) is %q", s, v)
		}
	})
}

// The addresses are as people copy them from hosts and clones.
func TestRepositoryOf(t *testing.T) {
	for in, want := range map[string]string{
		"https://github.com/acme/web":                          "https://github.com/acme/web acme web",
		"https://github.com/acme/web.git":                      "https://github.com/acme/web acme web",
		"https://github.com/acme/web/tree/main/k8s/x":          "https://github.com/acme/web acme web",
		"git@github.com:acme/web.git":                          "https://github.com/acme/web acme web",
		"https://gitlab.com/acme/a/b/web/-/tree/main/x":        "https://gitlab.com/acme/a/b/web acme/a/b web",
		"https://dev.azure.com/acme/Shop/_git/web?path=/x":     "https://dev.azure.com/acme/Shop/_git/web acme/Shop web",
		"https://github.com/orgs/acme/teams/x":                 "  ",
		"https://github.com/acme":                              "  ",
		"not an address":                                       "  ",
		"":                                                     "  ",
		"https://bitbucket.org/acme/web/src/main/":             "https://bitbucket.org/acme/web acme web",
		"https://github.com/acme/we b":                         "  ",
		"https://GitHub.com/Acme/Web/":                         "https://github.com/Acme/Web Acme Web",
		"https://github.com/acme/web/blob/main/README.md#here": "https://github.com/acme/web acme web",
	} {
		web, owner, name := draft.RepositoryOf(in)
		if got := web + " " + owner + " " + name; got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLimits(t *testing.T) {
	d := draft.New(entity.KindComponent, "a", entity.Origin{})
	for i := range draft.MaxList + 1 {
		d.Add("dependsOn", fmt.Sprintf("component:c%d", i), diag.Pos{}, "")
		d.Tag(fmt.Sprintf("t%d", i))
		d.Link(entity.Link{URL: fmt.Sprintf("https://example.com/%d", i)})
	}
	for i := range draft.MaxAnnotations + 1 {
		d.Annotate(fmt.Sprintf("a.b/k%d", i), "v", "")
	}
	d.Annotate("a.b/long", strings.Repeat("x", draft.MaxAnnotation+1), "")
	d.Describe(strings.Repeat("é", draft.MaxText))
	e := d.Seal()
	if n := len(e.Edges); n != draft.MaxList || len(e.Metadata.Tags) != draft.MaxList || len(e.Metadata.Links) != draft.MaxList || len(e.Metadata.Annotations) != draft.MaxAnnotations {
		t.Errorf("%d edges, %d tags, %d links, %d annotations", n, len(e.Metadata.Tags), len(e.Metadata.Links), len(e.Metadata.Annotations))
	}
	if d.Left() != 6 {
		t.Errorf("%d things found no room, of 6", d.Left())
	}
}

// What is not valid is refused, so that a draft always is.
func TestRefusals(t *testing.T) {
	d := draft.New(entity.KindComponent, "a", entity.Origin{})
	if d.Namespace("Not Valid") || d.Annotate("not valid", "v", "") || d.Label("k", "not valid!") || d.Link(entity.Link{URL: "./x"}) || d.Tag("A b") {
		t.Error("something invalid was taken as it was")
	}
	d.Annotate("a.b/k", "first", "")
	d.Annotate("a.b/k", "second", "")
	if e := d.Seal(); e.Metadata.Annotations["a.b/k"] != "first" || e.Namespace != "default" || e.Metadata.Tags[0] != "a-b" || len(e.Metadata.Links) != 0 {
		t.Errorf("%+v", e.Metadata)
	}
}

// A guess is one until somebody says it, and the document holds the text of
// files that Write only names.
func TestGuessesAndDocument(t *testing.T) {
	at := diag.Pos{Repo: "r", File: "f.yml", Line: 7, Col: 3}
	d := draft.New(entity.KindAPI, "a", entity.Origin{Repo: "r", File: "f.yml", Line: 1, Col: 1})
	d.Guess("owner", "unknown", at, "nobody says")
	d.Guess("lifecycle", "unknown", at, "nobody says")
	d.Set("lifecycle", "production", at, "")
	d.Text("definition", "openapi: 3.0.0", "api.yaml", "")
	d.Add("dependsOn", "component:b", at, "")
	if g := d.Guesses(); len(g) != 1 || g["owner"] != "unknown" {
		t.Errorf("guesses: %v", g)
	}
	if p := d.Pos("spec", "dependsOn", 0, "deeper"); p != at {
		t.Errorf("%v, want %v", p, at)
	}
	if p := d.Pos("metadata", "tags"); p.Line != 1 {
		t.Errorf("%v, want that of the entity", p)
	}
	spec := d.Document()["spec"].(map[string]any)
	if spec["definition"] != "openapi: 3.0.0" {
		t.Errorf("%v", spec)
	}
	delete(spec, "owner")
	text := string(draft.Write("", []*draft.Draft{d}))
	for _, want := range []string{"$text: ./api.yaml", "owner: unknown # guessed: nobody says"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
}
