package apidoc

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
)

// document reads the formats written in YAML or JSON. The document's own key
// ("openapi", "swagger", "asyncapi") decides which it is.
func (p *parse) document(typ, definition string) {
	p.read(definition, func(t *tree) { p.mapping(typ, t) })
}

// mapping reads a definition of the format that it says it is.
func (p *parse) mapping(typ string, t *tree) {
	root, ok := t.value.(map[string]any)
	if !ok && slices.ContainsFunc(p.finding, func(d diag.Diagnostic) bool { return d.Severity == diag.Error }) {
		return // why it is none has been said
	}
	if !ok {
		p.report(diag.Warning, CodeInvalid, diag.Pos{Line: 1, Col: 1}, "the definition is not a mapping", "an "+typ+" definition begins with its version, such as \"openapi: 3.1.0\"")
		return
	}
	switch {
	case root["openapi"] != nil:
		p.openapi(t, str(root, "openapi"))
	case root["swagger"] != nil:
		p.openapi(t, str(root, "swagger"))
	case root["asyncapi"] != nil:
		p.asyncapi(t, str(root, "asyncapi"))
	default:
		p.report(diag.Warning, CodeInvalid, diag.Pos{Line: 1, Col: 1}, `the definition has none of "openapi", "swagger" and "asyncapi"`, "name the format's version, such as \"openapi: 3.1.0\"")
		return
	}
	if want := format(typ, ""); p.ref.Format != want {
		p.report(diag.Warning, CodeFormat, diag.Pos{Line: 1, Col: 1},
			fmt.Sprintf("the entity's type is %q, but the definition is %s", line(typ), p.ref.Format), "set spec.type to "+string(p.ref.Format))
	}
}

// info reads what OpenAPI and AsyncAPI have in common.
func (p *parse) info(t *tree, f Format, spec string) {
	p.ref = &Reference{
		Format: f, Spec: line(spec),
		Title: line(str(t.value, "info", "title")), Version: line(str(t.value, "info", "version")),
		Description: text(str(t.value, "info", "description")),
	}
	if p.ref.Title == "" {
		p.report(diag.Warning, CodeInvalid, pos(t.line("info")), "the definition has no info.title", "")
	}
}

// pos is a line of the definition as a place.
func pos(l int) diag.Pos {
	if l == 0 {
		return diag.Pos{Line: 1, Col: 1}
	}
	return diag.Pos{Line: l, Col: 1}
}

// untagged is the group of operations without a tag.
const untagged = "Operations"

func (p *parse) openapi(t *tree, spec string) {
	p.info(t, OpenAPI, spec)
	p.httpServers(t)
	p.tagGroups(t)
	p.paths(t, untagged, "op", "paths")
	p.paths(t, "Webhooks", "webhook", "webhooks")
	if t.at("paths") == nil && t.at("webhooks") == nil && t.at("components") == nil {
		p.report(diag.Warning, CodeInvalid, diag.Pos{Line: 1, Col: 1}, "the definition has neither paths nor webhooks nor components", "")
	}
	p.namedSchemas(t, "schema", "components", "schemas")
	p.namedSchemas(t, "schema", "definitions")
	p.dropEmpty()
}

// httpServers reads servers (OpenAPI 3), or schemes, host and basePath (2).
func (p *parse) httpServers(t *tree) {
	servers, _ := t.at("servers").([]any)
	for _, s := range servers {
		p.server(str(s, "url"))
	}
	host := str(t.value, "host")
	if len(p.ref.Servers) > 0 || host == "" && str(t.value, "basePath") == "" {
		return
	}
	schemes, _ := t.at("schemes").([]any)
	if host == "" || len(schemes) == 0 {
		schemes = []any{""}
	}
	for _, s := range schemes {
		scheme, _ := s.(string)
		switch {
		case host != "" && scheme != "":
			scheme += "://"
		case host != "":
			scheme = "//"
		}
		p.server(scheme + host + str(t.value, "basePath"))
	}
}

func (p *parse) server(address string) {
	if address = line(address); address != "" && len(p.ref.Servers) < MaxServers && !slices.Contains(p.ref.Servers, address) {
		p.ref.Servers = append(p.ref.Servers, address)
	}
}

// tagGroups makes the groups of declared tags, in their order.
func (p *parse) tagGroups(t *tree) {
	tags, _ := t.at("tags").([]any)
	for _, tag := range tags {
		if name := str(tag, "name"); name != "" && len(p.ref.Groups) < MaxItems {
			g := p.group(name)
			g.Description = text(str(tag, "description"))
		}
	}
}

// dropEmpty removes groups of tags that no operation has.
func (p *parse) dropEmpty() {
	p.ref.Groups = slices.DeleteFunc(p.ref.Groups, func(g Group) bool { return len(g.Items) == 0 })
}

// methods are the keys of a path item that are operations, OpenAPI 3.2's
// "query" included.
var methods = [...]string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

func (p *parse) paths(t *tree, group, prefix, key string) {
	if v := t.at(key); v != nil {
		if _, ok := v.(map[string]any); !ok {
			p.report(diag.Warning, CodeInvalid, pos(t.line(key)), fmt.Sprintf("%q is not a mapping", key), "")
			return
		}
	}
	for _, path := range t.keys(key) {
		if strings.HasPrefix(path, "x-") {
			continue
		}
		raw := t.at(key, path)
		item, ok := t.resolve(raw).(map[string]any)
		if !ok {
			if str(raw, "$ref") == "" {
				p.report(diag.Warning, CodeInvalid, pos(t.line(key, path)), fmt.Sprintf("the path %q is not a mapping", line(path)), "")
			}
			continue
		}
		for _, m := range operations(t, item, key, path) {
			p.operation(group, prefix, path, m, item[m], t.line(key, path, m))
		}
		extra, _ := item["additionalOperations"].(map[string]any)
		for _, m := range t.keys(key, path, "additionalOperations") {
			p.operation(group, prefix, path, m, extra[m], t.line(key, path, "additionalOperations", m))
		}
	}
}

// operations are the methods of a path item in the order of the file; those of
// a path item that stands elsewhere, in the usual order.
func operations(t *tree, item map[string]any, key, path string) []string {
	keys := t.keys(key, path)
	if len(keys) == 1 && keys[0] == "$ref" {
		keys = methods[:]
	}
	var out []string
	for _, k := range keys {
		if item[k] != nil && slices.Contains(methods[:], k) {
			out = append(out, k)
		}
	}
	return out
}

func (p *parse) operation(group, prefix, path, method string, op any, at int) {
	if _, ok := op.(map[string]any); !ok {
		p.report(diag.Warning, CodeInvalid, pos(at), fmt.Sprintf("the operation %s of %q is not a mapping", line(method), line(path)), "")
		return
	}
	it := Item{
		Method: strings.ToUpper(line(method)), Name: line(str(op, "operationId")), Path: line(path),
		Summary: line(str(op, "summary")), Description: text(str(op, "description")),
		Deprecated: dig(op, "deprecated") == true, Tags: tagNames(dig(op, "tags")), Line: at,
	}
	if len(it.Tags) > 0 {
		group = it.Tags[0]
	}
	name := it.Name
	if name == "" {
		name = method + "-" + path
	}
	it.ID = p.id(prefix, name)
	if it.Name == "" {
		it.Name = it.Method + " " + it.Path
	}
	p.add(group, it)
}

// tagNames reads tags written as names (OpenAPI) or as objects (AsyncAPI).
func tagNames(v any) []string {
	tags, _ := v.([]any)
	var names []string
	for _, tag := range tags {
		name, ok := tag.(string)
		if !ok {
			name = str(tag, "name")
		}
		if name = line(name); name != "" && len(names) < MaxTags {
			names = append(names, name)
		}
	}
	return names
}

func (p *parse) namedSchemas(t *tree, kind string, path ...any) {
	for _, name := range t.keys(path...) {
		s := t.resolve(t.at(append(slices.Clone(path), name)...))
		p.schema(kind, name, str(s, "description"), dig(s, "deprecated") == true, t.line(append(slices.Clone(path), name)...))
	}
}
