package lsp

import (
	"context"
	"encoding/json"
	"slices"

	"callboard/internal/jsonrpc"
)

// method is a request that is worked on beside others.
type method struct {
	// waits is set for those that are of no use before the folders have been
	// read.
	waits  bool
	handle func(a *asked, params json.RawMessage) (any, error)
}

// methodOf is the method of a name.
func methodOf(name string) (method, bool) {
	switch name {
	case "initialize", "shutdown":
		return method{}, true
	case "textDocument/completion":
		return method{handle: complete}, true
	case "textDocument/hover":
		return method{waits: true, handle: hovered}, true
	case "textDocument/definition":
		return method{waits: true, handle: definition}, true
	case "textDocument/references":
		return method{waits: true, handle: references}, true
	case "textDocument/documentSymbol":
		return method{handle: symbols}, true
	case "textDocument/codeAction":
		return method{handle: actions}, true
	case "workspace/symbol":
		return method{waits: true, handle: findSymbols}, true
	}
	return method{}, false
}

// asked is what a request is answered from.
type asked struct {
	ctx    context.Context
	client client
	docs   snapshot
	work   *workspace
}

// at is the document of a request, the place in it, and the catalog that it is
// held against. The place is nothing for a file that is none of the catalog's.
func (a *asked) at(p positionParams) (*document, where, *view, error) {
	doc, v, err := a.document(p.TextDocument.URI)
	if err != nil {
		return nil, where{}, nil, err
	}
	line := min(max(p.Position.Line, 0), len(doc.lines)-1)
	if p.Position.Line != line {
		return doc, where{line: line}, v, nil
	}
	w := doc.find(line, a.client.encoding.offset(doc.line(line), p.Position.Character))
	if !v.concerns(doc, w.head) {
		w.part = nothing
	}
	return doc, w, v, nil
}

func (a *asked) document(uri string) (*document, *view, error) {
	doc := a.docs[uri]
	if doc == nil {
		return nil, nil, jsonrpc.Errorf(jsonrpc.InvalidParams, "%q is not open", cut(uri, 200))
	}
	return doc, a.viewOf(doc.path), nil
}

// viewOf is the view that a file belongs to: of several, that of the innermost
// repository. A document that is not on disk belongs to the first.
func (a *asked) viewOf(path string) *view {
	views := a.work.now()
	var best *view
	depth := -1
	for _, v := range views {
		for _, r := range v.roots {
			if _, in := below(r.dir, path); in && path != "" && len(r.dir) > depth {
				best, depth = v, len(r.dir)
			}
		}
		if _, in := below(v.dir, path); in && v.dir != "" && depth < 0 {
			best = v
		}
	}
	if best == nil && path == "" && len(views) > 0 {
		return views[0]
	}
	return best
}

// concerns tells whether a document is one of a catalog: by its file, or by what
// it says of itself.
func (v *view) concerns(doc *document, h head) bool {
	if v != nil && v.linted != nil {
		for _, s := range v.spots(doc.path) {
			if v.own[s] || v.linted.Snapshots[s.repo].IsEntry(s.file) {
				return true
			}
		}
	}
	return isCatalogName(doc.uri) || v.speaksOf(h) || slices.ContainsFunc(doc.heads(), v.speaksOf)
}

// shapesOf are the kinds of a view, or those that there are without a
// configuration.
func (a *asked) shapesOf(v *view) (*shapes, error) {
	if v != nil && v.shapes != nil {
		return v.shapes, nil
	}
	return a.work.builtIn()
}
