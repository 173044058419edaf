package catalog

import (
	"net/url"
	"path"
	"strings"
)

func isWeb(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// address is a file as code hosts show it: …/blob/main/dir/file (GitHub),
// …/-/blob/main/… (GitLab), …/src/branch/main/… (Gitea), …/src/main/… (Bitbucket
// Cloud), …/browse/… (its Server), …?path=/dir/file (Azure DevOps),
// …/+/refs/heads/main/… (Gitiles), …/files/main/~/… (Harness),
// raw.githubusercontent.com/owner/name/main/….
type address struct {
	// path is clean; it may lead out of the repository, beginning with "..".
	path string
	// ref is the branch, tag or commit, "" if the address names none. Of a branch
	// with slashes in its name that is not the one that was asked for, it is the
	// part before the first.
	ref string
}

// FileOfURL is the path in the repository at webURL of a file whose address is
// given, whatever branch that is of. The branch is needed to tell where a branch
// with a slash in its name ends. The path is clean; it may lead out of the
// repository, beginning with "..".
func FileOfURL(webURL, branch, fileURL string) (string, bool) {
	u, err := url.Parse(fileURL)
	if err != nil {
		return "", false
	}
	for _, base := range basesOf(webURL) {
		if rest, ok := below(base.url, u); ok {
			a, ok := base.host.address(rest, branch, u)
			return a.path, ok
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

// address takes the part of u that is below a repository apart.
func (h host) address(rest, branch string, u *url.URL) (address, bool) {
	if p := u.Query().Get("path"); p != "" && rest == "" {
		return address{path.Clean(strings.TrimLeft(p, "/")), azureRef(u)}, true
	}
	switch h {
	case bitbucketServer: // the branch is in the query
		for _, form := range []string{"browse/", "raw/"} {
			if p, found := strings.CutPrefix(rest, form); found && p != "" {
				return address{path.Clean(p), strings.TrimPrefix(u.Query().Get("at"), "refs/heads/")}, true
			}
		}
		return address{}, false
	case harness:
		ref, p, found := strings.Cut(strings.TrimPrefix(rest, "files/"), "/~/")
		return address{path.Clean(p), ref}, found && strings.HasPrefix(rest, "files/")
	case gerrit:
		rest, found := strings.CutPrefix(rest, "+/")
		if !found {
			return address{}, false
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
	return address{}, false
}

// azureRef is the branch, tag or commit of an address at Azure DevOps, which has
// a letter before it that tells which of them it is.
func azureRef(u *url.URL) string {
	v := u.Query().Get("version")
	for _, kind := range []string{"GB", "GC", "GT"} {
		if ref, ok := strings.CutPrefix(v, kind); ok {
			return ref
		}
	}
	return v
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

func afterBranch(rest, branch string) (address, bool) {
	if p, found := strings.CutPrefix(rest, branch+"/"); found && branch != "" {
		return address{path.Clean(p), branch}, true
	}
	ref, p, found := strings.Cut(rest, "/")
	return address{path.Clean(p), ref}, found && p != ""
}
