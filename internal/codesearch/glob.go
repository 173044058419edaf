package codesearch

import (
	"slices"
	"strings"
)

// matchName tells whether a filter's value matches a name: as a part of it, in any
// case, or if there is a * or ? in it, as a whole. Without a slash such a pattern is
// about the last part of the name. * stands for anything but a slash, ** for
// anything, ? for one character but a slash.
func matchName(pattern, name string) bool {
	p, n := foldString(pattern), foldString(name)
	if !strings.ContainsAny(p, "*?") {
		return strings.Contains(n, p)
	}
	if !strings.Contains(p, "/") {
		n = n[strings.LastIndexByte(n, '/')+1:]
	}
	return glob([]rune(p), []rune(n))
}

// glob matches in time pattern × name: reach[i] tells whether the pattern so far
// can lead to the i-th place of the name.
func glob(p, n []rune) bool {
	reach := make([]bool, len(n)+1)
	reach[0] = true
	for len(p) > 0 {
		if p[0] != '*' {
			step(p[0], n, reach)
			p = p[1:]
			continue
		}
		before, many := slices.Clone(reach), len(p) > 1 && p[1] == '*'
		for i, r := range n {
			reach[i+1] = reach[i+1] || reach[i] && (many || r != '/')
		}
		if p = p[1:]; !many {
			continue
		}
		if p = p[1:]; len(p) > 0 && p[0] == '/' {
			step('/', n, reach)
			p = p[1:]
			for i := range reach { // **/ may stand for nothing
				reach[i] = reach[i] || before[i]
			}
		}
	}
	return reach[len(n)]
}

// step goes on by one character.
func step(c rune, n []rune, reach []bool) {
	for i := len(n); i > 0; i-- {
		reach[i] = reach[i-1] && (c == n[i-1] || c == '?' && n[i-1] != '/')
	}
	reach[0] = false
}

// literals are the parts of a filter's value that a name must have.
func literals(pattern string) []string {
	return strings.FieldsFunc(foldString(pattern), func(r rune) bool { return r == '*' || r == '?' })
}
