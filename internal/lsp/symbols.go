package lsp

import (
	"encoding/json"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// Kinds of symbols.
const (
	symbolModule    = 2
	symbolNamespace = 3
	symbolPackage   = 4
	symbolClass     = 5
	symbolInterface = 11
	symbolFunction  = 12
	symbolVariable  = 13
	symbolObject    = 19
	symbolStruct    = 23
)

// symbolKind is how an editor shows a kind: by an icon that is somewhat like it.
func symbolKind(kind string) int {
	switch kind {
	case entity.KindComponent:
		return symbolClass
	case entity.KindAPI:
		return symbolInterface
	case entity.KindResource:
		return symbolVariable
	case entity.KindSystem:
		return symbolModule
	case entity.KindDomain:
		return symbolNamespace
	case entity.KindGroup:
		return symbolPackage
	case entity.KindUser:
		return symbolObject
	case entity.KindTemplate:
		return symbolFunction
	}
	return symbolStruct
}

// symbols are the entities of a document, whether or not it is YAML just now.
func symbols(a *asked, params json.RawMessage) (any, error) {
	p, err := decode[documentParams](params)
	if err != nil {
		return nil, err
	}
	doc, v, err := a.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	out := []documentSymbol{}
	for _, h := range doc.heads() {
		if h.kind == "" || !v.concerns(doc, h) || len(out) == maxPlaces {
			continue
		}
		s := documentSymbol{Name: orText(oneLine(h.name, 120), "(no name)"), Detail: oneLine(h.kind, 80), Kind: symbolKind(h.kind)}
		first := h.first
		for first < h.last && strings.TrimSpace(doc.line(first)) == "" {
			first++
		}
		s.Range = span{position{Line: first}, doc.at(h.last, len(doc.line(h.last)), a.client.encoding)}
		s.SelectionRange = doc.valueSpan(h.kindLine, a.client.encoding)
		if h.nameLine >= 0 {
			s.SelectionRange = doc.between(h.nameLine, h.nameFrom, h.nameTo, a.client.encoding)
		}
		out = append(out, s)
	}
	return out, nil
}

// valueSpan is the value that stands on a line with its key.
func (t *text) valueSpan(line int, e encoding) span {
	es := entries(t.line(line))
	if len(es) == 0 {
		return t.between(line, 0, 0, e)
	}
	last := es[len(es)-1]
	return t.between(line, last.from, last.from+len(last.value), e)
}

// findSymbols finds entities of all folders by a part of their name or title.
func findSymbols(a *asked, params json.RawMessage) (any, error) {
	p, err := decode[symbolParams](params)
	if err != nil {
		return nil, err
	}
	query := strings.ToLower(p.Query)
	out := []workspaceSymbol{}
	for _, v := range a.work.now() {
		f := a.printer(v)
		for _, e := range v.entities() {
			if a.ctx.Err() != nil || len(out) == maxItems {
				return out, nil
			}
			if _, other := v.elsewhere[e.Origin.Repo]; other || !strings.Contains(e.Ref.String()+" "+strings.ToLower(e.Title()), query) {
				continue
			}
			for _, at := range f.entity(nil, e) {
				out = append(out, workspaceSymbol{Name: e.Name, Kind: symbolKind(e.Kind), ContainerName: diag.Printable(e.Kind + " · " + v.shown(diag.Pos{Repo: e.Origin.Repo, File: e.Origin.File})), Location: at})
			}
		}
	}
	return out, nil
}
