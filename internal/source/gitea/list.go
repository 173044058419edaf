package gitea

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"callboard/internal/facts"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// perPage is the most that a page holds unless the server is set up otherwise.
const perPage = "50"

// repository is what we read of a repository; the names are those of the schema
// Repository in the API's description.
type repository struct {
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	Full        string    `json:"full_name"`
	Description string    `json:"description"`
	Website     string    `json:"website"`
	Default     string    `json:"default_branch"`
	HTML        string    `json:"html_url"`
	Clone       string    `json:"clone_url"`
	Topics      []string  `json:"topics"`
	Licenses    []string  `json:"licenses"`
	Language    string    `json:"language"`
	Empty       bool      `json:"empty"`
	Archived    bool      `json:"archived"`
	Fork        bool      `json:"fork"`
	Private     bool      `json:"private"`
	Internal    bool      `json:"internal"`
	Code        *bool     `json:"has_code"`
	Size        int64     `json:"size"` // in KiB
	Stars       *int      `json:"stars_count"`
	Issues      *int      `json:"open_issues_count"`
	Pulls       *int      `json:"open_pr_counter"`
	Created     time.Time `json:"created_at"`
	Updated     time.Time `json:"updated_at"`
}

// Repos lists the repositories that are wanted.
func (h *Host) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	kind := "orgs"
	if h.o.User != "" {
		kind = "users"
	}
	c := rest.Call{What: "list repositories of " + source.Clip(h.owner), Path: []string{kind, h.owner, "repos"}}
	return func(yield func(source.Repo, error) bool) {
		seen := map[int64]bool{} // pages shift when somebody adds a repository
		for r, err := range items[repository](ctx, h.api, c) {
			if err != nil {
				yield(source.Repo{}, err)
				return
			}
			if seen[r.ID] || !h.wanted(r) {
				continue
			}
			seen[r.ID] = true
			if !yield(h.repo(r), nil) {
				return
			}
		}
	}
}

// items are the items of a list's pages. The next page is named by the header
// Link or, of lists without, follows from X-Total-Count; a list with neither ends
// with its first empty page.
func items[T any](ctx context.Context, a *rest.API, c rest.Call) iter.Seq2[T, error] {
	c.Query = url.Values{"limit": {perPage}, "page": {"1"}}
	page, had := 1, 0
	return rest.Items[T](ctx, a, c, func(h http.Header, got *[]T) url.Values {
		page, had = page+1, had+len(*got)
		if q := rest.Linked(h, got); q != nil {
			return url.Values{"page": {q.Get("page")}}
		}
		total, err := strconv.Atoi(h.Get("X-Total-Count"))
		if h.Get("Link") != "" || len(*got) == 0 || err == nil && had >= total {
			return nil
		}
		return url.Values{"page": {strconv.Itoa(page)}}
	})
}

// wanted tells whether a repository is.
func (h *Host) wanted(r repository) bool {
	f := h.o.Filters
	has := func(topic string) bool { return slices.Contains(r.Topics, topic) }
	switch {
	case r.ID <= 0 || r.Empty || r.Code != nil && !*r.Code || r.Default == "" && f.Branch == "":
		return false // nothing to read
	case f.NoForks && r.Fork, f.NoArchived && r.Archived, !h.names.MatchString(r.Name):
		return false
	case len(f.Include) > 0 && !slices.ContainsFunc(f.Include, has), slices.ContainsFunc(f.Exclude, has):
		return false
	case len(f.Visibility) > 0 && !slices.Contains(f.Visibility, r.visibility()):
		return false
	}
	_, _, ok := rest.OwnerAndName(r.Full)
	return ok
}

// visibility is who may see a repository: Gitea tells it in two words.
func (r repository) visibility() string {
	switch {
	case r.Private:
		return "private"
	case r.Internal:
		return "internal"
	}
	return "public"
}

func (h *Host) repo(r repository) source.Repo {
	out := source.Repo{
		Name: r.Full, ID: strconv.FormatInt(r.ID, 10), Branch: cmp.Or(h.o.Filters.Branch, r.Default), Topics: r.Topics, Size: r.Size << 10,
		WebURL: strings.TrimRight(cmp.Or(r.HTML, h.base+"/"+r.Full), "/"), CloneURL: r.Clone,
		Facts: facts.Repo{
			Observed: h.api.Now(), Description: r.Description, Homepage: r.Website, Topics: r.Topics, Archived: r.Archived, Fork: r.Fork,
			Visibility: r.visibility(), Created: r.Created, Stars: r.Stars, OpenIssues: r.Issues, OpenPulls: r.Pulls,
			// Every push moves it on, and some other changes do too.
			Pushed: r.Updated,
		},
	}
	if len(r.Licenses) > 0 {
		out.Facts.Licence = r.Licenses[0]
	}
	if r.Language != "" {
		out.Facts.Languages = []facts.Language{{Name: r.Language}}
	}
	return out
}
