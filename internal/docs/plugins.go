package docs

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/docs/prepare"
	"callboard/internal/pymarkdown"
	"callboard/internal/yamldoc"
)

// Plugin is a plugin that mkdocs.yml names.
type Plugin struct {
	// Name is the name it is configured by, such as "redirects"; of a plugin that
	// a theme brings along ("material/tags") without the theme's.
	Name    string
	Options pymarkdown.Options
	// Pos is where it is named.
	Pos diag.Pos

	doc *yamldoc.Doc // the file that names it
	at  []any        // path of the options in that file
}

// maxPlugins is how many plugins a set may name.
const maxPlugins = 100

// pluginTechDocs is the plugin that Backstage has every set use.
const pluginTechDocs = "techdocs-core"

// nativePlugins are those whose work is done here, or that have no work here:
// their effect comes with every set, or is about the files of a finished site.
var nativePlugins = map[string]bool{
	pluginTechDocs: true, "search": true, "gh-admonitions": true, "tags": true, "mike": true,
	"monorepo": true, "awesome-pages": true, "awesome-nav": true, "literate-nav": true, "section-index": true,
	"redirects": true, "exclude": true, "same-dir": true,
	"git-revision-date": true, "git-revision-date-localized": true, "git-authors": true, "git-committers": true, "git-committers-2": true, "document-dates": true,
	"mermaid2": true, "kroki": true, "glightbox": true, "minify": true, "offline": true, "privacy": true, "optimize": true, "autorefs": true,
	"htmlproofer": true, "linkcheck": true, "rss": true, "social": true, "info": true, "meta": true,
}

// instead says what happens without a plugin, for those that many sites use.
var instead = map[string]string{
	"mkdocstrings":        `no Python is run, so lines that begin with ":::" stay as they are`,
	"blog":                "its posts are pages like others",
	"i18n":                "all languages are pages of one documentation",
	"print-site":          "every page can be printed",
	"pdf-export":          "every page can be printed",
	"with-pdf":            "every page can be printed",
	"ezlinks":             "links in double brackets stay text",
	"roamlinks":           "links in double brackets stay text",
	"mkdocs-jupyter":      "notebooks are left out",
	"gen-files":           "no Python is run, so the files that it would make are missing",
	"mkdocs-simple-hooks": "no Python is run",
	"table-reader":        "tables in files are not read",
	"swagger-ui-tag":      "definitions of interfaces are shown with their API entity",
	"multirepo":           "documentation of other repositories is not read",
	"projects":            "documentation of other projects is not read",
}

// readPlugins reads plugins: a list of names and of names with options, or a
// mapping of names to options. Without any, MkDocs takes search.
func (r *mkdocsReader) readPlugins() {
	v, d := r.get("plugins")
	switch v := v.(type) {
	case []any:
		for i, p := range v {
			switch p := p.(type) {
			case string:
				r.plugin(p, nil, "plugins", i)
			case map[string]any:
				for _, name := range sortedKeys(p) {
					r.plugin(name, p[name], "plugins", i, name)
				}
			}
		}
	case map[string]any:
		for _, name := range r.keys("plugins") {
			r.plugin(name, v[name], "plugins", name)
		}
	case nil:
	default:
		r.report(d.KeyPos("plugins"), diag.Warning, CodeConfig, "plugins must be a list", "")
	}
}

func (r *mkdocsReader) plugin(name string, options any, at ...any) {
	name = strings.TrimPrefix(name, "material/")
	p := Plugin{Name: name, Pos: r.doc(at...).KeyPos(at...), doc: r.doc(at...), at: at}
	p.Options, _ = options.(map[string]any)
	if name == "" || !p.Options.Bool("enabled", true) || len(r.m.plugins) >= maxPlugins {
		return
	}
	r.m.plugins = append(r.m.plugins, p)
	if nativePlugins[name] || prepare.Known(name) {
		return
	}
	without := "pages are made without it"
	if s := instead[name]; s != "" {
		without = s
	}
	r.report(p.Pos, diag.Warning, CodeUnsupported, fmt.Sprintf("the plugin %q is not supported; %s", oneLine(name, maxTitle), without), "")
}

// plugin finds a plugin by its name.
func (m *mkdocs) plugin(name string) (Plugin, bool) {
	for _, p := range m.plugins {
		if p.Name == name {
			return p, true
		}
	}
	return Plugin{}, false
}

// lists tells whether a plugin is named.
func (m *mkdocs) lists(name string) bool {
	_, ok := m.plugin(name)
	return ok
}
