package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/action"
	"callboard/internal/build"
	"callboard/internal/changes"
	"callboard/internal/diag"
	"callboard/internal/git"
	"callboard/internal/publish"
)

func (a *app) actionCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "action",
		Short:  "Be a step of the GitHub Action",
		Hidden: true, // people write uses:, and action.yml runs it
		Long: `Do what the inputs of action.yml say, which stand in variables such as
INPUT_MODE, and tell of it in the files that GITHUB_OUTPUT and
GITHUB_STEP_SUMMARY name.`,
		Example: `  INPUT_MODE=lint INPUT_COMMENT=true callboard action`,
		Args:    atMost(0),
		RunE:    func(c *cobra.Command, _ []string) error { return a.action(c.Context()) },
	}
}

// outcome is what a command came to, for the outputs and the summary of a step.
type outcome struct {
	entities, changed int
	findings          []diag.Diagnostic
	summary           changes.Summary
}

// came tells whether the command got as far as to have an outcome.
func (o outcome) came() bool { return o.summary.Path != nil }

func lintedOutcome(l *linted, s changes.Summary) outcome {
	o := outcome{entities: l.entities(), findings: l.findings, summary: s}
	if s.Diff != nil {
		o.changed = len(s.Diff.Changes)
	}
	return o
}

func builtOutcome(r *build.Result, ds []diag.Diagnostic) outcome {
	s := r.Stats
	lead := fmt.Sprintf("%s from %s, %s of documentation; %s in the portal, %d rendered.", count(s.Entities, "entity", "entities"),
		count(s.Repositories, "repository", "repositories"), count(s.Docs, "page", "pages"), count(s.Pages, "file", "files"), s.Rendered)
	return outcome{entities: s.Entities, changed: s.Written + s.Removed, findings: ds,
		summary: changes.Summary{Title: "Portal", Lead: lead, Findings: aboveInfo(ds), Path: diag.Pos.Path}}
}

func publishedOutcome(r *publish.Report) outcome {
	lead := fmt.Sprintf("%s sent (%s), %d as they were, %d retired, %d deleted.", count(r.Sent, "file", "files"), size(r.Bytes), r.Plan.Same, len(r.Plan.Leaving), r.Deleted)
	return outcome{changed: r.Sent + r.Deleted, summary: changes.Summary{Title: "Published", Lead: lead, Path: diag.Pos.Path}}
}

func aboveInfo(ds []diag.Diagnostic) []diag.Diagnostic {
	return slices.DeleteFunc(slices.Clone(ds), func(d diag.Diagnostic) bool { return d.Severity == diag.Info })
}

// exitError ends a command with a code. What there is to say has been said.
type exitError int

func (e exitError) Error() string { return "exit code " + strconv.Itoa(int(e)) }

// step is one run of the Action.
type step struct {
	*app
	mode        string
	extra       []string // of the input args
	failOn      string
	annotations bool
	comment     bool
	event       action.Event
}

// input is the value of an input of action.yml.
func (a *app) input(name string) string {
	return strings.TrimSpace(a.Getenv("INPUT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))))
}

// actionModes are the values of the input mode, but for setup, which runs nothing.
var actionModes = []string{"lint", "preview", "crawl", "build", "publish"}

func (a *app) action(ctx context.Context) error {
	s, err := a.readInputs()
	if err != nil {
		return err
	}
	args, err := s.arguments(ctx)
	if err != nil {
		return err
	}
	sub := s.sub()
	root := sub.root()
	root.SetArgs(args)
	code := sub.exit(ctx, root.ExecuteContext(ctx))
	if code > ExitFindings || code == ExitFindings && s.mode != "crawl" && !sub.came.came() {
		return exitError(code)
	}
	if err := s.tell(ctx, sub.came); err != nil {
		return err
	}
	return s.verdict(code, sub.came)
}

// readInputs reads the inputs and checks them, so that a mistake in a workflow is
// told as one.
func (a *app) readInputs() (*step, error) {
	s := &step{app: a, mode: a.input("mode"), failOn: a.input("fail-on")}
	if dir := a.input("working-directory"); dir != "" {
		a.Dir = a.path(dir)
	}
	if !slices.Contains(actionModes, s.mode) {
		return nil, &usageError{"the input mode is " + quote(s.mode), "it must be setup, " + strings.Join(actionModes, ", ")}
	}
	if !slices.Contains([]string{"", "error", "warning", "never"}, s.failOn) {
		return nil, &usageError{"the input fail-on is " + quote(s.failOn), "it must be error, warning or never"}
	}
	var err1, err2, err3, err4 error
	s.annotations, err1 = action.Bool("annotations", a.input("annotations"), true)
	s.comment, err2 = action.Bool("comment", a.input("comment"), false)
	s.extra, err3 = action.Words(a.input("args"))
	s.event, err4 = a.readEvent()
	if err := cmp.Or(err1, err2, err3); err != nil {
		return nil, &usageError{err.Error(), ""}
	}
	return s, err4
}

func (a *app) readEvent() (action.Event, error) {
	name := a.Getenv("GITHUB_EVENT_PATH")
	if name == "" {
		return action.Event{}, nil
	}
	b, err := os.ReadFile(a.path(name))
	if err != nil {
		return action.Event{}, fmt.Errorf("the event of the job cannot be read: %w", err)
	}
	return action.ParseEvent(b)
}

// sub is the program that does the work: it has the token where crawls look for
// one, and leaves the summary to the step.
func (s *step) sub() *app {
	env := s.Env
	env.Getenv = func(name string) string {
		switch v := s.Getenv(name); {
		case name == "GITHUB_STEP_SUMMARY":
			return ""
		case name == "GITHUB_TOKEN":
			return cmp.Or(v, s.input("token"))
		default:
			return v
		}
	}
	return &app{Env: env}
}

// temp is a file that lasts as long as the job.
func (s *step) temp(name string) string {
	return filepath.Join(cmp.Or(s.Getenv("RUNNER_TEMP"), os.TempDir()), name)
}

func (s *step) sarif() string {
	if file := s.input("sarif-file"); file != "" {
		return s.path(file)
	}
	return s.temp("callboard.sarif")
}

func (s *step) report() string { return s.temp("callboard-report.json") }

// out is the directory of the portal, or of the preview.
func (s *step) out() string {
	if s.mode == "preview" {
		return cmp.Or(s.input("out"), "preview")
	}
	return cmp.Or(s.input("out"), "public")
}

// arguments are those of the command that the inputs come to. An input is always an
// argument of its own, never a part of a line that somebody takes apart.
func (s *step) arguments(ctx context.Context) ([]string, error) {
	args := []string{s.mode}
	add := func(flag, value string) {
		if value != "" {
			args = append(args, flag+"="+value)
		}
	}
	switch s.mode {
	case "lint":
		args = append(args, "--report=sarif="+s.sarif(), "--report=json="+s.report())
		if s.annotations {
			args = append(args, "--format=github")
		}
	case "build", "preview":
		add("--out", s.out())
		add("--base-url", s.input("base-url"))
	case "publish":
		add("--from", s.out())
		if add("--to", s.input("to")); s.input("to") == "" {
			return nil, &usageError{"the input to is missing", "where to publish: s3://BUCKET/PREFIX, a directory, github-pages:FILE"}
		}
	}
	if s.mode != "publish" {
		add("--config", s.input("config"))
		add("--state", s.input("state"))
	}
	if s.mode == "lint" || s.mode == "preview" {
		add("--since", s.since(ctx))
		add("--catalog", s.input("catalog"))
	}
	args = append(args, s.extra...)
	if p := s.input("path"); p != "" && s.mode != "publish" {
		args = append(args, "--")
		for line := range strings.Lines(p) {
			args = append(args, strings.TrimSpace(line))
		}
	}
	return args, nil
}

// since is the commit that a pull request is compared with: what the input says, or
// else the tip of the branch that it is to be merged into, or else the first parent
// of the merge that GitHub checks out, which is there with fetch-depth: 2.
func (s *step) since(ctx context.Context) string {
	base := s.Getenv("GITHUB_BASE_REF")
	if given := s.input("since"); given != "" || base == "" {
		return given
	}
	if repo, err := git.Open(checkoutOf(s.Dir), s.Getenv("PATH")); err == nil {
		for _, rev := range []string{"origin/" + base, "HEAD^1"} {
			if _, err := repo.MergeBase(ctx, rev); err == nil {
				return rev
			}
		}
	}
	s.warn("the checkout does not have the commit that the pull request is compared with, so all findings are told: give actions/checkout fetch-depth: 2")
	return ""
}

func (s *step) warn(message string) {
	if err := diag.Annotate(s.Stdout, diag.Warning, message); err != nil {
		s.complain(message, "")
	}
}

// tell writes the outputs, the summary and the comment.
func (s *step) tell(ctx context.Context, o outcome) error {
	if err := s.outputs(o); err != nil {
		return err
	}
	if !o.came() {
		return nil
	}
	if file := s.Getenv("GITHUB_STEP_SUMMARY"); file != "" {
		if err := s.appendSummary(file, o.summary); err != nil {
			return err
		}
	}
	if s.comment && s.mode == "lint" && s.event.PullRequest > 0 {
		return s.putComment(ctx, o)
	}
	return nil
}

func (s *step) outputs(o outcome) (err error) {
	file := s.Getenv("GITHUB_OUTPUT")
	if file == "" {
		return nil
	}
	out, err := os.OpenFile(s.path(file), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return fmt.Errorf("cannot write the outputs of the step: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return s.writeOutputs(out, o)
}

func (s *step) writeOutputs(w io.Writer, o outcome) error {
	errs, warnings, _ := diag.Count(o.findings)
	values := [][2]string{
		{"errors", strconv.Itoa(errs)}, {"warnings", strconv.Itoa(warnings)}, {"entities", strconv.Itoa(o.entities)}, {"changed", strconv.Itoa(o.changed)},
	}
	switch s.mode {
	case "lint":
		values = append(values, [2]string{"sarif", s.sarif()}, [2]string{"report", s.report()})
	case "build", "preview", "publish":
		values = append(values, [2]string{"site-path", s.path(s.out())})
	}
	for _, v := range values {
		if err := action.WriteOutput(w, v[0], v[1]); err != nil {
			return fmt.Errorf("cannot write the outputs of the step: %w", err)
		}
	}
	return nil
}

// putComment keeps the comment on the pull request up to date. That it cannot be
// written fails no check: the summary of the step has the same.
func (s *step) putComment(ctx context.Context, o outcome) error {
	if s.event.Fork {
		s.talk("no comment: the pull request comes from a fork, whose jobs may not write; the summary of the job has the same")
		return nil
	}
	t := action.Thread{API: s.Getenv("GITHUB_API_URL"), Repository: s.Getenv("GITHUB_REPOSITORY"), Number: s.event.PullRequest,
		Token: s.input("token"), Author: cmp.Or(s.input("comment-author"), "github-actions[bot]")}
	d := o.summary.Diff
	fresh := len(o.summary.Findings) > 0 || d != nil && len(d.Changes)+len(d.Broken) > 0
	err := t.Put(ctx, "callboard", o.summary.Markdown(changes.MaxComment), fresh)
	switch {
	case err == nil || ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, action.ErrForbidden):
		s.warn(err.Error() + "; the job needs permissions: pull-requests: write")
	default:
		s.warn(err.Error())
	}
	return nil
}

// verdict is the error that the step ends with. A portal is renewed whatever is
// found in it, and what a crawl could not have is as it was, unless the workflow
// asks for more.
func (s *step) verdict(code int, o outcome) error {
	switch {
	case s.failOn == "never":
		return nil
	case s.mode == "crawl" && code == ExitFindings && s.failOn == "":
		s.warn("something is not as it is at its host; the portal says what")
		return nil
	case code != ExitOK:
		return exitError(code)
	case s.failOn == "warning":
		return verdict(o.findings, diag.Warning)
	case s.failOn == "error":
		return verdict(o.findings, diag.Error)
	}
	return nil
}
