package pymdownx

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"callboard/internal/pymarkdown"
)

const asciiAlnum = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// codeHost is a host of repositories, or of people only.
type codeHost struct {
	label, kind, url string
	www              bool // an address may begin with "www."
	hash             int  // how many digits of a commit are shown
	// The paths below a repository of an issue, a pull request, a discussion, a
	// commit and a comparison.
	issue, pull, discuss, commit, compare string
}

func (h *codeHost) social() bool { return h.kind == "x" || h.kind == "twitter" }

// link is the address of something in a repository.
func (h *codeHost) link(path, user, repo string, args ...any) string {
	return h.url + "/" + user + "/" + repo + "/" + fmt.Sprintf(path, args...)
}

var hostKinds = map[string]codeHost{
	"gitlab": {kind: "gitlab", hash: 8, issue: "-/issues/%s", pull: "-/merge_requests/%s", commit: "-/commit/%s", compare: "-/compare/%s...%s"},
	"bitbucket": {kind: "bitbucket", hash: 7, issue: "issues/%s", pull: "pull-requests/%s", commit: "commits/commit/%s",
		compare: "branches/commits/%s..%s#diff"},
	"github":  {kind: "github", hash: 7, issue: "issues/%s", pull: "pull/%s", discuss: "discussions/%s", commit: "commit/%s", compare: "compare/%s...%s"},
	"twitter": {kind: "twitter"},
	"x":       {kind: "x"},
}

func newHost(kind, label, url string, www bool) *codeHost {
	h := hostKinds[kind]
	h.label, h.url, h.www = label, strings.TrimRight(strings.ToLower(url), "/"), www
	return &h
}

func knownHosts() map[string]*codeHost {
	return map[string]*codeHost{
		"github":    newHost("github", "GitHub", "https://github.com", true),
		"gitlab":    newHost("gitlab", "GitLab", "https://gitlab.com", true),
		"bitbucket": newHost("bitbucket", "Bitbucket", "https://bitbucket.org", true),
		"twitter":   newHost("twitter", "Twitter", "https://twitter.com", true),
		"x":         newHost("x", "X", "https://x.com", true),
	}
}

// ownHost is a host that the options describe.
func ownHost(o pymarkdown.Options) (*codeHost, error) {
	kind := o.String("type", "")
	h, ok := hostKinds[kind]
	switch {
	case !ok || h.social():
		return nil, fmt.Errorf("its type %q is none of github, gitlab and bitbucket", kind)
	case o.String("host", "") == "" || o.String("label", "") == "":
		return nil, errors.New("it needs a host and a label")
	}
	return newHost(kind, o.String("label", ""), o.String("host", ""), o.Bool("www", true)), nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// userEnds are where a user's name that begins at a byte may end, the longest
// first; each kind of host has its own rule.
func (h *codeHost) userEnds(text string, at int) []int {
	var ends []int
	switch h.kind {
	case "x", "twitter":
		for n := 0; n < 15 && pymarkdown.WordAt(text, at); n++ {
			r, _ := pymarkdown.RuneAt(text, at)
			at += len(string(r))
			ends = append(ends, at)
		}
	default:
		end := at
		for end < len(text) && end-at < 39 && h.userByte(text[end]) {
			if end++; h.wholeUser(text[at:end]) {
				ends = append(ends, end)
			}
		}
	}
	slices.Reverse(ends)
	return ends
}

// isUser tells whether all of s is a user's name.
func (h *codeHost) isUser(s string) bool {
	return slices.Contains(h.userEnds(s, 0), len(s))
}

func (h *codeHost) userByte(c byte) bool {
	return isAlnum(c) || c == '-' || c == '_' || c == '.' && h.kind == "gitlab"
}

// wholeUser tells whether s, which has no wrong characters, begins and ends as a
// name does.
func (h *codeHost) wholeUser(s string) bool {
	first, last := s[0], s[len(s)-1]
	switch h.kind {
	case "github":
		return isAlnum(first) && isAlnum(last)
	case "gitlab":
		return first != '-' && (len(s) == 1 || last != '.')
	}
	return true
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isRepoByte(c byte) bool { return isAlnum(c) || c == '-' || c == '.' || c == '_' }

// maxRepo is how long the name of a repository may be.
const maxRepo = 100
