package diag

import (
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
	// Documents are there if they were asked for, in the order of their files.
	Documents []Document `json:"documents,omitzero"`
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
func WriteJSON(w io.Writer, ds []Diagnostic) error { return WriteReport(w, NewReport(ds)) }

// WriteReport writes r, indented, with a newline at its end.
func WriteReport(w io.Writer, r Report) error { return writeJSON(w, "findings", r, true) }

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

// Document is what became of one YAML document of a catalog file.
type Document struct {
	// File is the file's path, slash-separated, relative to the directory that
	// was given, or as it was given itself.
	File string `json:"file"`
	// Doc is the document's number in the file, from zero; empty ones count.
	Doc int `json:"doc"`
	// Ref is the entity's full reference as far as it can be told, or "".
	Ref string `json:"ref"`
	// Accepted tells whether Backstage takes the document.
	Accepted bool `json:"accepted"`
	// Left is why the document is not in the catalog although nothing needs to be
	// wrong with it: "empty", "skeleton" or "unnamed"; left out otherwise.
	Left string `json:"left,omitempty"`
	// Codes are those of the findings on the document, sorted, each once.
	Codes []Code `json:"codes"`
}
