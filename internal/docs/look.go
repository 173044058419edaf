package docs

import (
	"net/url"
	"path"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/urlpath"
)

// Look is what mkdocs.yml says of how a set is shown, as far as a reader's page
// heeds it.
type Look struct {
	// SiteURL is where the site will be, "" if nobody says so.
	SiteURL string `json:",omitempty"`
	// Copyright is HTML of the author's, not yet sanitised.
	Copyright string `json:",omitempty"`
	// Language is the language of the text, such as "de".
	Language string `json:",omitempty"`
	// RepoURL is the address of the repository as mkdocs.yml has it, safe to
	// link; RepoName is what it is called there.
	RepoURL, RepoName string `json:",omitempty"`
	// Features are those of Material's theme.features.
	Features []string `json:",omitempty"`
	// Styles are the paths in the repository of extra_css, in order.
	Styles []string `json:",omitempty"`
}

// Has tells whether a feature is asked for.
func (l *Look) Has(feature string) bool { return slices.Contains(l.Features, feature) }

// Annotates tells whether numbers in comments of code are annotations.
func (p *Plan) Annotates() bool { return p.conf.look.Has("content.code.annotate") }

// Limits of what is taken of a look.
const (
	maxFeatures = 100
	maxStyles   = 20
)

func (r *mkdocsReader) look() {
	l := &r.m.look
	r.text("site_url", &l.SiteURL)
	if u, err := url.Parse(l.SiteURL); err != nil || u.Scheme != "https" && u.Scheme != "http" {
		l.SiteURL = ""
	}
	r.text("copyright", &l.Copyright)
	r.text("repo_name", &l.RepoName)
	l.RepoName = oneLine(l.RepoName, maxTitle)
	if href, ok := urlpath.SafeLink(r.m.edit.repo); ok {
		l.RepoURL = href
	}
	v, _ := r.get("theme")
	theme, _ := v.(map[string]any)
	l.Language = language(theme["language"])
	l.Features = texts(theme["features"], maxFeatures)
	r.styles(l)
}

// language is a language tag as an attribute may hold it, or "".
func language(v any) string {
	s, _ := v.(string)
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return ""
		}
	}
	if len(s) > 35 { // the longest of BCP 47 that is registered
		return ""
	}
	return s
}

// texts are the texts of a list.
func texts(v any, limit int) (out []string) {
	list, _ := v.([]any)
	for _, x := range list {
		if s, ok := x.(string); ok && len(out) < limit {
			out = append(out, oneLine(s, maxTitle))
		}
	}
	return out
}

// styles takes the paths of extra_css, which are relative to docs_dir. Those of
// other hosts are not loaded.
func (r *mkdocsReader) styles(l *Look) {
	v, d := r.get("extra_css")
	list, ok := v.([]any)
	if v != nil && !ok {
		r.report(d.KeyPos("extra_css"), diag.Warning, CodeConfig, "extra_css must be a list", "")
	}
	for i, x := range list {
		s, _ := x.(string)
		if _, out := external(s); out || s == "" {
			r.report(d.Pos("extra_css", i), diag.Warning, CodeUnsupported, "styles of other hosts are not loaded", "put the file below docs_dir")
			continue
		}
		if len(l.Styles) < maxStyles {
			l.Styles = append(l.Styles, path.Clean("/" + s)[1:])
		}
	}
}
