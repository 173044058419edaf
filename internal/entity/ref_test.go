package entity_test

import (
	"encoding/json"
	"strings"
	"testing"

	"callboard/internal/entity"
)

// The cases of Backstage's parseEntityRef (catalog-model), and what it makes of
// them.
func TestParseRef(t *testing.T) {
	for _, c := range []struct{ in, kind, namespace, want string }{
		{"a", "Group", "default", "group:default/a"},
		{"K:a", "Group", "default", "k:default/a"},
		{"ns/a", "Group", "default", "group:ns/a"},
		{"K:NS/A", "", "", "k:ns/a"},
		{"a/b:c", "Group", "default", "group:a/b:c"},   // a slash before the colon: the colon is part of the name
		{"k:a:b", "Group", "default", "k:default/a:b"}, // the first colon ends the kind
		{"a/b/c", "Group", "default", "group:a/b/c"},   // the first slash ends the namespace
		{"a b", "Group", "team-x", "group:team-x/a b"}, // references are not checked for form
		{"john@example.com", "User", "default", "user:default/john@example.com"},
		{"ÄPFEL", "Group", "default", "group:default/äpfel"},
		{"a", "", "default", ""},
		{":a", "Group", "default", ""},
		{"k:", "Group", "default", ""},
		{"k:/a", "Group", "default", ""},
		{"/a", "Group", "default", ""},
		{"ns/", "Group", "default", ""},
		{"", "Group", "default", ""},
	} {
		got := ""
		if r, err := entity.ParseRef(c.in, c.kind, c.namespace); err == nil {
			got = r.String()
		} else if !strings.Contains(err.Error(), c.in) {
			t.Errorf("%q: the error does not name it: %v", c.in, err)
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestRefAsText(t *testing.T) {
	var r entity.Ref
	if err := json.Unmarshal([]byte(`"Component:Default/X"`), &r); err != nil || r != (entity.Ref{Kind: "component", Namespace: "default", Name: "x"}) {
		t.Fatal(r, err)
	}
	if b, err := json.Marshal(map[entity.Ref]int{r: 1}); err != nil || string(b) != `{"component:default/x":1}` {
		t.Fatal(string(b), err)
	}
	if err := json.Unmarshal([]byte(`"x"`), &r); err == nil {
		t.Error("an incomplete reference was read")
	}
	if r.Short("default") != "x" || entity.NewRef("a", "ns", "x").Short("default") != "ns/x" || entity.NewRef("a", "ns", "x").Short("ns") != "x" {
		t.Error("short forms")
	}
}

// FuzzParseRef holds that a reference that is read has no empty part and is read
// back from its text as the same.
func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"a", "k:a", "ns/a", "k:ns/a", ":", "/", "a/b:c", "k:a:b", "İ:ß/ſ", "\xff:\x00/\n", "k: /a"} {
		f.Add(s, "Group", "default")
		f.Add(s, "", "")
	}
	f.Fuzz(func(t *testing.T, s, kind, namespace string) {
		r, err := entity.ParseRef(s, kind, namespace)
		if err != nil {
			if !r.IsZero() {
				t.Fatalf("%q: an error and %v", s, r)
			}
			return
		}
		if r.Kind == "" || r.Namespace == "" || r.Name == "" {
			t.Fatalf("%q: %#v has an empty part", s, r)
		}
		if r != entity.NewRef(r.Kind, r.Namespace, r.Name) {
			t.Fatalf("%q: %#v changes when it is lowered again", s, r)
		}
		if strings.ContainsAny(r.Kind, ":/") || strings.ContainsAny(r.Namespace, "/") {
			return // only defaults can do that
		}
		if again, err := entity.ParseRef(r.String(), "", ""); err != nil || again != r {
			t.Fatalf("%q: %#v is read back as %#v, %v", s, r, again, err)
		}
	})
}

func TestRelationsHaveAnInverse(t *testing.T) {
	for _, kind := range entity.Kinds() {
		for _, f := range entity.RefFields(kind) {
			inv := entity.Inverse(f.Relation)
			if inv == "" || entity.Inverse(inv) != f.Relation {
				t.Errorf("%s.%s: %s has the inverse %q", kind, f.Key, f.Relation, inv)
			}
		}
	}
	if entity.Inverse("knows") != "" {
		t.Error("an unknown relation has an inverse")
	}
}
