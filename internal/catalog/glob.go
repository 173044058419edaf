package catalog

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/diag"
	"callboard/internal/repofs"
)

// Bounds on patterns of Locations. Alternatives multiply in matching, and every
// pattern is compared with every file below its fixed part.
const (
	maxPattern      = 512       // bytes
	maxAlternatives = 4         // groups in braces
	maxMatches      = 5_000_000 // comparisons in a repository
)

const badPattern = "the pattern is not valid, or too long"

func isGlob(p string) bool { return strings.ContainsAny(p, "*?[{") }

func validGlob(glob string) bool {
	return len(glob) <= maxPattern && strings.Count(glob, "{") <= maxAlternatives && doublestar.ValidatePattern(glob)
}

// candidates are the files that a pattern is to be compared with.
func candidates(s *repofs.Snapshot, glob string) []repofs.File {
	dir, _ := doublestar.SplitPattern(glob)
	return s.Under(dir)
}

// matchGlob tells whether a file matches a pattern of a Location. As in Backstage
// (minimatch and glob without their option dot) a wildcard stands for no name
// that begins with a dot: such names must be written out.
func matchGlob(glob, p string) bool {
	return doublestar.MatchUnvalidated(glob, p) && hidden(p) <= dotted(glob)
}

// hidden is how many of the names in a path begin with a dot.
func hidden(p string) int { return strings.Count("/"+p, "/.") }

// dotted is how many of the names in a pattern are written with a dot at their
// beginning.
func dotted(glob string) (n int) {
	for name := range strings.SplitSeq(glob, "/") {
		if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "{.") || strings.HasPrefix(name, "{") && strings.Contains(name, ",.") {
			n++
		}
	}
	return n
}

func tooManyMatches() (diag.Severity, diag.Code, string, string) {
	return diag.Error, CodeTooManyFiles, "the patterns of this repository's Locations are compared with too many files; this one and the next are not read", "begin patterns with the directory that they are about"
}
