package docs

import (
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// ignoreList is a list of patterns in the form of .gitignore, as exclude_docs,
// draft_docs and not_in_nav use it. The last pattern that matches decides.
type ignoreList []ignoreRule

type ignoreRule struct {
	glob    string
	negate  bool
	dirOnly bool
}

// Limits of an ignoreList. Every pattern is tried on every file.
const (
	maxIgnoreRules   = 100
	maxIgnorePattern = 200 // bytes
)

// defaultExclude is what MkDocs leaves out unless exclude_docs takes it in
// again.
const defaultExclude = ".*\n/templates/\n"

// parseIgnore reads patterns, one a line. A pattern without a slash matches at
// any depth, one with a slash only from the root; a match of a directory is a
// match of all that is in it.
func parseIgnore(text string) ignoreList {
	var out ignoreList
	for line := range strings.Lines(text) {
		g := strings.TrimSpace(line)
		if g == "" || strings.HasPrefix(g, "#") || len(g) > maxIgnorePattern || len(out) >= maxIgnoreRules {
			continue
		}
		r := ignoreRule{}
		g, r.negate = strings.CutPrefix(g, "!")
		g, r.dirOnly = strings.CutSuffix(g, "/")
		if strings.Contains(g, "/") {
			g = strings.TrimPrefix(g, "/")
		} else {
			g = "**/" + g
		}
		r.glob = escapeBraces(g)
		if g != "" && g != "**/" && doublestar.ValidatePattern(r.glob) {
			out = append(out, r)
		}
	}
	return out
}

// escapeBraces makes characters of braces, which are alternatives to doublestar
// only. Nested ones would take more time than there is.
func escapeBraces(glob string) string {
	return strings.NewReplacer("{", `\{`, "}", `\}`).Replace(glob)
}

// ignorer matches many files of one tree; what it found out about a directory
// it remembers.
type ignorer struct {
	rules ignoreList
	dirs  map[string]int // directory -> the last rule that matches it or one above
}

func (l ignoreList) ignorer() *ignorer { return &ignorer{l, map[string]int{}} }

// match tells whether the list takes a file.
func (m *ignorer) match(rel string) bool {
	last := max(m.last(rel, false), m.lastAbove(path.Dir(rel)))
	return last >= 0 && !m.rules[last].negate
}

func (m *ignorer) lastAbove(dir string) int {
	if dir == "." || dir == "/" {
		return -1
	}
	if i, ok := m.dirs[dir]; ok {
		return i
	}
	i := max(m.last(dir, true), m.lastAbove(path.Dir(dir)))
	m.dirs[dir] = i
	return i
}

// last is the last rule that matches one path, without what is above it, or -1.
func (m *ignorer) last(p string, isDir bool) int {
	for i := len(m.rules) - 1; i >= 0; i-- {
		if m.rules[i].dirOnly && !isDir {
			continue
		}
		if ok, err := doublestar.Match(m.rules[i].glob, p); err == nil && ok {
			return i
		}
	}
	return -1
}
