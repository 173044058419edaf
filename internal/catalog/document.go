package catalog

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/schema"
	"callboard/internal/urlpath"
	"callboard/internal/yamldoc"
)

// document is one YAML document on its way to becoming an entity.
type document struct {
	r      *reader
	d      *yamldoc.Doc
	file   string
	value  map[string]any
	failed bool
}

// document makes an entity of a document, or reports every reason why not.
// The verdict is Backstage's: envelope, placeholders, formats and root fields,
// then the schema of the kind, then the references.
func (r *reader) document(d *yamldoc.Doc, file string) *entity.Entity {
	if d.Invalid || d.Value == nil {
		return nil
	}
	v, ok := d.Value.(map[string]any)
	doc := &document{r: r, d: d, file: file, value: v}
	if !ok {
		doc.fail(nil, CodeNotEntity, "the document is not an entity: it must be a mapping with apiVersion, kind, metadata and spec", "")
		return nil
	}
	if isSkeleton(v) {
		doc.report(nil, diag.Info, CodeSkeleton, "the document is the skeleton of a template and is left out", "")
		return nil
	}
	doc.nullAnnotations()
	if !doc.envelope() {
		return nil
	}
	doc.placeholders()
	doc.formats()
	doc.kind()
	e := doc.entity()
	doc.edges(e)
	doc.location(e)
	if doc.failed {
		return nil
	}
	doc.links(e)
	return e
}

// templated finds the delimiters of software templates in names: ${{ }} of
// Backstage's scaffolder, {{ }} and {% %} of cookiecutter.
var templated = regexp.MustCompile(`\{\{|\{%`)

func isSkeleton(v map[string]any) bool {
	m, _ := v["metadata"].(map[string]any)
	name, _ := m["name"].(string)
	kind, _ := v["kind"].(string)
	if templated.MatchString(name) || templated.MatchString(kind) {
		return true
	}
	_, braces := m["name"].(map[string]any) // name: {{ x }} without quotes is a mapping in YAML
	return braces
}

func (x *document) report(path []any, sev diag.Severity, code diag.Code, msg, hint string) {
	pos := x.d.KeyPos(path...)
	if len(path) > 0 {
		if _, isIndex := path[len(path)-1].(int); isIndex {
			pos = x.d.Pos(path...)
		}
	}
	x.r.sink.Report(diag.Diagnostic{Pos: pos, Severity: sev, Code: code, Message: msg, Hint: hint, Entity: x.name()})
}

// fail reports what keeps the document from being an entity.
func (x *document) fail(path []any, code diag.Code, msg, hint string) {
	x.failed = true
	x.report(path, diag.Error, code, msg, hint)
}

// failAt is fail at the place of a value rather than of its key.
func (x *document) failAt(path []any, code diag.Code, msg, hint string) {
	x.failed = true
	x.r.sink.Report(diag.Diagnostic{Pos: x.d.Pos(path...), Severity: diag.Error, Code: code, Message: msg, Hint: hint, Entity: x.name()})
}

// name is the reference of the document as far as it can be told.
func (x *document) name() string {
	m, _ := x.value["metadata"].(map[string]any)
	kind, _ := x.value["kind"].(string)
	name, _ := m["name"].(string)
	ns, ok := m["namespace"].(string)
	if !ok {
		ns = entity.DefaultNamespace
	}
	if kind == "" || name == "" || entity.CheckName(name) != "" || entity.CheckNamespace(ns) != "" || entity.CheckKind(kind) != "" {
		return ""
	}
	return entity.NewRef(kind, ns, name).String()
}

// nullAnnotations drops "annotations:" without a value and the annotations that
// the catalog makes itself: Backstage replaces them before it checks, where it
// refuses labels, tags and links without a value.
func (x *document) nullAnnotations() {
	m, _ := x.value["metadata"].(map[string]any)
	if a, there := m["annotations"]; there && a == nil {
		delete(m, "annotations")
	}
	if a, ok := m["annotations"].(map[string]any); ok {
		delete(a, "backstage.io/managed-by-location")
		delete(a, "backstage.io/managed-by-origin-location")
	}
}

func (x *document) envelope() bool {
	ok := true
	for _, p := range x.r.schemas.Envelope(x.value) {
		x.problem(CodeEnvelope, p)
		ok = false
	}
	return ok
}

func (x *document) problem(code diag.Code, p schema.Problem) {
	if p.Keyword == "type" || p.Keyword == "enum" || p.Keyword == "minLength" {
		x.failAt(p.Path, code, p.Message, hintFor(p))
		return
	}
	x.fail(p.Path, code, p.Message, hintFor(p))
}

// hintFor says what to do about the problems people have most.
func hintFor(p schema.Problem) string {
	where := p.Where()
	switch {
	case p.Missing == "children" || p.Missing == "memberOf":
		return p.Missing + " must be there; write " + p.Missing + ": [] for none"
	case p.Missing == "definition":
		return "write the definition, or definition: {$text: ./file.yaml}"
	case p.Missing != "":
		return "add " + p.Missing
	case where == "apiVersion":
		return "use backstage.io/v1alpha1 (templates: scaffolder.backstage.io/v1beta3)"
	case strings.HasPrefix(where, "metadata.annotations.") || strings.HasPrefix(where, "metadata.labels."):
		return "put quotes around the value"
	case p.Keyword == "type" && strings.Contains(p.Message, "not a number"), p.Keyword == "type" && strings.Contains(p.Message, "not a boolean"):
		return "put quotes around the value"
	}
	return ""
}

// formats checks the fields all kinds have (FieldFormatEntityPolicy) and that
// there are no foreign ones at the root (NoForeignRootFieldsEntityPolicy).
func (x *document) formats() {
	for _, k := range slices.Sorted(maps.Keys(x.value)) {
		switch k {
		case "apiVersion", "kind", "metadata", "spec":
		case "relations", "status":
			x.fail([]any{k}, CodeRootField, fmt.Sprintf("%q is made by the catalog and must not be written", k), "remove it")
		default:
			x.fail([]any{k}, CodeRootField, fmt.Sprintf("the entity has an unknown field %q", k), "an entity has apiVersion, kind, metadata and spec; other things go into metadata.annotations or spec")
		}
	}
	x.format(entity.CheckAPIVersion, "apiVersion")
	x.format(entity.CheckKind, "kind")
	x.format(entity.CheckName, "metadata", "name")
	if _, ok := x.at("metadata", "namespace"); ok {
		x.format(entity.CheckNamespace, "metadata", "namespace")
	}
	x.keyed("labels", entity.CheckLabelValue)
	x.keyed("annotations", nil)
	x.list("tags", func(v any, path []any) { x.formatOf(v, entity.CheckTag, path) })
	x.list("links", x.link)
}

func (x *document) at(path ...string) (any, bool) {
	var v any = x.value
	for _, p := range path {
		m, _ := v.(map[string]any)
		var ok bool
		if v, ok = m[p]; !ok {
			return nil, false
		}
	}
	return v, true
}

func (x *document) format(check func(string) string, path ...string) {
	v, _ := x.at(path...)
	p := make([]any, len(path))
	for i, s := range path {
		p[i] = s
	}
	x.formatOf(v, check, p)
}

// formatOf checks a string. What is no string is the schema's to report.
func (x *document) formatOf(v any, check func(string) string, path []any) {
	s, ok := v.(string)
	if !ok {
		return
	}
	if want := check(s); want != "" {
		x.failAt(path, CodeFormat, entity.FormatProblem(schema.PathString(path), s, want), "")
	}
}

func (x *document) keyed(field string, check func(string) string) {
	v, _ := x.at("metadata", field)
	m, _ := v.(map[string]any)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		path := []any{"metadata", field, k}
		if want := entity.CheckKey(k); want != "" {
			x.fail(path, CodeFormat, entity.FormatProblem("the key in metadata."+field, k, want), "")
		}
		if check != nil {
			x.formatOf(m[k], check, path)
		}
	}
}

func (x *document) list(field string, each func(v any, path []any)) {
	v, _ := x.at("metadata", field)
	l, _ := v.([]any)
	for i, item := range l {
		each(item, []any{"metadata", field, i})
	}
}

func (x *document) link(v any, path []any) {
	m, _ := v.(map[string]any)
	sub := func(k string) []any { return append(slices.Clone(path), k) }
	x.formatOf(m["url"], entity.CheckLinkURL, sub("url"))
	for _, k := range []string{"title", "icon"} {
		if _, ok := m[k]; ok {
			x.formatOf(m[k], entity.CheckText, sub(k))
		}
	}
}

// kind checks the entity against the schema of its kind. A kind that nobody
// knows is refused, as Backstage refuses it.
func (x *document) kind() {
	kind, _ := x.value["kind"].(string)
	if !x.r.schemas.Known(kind) {
		hint := "known kinds are Component, API, Resource, System, Domain, Group, User, Location and Template"
		for _, known := range []string{"Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"} {
			if strings.EqualFold(known, kind) {
				hint = "did you mean " + known + "? kinds are compared with their case"
			}
		}
		x.failAt([]any{"kind"}, CodeUnknownKind, fmt.Sprintf("the kind %q is not known", kind), hint)
		return
	}
	for _, p := range x.r.schemas.Kind(kind, x.value) {
		x.problem(CodeSchema, p)
	}
}

// location refuses a file target that names a directory, as Backstage does.
func (x *document) location(e *entity.Entity) {
	if e.Kind != entity.KindLocation || e.SpecString("type") != "file" {
		return
	}
	list, _ := e.Spec["targets"].([]any)
	for i, v := range append([]any{e.Spec["target"]}, list...) {
		if s, _ := v.(string); strings.HasSuffix(s, "/") {
			at := []any{"spec", "target"}
			if i > 0 {
				at = []any{"spec", "targets", i - 1}
			}
			x.failAt(at, CodeLocation, fmt.Sprintf("the target %q ends with a slash; a target is a file", s), "name the file, such as "+s+"catalog-info.yaml")
		}
	}
}

// links warns of links that Backstage takes and no portal should follow.
func (x *document) links(e *entity.Entity) {
	for i, l := range e.Metadata.Links {
		if _, ok := urlpath.SafeLink(l.URL); !ok {
			x.report([]any{"metadata", "links", i}, diag.Warning, CodeLinkUnsafe, fmt.Sprintf("the link %q has an address that is not linked", l.URL), "use an https: address")
		}
	}
}
