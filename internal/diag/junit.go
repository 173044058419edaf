package diag

import (
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// The form of JUnit's reports that CI servers agree on (Jenkins' junit-10.xsd):
// counts are attributes, and a case that fails has a failure in it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		File     string      `xml:"file,attr,omitempty"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// maxJUnitText is how many bytes of a message are written.
const maxJUnitText = 4_000

// WriteJUnit writes findings as a JUnit report with a suite for each of the
// files, which are named as o.Path names them, and for each other file that has
// a finding. Findings of failOn or worse are cases that fail, others are cases
// that pass and say what was found; a file without any has one that passes.
func WriteJUnit(w io.Writer, ds []Diagnostic, files []string, failOn Severity, o ReportOptions) error {
	byFile := map[string][]Diagnostic{}
	for _, f := range files {
		byFile[f] = nil
	}
	for _, d := range ds {
		f := o.path(d.Pos)
		byFile[f] = append(byFile[f], d)
	}
	all := junitSuites{Name: "callboard lint"}
	for _, f := range slices.Sorted(maps.Keys(byFile)) {
		s := junitOf(f, byFile[f], failOn)
		all.Tests, all.Failures = all.Tests+s.Tests, all.Failures+s.Failures
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func junitOf(file string, ds []Diagnostic, failOn Severity) junitSuite {
	file = valid(file)
	name := file
	if name == "" {
		name = "callboard"
	}
	s := junitSuite{Name: name, File: file, Time: "0"}
	for _, d := range ds {
		c := junitCase{Name: junitName(d), Class: name, Time: "0"}
		msg := plain(d.Message, maxJUnitText)
		text := fmt.Sprintf("%s: %s [%s]", d.Severity, msg, d.Code)
		if file != "" {
			text = Pos{File: file, Line: d.Pos.Line, Col: d.Pos.Col}.String() + ": " + text
		}
		if d.Hint != "" {
			text += "\nhint: " + plain(d.Hint, maxJUnitText)
		}
		if d.Severity >= failOn {
			c.Failure = &junitFailure{Type: d.Severity.String(), Message: msg, Text: text}
			s.Failures++
		} else {
			c.Out = text
		}
		s.Cases = append(s.Cases, c)
	}
	if len(ds) == 0 {
		s.Cases = []junitCase{{Name: "no findings", Class: name, Time: "0"}}
	}
	s.Tests = len(s.Cases)
	return s
}

func junitName(d Diagnostic) string {
	name := string(d.Code)
	if d.Pos.Line > 0 {
		name += " at line " + strconv.Itoa(d.Pos.Line)
	}
	if d.Pos.Col > 0 {
		name += ", column " + strconv.Itoa(d.Pos.Col)
	}
	return name
}
