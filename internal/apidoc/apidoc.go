// Package apidoc is the gate for API definitions of strangers. It reads
// OpenAPI 2 and 3, AsyncAPI 2 and 3, GraphQL's schema language and Protocol
// Buffers into one outline: what there is to call, send and hold, by name.
//
// It opens nothing and follows no reference out of the definition. A definition
// that cannot be read gives diagnostics and as much of an outline as there is;
// none makes it panic or take more than linear time.
package apidoc

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
)

// Limits of one definition. What is beyond them is left out, with a diagnostic
// of CodeTooLarge.
const (
	MaxBytes   = 4 << 20 // of a definition
	MaxItems   = 5_000   // operations, channels, fields and methods
	MaxSchemas = 5_000   // schemas, types and messages
	MaxText    = 4_000   // bytes of one title, summary or description
	MaxTags    = 50      // of one item
	MaxServers = 50
)

// The codes of this package's findings.
const (
	CodeInvalid  = diag.Code("api-definition-invalid")
	CodeTooLarge = diag.Code("api-definition-too-large")
	CodeFormat   = diag.Code("api-definition-format") // not of the type the entity says
)

// Format is a language of API definitions.
type Format string

// The formats whose outline is read.
const (
	OpenAPI  Format = "openapi"
	AsyncAPI Format = "asyncapi"
	GraphQL  Format = "graphql"
	Protobuf Format = "protobuf"
)

// Reference is the outline of a definition. Texts are as written, Descriptions
// in Markdown; nothing is escaped.
type Reference struct {
	Format Format
	// Spec is the version of the format, such as "3.1.0" or "proto3".
	Spec                        string
	Title, Version, Description string
	// Servers are base addresses, as written.
	Servers []string
	// Groups hold what can be called: operations by tag, channels, root fields
	// by operation type, methods by service. Every item is in one group.
	Groups []Group
	// Schemas are the named types, in the order of the file.
	Schemas []Schema
	// Lang is the language for highlighting: see Lang.
	Lang string
}

// Group is a heading over items.
type Group struct {
	Name, Description string
	Items             []Item
}

// Item is one thing that can be called or listened to.
type Item struct {
	// ID is unique in the reference and safe in a URL's fragment:
	// "op-createIntent", "channel-orders.created".
	ID string
	// Method is the HTTP method in upper case; for channels "SEND", "RECEIVE",
	// "SEND RECEIVE" or "", seen from the application; for GraphQL "QUERY",
	// "MUTATION" or "SUBSCRIPTION"; for Protobuf "UNARY", "CLIENT STREAM",
	// "SERVER STREAM" or "STREAM".
	Method string
	// Name is the operation's id, the channel's address, the field or method.
	Name string
	// Path is what is called: the path of an HTTP operation, the signature of a
	// field or method, the address of a channel.
	Path                 string
	Summary, Description string
	Deprecated           bool
	Tags                 []string
	Line                 int // in the definition, from 1; 0 if unknown
}

// Schema is a named type.
type Schema struct {
	ID   string // "schema-Money"
	Name string
	// Kind is the word for it: "schema", "message", "enum", "type", "input",
	// "interface", "union", "scalar", "directive".
	Kind        string
	Description string
	Deprecated  bool
	Line        int
}

// Count is the number of items.
func (r *Reference) Count() int {
	n := 0
	for _, g := range r.Groups {
		n += len(g.Items)
	}
	return n
}

// Outline reads a definition. typ is the entity's spec.type. It returns nil for
// types whose definitions are not read and for definitions of which nothing
// could be read. The places of diagnostics are lines and columns within the
// definition, without a file.
func Outline(typ, definition string) (*Reference, []diag.Diagnostic) {
	p := newParse()
	if len(definition) > MaxBytes {
		p.report(diag.Warning, CodeTooLarge, diag.Pos{}, fmt.Sprintf("the definition has %d bytes, more than %d", len(definition), MaxBytes),
			"it is shown as a file without an outline")
		return nil, p.found()
	}
	switch format(typ, definition) {
	case OpenAPI, AsyncAPI:
		p.document(typ, definition)
	case GraphQL:
		p.graphql(definition)
	case Protobuf:
		p.protobuf(definition)
	default:
		return nil, nil
	}
	if p.ref != nil {
		p.ref.Lang = Lang(typ, definition)
	}
	return p.ref, p.found()
}

// format is the format an entity's type stands for, "" for others.
func format(typ, definition string) Format {
	switch strings.ToLower(strings.TrimSpace(typ)) {
	case "openapi", "swagger":
		return OpenAPI
	case "asyncapi":
		return AsyncAPI
	case "graphql":
		return GraphQL
	case "grpc", "protobuf", "proto":
		return Protobuf
	}
	return ""
}

// Lang is the language a definition is highlighted as: "json", "yaml",
// "graphql", "protobuf", "xml" or "text".
func Lang(typ, definition string) string {
	switch format(typ, definition) {
	case GraphQL:
		return "graphql"
	case Protobuf:
		return "protobuf"
	}
	start := strings.TrimLeft(strings.TrimPrefix(definition, "\ufeff"), " \t\r\n")
	switch {
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "["):
		return "json"
	case strings.HasPrefix(start, "<"):
		return "xml"
	case format(typ, definition) != "":
		return "yaml"
	}
	switch strings.ToLower(typ) {
	case "trpc", "typescript":
		return "typescript"
	case "wsdl", "xsd":
		return "xml"
	case "raml", "yaml", "arazzo", "openrpc":
		return "yaml"
	}
	return "text"
}
