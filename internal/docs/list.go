package docs

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/repofs"
)

// MaxPages is how many pages a set may have; the rest is left out with a
// diagnostic.
const MaxPages = 20_000

// list finds the pages of a set and gives each its address.
func (p *Plan) list(sink diag.Sink) {
	held := &few{to: sink}
	files := p.withIndex(p.markdownFiles(p.excluded(held)))
	if len(files) > MaxPages {
		held.Report(p.diag(p.Pos, diag.Warning, CodePath, fmt.Sprintf("the documentation has %d pages; those after the first %d are left out", len(files), MaxPages), "split it into several sets"))
		files = files[:MaxPages]
	}
	if len(files) == 0 {
		held.Report(p.diag(p.configPos(), diag.Warning, CodeNoDocs, fmt.Sprintf("there are no pages in %q", p.docsDir), p.noPagesHint()))
	}
	p.rootPage(files, held)
	last := map[string]int{}
	for i, s := range files {
		last[s.at] = i
	}
	for i, s := range files {
		if last[s.at] == i {
			p.addSource(s, held)
		}
	}
	for i, s := range files {
		if winner := files[last[s.at]]; last[s.at] != i {
			p.leaveOut(s, winner.repo, held)
		}
	}
	p.spans()
	held.done()
}

// configPos is where a finding about the set as a whole belongs.
// noPagesHint looks for the pages where they often lie by mistake: beside mkdocs.yml,
// which MkDocs does not take for docs_dir.
func (p *Plan) noPagesHint() string {
	beside := func(f repofs.File) bool { return path.Dir(f.Path) == p.Dir && p.isSource(f.Path) }
	switch {
	case p.Config == "" || !slices.ContainsFunc(p.Snap.Under(p.Dir), beside):
		return "docs_dir names the directory of the Markdown files; it is docs if left out"
	case path.Base(p.Dir) == path.Base(p.docsDir):
		return fmt.Sprintf("Markdown files lie beside it: move it up, out of %q, and let backstage.io/techdocs-ref name the directory that it is in then", p.Dir)
	}
	return fmt.Sprintf("Markdown files lie beside it: move them into %q", p.docsDir)
}

func (p *Plan) configPos() diag.Pos {
	switch {
	case !p.conf.docsDirPos.IsZero():
		return p.conf.docsDirPos
	case p.Config != "":
		return diag.Pos{Repo: p.Snap.Repo, File: p.Config}
	}
	return p.Pos
}

// withIndex gives a set without a first page the one that Backstage gives it:
// the README, of docs_dir or beside mkdocs.yml, in either spelling.
func (p *Plan) withIndex(files []source) []source {
	if slices.ContainsFunc(files, func(s source) bool { return s.at == "" }) {
		return files
	}
	for i, s := range files {
		if s.rel == "readme.md" {
			files[i].rel, files[i].at = "index.md", ""
			slices.SortFunc(files, func(a, b source) int { return compareDocs(a.rel, b.rel) })
			return files
		}
	}
	if f := readmeIn(p.Snap, p.Dir); f != "" {
		return append([]source{{repo: f, rel: "index.md"}}, files...)
	}
	return files
}

// rootPage makes sure that the set's own address leads somewhere: it moves the
// page there that a reader would come to first.
func (p *Plan) rootPage(files []source, sink diag.Sink) {
	if len(files) == 0 || slices.ContainsFunc(files, func(s source) bool { return s.at == "" }) {
		return
	}
	at := map[string]int{}
	for i, s := range files {
		at[s.rel] = i
	}
	first, ok := p.firstOf(p.nav, at)
	if !ok {
		first = 0
	}
	if p.Alone { // pages stay where MkDocs puts them
		p.landing = files[first].rel
	} else {
		files[first].at = ""
	}
	sink.Report(p.diag(p.configPos(), diag.Info, CodePath, fmt.Sprintf("the documentation has no index.md; its first page is %s", files[first].repo), "call the first page index.md or README.md"))
}

// firstOf is the first page of a written navigation.
func (p *Plan) firstOf(nav []rawNav, at map[string]int) (int, bool) {
	for _, r := range nav {
		if i, ok := at[path.Clean(r.target)]; ok && r.target != "" {
			return i, true
		}
		if i, ok := p.firstOf(r.children, at); ok {
			return i, true
		}
	}
	return 0, false
}

func (p *Plan) addSource(s source, sink diag.Sink) {
	if _, err := p.path(pageFile(s.at)); err != nil {
		sink.Report(p.diag(diag.Pos{Repo: p.Snap.Repo, File: s.repo}, diag.Warning, CodePath, "the page cannot have an address: "+err.Error(), "rename the file"))
		return
	}
	if other, ok := p.claims.take(pageFile(s.at), s.repo); !ok {
		p.leaveOut(s, other, sink)
		return
	}
	i := len(p.sources)
	p.byRel[s.rel], p.byPath[s.at] = i, i
	if _, known := p.bySource[s.repo]; !known {
		p.bySource[s.repo] = i
	}
	if name := stem(s.rel); !isIndex(path.Base(s.rel)) {
		if _, known := p.byName[name]; !known {
			p.byName[name] = i
		}
	}
	p.sources = append(p.sources, s)
}

// leaveOut passes over a page whose address another one has. Links to it lead
// to the other. A README beside an index is usual, and meant for code hosts.
func (p *Plan) leaveOut(s source, other string, sink diag.Sink) {
	sev, hint := diag.Warning, "rename one of the two"
	if stem(s.rel) == "readme" {
		sev, hint = diag.Info, "an index.md comes before a README.md"
	}
	sink.Report(p.diag(diag.Pos{Repo: p.Snap.Repo, File: s.repo}, sev, CodePath, fmt.Sprintf("the page is left out, because %s has its address", other), hint))
	if i, ok := p.bySource[other]; ok {
		p.bySource[s.repo], p.byRel[s.rel] = i, i
	}
}

// stem is a file's name without its extension, in lower case.
func stem(p string) string {
	return strings.ToLower(strings.TrimSuffix(path.Base(p), path.Ext(p)))
}

// spans finds the run of sources that each directory holds.
func (p *Plan) spans() {
	for i, s := range p.sources {
		for dir := path.Dir(s.rel); dir != "."; dir = path.Dir(dir) {
			run, known := p.dirs[dir]
			if !known {
				run.from = i
			}
			run.to = i + 1
			p.dirs[dir] = run
		}
	}
}
