package docs

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
	"callboard/internal/yamldoc"
)

// pagesFile is what a file .pages says of its directory.
type pagesFile struct {
	dir                      string // path in the set; "" for no directory
	title                    string
	nav                      []pagesItem // nil for none
	hide, ignoreCase         bool
	collapse, collapseSingle *bool
	order, sortType, orderBy string
}

// pagesItem is an entry of its nav.
type pagesItem struct {
	title string
	value string      // name of a page or directory, or an address
	list  []pagesItem // of a section; nil for none
	rest  *rest
	pos   diag.Pos
}

// rest is an entry "..." and what it takes of all that is not listed.
type rest struct {
	text    string
	pattern string
	glob    bool
	re      *regexp.Regexp
	flat    bool
	line    int
}

var restEntry = lazyregexp.New(`^\.{3}\s*(?:\|\s*(flat)\s*)?\s*(?:\|\s*(?:(regex|glob)=)?(.*))?`)

// parseRest reads an entry such as "...", "... | *.md" or "... | flat | regex=^a".
func parseRest(s string) (rest, bool) {
	m := restEntry.FindStringSubmatch(s)
	if m == nil {
		return rest{}, false
	}
	r := rest{text: s, flat: m[1] != "", pattern: m[3]}
	switch {
	case m[2] == "regex":
		if len(r.pattern) <= maxExcludePattern {
			r.re, _ = regexp.Compile(r.pattern)
		}
		if r.re == nil {
			r.glob, r.pattern = true, "" // matches nothing
		}
	case m[2] == "glob" || r.pattern != "":
		r.glob = true
		r.pattern = escapeBraces(r.pattern)
		if len(r.pattern) > maxIgnorePattern || !doublestar.ValidatePattern(r.pattern) {
			r.pattern = ""
		}
	}
	return r, true
}

// all tells whether it takes everything.
func (r rest) all() bool { return !r.glob && r.re == nil }

func (r rest) matches(name string) bool {
	switch {
	case r.re != nil:
		return r.re.MatchString(name)
	case r.glob:
		return r.pattern != "" && doublestar.MatchUnvalidated(r.pattern, name)
	}
	return true
}

// compare orders patterns as they are written, and before that which takes
// everything.
func (r rest) compare(o rest) int {
	return cmp.Or(cmp.Compare(btoi(r.all()), btoi(o.all())), cmp.Compare(r.line, o.line), cmp.Compare(r.text, o.text))
}

// maxPagesFile is the size of a .pages or .nav.yml in bytes.
const maxPagesFile = 256 << 10

// readYAML reads a file about the navigation that lies at a path of the set.
func (b *navBuilder) readYAML(rel string) (d *yamldoc.Doc, top map[string]any) {
	file := b.p.fileAt(rel)
	f, ok := b.p.Snap.Lookup(file)
	if !ok || !inside(rel) {
		return nil, nil
	}
	at := diag.Pos{Repo: b.p.Snap.Repo, File: file, Line: 1, Col: 1}
	text, err := b.p.Snap.Read(file)
	if f.Size > maxPagesFile || err != nil {
		b.sink.Report(b.p.diag(at, diag.Warning, CodeConfig, fmt.Sprintf("the file is not read; it may have %d bytes", maxPagesFile), ""))
		return nil, nil
	}
	at.Line, at.Col = 0, 0
	d = yamldoc.One(text, at, b.sink)
	if d == nil {
		return nil, nil
	}
	top, ok = d.Value.(map[string]any)
	if !ok && !d.Invalid {
		b.sink.Report(b.p.diag(d.Pos(), diag.Warning, CodeConfig, "the file must be a mapping", ""))
	}
	return d, top
}

// readPages reads a file .pages. What is wrong in it is passed over.
func (b *navBuilder) readPages(rel string) *pagesFile {
	m := &pagesFile{}
	d, top := b.readYAML(rel)
	if top == nil {
		return m
	}
	r := pagesReader{b: b, d: d}
	m.title = oneLine(r.text(top, "title"), maxTitle)
	m.order = r.choice(top, "order", "asc", "desc")
	m.sortType = r.choice(top, "sort_type", "natural")
	m.orderBy = r.choice(top, "order_by", "filename", "title")
	m.hide = r.flag(top, "hide") != nil && *r.flag(top, "hide")
	m.ignoreCase = r.flag(top, "ignore_case") != nil && *r.flag(top, "ignore_case")
	m.collapse, m.collapseSingle = r.flag(top, "collapse"), r.flag(top, "collapse_single_pages")
	if v, ok := top["nav"].([]any); ok {
		m.nav = r.list(v, []any{"nav"}, 0)
	} else if v, ok := top["arrange"].([]any); ok { // its older form
		m.nav = r.list(v, []any{"arrange"}, 0)
		if !hasRest(m.nav) {
			m.nav = append(m.nav, pagesItem{rest: &rest{text: "..."}})
		}
	}
	for _, k := range []string{"nav", "arrange"} {
		if v := top[k]; v != nil {
			if _, ok := v.([]any); !ok {
				r.wrong(k+" must be a list", k)
			}
		}
	}
	return m
}

func hasRest(items []pagesItem) bool {
	for _, it := range items {
		if it.rest != nil && it.rest.all() {
			return true
		}
	}
	return false
}

// pagesReader reads the values of a file about the navigation.
type pagesReader struct {
	b *navBuilder
	d *yamldoc.Doc
	n int // entries so far
	// under is the path of the mapping that values are taken from.
	under []any
}

func (r *pagesReader) wrong(msg string, at ...any) {
	r.b.sink.Report(r.b.p.diag(r.d.KeyPos(at...), diag.Warning, CodeConfig, msg, ""))
}

// key is the path of a key of the mapping that values are taken from.
func (r *pagesReader) key(key string) []any { return append(r.under[:len(r.under):len(r.under)], key) }

func (r *pagesReader) text(m map[string]any, key string) string {
	switch v := m[key].(type) {
	case nil:
	case string:
		return v
	case int, int64, float64:
		return fmt.Sprint(v)
	default:
		r.wrong(key+" must be text", r.key(key)...)
	}
	return ""
}

func (r *pagesReader) choice(m map[string]any, key string, of ...string) string {
	v := m[key]
	for _, c := range of {
		if v == c {
			return c
		}
	}
	if v != nil {
		r.wrong(fmt.Sprintf("%s must be %s", key, strings.Join(of, " or ")), r.key(key)...)
	}
	return ""
}

func (r *pagesReader) flag(m map[string]any, key string) *bool {
	v, ok := m[key].(bool)
	if ok {
		return &v
	}
	if m[key] != nil {
		r.wrong(key+" must be true or false", r.key(key)...)
	}
	return nil
}

// list reads entries: "...", a name, {title: name} and {title: list}.
func (r *pagesReader) list(list []any, at []any, depth int) []pagesItem {
	out := []pagesItem{}
	for i, x := range list {
		here := append(at[:len(at):len(at)], i)
		if r.n++; r.n > maxNavItems || depth > maxNavDepth {
			break
		}
		switch v := x.(type) {
		case string:
			it := pagesItem{value: strings.TrimSuffix(v, "/"), pos: r.d.Pos(here...)}
			if rest, ok := parseRest(v); ok {
				rest.line = r.n
				it.rest = &rest
			}
			out = append(out, it)
		case map[string]any:
			for _, title := range r.d.Keys(here...) {
				out = r.titled(out, title, v[title], append(here[:len(here):len(here)], title), depth)
			}
		default:
			r.wrong("an entry must be a name, or a title with a name or a list", here...)
		}
	}
	return out
}

func (r *pagesReader) titled(out []pagesItem, title string, v any, at []any, depth int) []pagesItem {
	it := pagesItem{title: oneLine(title, maxTitle), pos: r.d.KeyPos(at...)}
	switch v := v.(type) {
	case string:
		it.value = strings.TrimSpace(v)
	case []any:
		it.list = r.list(v, at, depth+1)
	default:
		r.wrong(fmt.Sprintf("the entry %q has neither a name nor a list", it.title), at...)
		return out
	}
	return append(out, it)
}
