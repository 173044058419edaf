package diag

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Limits of code scanning at GitHub
// (https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads):
// of a run the 5,000 most severe results are kept, of a result 100 places, and a
// file may have 10 MB compressed. Ours has less than that before compression.
const (
	MaxSARIFResults = 5_000
	MaxSARIFBytes   = 9 << 20
	maxSARIFRelated = 100
	maxSARIFText    = 2_000  // bytes of one text
	maxSARIFHelp    = 10_000 // bytes of the help on a rule
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifRoot   = "%SRCROOT%"
)

// The parts of SARIF 2.1.0 that are written
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/). Columns count code points,
// which columnKind says.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool            `json:"tool"`
		Invocations []sarifInvocation    `json:"invocations"`
		Bases       map[string]sarifBase `json:"originalUriBaseIds"`
		ColumnKind  string               `json:"columnKind"`
		Results     []json.RawMessage    `json:"results"`
		Properties  map[string]any       `json:"properties,omitempty"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string         `json:"id"`
		Short   *sarifText     `json:"shortDescription,omitempty"`
		Full    *sarifText     `json:"fullDescription,omitempty"`
		Help    *sarifText     `json:"help,omitempty"`
		HelpURI string         `json:"helpUri,omitempty"`
		Default map[string]any `json:"defaultConfiguration"`
		Props   map[string]any `json:"properties"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifBase struct {
		Description sarifText `json:"description"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Fixes        []sarifFix        `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// WriteSARIF writes findings as SARIF 2.1.0, for code scanning. It keeps within
// what GitHub takes: the most severe findings come first, and what is left out
// is counted in a notification of the run.
func WriteSARIF(w io.Writer, ds []Diagnostic, o ReportOptions) error {
	s := sarif{ReportOptions: o, index: map[Code]int{}, repeats: map[string]int{}}
	ds = slices.Clone(ds)
	slices.SortStableFunc(ds, func(a, b Diagnostic) int { return int(b.Severity) - int(a.Severity) })
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []json.RawMessage{},
		Bases: map[string]sarifBase{sarifRoot: {sarifText{Text: "The root of the checkout."}}}}
	size := 0
	for _, d := range ds {
		b, err := json.Marshal(s.result(d))
		if err != nil {
			return fmt.Errorf("write findings: %w", err)
		}
		if size += len(b); len(run.Results) == MaxSARIFResults || size > MaxSARIFBytes {
			break
		}
		run.Results = append(run.Results, b)
	}
	call := sarifInvocation{Successful: true}
	if left := len(ds) - len(run.Results); left > 0 {
		call.Notifications = []sarifNotification{{"warning", sarifText{Text: fmt.Sprintf("%d findings are left out, the least severe ones; callboard lint has all of them", left)}}}
	}
	run.Invocations = []sarifInvocation{call}
	run.Tool = sarifTool{sarifDriver{Name: "callboard", Version: o.Version, Rules: s.rules}}
	if run.Tool.Driver.Rules == nil {
		run.Tool.Driver.Rules = []sarifRule{}
	}
	return writeJSON(w, "findings", sarifLog{sarifSchema, "2.1.0", []sarifRun{run}}, false)
}

type sarif struct {
	ReportOptions
	rules   []sarifRule
	index   map[Code]int
	repeats map[string]int
}

func (s *sarif) result(d Diagnostic) sarifResult {
	print := d.Fingerprint()
	s.repeats[print]++
	r := sarifResult{RuleID: string(d.Code), RuleIndex: s.ruleOf(d), Level: sarifLevel(d.Severity), Message: text(full(d)),
		Fingerprints: map[string]string{"callboardFinding/v1": print + ":" + strconv.Itoa(s.repeats[print])}}
	at := sarifLocation{Physical: s.physical(d.Pos, d.End)}
	if d.Entity != "" {
		at.Logical = []sarifLogical{{plain(d.Entity, maxSARIFText)}}
	}
	if at.Physical != nil || at.Logical != nil {
		r.Locations = []sarifLocation{at}
	}
	for i, rel := range d.Related[:min(len(d.Related), maxSARIFRelated)] {
		msg := text(rel.Message)
		r.Related = append(r.Related, sarifLocation{ID: i + 1, Physical: s.physical(rel.Pos, Pos{}), Message: &msg})
	}
	if d.Fix != nil {
		r.Fixes = []sarifFix{s.fix(*d.Fix)}
	}
	return r
}

func (s *sarif) physical(at, end Pos) *sarifPhysical {
	p := s.path(at)
	if p == "" {
		return nil
	}
	out := &sarifPhysical{Artifact: artifact(p)}
	if at.Line > 0 {
		out.Region = &sarifRegion{StartLine: at.Line, StartColumn: at.Col, EndLine: end.Line, EndColumn: end.Col}
	}
	return out
}

// artifact is the address of a file, relative to the root where it can be.
func artifact(p string) sarifArtifact {
	u := url.URL{Path: valid(p)}
	if path.IsAbs(p) {
		u.Scheme = "file"
		return sarifArtifact{URI: u.String()}
	}
	return sarifArtifact{URI: u.String(), Base: sarifRoot}
}

func (s *sarif) fix(f Fix) sarifFix {
	out := sarifFix{Description: text(f.Title)}
	for _, e := range f.Edits {
		end := e.Pos.Col + len([]rune(e.Old))
		out.Changes = append(out.Changes, sarifChange{artifact(s.path(e.Pos)), []sarifReplacement{{
			sarifRegion{e.Pos.Line, e.Pos.Col, e.Pos.Line, end}, sarifText{Text: e.New}}}})
	}
	return out
}

func text(s string) sarifText { return sarifText{Text: plain(s, maxSARIFText)} }

func sarifLevel(s Severity) string {
	if s == Info {
		return "note"
	}
	return s.String()
}

// ruleOf numbers the rules in the order of their first finding.
func (s *sarif) ruleOf(d Diagnostic) int {
	if i, ok := s.index[d.Code]; ok {
		return i
	}
	known, ok := s.rule(d.Code)
	if !ok {
		known = Rule{Severity: d.Severity, Title: strings.ReplaceAll(string(d.Code), "-", " ")}
	}
	r := sarifRule{ID: string(d.Code), Default: map[string]any{"level": sarifLevel(known.Severity)},
		Props: map[string]any{"tags": []string{"catalog"}, "problem.severity": problemSeverity(known.Severity)}}
	short := text(known.Title)
	r.Short, r.Full, r.Help = &short, &short, sarifHelp(known)
	if known.Why != "" {
		why := text(known.Why)
		r.Full = &why
	}
	if strings.HasPrefix(known.Page, "https://") {
		r.HelpURI = known.Page
	}
	s.index[d.Code] = len(s.rules)
	s.rules = append(s.rules, r)
	return s.index[d.Code]
}

// problemSeverity is how GitHub calls a severity, which it filters by.
func problemSeverity(s Severity) string {
	if s == Info {
		return "recommendation"
	}
	return s.String()
}

// sarifHelp explains a rule to whoever opens a finding, without a way to any other
// page: the manual need not be published anywhere.
func sarifHelp(r Rule) *sarifText {
	help := cmp.Or(r.Help, r.Why, r.Title+".")
	out := &sarifText{Text: plain(help, maxSARIFHelp), Markdown: plain(help, maxSARIFHelp)}
	if strings.HasPrefix(r.Page, "https://") {
		out.Text += "\n\n" + r.Page
		out.Markdown += "\n\n[The manual](" + r.Page + ")"
	}
	return out
}
