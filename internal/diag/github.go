package diag

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// MaxAnnotations is how many annotations of each severity GitHub shows of one
// step; others vanish without a word
// (https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md).
const MaxAnnotations = 10

// maxAnnotation is how many bytes of a message are shown in an annotation.
const maxAnnotation = 4_000

// WriteGitHub writes findings as the commands that a GitHub workflow makes
// annotations of: those on changed lines first, then by severity, and no more
// than GitHub shows. It returns how many are not among them, which it says in
// an annotation; they belong in the summary of the job.
func WriteGitHub(w io.Writer, ds []Diagnostic, o ReportOptions) (left int, err error) {
	ds = slices.Clone(ds)
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(first(o.changed(a.Pos), o.changed(b.Pos)), int(b.Severity)-int(a.Severity))
	})
	room := map[Severity]int{Error: MaxAnnotations, Warning: MaxAnnotations, Info: MaxAnnotations - 1}
	out := bufio.NewWriter(w)
	for _, d := range ds {
		if room[d.Severity] == 0 {
			left++
			continue
		}
		room[d.Severity]--
		annotation(out, d, o)
	}
	if left > 0 {
		fmt.Fprintf(out, "::notice title=callboard::%d more findings are in the summary of the job\n", left)
	}
	return left, out.Flush()
}

// first puts what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Annotate writes an annotation that is about no file.
func Annotate(w io.Writer, s Severity, message string) error {
	out := bufio.NewWriter(w)
	annotation(out, Diagnostic{Severity: s, Code: "callboard", Message: message}, ReportOptions{})
	return out.Flush()
}

func annotation(w io.Writer, d Diagnostic, o ReportOptions) {
	name := d.Severity.String()
	if d.Severity == Info {
		name = "notice"
	}
	var props []string
	add := func(key, value string) { props = append(props, key+"="+workflowProperty(value)) }
	number := func(key string, n int) {
		if n > 0 {
			add(key, fmt.Sprint(n))
		}
	}
	if p := o.path(d.Pos); p != "" {
		add("file", p)
		number("line", d.Pos.Line)
		number("endLine", cmp.Or(d.End.Line, d.Pos.Line))
		number("col", d.Pos.Col)
		number("endColumn", d.End.Col)
	}
	add("title", string(d.Code))
	fmt.Fprintf(w, "::%s %s::%s\n", name, strings.Join(props, ","), workflowData(plain(full(d), maxAnnotation)))
}

// workflowData escapes the message of a workflow command
// (https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts).
func workflowData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// workflowProperty escapes a property of a workflow command.
func workflowProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(valid(s))
}
