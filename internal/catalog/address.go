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
// …/src/branch/main/… (Gitea), …/src/main/… (Bitbucket), …?path=/dir/file
// (Azure DevOps), raw.githubusercontent.com/owner/name/main/…. The branch is
// needed to tell where a branch with a slash in its name ends. The path is
// clean; it may lead out of the repository, beginning with "..".
func FileOfURL(webURL, branch, address string) (string, bool) {
	u, err := url.Parse(address)
	web, webErr := url.Parse(webURL)
	if err != nil || webErr != nil || webURL == "" {
		return "", false
	}
	rest, ok := below(web, u)
	if !ok {
		return "", false
	}
	if p := u.Query().Get("path"); p != "" && rest == "" {
		return path.Clean(strings.TrimLeft(p, "/")), true
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

// SourceLinks are the addresses of a file at its code host.
type SourceLinks struct {
	View string // shows the file
	Edit string // opens it in an editor, "" for a commit, which cannot be edited
	Dir  string // shows the directory it is in, with a slash at its end
}

// LinksOf gives the addresses that Backstage derives for an entity read from a
// code host (backstage.io/view-url, edit-url and source-location). It knows the
// forms of GitHub, GitLab, Gitea and Bitbucket by the host's name, and takes
// any other for one that is like GitHub. All are "" without a webURL or branch.
func LinksOf(webURL, branch, file string) SourceLinks {
	u, err := url.Parse(webURL)
	if err != nil || u.Host == "" || branch == "" {
		return SourceLinks{}
	}
	f := formOf(strings.ToLower(u.Hostname()))
	escape := func(p string) string { return (&url.URL{Path: p}).EscapedPath() }
	ref, dir := escape(branch), ""
	if d := path.Dir(file); d != "." {
		dir = escape(d) + "/"
	}
	l := SourceLinks{View: webURL + f.blob + ref + "/" + escape(file), Dir: webURL + f.tree + ref + "/" + dir}
	if !isCommit(branch) {
		l.Edit = webURL + f.edit + ref + "/" + escape(file) + f.editQuery
	}
	return l
}

type hostForm struct{ blob, tree, edit, editQuery string }

func formOf(host string) hostForm {
	switch {
	case strings.Contains(host, "gitlab"):
		return hostForm{"/-/blob/", "/-/tree/", "/-/edit/", ""}
	case strings.Contains(host, "gitea"), strings.Contains(host, "forgejo"), host == "codeberg.org":
		return hostForm{"/src/branch/", "/src/branch/", "/_edit/", ""}
	case strings.Contains(host, "bitbucket"):
		return hostForm{"/src/", "/src/", "/src/", "?mode=edit"}
	}
	return hostForm{"/blob/", "/tree/", "/edit/", ""}
}

// isCommit tells whether a revision is a commit's digest (SHA-1 or SHA-256).
func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}
