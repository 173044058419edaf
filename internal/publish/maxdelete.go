package publish

import (
	"fmt"
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
	Leaving, Of int
	Max         string
}

func (e *TooManyError) Error() string {
	return fmt.Sprintf("%d of %d files would leave the portal, more than --max-delete %s; if that is meant, say so with --max-delete %d", e.Leaving, e.Of, e.Max, e.Leaving)
}

// check compares two lists of files.
func (m MaxDelete) check(prev, next []output.Entry) error {
	stays := make(map[string]bool, len(next))
	for _, e := range next {
		stays[e.Path] = true
	}
	leaving, of := 0, 0
	for _, e := range prev {
		if filetype.Immutable(e.Path) {
			continue
		}
		of++
		if !stays[e.Path] {
			leaving++
		}
	}
	limit := m.n
	if m.percent {
		limit = max(of*m.n/100, fewFiles)
	}
	if leaving > limit {
		return &TooManyError{leaving, of, m.String()}
	}
	return nil
}

// String is what ParseMaxDelete reads.
func (m MaxDelete) String() string {
	if m.percent {
		return strconv.Itoa(m.n) + "%"
	}
	return strconv.Itoa(m.n)
}
