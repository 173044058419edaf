package lsp

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"callboard/internal/jsonrpc"
)

// initialize begins the conversation.
func (s *server) initialize(ctx context.Context, params json.RawMessage) (result any, err error) {
	defer guard("initialize", &err)
	if s.state != fresh {
		return nil, jsonrpc.Errorf(jsonrpc.InvalidRequest, "the server has been initialized before")
	}
	p, err := decode[initializeParams](params)
	if err != nil {
		return nil, err
	}
	c := p.Capabilities
	item := c.TextDocument.Completion.CompletionItem
	s.client = client{
		encoding: negotiate(c.General.PositionEncodings),
		snippets: item.SnippetSupport,
		adjusts:  slices.Contains(item.InsertTextModeValues.ValueSet, modeAdjust),
		docMD:    prefersMarkdown(item.DocumentationFormat),
		hoverMD:  prefersMarkdown(c.TextDocument.Hover.ContentFormat),
		watches:  c.Workspace.DidChangeWatchedFiles.DynamicRegistration,
		manual:   cmp.Or(p.Options.Manual, s.o.Manual),
		catalog:  cmp.Or(p.Options.Catalog, s.o.Catalog),
	}
	s.work = newWorkspace(s.o, s.client, s.out, s.docs)
	s.work.folders(dirs(p), nil)
	s.state = initialized
	s.wg.Go(func() { s.work.keep(ctx) })
	return map[string]any{
		"capabilities": capabilities(s.client.encoding),
		"serverInfo":   map[string]string{"name": "callboard", "version": s.o.Version},
	}, nil
}

func prefersMarkdown(formats []string) bool { return len(formats) > 0 && formats[0] == "markdown" }

// dirs are the directories that the editor works in.
func dirs(p initializeParams) []string {
	folders := p.WorkspaceFolders
	if len(folders) == 0 && p.RootURI != "" {
		folders = []folder{{URI: p.RootURI}}
	}
	return dirsOf(folders)
}

func dirsOf(folders []folder) []string {
	var out []string
	for _, f := range folders {
		if dir := pathOf(f.URI); dir != "" {
			out = append(out, dir)
		}
	}
	return out
}

// Kinds of synchronisation of text.
const syncIncremental = 2

func capabilities(e encoding) map[string]any {
	return map[string]any{
		"positionEncoding":       e,
		"textDocumentSync":       map[string]any{"openClose": true, "change": syncIncremental, "save": map[string]any{"includeText": false}},
		"completionProvider":     map[string]any{"triggerCharacters": []string{":", " ", "/", "-", "\n", ".", "$"}},
		"hoverProvider":          true,
		"definitionProvider":     true,
		"referencesProvider":     true,
		"documentSymbolProvider": true,
		"codeActionProvider":     map[string]any{"codeActionKinds": []string{quickFix, fixAll}},

		"workspaceSymbolProvider": true,
		"workspace":               map[string]any{"workspaceFolders": map[string]any{"supported": true, "changeNotifications": true}},
	}
}

// watched are the files whose change may change what is said: catalog files,
// what their placeholders and annotations lead to, and who owns them.
var watched = []string{"**/*.{yaml,yml,json}", "**/*.{md,graphql,proto}", "**/CODEOWNERS"}

// register asks the editor to tell of changes on disk.
func (s *server) register() {
	if !s.client.watches {
		return
	}
	var watchers []map[string]string
	for _, g := range watched {
		watchers = append(watchers, map[string]string{"globPattern": g})
	}
	s.out.request("client/registerCapability", map[string]any{"registrations": []any{map[string]any{
		"id": "callboard/watch", "method": "workspace/didChangeWatchedFiles", "registerOptions": map[string]any{"watchers": watchers}}}})
}

// notification takes what the editor tells.
func (s *server) notification(ctx context.Context, m message) {
	if *m.Method == "exit" {
		s.orderly = s.state == shutDown
		s.state = exited
		return
	}
	if s.state != initialized {
		return
	}
	err := s.told(*m.Method, m.Params)
	if err != nil {
		s.out.log(logError, "%s: %v", *m.Method, err)
	}
}

func (s *server) told(method string, params json.RawMessage) (err error) {
	defer guard(method, &err)
	switch method {
	case "initialized":
		s.register()
	case "$/cancelRequest":
		s.cancel(params)
	case "textDocument/didOpen":
		return s.didOpen(params)
	case "textDocument/didChange":
		return s.didChange(params)
	case "textDocument/didSave":
		return s.didSave(params)
	case "textDocument/didClose":
		return s.didClose(params)
	case "workspace/didChangeWatchedFiles":
		return s.didChangeFiles(params)
	case "workspace/didChangeWorkspaceFolders":
		p, err := decode[foldersParams](params)
		if err == nil {
			s.work.folders(dirsOf(p.Event.Added), dirsOf(p.Event.Removed))
		}
		return err
	}
	return nil
}

func (s *server) didOpen(params json.RawMessage) error {
	p, err := decode[didOpenParams](params)
	if err != nil {
		return err
	}
	d := p.TextDocument
	doc := &document{uri: d.URI, path: pathOf(d.URI), version: d.Version, text: newText(d.Text)}
	if err := s.docs.put(doc); err != nil {
		return err
	}
	s.work.changed(doc)
	return nil
}

func (s *server) didChange(params json.RawMessage) error {
	p, err := decode[didChangeParams](params)
	if err != nil {
		return err
	}
	old := s.docs.now()[p.TextDocument.URI]
	if old == nil {
		return jsonrpc.Errorf(jsonrpc.InvalidParams, "%q is not open", cut(p.TextDocument.URI, 200))
	}
	doc, err := old.changed(p.TextDocument.Version, p.ContentChanges, s.client.encoding)
	if err == nil {
		err = s.docs.put(doc)
	}
	if err != nil {
		// What is in the editor is no longer known, and what is not known must
		// not be spoken of.
		s.docs.drop(old.uri)
		s.work.changed(old)
		return err
	}
	s.work.changed(doc)
	return nil
}

func (s *server) didSave(params json.RawMessage) error {
	p, err := decode[documentParams](params)
	if err == nil {
		s.work.saved(pathOf(p.TextDocument.URI), changeChanged)
	}
	return err
}

func (s *server) didClose(params json.RawMessage) error {
	p, err := decode[documentParams](params)
	if err != nil {
		return err
	}
	if old := s.docs.now()[p.TextDocument.URI]; old != nil {
		s.docs.drop(old.uri)
		s.work.changed(old)
	}
	return nil
}

func (s *server) didChangeFiles(params json.RawMessage) error {
	p, err := decode[watchedParams](params)
	for _, e := range p.Changes {
		s.work.saved(pathOf(e.URI), e.Type)
	}
	return err
}
