package docs

import (
	"maps"

	"callboard/internal/pymarkdown"
)

// techDocs does to the extensions of a set what mkdocs-techdocs-core 1.7 does: it
// appends its own, and sees to it that the set's options come after its defaults.
func (l *extensionList) techDocs(blocks bool) {
	theirs := maps.Clone(l.options)
	// A set may not widen where snippets are read.
	theirs["pymdownx.snippets"] = map[string]any{"restrict_base_path": true}
	l.append("toc", map[string]any{"permalink": true})
	l.foldable(blocks)
	for _, name := range []string{"pymdownx.caret", "pymdownx.critic"} {
		l.append(name, nil)
	}
	l.append("pymdownx.emoji", map[string]any{"emoji_generator": pymarkdown.Py{Name: "pymdownx.emoji.to_svg"}})
	for _, name := range []string{"pymdownx.inlinehilite", "pymdownx.magiclink", "pymdownx.mark", "pymdownx.smartsymbols", "pymdownx.snippets"} {
		l.append(name, nil)
	}
	l.append("pymdownx.highlight", map[string]any{"linenums": true, "pygments_lang_class": true})
	l.append("pymdownx.extra", nil)
	l.options["pymdownx.betterem"] = map[string]any{"smart_enable": "all"}
	l.append("pymdownx.tasklist", map[string]any{"custom_checkbox": true})
	l.append("pymdownx.tilde", nil)
	l.intoExtra()
	for _, name := range []string{"markdown_inline_graphviz", "plantuml_markdown", "mdx_truly_sane_lists"} {
		l.append(name, nil)
	}
	for name, o := range theirs {
		if mine, ok := l.options[name]; ok {
			merged := maps.Clone(mine)
			maps.Copy(merged, o)
			l.options[name] = merged
		}
	}
}

func (l *extensionList) append(name string, options map[string]any) {
	l.names = append(l.names, name)
	if options != nil {
		l.options[name] = options
	}
}

// blockTypes are the admonitions that may be written as blocks.
var blockTypes = []string{"new", "settings", "note", "abstract", "info", "tip", "success", "question", "warning", "failure", "danger", "bug", "example", "quote"}

// foldable appends admonitions, details and tabs, in the one syntax or the other.
func (l *extensionList) foldable(blocks bool) {
	if !blocks {
		l.append("admonition", nil)
		l.append("pymdownx.details", nil)
		l.append("pymdownx.tabbed", map[string]any{"alternate_style": true})
		return
	}
	var types, details []any
	for _, t := range blockTypes {
		types = append(types, t)
		details = append(details, map[string]any{"name": "details-" + t, "class": t})
	}
	l.append("pymdownx.blocks.admonition", map[string]any{"types": types})
	l.append("pymdownx.blocks.details", map[string]any{"types": details})
	l.append("pymdownx.blocks.tab", map[string]any{"alternate_style": true})
}

// extraParts are the extensions that pymdownx.extra brings, by the names it calls
// them; their options are given to it and not to them.
var extraParts = []string{"pymdownx.betterem", "pymdownx.superfences",
	coreModule + "footnotes", coreModule + "attr_list", coreModule + "def_list", coreModule + "tables", coreModule + "abbr", coreModule + "md_in_html"}

func (l *extensionList) intoExtra() {
	extra := maps.Clone(l.options["pymdownx.extra"])
	if extra == nil {
		extra = map[string]any{}
	}
	for _, name := range extraParts {
		if o, ok := l.options[name]; ok {
			extra[name] = o
			delete(l.options, name)
		}
	}
	l.options["pymdownx.extra"] = extra
}
