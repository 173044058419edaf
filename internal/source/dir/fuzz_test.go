package dir

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

// FuzzReadGit reads any files of a .git directory. A commit is one or none, and
// an address one that a browser opens, without credentials.
func FuzzReadGit(f *testing.F) {
	f.Add("ref: refs/heads/main\n", "0123456789012345678901234567890123456789\n", "[remote \"origin\"]\n\turl = git@github.com:acme/pay.git\n")
	f.Add("ref: refs/heads/main", "# pack-refs\n0123456789012345678901234567890123456789 refs/heads/main\n", "[remote \"origin\"]\nurl=https://user:pass@host:8443/a b\n")
	f.Add("ref: ../../etc/passwd", "x", "[remote \"origin\"]\nurl=ssh://[::1]:22/x")
	f.Fuzz(func(t *testing.T, head, ref, config string) {
		c := readGit(func(name string) ([]byte, error) {
			switch {
			case name == ".git/HEAD":
				return []byte(head), nil
			case name == ".git/config":
				return []byte(config), nil
			case strings.HasPrefix(name, ".git/") && !strings.Contains(name, ".."):
				return []byte(ref), nil
			}
			return nil, errors.New("outside")
		})
		if c.revision != "" && !revision.MatchString(c.revision) {
			t.Errorf("the commit is %q", c.revision)
		}
		if c.webURL == "" {
			return
		}
		if u, err := url.Parse(c.webURL); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
			t.Errorf("the address is %q, %v", c.webURL, err)
		}
	})
}
