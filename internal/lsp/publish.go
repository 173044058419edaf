package lsp

import (
	"encoding/json"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/lint"
)

// publish tells the editor what is wrong with the documents that are open, and
// with the configurations, which all depends on.
func (w *workspace) publish(docs snapshot) {
	now := map[string]publishParams{}
	for uri, doc := range docs {
		if doc.path == "" {
			continue
		}
		version := doc.version
		now[uri] = publishParams{URI: uri, Version: &version, Diagnostics: []diagnostic{}}
	}
	for _, v := range w.now() {
		p := printer{view: v, client: &w.client, docs: docs, texts: map[string]*text{}}
		p.configuration(now)
		for uri, doc := range docs {
			ds := v.findings(doc.path)
			if len(ds) == 0 || doc.path == "" {
				continue
			}
			params := now[uri]
			params.Diagnostics = append(params.Diagnostics, p.diagnostics(doc.text, ds)...)
			now[uri] = params
		}
	}
	for uri := range w.told {
		if _, still := now[uri]; !still {
			now[uri] = publishParams{URI: uri, Diagnostics: []diagnostic{}}
		}
	}
	for _, uri := range slices.Sorted(maps.Keys(now)) {
		w.say(now[uri], docs[uri] != nil)
	}
}

// say publishes what has not been said.
func (w *workspace) say(p publishParams, open bool) {
	b, err := json.Marshal(p)
	if err != nil || w.told[p.URI] == string(b) {
		return
	}
	w.told[p.URI] = string(b)
	if len(p.Diagnostics) == 0 && !open {
		delete(w.told, p.URI)
	}
	w.out.notify("textDocument/publishDiagnostics", p)
}

// printer gives findings the form of the protocol.
type printer struct {
	view   *view
	client *client
	docs   snapshot
	texts  map[string]*text // of files that are not open, by path
}

// configuration adds what is wrong with a configuration.
func (p *printer) configuration(now map[string]publishParams) {
	byFile := map[string][]diag.Diagnostic{}
	for _, d := range p.view.project.Findings {
		file := p.view.project.File
		if abs := p.view.project.Abs; abs != nil && d.Pos.File != "" && abs(d.Pos) != "" {
			file = abs(d.Pos)
		}
		byFile[file] = append(byFile[file], d)
	}
	for file, ds := range byFile {
		if file == "" {
			continue
		}
		uri, t := p.textOf(file)
		params := now[uri]
		if params.URI == "" {
			params = publishParams{URI: uri}
		}
		params.Diagnostics = append(params.Diagnostics, p.diagnostics(t, ds)...)
		now[uri] = params
	}
}

// textOf is the text of a file as it is open, or as the view has it, and its URI.
func (p *printer) textOf(file string) (string, *text) {
	for uri, doc := range p.docs {
		if doc.path == file {
			return uri, doc.text
		}
	}
	t := p.texts[file]
	if t == nil {
		t = newText("")
		for _, s := range p.view.spots(file) {
			if b, ok := p.view.read(diag.Pos{Repo: s.repo, File: s.file}); ok {
				t = newText(string(b))
				break
			}
		}
		p.texts[file] = t
	}
	return uriOf(file), t
}

func (p *printer) diagnostics(t *text, ds []diag.Diagnostic) []diagnostic {
	out := make([]diagnostic, 0, len(ds))
	for _, d := range ds {
		out = append(out, p.diagnostic(t, d))
	}
	return out
}

func (p *printer) diagnostic(t *text, d diag.Diagnostic) diagnostic {
	out := diagnostic{Range: p.span(t, d.Pos, d.End), Severity: severity(d.Severity), Code: string(d.Code), Source: "callboard", Message: d.Message, Tags: tags(d.Code)}
	if d.Hint != "" {
		out.Message += "\n" + d.Hint
	}
	if href := manualPage(p.client.manual, d.Code); href != "" {
		out.CodeDescription = &codeDescription{href}
	}
	for _, r := range d.Related {
		if file := p.view.path(r.Pos); file != "" {
			uri, t := p.textOf(file)
			out.Related = append(out.Related, related{location{uri, p.span(t, r.Pos, diag.Pos{})}, r.Message})
		}
	}
	return out
}

// span is the range of a finding. One that tells no end is about the word it
// stands at.
func (p *printer) span(t *text, at, end diag.Pos) span {
	line, from := t.place(at.Line, at.Col)
	start := t.at(line, from, p.client.encoding)
	if end.Line > 0 {
		line, to := t.place(end.Line, end.Col)
		return span{start, t.at(line, to, p.client.encoding)}
	}
	return span{start, t.at(line, t.wordEnd(line, from), p.client.encoding)}
}

// wordEnd is where the key or value ends that begins at a byte of a line.
func (t *text) wordEnd(line, from int) int {
	s := t.line(line)
	if from >= len(s) {
		return len(s)
	}
	for _, e := range entries(s) {
		switch {
		case e.key != "" && e.col == from:
			return e.keyEnd
		case !e.dash && e.from == from && e.value != "":
			return from + len(e.value)
		}
	}
	if s[from] == '"' || s[from] == '\'' {
		return quoteEnd(s, from)
	}
	end := from
	for end < len(s) && strings.IndexByte(" \t,]}", s[end]) < 0 {
		end++
	}
	return max(end, min(from+1, len(s)))
}

// Severities and tags of diagnostics.
const (
	severityError       = 1
	severityWarning     = 2
	severityInformation = 3
	tagUnnecessary      = 1
	tagOutOfUse         = 2
)

func severity(s diag.Severity) int {
	switch s {
	case diag.Error:
		return severityError
	case diag.Warning:
		return severityWarning
	}
	return severityInformation
}

// tags tells of findings about what is out of use, or there for nothing.
func tags(code diag.Code) []int {
	switch code {
	case "annotation-deprecated", "deprecated-in-use":
		return []int{tagOutOfUse}
	case "lint-ignore-unused", "list-duplicate", "location-unused":
		return []int{tagUnnecessary}
	}
	return nil
}

// manualPage is the address of the manual's page about a code, if the manual has
// one.
func manualPage(manual string, code diag.Code) string {
	u, err := url.Parse(manual)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !slices.Contains(lint.Codes(), code) {
		return ""
	}
	u.Path = path.Join("/", u.Path, lint.Page(code)) + "/"
	return u.String()
}
