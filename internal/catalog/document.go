package catalog

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/schema"
	"callboard/internal/urlpath"
	"callboard/internal/yamldoc"
)

// document is one YAML document, or a Foreign, on its way to becoming an entity.
type document struct {
	r        *reader
	d        text
	origin   entity.Origin
	sink     diag.Sink
	value    map[string]any
	guesses  map[string]string // see Foreign
	said     map[string]bool   // what the schemas said, so that no two say the same
	gaps     map[string]bool   // where a placeholder could not be resolved
	refused  map[diag.Pos]bool // values that are wrong
	derived  []entity.Derived  // what processors have set
	findings int
	failed   bool
}

// text is where a document stands: for all but a Foreign its yamldoc.Doc, where
// the methods are explained.
type text interface {
	Pos(path ...any) diag.Pos
	KeyPos(path ...any) diag.Pos
	Plain(path ...any) (string, bool)
	Replace(at diag.Pos, old, text string) *diag.Fix
	Traps() []yamldoc.Trap
}

// document makes an entity of a document, or reports every reason why not. The
// verdict is Backstage's, which stops at the first one: envelope, placeholders,
// formats and root fields, the schema of the kind, the references.
func (r *reader) document(d *yamldoc.Doc, f *reading) *entity.Entity {
	if d.Invalid {
		if isSkeletonText(d.Text) {
			f.skipSkeleton(d)
		}
		return nil
	}
	if d.Value == nil {
		return nil // Backstage passes over empty documents, too
	}
	pos := d.Pos()
	origin := entity.Origin{Repo: r.snap.Repo, File: f.path, Line: pos.Line, Col: pos.Col, Doc: d.Index, Root: f.root, RootAt: f.rootAt, Generated: r.snap.Generated}
	x := &document{r: r, d: d, origin: origin, sink: &f.findings, said: map[string]bool{}, gaps: map[string]bool{}}
	var ok bool
	if x.value, ok = d.Value.(map[string]any); !ok || isSomethingElse(x.value) {
		x.value = nil
		x.fail(nil, CodeNotEntity, "the document is not an entity: it must be a mapping with apiVersion, kind, metadata and spec", "remove the file from the catalog files, or describe an entity in it")
		return nil
	}
	if isSkeleton(x.value) {
		f.skipSkeleton(d)
		return nil
	}
	return x.check()
}

// isSomethingElse tells whether a mapping has nothing that an entity has.
func isSomethingElse(v map[string]any) bool {
	for _, k := range []string{"apiVersion", "kind", "metadata"} {
		if _, there := v[k]; there {
			return false
		}
	}
	return true
}

func (x *document) check() *entity.Entity {
	x.managedAnnotations()
	for _, p := range x.r.schemas.Envelope(x.value) {
		x.problem(CodeEnvelope, p)
	}
	x.placeholders()
	return x.finish()
}

// finish makes an entity of a document without placeholders.
func (x *document) finish() *entity.Entity {
	if !x.processed() {
		return nil
	}
	e := x.verdict()
	x.traps()
	if !x.failed {
		x.unsafeLinks(e)
		return e
	}
	if x.r.refusals != nil {
		x.unsafeLinks(e) // so that one round of repairs is enough
	}
	x.leftOut(e)
	return nil
}

// verdict reports everything for which the document is refused, and makes an
// entity of it.
func (x *document) verdict() *entity.Entity {
	x.guess()
	x.formats()
	x.kind()
	e := x.entity()
	x.edges(e)
	if own := x.r.model.Kind(e.Kind); own != nil {
		x.ownEdges(e, own)
	}
	x.location(e)
	return e
}

// leftOut tells of an entity that is left out, if it can be told what it is.
func (x *document) leftOut(e *entity.Entity) {
	if x.r.refusals != nil && x.name() != "" && x.r.schemas.Known(e.Kind) {
		x.r.refusals.Refused(e)
		if d, ok := x.d.(*yamldoc.Doc); ok {
			x.r.met(d, e)
		}
	}
}

// report says something at the key of a path, or at the value in a list.
func (x *document) report(path []any, sev diag.Severity, code diag.Code, msg, hint string) {
	x.reportAt(x.d.KeyPos(path...), sev, code, msg, hint)
}

func (x *document) reportAt(pos diag.Pos, sev diag.Severity, code diag.Code, msg, hint string) {
	x.say(diag.Diagnostic{Pos: pos, Severity: sev, Code: code, Message: msg, Hint: hint, Entity: x.name()})
}

func (x *document) say(d diag.Diagnostic) {
	if x.findings++; x.findings > MaxFindings {
		return
	}
	if x.findings == MaxFindings {
		d.Hint = strings.TrimPrefix(d.Hint+"; more is wrong in this document and not listed", "; ")
	}
	x.sink.Report(d)
}

// fail reports what keeps the document from being an entity.
func (x *document) fail(path []any, code diag.Code, msg, hint string) {
	x.failed = true
	x.report(path, diag.Error, code, msg, hint)
}

// failAt is fail at the place of a value rather than of its key.
func (x *document) failAt(path []any, code diag.Code, msg, hint string) {
	x.failFor(path, code, msg, hint, "", "")
}

// failFor is failAt with a fix: what is written at the place, and what to write
// instead, if that is certain.
func (x *document) failFor(path []any, code diag.Code, msg, hint, old, text string) {
	x.failed = true
	pos := x.d.Pos(path...)
	d := diag.Diagnostic{Pos: pos, Severity: diag.Error, Code: code, Message: msg, Hint: hint, Entity: x.name()}
	if text != "" {
		d.Fix = x.d.Replace(pos, old, text)
	}
	x.refuse(pos)
	x.say(d)
}

// refuse remembers that what is wrong at a place has been said.
func (x *document) refuse(pos diag.Pos) {
	if x.refused == nil {
		x.refused = map[diag.Pos]bool{}
	}
	x.refused[pos] = true
}

// name is the reference of the document as far as it can be told.
func (x *document) name() string {
	m, _ := x.value["metadata"].(map[string]any)
	kind, name, ns := str(x.value["kind"]), str(m["name"]), entity.DefaultNamespace
	if v, there := m["namespace"]; there {
		ns = str(v)
	}
	if entity.CheckName(name) != "" || entity.CheckNamespace(ns) != "" || entity.CheckKind(kind) != "" {
		return ""
	}
	return entity.NewRef(kind, ns, name).String()
}

// managedAnnotations drops "annotations:" without a value, or with one that
// JavaScript takes for none, and the annotations that the catalog makes itself:
// Backstage replaces them before it checks, where it refuses labels, tags and
// links without a value. Since it has put its own among them by then, a lone $text,
// $json or $yaml in their place is an annotation like others.
func (x *document) managedAnnotations() {
	m, _ := x.value["metadata"].(map[string]any)
	if a, there := m["annotations"]; there && !truthy(a) {
		delete(m, "annotations")
	}
	if a, ok := m["annotations"].(map[string]any); ok {
		delete(a, "backstage.io/managed-by-location")
		delete(a, "backstage.io/managed-by-origin-location")
	}
}

// problem reports what a schema says, at the value if the value is wrong and at
// the key if something else is.
func (x *document) problem(code diag.Code, p schema.Problem) {
	if x.said[p.Message] || x.gaps[p.Where()] {
		x.failed = true
		return
	}
	x.said[p.Message] = true
	switch p.Keyword {
	case "type", "enum", "minLength", "const":
		hint, old, text := x.repair(p)
		x.failFor(p.Path, code, p.Message, hint, old, text)
	default:
		x.fail(p.Path, code, p.Message, hintFor(p))
	}
}

// kind checks the entity against the schema of its kind. A kind that nobody
// knows is refused, as Backstage refuses it.
func (x *document) kind() {
	kind := str(x.value["kind"])
	if x.r.schemas.Known(kind) {
		for _, p := range x.r.schemas.Kind(kind, x.value) {
			x.problem(CodeSchema, p)
		}
		return
	}
	for _, p := range x.r.schemas.Entity(x.value) {
		x.problem(CodeSchema, p)
	}
	if own := x.r.model.Kind(kind); own != nil {
		x.ownKind(own)
		return
	}
	if kind == "" {
		return // the envelope has said so
	}
	hint := "known kinds are " + strings.Join(x.r.model.Kinds(), ", ")
	if v := str(x.value["apiVersion"]); v != "" && !strings.Contains(v, "backstage.io/") {
		hint = "if the file is one of another tool, leave it out with catalog.ignore; " + hint
	}
	meant := ""
	for _, known := range x.r.model.Kinds() {
		if strings.EqualFold(known, kind) {
			meant, hint = known, "did you mean "+known+"? kinds are compared with their case"
		}
	}
	x.failFor([]any{"kind"}, CodeUnknownKind, fmt.Sprintf("the kind %q is not known", short(kind)), hint, kind, meant)
}

// location refuses a file target that names a directory, as Backstage does.
func (x *document) location(e *entity.Entity) {
	if e.Kind != entity.KindLocation || e.SpecString("type") != "file" {
		return
	}
	list, _ := e.Spec["targets"].([]any)
	for i, v := range append([]any{e.Spec["target"]}, list...) {
		if s := str(v); strings.HasSuffix(s, "/") {
			at := []any{"spec", "target"}
			if i > 0 {
				at = []any{"spec", "targets", i - 1}
			}
			x.failAt(at, CodeLocation, fmt.Sprintf("the target %q ends with a slash; a target is a file", short(s)), "name the file, such as "+short(s)+"catalog-info.yaml")
		}
	}
}

// addressAnnotations are those that Backstage shows as links.
var addressAnnotations = []string{"backstage.io/view-url", "backstage.io/edit-url", "backstage.io/source-location"}

// unsafeLinks warns of addresses that Backstage takes and no portal should
// follow.
func (x *document) unsafeLinks(e *entity.Entity) {
	warn := func(address, what string, path ...any) {
		if _, ok := urlpath.SafeLink(address); !ok {
			x.reportAt(x.d.Pos(path...), diag.Warning, CodeLinkUnsafe, fmt.Sprintf("%s %q is an address that is not linked", what, short(address)), "use an https: address")
		}
	}
	for i, l := range e.Metadata.Links {
		if entity.CheckLinkURL(l.URL) == "" { // or else that is said
			warn(l.URL, "the link", "metadata", "links", i, "url")
		}
	}
	for _, k := range addressAnnotations {
		if v := strings.TrimPrefix(e.Metadata.Annotations[k], "url:"); v != "" && !strings.HasPrefix(v, "dir:") && !strings.HasPrefix(v, "file:") {
			warn(v, k, "metadata", "annotations", k)
		}
	}
	profile, _ := e.Spec["profile"].(map[string]any)
	if p := str(profile["picture"]); p != "" {
		warn(p, "the picture", "spec", "profile", "picture")
	}
}

// short is a text cut to what fits into a message.
func short(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
