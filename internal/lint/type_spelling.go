package lint

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func typeSpelling() Rule {
	return Rule{
		Code: "type-spelling", Severity: diag.Warning, Title: "Unusual spelling of a type",
		Why: "Lists are filtered by type, and the type of an API decides how its definition is read. One that says swagger or Service stands alone.",
		alone: func(c *subject, e *entity.Entity, report reporter) {
			if _, listed := c.Types[e.Ref.Kind]; listed {
				return
			}
			got := e.Type()
			if want := usualType(e.Kind, got); want != "" && want != got {
				report(e, finding{path: []any{"spec", "type"}, message: fmt.Sprintf("the type %q is usually spelled %q", short(got), want), hint: "write type: " + want, old: got, text: want})
			}
		},
	}
}

// usualType is the well-known type (Backstage, "Descriptor Format of Catalog
// Entities") that s most likely means, or "".
func usualType(kind, s string) string {
	low := strings.ToLower(strings.TrimSpace(s))
	switch kind {
	case entity.KindComponent:
		switch low {
		case "service", "website", "library":
			return low
		case "servce", "serivce", "sevice", "services", "srevice":
			return "service"
		case "web-site", "web site", "websites", "webiste":
			return "website"
		case "libary", "libraries", "librray", "lib":
			return "library"
		}
	case entity.KindAPI:
		switch low {
		case "openapi", "asyncapi", "graphql", "grpc":
			return low
		case "swagger", "open-api", "openapi3", "openapi-3", "openapi v3", "oas3", "oas", "openpai":
			return "openapi"
		case "async-api", "async_api", "asyncapi2":
			return "asyncapi"
		case "graph-ql", "gql":
			return "graphql"
		case "protobuf", "proto", "g-rpc":
			return "grpc"
		}
	}
	return ""
}
