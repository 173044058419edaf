package process

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/catalog"
	"callboard/internal/codeowners"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/jq"
)

// The names of the processors that are built in, as callboard explain shows
// them.
const (
	byRepository = "repository"
	byCodeowners = "codeowners"
	byDefault    = "default"
	byTopics     = "topics"
)

// derive is what entities are given that their files do not say. Nothing it
// does can make a valid document invalid: it adds what is not there, in forms
// that have been checked.
type derive struct {
	annotations, topics, propose, apply bool
	owner, lifecycle                    []fallback
}

func (d *derive) fallbacks() []fallback { return slices.Concat(d.owner, d.lifecycle) }

func (d *derive) run(w *work) {
	if d.annotations {
		w.annotate()
	}
	if d.propose || d.apply {
		w.codeowners(d.apply)
	}
	w.fallback("owner", owned, d.owner)
	w.fallback("lifecycle", lived, d.lifecycle)
	if d.topics {
		w.tag()
	}
}

// The kinds that each field is for. Those with an owner of CODEOWNERS are
// Backstage's (CodeOwnersProcessor).
var (
	fromCodeowners = []string{entity.KindAPI, entity.KindComponent, entity.KindDomain, entity.KindResource, entity.KindSystem}
	owned          = append(slices.Clone(fromCodeowners), entity.KindTemplate)
	lived          = []string{entity.KindComponent, entity.KindAPI}
	tagged         = []string{entity.KindAPI, entity.KindComponent, entity.KindResource, entity.KindSystem, entity.KindTemplate}
)

// annotate adds the annotations of Backstage's AnnotateLocationEntityProcessor,
// and to components the one of its AnnotateScmSlugEntityProcessor.
func (w *work) annotate() {
	snap := w.repo.snap
	if snap.WebURL == "" {
		return
	}
	from := w.repo.origin()
	given := catalog.Derived(&entity.Entity{Origin: w.draft.Origin}, snap.WebURL, snap.Branch)
	for _, k := range []string{catalog.SourceLocation, catalog.ViewURL, catalog.EditURL} {
		if v := given[k]; v != "" {
			w.annotation(k, v, from)
		}
	}
	if w.isKind([]string{entity.KindComponent}) {
		if w.repo.slugKey != "" {
			w.annotation(w.repo.slugKey, w.repo.slug, from)
		}
	}
}

// slugAnnotation is the annotation that names a repository for the plugins of
// its host, for hosts that are known by their name.
func slugAnnotation(webURL string) (key, value string) {
	host, slug := hostAndSlug(webURL)
	switch {
	case strings.Count(slug, "/") == 0:
		return "", ""
	case host == "dev.azure.com":
		parts := strings.Split(slug, "/") // organisation/project/_git/name
		if len(parts) == 4 && parts[2] == "_git" {
			return "dev.azure.com/project-repo", parts[1] + "/" + parts[3]
		}
	case strings.Contains(host, "gitlab"):
		return "gitlab.com/project-slug", slug
	case strings.Contains(host, "github"):
		return "github.com/project-slug", slug
	case strings.Contains(host, "bitbucket"):
		return "bitbucket.org/repo-url", webURL
	}
	return "", ""
}

func (w *work) annotation(key, value, from string) {
	if m, ok := w.mapping("metadata", "annotations"); ok && m[key] == nil {
		if _, there := m[key]; !there {
			m[key] = value
			w.derived("metadata.annotations."+key, byRepository, from, diag.Pos{})
		}
	}
}

// codeowners finds an owner for a document that names none: the first one of
// the last line that matches its file.
func (w *work) codeowners(apply bool) {
	if !w.lacks("owner") || !w.isKind(fromCodeowners) {
		return
	}
	rules := w.repo.rules(w.sink)
	if rules == nil {
		return
	}
	ref, m := firstOwner(rules.Of(w.draft.Origin.File))
	if ref == "" {
		return
	}
	at := w.repo.at
	at.Line, at.Col = m.Line, 1
	from := "CODEOWNERS: " + short(m.Pattern)
	if apply {
		w.setSpec("owner", ref)
		w.derived("spec.owner", byCodeowners, from, at)
		return
	}
	w.sink.Report(diag.Diagnostic{Pos: w.draft.Pos("spec"), Severity: diag.Info, Code: CodeProposed, Entity: w.draft.Ref.String(),
		Message: "the file names no owner; CODEOWNERS has " + ref, Hint: "write owner: " + ref + ", or set derive.codeowners: apply",
		Related: []diag.Related{{Pos: at, Message: "the line that decides"}}})
}

// firstOwner is the first owner that can be an entity. Sections whose approval
// is optional come last.
func firstOwner(ms []codeowners.Match) (string, codeowners.Match) {
	for _, optional := range []bool{false, true} {
		for _, m := range ms {
			for _, o := range m.Owners {
				if ref := o.EntityRef(); ref != "" && m.Optional == optional {
					return ref, m
				}
			}
		}
	}
	return "", codeowners.Match{}
}

// fallback is a value for the entities that it fits.
// lacks tells whether the spec is there, or may be made, without a field. It
// makes none: that the spec is missing is the author's to hear, unless something
// is put into it.
func (w *work) lacks(field string) bool {
	v, there := w.draft.Value["spec"]
	spec, isMap := v.(map[string]any)
	return !there || isMap && isMissing(spec[field])
}

func (w *work) setSpec(field, value string) {
	if spec, ok := w.mapping("spec"); ok {
		spec[field] = value
	}
}

type fallback struct {
	value                      string
	repositories, files, kinds []string
	when                       *jq.Program
	at                         diag.Pos
}

func (w *work) fallback(field string, kinds []string, list []fallback) {
	if !w.lacks(field) || !w.isKind(kinds) {
		return
	}
	for _, f := range list {
		if w.fits(f) {
			w.setSpec(field, f.value)
			w.derived("spec."+field, byDefault, "derive."+field, f.at)
			return
		}
	}
}

func (w *work) fits(f fallback) bool {
	if !matchesAny(f.repositories, w.repo.snap.Repo) || !matchesAny(f.files, w.draft.Origin.File) || len(f.kinds) > 0 && !w.isKind(f.kinds) {
		return false
	}
	if f.when == nil {
		return true
	}
	holds, err := f.when.Holds(w.draft.Context(), jq.In(w.draft.Value), w.variables(nil)...)
	if err != nil && w.draft.Context().Err() == nil {
		w.failed(byDefault, f.at, err)
	}
	return holds && err == nil
}

// matchesAny tells whether a name fits one of the patterns, or there are none.
// A pattern without a slash is also compared with the last part of the name.
func matchesAny(globs []string, name string) bool {
	return len(globs) == 0 || slices.ContainsFunc(globs, func(g string) bool {
		return doublestar.MatchUnvalidated(g, name) || !strings.Contains(g, "/") && doublestar.MatchUnvalidated(g, path.Base(name))
	})
}

// tag adds the repository's topics that can be tags.
func (w *work) tag() {
	if len(w.repo.snap.Topics) == 0 || !w.isKind(tagged) {
		return
	}
	m, ok := w.mapping("metadata")
	tags, isList := m["tags"].([]any)
	if !ok || m["tags"] != nil && !isList {
		return
	}
	for _, t := range slices.Sorted(slices.Values(w.repo.snap.Topics)) {
		if entity.CheckTag(t) == "" && !slices.Contains(tags, any(t)) {
			tags = append(tags, t)
			w.derived("metadata.tags", byTopics, t, diag.Pos{})
		}
	}
	if len(tags) > 0 {
		m["tags"] = tags
	}
}

// isMissing tells whether a field says nothing, as Backstage's processors see
// it.
func isMissing(v any) bool { return v == nil || v == "" }
