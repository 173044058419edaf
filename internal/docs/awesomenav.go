package docs

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
)

// awesomeNav makes a navigation of the files .nav.yml in the directories of a set
// (mkdocs-awesome-nav 3). What mkdocs.yml says under nav is not heeded.
func (b *navBuilder) awesomeNav(plugin Plugin) []rawNav {
	a := &navFiles{b: b, tree: b.p.fileTree(), free: map[string]bool{}, open: map[string]bool{}, steps: maxNavSteps}
	a.file = plugin.Options.String("filename", ".nav.yml")
	if path.Base(a.file) != a.file {
		a.file = ".nav.yml"
	}
	if b.p.nav != nil && !b.p.conf.lists("monorepo") {
		b.sink.Report(b.p.diag(plugin.Pos, diag.Warning, CodeNav, "the nav of mkdocs.yml is not used, because awesome-nav makes one", "take either of them out"))
	}
	for _, s := range b.p.sources {
		if b.quiet.match(s.rel) {
			continue
		}
		a.free[s.rel] = true
		for dir := path.Dir(s.rel); dir != "." && !a.free[dir+"/"]; dir = path.Dir(dir) {
			a.free[dir+"/"] = true
		}
	}
	var out []rawNav
	for _, f := range a.directory(".", nil) {
		out = append(out, f.raw)
	}
	return out
}

// navFiles makes the navigation.
type navFiles struct {
	b    *navBuilder
	tree *fileTree
	file string
	// free are the pages, and the directories with a slash at the end, that stand
	// nowhere yet.
	free  map[string]bool
	open  map[string]bool // directories that are being made
	items int
	steps int
}

// made is an entry that has been made.
type made struct {
	raw     rawNav
	path    string // in the set
	section bool
	link    bool
}

// entry is an entry of a file that is still to be made.
type entry struct {
	item     navFileItem
	page     string // path of a page, or ""
	dir      string // of a directory, or ""
	conf     *navFile
	children []*entry // of a section that the file writes
	out      []made
}

// directory makes what a directory holds.
func (a *navFiles) directory(dir string, parent *navFile) []made {
	return a.inDirectory(a.load(dir, parent))
}

func (a *navFiles) inDirectory(c *navFile) []made {
	if a.open[c.dir] || len(a.open) > maxNavDepth {
		return nil
	}
	a.open[c.dir] = true
	defer delete(a.open, c.dir)
	delete(a.free, c.dir+"/")
	return a.all(a.parse(c.items(), c))
}

// parse finds out what each item of a file is.
func (a *navFiles) parse(items []navFileItem, c *navFile) []*entry {
	var out []*entry
	for _, it := range items {
		e := &entry{item: it, conf: c}
		switch at := path.Join(c.dir, it.value); {
		case it.list != nil:
			e.children = a.parse(it.list, c)
		case it.pattern:
			e.conf = it.options(c)
		case a.free[at] || a.known(at):
			e.page = at
		case a.tree.isDir(at) && inside(at):
			e.dir = at
			e.conf = a.load(at, c)
		default:
			e.item.pattern = it.title == ""
		}
		out = append(out, e)
	}
	return out
}

// known tells whether a path is that of a page that may be in the navigation.
func (a *navFiles) known(rel string) bool {
	_, ok := a.b.p.byRel[rel]
	return ok && !a.b.quiet.match(rel)
}

// all makes entries: pages before directories, the deepest of these first, and
// patterns at last, so that they take what is left. The order of the result is
// that of the file.
func (a *navFiles) all(entries []*entry) []made {
	queue := a.queue(entries)
	slices.SortStableFunc(queue, func(x, y *entry) int {
		return cmp.Or(cmp.Compare(x.rank(), y.rank()), cmp.Compare(strings.Count(y.dir, "/"), strings.Count(x.dir, "/")))
	})
	for _, e := range queue {
		if a.items++; a.items <= maxNavItems {
			e.out = a.one(e)
		}
	}
	return a.collect(entries)
}

func (a *navFiles) queue(entries []*entry) []*entry {
	var out []*entry
	for _, e := range entries {
		if e.item.list != nil {
			out = append(out, a.queue(e.children)...)
			continue
		}
		out = append(out, e)
	}
	return out
}

func (e *entry) rank() int {
	switch {
	case e.page != "":
		return 1
	case e.dir != "":
		return 2
	}
	return 3
}

func (a *navFiles) collect(entries []*entry) []made {
	var out []made
	for _, e := range entries {
		if e.item.list == nil {
			out = append(out, e.out...)
			continue
		}
		r := rawNav{title: e.item.title, pos: e.item.pos}
		for _, m := range a.collect(e.children) {
			r.children = append(r.children, m.raw)
		}
		out = append(out, made{raw: r, path: e.conf.dir, section: true})
	}
	return out
}

func (a *navFiles) one(e *entry) []made {
	switch {
	case e.page != "":
		delete(a.free, e.page)
		return []made{{raw: rawNav{title: e.item.title, target: e.page, pos: e.item.pos}, path: e.page}}
	case e.dir != "":
		return a.section(e.conf, e.item.title, e.item.pos)
	case e.item.pattern:
		return a.matches(e)
	}
	return []made{{raw: rawNav{title: e.item.title, target: e.item.value, pos: e.item.pos}, link: true}}
}

// section makes a directory as a section. An empty one is nothing, and one that
// holds a single thing may be that.
func (a *navFiles) section(c *navFile, title string, at diag.Pos) []made {
	inner := a.inDirectory(c)
	if len(inner) == 0 || len(inner) == 1 && c.flatten() && !inner[0].link {
		return inner
	}
	r := rawNav{title: oneLine(cmp.Or(title, c.title, a.titleOf(c)), maxTitle), pos: at}
	for _, m := range inner {
		r.children = append(r.children, m.raw)
	}
	return []made{{raw: r, path: c.dir, section: true}}
}

// titleOf is what a directory is called that is given no title.
func (a *navFiles) titleOf(c *navFile) string {
	if c.preserve() {
		return path.Base(c.dir)
	}
	if i, ok := a.b.p.byRel[path.Join(c.dir, "index.md")]; ok && c.indexTitle() {
		if t := scalarText(a.b.doc(i).Meta["title"]); t != "" {
			return t
		}
	}
	return titleOfName(path.Base(c.dir))
}

// matches makes what a pattern takes of what is left.
func (a *navFiles) matches(e *entry) []made {
	var found []*entry
	for _, rel := range a.candidates(e) {
		if dir, ok := strings.CutSuffix(rel, "/"); ok {
			if c := a.load(dir, e.conf); !c.hide {
				found = append(found, &entry{dir: dir, conf: c, item: navFileItem{pos: e.item.pos}})
			}
			continue
		}
		found = append(found, &entry{page: rel, conf: e.conf, item: navFileItem{pos: e.item.pos}})
	}
	if len(found) == 0 && !e.item.quiet {
		a.b.sink.Report(a.b.p.diag(e.item.pos, diag.Warning, CodeNav, fmt.Sprintf("the entry %q matches no page and no directory", oneLine(e.item.value, maxTitle)), "paths are relative to the directory of the file"))
	}
	out := a.all(found)
	a.sort(out, e.conf)
	return out
}

// candidates are what is left below the directory that a pattern matches and that
// is not ignored.
func (a *navFiles) candidates(e *entry) []string {
	match, ok := globPattern(e.conf.dir, e.item.value)
	if !ok {
		a.b.sink.Report(a.b.p.diag(e.item.pos, diag.Warning, CodeConfig, fmt.Sprintf("the pattern %q is not understood", oneLine(e.item.value, maxTitle)), "there may be stars, question marks, sets and @(a|b)"))
		return nil
	}
	ignored := e.conf.ignored()
	var out []string
	for _, rel := range a.below(e.conf.dir) {
		if a.steps--; a.steps < 0 {
			break
		}
		if a.free[rel] && match(rel) && !ignored(rel) {
			out = append(out, rel)
		}
	}
	return out
}

// below are the pages below a directory, and its directories with a slash.
func (a *navFiles) below(dir string) []string {
	run, ok := a.b.p.dirs[dir]
	if dir == "." {
		run, ok = span{0, len(a.b.p.sources)}, true
	}
	if !ok {
		return nil
	}
	var out []string
	seen := map[string]bool{}
	for _, s := range a.b.p.sources[run.from:run.to] {
		out = append(out, s.rel)
		for d := path.Dir(s.rel); d != dir && d != "." && !seen[d]; d = path.Dir(d) {
			seen[d] = true
			out = append(out, d+"/")
		}
	}
	return out
}
