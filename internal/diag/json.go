package diag

import (
	"encoding/json"
	"fmt"
	"io"
)

// Report is the form in which findings are given to other programs. Fields are
// added to it, never changed.
type Report struct {
	Diagnostics []Diagnostic `json:"diagnostics"`
	Errors      int          `json:"errors"`
	Warnings    int          `json:"warnings"`
	Infos       int          `json:"infos"`
}

// NewReport counts ds.
func NewReport(ds []Diagnostic) Report {
	r := Report{Diagnostics: ds}
	if ds == nil {
		r.Diagnostics = []Diagnostic{}
	}
	r.Errors, r.Warnings, r.Infos = Count(ds)
	return r
}

// WriteJSON writes a Report of ds, indented, with a newline at its end.
func WriteJSON(w io.Writer, ds []Diagnostic) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(NewReport(ds)); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

// Summary is "2 errors, 1 warning", or "no errors or warnings".
func Summary(ds []Diagnostic) string {
	errors, warnings, _ := Count(ds)
	switch {
	case errors > 0 && warnings > 0:
		return plural(errors, "error") + ", " + plural(warnings, "warning")
	case errors > 0:
		return plural(errors, "error")
	case warnings > 0:
		return plural(warnings, "warning")
	}
	return "no errors or warnings"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
