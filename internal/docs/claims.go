package docs

import "strings"

// claims are the files of a set's output that are spoken for. Two files of one
// path exclude each other, and so do a file and a directory of one name; paths
// are compared without regard to case, as some file systems do.
type claims struct {
	files, dirs map[string]string // folded path -> the source that has it
}

func newClaims() claims { return claims{map[string]string{}, map[string]string{}} }

// take claims a path for a source. If it is taken, other is the source that has
// it.
func (c claims) take(file, source string) (other string, ok bool) {
	fold := strings.ToLower(file)
	if by, taken := c.files[fold]; taken {
		return by, by == source
	}
	if by, taken := c.dirs[fold]; taken {
		return by, false
	}
	for i := range len(fold) {
		if fold[i] != '/' {
			continue
		}
		if by, taken := c.files[fold[:i]]; taken {
			return by, false
		}
	}
	c.files[fold] = source
	for i := range len(fold) {
		if fold[i] != '/' {
			continue
		}
		if _, known := c.dirs[fold[:i]]; !known {
			c.dirs[fold[:i]] = source
		}
	}
	return "", true
}
