package docs

import (
	"fmt"
	"path"
	"strings"

	"callboard/internal/diag"
)

// level is what a finding is worth to a set: a severity, or nothing.
type level struct {
	severity diag.Severity
	ignored  bool
}

// validation is the part of mkdocs.yml that says how bad a finding is.
type validation struct {
	navOmitted, navNotFound, navAbsolute level
	notFound, absolute, odd, anchors     level
	// navRelative tells that a path which begins with a slash is one below docs_dir
	// (relative_to_docs). Links with a slash are tried there anyway.
	navRelative, linkRelative bool
}

// defaultValidation is what mkdocs.yml need not say.
func defaultValidation() validation {
	info, warn := level{severity: diag.Info}, level{severity: diag.Warning}
	// MkDocs thinks little of links it cannot tell from good ones. Those that are
	// left here are broken.
	return validation{navOmitted: info, navNotFound: warn, navAbsolute: info, notFound: warn, absolute: warn, odd: warn, anchors: info}
}

// readValidation reads validation. What stands directly below it is meant for
// nav and for links, as in MkDocs.
func (r *mkdocsReader) readValidation() {
	c := &r.m.check
	*c = defaultValidation()
	for _, part := range []string{"", "nav", "links"} {
		if part != "links" {
			r.level(part, "omitted_files", &c.navOmitted, nil)
			r.level(part, "not_found", &c.navNotFound, nil)
			r.level(part, "absolute_links", &c.navAbsolute, &c.navRelative)
		}
		if part != "nav" {
			r.level(part, "not_found", &c.notFound, nil)
			r.level(part, "absolute_links", &c.absolute, &c.linkRelative)
			r.level(part, "unrecognized_links", &c.odd, nil)
			r.level(part, "anchors", &c.anchors, nil)
		}
	}
}

func (r *mkdocsReader) level(part, key string, to *level, relative *bool) {
	v, _ := r.get("validation")
	at := []any{"validation", key}
	m, _ := v.(map[string]any)
	if part != "" {
		m, _ = m[part].(map[string]any)
		at = []any{"validation", part, key}
	}
	v, given := m[key]
	if !given {
		return
	}
	if relative != nil {
		*relative = false
	}
	switch v {
	case "warn":
		*to = level{severity: diag.Warning}
	case "info":
		*to = level{severity: diag.Info}
	case "ignore":
		*to = level{ignored: true}
	case "relative_to_docs":
		if relative != nil {
			*relative = true
			return
		}
		fallthrough
	default:
		r.report(r.doc(at...).KeyPos(at...), diag.Warning, CodeConfig, fmt.Sprintf("%s must be warn, info or ignore", strings.TrimPrefix(part+"."+key, ".")), "")
	}
}

// ofLink is what a link that leads nowhere is worth.
func (v *validation) ofLink(dest string) level {
	to, _, _ := strings.Cut(dest, "#")
	switch {
	case strings.HasPrefix(dest, "/"):
		return v.absolute
	case path.Ext(to) == "":
		return v.odd
	}
	return v.notFound
}

// graded is a sink that gives findings the severity of a level.
type graded struct {
	to diag.Sink
	level
}

func (g graded) Report(d diag.Diagnostic) {
	if !g.ignored {
		d.Severity = g.severity
		g.to.Report(d)
	}
}

// raised is a sink that makes errors of the warnings of a set whose mkdocs.yml
// says strict: true.
type raised struct{ to diag.Sink }

func (r raised) Report(d diag.Diagnostic) {
	if d.Severity == diag.Warning {
		d.Severity = diag.Error
	}
	r.to.Report(d)
}

// strictly is the sink for findings about the set.
func (m *mkdocs) strictly(sink diag.Sink) diag.Sink {
	if m.strict {
		return raised{sink}
	}
	return sink
}
