package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/diag"
	"callboard/internal/lint"
)

// fixFlags say what lint repairs, and which findings are known.
type fixFlags struct {
	fix, dryRun             bool
	baseline, writeBaseline string
}

func (f *fixFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.fix, "fix", false, "repair what is certain in the files")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "with --fix, print the changes and write nothing")
	c.Flags().StringVar(&f.baseline, "baseline", "", "report only what is not in this `FILE`")
	c.Flags().StringVar(&f.writeBaseline, "write-baseline", "", "write what is found to this `FILE` instead of reporting it")
	for _, name := range []string{"baseline", "write-baseline"} {
		if err := c.MarkFlagFilename(name, "json"); err != nil {
			panic(err) // the flag has just been defined
		}
	}
}

func (f *fixFlags) check() error {
	switch {
	case f.dryRun && !f.fix:
		return &usageError{"--dry-run is about --fix", "add --fix"}
	case f.baseline != "" && f.writeBaseline != "":
		return &usageError{"--baseline and --write-baseline contradict each other", "name the file in one of them; --write-baseline writes it anew"}
	case f.fix && f.writeBaseline != "":
		return &usageError{"--fix and --write-baseline contradict each other", "repair first, then write what is left"}
	}
	return nil
}

// maxRounds is how often files are repaired and read again: an entity that is
// refused shows some of its faults only when it is not refused any more.
const maxRounds = 4

// repair makes the fixes of all findings, until there are none, and writes the
// files. With --dry-run it prints what it would have written, and reports true:
// there is no more to be said.
func (a *app) repair(ctx context.Context, paths []string, f lintFlags) (done bool, err error) {
	r := repairs{}
	f.unsaved = map[string]map[string][]byte{}
	for range maxRounds {
		more, err := a.repairOnce(ctx, paths, f, r)
		if err != nil {
			return true, err
		}
		if !more {
			break
		}
	}
	changes, repaired := r.inOrder()
	if f.dryRun {
		return true, a.printChanges(changes, repaired)
	}
	for _, c := range changes {
		if err := c.write(); err != nil {
			return true, err
		}
	}
	if repaired > 0 {
		a.talk("repaired %s in %s", count(repaired, "finding", "findings"), count(len(changes), "file", "files"))
	}
	return false, nil
}

// repairs are the changes of files, by where these are.
type repairs map[string]*change

// change is a file before and after its fixes.
type change struct {
	abs, shown    string
	before, after []byte
	repaired      int
}

func (r repairs) inOrder() (out []*change, repaired int) {
	for _, abs := range slices.Sorted(maps.Keys(r)) {
		out, repaired = append(out, r[abs]), repaired+r[abs].repaired
	}
	return out, repaired
}

// repairOnce makes the fixes of what is found in the files as f.unsaved has them.
// It notes the texts there and in r, and tells whether there was any.
func (a *app) repairOnce(ctx context.Context, paths []string, f lintFlags, r repairs) (more bool, err error) {
	found, err := a.findLint(ctx, paths, f)
	if err != nil {
		return false, err
	}
	defer func() {
		if cerr := found.project.close(); err == nil {
			err = cerr
		}
	}()
	name := a.pathOf(found.project)
	for _, ds := range byFile(found.findings) {
		at := ds[0].Pos
		abs := found.project.abs(at)
		if abs == "" {
			continue
		}
		src, err := found.loaded.Snapshots[at.Repo].Read(at.File)
		if err != nil {
			continue // a file that cannot be read has a finding that says so
		}
		after, repaired := lint.Apply(at.File, src, ds)
		if len(repaired) == 0 {
			continue
		}
		if r[abs] == nil {
			r[abs] = &change{abs: abs, shown: name(at), before: src}
		}
		r[abs].after, r[abs].repaired, more = after, r[abs].repaired+len(repaired), true
		if f.unsaved[at.Repo] == nil {
			f.unsaved[at.Repo] = map[string][]byte{}
		}
		f.unsaved[at.Repo][at.File] = after
	}
	return more, nil
}

// byFile are the findings that have a fix, file by file.
func byFile(ds []diag.Diagnostic) (out [][]diag.Diagnostic) {
	for _, d := range ds {
		if d.Fix == nil || d.Pos.Repo == "" {
			continue
		}
		if n := len(out); n > 0 && out[n-1][0].Pos.Repo == d.Pos.Repo && out[n-1][0].Pos.File == d.Pos.File {
			out[n-1] = append(out[n-1], d)
			continue
		}
		out = append(out, []diag.Diagnostic{d})
	}
	return out
}

// write puts the file's text in its place, if it is still what was read. A file
// that is reached by a symbolic link is not written.
func (c *change) write() (err error) {
	root, err := os.OpenRoot(filepath.Dir(c.abs))
	if err != nil {
		return fmt.Errorf("cannot repair %s: %w", c.shown, err)
	}
	defer func() {
		if cerr := root.Close(); err == nil {
			err = cerr
		}
	}()
	base := filepath.Base(c.abs)
	st, err := root.Lstat(base)
	if err != nil {
		return fmt.Errorf("cannot repair %s: %w", c.shown, err)
	}
	if !st.Mode().IsRegular() {
		return fmt.Errorf("cannot repair %s: it is not a plain file", c.shown)
	}
	now, err := root.ReadFile(base)
	if err != nil {
		return fmt.Errorf("cannot repair %s: %w", c.shown, err)
	}
	if !bytes.Equal(now, c.before) {
		return fmt.Errorf("cannot repair %s: it was changed in the meantime", c.shown)
	}
	if err := root.WriteFile(base, c.after, st.Mode().Perm()); err != nil {
		return fmt.Errorf("cannot repair %s: %w", c.shown, err)
	}
	return nil
}

func (a *app) printChanges(changes []*change, repaired int) error {
	for _, c := range changes {
		if err := c.diff(a.Stdout); err != nil {
			return fmt.Errorf("write the changes: %w", err)
		}
	}
	if repaired == 0 {
		a.talk("there is nothing to repair for certain")
		return nil
	}
	a.talk("%s in %s would be repaired", count(repaired, "finding", "findings"), count(len(changes), "file", "files"))
	return findingsError{}
}

// diffContext is how many lines stand around a change.
const diffContext = 3

// diff writes a unified diff. Fixes neither add lines nor remove any, so that
// both texts are compared line by line.
func (c *change) diff(w io.Writer) error {
	before, after := strings.SplitAfter(string(c.before), "\n"), strings.SplitAfter(string(c.after), "\n")
	if n := len(before) - 1; before[n] == "" && after[n] == "" {
		before, after = before[:n], after[:n]
	}
	var changed []int
	for i := range before {
		if before[i] != after[i] {
			changed = append(changed, i)
		}
	}
	name := printable(c.shown)
	if _, err := fmt.Fprintf(w, "--- a/%s\n+++ b/%s\n", name, name); err != nil {
		return err
	}
	for len(changed) > 0 {
		n := 1
		for n < len(changed) && changed[n]-changed[n-1] <= 2*diffContext {
			n++
		}
		from, to := max(0, changed[0]-diffContext), min(len(before), changed[n-1]+diffContext+1)
		if err := hunk(w, before, after, from, to); err != nil {
			return err
		}
		changed = changed[n:]
	}
	return nil
}

// hunk writes the lines from and before to of two texts of as many lines.
func hunk(w io.Writer, before, after []string, from, to int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "@@ -%d,%d +%d,%d @@\n", from+1, to-from, from+1, to-from)
	for i := from; i < to; i++ {
		if before[i] == after[i] {
			b.WriteString(diffLine(" ", before[i]))
			continue
		}
		n := i
		for n < to && before[n] != after[n] {
			n++
		}
		for _, l := range before[i:n] {
			b.WriteString(diffLine("-", l))
		}
		for _, l := range after[i:n] {
			b.WriteString(diffLine("+", l))
		}
		i = n - 1
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func diffLine(sign, line string) string {
	if strings.HasSuffix(line, "\n") {
		return sign + line
	}
	return sign + line + "\n\\ No newline at end of file\n"
}

// reported applies the baseline to what was found.
func (a *app) reported(l *linted, f fixFlags) error {
	if f.baseline == "" {
		return nil
	}
	file := a.path(f.baseline)
	known, err := readBaseline(file, f.baseline)
	if err != nil {
		return err
	}
	print := a.fingerprints(l.project, file)
	all := len(l.findings)
	l.findings = slices.DeleteFunc(l.findings, func(d diag.Diagnostic) bool { return known[print(d)].take() })
	gone := moved(known, file)
	l.findings = slices.DeleteFunc(l.findings, func(d diag.Diagnostic) bool { return slices.ContainsFunc(gone[anywhere(d)], (*baselineEntry).take) })
	hidden, left := all-len(l.findings), 0
	for _, e := range known {
		left += e.Count
	}
	if hidden > 0 {
		a.talk("%s of the baseline not reported", count(hidden, "finding", "findings"))
	}
	if left > 0 {
		a.talk("%s of the baseline not found any more; --write-baseline %s leaves them out", count(left, "finding", "findings"), f.baseline)
	}
	return nil
}
