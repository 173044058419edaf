package main

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"callboard/internal/diag"
)

// TestProblemMatcher: runners that know problem matchers read what lint prints as
// text.
func TestProblemMatcher(t *testing.T) {
	text, err := os.ReadFile("../../.github/problem-matcher.json")
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		ProblemMatcher []struct {
			Owner   string
			Pattern []struct {
				Regexp                                      string
				File, Line, Column, Severity, Message, Code int
			}
		}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	p := m.ProblemMatcher[0].Pattern[0]
	var said strings.Builder
	at := diag.Pos{File: "a b/catalog-info.yaml", Line: 12, Col: 11}
	all := []diag.Diagnostic{
		{Pos: at, Severity: diag.Error, Code: "ref-dangling", Message: `there is no group "x: [y]"`, Hint: "declare it"},
		{Pos: at, Severity: diag.Warning, Code: "owner-missing", Message: "nobody owns this"},
		{Pos: at, Severity: diag.Info, Code: "note", Message: "a note"},
	}
	if err := diag.WriteText(&said, all, diag.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(said.String()) {
		if f := regexp.MustCompile(p.Regexp).FindStringSubmatch(strings.TrimSuffix(line, "\n")); f != nil {
			got = append(got, strings.Join([]string{f[p.File], f[p.Line], f[p.Column], f[p.Severity], f[p.Message], f[p.Code]}, "|"))
		}
	}
	want := []string{`a b/catalog-info.yaml|12|11|error|there is no group "x: [y]"|ref-dangling`, "a b/catalog-info.yaml|12|11|warning|nobody owns this|owner-missing"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\n%s", got, said.String())
	}
}
