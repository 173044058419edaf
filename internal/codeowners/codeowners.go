// Package codeowners reads CODEOWNERS files: who owns a path of a repository,
// by the rules of GitHub or of GitLab. The last pattern that matches a path
// decides; in GitLab, the last one of each section. Files are written by
// strangers: they are read within limits, and no pattern takes more than a
// polynomial time.
//
// The rules are those of GitHub's page "About code owners" and of GitLab's
// "CODEOWNERS syntax". Gitea's files hold regular expressions and are not read.
package codeowners

import (
	"bytes"
	"fmt"
	"strings"

	"callboard/internal/diag"
)

// Limits of one file.
const (
	MaxBytes    = 3 << 20 // GitHub does not load a larger file
	MaxRules    = 10_000  // lines with a pattern; the rest is left out
	MaxPattern  = 1_000   // bytes of a pattern
	MaxSegments = 70      // of a pattern: no path of a snapshot has more
	MaxOwners   = 100     // of a line
	MaxFindings = 50      // diagnostics on one file
)

// The codes of what can be wrong with a CODEOWNERS file.
const (
	CodeInvalid  = diag.Code("codeowners-line-invalid")
	CodeTooLarge = diag.Code("codeowners-too-large")
)

// Dialect says by whose rules a file is read.
type Dialect uint8

const (
	// GitHub skips a line of which anything is wrong, and anchors a pattern
	// with a slash inside at the root.
	GitHub Dialect = iota
	// GitLab has sections, leaves out only the owner that is wrong, and
	// anchors a pattern only by a slash at its beginning.
	GitLab
)

// Places are the paths where a host looks for the file, in its order: the first
// one that is there is the only one that counts.
func Places(d Dialect) []string {
	if d == GitLab {
		return []string{"CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}
	}
	return []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}
}

// Find tells which file of a repository counts, and by whose rules. webURL is
// the repository's address, which tells its host; where it does not, the place
// does. exists tells whether the repository has a file.
func Find(webURL string, exists func(path string) bool) (path string, d Dialect, ok bool) {
	order := []Dialect{GitHub, GitLab}
	if strings.Contains(strings.ToLower(webURL), "gitlab") {
		order = []Dialect{GitLab, GitHub}
	}
	for _, d := range order {
		for _, p := range Places(d) {
			if exists(p) {
				return p, d, true
			}
		}
	}
	return "", GitHub, false
}

// Rules are the lines of a file that say something. They may be used from
// several goroutines.
type Rules struct {
	sections []section
}

// section is a part of the file in which the last match wins.
type section struct {
	name     string
	optional bool
	defaults []Owner // of lines that name no owner
	rules    []rule
}

// rule is a line with a pattern.
type rule struct {
	pattern
	exclude bool // GitLab's "!": the section says nothing of what matches
	owners  []Owner
	line    int
}

// Match is why somebody owns a path.
type Match struct {
	// Owners are those of the line, in its order. None means that the file
	// says that nobody owns the path.
	Owners []Owner
	// Pattern is the pattern as it is written, Line its line.
	Pattern string
	Line    int
	// Section is the name of GitLab's section, "" outside of any. Optional
	// sections ask for no approval.
	Section  string
	Optional bool
}

// Parse reads a file; at names its repository and path. Lines that are wrong
// are reported and have the effect that the host gives them. A file with a
// GitLab section in it is read by GitLab's rules whatever d says.
func Parse(src []byte, d Dialect, at diag.Pos, sink diag.Sink) *Rules {
	p := &parser{dialect: d, at: at, sink: sink, rules: &Rules{sections: make([]section, 1)}, byName: map[string]int{}}
	if len(src) > MaxBytes {
		p.say(1, 1, CodeTooLarge, fmt.Sprintf("the file has %d bytes, more than the limit of %d, and is not read", len(src), MaxBytes), "use patterns for directories")
		return p.rules
	}
	src = bytes.TrimPrefix(src, []byte("\uFEFF"))
	if hasSection(src) {
		p.dialect = GitLab
	}
	n := 0
	for line := range bytes.Lines(src) {
		n++
		if !p.line(strings.ToValidUTF8(strings.TrimRight(string(line), "\r\n"), "�"), n) {
			break
		}
	}
	return p.rules
}

// Of returns what the file says of a path, one Match for each section that says
// something, in the order of the file. The path is slash-separated and relative
// to the root of the repository. Every line is compared, so who asks for many
// paths of one directory asks OfDir once.
func (r *Rules) Of(path string) []Match {
	segments := strings.Split(path, "/")
	var out []Match
	for i := range r.sections {
		if m, ok := r.sections[i].of(segments); ok {
			out = append(out, m)
		}
	}
	return out
}

// OfDir returns what the file says of everything in a directory, "." for the
// root: patterns for names, such as "*.go", do not count.
func (r *Rules) OfDir(dir string) []Match {
	if dir == "." || dir == "" {
		return r.Of(anyName)
	}
	return r.Of(strings.Trim(dir, "/") + "/" + anyName)
}

// anyName stands for a file whose name only patterns for all names match.
const anyName = "\x00"

func (s *section) of(path []string) (Match, bool) {
	found := -1
	for i := len(s.rules) - 1; i >= 0; i-- {
		x := &s.rules[i]
		// An exclusion wins over every line of its section, so that the search
		// for one goes on after a match.
		if (found < 0 || x.exclude) && x.matches(path) {
			if x.exclude {
				return Match{}, false
			}
			found = i
		}
	}
	if found < 0 {
		return Match{}, false
	}
	x := s.rules[found]
	owners := x.owners
	if len(owners) == 0 {
		owners = s.defaults
	}
	return Match{Owners: owners, Pattern: x.text, Line: x.line, Section: s.name, Optional: s.optional}, true
}
