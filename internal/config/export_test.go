package config

import "reflect"

// Pattern is the pattern of a form, for the schema.
func Pattern(form string) string { return formOf(form).pattern }

// Bounds are those of a number, for the schema.
func Bounds(tag reflect.StructTag) (least, most int64) { return boundsOf(tag) }

// VariablePattern is the pattern of what stands for a secret.
const VariablePattern = variablePattern
