package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"callboard/internal/schema"
)

func kinds(t *testing.T) *schema.Set {
	t.Helper()
	s, err := schema.Kinds()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func value(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestProblemsAreSaidInWords(t *testing.T) {
	s := kinds(t)
	for _, c := range []struct{ kind, in, want string }{
		{"Component", `{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"x"},"spec":{"type":"service","lifecycle":"production","owner":"o"}}`, ""},
		{"Component", `{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"x"},"spec":{"type":1,"owner":"","providesApis":["a",2]}}`,
			"spec.lifecycle is missing; spec.owner must not be empty; spec.providesApis[1] must be a string, not a number; spec.type must be a string, not a number"},
		{"Group", `{"apiVersion":"backstage.io/v1alpha1","kind":"Group","metadata":{"name":"x"},"spec":{"type":"team"}}`, "spec.children is missing"},
		{"API", `{"apiVersion":"v1","kind":"API","metadata":{},"spec":[]}`, `apiVersion is "v1"; it must be one of "backstage.io/v1alpha1", "backstage.io/v1beta1"; metadata.name is missing; spec must be a mapping, not a list`},
		{"Location", `{"apiVersion":"backstage.io/v1alpha1","kind":"Location","metadata":{"name":"x"},"spec":{}}`, ""},
		{"Template", `{"apiVersion":"scaffolder.backstage.io/v1beta3","kind":"Template","metadata":{"name":"x"},"spec":{"type":"t","steps":[{}]}}`, "spec.steps[0].action is missing"},
		{"User", `{"apiVersion":"backstage.io/v1beta1","kind":"User","metadata":{"name":"x","tags":null},"spec":{"memberOf":[]}}`, "metadata.tags must be a list, not empty"},
	} {
		var got []string
		for _, p := range s.Kind(c.kind, value(t, c.in)) {
			got = append(got, p.Message)
		}
		if g := strings.Join(got, "; "); g != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, g, c.want)
		}
	}
}

func TestNothingIsLoaded(t *testing.T) {
	for _, ref := range []string{"file:///etc/passwd", "http://127.0.0.1:1/x.json", "other.json"} {
		if _, err := schema.Compile("own.json", []byte(`{"$ref":"`+ref+`"}`)); err == nil {
			t.Errorf("a schema with a reference to %s was compiled", ref)
		}
	}
}

func BenchmarkComponent(b *testing.B) {
	s, err := schema.Kinds()
	if err != nil {
		b.Fatal(err)
	}
	var v any
	json.Unmarshal([]byte(`{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"x","annotations":{"a":"b"},"tags":["go"]},"spec":{"type":"service","lifecycle":"production","owner":"o","dependsOn":["component:a"]}}`), &v)
	for b.Loop() {
		s.Kind("Component", v)
	}
}
