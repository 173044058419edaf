package search

import (
	"slices"
	"strings"
)

// kindNames are other words for kinds, in the singular: what the portal's pages
// call them, and what people say. themes/default/ts/lib/searchkinds.ts has the same.
var kindNames = map[string]string{
	"team": "group", "person": "user", "people": "user",
	"doc": "docs", "document": "docs", "documentation": "docs", "page": "docs",
	"operation": "api", "endpoint": "api",
}

// meantKind is the kind that the value of a filter means, out of those that there
// are: itself before all, else what has it as another word, singular or plural. What
// means none is as it is.
func meantKind(value string, kinds []string) string {
	if slices.Contains(kinds, value) {
		return value
	}
	one := strings.TrimSuffix(value, "s")
	for _, kind := range []string{one, kindNames[one]} {
		if kind != "" && slices.Contains(kinds, kind) {
			return kind
		}
	}
	return value
}
