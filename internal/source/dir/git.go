package dir

import (
	"io"
	"io/fs"
	"net/url"
	"strings"

	"callboard/internal/lazyregexp"
)

// checkout is what the files of a .git directory tell.
type checkout struct {
	branch, revision, webURL string
	// shallow are the commits at the edge of a shallow clone, as git lists them.
	shallow string
}

const maxGitFile = 4 << 20 // bytes of a .git file that are read at most; packed-refs can be large

// readGit reads branch, commit and remote of a checkout. What is missing or
// odd stays empty: nothing here is worth a complaint.
func readGit(repo header) checkout {
	var c checkout
	head := strings.TrimSpace(readText(repo, ".git/HEAD"))
	if head == "" {
		return c // no checkout
	}
	if ref, ok := strings.CutPrefix(head, "ref: "); ok && fs.ValidPath(ref) {
		c.branch = strings.TrimPrefix(ref, "refs/heads/")
		c.revision = strings.TrimSpace(readText(repo, ".git/"+ref))
		if c.revision == "" {
			c.revision = packedRef(readText(repo, ".git/packed-refs"), ref)
		}
	} else {
		c.revision = head
	}
	if !revision.MatchString(c.revision) {
		c.revision = ""
	}
	c.shallow = readText(repo, ".git/shallow")
	c.webURL = WebURL(originURL(readText(repo, ".git/config")))
	return c
}

// header reads the beginning of a file of a repository.
type header func(name string) ([]byte, error)

var revision = lazyregexp.New(`^[0-9a-f]{40,64}$`)

func readText(head header, name string) string {
	b, err := head(name)
	if err != nil {
		return ""
	}
	return string(b)
}

func headOf(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxGitFile))
}

func packedRef(packed, ref string) string {
	for line := range strings.Lines(packed) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name == ref {
			return sum
		}
	}
	return ""
}

// originURL finds the url of the remote "origin" in a git configuration.
func originURL(config string) string {
	in := false
	for line := range strings.Lines(config) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			in = line == `[remote "origin"]`
			continue
		}
		if key, val, ok := strings.Cut(line, "="); in && ok && strings.TrimSpace(key) == "url" {
			return strings.TrimSpace(val)
		}
	}
	return ""
}

var scpLike = lazyregexp.New(`^(?:[\w.-]+@)?([\w.-]+):([^/\\].*)$`)

// WebURL is the address in a browser of the repository at a git remote, without
// a trailing slash, or "" if the remote is none that a browser can open.
// Credentials in the remote are dropped.
func WebURL(remote string) string {
	remote = strings.TrimSuffix(strings.TrimSuffix(remote, "/"), ".git")
	if !strings.Contains(remote, "://") {
		m := scpLike.FindStringSubmatch(remote)
		if m == nil {
			return ""
		}
		return (&url.URL{Scheme: "https", Host: m[1], Path: "/" + m[2]}).String()
	}
	u, err := url.Parse(remote)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	host := u.Host
	switch u.Scheme {
	case "https", "http":
	case "ssh", "git":
		if host = u.Hostname(); strings.Contains(host, ":") {
			host = "[" + host + "]" // an address of IPv6
		}
	default:
		return ""
	}
	return (&url.URL{Scheme: "https", Host: host, Path: u.Path}).String()
}
