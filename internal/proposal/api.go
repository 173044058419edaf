package proposal

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
	"callboard/internal/lazyregexp"
)

// definition is a file that defines an API.
type definition struct{ file, kind string }

var (
	openapiText  = lazyregexp.New(`(?m)(?:^|[{,])\s*["']?(openapi|swagger)["']?\s*:\s*["']?[23]`)
	asyncapiText = lazyregexp.New(`(?m)(?:^|[{,])\s*["']?asyncapi["']?\s*:\s*["']?[123]`)
	graphqlText  = lazyregexp.New(`(?m)^\s*(extend\s+)?(type\s+(Query|Mutation|Subscription)|schema)\b`)
	grpcText     = lazyregexp.New(`(?m)^\s*service\s+\w+\s*\{`)
)

// maxCandidates is how many files are looked into for a definition.
const maxCandidates = 500

// definitions finds the files that define APIs: by their names what they could
// be, and by what stands in them whether they are.
func (r *repository) definitions() []definition {
	var out []definition
	looked := 0
	for _, f := range r.snap.Files {
		kind, text := candidate(f.Path)
		if kind == "" || isAside(f.Path) {
			continue
		}
		if looked++; looked > maxCandidates || len(out) == MaxAPIs {
			break
		}
		if text.Match(r.head(f.Path, MaxHead)) {
			out = append(out, definition{f.Path, kind})
		}
	}
	return out
}

func candidate(p string) (kind string, text *regexp.Regexp) {
	name := strings.ToLower(path.Base(p))
	ext := path.Ext(name)
	data := ext == ".yaml" || ext == ".yml" || ext == ".json"
	switch {
	case data && (strings.Contains(name, "openapi") || strings.Contains(name, "swagger")):
		return "openapi", openapiText.Get()
	case data && strings.Contains(name, "asyncapi"):
		return "asyncapi", asyncapiText.Get()
	case ext == ".graphqls", (ext == ".graphql" || ext == ".gql") && strings.Contains(name, "schema"):
		return "graphql", graphqlText.Get()
	case ext == ".proto":
		return "grpc", grpcText.Get()
	}
	return "", nil
}

// apis proposes an API for each definition, which the component provides.
func (r *repository) apis(component *draft.Draft) []*draft.Draft {
	var out []*draft.Draft
	taken := map[string]bool{}
	defs := r.definitions()
	for _, def := range defs {
		name := apiName(component.Entity.Name, def, len(defs) == 1)
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%.58s-%d", apiName(component.Entity.Name, def, false), n)
		}
		taken[strings.ToLower(name)] = true
		d := draft.New(entity.KindAPI, name, component.Entity.Origin)
		d.Set("type", def.kind, diag.Pos{}, "by what stands in "+def.file)
		for _, k := range []string{"lifecycle", "owner"} {
			d.Set(k, component.Entity.SpecString(k), diag.Pos{}, "as of the component")
		}
		d.Text("definition", string(r.read(def.file, MaxManifest)), def.file, "")
		component.Add("providesApis", name, diag.Pos{}, def.file)
		out = append(out, d)
	}
	return out
}

// apiName names the only API of a component after it, and others after their
// files, or the directories of those that are called as all are.
func apiName(component string, def definition, only bool) string {
	base := strings.TrimSuffix(path.Base(def.file), path.Ext(def.file))
	for _, kind := range []string{".openapi", ".swagger", ".asyncapi"} {
		base = strings.TrimSuffix(base, kind)
	}
	switch strings.ToLower(base) {
	case "openapi", "swagger", "asyncapi", "schema", "service", "api":
		if dir := path.Base(path.Dir(def.file)); dir != "." && dir != "api" {
			base = dir
		}
	}
	if only || draft.Kebab(base) == draft.Kebab(component) {
		return draft.Name(component + "-api")
	}
	return draft.Name(component + "-" + draft.Kebab(base))
}
