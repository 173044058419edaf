package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
)

// secretLine finds lines of a configuration that may hold a secret where only
// the name of a variable should be: they are not shown.
var secretLine = lazyregexp.New(`(?i)(token|secret|password|key)["']?\s*:\s*["']?[^\s"'$]|://[^/\s]*@`)

// lines finds the source lines of findings. It remembers the last file, since
// findings come sorted by file.
type lines struct {
	project *project
	loaded  *build.Loaded // nil if the sources have not been read
	origins map[diag.Pos]bool

	file diag.Pos
	text []byte // of the file
	from int    // where a line of it begins
	at   int    // the number of that line
}

// line is the line of source at a place. A finding about an entity as a whole
// stands at its first line, which would explain nothing.
func (l *lines) line(at diag.Pos) (string, bool) {
	if l.isOrigin(at) {
		return "", false
	}
	return l.whole(at)
}

// whole is the line of source at a place, whatever is there.
func (l *lines) whole(at diag.Pos) (string, bool) {
	file := diag.Pos{Repo: at.Repo, File: at.File}
	if file != l.file || l.at == 0 {
		l.file, l.text, l.from, l.at = file, l.read(at), 0, 1
	}
	text, found := l.numbered(at.Line)
	if !found || at.Repo == "" && secretLine.MatchString(text) {
		return "", false
	}
	return text, true
}

// numbered is the line of the file with a number. Findings of a file come sorted
// by line.
func (l *lines) numbered(n int) (string, bool) {
	if n < l.at {
		l.from, l.at = 0, 1
	}
	for ; n > l.at; l.at++ {
		end := bytes.IndexByte(l.text[l.from:], '\n')
		if end < 0 {
			return "", false
		}
		l.from += end + 1
	}
	text, _, _ := bytes.Cut(l.text[l.from:], []byte("\n"))
	return strings.TrimSuffix(string(text), "\r"), n > 0
}

func (l *lines) isOrigin(at diag.Pos) bool {
	if l.origins == nil && l.loaded != nil {
		l.origins = map[diag.Pos]bool{}
		for at := range l.loaded.Origins() {
			l.origins[at] = true
		}
	}
	return l.origins[at]
}

func (l *lines) read(at diag.Pos) []byte {
	if at.Repo == "" {
		if text, ok := l.project.included[at.File]; ok {
			return text
		}
		return l.project.text
	}
	if l.loaded == nil || l.loaded.Snapshots[at.Repo] == nil {
		return nil
	}
	b, err := l.loaded.Snapshots[at.Repo].Read(at.File)
	if err != nil {
		return nil // a file that cannot be read has a finding that says so
	}
	return b
}

// path names the file of a place as the user would open it from here; what lies
// in no directory, as the demo, is named within its repository.
func (a *app) pathOf(p *project) func(diag.Pos) string {
	var last diag.Pos
	name := ""
	return func(at diag.Pos) string { // of one file after the other
		if file := (diag.Pos{Repo: at.Repo, File: at.File}); file != last || name == "" {
			last, name = file, at.Path()
			if abs := p.abs(at); abs != "" {
				name = filepath.ToSlash(a.shown(abs))
			}
		}
		return name
	}
}

// abs is where the file of a place is on disk, or "".
func (p *project) abs(at diag.Pos) string {
	if at.Repo == "" || p.demo {
		return ""
	}
	if dir, known := p.repoDirs.Load(at.Repo); known {
		return filepath.Join(dir.(string), filepath.FromSlash(at.File))
	}
	for _, x := range p.places {
		if x.root == "" {
			continue // what was crawled lies nowhere
		}
		for _, rel := range x.within(at.Repo) {
			dir := filepath.Join(x.root, filepath.FromSlash(rel))
			abs := filepath.Join(dir, filepath.FromSlash(at.File))
			if _, err := os.Lstat(abs); err == nil {
				p.repoDirs.Store(at.Repo, dir)
				return abs
			}
		}
	}
	return ""
}

// within are the directories of a source that a repository of a build may be:
// package build puts the source's name before that of the repository, or in its
// place, where two have the same.
func (x place) within(repo string) []string {
	if repo == "." || repo == x.name {
		return []string{".", repo}
	}
	out := []string{repo}
	if rest, ok := strings.CutPrefix(repo, x.name+"/"); ok {
		out = append(out, rest)
	}
	return out
}

// printFindings writes findings for people.
func (a *app) printFindings(w io.Writer, p *project, l *build.Loaded, ds []diag.Diagnostic) error {
	return diag.WriteText(w, ds, a.textOptions(w, p, l))
}

func (a *app) textOptions(w io.Writer, p *project, l *build.Loaded) diag.TextOptions {
	src := &lines{project: p, loaded: l}
	return diag.TextOptions{Color: a.flags.color.on(w, a.Getenv), Path: a.pathOf(p), Line: src.line}
}

// refuse prints what is wrong with the configuration.
func (a *app) refuse(p *project) error {
	if err := a.printFindings(a.Stderr, p, nil, p.findings.All()); err != nil {
		return err
	}
	a.complain("the configuration has errors; nothing was done", "")
	return findingsError{}
}

// maxListed is how many findings a build lists unless it is to say more.
const maxListed = 20

// list tells the findings of a build: errors and warnings, the first of them.
func (a *app) list(p *project, l *build.Loaded, ds []diag.Diagnostic) error {
	shown := a.worthTelling(ds)
	if a.flags.quiet || len(shown) == 0 {
		return nil
	}
	rest := 0
	if len(shown) > maxListed && !a.flags.verbose {
		shown, rest = worst(shown, maxListed), len(shown)-maxListed
	}
	if err := a.printFindings(a.Stderr, p, l, shown); err != nil {
		return err
	}
	if rest > 0 {
		a.talk("… and %d more; callboard lint and the portal's health page have all of them", rest)
	}
	return nil
}

// worthTelling leaves out what asks for nothing, unless it is asked for.
func (a *app) worthTelling(ds []diag.Diagnostic) []diag.Diagnostic {
	if a.flags.verbose {
		return ds
	}
	_, _, notes := diag.Count(ds)
	if notes == 0 {
		return ds
	}
	out := make([]diag.Diagnostic, 0, len(ds)-notes)
	for _, d := range ds {
		if d.Severity > diag.Info {
			out = append(out, d)
		}
	}
	return out
}

// worst takes n findings, errors before warnings, and keeps their order.
func worst(ds []diag.Diagnostic, n int) []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, s := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
		for _, d := range ds {
			if d.Severity == s && len(out) < n {
				out = append(out, d)
			}
		}
	}
	return diag.Sort(out)
}

// verdict is the error that findings end a command with.
func verdict(ds []diag.Diagnostic, failOn diag.Severity) error {
	for _, d := range ds {
		if d.Severity >= failOn {
			return findingsError{}
		}
	}
	return nil
}

func quote(s string) string { return fmt.Sprintf("%q", s) }
