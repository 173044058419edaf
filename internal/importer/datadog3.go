package importer

import (
	"path"
	"path/filepath"
	"strings"

	"callboard/internal/draft"
	"callboard/internal/entity"
)

// datadogComponents is the annotation with what a System of Datadog lists as its
// parts.
const datadogComponents = "datadog.callboard.dev/components"

// datadogEntity reads an entity of schema v3.
func (x *file) datadogEntity(n node) {
	meta, spec := n.at("metadata"), n.at("spec")
	name := meta.at("name").str()
	if !x.named(meta.at("name"), "metadata.name", name) {
		return
	}
	ddKind := strings.ToLower(n.at("kind").str())
	kind, typ := datadogKind(ddKind, spec.at("type").str())
	d := x.begin(kind, draft.Name(name), n)
	meta.datadogName(d, name, ddKind)
	d.Describe(meta.at("description").str())
	e := datadogV3{n: n, meta: meta, spec: spec, d: d}
	if typ != "" {
		d.Set("type", typ, spec.at("type").pos(), "")
	}
	if typ != spec.at("type").str() {
		spec.at("type").keepAs(d, "type", "")
	}
	e.ownership(kind)
	spec.at("tier").tier(d)
	for _, l := range spec.at("languages").list() {
		d.Tag(l.str())
	}
	e.relations(kind)
	e.code(ddKind) // before the links, of which any may lead to another repository
	meta.datadogMeta(d)
	n.datadogIntegrations(d)
	if kind == entity.KindAPI {
		e.definition()
	}
	e.rest()
}

// datadogName keeps what the entity is called there.
func (meta node) datadogName(d *draft.Draft, name, ddKind string) {
	d.Title(first(meta.at("displayName").str(), name))
	if ddKind == "service" {
		meta.datadogCommon(d, name)
	} else if draft.Name(name) != name {
		meta.at("name").keepAs(d, "name", "")
	}
	if ns := meta.at("namespace"); ns.str() != "" && !d.Namespace(ns.str()) {
		ns.keepAs(d, "namespace", "not a valid namespace")
	}
}

// datadogKind is the kind and spec.type of a kind of Datadog. An application is
// what systems and services make together, so it is a System as well.
func datadogKind(ddKind, typ string) (kind, specType string) {
	switch ddKind {
	case "service":
		return datadogType(typ)
	case "system", "application":
		return entity.KindSystem, ""
	case "api":
		return entity.KindAPI, draft.Kebab(first(typ, "openapi"))
	case "datastore":
		return entity.KindResource, draft.Kebab(first(typ, "database"))
	}
	return entity.KindResource, draft.Kebab(first(typ, ddKind, "other"))
}

// datadogV3 is an entity on its way to a draft.
type datadogV3 struct {
	n, meta, spec node
	d             *draft.Draft
}

func (e datadogV3) ownership(kind string) {
	owner := e.meta.at("owner")
	if owner.str() == "" {
		owner = e.spec.at("owner") // where people put it, too
	}
	owner.owner(e.d, draft.Name, "owner")
	for _, o := range e.meta.at("additionalOwners").list() {
		text := o.at("name").str()
		if t := o.at("type").str(); t != "" {
			text += " (" + t + ")"
		}
		o.keepText(e.d, "additional-owners", text)
	}
	life := e.spec.at("lifecycle")
	if kind == entity.KindComponent || kind == entity.KindAPI {
		life.lifecycle(e.d)
	} else {
		life.keepAs(e.d, "lifecycle", "")
	}
}

// reference is an entity of Backstage of "kind:name" as Datadog writes it.
func (r node) reference() (kind, name string) { return datadogReference(r.str()) }

func datadogReference(s string) (kind, name string) {
	ddKind, name, ok := strings.Cut(s, ":")
	if !ok {
		ddKind, name = "service", s
	}
	kind, _ = datadogKind(strings.ToLower(strings.TrimSpace(ddKind)), "")
	if name = strings.TrimSpace(name); name == "" {
		return "", ""
	}
	return kind, draft.Name(name)
}

// relations reads the lists of references. Each kind of ours has its own of
// them; what a kind has none for is kept.
func (e datadogV3) relations(kind string) {
	parts := kind == entity.KindComponent || kind == entity.KindResource
	for _, key := range []string{"dependsOn", "dependencyOf"} {
		for _, r := range e.spec.at(key).list() {
			k, name := r.reference()
			if name == "" || !parts {
				r.keepAs(e.d, key, "")
				continue
			}
			e.d.Add(key, strings.ToLower(k)+":"+name, r.pos(), "")
		}
	}
	for _, r := range e.spec.at("componentOf").list() {
		k, name := r.reference()
		if name == "" || k != entity.KindSystem || kind == entity.KindSystem || e.d.Has("system") {
			r.keepAs(e.d, "component-of", "")
			continue
		}
		e.d.Set("system", name, r.pos(), "")
	}
	// Either side says what belongs together, and only the parts have a field
	// for it in Backstage: Settle gives it to those that say nothing.
	if components := e.spec.at("components"); kind == entity.KindSystem {
		components.keepAs(e.d, "components", "part of this system, unless they name another")
	} else {
		components.keepAs(e.d, "components", "")
	}
	e.spec.at("implementedBy").keepAs(e.d, "implemented-by", "each of them has its own providesApis")
}

// code reads where the source is. The name of a repository is its address.
func (e datadogV3) code(ddKind string) {
	dd := e.n.at("datadog")
	locations := dd.at("codeLocations")
	for _, l := range locations.list() {
		dir := ""
		if paths := l.at("paths").list(); len(paths) == 1 {
			dir = strings.TrimRight(strings.TrimSuffix(paths[0].str(), "**"), "*/")
		}
		if strings.ContainsAny(dir, "*?[{") {
			dir = ""
		}
		e.d.Repository(withScheme(l.at("repositoryURL").str()), dir, "")
	}
	if ddKind == "repository" {
		e.d.Repository(withScheme(e.meta.at("name").str()), "", "")
	}
	locations.keepAs(e.d, "code-locations", "")
	dd.others(e.d, "datadog.", []string{"codeLocations"}, "pipelines", "events", "logs", "performanceData")
}

// withScheme is an address that may be written without one: github.com/acme/web.
func withScheme(address string) string {
	if strings.Contains(address, ":") {
		return address
	}
	return "https://" + address
}

// definition sets the definition of an API, which stands in the file or in
// another, whose text Read fills in.
func (e datadogV3) definition() {
	in := e.spec.at("interface")
	ref := path.Clean(strings.TrimPrefix(in.at("fileRef").str(), "./"))
	switch def := in.at("definition"); {
	case !def.empty():
		e.d.Value("definition", flat(def.value))
	case in.at("fileRef").str() != "" && filepath.IsLocal(ref):
		e.d.Text("definition", noDefinition, ref, "")
	default:
		in.at("fileRef").keepAs(e.d, "interface.file-ref", "no file of the repository")
		e.d.Set("definition", noDefinition, in.pos(), "guessed: the file has none")
	}
	in.others(e.d, "interface.", []string{"definition", "fileRef"})
}

// noDefinition stands where a definition has to.
const noDefinition = "# no definition is given"

// rest keeps what has no counterpart.
func (e datadogV3) rest() {
	e.meta.others(e.d, "metadata.", []string{"name", "displayName", "description", "owner", "namespace", "additionalOwners", "tags", "contacts", "links"}, "inheritFrom", "id", "managed")
	e.spec.others(e.d, "spec.", []string{"lifecycle", "tier", "type", "owner", "languages", "dependsOn", "dependencyOf", "componentOf", "components", "implementedBy", "interface"})
	e.n.others(e.d, "", []string{"apiVersion", "kind", "metadata", "spec", "integrations", "datadog"}, "extensions")
}
