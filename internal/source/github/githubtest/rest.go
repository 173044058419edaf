package githubtest

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// A route is an operation of GitHub's description that the server knows.
type route struct {
	method, path, name string
	serve              func(*Server, *http.Request, []string) answer
	re                 *regexp.Regexp
}

// routes are the operations that callboard uses; the judge's description is
// reduced to them. A path's last parameter may have slashes where GitHub's may.
var routes = compile([]route{
	{method: "GET", path: "/orgs/{org}/repos", name: "repos/list-for-org", serve: (*Server).listOwned},
	{method: "GET", path: "/users/{username}/repos", name: "repos/list-for-user", serve: (*Server).listOwned},
	{method: "GET", path: "/orgs/{org}/members", name: "orgs/list-members", serve: (*Server).listMembers},
	{method: "GET", path: "/orgs/{org}/teams", name: "teams/list", serve: (*Server).listTeams},
	{method: "GET", path: "/orgs/{org}/teams/{team_slug}/members", name: "teams/list-members-in-org", serve: (*Server).listTeamMembers},
	{method: "GET", path: "/users/{username}", name: "users/get-by-username", serve: (*Server).getUser},
	{method: "GET", path: "/installation/repositories", name: "apps/list-repos-accessible-to-installation", serve: (*Server).listInstallation},
	{method: "GET", path: "/orgs/{org}/installation", name: "apps/get-org-installation", serve: (*Server).installation},
	{method: "GET", path: "/users/{username}/installation", name: "apps/get-user-installation", serve: (*Server).installation},
	{method: "GET", path: "/app/installations", name: "apps/list-installations", serve: (*Server).listInstallations},
	{method: "POST", path: "/app/installations/{installation_id}/access_tokens", name: "apps/create-installation-access-token", serve: (*Server).createToken},
	{method: "GET", path: "/repos/{owner}/{repo}", name: "repos/get", serve: (*Server).getRepo},
	{method: "GET", path: "/repos/{owner}/{repo}/commits/{ref}", name: "repos/get-commit", serve: (*Server).getCommit},
	{method: "GET", path: "/repos/{owner}/{repo}/git/trees/{tree_sha}", name: "git/get-tree", serve: (*Server).getTree},
	{method: "GET", path: "/repos/{owner}/{repo}/git/blobs/{file_sha}", name: "git/get-blob", serve: (*Server).getBlob},
	{method: "GET", path: "/repos/{owner}/{repo}/tarball/{ref}", name: "repos/download-tarball-archive", serve: (*Server).getTarball},
	{method: "GET", path: "/repos/{owner}/{repo}/contributors", name: "repos/list-contributors", serve: (*Server).listContributors},
	{method: "GET", path: "/repos/{owner}/{repo}/actions/runs", name: "actions/list-workflow-runs-for-repo", serve: (*Server).listRuns},
	{method: "GET", path: "/repos/{owner}/{repo}/codeowners/errors", name: "repos/codeowners-errors", serve: (*Server).listCodeowners},
	{method: "GET", path: "/repos/{owner}/{repo}/issues/{issue_number}/comments", name: "issues/list-comments", serve: (*Server).listComments},
	{method: "POST", path: "/repos/{owner}/{repo}/issues/{issue_number}/comments", name: "issues/create-comment", serve: (*Server).createComment},
	{method: "PATCH", path: "/repos/{owner}/{repo}/issues/comments/{comment_id}", name: "issues/update-comment", serve: (*Server).updateComment},
	{method: "GET", path: "/rate_limit", name: "rate-limit/get", serve: (*Server).rateLimit},
})

var parameter = regexp.MustCompile(`\{(\w+)\}`)

func compile(rs []route) []route {
	for i, r := range rs {
		expr := parameter.ReplaceAllStringFunc(r.path, func(p string) string {
			if p == "{ref}" {
				return `(.+)`
			}
			return `([^/]+)`
		})
		rs[i].re = regexp.MustCompile("^" + expr + "$")
	}
	return rs
}

// match is the operation of a request with its parameters, nil if the server
// knows none.
func match(method, path string) (*route, []string) {
	for i, r := range routes {
		if r.method == method {
			if m := r.re.FindStringSubmatch(path); m != nil {
				return &routes[i], m[1:]
			}
		}
	}
	return nil, nil
}

var byID = regexp.MustCompile(`^/repositories/(\d+)(/.*)?$`)

// rest answers a request of REST, and names the operation.
func (s *Server) rest(r *http.Request) (string, answer) {
	// What a renamed repository leads to is no operation of its own in the
	// description: it is the one with the name.
	if m := byID.FindStringSubmatch(r.URL.Path); m != nil {
		id, _ := strconv.ParseInt(m[1], 10, 64)
		repo := s.withID(id)
		if repo == nil {
			return "repos/get", notFound
		}
		r.URL.Path = "/repos/" + repo.full() + m[2]
		r.URL.RawPath = ""
	}
	op, args := match(r.Method, r.URL.Path)
	if op == nil {
		s.t.Errorf("github: %s %s is not an operation that the test server knows", r.Method, r.URL.Path)
		return "?", notFound
	}
	for i := range args {
		if v, err := url.PathUnescape(args[i]); err == nil && r.URL.RawPath != "" {
			args[i] = v
		}
	}
	return op.name, op.serve(s, r, args)
}

// named is the repository of the first two parameters, or the answer that there
// is none or that it went elsewhere.
func (s *Server) named(r *http.Request, args []string) (*Repo, *answer) {
	repo, renamed := s.find(args[0], args[1])
	if repo == nil {
		return nil, &notFound
	}
	if !renamed {
		return repo, nil
	}
	rest := strings.TrimPrefix(r.URL.Path, "/repos/"+args[0]+"/"+args[1])
	to := s.URL + s.prefix(r) + "/repositories/" + strconv.FormatInt(repo.ID, 10) + rest
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	a := answer{status: http.StatusMovedPermanently, body: map[string]any{
		"message": "Moved Permanently", "url": to, "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"}}
	a.setHeader("Location", to)
	return nil, &a
}

// prefix is what an Enterprise Server has before its paths, if the request had it.
func (s *Server) prefix(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/api/v3/") {
		return "/api/v3"
	}
	return ""
}

// paged is the part of a list that a request asks for, with links to the others.
func paged[T any](s *Server, r *http.Request, all []T) ([]T, http.Header) {
	q := r.URL.Query()
	number := func(name string, otherwise, most int) int {
		n, err := strconv.Atoi(q.Get(name))
		if err != nil || n < 1 {
			n = otherwise
		}
		return min(n, most)
	}
	size, page := number("per_page", 30, 100), number("page", 1, 1<<20)
	last := max(1, (len(all)+size-1)/size)
	var links []string
	link := func(p int, rel string) {
		q.Set("page", strconv.Itoa(p))
		links = append(links, "<"+s.URL+s.prefix(r)+r.URL.Path+"?"+q.Encode()+`>; rel="`+rel+`"`)
	}
	if page > 1 {
		link(page-1, "prev")
		link(1, "first")
	}
	if page < last {
		link(page+1, "next")
		link(last, "last")
	}
	h := http.Header{}
	if len(links) > 0 {
		h.Set("Link", strings.Join(links, ", "))
	}
	from := min((page-1)*size, len(all))
	return all[from:min(from+size, len(all))], h
}

func (s *Server) rateLimit(*http.Request, []string) answer {
	one := map[string]any{"limit": 5000, "used": 0, "remaining": 5000, "reset": s.now().Unix()}
	return ok(map[string]any{"resources": map[string]any{"core": one, "search": one, "graphql": one}, "rate": one})
}
