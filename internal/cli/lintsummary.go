package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"callboard/internal/changes"
	"callboard/internal/diag"
)

// annotate writes annotations for GitHub, and what finds no room among them into
// the summary of the job's step.
func (a *app) annotate(w io.Writer, l *linted, o diag.ReportOptions, f lintFlags) error {
	ds := a.worthTelling(l.findings)
	left, err := diag.WriteGitHub(w, ds, o)
	step := a.Getenv("GITHUB_STEP_SUMMARY")
	if err != nil || step == "" || f.summary != "" || left == 0 && l.diff() == nil {
		return err
	}
	return a.appendSummary(step, a.summary(l))
}

// summary is what is told of the change. What is not here is named by its
// repository.
func (a *app) summary(l *linted) changes.Summary {
	name := a.reportOptions(l, "github", "").Path
	return changes.Summary{Diff: l.diff(), Affected: l.affected(), Findings: a.worthTelling(l.findings), Path: func(at diag.Pos) string {
		return strings.TrimPrefix(name(at), publishedMark)
	}}
}

// writeSummary writes the summary that --summary asks for.
func (a *app) writeSummary(l *linted, f lintFlags) error {
	s := a.summary(l)
	switch step := a.Getenv("GITHUB_STEP_SUMMARY"); {
	case f.summary == "":
		return nil
	case f.summary == "-":
		_, err := io.WriteString(a.Stdout, s.Markdown(changes.MaxComment))
		return err
	case step != "" && filepath.Clean(step) == a.path(f.summary):
		return a.appendSummary(step, s)
	}
	if err := os.WriteFile(a.path(f.summary), []byte(s.Markdown(changes.MaxComment)), 0o666); err != nil {
		return fmt.Errorf("cannot write the summary: %w", err)
	}
	return nil
}

// appendSummary adds to the summary of the step as much as there is room for.
func (a *app) appendSummary(file string, s changes.Summary) (err error) {
	out, err := os.OpenFile(a.path(file), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return fmt.Errorf("cannot write the summary of the step: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	st, err := out.Stat()
	if err != nil {
		return fmt.Errorf("cannot write the summary of the step: %w", err)
	}
	if room := changes.MaxStepSummary - int(min(st.Size(), changes.MaxStepSummary)); room > 1000 {
		_, err = io.WriteString(out, s.Markdown(room-1)+"\n")
	}
	return err
}
