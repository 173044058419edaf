package catalog

import (
	"net/url"
	"path"
	"strings"
)

// host is a kind of code host: how it writes the addresses of files.
type host int

const (
	gitHub host = iota // also what nobody knows
	gitLab
	gitea // and Forgejo
	bitbucketCloud
	bitbucketServer // and Data Center
	azure
	gerrit // with Gitiles
	harness
)

// webRepo is the address of a repository at its host, in the host's own form.
type webRepo struct {
	host host
	base string // without a slash at its end
}

// repoOf tells the host of a repository by its address. Addresses to clone from
// that the host shows nothing at are taken for the ones it shows.
func repoOf(webURL string) (webRepo, bool) {
	u, err := url.Parse(strings.TrimSuffix(webURL, "/"))
	if err != nil || u.Host == "" {
		return webRepo{}, false
	}
	name, parts := strings.ToLower(u.Hostname()), strings.Split(strings.Trim(u.Path, "/"), "/")
	at := func(h host, path string) (webRepo, bool) {
		return webRepo{h, (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}).String()}, true
	}
	switch {
	case name == "ssh.dev.azure.com" && len(parts) == 4:
		u.Host = "dev.azure.com"
		return at(azure, path.Join("/", parts[1], parts[2], "_git", parts[3]))
	case strings.Contains(u.Path, "/_git/"):
		return at(azure, u.Path)
	case name == "git.harness.io" && len(parts) == 4:
		u.Host = "app.harness.io"
		return at(harness, path.Join("/ng/account", parts[0], "module/code/orgs", parts[1], "projects", parts[2], "repos", parts[3]))
	case strings.Contains(u.Path, "/module/code/"):
		return at(harness, u.Path)
	case strings.Contains(u.Path, "/gitiles/"):
		return at(gerrit, u.Path)
	case strings.HasPrefix(name, "gerrit."), strings.HasSuffix(name, "-review.googlesource.com"):
		return at(gerrit, "/plugins/gitiles/"+strings.TrimPrefix(strings.Trim(u.Path, "/"), "a/"))
	case name == "bitbucket.org":
		return at(bitbucketCloud, u.Path)
	case len(parts) == 4 && parts[2] == "repos" && (parts[0] == "projects" || parts[0] == "users"):
		return at(bitbucketServer, u.Path)
	case len(parts) == 3 && parts[0] == "scm":
		return at(bitbucketServer, serverPath(parts[1], parts[2]))
	case len(parts) == 2 && (strings.Contains(name, "bitbucket") || strings.HasPrefix(name, "stash.")):
		return at(bitbucketServer, serverPath(parts[0], parts[1]))
	case strings.Contains(name, "gitea"), strings.Contains(name, "forgejo"), name == "codeberg.org":
		return at(gitea, u.Path)
	case strings.Contains(name, "gitlab"), len(parts) > 2: // only GitLab has groups in groups
		return at(gitLab, u.Path)
	}
	return at(gitHub, u.Path)
}

// serverPath is where Bitbucket Server shows a repository of a project or,
// after a tilde, of a person.
func serverPath(project, repo string) string {
	if user, ok := strings.CutPrefix(project, "~"); ok {
		return path.Join("/users", user, "repos", repo)
	}
	return path.Join("/projects", project, "repos", repo)
}

// SourceLinks are the addresses of a file at its code host.
type SourceLinks struct {
	View string // shows the file
	Edit string // opens it in an editor, "" for a commit, which cannot be edited
	Dir  string // shows the directory it is in
	// Source is Dir as Backstage writes it in backstage.io/source-location.
	Source string
}

// LinksOf gives the addresses that Backstage derives for an entity read from a
// code host (AnnotateLocationEntityProcessor, and resolveUrl and resolveEditUrl
// of its integrations). The host is told by its name and the form of webURL; any
// other is taken for one that is like GitHub. All are "" without a webURL or
// branch.
func LinksOf(webURL, branch, file string) SourceLinks {
	r, ok := repoOf(webURL)
	if !ok || branch == "" {
		return SourceLinks{}
	}
	l := r.links(branch, file)
	if l.Source == "" {
		l.Source = l.Dir
	}
	if isCommit(branch) {
		l.Edit = ""
	}
	return l
}

// LineLink is the address at which a code host shows a line of a file at a branch
// or commit, in which {path} stands for the path and {line} for the line. In an
// address, {path} is to be escaped but for its slashes. It is "" where LinksOf
// gives nothing.
func LineLink(webURL, branch string) string {
	const mark = "callboard-path"
	r, ok := repoOf(webURL)
	if !ok || branch == "" {
		return ""
	}
	view := r.links(branch, mark).View
	if strings.Count(view, mark) != 1 || strings.ContainsAny(view, "{}") || !strings.HasPrefix(view, "https://") && !strings.HasPrefix(view, "http://") {
		return ""
	}
	view = strings.Replace(view, mark, "{path}", 1)
	switch r.host {
	case bitbucketCloud:
		return view + "#lines-{line}"
	case bitbucketServer, gerrit:
		return view + "#{line}"
	case azure:
		return view + "&line={line}&lineEnd={line}&lineStartColumn=1&lineEndColumn=1000"
	case harness:
		return view
	}
	return view + "#L{line}"
}

func (r webRepo) links(branch, file string) SourceLinks {
	ref, name, dir := escape(branch), escape(file), ""
	if d := path.Dir(file); d != "." {
		dir = escape(d) + "/"
	}
	b := r.base
	switch r.host {
	case gitLab:
		return SourceLinks{View: b + "/-/blob/" + ref + "/" + name, Edit: b + "/-/edit/" + ref + "/" + name, Dir: b + "/-/tree/" + ref + "/" + dir, Source: b + "/-/blob/" + ref + "/" + dir}
	case gitea:
		kind := "/src/branch/"
		if isCommit(branch) {
			kind = "/src/commit/"
		}
		return SourceLinks{View: b + kind + ref + "/" + name, Edit: b + "/_edit/" + ref + "/" + name, Dir: b + kind + ref + "/" + dir}
	case bitbucketCloud:
		view := b + "/src/" + ref + "/" + name
		return SourceLinks{View: view, Edit: view + "?mode=edit&at=" + url.QueryEscape(branch), Dir: b + "/src/" + ref + "/" + dir}
	case bitbucketServer:
		at := "?at=" + url.QueryEscape(branch)
		return SourceLinks{View: b + "/browse/" + name + at, Edit: b + "/browse/" + name, Dir: b + "/browse/" + dir + at}
	case azure:
		return azureLinks(b, branch, file)
	case gerrit:
		return gerritLinks(b, branch, name, dir)
	case harness:
		files := b + "/files/" + ref + "/~/"
		return SourceLinks{View: files + name, Edit: files + name, Dir: files + dir}
	}
	return SourceLinks{View: b + "/blob/" + ref + "/" + name, Edit: b + "/edit/" + ref + "/" + name, Dir: b + "/tree/" + ref + "/" + dir}
}

func azureLinks(base, branch, file string) SourceLinks {
	version := "&version=GB" + url.QueryEscape(branch)
	if isCommit(branch) {
		version = "&version=GC" + branch
	}
	dir := "/"
	if d := path.Dir(file); d != "." {
		dir = "/" + d + "/"
	}
	view := base + "?path=" + url.QueryEscape("/"+file) + version
	return SourceLinks{View: view, Edit: view + "&_a=edit", Dir: base + "?path=" + url.QueryEscape(dir) + version}
}

func gerritLinks(base, branch, name, dir string) SourceLinks {
	at := base + "/+/refs/heads/" + escape(branch) + "/"
	if isCommit(branch) {
		at = base + "/+/" + branch + "/"
	}
	l := SourceLinks{View: at + name, Dir: at + dir}
	if server, repo, ok := strings.Cut(base, "/gitiles/"); ok {
		server = strings.TrimSuffix(server, "/plugins")
		l.Edit = server + "/admin/repos/edit/repo/" + repo + "/branch/refs/heads/" + escape(branch) + "/file/" + name
	}
	return l
}

func escape(p string) string { return (&url.URL{Path: p}).EscapedPath() }

// isCommit tells whether a revision is a commit's digest (SHA-1 or SHA-256).
func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}
