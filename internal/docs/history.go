package docs

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"callboard/internal/diag"
	"callboard/internal/markdown"
)

// Change is what a repository's history tells of a file.
type Change struct {
	// Created and Revised are the times of its first and its last change; Created is
	// zero if it is not known, or not wanted.
	Created, Revised time.Time
	// Authors are the names of those who wrote changes, the last one first.
	Authors []string `json:",omitempty"`
}

// maxAuthors is how many authors a page names.
const maxAuthors = 20

// historyPlugins are those that show when pages were changed, and by whom.
var historyPlugins = []string{"git-revision-date-localized", "git-revision-date", "git-authors", "git-committers", "git-committers-2", "document-dates"}

// maxHistoryPaths is how many directories a history is asked for by name.
const maxHistoryPaths = 200

// HistoryPaths are the directories and files of which a history should tell: all
// that hold pages, or the root of the repository if these are too many.
func (p *Plan) HistoryPaths() []string {
	var out []string
	for _, m := range p.mounts {
		out = append(out, m.dir)
	}
	for _, s := range p.sources {
		if !slices.ContainsFunc(out, func(dir string) bool { return dir == "." || dir == s.repo || strings.HasPrefix(s.repo, dir+"/") }) {
			out = append(out, s.repo)
		}
		if len(out) > maxHistoryPaths {
			return []string{"."}
		}
	}
	return out
}

// NoHistory says why the set's pages do not tell when they were changed, if a
// plugin of the set asks for it.
func (p *Plan) NoHistory(sev diag.Severity, why, hint string, sink diag.Sink) {
	for _, name := range historyPlugins {
		if plugin, ok := p.conf.plugin(name); ok {
			p.conf.strictly(sink).Report(p.diag(plugin.Pos, sev, CodeUnsupported, "the plugin \""+name+"\" has not all that it asks for: "+why, hint))
			return
		}
	}
}

// undatedPages are the pages of which the plugin git-revision-date-localized is not
// to tell a date.
func (m *mkdocs) undatedPages() []*regexp.Regexp {
	plugin, _ := m.plugin("git-revision-date-localized")
	var out []*regexp.Regexp
	for _, s := range plugin.Options.Strings("exclude") {
		if re, ok := excludePattern("glob", s); ok && len(out) < maxExcludes {
			out = append(out, re)
		}
	}
	return out
}

// changeOf is what is known of a page's file. Nothing is made up: a source without
// a history tells nothing.
func (p *Plan) changeOf(s source) *Change {
	if p.History == nil || slices.ContainsFunc(p.undated, func(re *regexp.Regexp) bool { return re.MatchString(s.rel) }) {
		return nil
	}
	c, ok := p.History(s.repo)
	if !ok || c.Revised.IsZero() {
		return nil
	}
	if plugin, _ := p.conf.plugin("git-revision-date-localized"); !plugin.Options.Bool("enable_creation_date", false) {
		c.Created = time.Time{}
	}
	c.Authors = slices.Clone(c.Authors[:min(len(c.Authors), maxAuthors)])
	for i, a := range c.Authors {
		c.Authors[i] = oneLine(a, maxTitle)
	}
	return &c
}

// more fills in what front matter and history say of a page.
func (p *Plan) more(pg *Page, i int, d *markdown.Doc) {
	pg.Tags = pageTags(d.Meta["tags"])
	pg.Status = oneLine(scalarText(d.Meta["status"]), maxTag)
	pg.Change = p.changeOf(p.sources[i])
	pg.Unsearched, pg.Boost = searchOf(d.Meta["search"])
}
