package config

import (
	_ "embed"
	"slices"
)

//go:embed callboard.schema.json
var schemaText []byte

// Schema is the JSON Schema (draft 2020-12) of callboard.yaml, for editors. It
// is made from the struct Config; a test says how when it is out of date.
func Schema() []byte { return slices.Clone(schemaText) }
