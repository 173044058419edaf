// Package importer reads the files in which other catalogs describe software,
// and makes entities of them: compass.yml of Atlassian Compass, cortex.yaml,
// opslevel.yml, service.datadog.yaml and entity.datadog.yaml, and score.yaml.
//
// Nothing a file says is lost without a word. What has a counterpart in
// Backstage's model becomes that; what has none is kept as an annotation below
// the format's own domain (Format.Domain), at most one level deep and then as
// JSON; the little that is passed over on purpose is reported. Files of the
// same name that belong to something else are told apart and left alone.
package importer

import (
	"fmt"
	"path"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// The codes of what can be wrong with the files of other catalogs.
const (
	CodeUnknownKey = diag.Code("import-key-unknown")  // kept as an annotation
	CodeValue      = diag.Code("import-value")        // not of the type or form it has in the format
	CodeMissing    = diag.Code("import-name-missing") // no name: no entity
	CodeForeign    = diag.Code("import-other-format") // a file of that name of something else
	CodeLeftOut    = diag.Code("import-left-out")     // passed over on purpose, or beyond a limit
	CodeReplaced   = diag.Code("import-replaced")     // the entity is described elsewhere, too
	CodeUnreadable = diag.Code("import-unreadable")
)

// Limits of one file, beside those of package yamldoc and of each draft.
const (
	MaxEntities = 2_000 // of a file
	MaxFindings = 100   // diagnostics on one file
)

// Format is the file format of another catalog.
type Format string

// The formats, in the order in which one is preferred to another where a
// repository describes the same entity in several.
const (
	Compass  Format = "compass"
	Cortex   Format = "cortex"
	OpsLevel Format = "opslevel"
	Datadog  Format = "datadog"
	Score    Format = "score"
)

// Formats are all formats, in order.
func Formats() []Format { return []Format{Compass, Cortex, OpsLevel, Datadog, Score} }

// Files are the names that files of the format have, in any directory.
func (f Format) Files() []string {
	switch f {
	case Compass:
		return []string{"compass.yml", "compass.yaml"}
	case Cortex:
		return []string{"cortex.yaml", "cortex.yml"}
	case OpsLevel:
		return []string{"opslevel.yml", "opslevel.yaml"}
	case Datadog:
		return []string{"service.datadog.yaml", "service.datadog.yml", "entity.datadog.yaml", "entity.datadog.yml"}
	case Score:
		return []string{"score.yaml", "score.yml"}
	}
	return nil
}

// Domain is what stands before the slash in the keys of annotations that keep
// what has no counterpart.
func (f Format) Domain() string { return string(f) + ".callboard.dev" }

// FormatOf tells the format of a file by its name; "" for other files.
func FormatOf(file string) Format {
	name := path.Base(file)
	for _, f := range Formats() {
		for _, n := range f.Files() {
			if strings.EqualFold(n, name) {
				return f
			}
		}
	}
	return ""
}

// Import makes drafts of a file's documents, in their order. at names its
// repository and path; what is wrong with it goes to the sink. A document that
// is not of the format gives nothing.
func Import(src []byte, f Format, at diag.Pos, sink diag.Sink) []*draft.Draft {
	x := &file{format: f, at: at, sink: sink}
	for _, doc := range yamldoc.Parse(src, at, sink) {
		if doc.Value == nil {
			continue
		}
		// A document with a mistake in it is read as far as it goes, as long
		// as it is a mapping: these formats were never checked so strictly.
		if _, ok := doc.Value.(map[string]any); !ok || !x.isFormat(doc) {
			x.foreign(doc)
			continue
		}
		x.document(doc)
	}
	for _, d := range x.drafts {
		if n := d.Left(); n > 0 {
			x.say(d.Entity.Origin.Pos(), diag.Warning, CodeLeftOut, fmt.Sprintf("%d values of %s are beyond the limits and are left out", n, d.Entity.Ref), "")
		}
		d.Seal()
	}
	return x.drafts
}

// file is one file that is read.
type file struct {
	format   Format
	at       diag.Pos
	sink     diag.Sink
	drafts   []*draft.Draft
	findings int
}

func (x *file) say(pos diag.Pos, sev diag.Severity, code diag.Code, msg, hint string) {
	if x.findings++; x.findings <= MaxFindings {
		x.sink.Report(diag.Diagnostic{Pos: pos, Severity: sev, Code: code, Message: msg, Hint: hint})
	}
}

// isFormat tells whether a document is what its file's name says: compass.yml
// is also a name of conda environments, cortex.yaml of models, score.yaml of
// many things.
func (x *file) isFormat(doc *yamldoc.Doc) bool {
	m := doc.Value.(map[string]any)
	has := func(keys ...string) bool {
		for _, k := range keys {
			if _, ok := m[k]; ok {
				return true
			}
		}
		return false
	}
	switch x.format {
	case Compass:
		return has("typeId", "configVersion", "id") && !has("dependencies", "apiVersion")
	case Cortex:
		info, _ := m["info"].(map[string]any)
		for k := range info {
			if strings.HasPrefix(k, "x-cortex-") {
				return true
			}
		}
		return false
	case OpsLevel:
		return has("service", "component", "repository")
	case Datadog:
		s, _ := m["apiVersion"].(string)
		return has("dd-service", "schema-version") || strings.HasPrefix(s, "v3")
	case Score:
		s, _ := m["apiVersion"].(string)
		return strings.HasPrefix(s, "score.dev/")
	}
	return false
}

func (x *file) foreign(doc *yamldoc.Doc) {
	x.say(doc.Pos(), diag.Info, CodeForeign, fmt.Sprintf("the document is no %s file, whatever its name, and is not read", x.format), "")
}

func (x *file) document(doc *yamldoc.Doc) {
	root := node{x: x, doc: doc, value: doc.Value}
	switch x.format {
	case Compass:
		x.compass(root)
	case Cortex:
		x.cortex(root)
	case OpsLevel:
		x.opslevel(root)
	case Datadog:
		x.datadog(root)
	case Score:
		x.score(root)
	}
}

// named tells whether a name can be that of an entity. One that a template has
// yet to fill in names nothing.
func (x *file) named(n node, key, name string) bool {
	switch {
	case name == "":
		x.say(n.pos(), diag.Warning, CodeMissing, key+" is missing: no entity can be made of the document", "add "+key)
	case strings.Contains(name, "{{") || strings.Contains(name, "${"):
		x.say(n.pos(), diag.Info, CodeForeign, fmt.Sprintf("the name %q is for a template to fill in; the document is not read", short(name)), "")
	default:
		return true
	}
	return false
}

// begin makes the draft of a document and notes it. It returns nil when there
// are too many.
func (x *file) begin(kind, name string, n node) *draft.Draft {
	pos := n.doc.Pos()
	if len(x.drafts) == MaxEntities {
		x.say(pos, diag.Warning, CodeLeftOut, fmt.Sprintf("the file has more than %d entities; the rest is left out", MaxEntities), "split it into several files")
	}
	d := draft.New(kind, name, entity.Origin{Repo: x.at.Repo, File: x.at.File, Line: pos.Line, Col: pos.Col, Doc: n.doc.Index})
	if len(x.drafts) < MaxEntities {
		x.drafts = append(x.drafts, d)
	}
	return d
}
