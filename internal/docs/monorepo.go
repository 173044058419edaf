package docs

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/text/unicode/norm"

	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
)

// Words of mkdocs-monorepo-plugin in the navigation: one mkdocs.yml, or all that a
// pattern matches.
const (
	includeOne = "!include "
	includeAll = "*include "
)

// maxMounts is how many other sets one set may include.
const maxMounts = 200

// mount is a directory of pages as part of a set.
type mount struct {
	alias string // where it lies below docs_dir; "" for docs_dir itself
	dir   string // in the repository
	title string // site_name
	nav   []rawNav
	edit  editLink

	entries int // of nav
}

// below is the path that a file of the repository has in the set.
func (m mount) below(file string) (rel string, ok bool) {
	if !isBelow(m.dir, file) {
		return "", false
	}
	return path.Join(m.alias, below(m.dir, file)), true
}

// includer reads the sets that the navigation of another one includes.
type includer struct {
	p      *Plan
	sink   diag.Sink
	mounts map[string]mount // by the path of their mkdocs.yml
	items  int              // entries taken in
	over   bool
}

// include puts the navigations of other sets in the places where they are
// included, and mounts their pages. Without a navigation nothing is included.
func (p *Plan) include(sink diag.Sink) {
	p.mounts = []mount{{dir: p.docsDir}}
	p.nav = p.conf.nav
	if len(p.nav) == 0 || !p.conf.lists("monorepo") && !p.conf.lists(pluginTechDocs) && p.conf.profile != ProfileTechDocs {
		return
	}
	held := &few{to: sink}
	in := &includer{p: p, sink: held, mounts: map[string]mount{}}
	p.nav = in.list(p.conf.nav)
	held.done()
}

func (in *includer) list(raw []rawNav) []rawNav {
	var out []rawNav
	for _, r := range raw {
		switch {
		case strings.HasPrefix(r.target, includeOne):
			out = in.one(out, r, path.Join(in.p.Dir, strings.TrimSpace(r.target[len(includeOne):])))
		case strings.HasPrefix(r.target, includeAll):
			out = in.all(out, r, strings.TrimSpace(r.target[len(includeAll):]))
		default:
			r.children = in.list(r.children)
			out = append(out, r)
		}
	}
	return out
}

// one takes in the set of a mkdocs.yml.
func (in *includer) one(out []rawNav, r rawNav, file string) []rawNav {
	m, ok := in.mount(r, file)
	if in.items += 1 + m.entries; !ok || in.items > maxNavItems {
		return out
	}
	return append(out, rawNav{title: cmp.Or(r.title, m.title), children: m.nav, pos: r.pos})
}

// all takes in the sets of all files that match a pattern, each as a section
// called by its site_name.
func (in *includer) all(out []rawNav, r rawNav, pattern string) []rawNav {
	files, ok := in.matches(pattern)
	if !ok || len(files) == 0 {
		in.report(r, fmt.Sprintf("the pattern %q matches no mkdocs.yml", oneLine(pattern, maxTitle)))
		return out
	}
	section := rawNav{title: r.title, pos: r.pos}
	for _, file := range files {
		section.children = in.one(section.children, rawNav{target: r.target, pos: r.pos}, file)
	}
	if r.title == "" {
		return append(out, section.children...)
	}
	return append(out, section)
}

// matches are the files that a pattern matches, in the order of their parts.
func (in *includer) matches(pattern string) ([]string, bool) {
	glob := escapeBraces(path.Join(in.p.Dir, pattern))
	if len(glob) > maxIgnorePattern || !inside(glob) || !isYAML(glob) || !doublestar.ValidatePattern(glob) {
		return nil, false
	}
	var out []string
	for _, f := range in.p.Snap.Under(in.p.Dir) {
		if isYAML(f.Path) && doublestar.MatchUnvalidated(glob, f.Path) {
			out = append(out, f.Path)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) })
	return out, true
}

func isYAML(file string) bool {
	return strings.HasSuffix(file, ".yml") || strings.HasSuffix(file, ".yaml")
}

func (in *includer) report(r rawNav, msg string) {
	in.sink.Report(in.p.diag(r.pos, diag.Warning, CodeNav, msg, "paths are relative to mkdocs.yml"))
}

// mount reads the mkdocs.yml of an included set, once.
func (in *includer) mount(r rawNav, file string) (mount, bool) {
	if m, ok := in.mounts[file]; ok {
		return m, true
	}
	why := ""
	switch {
	case !inside(file):
		why = "leads out of the repository"
	case !isYAML(file):
		why = "is no YAML file"
	case !has(in.p.Snap, file):
		why = "is not there"
	case file == in.p.Config:
		why = "is the file itself"
	case len(in.p.mounts) > maxMounts:
		why = fmt.Sprintf("is left out, because only %d may be included", maxMounts)
		if in.over {
			return mount{}, false
		}
		in.over = true
	}
	if why != "" {
		in.report(r, fmt.Sprintf("the included %q %s", oneLine(file, maxTitle), why))
		return mount{}, false
	}
	m, why := in.read(file)
	if why != "" {
		in.report(r, fmt.Sprintf("the included %q %s", oneLine(file, maxTitle), why))
		return mount{}, false
	}
	in.mounts[file] = m
	in.p.mounts = append(in.p.mounts, m)
	return m, true
}

// read reads an included mkdocs.yml: its name, its pages and its navigation.
func (in *includer) read(file string) (m mount, why string) {
	spec := in.p.Spec
	spec.Config, spec.Dir = file, path.Dir(file)
	sub := &mkdocs{docsDir: "docs"}
	r := &mkdocsReader{m: sub, layers: readLayers(spec, in.sink), of: spec.Of.String(), sink: in.sink}
	if len(r.layers) == 0 {
		return m, "says nothing"
	}
	sub.top = r.merged()
	r.text("site_name", &sub.siteName)
	r.text("docs_dir", &sub.docsDir)
	r.text("repo_url", &sub.edit.repo)
	r.text("edit_uri", &sub.edit.uri)
	r.navigation()
	m = mount{title: oneLine(sub.siteName, maxTitle), dir: path.Join(spec.Dir, sub.docsDir), edit: sub.edit}
	m.alias = path.Clean(alias(sub.siteName))
	switch {
	case sub.siteName == "":
		return m, "has no site_name, which says where its pages are to be"
	case m.alias == "" || m.alias == "." || !inside(m.alias):
		return m, fmt.Sprintf("has the site_name %q, which is no place for pages", m.title)
	case path.IsAbs(sub.docsDir) || !inside(m.dir):
		return m, "has a docs_dir that leads out of the repository"
	case !hasDir(in.p.Snap, m.dir):
		return m, fmt.Sprintf("has the docs_dir %q, which is not there", oneLine(sub.docsDir, maxTitle))
	case slices.ContainsFunc(in.p.mounts, func(o mount) bool { return o.alias == m.alias }):
		return m, fmt.Sprintf("has the site_name %q of another one", m.title)
	}
	if m.nav = in.prefixed(sub.nav, m.alias); sub.nav == nil {
		m.nav = in.ofDir(m, m.dir, 0)
	}
	m.entries = entries(m.nav)
	return m, ""
}

// prefixed is the navigation of an included set with its paths below the alias.
func (in *includer) prefixed(raw []rawNav, alias string) []rawNav {
	var out []rawNav
	for _, r := range raw {
		if strings.HasPrefix(r.target, includeOne) || strings.HasPrefix(r.target, includeAll) {
			in.report(r, "what is included may not include others")
			continue
		}
		if _, out := external(r.target); r.target != "" && !out {
			r.target = alias + "/" + r.target
		}
		r.children = in.prefixed(r.children, alias)
		out = append(out, r)
	}
	return out
}

// ofDir is the navigation of an included set that writes none: unlike MkDocs' own,
// directories come first.
func (in *includer) ofDir(m mount, dir string, depth int) []rawNav {
	var dirs, files []rawNav
	last := ""
	for _, f := range in.p.Snap.Under(dir) {
		name, _, deeper := strings.Cut(below(dir, f.Path), "/")
		switch {
		case !deeper && path.Ext(name) == ".md":
			rel, _ := m.below(f.Path)
			files = append(files, rawNav{target: rel})
		case deeper && name != last && depth < maxNavDepth:
			last = name
			if inner := in.ofDir(m, path.Join(dir, name), depth+1); len(inner) > 0 {
				dirs = append(dirs, rawNav{title: oneLine(titleOfName(name), maxTitle), children: inner})
			}
		}
	}
	return append(dirs, files...)
}

// entries counts the entries of a navigation.
func entries(raw []rawNav) int {
	n := len(raw)
	for _, r := range raw {
		n += entries(r.children)
	}
	return n
}

var plainAlias = lazyregexp.New(`^[a-zA-Z0-9_.\-/]+$`)

// alias is the directory that an included set gets: its name, or what
// python-slugify makes of it.
func alias(name string) string {
	if plainAlias.MatchString(name) {
		return name
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(name) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToLower(r))
		case unicode.IsMark(r):
		default:
			b.WriteByte('-')
		}
	}
	return strings.Trim(hyphens.Get().ReplaceAllString(b.String(), "-"), "-")
}

var hyphens = lazyregexp.New(`-+`)

// mountOf is the mount that a page's path in the set belongs to.
func (p *Plan) mountOf(rel string) mount {
	best := p.mounts[0]
	for _, m := range p.mounts[1:] {
		if strings.HasPrefix(rel, m.alias+"/") && len(m.alias) > len(best.alias) {
			best = m
		}
	}
	return best
}

// fileAt is the file in the repository that lies at a path of the set. An included
// set lies on top of what is in docs_dir under its name.
func (p *Plan) fileAt(rel string) string {
	m := p.mountOf(rel)
	if m.alias == "" {
		return path.Join(p.docsDir, rel)
	}
	if file := path.Join(m.dir, below(m.alias, rel)); has(p.Snap, file) {
		return file
	}
	return path.Join(p.docsDir, rel)
}
