package diag

import (
	"io"
	"strings"
)

// The Reviewdog Diagnostic Format, as JSON
// (https://github.com/reviewdog/reviewdog/tree/master/proto/rdf). Its columns
// count bytes of UTF-8 and its ranges end before their end.
type (
	rdResult struct {
		Source      rdSource `json:"source"`
		Severity    string   `json:"severity,omitempty"`
		Diagnostics []rdItem `json:"diagnostics"`
	}
	rdSource struct {
		Name string `json:"name"`
	}
	rdItem struct {
		Message     string         `json:"message"`
		Location    rdLocation     `json:"location"`
		Severity    string         `json:"severity"`
		Code        rdCode         `json:"code"`
		Suggestions []rdSuggestion `json:"suggestions,omitempty"`
		Related     []rdRelated    `json:"related_locations,omitempty"`
	}
	rdCode struct {
		Value string `json:"value"`
		URL   string `json:"url,omitempty"`
	}
	rdLocation struct {
		Path  string   `json:"path"`
		Range *rdRange `json:"range,omitempty"`
	}
	rdRelated struct {
		Message  string     `json:"message"`
		Location rdLocation `json:"location"`
	}
	rdRange struct {
		Start rdPosition  `json:"start"`
		End   *rdPosition `json:"end,omitempty"`
	}
	rdPosition struct {
		Line   int `json:"line"`
		Column int `json:"column,omitempty"`
	}
	rdSuggestion struct {
		Range rdRange `json:"range"`
		Text  string  `json:"text"`
	}
)

// WriteRDJSON writes findings as reviewdog reads them with -f=rdjson.
func WriteRDJSON(w io.Writer, ds []Diagnostic, o ReportOptions) error {
	r := rdResult{Source: rdSource{"callboard"}, Diagnostics: []rdItem{}}
	for _, d := range ds {
		r.Diagnostics = append(r.Diagnostics, o.rdItem(d))
	}
	return writeJSON(w, "findings", r, true)
}

func (o ReportOptions) rdItem(d Diagnostic) rdItem {
	i := rdItem{Message: plain(full(d), maxAnnotation), Location: o.rdLocation(d.Pos, d.End), Severity: strings.ToUpper(d.Severity.String()), Code: rdCode{Value: string(d.Code)}}
	if r, ok := o.rule(d.Code); ok && strings.HasPrefix(r.Page, "https://") {
		i.Code.URL = r.Page
	}
	for _, rel := range d.Related {
		i.Related = append(i.Related, rdRelated{plain(rel.Message, maxAnnotation), o.rdLocation(rel.Pos, Pos{})})
	}
	// Reviewdog offers each suggestion by itself, and a part of a fix would be
	// worse than none.
	if d.Fix != nil && len(d.Fix.Edits) == 1 {
		i.Suggestions = o.rdSuggestions(d.Fix.Edits[0])
	}
	return i
}

func (o ReportOptions) rdSuggestions(e Edit) []rdSuggestion {
	col := o.byteColumn(e.Pos)
	if col == 0 {
		return nil
	}
	return []rdSuggestion{{rdRange{rdPosition{e.Pos.Line, col}, &rdPosition{e.Pos.Line, col + len(e.Old)}}, e.New}}
}

func (o ReportOptions) rdLocation(at, end Pos) rdLocation {
	l := rdLocation{Path: valid(o.path(at))}
	if at.Line < 1 {
		return l
	}
	l.Range = &rdRange{Start: rdPosition{at.Line, o.byteColumn(at)}}
	if end.Line > 0 && l.Range.Start.Column > 0 {
		l.Range.End = &rdPosition{end.Line, o.byteColumn(end)}
	}
	return l
}
