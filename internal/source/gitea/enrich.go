package gitea

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"callboard/internal/facts"
	"callboard/internal/source"
)

// EnrichCost is three requests: languages, release and the state of the commit.
func (h *Host) EnrichCost() int { return 3 }

// Enrich adds languages with their sizes, the latest release, and what the checks
// of the branch's commit came to.
func (h *Host) Enrich(ctx context.Context, r source.Repo, f *facts.Repo) error {
	what := "facts about " + source.Clip(r.Name)
	var sizes map[string]int64
	if err := h.get(ctx, what, r, nil, &sizes, "languages"); err != nil {
		return err
	}
	f.Languages = languages(sizes)
	if err := h.release(ctx, what, r, f); err != nil {
		return err
	}
	if err := h.checks(ctx, what, r, f); err != nil {
		return err
	}
	f.Observed = h.api.Now()
	return nil
}

func languages(sizes map[string]int64) (out []facts.Language) {
	total := int64(0)
	for _, n := range sizes {
		total += max(n, 0)
	}
	for _, name := range slices.Sorted(maps.Keys(sizes)) {
		if n := sizes[name]; n > 0 {
			out = append(out, facts.Language{Name: name, Bytes: n, Share: int((float64(n)/float64(total))*1000 + 0.5)})
		}
	}
	slices.SortStableFunc(out, func(a, b facts.Language) int { return cmp.Compare(b.Bytes, a.Bytes) })
	return out
}

func (h *Host) release(ctx context.Context, what string, r source.Repo, f *facts.Repo) error {
	var got struct {
		Title     string    `json:"name"`
		Tag       string    `json:"tag_name"`
		URL       string    `json:"html_url"`
		Published time.Time `json:"published_at"`
	}
	err := h.get(ctx, what, r, nil, &got, "releases", "latest")
	switch {
	case source.KindOf(err) == source.Gone:
		f.Release = nil // there is none
		return nil
	case err != nil:
		return err
	}
	if got.Tag != "" {
		f.Release = &facts.Release{Name: got.Title, Tag: got.Tag, URL: got.URL, Published: got.Published}
	}
	return nil
}

// checks are what Gitea's own actions, and other programs, say about a commit.
func (h *Host) checks(ctx context.Context, what string, r source.Repo, f *facts.Repo) error {
	ref := cmp.Or(r.Revision, r.Branch)
	var got struct {
		State    string
		Count    int `json:"total_count"`
		Statuses []struct {
			Updated time.Time `json:"updated_at"`
		}
	}
	err := h.get(ctx, what, r, nil, &got, "commits", ref, "status")
	switch {
	case source.KindOf(err) == source.Gone, err == nil && got.Count == 0:
		f.Run = nil
		return nil
	case err != nil:
		return err
	}
	f.Run = &facts.Run{Name: "checks", Result: result(got.State)}
	for _, s := range got.Statuses {
		if s.Updated.After(f.Run.Finished) {
			f.Run.Finished = s.Updated
		}
	}
	return nil
}

// result is a state of a commit in the words of facts.
func result(state string) string {
	switch state {
	case "success", "warning":
		return "success"
	case "failure", "error":
		return "failure"
	case "skipped":
		return "skipped"
	}
	return "running"
}
