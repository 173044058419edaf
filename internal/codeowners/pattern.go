package codeowners

import (
	"path"
	"slices"
	"strings"
)

// pattern is compiled: the segments between slashes are patterns of package
// path, and "**" stands for any number of segments.
type pattern struct {
	text     string
	segments []string
}

const anySegments = "**"

// compile makes a pattern of its text, which has been unescaped as far as
// spaces go. It returns false for what can match nothing.
func compile(text string, d Dialect) (pattern, bool) {
	p := pattern{text: text}
	body, ofDir := strings.CutSuffix(text, "/")
	anchored, below := strings.HasPrefix(body, "/"), false
	body = strings.TrimLeft(body, "/")
	if d == GitHub {
		anchored = anchored || strings.Contains(body, "/")
		// What matches a directory matches everything below it.
		below = !ofDir && !strings.HasSuffix(body, "/*")
		body = strings.ReplaceAll(body, "[", `\[`)
	}
	if body == "" {
		// "/" is a directory like others to GitLab, and nothing to GitHub.
		p.segments = []string{anySegments, "*"}
		return p, ofDir && d == GitLab
	}
	if !anchored {
		p.segments = append(p.segments, anySegments)
	}
	p.segments = append(p.segments, strings.Split(body, "/")...)
	switch last := p.segments[len(p.segments)-1]; {
	case ofDir:
		p.segments = append(p.segments, anySegments, "*")
	case last == anySegments:
		p.segments = append(p.segments, "*")
	case below:
		p.segments = append(p.segments, anySegments)
	}
	p.segments = slices.CompactFunc(p.segments, func(a, b string) bool { return a == anySegments && b == anySegments })
	for _, s := range p.segments {
		if _, err := path.Match(s, ""); err != nil {
			return p, false
		}
	}
	return p, len(p.segments) <= MaxSegments
}

// matches tells whether the pattern matches a path, given in segments.
func (p *pattern) matches(segments []string) bool {
	return matchSegments(p.segments, segments)
}

// matchSegments goes back to the last "**" only: what follows an earlier one
// has been matched as early as it can be.
func matchSegments(pat, segments []string) bool {
	i, j, star, from := 0, 0, -1, 0
	for j < len(segments) {
		switch {
		case i < len(pat) && pat[i] == anySegments:
			star, from = i, j
			i++
		case i < len(pat) && matchSegment(pat[i], segments[j]):
			i, j = i+1, j+1
		case star >= 0:
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	for i < len(pat) && pat[i] == anySegments {
		i++
	}
	return i == len(pat)
}

func matchSegment(pat, s string) bool {
	ok, err := path.Match(pat, s)
	return ok && err == nil
}
