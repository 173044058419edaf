package docs

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
)

// Limits of navigation files.
const (
	maxNavFile  = 1 << 20 // bytes
	maxNavSteps = 500_000 // files and directories looked at for patterns
)

// literate makes a navigation of lists in Markdown files (mkdocs-literate-nav).
type literate struct {
	p        *Plan
	sink     diag.Sink
	tree     *fileTree
	file     string // name of navigation files
	implicit bool   // a directory's index comes first, unasked
	tab      int
	seen     map[string]bool
	items    int
}

// litEntry is an entry whose patterns and directories are not yet resolved.
type litEntry struct {
	title    string
	path     string // page, directory, pattern or address
	pattern  bool
	dir      bool   // path is a directory
	fallback string // what stands there if nothing matches
	list     []litEntry
	nested   bool
	pos      diag.Pos
}

// readLiterateNav takes the navigation from Markdown files, if the set has the
// plugin for it.
func (p *Plan) readLiterateNav(sink diag.Sink) {
	plugin, ok := p.conf.plugin("literate-nav")
	if !ok {
		return
	}
	held := &few{to: sink}
	l := &literate{p: p, sink: held, tree: p.fileTree(), seen: map[string]bool{}}
	l.file = plugin.Options.String("nav_file", "SUMMARY.md")
	l.implicit = plugin.Options.Bool("implicit_index", false)
	l.tab = plugin.Options.Int("tab_length", 4)
	if l.tab < 1 || l.tab > 16 {
		l.tab = 4
	}
	var nav []rawNav
	if _, here := l.navFile("."); len(p.nav) == 0 || here {
		nav = l.directory([]string{"."})
	}
	if len(nav) == 0 {
		nav = l.resolve(l.yaml(p.nav), []string{"."})
	}
	if len(nav) > 0 {
		p.nav = nav
	}
	held.done()
}

// navFile is the navigation file of a directory.
func (l *literate) navFile(dir string) (rel string, ok bool) {
	rel = path.Join(dir, l.file)
	_, ok = l.p.byRel[rel]
	return rel, ok && inside(rel)
}

// directory is the navigation of a directory: the one that its file writes, or
// that of all that is in it. dirs are the directory and those that led to it.
func (l *literate) directory(dirs []string) []rawNav {
	dir := dirs[0]
	rel, ok := l.navFile(dir)
	if !ok {
		return l.resolve([]litEntry{l.wildcard(dir, "*", "")}, dirs)
	}
	l.p.unlisted[rel] = true
	file := l.p.sources[l.p.byRel[rel]].repo
	items, ok := l.read(file)
	if !ok {
		return l.resolve([]litEntry{l.wildcard(dir, "*", "")}, dirs)
	}
	index := l.tree.index(dir)
	if !l.implicit || rel != index {
		l.seen[rel] = true
	}
	var entries []litEntry
	if l.implicit && index != "" {
		entries = append(entries, litEntry{path: index, pattern: true})
	}
	return l.resolve(append(entries, l.entries(items, dir, file)...), dirs)
}

func (l *literate) read(file string) ([]listItem, bool) {
	if f, _ := l.p.Snap.Lookup(file); f.Size > maxNavFile {
		l.report(diag.Pos{Repo: l.p.Snap.Repo, File: file, Line: 1, Col: 1}, fmt.Sprintf("the file is no navigation: it has more than %d bytes", maxNavFile))
		return nil, false
	}
	text, err := l.p.Snap.Read(file)
	if err != nil {
		return nil, false // the page itself says so
	}
	return navList(strings.TrimPrefix(string(text), "\ufeff"), l.tab)
}

func (l *literate) report(at diag.Pos, msg string) {
	l.sink.Report(l.p.diag(at, diag.Warning, CodeNav, msg, "an item is a link, a title with a list below it, or a pattern such as *.md"))
}

// entries are the items of a navigation file as entries; paths in it are relative
// to its directory.
func (l *literate) entries(items []listItem, dir, file string) []litEntry {
	var out []litEntry
	for _, it := range items {
		at := diag.Pos{Repo: l.p.Snap.Repo, File: file, Line: max(it.line, 1), Col: 1}
		if it.wrong != "" {
			l.report(at, it.wrong)
			continue
		}
		e := litEntry{title: it.title, pos: at}
		switch {
		case it.nested:
			e.nested = true
			if it.link != "" {
				e.list = append(e.list, l.link(dir, it.link, "", at))
			}
			e.list = append(e.list, l.entries(it.children, dir, file)...)
		case it.link != "":
			e = l.link(dir, it.link, it.title, at)
		default:
			e = l.wildcard(dir, it.title, it.title)
			e.pos = at
		}
		out = append(out, e)
	}
	return out
}

// link is what a link in a navigation file is: a page, a directory or an address.
func (l *literate) link(dir, to, title string, at diag.Pos) litEntry {
	e := litEntry{title: title, path: to, pos: at}
	if _, out := external(to); out {
		return e
	}
	e.path = path.Join(dir, to)
	l.seen[e.path] = true
	if strings.HasSuffix(to, "/") && l.tree.isDir(e.path) {
		e.dir, e.fallback = true, to
	}
	return e
}

func (l *literate) wildcard(dir, pattern, fallback string) litEntry {
	norm := strings.TrimLeft(path.Join(dir, pattern), "/")
	if strings.HasPrefix(pattern, "/") {
		norm = strings.TrimLeft(path.Clean(pattern), "/")
	}
	if strings.HasSuffix(pattern, "/") {
		norm += "/"
	}
	return litEntry{path: norm, pattern: true, fallback: fallback}
}

// yaml are the entries of the navigation in mkdocs.yml, where patterns and
// directories may stand, too.
func (l *literate) yaml(raw []rawNav) []litEntry {
	var out []litEntry
	for _, r := range raw {
		e := litEntry{title: r.title, path: r.target, pos: r.pos}
		switch {
		case r.target == "":
			e.nested, e.list = true, l.yaml(r.children)
		case strings.Contains(r.target, "*"):
			e = l.wildcard("", r.target, r.target)
			e.title, e.pos = r.title, r.pos
		case r.title != "":
			e = l.link("", r.target, r.title, r.pos)
		}
		out = append(out, e)
	}
	return out
}

// resolve puts pages in the place of patterns and directories. What is named
// somewhere is not matched by a pattern.
func (l *literate) resolve(entries []litEntry, dirs []string) []rawNav {
	for _, e := range entries {
		if !e.pattern && !e.dir && !e.nested {
			l.seen[e.path] = true
		}
	}
	var out []rawNav
	for _, e := range entries {
		if l.items++; l.items > maxNavItems || len(dirs) > maxNavDepth {
			break
		}
		out = append(out, l.entry(e, dirs)...)
	}
	return out
}

func (l *literate) entry(e litEntry, dirs []string) []rawNav {
	r := rawNav{title: oneLine(e.title, maxTitle), pos: e.pos}
	switch {
	case e.nested:
		r.children = l.resolve(e.list, dirs)
	case e.dir && !slices.Contains(dirs, e.path):
		r.children = l.directory(append([]string{e.path}, dirs...))
	case e.dir:
		r.target = e.fallback
	case e.pattern && e.title == "":
		return l.matches(e, dirs)
	case e.pattern:
		r.children = l.matches(e, dirs)
	default:
		r.target = e.path
	}
	if r.target == "" && len(r.children) == 0 {
		return nil
	}
	return []rawNav{r}
}

// matches are the pages and directories that a pattern matches.
func (l *literate) matches(e litEntry, dirs []string) []rawNav {
	var out []rawNav
	onlyDirs := strings.HasSuffix(e.path, "/")
	found := l.tree.glob(strings.TrimSuffix(e.path, "/"))
	for _, item := range found {
		if l.seen[item] {
			continue
		}
		switch {
		case l.tree.isDir(item):
			if slices.Contains(dirs, item) {
				continue
			}
			if sub := l.directory(append([]string{item}, dirs...)); len(sub) > 0 {
				out = append(out, rawNav{title: oneLine(titleOfName(path.Base(item)), maxTitle), children: sub, pos: e.pos})
			}
		case onlyDirs:
			continue
		default:
			out = append(out, rawNav{target: item, pos: e.pos})
		}
		l.seen[item] = true
	}
	if len(found) == 0 && e.fallback != "" {
		out = append(out, rawNav{target: e.fallback, pos: e.pos})
	}
	return out
}
