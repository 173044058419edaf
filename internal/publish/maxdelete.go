package publish

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/filetype"
	"callboard/internal/output"
)

// MaxDelete is how many files may leave a portal in one run. What is named by its
// content comes and goes with every change and is not counted.
type MaxDelete struct {
	n       int
	percent bool
}

// ParseMaxDelete reads "20%" of the files, or "100" files.
func ParseMaxDelete(s string) (MaxDelete, error) {
	digits, percent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || percent && n > 100 {
		return MaxDelete{}, fmt.Errorf("%q is neither a number of files nor a share of them, such as 20%%", s)
	}
	return MaxDelete{n, percent}, nil
}

// fewFiles may always leave: a portal of five pages that loses two has not been
// emptied by accident.
const fewFiles = 10

// TooManyError tells that more files would leave than may.
type TooManyError struct {
	// Audience is that of whose portal they would, "" if there are none, or if all
	// portals together are meant.
	Audience    string
	Leaving, Of int
	Max         string
}

func (e *TooManyError) Error() string {
	which := "the portal"
	if e.Audience != "" {
		which = fmt.Sprintf("the portal of the audience %q", e.Audience)
	}
	return fmt.Sprintf("%d of %d files would leave %s, more than --max-delete %s; if that is meant, say so with --max-delete %d", e.Leaving, e.Of, which, e.Max, e.Leaving)
}

// share is how many of the files of a portal leave.
type share struct{ leaving, of int }

// Check compares two lists of files; the error is a *TooManyError. A number is
// of all files, a percentage of those of each audience: the portal of a few must
// not vanish among the others.
func (m MaxDelete) Check(prev, next []output.Entry) error {
	stays := make(map[string]bool, len(next))
	for _, e := range next {
		stays[e.Path] = true
	}
	shares := map[string]share{}
	for _, e := range prev {
		if filetype.Immutable(e.Path) {
			continue
		}
		audience := ""
		if m.percent {
			audience, _ = filetype.Portal(e.Path)
		}
		x := shares[audience]
		if x.of++; !stays[e.Path] {
			x.leaving++
		}
		shares[audience] = x
	}
	for _, audience := range slices.Sorted(maps.Keys(shares)) {
		if x := shares[audience]; x.leaving > m.limit(x.of) {
			return &TooManyError{audience, x.leaving, x.of, m.String()}
		}
	}
	return nil
}

// limit is how many of so many files may leave.
func (m MaxDelete) limit(of int) int {
	if m.percent {
		return max(of*m.n/100, fewFiles)
	}
	return m.n
}

// String is what ParseMaxDelete reads.
func (m MaxDelete) String() string {
	if m.percent {
		return strconv.Itoa(m.n) + "%"
	}
	return strconv.Itoa(m.n)
}
