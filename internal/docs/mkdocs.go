package docs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/docs/prepare"
	"callboard/internal/yamldoc"
)

// mkdocs is what is taken of a mkdocs.yml.
type mkdocs struct {
	siteName, siteDescription string
	docsDir                   string
	docsDirPos                diag.Pos
	nav                       []rawNav // nil when the file writes none
	directoryURLs             bool
	exclude, draft, notInNav  ignoreList
	edit                      editLink
	profile                   string
	look                      Look
}

// supported are the keys of mkdocs.yml that mean something here. Quiet ones are
// about the making or the look of a site of its own, and need no word.
var supported = map[string]bool{
	"site_name": true, "site_description": true, "docs_dir": true, "nav": true, "use_directory_urls": true, "exclude_docs": true, "draft_docs": true, "not_in_nav": true, "repo_url": true, "edit_uri": true, "edit_uri_template": true, "INHERIT": true, "plugins": true,
	"site_url": true, "site_author": true, "site_dir": true, "repo_name": true, "theme": true, "copyright": true, "dev_addr": true, "watch": true, "strict": true, "extra": true,
	"remote_branch": true, "remote_name": true, "google_analytics": true, "markdown_extensions": true, "validation": true, "extra_css": true, "extra_javascript": true,
}

// quietPlugins are those whose work is done here, or is not needed.
var quietPlugins = map[string]bool{"techdocs-core": true, "search": true, "material/search": true, "minify": true, "mermaid2": true, "gh-admonitions": true, "offline": true, "privacy": true}

// Profiles of Markdown.
const (
	profileTechDocs = "techdocs"
	pluginTechDocs  = "techdocs-core" // whoever lists it writes that dialect
)

const maxDescription = 1000 // code points

// readMkdocs reads the configuration of a set. Whatever is wrong with it, the
// set is made, with TechDocs' defaults in place of what cannot be read.
func readMkdocs(spec Spec, sink diag.Sink) *mkdocs {
	m := &mkdocs{siteName: spec.Title, docsDir: "docs", directoryURLs: true, profile: cmp.Or(spec.Profile, profileTechDocs), exclude: parseIgnore(defaultExclude)}
	held := &few{to: sink}
	r := mkdocsReader{m: m, layers: readLayers(spec, sink), of: spec.Of.String(), sink: held}
	r.read()
	held.done()
	m.siteName = cmp.Or(oneLine(m.siteName, maxTitle), oneLine(spec.Title, maxTitle), spec.Of.Name)
	m.siteDescription = oneLine(m.siteDescription, maxDescription)
	return m
}

type mkdocsReader struct {
	m      *mkdocs
	layers []layer
	of     string
	sink   diag.Sink
}

func (r *mkdocsReader) read() {
	r.unknown()
	r.plugins()
	r.text("site_name", &r.m.siteName)
	r.text("site_description", &r.m.siteDescription)
	r.m.docsDirPos = r.text("docs_dir", &r.m.docsDir)
	r.flag("use_directory_urls", &r.m.directoryURLs)
	var exclude, draft, notInNav string
	r.text("exclude_docs", &exclude)
	r.text("draft_docs", &draft)
	r.text("not_in_nav", &notInNav)
	r.m.exclude = parseIgnore(defaultExclude + exclude)
	r.m.draft, r.m.notInNav = parseIgnore(draft), parseIgnore(notInNav)
	r.navigation()
	r.edit()
	r.look()
}

// get is the value of a key and the file it stands in; nil for a key that is
// nowhere or says nothing.
func (r *mkdocsReader) get(key string) (any, *yamldoc.Doc) {
	for _, l := range r.layers {
		if v, ok := l.top[key]; ok {
			return r.environment(l.d, v, key), l.d
		}
	}
	return nil, nil
}

// environment is a value, or what stands in for one that MkDocs would take from
// the environment. A portal must not depend on the environment, or show it; the
// last entry of `!ENV [NAME, default]` is what MkDocs takes without it.
func (r *mkdocsReader) environment(d *yamldoc.Doc, v any, at ...any) any {
	if d.Tag(at...) != "!ENV" {
		return v
	}
	r.report(d.KeyPos(at...), diag.Info, CodeUnsupported, "the environment is not read; the default of !ENV is taken", "")
	if list, ok := v.([]any); ok && len(list) > 1 {
		return list[len(list)-1]
	}
	return nil
}

// text reads a key whose value is text, and tells where it stands.
func (r *mkdocsReader) text(key string, to *string) (at diag.Pos) {
	v, d := r.get(key)
	switch v := v.(type) {
	case nil:
		return diag.Pos{}
	case string:
		*to = cmp.Or(v, *to)
	default:
		r.report(d.KeyPos(key), diag.Warning, CodeConfig, key+" must be text", "")
	}
	return d.Pos(key)
}

func (r *mkdocsReader) flag(key string, to *bool) {
	v, d := r.get(key)
	switch v := v.(type) {
	case nil:
	case bool:
		*to = v
	default:
		r.report(d.KeyPos(key), diag.Warning, CodeConfig, key+" must be true or false", "")
	}
}

func (r *mkdocsReader) report(at diag.Pos, sev diag.Severity, code diag.Code, msg, hint string) {
	r.sink.Report(diag.Diagnostic{Pos: at, Severity: sev, Code: code, Message: msg, Hint: hint, Entity: r.of})
}

// unknown says, for each key without a meaning here, that it has none.
func (r *mkdocsReader) unknown() {
	for _, l := range r.layers {
		for _, k := range sortedKeys(l.top) {
			if !supported[k] {
				r.report(l.d.KeyPos(k), diag.Info, CodeUnsupported, fmt.Sprintf("the key %q has no meaning here and is passed over", k), "")
			}
		}
	}
}

// plugins says which plugins are not here. They are a list of names and of
// names with settings, or a mapping of names to settings.
func (r *mkdocsReader) plugins() {
	v, d := r.get("plugins")
	switch v := v.(type) {
	case []any:
		for i, p := range v {
			switch p := p.(type) {
			case string:
				r.plugin(p, d.Pos("plugins", i))
			case map[string]any:
				for _, name := range sortedKeys(p) {
					r.plugin(name, d.KeyPos("plugins", i, name))
				}
			}
		}
	case map[string]any:
		for _, name := range sortedKeys(v) {
			r.plugin(name, d.KeyPos("plugins", name))
		}
	case nil:
	default:
		r.report(d.KeyPos("plugins"), diag.Warning, CodeConfig, "plugins must be a list", "")
	}
}

func (r *mkdocsReader) plugin(name string, at diag.Pos) {
	if name == pluginTechDocs {
		r.m.profile = profileTechDocs
	}
	if name != "" && !quietPlugins[name] && !prepare.Known(name) {
		r.report(at, diag.Info, CodeUnsupported, fmt.Sprintf("the plugin %q is not supported; pages are made without it", name), "")
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
