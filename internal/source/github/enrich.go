package github

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"

	"callboard/internal/facts"
	"callboard/internal/source"
)

// topContributors is how many contributors the facts name.
const topContributors = 10

// EnrichCost is how many requests Enrich makes at most: contributors (two if
// there are more than a hundred), the last run, and errors of CODEOWNERS. All
// are conditional; what has not changed costs nothing of the hourly allowance.
func (h *Host) EnrichCost() int { return 4 }

// Enrich adds contributors, the last workflow run on the branch and the errors
// of CODEOWNERS. What a token may not see, and what a repository does not have,
// stays unknown.
func (h *Host) Enrich(ctx context.Context, r source.Repo, f *facts.Repo) error {
	what := "facts of " + clip(r.Name, 200)
	owner, name, ok := split(r.Name)
	if !ok {
		return h.noName(what)
	}
	ctx = ask(ctx, what)
	for _, add := range []func(context.Context, string, string, source.Repo, *facts.Repo) error{h.contributors, h.run, h.codeowners} {
		if err := h.fault(add(ctx, owner, name, r, f), what); err != nil && !unknowable(err) {
			return err
		}
	}
	return nil
}

// unknowable tells that a fact is not to be had, and that this is no failure:
// Actions may be off, a history too long to count, a permission missing.
func unknowable(err error) bool {
	k := source.KindOf(err)
	return k == source.Gone || k == source.Denied || k == source.Empty
}

func (h *Host) contributors(ctx context.Context, owner, name string, _ source.Repo, f *facts.Repo) error {
	o := &github.ListContributorsOptions{ListOptions: github.ListOptions{PerPage: perPage}}
	first, resp, err := h.rest.Repositories.ListContributors(ctx, owner, name, o)
	if err != nil {
		return err
	}
	n := len(first)
	if resp.LastPage > 1 {
		o.Page = resp.LastPage
		last, _, err := h.rest.Repositories.ListContributors(ctx, owner, name, o)
		if err != nil {
			return err
		}
		n = (resp.LastPage-1)*perPage + len(last)
	}
	f.Contributors, f.Top = &n, nil
	for _, c := range first[:min(len(first), topContributors)] {
		f.Top = append(f.Top, facts.Contributor{Login: c.GetLogin(), Commits: c.GetContributions()})
	}
	return nil
}

func (h *Host) run(ctx context.Context, owner, name string, r source.Repo, f *facts.Repo) error {
	o := &github.ListWorkflowRunsOptions{Branch: r.Branch, ExcludePullRequests: true, ListOptions: github.ListOptions{PerPage: 1}}
	runs, _, err := h.rest.Actions.ListRepositoryWorkflowRuns(ctx, owner, name, o)
	if err != nil || runs == nil || len(runs.WorkflowRuns) == 0 {
		return err
	}
	last := runs.WorkflowRuns[0]
	f.Run = &facts.Run{Name: last.GetName(), Result: result(last.GetStatus(), last.GetConclusion()), URL: last.GetHTMLURL()}
	if last.GetStatus() == "completed" {
		f.Run.Finished = last.GetUpdatedAt().UTC()
	}
	return nil
}

// result is how a run went, in the words of facts.
func result(status, conclusion string) string {
	if status != "completed" {
		return "running"
	}
	switch conclusion {
	case "success", "neutral":
		return "success"
	case "cancelled", "stale":
		return "cancelled"
	case "skipped":
		return "skipped"
	case "action_required":
		return "running"
	}
	return "failure"
}

func (h *Host) codeowners(ctx context.Context, owner, name string, r source.Repo, f *facts.Repo) error {
	es, resp, err := h.rest.Repositories.GetCodeownersErrors(ctx, owner, name, &github.GetCodeownersErrorsOptions{Ref: r.Branch})
	if err != nil {
		if resp != nil && resp.StatusCode == http.StatusNotFound {
			f.Codeowners = []facts.CodeownersError{} // asked, and there is no such file
		}
		return err
	}
	if es == nil {
		return h.broken("", "an answer that is nothing")
	}
	f.Codeowners = make([]facts.CodeownersError, 0, len(es.Errors))
	for _, e := range es.Errors {
		if e == nil {
			continue
		}
		message, _, _ := strings.Cut(e.Message, "\n") // the rest draws the line with an arrow
		f.Codeowners = append(f.Codeowners, facts.CodeownersError{Line: e.Line, Column: e.Column, Kind: e.Kind, Message: message})
	}
	return nil
}
