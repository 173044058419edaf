package lsp

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/lint"
)

// Kinds of code actions.
const (
	quickFix = "quickfix"
	fixAll   = "source.fixAll.callboard"
)

// maxActions is how many findings of a range actions are offered for.
const maxActions = 50

// actions offers what can be done about the findings in a range: the fixes that
// lint would make, and comments that say that a finding is meant to be. Nothing
// is offered while the document is not the one that was looked at last.
func actions(a *asked, params json.RawMessage) (any, error) {
	p, err := decode[codeActionParams](params)
	if err != nil {
		return nil, err
	}
	doc, v, err := a.document(p.TextDocument.URI)
	if err != nil || v == nil || v.docs[doc.uri] != doc {
		return []codeAction{}, err
	}
	out := []codeAction{}
	x := a.printer(v)
	all := v.findings(doc.path)
	if wanted(p.Context.Only, quickFix) {
		for _, d := range all {
			at := x.diagnostic(doc.text, d)
			if a.ctx.Err() != nil || len(out) >= 2*maxActions {
				break
			}
			if at.Range.Start.Line <= p.Range.End.Line && at.Range.End.Line >= p.Range.Start.Line {
				out = append(out, x.quick(doc, d, at)...)
			}
		}
	}
	if wanted(p.Context.Only, fixAll) {
		out = append(out, x.everything(doc, all)...)
	}
	return out, nil
}

// wanted tells whether actions of a kind are asked for; a kind stands for those
// below it, too.
func wanted(only []string, kind string) bool {
	return len(only) == 0 && kind != fixAll || slices.ContainsFunc(only, func(o string) bool { return o == "" || kind == o || strings.HasPrefix(kind, o+".") })
}

// quick are the actions about one finding.
func (p *printer) quick(doc *document, d diag.Diagnostic, at diagnostic) []codeAction {
	var out []codeAction
	if d.Fix != nil {
		if _, repaired := lint.Apply(d.Pos.File, []byte(doc.all), []diag.Diagnostic{d}); len(repaired) == 1 {
			out = append(out, codeAction{Title: title(d.Fix.Title), Kind: quickFix, Diagnostics: []diagnostic{at}, IsPreferred: true, Edit: p.edit(doc, d.Fix.Edits)})
		}
	}
	if line, ok := doc.ignoreLine(at.Range.Start.Line); ok && mayBeIgnored(d.Code) {
		s := doc.line(line)
		comment := fmt.Sprintf("%s# callboard:ignore %s say why\n", s[:indentOf(s)], d.Code)
		start := position{Line: line}
		out = append(out, codeAction{Title: fmt.Sprintf("Ignore %s here, with a reason", d.Code), Kind: quickFix, Diagnostics: []diagnostic{at},
			Edit: workspaceEdit{map[string][]textEdit{doc.uri: {{span{start, start}, comment}}}}})
	}
	return out
}

func title(s string) string {
	s = oneLine(s, 120)
	if s == "" {
		return "Repair"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// mayBeIgnored leaves out what is said of comments themselves.
func mayBeIgnored(code diag.Code) bool {
	return code != lint.CodeIgnoreInvalid && code != lint.CodeIgnoreUnused
}

// ignoreLine is the line before which a comment about a line may stand: not in
// the middle of a text of several lines.
func (t *text) ignoreLine(line int) (int, bool) {
	s := t.line(line)
	if isMark(s) || strings.HasPrefix(s, "\ufeff") {
		return 0, false
	}
	w := t.find(line, indentOf(s))
	return line, w.part != nothing || len(entries(s)) > 0 && entries(s)[0].dash
}

// edit gives edits of a finding the form of the protocol.
func (p *printer) edit(doc *document, edits []diag.Edit) workspaceEdit {
	var out []textEdit
	for _, e := range edits {
		line, from := doc.place(e.Pos.Line, e.Pos.Col)
		out = append(out, textEdit{doc.between(line, from, from+len(e.Old), p.client.encoding), e.New})
	}
	return workspaceEdit{map[string][]textEdit{doc.uri: out}}
}

// everything is the action that makes all fixes of a document at once.
func (p *printer) everything(doc *document, ds []diag.Diagnostic) []codeAction {
	if len(ds) == 0 {
		return nil
	}
	_, repaired := lint.Apply(ds[0].Pos.File, []byte(doc.all), ds)
	var edits []diag.Edit
	for _, d := range repaired {
		edits = append(edits, d.Fix.Edits...)
	}
	if len(edits) == 0 {
		return nil
	}
	return []codeAction{{Title: "Repair all that is certain", Kind: fixAll, Edit: p.edit(doc, edits)}}
}
