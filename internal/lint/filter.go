package lint

import (
	"fmt"
	"slices"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/diag"
)

// Settings are what an organisation says about findings.
type Settings struct {
	// Severity changes that of a code.
	Severity map[diag.Code]diag.Severity
	// Off are the codes that are not reported.
	Off map[diag.Code]bool
	// Paths are patterns of files and directories about which nothing is
	// reported, relative to each repository or with its name before them.
	Paths []string
}

// Filter is a Sink that passes findings on, but for those that the settings or
// comments in their files say are meant to be. Its methods may be called from
// several goroutines; the comments of a file must come before what is found in
// it.
type Filter struct {
	next diag.Sink
	*filter
}

type filter struct {
	set     Settings
	mu      sync.Mutex
	ignores map[fileOf][]*ignore
	paths   map[fileOf]bool // whether nothing is reported about the file
}

type fileOf struct{ repo, file string }

type ignore struct {
	Ignore
	used map[diag.Code]bool
}

// NewFilter makes a Filter.
func NewFilter(s Settings, next diag.Sink) *Filter {
	return &Filter{next, &filter{set: s, ignores: map[fileOf][]*ignore{}, paths: map[fileOf]bool{}}}
}

// To is the filter before another sink, with the comments that f knows.
func (f *Filter) To(next diag.Sink) *Filter { return &Filter{next, f.filter} }

// Heed adds the comments of a repository's files. Those that are wrong are
// reported.
func (f *Filter) Heed(repo string, comments []Ignore) {
	for _, c := range comments {
		if msg, hint := c.problem(); msg != "" {
			f.Report(diag.Diagnostic{Pos: c.pos(repo), Severity: diag.Warning, Code: CodeIgnoreInvalid, Message: msg, Hint: hint})
			continue
		}
		at := fileOf{repo, c.File}
		f.mu.Lock()
		f.ignores[at] = append(f.ignores[at], &ignore{c, map[diag.Code]bool{}})
		f.mu.Unlock()
	}
}

func (i Ignore) pos(repo string) diag.Pos {
	return diag.Pos{Repo: repo, File: i.File, Line: i.Line, Col: i.Col}
}

// Report passes a finding on, or not.
func (f *Filter) Report(d diag.Diagnostic) {
	if f.ignored(d) || f.set.Off[d.Code] || f.passedOver(d.Pos) {
		return
	}
	if s, set := f.set.Severity[d.Code]; set {
		d.Severity = s
	}
	f.next.Report(d)
}

// ignored tells whether a comment says so, and remembers that it did.
func (f *filter) ignored(d diag.Diagnostic) (yes bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range f.ignores[fileOf{d.Pos.Repo, d.Pos.File}] {
		if (i.Of == 0 || i.Of == d.Pos.Line) && slices.Contains(i.Codes, d.Code) {
			i.used[d.Code] = true
			yes = true
		}
	}
	return yes
}

func (f *filter) passedOver(p diag.Pos) bool {
	if len(f.set.Paths) == 0 || p.File == "" {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at := fileOf{p.Repo, p.File}
	over, asked := f.paths[at]
	if !asked {
		over = slices.ContainsFunc(f.set.Paths, func(g string) bool { return matches(g, p.File) || matches(g, p.Path()) })
		f.paths[at] = over
	}
	return over
}

// matches tells whether a pattern names a file or a directory that it is in.
func matches(glob, file string) bool {
	return doublestar.MatchUnvalidated(glob, file) || doublestar.MatchUnvalidated(glob+"/**", file)
}

// Close reports the comments that nothing was found for. It is called once,
// after everything has been reported.
func (f *Filter) Close() {
	var unused diag.List
	for at, list := range f.ignores {
		for _, i := range list {
			for _, c := range i.Codes {
				if !i.used[c] {
					unused.Report(diag.Diagnostic{Pos: i.pos(at.repo), Severity: diag.Info, Code: CodeIgnoreUnused, Message: fmt.Sprintf("there is no finding of %s here to ignore", c), Hint: "remove the comment, or the code from it"})
				}
			}
		}
	}
	for _, d := range unused.All() {
		f.Report(d)
	}
}
