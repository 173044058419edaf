package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
)

// gitlabIssue is one finding in the form of GitLab's code quality reports
// (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
		End   int `json:"end,omitempty"`
	} `json:"lines"`
}

// WriteGitLab writes findings as a code quality report of GitLab. Findings that
// are about no file are left out, as the form has no place for them.
func WriteGitLab(w io.Writer, ds []Diagnostic, o ReportOptions) error {
	issues := []gitlabIssue{}
	repeats := map[string]int{}
	for _, d := range ds {
		file := o.path(d.Pos)
		if file == "" {
			continue
		}
		print := d.Fingerprint()
		if repeats[print]++; repeats[print] > 1 { // GitLab drops issues whose fingerprint it has seen
			sum := sha256.Sum256([]byte(print + ":" + strconv.Itoa(repeats[print])))
			print = hex.EncodeToString(sum[:16])
		}
		i := gitlabIssue{Description: plain(full(d), maxAnnotation), CheckName: string(d.Code), Fingerprint: print, Severity: gitlabSeverity(d.Severity)}
		i.Location.Path = valid(file)
		i.Location.Lines.Begin, i.Location.Lines.End = max(d.Pos.Line, 1), d.End.Line
		issues = append(issues, i)
	}
	return writeJSON(w, "findings", issues, true)
}

func gitlabSeverity(s Severity) string {
	switch s {
	case Error:
		return "major"
	case Warning:
		return "minor"
	}
	return "info"
}
