package draft

import (
	"net/url"
	"path"
	"strings"
)

// Repository sets the annotations by which Backstage's plugins find a
// repository, and where its source is. The first repository of an entity is the
// one that counts. address is that of its root, of a directory in it, or of a
// clone; dir is a directory in it, or "". It returns false for an address of no
// host that it knows.
func (d *Draft) Repository(address, dir, comment string) bool {
	web, owner, name := RepositoryOf(address)
	if web == "" {
		return false
	}
	host := HostOf(web)
	switch {
	case strings.Contains(host, "gitlab"):
		d.Annotate("gitlab.com/project-slug", owner+"/"+name, comment)
	case strings.Contains(host, "bitbucket"):
		d.Annotate("bitbucket.com/project-slug", owner+"/"+name, comment)
	case host == "dev.azure.com":
		_, project, _ := strings.Cut(owner, "/")
		d.Annotate("dev.azure.com/project-repo", project+"/"+name, comment)
	case strings.Contains(host, "github"):
		d.Annotate("github.com/project-slug", owner+"/"+name, comment)
	default:
		return false
	}
	d.Annotate("backstage.io/source-location", "url:"+web+directory(host, dir), comment)
	return true
}

// directory is what follows the address of a repository in that of one of its
// directories, on its default branch.
func directory(host, dir string) string {
	dir = strings.Trim(path.Clean("/"+dir), "/")
	escaped := (&url.URL{Path: dir}).EscapedPath()
	switch {
	case dir == "" || host == "dev.azure.com":
		return "/"
	case strings.Contains(host, "gitlab"):
		return "/-/tree/HEAD/" + escaped + "/"
	case strings.Contains(host, "bitbucket"):
		return "/src/HEAD/" + escaped + "/"
	}
	return "/tree/HEAD/" + escaped + "/"
}

// RepositoryOf is the address of the root of the repository that an address
// leads to, with its owner (which may have slashes in it) and name; all are ""
// for an address of none.
func RepositoryOf(address string) (web, owner, name string) {
	address = strings.TrimSpace(address)
	if rest, ok := strings.CutPrefix(address, "git@"); ok { // git@host:owner/name.git
		address = "https://" + strings.Replace(rest, ":", "/", 1)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return "", "", ""
	}
	host := strings.ToLower(u.Hostname())
	p, _, _ := strings.Cut(strings.Trim(u.Path, "/"), "/-/")
	parts := strings.Split(strings.TrimSuffix(p, ".git"), "/")
	switch {
	case host == "dev.azure.com": // organisation/project/_git/name
		if len(parts) < 4 || parts[2] != "_git" {
			return "", "", ""
		}
		return "https://" + host + "/" + strings.Join(parts[:4], "/"), parts[0] + "/" + parts[1], parts[3]
	case !strings.Contains(host, "gitlab"):
		parts = parts[:min(2, len(parts))]
	}
	n := len(parts)
	if n < 2 || Odd(strings.Join(parts, "")) || parts[0] == "orgs" || parts[0] == "search" {
		return "", "", ""
	}
	parts[n-1] = strings.TrimSuffix(parts[n-1], ".git")
	return "https://" + host + "/" + strings.Join(parts, "/"), strings.Join(parts[:n-1], "/"), parts[n-1]
}

// Odd tells whether there are characters that no path of a repository has.
func Odd(s string) bool {
	return s == "" || strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.~", r))
	})
}

// HostOf is the host of an address, or "".
func HostOf(address string) string {
	if u, err := url.Parse(strings.TrimSpace(address)); err == nil && u.Host != "" {
		return u.Hostname()
	}
	return ""
}
