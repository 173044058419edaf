package docs

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/urlpath"
	"callboard/internal/yamldoc"
)

// mkdocs is what is taken of a mkdocs.yml.
type mkdocs struct {
	siteName, siteDescription string
	docsDir                   string
	nav                       []rawNav // nil when the file writes none
	directoryURLs             bool
	exclude, notInNav         ignoreList
	editBase                  string // where editing begins, with a slash behind it
	noEdit                    bool
	profile                   string
}

// supported are the keys of mkdocs.yml that mean something here. Quiet ones are
// about the making or the look of a site of its own, and need no word.
var supported = map[string]bool{
	"site_name": true, "site_description": true, "docs_dir": true, "nav": true, "use_directory_urls": true, "exclude_docs": true, "not_in_nav": true, "repo_url": true, "edit_uri": true,
	"site_url": true, "site_author": true, "site_dir": true, "repo_name": true, "theme": true, "copyright": true, "dev_addr": true, "watch": true, "strict": true, "extra": true,
	"remote_branch": true, "remote_name": true, "google_analytics": true, "plugins": true, "markdown_extensions": true, "validation": true, "draft_docs": true, "edit_uri_template": true, "extra_css": true, "extra_javascript": true,
}

// quietPlugins are those whose work is done here, or is not needed.
var quietPlugins = map[string]bool{"techdocs-core": true, "search": true, "material/search": true, "minify": true, "mermaid2": true, "gh-admonitions": true, "offline": true, "privacy": true}

// readMkdocs reads the configuration of a set. Whatever is wrong with it, the
// set is made, with TechDocs' defaults in place of what cannot be read.
func readMkdocs(spec Spec, sink diag.Sink) *mkdocs {
	m := &mkdocs{siteName: spec.Title, docsDir: "docs", directoryURLs: true, profile: "techdocs"}
	if spec.Config == "" {
		return m
	}
	src, err := spec.Snap.Read(spec.Config)
	at := diag.Pos{Repo: spec.Snap.Repo, File: spec.Config}
	if err != nil {
		at.Line = 1
		sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Error, Code: CodeConfig, Message: "the file cannot be read", Entity: spec.Of.String()})
		return m
	}
	d := yamldoc.One(src, at, sink)
	if d == nil {
		return m
	}
	top, ok := d.Value.(map[string]any)
	if !ok {
		if !d.Invalid {
			sink.Report(diag.Diagnostic{Pos: d.Pos(), Severity: diag.Error, Code: CodeConfig, Message: "the file must be a mapping", Entity: spec.Of.String()})
		}
		return m
	}
	r := mkdocsReader{m: m, d: d, top: top, of: spec.Of.String(), sink: sink}
	r.read(spec)
	return m
}

type mkdocsReader struct {
	m    *mkdocs
	d    *yamldoc.Doc
	top  map[string]any
	of   string
	sink diag.Sink
}

func (r *mkdocsReader) read(spec Spec) {
	r.unknown()
	r.text("site_name", &r.m.siteName)
	r.text("site_description", &r.m.siteDescription)
	r.text("docs_dir", &r.m.docsDir)
	if b, ok := r.top["use_directory_urls"].(bool); ok {
		r.m.directoryURLs = b
	}
	r.m.exclude = parseIgnore(text(r.top["exclude_docs"]) + "\n" + text(r.top["draft_docs"]))
	r.m.notInNav = parseIgnore(text(r.top["not_in_nav"]))
	if list, ok := r.top["nav"].([]any); ok {
		n := 0
		r.m.nav = r.nav(list, []any{"nav"}, 0, &n)
		if r.m.nav == nil {
			r.m.nav = []rawNav{}
		}
	}
	r.edit(spec)
}

func text(v any) string { s, _ := v.(string); return s }

func (r *mkdocsReader) text(key string, to *string) {
	switch v := r.top[key].(type) {
	case nil:
	case string:
		if v != "" {
			*to = v
		}
	default:
		r.report(diag.Warning, CodeConfig, fmt.Sprintf("%s must be text", key), "", key)
	}
}

func (r *mkdocsReader) report(sev diag.Severity, code diag.Code, msg, hint string, path ...any) {
	r.sink.Report(diag.Diagnostic{Pos: r.d.KeyPos(path...), Severity: sev, Code: code, Message: msg, Hint: hint, Entity: r.of})
}

// unknown says once, for each key and plugin without a meaning here, that it
// has none.
func (r *mkdocsReader) unknown() {
	for _, k := range slices.Sorted(maps.Keys(r.top)) {
		if !supported[k] {
			r.report(diag.Info, CodeUnsupported, fmt.Sprintf("the key %q has no meaning here and is passed over", k), "", k)
		}
	}
	list, _ := r.top["plugins"].([]any)
	for i, p := range list {
		name := text(p)
		if m, ok := p.(map[string]any); ok && len(m) == 1 {
			for k := range m {
				name = k
			}
		}
		if name != "" && !quietPlugins[name] {
			r.report(diag.Info, CodeUnsupported, fmt.Sprintf("the plugin %q is not supported; pages are made without it", name), "", "plugins", i)
		}
	}
}

// nav reads a list of the navigation: strings, {title: path} and {title: list}.
func (r *mkdocsReader) nav(list []any, at []any, depth int, n *int) []rawNav {
	var out []rawNav
	for i, item := range list {
		if *n++; *n > maxNavItems || depth > maxNavDepth {
			return out
		}
		here := append(at[:len(at):len(at)], i)
		switch v := item.(type) {
		case string:
			out = append(out, r.leaf("", v, here))
		case map[string]any:
			for _, title := range r.d.Keys(here...) {
				out = append(out, r.entry(title, v[title], append(here[:len(here):len(here)], title), depth, n))
			}
		default:
			r.report(diag.Warning, CodeConfig, "an entry of the navigation must be a path, or a title with a path or a list", "", here...)
		}
	}
	return out
}

func (r *mkdocsReader) entry(title string, v any, at []any, depth int, n *int) rawNav {
	switch v := v.(type) {
	case string:
		return r.leaf(title, v, at)
	case []any:
		return rawNav{title: title, children: r.nav(v, at, depth+1, n), pos: r.d.KeyPos(at...)}
	}
	r.report(diag.Warning, CodeConfig, fmt.Sprintf("the entry %q of the navigation has neither a path nor a list", title), "", at...)
	return rawNav{title: title}
}

func (r *mkdocsReader) leaf(title, target string, at []any) rawNav {
	target = strings.TrimSpace(target)
	if rest, ok := strings.CutPrefix(target, "!include "); ok {
		r.report(diag.Info, CodeUnsupported, fmt.Sprintf("the included documentation %q is not read", strings.TrimSpace(rest)), "give its component documentation of its own", at...)
		return rawNav{title: title}
	}
	return rawNav{title: title, target: target, pos: r.d.Pos(at...)}
}

// edit finds where a page can be edited: repo_url and edit_uri, as MkDocs joins
// them.
func (r *mkdocsReader) edit(spec Spec) {
	uri, given := r.top["edit_uri"].(string)
	if given && uri == "" {
		r.m.noEdit = true
		return
	}
	repo := text(r.top["repo_url"])
	if repo == "" || !given {
		return
	}
	base, err := url.Parse(strings.TrimSuffix(repo, "/") + "/")
	if err != nil {
		return
	}
	ref, err := base.Parse(strings.TrimSuffix(uri, "/") + "/")
	if err != nil {
		return
	}
	if href, ok := urlpath.SafeLink(ref.String()); ok && path.IsAbs(ref.Path) {
		r.m.editBase = href
	}
}
