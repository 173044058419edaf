package gitlab

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"callboard/internal/facts"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// perPage is the most that a page of GitLab's lists holds.
const perPage = "100"

// project is what we read of a project; the names are those of
// https://docs.gitlab.com/api/projects/.
type project struct {
	ID          int64     `json:"id"`
	Path        string    `json:"path_with_namespace"`
	Description string    `json:"description"`
	Default     string    `json:"default_branch"`
	Topics      []string  `json:"topics"`
	Tags        []string  `json:"tag_list"` // topics, before 14.0
	Archived    bool      `json:"archived"`
	Empty       bool      `json:"empty_repo"`
	Access      string    `json:"repository_access_level"`
	Visibility  string    `json:"visibility"`
	WebURL      string    `json:"web_url"`
	CloneURL    string    `json:"http_url_to_repo"`
	Created     time.Time `json:"created_at"`
	Stars       *int      `json:"star_count"`
	Issues      *int      `json:"open_issues_count"`
	Doomed      *string   `json:"marked_for_deletion_on"` // when it will be deleted, if it was
	Fork        *struct {
		ID int64 `json:"id"`
	} `json:"forked_from_project"`
}

// Repos lists the projects that are wanted, with the commits of their branches
// where GraphQL tells.
func (h *Host) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	return func(yield func(source.Repo, error) bool) {
		var few []project
		seen := map[int64]bool{}
		flush := func() bool {
			for _, r := range h.repos(ctx, few) {
				if !yield(r, nil) {
					return false
				}
			}
			few = few[:0]
			return true
		}
		for p, err := range h.projects(ctx) {
			if err != nil {
				if flush() {
					yield(source.Repo{}, err)
				}
				return
			}
			if seen[p.ID] || !h.wanted(p) {
				continue
			}
			seen[p.ID] = true
			if few = append(few, p); len(few) == tipsAtOnce && !flush() {
				return
			}
		}
		flush()
	}
}

// projects lists those of the group, of the groups that match, or all.
func (h *Host) projects(ctx context.Context) iter.Seq2[project, error] {
	if len(h.accept.groups) == 0 {
		return h.projectsOf(ctx, h.o.Group)
	}
	return func(yield func(project, error) bool) {
		for g, err := range h.allGroups(ctx, false) {
			if err != nil {
				yield(project{}, err)
				return
			}
			if !h.matches(g.Path) {
				continue
			}
			for p, err := range h.projectsOf(ctx, g.Path) {
				if !yield(p, err) || err != nil {
					return
				}
			}
		}
	}
}

func (h *Host) matches(group string) bool {
	for _, r := range h.accept.groups {
		if r.MatchString(group) {
			return true
		}
	}
	return false
}

func (h *Host) projectsOf(ctx context.Context, group string) iter.Seq2[project, error] {
	q := url.Values{"per_page": {perPage}, "order_by": {"id"}, "sort": {"asc"}}
	if !h.o.Filters.Archived {
		q.Set("archived", "false")
	}
	if len(h.o.Filters.Topics) > 0 {
		q.Set("topic", strings.Join(h.o.Filters.Topics, ","))
	}
	c := rest.Call{What: "list projects", Path: []string{"projects"}, Query: q}
	if group == "" {
		q.Set("pagination", "keyset") // pages of this list alone have a limit otherwise
		if h.o.Filters.Membership {
			q.Set("membership", "true")
		}
	} else {
		c.What = "list projects of " + source.Clip(group)
		c.Path = []string{"groups", group, "projects"}
		q.Set("include_subgroups", "true")
		q.Set("with_shared", "false")
	}
	return rest.Items[project](ctx, h.api, c, next)
}

// next is the next page by the header Link, which both ways of GitLab to give
// pages have, and else by the older X-Next-Page.
func next[P any](h http.Header, page *P) url.Values {
	if q := rest.Linked(h, page); q != nil {
		return q
	}
	if n := h.Get("X-Next-Page"); n != "" {
		return url.Values{"page": {n}}
	}
	return nil
}

// repos are projects as repositories. One that lacks the branch that is asked for
// is left out, if we learn so.
func (h *Host) repos(ctx context.Context, ps []project) []source.Repo {
	tips := h.tips(ctx, ps)
	out := make([]source.Repo, 0, len(ps))
	for _, p := range ps {
		r, t := h.repo(p), tips[p.ID]
		if t != nil {
			if t.none(h.o.Filters.Branch != "") {
				continue
			}
			h.add(&r, t)
		}
		out = append(out, r)
	}
	return out
}

func (h *Host) repo(p project) source.Repo {
	topics := p.Topics
	if topics == nil {
		topics = p.Tags
	}
	return source.Repo{
		Name: p.Path, ID: strconv.FormatInt(p.ID, 10), Branch: h.branch(p), Topics: topics,
		WebURL: strings.TrimRight(cmp.Or(p.WebURL, h.base+"/"+p.Path), "/"), CloneURL: p.CloneURL,
		Facts: facts.Repo{
			Observed: h.api.Now(), Description: p.Description, Topics: topics, Archived: p.Archived, Fork: p.Fork != nil,
			Visibility: p.Visibility, Created: p.Created, Stars: p.Stars, OpenIssues: p.Issues,
		},
	}
}
