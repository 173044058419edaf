package schema

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"callboard/internal/entity"
)

const sound = `{"apiVersion":"backstage.io/v1alpha1","kind":"%","metadata":{"name":"x","labels":{"a":"b"},"tags":["t"],"links":[{"url":"https://x.example","title":"t"}]},
 "spec":{"type":"service","lifecycle":"production","owner":"o","children":[],"memberOf":[],"definition":"d","profile":{"displayName":"X"}}}`

// The quick form must be sure of what people write, or it is for nothing.
func TestQuickIsSureOfSoundEntities(t *testing.T) {
	s, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range entity.Kinds() {
		if kind == entity.KindTemplate {
			continue // its parameters are one of several forms, which is left to the library
		}
		v := value(t, sound)
		v.(map[string]any)["kind"] = kind
		if ps := problems(s.kinds[kind], v); len(ps) > 0 {
			t.Fatalf("%s is not sound: %v", kind, ps)
		}
		if !s.quick[s.kinds[kind]].accepts(v, 0) || !s.quick[s.envelope].accepts(v, 0) || !s.quick[s.entity].accepts(v, 0) {
			t.Errorf("the quick form is not sure of a %s", kind)
		}
	}
}

func value(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// FuzzQuick holds that what the quick form accepts is valid.
func FuzzQuick(f *testing.F) {
	s, err := Kinds()
	if err != nil {
		f.Fatal(err)
	}
	own := newCompiler()
	if err := own.AddResource("own", strings.NewReader(`{"type":["object","string"],"minLength":2,"properties":{"a":{"enum":["x",null,true]},"b":{"items":{"$ref":"#"}},"c":{"type":"integer"},"d":{"type":"number"}},
 "additionalProperties":{"allOf":[{"type":"string"},{"minLength":1}]},"required":["a"]}`)); err != nil {
		f.Fatal(err)
	}
	strange, err := own.Compile("own")
	if err != nil {
		f.Fatal(err)
	}
	newQuick(strange, s.quick)
	for _, seed := range []string{sound, `{"a":"x","b":[{"a":null}],"c":1,"d":0.5,"e":"é"}`, `{"a":1}`, `"é"`, `"éé"`, `null`, `[]`, `{"metadata":{"labels":null}}`, `{"a":"x","f":{}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var v any
		if json.Unmarshal(text, &v) != nil {
			return
		}
		for of, q := range s.quick {
			if q.accepts(v, 0) {
				if ps := problems(of, v); len(ps) > 0 {
					t.Fatalf("%s: taken by the quick form of %s: %v", text, of.Location, ps)
				}
			}
		}
	})
}

// The mutations of sound entities that matter: each value in turn replaced by
// values of every type.
func TestQuickAgreesOnMutations(t *testing.T) {
	s, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	n, sure := 0, 0
	for _, kind := range entity.Kinds() {
		base := value(t, sound).(map[string]any)
		base["kind"] = kind
		mutate(base, func() {
			for _, of := range []*jsonschema.Schema{s.kinds[kind], s.envelope, s.entity} {
				n++
				if !s.quick[of].accepts(base, 0) {
					continue
				}
				sure++
				if ps := problems(of, base); len(ps) > 0 {
					t.Errorf("%v: taken by the quick form of %s: %v", base, of.Location, ps)
				}
			}
		})
	}
	if sure == 0 || sure == n {
		t.Errorf("sure of %d of %d", sure, n)
	}
}

// mutate calls f with each value below v, one at a time, replaced by others or
// taken away.
func mutate(v any, f func()) {
	others := []any{nil, true, "", "x", int64(1), 0.5, []any{}, []any{"a", 1.0}, map[string]any{}, map[string]any{"x": "y"}}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Collect(maps.Keys(v)) {
			old := v[k]
			for _, x := range others {
				v[k] = x
				f()
			}
			delete(v, k)
			f()
			v[k] = old
			mutate(old, f)
		}
	case []any:
		for i, old := range v {
			for _, x := range others {
				v[i] = x
				f()
			}
			v[i] = old
			mutate(old, f)
		}
	}
}
