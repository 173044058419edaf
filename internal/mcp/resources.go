package mcp

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"strings"

	"callboard/internal/jsonrpc"
)

// scheme begins the addresses of resources; the rest is a path of the portal.
const scheme = "callboard:///"

const maxResource = 1 << 20

var resourceTemplates = []map[string]any{
	{"uriTemplate": scheme + "catalog/{namespace}/{kind}/{name}/index.md", "name": "entity", "title": "An entity, with its relations", "mimeType": "text/markdown"},
	{"uriTemplate": scheme + "catalog/{namespace}/{kind}/{name}/entity.json", "name": "entity-data", "title": "An entity as it stands in the catalog", "mimeType": "application/json"},
	{"uriTemplate": scheme + "docs/{namespace}/{kind}/{name}/{+page}.md", "name": "documentation", "title": "A page of documentation", "mimeType": "text/markdown"},
}

// types of the files that can be read, by their ending.
var types = map[string]string{
	".md": "text/markdown", ".txt": "text/plain", ".json": "application/json", ".yaml": "application/yaml", ".yml": "application/yaml",
	".graphql": "application/graphql", ".proto": "text/plain", ".atom": "application/atom+xml", ".xml": "application/xml",
}

// resources are where a reader begins.
func (s *server) resources() []map[string]any {
	var out []map[string]any
	for _, r := range []struct{ path, title string }{{"llms.txt", "What the portal has, and where"}, {"catalog/index.md", "All entities, the first hundred"}, {"health/index.md", "What is wrong with the catalog"}} {
		if _, err := fs.Stat(s.Files, r.path); err == nil {
			out = append(out, map[string]any{"uri": scheme + r.path, "name": r.path, "title": r.title, "mimeType": types[path.Ext(r.path)]})
		}
	}
	if out == nil {
		out = []map[string]any{}
	}
	return out
}

func (s *server) readResource(params json.RawMessage) (any, error) {
	var p struct {
		URI string `json:"uri"`
	}
	if err := json.Unmarshal(params, &p); err != nil || p.URI == "" {
		return nil, jsonrpc.Errorf(jsonrpc.InvalidParams, "resources/read needs a uri")
	}
	st, err := s.look(false)
	if err != nil {
		return nil, err
	}
	at, ok := s.below(p.URI, st.site)
	typ := types[strings.ToLower(path.Ext(at))]
	if !ok || typ == "" {
		return nil, jsonrpc.Errorf(codeNoResource, "there is no resource %q", p.URI)
	}
	b, err := s.read(at, maxResource)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, jsonrpc.Errorf(codeNoResource, "there is no resource %q", p.URI)
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{"contents": []map[string]any{{"uri": p.URI, "mimeType": typ, "text": string(b)}}}, nil
}
