package apidoc_test

import (
	"strings"
	"testing"

	"callboard/internal/apidoc"
)

// What is cut off must not look like a whole definition.
func TestUnclosed(t *testing.T) {
	for _, c := range []struct{ name, typ, text, want string }{
		{"GraphQL, whole", "graphql", "type A { b(c: [Int!]): String }\n", ""},
		{"GraphQL, in a string and a comment", "graphql", "\"a {\"\ntype A { b: Int } # {\n", ""},
		{"GraphQL, cut off", "graphql", "type A {\n  b: Int\n}\ntype C {\n  d: Int\n", `4: "{" is opened and not closed`},
		{"GraphQL, an argument", "graphql", "type A {\n  b(c: Int\n", `2: "(" is opened and not closed`},
		{"Protocol Buffers, whole", "grpc", "syntax = \"proto3\";\nmessage A { repeated int32 b = 1 [packed = true]; }\n", ""},
		{"Protocol Buffers, in a comment", "grpc", "message A {} // {\n/* { */\n", ""},
		{"Protocol Buffers, cut off", "grpc", "message A {}\nmessage B {\n  int32 c = 1;\n", `2: "{" is opened and not closed`},
		{"more brackets than are looked for", "graphql", "type A " + strings.Repeat("{", 5000), ""},
	} {
		_, found := apidoc.Outline(c.typ, c.text)
		got := ""
		for _, d := range found {
			if strings.HasSuffix(d.Message, "not closed") {
				got = strings.TrimPrefix(d.Pos.String(), ":") + " " + d.Message
				if d.Code != apidoc.CodeInvalid || d.Hint == "" {
					t.Errorf("%s: %+v lacks its code or a hint", c.name, d)
				}
			}
		}
		if want, line, _ := strings.Cut(c.want, ": "); (got == "") != (c.want == "") || c.want != "" && !(strings.HasPrefix(got, want) && strings.HasSuffix(got, line)) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// FuzzOutline looks for definitions that make the readers panic, or say more
// than a page can bear.
func FuzzOutline(f *testing.F) {
	for _, typ := range []string{"openapi", "asyncapi", "graphql", "grpc"} {
		for _, text := range []string{"", "{", "type A {", "message A { message B {", strings.Repeat("{", 2000),
			"openapi: 3.1.0\ninfo: {title: a, version: b}\npaths: {/a: {get: {operationId: c}}}\n",
			"asyncapi: 3.0.0\nchannels: {a: {address: b}}\noperations: {c: {action: send, channel: {$ref: '#/channels/a'}}}\n",
			"type Query { a(b: [C!] = {d: \"}\"}): E @f }", "service A { rpc B (stream C) returns (D) {} }"} {
			f.Add(typ, text)
		}
	}
	f.Fuzz(func(t *testing.T, typ, text string) {
		ref, found := apidoc.Outline(typ, text)
		if len(found) > 20 {
			t.Errorf("%d findings", len(found))
		}
		if ref == nil {
			return
		}
		ids := map[string]bool{}
		for _, g := range ref.Groups {
			for _, i := range g.Items {
				if ids[i.ID] {
					t.Errorf("the id %q is used twice", i.ID)
				}
				ids[i.ID] = true
			}
		}
	})
}
