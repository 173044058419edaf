package repofs

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// matcher tells which files and directories are passed over. Nearly all
// patterns are of the kind "**/node_modules", which is a name, wherever it is.
type matcher struct {
	names map[string]bool
	globs []string
}

func newMatcher(patterns []string) matcher {
	m := matcher{names: map[string]bool{}}
	for _, g := range patterns {
		if name, ok := strings.CutPrefix(g, "**/"); ok && literal(name) {
			m.names[name] = true
		} else {
			m.globs = append(m.globs, g)
		}
	}
	return m
}

// literal tells whether a pattern is a name and stands for itself only.
func literal(g string) bool {
	for _, c := range []byte(g) {
		if c >= 0x80 || strings.IndexByte(`*?[]{}\/`, c) >= 0 {
			return false
		}
	}
	return g != ""
}

func (m matcher) match(dir, name string) bool {
	if m.names[name] {
		return true
	}
	if len(m.globs) == 0 {
		return false
	}
	p := join(dir, name)
	for _, g := range m.globs {
		if ok, err := doublestar.Match(g, p); err == nil && ok {
			return true
		}
	}
	return false
}
