package catalog

import (
	"net/url"
	"path"
	"strings"
)

func isWeb(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// FileOfURL is the path of a file in the repository at webURL, of an address as
// code hosts show it: …/blob/main/dir/file (GitHub), …/-/blob/main/… (GitLab),
// …/src/branch/main/… (Gitea), …/src/main/… (Bitbucket Cloud), …/browse/… (its
// Server), …?path=/dir/file (Azure DevOps), …/+/refs/heads/main/… (Gitiles),
// …/files/main/~/… (Harness), raw.githubusercontent.com/owner/name/main/…. The branch is
// needed to tell where a branch with a slash in its name ends. The path is
// clean; it may lead out of the repository, beginning with "..".
func FileOfURL(webURL, branch, address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	for _, base := range basesOf(webURL) {
		if rest, ok := below(base.url, u); ok {
			return fileBelow(base.host, rest, branch, u)
		}
	}
	return "", false
}

type base struct {
	url  *url.URL
	host host
}

// basesOf are the addresses of a repository: as its host shows it, and as it was
// given.
func basesOf(webURL string) []base {
	r, ok := repoOf(webURL)
	if !ok {
		return nil
	}
	var out []base
	for _, s := range []string{r.base, webURL} {
		if u, err := url.Parse(s); err == nil {
			out = append(out, base{u, r.host})
		}
	}
	return out
}

func fileBelow(h host, rest, branch string, u *url.URL) (string, bool) {
	if p := u.Query().Get("path"); p != "" && rest == "" {
		return path.Clean(strings.TrimLeft(p, "/")), true
	}
	switch h {
	case bitbucketServer: // the branch is in the query
		for _, form := range []string{"browse/", "raw/"} {
			if p, found := strings.CutPrefix(rest, form); found && p != "" {
				return path.Clean(p), true
			}
		}
		return "", false
	case harness:
		_, p, found := strings.Cut(strings.TrimPrefix(rest, "files/"), "/~/")
		return path.Clean(p), found && strings.HasPrefix(rest, "files/")
	case gerrit:
		rest, found := strings.CutPrefix(rest, "+/")
		if !found {
			return "", false
		}
		return afterBranch(strings.TrimPrefix(rest, "refs/heads/"), branch)
	}
	rest = strings.TrimPrefix(rest, "-/")
	for _, form := range []string{"blob/", "tree/", "raw/refs/heads/", "raw/branch/", "raw/commit/", "raw/", "edit/", "src/branch/", "src/commit/", "src/tag/", "src/", "refs/heads/"} {
		if after, found := strings.CutPrefix(rest, form); found {
			return afterBranch(after, branch)
		}
	}
	if u.Host == rawGitHub {
		return afterBranch(rest, branch)
	}
	return "", false
}

const rawGitHub = "raw.githubusercontent.com"

// below is the path of u below web, without a slash before it.
func below(web, u *url.URL) (string, bool) {
	host := u.Host
	if strings.EqualFold(host, rawGitHub) {
		host = "github.com"
	}
	if !strings.EqualFold(host, web.Host) {
		return "", false
	}
	base := strings.Trim(web.Path, "/") + "/"
	p := strings.TrimLeft(u.Path, "/") + "/"
	if len(p) < len(base) || !strings.EqualFold(p[:len(base)], base) {
		return "", false
	}
	return strings.TrimSuffix(p[len(base):], "/"), true
}

func afterBranch(rest, branch string) (string, bool) {
	if p, found := strings.CutPrefix(rest, branch+"/"); found && branch != "" {
		return path.Clean(p), true
	}
	_, p, found := strings.Cut(rest, "/")
	return path.Clean(p), found && p != ""
}
