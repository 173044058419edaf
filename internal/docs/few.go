package docs

import (
	"fmt"

	"callboard/internal/diag"
)

// maxFindings is how many findings of one sort a file may cause. A generated
// page can hold a hundred thousand broken links.
const maxFindings = 100

// few lets the first findings through and counts the others.
type few struct {
	to   diag.Sink
	n    int
	next diag.Diagnostic // the first that was held back
}

func (f *few) Report(d diag.Diagnostic) {
	f.n++
	switch {
	case f.n <= maxFindings:
		f.to.Report(d)
	case f.n == maxFindings+1:
		f.next = d
	}
}

// done says how many were held back.
func (f *few) done() {
	if f.n <= maxFindings {
		return
	}
	if more := f.n - maxFindings - 1; more > 0 {
		f.next.Message += fmt.Sprintf(", and %d more findings in this file", more)
	}
	f.to.Report(f.next)
}
