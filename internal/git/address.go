package git

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"callboard/internal/lazyregexp"
)

// Address is where a repository is fetched from. It holds no secret, and nothing
// in it is taken for an option or a program by git or by ssh.
type Address struct {
	text     string
	protocol string // as GIT_ALLOW_PROTOCOL names it
	host     string
	local    bool // the host is this machine
}

// String is the address as git takes it.
func (a Address) String() string { return a.text }

// Host is the name of the host, "" for a directory.
func (a Address) Host() string { return a.host }

// maxAddress is how long an address may be, in bytes.
const maxAddress = 2048

var (
	scpLike  = lazyregexp.New(`^(?:([A-Za-z0-9_][A-Za-z0-9_.-]*)@)?([A-Za-z0-9][A-Za-z0-9.-]*):([^:\\-][^\\]*)$`)
	hostName = lazyregexp.New(`^[A-Za-z0-9\[][A-Za-z0-9.:\]_-]*$`)
	userName = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)
)

// ParseAddress reads an address: https, ssh, or the form host:path of scp; http,
// which carries no secrets except on this machine; and directories, as file: or
// absolute paths, where files is set. Other protocols of git run programs that
// the address names.
func ParseAddress(text string, files bool) (Address, error) {
	switch {
	case text == "" || len(text) > maxAddress || strings.HasPrefix(text, "-") || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return Address{}, fmt.Errorf("%.100q is no address of a repository", text)
	case filepath.IsAbs(text):
		return directory(text, files)
	case !strings.Contains(text, "://"):
		m := scpLike.FindStringSubmatch(text)
		if m == nil {
			return Address{}, fmt.Errorf("%.100q is no address of a repository", text)
		}
		return Address{text: text, protocol: "ssh", host: m[2]}, nil
	}
	u, err := url.Parse(text)
	if err != nil {
		return Address{}, fmt.Errorf("%.100q is no address of a repository", withoutSecrets(text))
	}
	if u.Scheme == "file" {
		if u.Host != "" || u.User != nil {
			return Address{}, fmt.Errorf("%.100q is no address of a directory", withoutSecrets(text))
		}
		return directory(u.Path, files)
	}
	return remote(u)
}

func directory(path string, files bool) (Address, error) {
	if !files || !filepath.IsAbs(path) {
		return Address{}, fmt.Errorf("the address %.100q is a directory, which is not allowed here", path)
	}
	return Address{text: "file://" + filepath.ToSlash(filepath.Clean(path)), protocol: "file"}, nil
}

func remote(u *url.URL) (Address, error) {
	shown := u.Redacted()
	if u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "ssh" {
		return Address{}, fmt.Errorf("repositories are not fetched by %.20q: https and ssh are allowed", u.Scheme)
	}
	password, secret := u.User.Password()
	user := u.User.Username()
	switch {
	case secret && password != "" || user != "" && u.Scheme != "ssh":
		return Address{}, fmt.Errorf("the address of a repository at %s holds a user or a password; give them as a token", u.Host)
	case user != "" && !userName.MatchString(user), !hostName.MatchString(u.Host), u.RawQuery != "" || u.Fragment != "", strings.HasPrefix(strings.TrimLeft(u.Path, "/"), "-"), strings.Trim(u.Path, "/") == "":
		return Address{}, fmt.Errorf("%.100q is no address of a repository", shown)
	}
	return Address{text: u.String(), protocol: u.Scheme, host: u.Host, local: loopback(u.Hostname())}, nil
}

func withoutSecrets(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if _, after, at := strings.Cut(rest, "@"); ok && at {
		return scheme + "://" + after
	}
	return text
}

func loopback(host string) bool {
	return net.ParseIP(host).IsLoopback() || strings.EqualFold(host, "localhost")
}

// mayCarry tells whether a secret may be sent to the address.
func (a Address) mayCarry() bool { return a.protocol == "https" || a.protocol == "http" && a.local }

// ValidBranch tells whether a text can be the name of a branch
// (git-check-ref-format(1)), and one that nothing takes for an option.
func ValidBranch(name string) bool {
	if name == "" || len(name) > 1024 || strings.HasPrefix(name, "-") || strings.HasPrefix(name, "/") || strings.HasSuffix(name, "/") || strings.HasSuffix(name, ".") || name == "@" {
		return false
	}
	if strings.ContainsAny(name, " ~^:?*[\\\x7f") || strings.Contains(name, "..") || strings.Contains(name, "//") || strings.Contains(name, "@{") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' })
}
