package docs

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/docs/prepare"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
)

// maxExtensions is how many Markdown extensions a set may name.
const maxExtensions = 200

// builtIn are the extensions that MkDocs puts before those of mkdocs.yml.
var builtIn = []string{"toc", "tables", "fenced_code"}

// extensionList is what MkDocs keeps of markdown_extensions: names in order, and
// options by name. A name that is there twice has one set of options.
type extensionList struct {
	names   []string
	options map[string]map[string]any
}

// readExtensions reads markdown_extensions: a list of names and of names with
// options, or a mapping of names to options.
func (r *mkdocsReader) readExtensions() {
	l := &extensionList{names: slices.Clone(builtIn), options: map[string]map[string]any{}}
	v, d := r.get("markdown_extensions")
	switch v := v.(type) {
	case []any:
		for i, x := range v {
			switch x := x.(type) {
			case string:
				r.extension(l, x, nil, "markdown_extensions", i)
			case map[string]any:
				for _, name := range sortedKeys(x) {
					r.extension(l, name, x[name], "markdown_extensions", i, name)
				}
			}
		}
	case map[string]any:
		for _, name := range r.keys("markdown_extensions") {
			r.extension(l, name, v[name], "markdown_extensions", name)
		}
	case nil:
	default:
		r.report(d.KeyPos("markdown_extensions"), diag.Warning, CodeConfig, "markdown_extensions must be a list", "")
	}
	core, listed := r.m.plugin(pluginTechDocs)
	if listed || r.techDocs {
		l.techDocs(core.Options.Bool("use_pymdownx_blocks", false))
	}
	// The plugin changes a page's text before Markdown; here it is an extension,
	// and so are techdocs-core's alerts.
	if _, alerts := r.m.plugin("gh-admonitions"); alerts || listed || r.techDocs {
		l.append("gh_admonitions", nil)
	}
	r.m.extensions = l.all()
}

func (r *mkdocsReader) extension(l *extensionList, name string, options any, at ...any) {
	if name == "" || len(l.names) >= maxExtensions {
		return
	}
	pos := r.doc(at...).KeyPos(at...)
	o, ok := options.(map[string]any)
	if !ok && options != nil && options != "" && options != false {
		r.report(pos, diag.Warning, CodeConfig, fmt.Sprintf("the options of the Markdown extension %q must be a mapping", oneLine(name, maxTitle)), "")
	}
	if len(o) > 0 {
		l.options[name] = o
	}
	if slices.Contains(l.names, name) {
		return
	}
	l.names = append(l.names, name)
	if !knownExtension(name) {
		r.report(pos, diag.Warning, CodeUnsupported, fmt.Sprintf("the Markdown extension %q is not supported; its syntax stays text", oneLine(name, maxTitle)), "")
	}
}

// coreModule is where Python-Markdown has its own extensions: they may be named
// with or without it.
const coreModule = "markdown.extensions."

// knownExtension tells whether an extension is here, or has nothing to do here.
func knownExtension(name string) bool {
	name = strings.TrimPrefix(name, coreModule)
	return markdown.Extension(name) != nil || prepare.KnownExtension(name) || slices.Contains(extensionNames, name)
}

// extensionNames are the extensions whose syntax is understood, and those that are
// about styles, or files, and are seen to elsewhere.
var extensionNames = strings.Fields(`abbr admonition attr_list codehilite def_list extra fenced_code footnotes legacy_attrs legacy_em
	md_in_html meta nl2br sane_lists smarty tables toc wikilinks
	pymdownx.arithmatex pymdownx.b64 pymdownx.betterem pymdownx.blocks.admonition pymdownx.blocks.caption pymdownx.blocks.definition
	pymdownx.blocks.details pymdownx.blocks.html pymdownx.blocks.tab pymdownx.caret pymdownx.critic pymdownx.details pymdownx.emoji
	pymdownx.escapeall pymdownx.extra pymdownx.extrarawhtml pymdownx.fancylists pymdownx.highlight pymdownx.inlinehilite pymdownx.keys
	pymdownx.magiclink pymdownx.mark pymdownx.pathconverter pymdownx.progressbar pymdownx.quotes pymdownx.saneheaders pymdownx.smartsymbols
	pymdownx.snippets pymdownx.striphtml pymdownx.superfences pymdownx.tabbed pymdownx.tasklist pymdownx.tilde
	callouts markdown_inline_graphviz mdx_breakless_lists mdx_gh_links mdx_truly_sane_lists plantuml_markdown`)

// all are the extensions with their options, as Python-Markdown gets them.
func (l *extensionList) all() []pymarkdown.Extension {
	out := make([]pymarkdown.Extension, len(l.names))
	for i, name := range l.names {
		out[i] = pymarkdown.Extension{Name: strings.TrimPrefix(name, coreModule), Options: l.options[name]}
	}
	return out
}

// Extensions are the Markdown extensions of the set with their options, in the
// order in which MkDocs 1.6 hands them to Python-Markdown; nil if pages are in
// another dialect, see Profile.
func (p *Plan) Extensions() []pymarkdown.Extension {
	if p.Prebuilt || p.conf.profile != ProfileTechDocs && p.conf.profile != ProfileMkDocs {
		return nil
	}
	return p.conf.extensions
}
