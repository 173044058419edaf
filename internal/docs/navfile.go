package docs

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// Limits of a navigation.
const (
	maxNavItems = 20_000
	maxNavDepth = 20
)

// rawNav is a navigation as mkdocs.yml writes it, with places.
type rawNav struct {
	title    string
	target   string // path below docs_dir or an address; "" for a section
	children []rawNav
	pos      diag.Pos
	rest     bool // a section that stays when it is empty, because it is filled later
}

// navReader reads the list of a navigation.
type navReader struct {
	*mkdocsReader
	d    *yamldoc.Doc
	n    int
	over bool // a limit was hit, and has been reported
}

// navigation reads nav. Without entries there is none, and the files make one.
func (r *mkdocsReader) navigation() {
	v, d := r.get("nav")
	switch v := v.(type) {
	case nil:
	case []any:
		n := navReader{mkdocsReader: r, d: d}
		r.m.nav = n.list(v, []any{"nav"}, 0)
		if r.m.nav == nil && len(v) > 0 {
			r.m.nav = []rawNav{}
		}
	default:
		r.report(d.KeyPos("nav"), diag.Warning, CodeConfig, "nav must be a list", "write a hyphen before each entry")
	}
}

// list reads strings, {title: path} and {title: list}.
func (r *navReader) list(list []any, at []any, depth int) []rawNav {
	var out []rawNav
	for i, item := range list {
		here := append(at[:len(at):len(at)], i)
		if r.beyond(depth, here) {
			return out
		}
		switch v := item.(type) {
		case string:
			out = r.leaf(out, "", v, here)
		case map[string]any:
			for _, title := range r.d.Keys(here...) {
				out = r.entry(out, title, v[title], append(here[:len(here):len(here)], title), depth)
			}
		default:
			r.report(r.d.KeyPos(here...), diag.Warning, CodeConfig, "an entry of the navigation must be a path, or a title with a path or a list", "")
		}
	}
	return out
}

func (r *navReader) beyond(depth int, at []any) bool {
	if r.n++; r.n <= maxNavItems && depth <= maxNavDepth {
		return false
	}
	if !r.over {
		r.report(r.d.KeyPos(at...), diag.Warning, CodeConfig, fmt.Sprintf("the navigation has more than %d entries, or sections more than %d deep; the rest is left out", maxNavItems, maxNavDepth), "")
	}
	r.over = true
	return true
}

func (r *navReader) entry(out []rawNav, title string, v any, at []any, depth int) []rawNav {
	switch v := v.(type) {
	case string:
		return r.leaf(out, title, v, at)
	case []any:
		return append(out, rawNav{title: oneLine(title, maxTitle), children: r.list(v, at, depth+1), pos: r.d.KeyPos(at...)})
	}
	r.report(r.d.KeyPos(at...), diag.Warning, CodeConfig, fmt.Sprintf("the entry %q of the navigation has neither a path nor a list", oneLine(title, maxTitle)), "")
	return out
}

func (r *navReader) leaf(out []rawNav, title, target string, at []any) []rawNav {
	target = strings.TrimSpace(target)
	if target == "" {
		r.report(r.d.KeyPos(at...), diag.Warning, CodeConfig, "an entry of the navigation is empty", "")
		return out
	}
	return append(out, rawNav{title: oneLine(title, maxTitle), target: target, pos: r.d.Pos(at...)})
}
