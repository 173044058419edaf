package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"callboard/internal/entity"
)

func kinds(t *testing.T) *Set {
	t.Helper()
	s, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sample(t *testing.T, text string) any {
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
		for _, p := range s.Kind(c.kind, sample(t, c.in)) {
			got = append(got, p.Message)
		}
		if g := strings.Join(got, "; "); g != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, g, c.want)
		}
	}
}

func TestOwnSchemas(t *testing.T) {
	s, err := Compile("own.json", []byte(`{"type":"object","additionalProperties":false,"required":["b"],"properties":{
		"a":{"type":["integer","null"],"minimum":1},"b":{"enum":["x","y"]},"c":{"oneOf":[{"type":"string","minLength":2},{"type":"array","items":{"type":"string"}}]},
		"d":{"type":"object","additionalProperties":{"type":"string"}},"e":{"const":"q"},"f":{"type":"array","items":{"type":"boolean"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want string }{
		{`{"b":"x","a":null,"c":["s"]}`, ""},
		{`{"a":"1"}`, `: b is missing; a: a must be an integer or empty, not a string`},
		{`{"b":"z","a":0}`, `a: a: must be >= 1 but found 0; b: b is "z"; it must be one of "x", "y"`},
		{`{"b":"x","c":["s",1]}`, `c[1]: c[1] must be a string, not a number`},
		{`{"b":"x","c":"s"}`, `c: c: length must be >= 2, but got 1`},
		{`{"b":"x","c":1}`, `c: c has none of the forms that are allowed here`},
		{`{"b":"x","it's \"ü/~ %":1,"Z":2}`, `Z: Z is not known here; it's "ü/~ %: it's "ü/~ % is not known here`},
		{`{"b":"x","d":{"é /~%41":1}}`, `d.é /~%41: d.é /~%41 must be a string, not a number`},
		{`{"b":"x","e":2}`, `e: e is 2; it must be "q"`},
		{`{"b":"x","f":[0,1,true,3,4,5,6,7,8,9,10]}`, "f[0]: f[0] must be a boolean, not a number; f[1]: f[1] must be a boolean, not a number; f[3]: f[3] must be a boolean, not a number; f[4]: f[4] must be a boolean, not a number; f[5]: f[5] must be a boolean, not a number; f[6]: f[6] must be a boolean, not a number; f[7]: f[7] must be a boolean, not a number; f[8]: f[8] must be a boolean, not a number; f[9]: f[9] must be a boolean, not a number; f[10]: f[10] must be a boolean, not a number"},
		{`[]`, `: the document must be a mapping, not a list`},
	} {
		var got []string
		for _, p := range s.Validate(sample(t, c.in)) {
			got = append(got, p.Where()+": "+p.Message)
		}
		if g := strings.Join(got, "; "); g != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, g, c.want)
		}
	}
}

// The library reports in the order of Go's maps; what is kept of many problems
// must not depend on it.
func TestManyProblemsAreCutTheSameWay(t *testing.T) {
	s := kinds(t)
	labels := map[string]any{}
	for i := range 5000 {
		labels[fmt.Sprint("k", i)] = int64(i)
	}
	v := map[string]any{"apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": map[string]any{"name": "x", "labels": labels}, "spec": map[string]any{"owner": "o"}}
	first := s.Kind("System", v)
	if len(first) != MaxProblems {
		t.Fatalf("%d problems", len(first))
	}
	for range 5 {
		if again := s.Kind("System", v); !reflect.DeepEqual(first, again) {
			t.Fatal("the problems differ from run to run")
		}
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	s, err := Compile("own.json", []byte(`{"properties":{"a":{"type":"integer"},"b":{"maximum":3}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, k := range []string{"a", "b"} {
			if ps := s.Validate(map[string]any{k: v}); len(ps) == 0 {
				t.Errorf("%s: %v is valid", k, v)
			}
		}
	}
	if ps := s.Validate(map[string]any{"a": int64(1) << 62, "b": int64(-1)}); len(ps) > 0 {
		t.Error(ps)
	}
}

func TestEverySchemaIsGivenToEditors(t *testing.T) {
	s := kinds(t)
	for _, k := range entity.Kinds() {
		text, err := Source(k)
		if err != nil || !json.Valid(text) || !s.Known(k) || s.Known(strings.ToLower(k)) {
			t.Errorf("%s: %v", k, err)
		}
	}
}

func TestNothingIsLoaded(t *testing.T) {
	for _, ref := range []string{"file:///etc/passwd", "http://127.0.0.1:1/x.json", "other.json"} {
		if _, err := Compile("own.json", []byte(`{"$ref":"`+ref+`"}`)); err == nil {
			t.Errorf("a schema with a reference to %s was compiled", ref)
		}
	}
}

func BenchmarkComponent(b *testing.B) {
	s, err := Kinds()
	if err != nil {
		b.Fatal(err)
	}
	var v any
	json.Unmarshal([]byte(`{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"x","annotations":{"a":"b"},"tags":["go"]},"spec":{"type":"service","lifecycle":"production","owner":"o","dependsOn":["component:a"]}}`), &v)
	for b.Loop() {
		s.Kind("Component", v)
	}
}
