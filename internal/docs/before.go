package docs

import (
	"bytes"
	"path"

	"callboard/internal/diag"
	"callboard/internal/docs/prepare"
)

// Preparer changes the text of the set's pages before it is Markdown; nil if
// the set has no plugin that does.
func (p *Plan) Preparer() *prepare.Preparer { return p.preparer }

// PreparePage is what a Preparer has to know of a page by its path in the
// repository. A file that is no page of the set has no address.
func (p *Plan) PreparePage(source string) prepare.Page {
	pg := prepare.Page{Source: source}
	if i, ok := p.bySource[source]; ok {
		pg.URL = p.sources[i].at
	}
	return pg
}

// File is the path in the repository of a file below docs_dir.
func (p *Plan) File(rel string) string { return path.Join(p.docsDir, rel) }

// preparing are words without which a mkdocs.yml names no plugin or extension
// that changes the text of pages.
var preparing = [...]string{"include", "macros", "markdownextradata"}

// maxKeysInOrder is the size of a mkdocs.yml up to which variables keep the
// order of the file. To find it takes time by the number of mappings and their
// depth, and who has more variables than that does not write them by hand.
const maxKeysInOrder = 64 << 10

// readPreparer sets up what changes the text of pages.
func (p *Plan) readPreparer(sink diag.Sink) {
	layers := p.conf.layers
	small, asked := true, false
	for _, l := range layers {
		small = small && len(l.d.Text) <= maxKeysInOrder
		for _, w := range preparing {
			asked = asked || bytes.Contains(l.d.Text, []byte(w))
		}
	}
	if !asked {
		return
	}
	site := prepare.Site{Snap: p.Snap, Dir: p.Dir, DocsDir: p.docsDir, Config: p.conf.top,
		Plugins: p.conf.preparing(), Extensions: named(layers, "markdown_extensions"),
		Ignore: func(patterns string) func(string) bool { return parseIgnore(patterns).ignorer().match }}
	if small && len(layers) == 1 {
		site.Keys = layers[0].d.Keys
	}
	p.preparer = prepare.New(site, sink)
}

// preparing are the plugins of the set, as package prepare wants to know them.
func (m *mkdocs) preparing() []prepare.Plugin {
	out := make([]prepare.Plugin, len(m.plugins))
	for i, p := range m.plugins {
		out[i] = prepare.Plugin{Name: p.Name, Options: p.Options, Pos: p.Pos}
	}
	return out
}

// named are the extensions of the first file that has any.
func named(layers []layer, key string) (out []prepare.Plugin) {
	add := func(l layer, name string, o any, at ...any) {
		m, _ := o.(map[string]any)
		out = append(out, prepare.Plugin{Name: name, Options: m, Pos: l.d.KeyPos(at...)})
	}
	for _, l := range layers {
		switch v := l.top[key].(type) {
		case []any:
			for i, x := range v[:min(len(v), maxNamed)] {
				switch x := x.(type) {
				case string:
					add(l, x, nil, key, i)
				case map[string]any:
					for _, name := range sortedKeys(x) {
						add(l, name, x[name], key, i, name)
					}
				}
			}
			return out
		case map[string]any:
			for _, name := range sortedKeys(v) {
				add(l, name, v[name], key, name)
			}
			return out
		}
	}
	return out
}

// maxNamed is how many extensions are looked at.
const maxNamed = 200
