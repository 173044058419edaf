package githubtest

import (
	"net/http"
	"strings"
)

// What addresses of a repository's API end in, by their name: the description
// requires all of them.
var repoURLs = map[string]string{
	"archive_url": "/{archive_format}{/ref}", "assignees_url": "/assignees{/user}", "blobs_url": "/git/blobs{/sha}",
	"branches_url": "/branches{/branch}", "collaborators_url": "/collaborators{/collaborator}", "comments_url": "/comments{/number}",
	"commits_url": "/commits{/sha}", "compare_url": "/compare/{base}...{head}", "contents_url": "/contents/{+path}",
	"contributors_url": "/contributors", "deployments_url": "/deployments", "downloads_url": "/downloads", "events_url": "/events",
	"forks_url": "/forks", "git_commits_url": "/git/commits{/sha}", "git_refs_url": "/git/refs{/sha}", "git_tags_url": "/git/tags{/sha}",
	"hooks_url": "/hooks", "issue_comment_url": "/issues/comments{/number}", "issue_events_url": "/issues/events{/number}",
	"issues_url": "/issues{/number}", "keys_url": "/keys{/key_id}", "labels_url": "/labels{/name}", "languages_url": "/languages",
	"merges_url": "/merges", "milestones_url": "/milestones{/number}", "notifications_url": "/notifications{?since,all,participating}",
	"pulls_url": "/pulls{/number}", "releases_url": "/releases{/id}", "stargazers_url": "/stargazers", "statuses_url": "/statuses/{sha}",
	"subscribers_url": "/subscribers", "subscription_url": "/subscription", "tags_url": "/tags", "teams_url": "/teams",
	"trees_url": "/git/trees{/sha}", "url": "",
}

var userURLs = map[string]string{
	"events_url": "/events{/privacy}", "followers_url": "/followers", "following_url": "/following{/other_user}", "gists_url": "/gists{/gist_id}",
	"organizations_url": "/orgs", "received_events_url": "/received_events", "repos_url": "/repos", "starred_url": "/starred{/owner}{/repo}",
	"subscriptions_url": "/subscriptions", "url": "",
}

// webHost is where the pages of the server's things would be.
const webHost = "https://github.com"

func (s *Server) userJSON(login string) map[string]any {
	u := map[string]any{
		"login": login, "id": 1 + len(login), "node_id": nodeID("U", int64(1+len(login))), "avatar_url": "https://avatars.githubusercontent.com/" + login,
		"gravatar_id": "", "html_url": webHost + "/" + login, "type": "User", "site_admin": false,
	}
	if s.org(login) != nil {
		u["type"] = "Organization"
	}
	for name, end := range userURLs {
		u[name] = s.URL + "/users/" + login + end
	}
	return u
}

// timeForm is how GitHub writes times.
const timeForm = "2006-01-02T15:04:05Z"

// minimal is a repository as others mention it, full as it is by itself.
func (s *Server) minimal(r *Repo) map[string]any {
	out := map[string]any{
		"id": r.ID, "node_id": nodeID("R", r.ID), "name": r.Name, "full_name": r.full(), "owner": s.userJSON(r.Owner),
		"private": r.visibility() != "public", "html_url": webHost + "/" + r.full(), "description": text(r.Description), "fork": r.Fork,
	}
	for name, end := range repoURLs {
		out[name] = s.URL + "/repos/" + r.full() + end
	}
	return out
}

// text is null for none.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (s *Server) listedJSON(r *Repo) map[string]any {
	out := s.minimal(r)
	web := webHost + "/" + r.full()
	topics := r.Topics
	if topics == nil {
		topics = []string{}
	}
	for k, v := range map[string]any{
		"archived": r.Archived, "disabled": false, "visibility": r.visibility(), "topics": topics, "homepage": text(r.Homepage),
		"clone_url": web + ".git", "git_url": "git:github.com/" + r.full() + ".git", "ssh_url": "git@github.com:" + r.full() + ".git", "svn_url": web,
		"mirror_url": nil, "language": nil, "license": licence(r.Licence), "default_branch": r.branch(), "size": r.size() >> 10,
		"forks": 0, "forks_count": 0, "stargazers_count": r.Stars, "watchers": r.Stars, "watchers_count": r.Stars,
		"open_issues": r.OpenIssues + r.OpenPulls, "open_issues_count": r.OpenIssues + r.OpenPulls,
		"has_issues": true, "has_projects": false, "has_wiki": false, "has_pages": false, "has_downloads": true, "has_discussions": false,
		"is_template": false, "allow_forking": true, "web_commit_signoff_required": false,
		"created_at": r.Created.Format(timeForm), "updated_at": r.Pushed.Format(timeForm), "pushed_at": r.Pushed.Format(timeForm),
	} {
		out[k] = v
	}
	return out
}

func licence(spdx string) any {
	if spdx == "" {
		return nil
	}
	key := strings.ToLower(spdx)
	return map[string]any{"key": key, "name": spdx, "spdx_id": spdx, "url": "https://api.github.com/licenses/" + key, "node_id": "MDc6TGljZW5zZTA="}
}

// shown are the repositories of a list of REST, which leaves withheld ones out.
func (s *Server) shown(rs []*Repo) []map[string]any {
	out := make([]map[string]any, 0, len(rs))
	for _, r := range rs {
		if !r.Withheld {
			out = append(out, s.listedJSON(r))
		}
	}
	return out
}

func (s *Server) listOwned(r *http.Request, args []string) answer {
	rs := s.ownedBy(args[0])
	if len(rs) == 0 && s.org(args[0]) == nil {
		return notFound
	}
	part, h := paged(s, r, rs)
	return answer{status: http.StatusOK, header: h, body: s.shown(part)}
}

func (s *Server) listInstallation(r *http.Request, _ []string) answer {
	s.mu.Lock()
	var all []*Repo
	for _, repo := range s.repos {
		if o := s.orgs[strings.ToLower(repo.Owner)]; o != nil && o.Install != 0 && !repo.Hidden {
			all = append(all, repo)
		}
	}
	s.mu.Unlock()
	part, h := paged(s, r, all)
	return answer{status: http.StatusOK, header: h, body: map[string]any{"total_count": len(all), "repositories": s.shown(part)}}
}

func (s *Server) getRepo(r *http.Request, args []string) answer {
	repo, no := s.named(r, args)
	if no != nil {
		return *no
	}
	out := s.listedJSON(repo)
	out["network_count"], out["subscribers_count"] = 0, 0
	return ok(out)
}
