package gitlab

import (
	"context"
	"time"

	"callboard/internal/facts"
	"callboard/internal/source"
)

// EnrichCost is one query.
func (h *Host) EnrichCost() int { return 1 }

const factsQuery = `query($p: ID!, $ref: String) {
  project(fullPath: $p) {
    id
    releases(first: 1, sort: RELEASED_AT_DESC) { nodes { name tagName releasedAt links { selfUrl } } }
    pipelines(first: 1, ref: $ref) { nodes { status finishedAt path } }
  }
}`

// Enrich adds the latest release and the last pipeline of the branch that is
// read.
func (h *Host) Enrich(ctx context.Context, r source.Repo, f *facts.Repo) error {
	what := "facts about " + source.Clip(r.Name)
	var a struct {
		Project *struct {
			ID       string
			Releases struct {
				Nodes []struct {
					Name, TagName string
					ReleasedAt    time.Time
					Links         struct{ SelfURL string }
				}
			}
			Pipelines struct {
				Nodes []struct {
					Status, Path string
					FinishedAt   time.Time
				}
			}
		}
	}
	if err := h.query(ctx, what, factsQuery, map[string]any{"p": r.Name, "ref": r.Branch}, &a); err != nil {
		return err
	}
	p := a.Project
	if p == nil || r.ID != "" && p.ID != projectID+r.ID {
		return h.api.Fault(source.Gone, what, "")
	}
	for _, n := range p.Releases.Nodes {
		if n.TagName != "" && !n.ReleasedAt.After(h.api.Now()) { // one of the future is announced
			f.Release = &facts.Release{Name: n.Name, Tag: n.TagName, URL: n.Links.SelfURL, Published: n.ReleasedAt}
		}
	}
	for _, n := range p.Pipelines.Nodes {
		f.Run = &facts.Run{Name: "pipeline", Result: result(n.Status), URL: h.inBase(n.Path), Finished: n.FinishedAt}
	}
	f.Observed = h.api.Now()
	return nil
}

// result is a status of a pipeline in the words of facts.
func result(status string) string {
	switch status {
	case "SUCCESS":
		return "success"
	case "FAILED":
		return "failure"
	case "CANCELED", "CANCELING":
		return "cancelled"
	case "SKIPPED", "MANUAL":
		return "skipped"
	}
	return "running"
}
