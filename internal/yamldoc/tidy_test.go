package yamldoc

import (
	"reflect"
	"testing"

	"callboard/internal/diag"
)

func TestTidy(t *testing.T) {
	v := map[string]any{"kind": "Component", "metadata": map[string]any{"name": "a", "annotations": map[string]any{"x.y/z": "1"}, "tags": []any{"b", "a"}},
		"spec": map[string]any{"owner": "group:a", "type": "service", "dependsOn": []any{map[string]any{"k": int64(1)}}, "text": "a\nb\n", "empty": []any{}, "word": "No"}}
	got := string(Tidy(v, []string{"kind", "metadata", "spec", "name", "tags", "type", "owner"}, map[string]string{
		"/metadata": "who\nit is", "/metadata/annotations/x.y~1z": "why", "/metadata/tags/1": "again", "/spec/dependsOn/0": "one",
		"/spec/text": "long", "/spec/owner": "guessed\u2028from x", "/spec/empty": "none", "/nothing": "unused",
	}))
	want := `kind: Component
# who it is
metadata:
  name: a
  tags:
    - b
    - a # again
  annotations:
    x.y/z: "1" # why
spec:
  type: service
  owner: group:a # guessed from x
  dependsOn:
    # one
    - k: 1
  # none
  empty: []
  # long
  text: |
    a
    b
  word: "No"
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	docs := Parse([]byte(got), diag.Pos{}, diag.Discard)
	if len(docs) != 1 || !reflect.DeepEqual(docs[0].Value, any(v)) {
		t.Errorf("read back: %#v", docs)
	}
}

func TestPointer(t *testing.T) {
	if got := Pointer("metadata", "annotations", "a/b~c", 3); got != "/metadata/annotations/a~1b~0c/3" {
		t.Error(got)
	}
}
