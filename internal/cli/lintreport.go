package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/diag"
)

// reportFlags say how lint tells what it found.
type reportFlags struct {
	format   wordFlag
	reports  []string // FORMAT=FILE
	verdicts bool
	manual   string // where the manual is published
}

// reportFormats are the forms of a report.
var reportFormats = []string{"text", "json", "sarif", "github", "junit", "gitlab", "rdjson"}

func (f *reportFlags) add(c *cobra.Command) {
	f.format = wordFlag{value: "text", words: reportFormats}
	c.Flags().Var(&f.format, "format", "how findings are written")
	c.Flags().StringArrayVar(&f.reports, "report", nil, "write a report into a file, too, as `FORMAT=FILE`; may be given more than once")
	c.Flags().BoolVar(&f.verdicts, "verdicts", false, "with JSON: what became of every YAML document, also of files that are not in the catalog")
	c.Flags().StringVar(&f.manual, "manual", "", "the `address` of this manual, for links from findings in reports to its pages")
	complete(c, "format", reportFormats...)
}

// check finds reports that cannot be written.
func (f *reportFlags) check() error {
	json := f.format.value == "json"
	for _, r := range f.reports {
		format, file, ok := strings.Cut(r, "=")
		switch {
		case !ok || file == "":
			return &usageError{"--report is " + quote(r) + "; it must be FORMAT=FILE", "for example sarif=callboard.sarif"}
		case !slices.Contains(reportFormats, format):
			return &usageError{"--report: there is no format " + quote(format), "it must be one of " + strings.Join(reportFormats, ", ")}
		}
		json = json || format == "json"
	}
	if f.verdicts && !json {
		return &usageError{"--verdicts is a part of the report in JSON", "add --format json"}
	}
	return nil
}

// wants tells whether a format is asked for.
func (f *reportFlags) wants(format string) bool {
	return f.format.value == format || slices.ContainsFunc(f.reports, func(r string) bool { return strings.HasPrefix(r, format+"=") })
}

// report writes the findings in the forms that were asked for.
func (a *app) report(l *linted, f lintFlags) error {
	if f.summary != "-" || f.format.value != "text" {
		if err := a.writeReport(a.Stdout, l, f.format.value, f); err != nil {
			return err
		}
	}
	for _, r := range f.reports {
		format, file, _ := strings.Cut(r, "=")
		if err := a.fileReport(l, format, file, f); err != nil {
			return err
		}
	}
	return a.writeSummary(l, f)
}

func (a *app) fileReport(l *linted, format, file string, f lintFlags) (err error) {
	out, err := os.Create(a.path(file))
	if err != nil {
		return fmt.Errorf("cannot write the report %s: %w", file, err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := bufio.NewWriter(out)
	return errors.Join(a.writeReport(w, l, format, f), w.Flush())
}

func (a *app) writeReport(w io.Writer, l *linted, format string, f lintFlags) error {
	switch o := a.reportOptions(l, format, f.manual); format {
	case "json":
		r := diag.NewReport(a.relocated(l.project, slices.Clone(l.findings)))
		if f.verdicts {
			r.Documents = a.documents(l)
		}
		return diag.WriteReport(w, r)
	case "sarif":
		o.Version = version()
		return diag.WriteSARIF(w, l.findings, o)
	case "github":
		return a.annotate(w, l, o, f)
	case "junit":
		failOn := diag.Error
		if f.strict {
			failOn = diag.Warning
		}
		return diag.WriteJUnit(w, a.worthTelling(l.findings), a.lintedFiles(l, o), failOn, o)
	case "gitlab":
		return diag.WriteGitLab(w, a.worthTelling(l.findings), o)
	case "rdjson":
		return diag.WriteRDJSON(w, a.worthTelling(l.findings), o)
	}
	o := a.textOptions(w, l.project, &l.loaded.Loaded)
	if !a.flags.verbose {
		o.Least = diag.Warning // there may be many: worthTelling would copy them
	}
	return diag.WriteText(w, l.findings, o)
}

// reportOptions are those of a report: files are named as its reader looks for
// them, from the root of the checkout where that is the host, or from here.
func (a *app) reportOptions(l *linted, format, manual string) diag.ReportOptions {
	src := &lines{project: l.project, loaded: &l.loaded.Loaded}
	o := diag.ReportOptions{Path: a.pathOf(l.project), Line: src.whole, Rule: func(c diag.Code) (diag.Rule, bool) { return ruleOf(c, manual) }, Changed: l.changed}
	switch format {
	case "sarif", "github", "gitlab":
		root := a.checkoutRoot()
		o.Path = func(at diag.Pos) string { return pathFrom(root, l.project, at) }
	}
	return o
}

func pathFrom(root string, p *project, at diag.Pos) string {
	abs := p.abs(at)
	if abs == "" {
		return at.Path()
	}
	if rel, err := filepath.Rel(root, abs); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(abs)
}

// checkoutRoot is the directory that hosts of code name files from: that of the
// job, or else that of the checkout which the working directory is in.
func (a *app) checkoutRoot() string {
	for _, name := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		dir := a.Getenv(name)
		if rel, err := filepath.Rel(dir, a.Dir); dir != "" && err == nil && filepath.IsLocal(rel) {
			return dir
		}
	}
	return cmp.Or(checkoutOf(a.Dir), a.Dir)
}

// lintedFiles are the catalog files that were read, as a report names them.
func (a *app) lintedFiles(l *linted, o diag.ReportOptions) []string {
	var out []string
	for _, v := range l.loaded.Verdicts {
		at := diag.Pos{Repo: v.Repo, File: v.File}
		if v.Left == "" && l.keeps(at) {
			out = append(out, o.Path(at))
		}
	}
	return slices.Compact(out)
}

// lintOptions are what is to be found out for the reports that are asked for.
func (f *lintFlags) lintOptions(anyDir bool) build.LintOptions {
	return build.LintOptions{Verdicts: f.verdicts || f.wants("junit"), Every: f.verdicts && anyDir}
}
