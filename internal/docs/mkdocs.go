package docs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/pymarkdown"
	"callboard/internal/yamldoc"
)

// mkdocs is what is taken of a mkdocs.yml.
type mkdocs struct {
	siteName, siteDescription string
	docsDir                   string
	docsDirPos                diag.Pos
	nav                       []rawNav // nil when the file writes none
	directoryURLs             bool
	strict                    bool
	exclude, draft, notInNav  ignoreList
	edit                      editLink
	profile                   string
	look                      Look
	plugins                   []Plugin
	extensions                []pymarkdown.Extension
	check                     validation
	top                       map[string]any // everything, see Plan.Value
	layers                    []layer        // the files, until the plan is open
}

// supported are the keys of mkdocs.yml that mean something here. Quiet ones are
// about the making or the look of a site of its own, and need no word.
var supported = map[string]bool{
	"site_name": true, "site_description": true, "docs_dir": true, "nav": true, "use_directory_urls": true, "exclude_docs": true, "draft_docs": true, "not_in_nav": true, "repo_url": true, "edit_uri": true, "edit_uri_template": true, "INHERIT": true, "plugins": true,
	"site_url": true, "site_author": true, "site_dir": true, "repo_name": true, "theme": true, "copyright": true, "dev_addr": true, "watch": true, "strict": true, "extra": true,
	"remote_branch": true, "remote_name": true, "google_analytics": true, "markdown_extensions": true, "validation": true, "extra_css": true,
}

// insteadOf says what happens without a key, for those that sites use.
var insteadOf = map[string]string{
	"hooks":            "no Python is run",
	"extra_javascript": "scripts of a documentation are not run",
	"extra_templates":  "templates are not written",
	"pages":            "the navigation is under nav",
}

// Profiles of Markdown.
const (
	// ProfileTechDocs is Python-Markdown as mkdocs-techdocs-core sets it up: what
	// Backstage makes of every set, since it adds that plugin to those without.
	ProfileTechDocs = "techdocs"
	// ProfileMkDocs is Python-Markdown with the extensions that mkdocs.yml names,
	// and those of techdocs-core only if it names that.
	ProfileMkDocs = "mkdocs"
)

const maxDescription = 1000 // code points

// readMkdocs reads the configuration of a set. Whatever is wrong with it, the
// set is made, with TechDocs' defaults in place of what cannot be read.
func readMkdocs(spec Spec, sink diag.Sink) *mkdocs {
	m := &mkdocs{siteName: spec.Title, docsDir: "docs", directoryURLs: true, profile: cmp.Or(spec.Profile, ProfileTechDocs), exclude: parseIgnore(defaultExclude), check: defaultValidation()}
	var found diag.List // until it is known how strict the set is
	held := &few{to: &found}
	r := mkdocsReader{m: m, layers: readLayers(spec, &found), of: spec.Of.String(), sink: held}
	r.techDocs = m.profile == ProfileTechDocs || spec.Config == ""
	r.read()
	m.layers = r.layers
	held.done()
	for _, d := range found.All() {
		m.strictly(sink).Report(d)
	}
	m.siteName = cmp.Or(oneLine(m.siteName, maxTitle), oneLine(spec.Title, maxTitle), spec.Of.Name)
	m.siteDescription = oneLine(m.siteDescription, maxDescription)
	return m
}

type mkdocsReader struct {
	m      *mkdocs
	layers []layer
	of     string
	sink   diag.Sink
	// techDocs tells that the extensions of techdocs-core are there unasked.
	techDocs bool
}

func (r *mkdocsReader) read() {
	r.m.top = r.merged()
	r.unknown()
	r.readPlugins()
	r.readProfile()
	r.readExtensions()
	r.readValidation()
	r.flag("strict", &r.m.strict)
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
	v, ok := r.m.top[key]
	if !ok {
		return nil, nil
	}
	return v, r.doc(key)
}

// readProfile decides on the dialect. Who lists techdocs-core writes its own,
// whatever is configured.
func (r *mkdocsReader) readProfile() {
	if r.m.lists(pluginTechDocs) {
		r.m.profile = ProfileTechDocs
	}
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
				r.report(l.d.KeyPos(k), diag.Warning, CodeUnsupported, fmt.Sprintf("the key %q has no meaning here and is passed over", oneLine(k, maxTitle)), insteadOf[k])
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
