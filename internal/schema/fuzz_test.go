package schema

import (
	"encoding/json"
	"testing"
)

// FuzzOwnKind holds that no schema of a user's makes compiling, checking or
// publishing panic, and that what is published is JSON.
func FuzzOwnKind(f *testing.F) {
	for _, s := range []string{
		string(product.Text), `{}`, `true`, `{"$ref":"Entity"}`, `{"$ref":"#"}`, `{"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/a"}}}`, `{"$ref":"file:///etc/passwd"}`,
		`{"properties":{"spec":{"enum":[{"a":1}],"type":["string","object"]}}}`, `{"items":[{},{"type":"string"}],"oneOf":[{"type":"object"},{}]}`, `{"pattern":"(","type":"string"}`, `{"required":"a"}`, `{"allOf":{}}`,
		`{"$defs":[1],"properties":[],"additionalProperties":{"type":"array"}}`, `{"if":{"const":null},"then":false}`,
	} {
		f.Add(s, `{"kind":"Product","spec":{"price":"x"}}`)
	}
	f.Fuzz(func(t *testing.T, text, sample string) {
		s, err := CompileKind("Product.json", []byte(text))
		if err != nil {
			return
		}
		var v any
		if json.Unmarshal([]byte(sample), &v) == nil {
			for _, p := range s.Validate(v) {
				if p.Message == "" {
					t.Fatalf("%+v", p)
				}
			}
		}
		e := Editor{Own: []OwnKind{{Kind: "Product", Title: "Product", Text: []byte(text)}}}
		if b, err := e.Kind("Product"); err == nil && !json.Valid(b) {
			t.Fatalf("%s", b)
		}
	})
}
