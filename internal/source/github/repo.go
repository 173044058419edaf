package github

import (
	"slices"
	"strconv"
	"strings"

	"callboard/internal/facts"
	"callboard/internal/source"
)

// repoFragment asks for all of a repository that a list can tell. Connections
// are bounded as GitHub demands; counts need no more than one node.
const repoFragment = `
fragment repo on Repository {
  id databaseId name nameWithOwner url description homepageUrl
  isArchived isFork isDisabled visibility diskUsage createdAt pushedAt stargazerCount
  owner { login }
  licenseInfo { spdxId }
  latestRelease { name tagName url publishedAt }
  defaultBranchRef { name target { oid } }
  ref(qualifiedName: $ref) @include(if: $other) { name target { oid } }
  repositoryTopics(first: 20) { nodes { topic { name } } }
  languages(first: 10, orderBy: {field: SIZE, direction: DESC}) { totalSize edges { size node { name } } }
  pullRequests(first: 1, states: OPEN) { totalCount }
  issues(first: 1, states: OPEN) { totalCount }
}`

// remote is a repository as GraphQL tells of it; what REST tells is brought
// into the same form.
type remote struct {
	ID            string `json:"id"`
	DatabaseID    int64  `json:"databaseId"`
	Name          string `json:"name"`
	NameWithOwner string `json:"nameWithOwner"`
	URL           string `json:"url"`
	Description   string `json:"description"`
	HomepageURL   string `json:"homepageUrl"`
	IsArchived    bool   `json:"isArchived"`
	IsFork        bool   `json:"isFork"`
	IsDisabled    bool   `json:"isDisabled"`
	Visibility    string `json:"visibility"`
	DiskUsage     int64  `json:"diskUsage"` // kilobytes
	CreatedAt     moment `json:"createdAt"`
	PushedAt      moment `json:"pushedAt"`
	Stars         *int   `json:"stargazerCount"`
	Owner         struct {
		Login string `json:"login"`
	} `json:"owner"`
	LicenseInfo   *licence `json:"licenseInfo"`
	LatestRelease *struct {
		Name        string `json:"name"`
		TagName     string `json:"tagName"`
		URL         string `json:"url"`
		PublishedAt moment `json:"publishedAt"`
	} `json:"latestRelease"`
	DefaultBranchRef *branch `json:"defaultBranchRef"`
	Ref              *branch `json:"ref"`
	RepositoryTopics struct {
		Nodes []topic `json:"nodes"`
	} `json:"repositoryTopics"`
	Languages *struct {
		TotalSize int64 `json:"totalSize"`
		Edges     []struct {
			Size int64 `json:"size"`
			Node named `json:"node"`
		} `json:"edges"`
	} `json:"languages"`
	PullRequests *count `json:"pullRequests"`
	Issues       *count `json:"issues"`
}

type named struct {
	Name string `json:"name"`
}

type topic struct {
	Topic named `json:"topic"`
}

type licence struct {
	SPDX string `json:"spdxId"`
}

type branch struct {
	Name   string  `json:"name"`
	Target *target `json:"target"`
}

type target struct {
	OID string `json:"oid"`
}

type count struct {
	Total int `json:"totalCount"`
}

func (r *remote) topics() []string {
	out := make([]string, 0, len(r.RepositoryTopics.Nodes))
	for _, n := range r.RepositoryTopics.Nodes {
		out = append(out, n.Topic.Name)
	}
	slices.Sort(out)
	return out
}

// refVars are the variables of repoFragment.
func (h *Host) refVars() map[string]any {
	b := h.o.Filters.Branch
	return map[string]any{"ref": "refs/heads/" + b, "other": b != ""}
}

// read is the branch that is read, nil if the repository has none.
func (h *Host) read(r *remote) *branch {
	b := r.DefaultBranchRef
	if h.o.Filters.Branch != "" {
		b = r.Ref
	}
	if b == nil || b.Name == "" {
		return nil
	}
	return b
}

// repo is a repository as a source tells of it, and whether it can be read: it
// has a commit on the branch, and its names are names.
func (h *Host) repo(r *remote) (source.Repo, bool) {
	if r.NameWithOwner == "" {
		r.NameWithOwner = r.Owner.Login + "/" + r.Name
	}
	if _, _, ok := split(r.NameWithOwner); !ok || h.read(r) == nil {
		return source.Repo{}, false
	}
	b := h.read(r)
	out := source.Repo{
		Name: r.NameWithOwner, Branch: b.Name, WebURL: strings.TrimSuffix(r.URL, "/"),
		Topics: r.topics(), Size: max(0, r.DiskUsage) << 10, Facts: h.facts(r),
	}
	if r.DatabaseID > 0 {
		out.ID = strconv.FormatInt(r.DatabaseID, 10)
	}
	if out.WebURL != "" {
		out.CloneURL = out.WebURL + ".git"
	}
	if b.Target != nil && isHash(b.Target.OID) {
		out.Revision = b.Target.OID
	}
	return out, true
}

func (h *Host) facts(r *remote) facts.Repo {
	f := facts.Repo{
		Observed: h.now().UTC(), Description: r.Description, Homepage: r.HomepageURL, Topics: r.topics(),
		Archived: r.IsArchived, Fork: r.IsFork, Visibility: strings.ToLower(r.Visibility),
		Created: r.CreatedAt.Time, Pushed: r.PushedAt.Time, Stars: r.Stars,
		OpenPulls: r.PullRequests.number(), OpenIssues: r.Issues.number(), Languages: languages(r),
	}
	if l := r.LicenseInfo; l != nil && l.SPDX != "NOASSERTION" {
		f.Licence = l.SPDX
	}
	if l := r.LatestRelease; l != nil && l.TagName != "" {
		f.Release = &facts.Release{Name: l.Name, Tag: l.TagName, URL: l.URL, Published: l.PublishedAt.Time}
	}
	return f
}

func (c *count) number() *int {
	if c == nil {
		return nil
	}
	return &c.Total
}

func languages(r *remote) []facts.Language {
	if r.Languages == nil {
		return nil
	}
	var out []facts.Language
	for _, e := range r.Languages.Edges {
		l := facts.Language{Name: e.Node.Name, Bytes: e.Size}
		if t := r.Languages.TotalSize; t > 0 {
			l.Share = int(float64(e.Size) / float64(t) * 1000)
		}
		out = append(out, l)
	}
	return out
}
