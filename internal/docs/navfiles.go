package docs

import (
	"fmt"
	"path"
	"strings"

	"callboard/internal/diag"
)

// navFile is what a .nav.yml says of its directory. What it does not say, the file
// of the directory above says.
type navFile struct {
	parent *navFile
	dir    string
	title  string
	hide   bool
	nav    []navFileItem // nil for none
	flat   *bool         // flatten_single_child_sections
	keep   *bool         // preserve_directory_names
	index  *bool         // use_index_title
	append *bool         // append_unmatched
	order  sortOrder
	ignore []string // nil for what the directory above ignores
}

// sortOrder is how what a pattern matches is sorted; "" for as above.
type sortOrder struct {
	by, direction, kind, sections string
	ignoreCase                    *bool
}

// navFileItem is an entry of a .nav.yml.
type navFileItem struct {
	title   string
	value   string        // path, pattern or address
	list    []navFileItem // of a section; nil for none
	pattern bool
	quiet   bool     // a pattern that may match nothing
	own     *navFile // what a pattern says for itself
	pos     diag.Pos
}

// options are those of a pattern: its own before those of its file.
func (it navFileItem) options(c *navFile) *navFile {
	if it.own == nil {
		return c
	}
	own := *it.own
	own.parent, own.dir = c, c.dir
	return &own
}

// items are the entries of a directory. Without any, its index comes first and
// then everything else.
func (c *navFile) items() []navFileItem {
	if c.nav == nil {
		return []navFileItem{{value: "@(index.md|README.md)", pattern: true, quiet: true}, {value: "*", pattern: true, quiet: true}}
	}
	if inherited(c, func(f *navFile) *bool { return f.append }) {
		return append(c.nav[:len(c.nav):len(c.nav)], navFileItem{value: "*", pattern: true, quiet: true})
	}
	return c.nav
}

// inherited is a choice of the nearest file that makes it.
func inherited(c *navFile, of func(*navFile) *bool) bool {
	for ; c != nil; c = c.parent {
		if v := of(c); v != nil {
			return *v
		}
	}
	return false
}

func (c *navFile) flatten() bool  { return inherited(c, func(f *navFile) *bool { return f.flat }) }
func (c *navFile) preserve() bool { return inherited(c, func(f *navFile) *bool { return f.keep }) }
func (c *navFile) indexTitle() bool {
	return inherited(c, func(f *navFile) *bool { return f.index })
}

// sorting is how what a pattern matches is sorted.
func (c *navFile) sorting() (by, direction, kind, sections string, fold bool) {
	for f := c; f != nil; f = f.parent {
		by, direction = or(by, f.order.by), or(direction, f.order.direction)
		kind, sections = or(kind, f.order.kind), or(sections, f.order.sections)
		fold = fold || f.order.ignoreCase != nil && *f.order.ignoreCase
	}
	return or(by, "path"), or(direction, "asc"), or(kind, "natural"), or(sections, "last"), fold
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// maxIgnored is how many patterns of what is ignored are heeded.
const maxIgnored = 50

// ignored tells what patterns do not take: "$inherit" stands for what the
// directory above ignores.
func (c *navFile) ignored() func(rel string) bool {
	var all []func(string) bool
	for f, more := c, true; f != nil && more && len(all) < maxIgnored; f = f.parent {
		more = f.ignore == nil
		for _, p := range f.ignore {
			if p == "$inherit" {
				more = true
				continue
			}
			base := path.Join(f.dir, "**")
			if rooted, ok := strings.CutPrefix(p, "/"); ok {
				base, p = f.dir, rooted
			}
			if m, ok := globPattern(base, p); ok {
				all = append(all, m)
			}
		}
	}
	return func(rel string) bool {
		for _, m := range all {
			if m(rel) {
				return true
			}
		}
		return false
	}
}

// load reads the file of a directory.
func (a *navFiles) load(dir string, parent *navFile) *navFile {
	c := &navFile{parent: parent, dir: dir}
	d, top := a.b.readYAML(path.Join(dir, a.file))
	if top == nil {
		return c
	}
	r := &navFileReader{pagesReader{b: a.b, d: d}}
	c.title = oneLine(r.text(top, "title"), maxTitle)
	hide := r.flag(top, "hide")
	c.hide = hide != nil && *hide
	r.choices(c, top)
	if v := top["nav"]; v != nil {
		list, ok := v.([]any)
		if ok {
			c.nav = r.list(list, []any{"nav"}, 0)
		} else {
			r.wrong("nav must be a list", "nav")
		}
	}
	if dir == "." && (c.title != "" || c.hide) {
		r.wrong("title and hide have no effect in the first directory")
	}
	return c
}

// navFileReader reads the values of a .nav.yml.
type navFileReader struct{ pagesReader }

// choices reads what a file, or a pattern in it, says about patterns.
func (r *navFileReader) choices(c *navFile, m map[string]any) {
	c.flat, c.keep = r.flag(m, "flatten_single_child_sections"), r.flag(m, "preserve_directory_names")
	c.index, c.append = r.flag(m, "use_index_title"), r.flag(m, "append_unmatched")
	if s, ok := m["sort"].(map[string]any); ok {
		above := r.under
		r.under = r.key("sort")
		c.order = sortOrder{r.choice(s, "by", "path", "filename", "title"), r.choice(s, "direction", "asc", "desc"),
			r.choice(s, "type", "natural", "alphabetical"), r.choice(s, "sections", "first", "last", "mixed"), r.flag(s, "ignore_case")}
		r.under = above
	}
	switch v := m["ignore"].(type) {
	case string:
		c.ignore = []string{v}
	case []any:
		c.ignore = []string{}
		for _, x := range v {
			if s, ok := x.(string); ok {
				c.ignore = append(c.ignore, s)
			}
		}
	}
}

// list reads entries: a path or pattern, {title: path}, {title: list} and
// {glob: pattern, …}.
func (r *navFileReader) list(list []any, at []any, depth int) []navFileItem {
	out := []navFileItem{}
	for i, x := range list {
		here := append(at[:len(at):len(at)], i)
		if r.n++; r.n > maxNavItems || depth > maxNavDepth {
			break
		}
		switch v := x.(type) {
		case string:
			out = append(out, navFileItem{value: v, pos: r.d.Pos(here...)})
		case map[string]any:
			out = r.mapping(out, v, here, depth)
		default:
			r.wrong("an entry must be a path, a pattern, or a title with a path or a list", here...)
		}
	}
	return out
}

func (r *navFileReader) mapping(out []navFileItem, m map[string]any, at []any, depth int) []navFileItem {
	if glob, ok := m["glob"].(string); ok {
		it := navFileItem{value: glob, pattern: true, own: &navFile{}, pos: r.d.Pos(append(at, "glob")...)}
		quiet, _ := m["ignore_no_matches"].(bool)
		it.quiet = quiet
		above := r.under
		r.under = at
		r.choices(it.own, m)
		r.under = above
		return append(out, it)
	}
	for _, title := range r.d.Keys(at...) {
		here := append(at[:len(at):len(at)], title)
		it := navFileItem{title: oneLine(title, maxTitle), pos: r.d.KeyPos(here...)}
		switch v := m[title].(type) {
		case string:
			it.value = v
		case []any:
			it.list = r.list(v, here, depth+1)
		default:
			r.wrong(fmt.Sprintf("the entry %q has neither a path nor a list", it.title), here...)
			continue
		}
		out = append(out, it)
	}
	return out
}
