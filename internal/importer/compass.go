package importer

import (
	"strings"

	"callboard/internal/draft"
	"callboard/internal/entity"
)

// Annotations of Compass that others are found by: the id of a component, and
// that of a team, which people may put on a Group (see Settle).
const (
	CompassComponent = "compass.callboard.dev/id"
	CompassTeam      = "compass.callboard.dev/team-id"
)

// compass reads compass.yml by Atlassian's page "Structure and contents of a
// compass.yml file". Components and teams are named by ids (ARIs), which Settle
// makes names of where it can.
func (x *file) compass(n node) {
	name := n.at("name").str()
	if !x.named(n.at("name"), "name", name) {
		return
	}
	kind, typ := compassType(n.at("typeId").str())
	d := x.begin(kind, draft.Name(name), n)
	n.at("name").title(d)
	d.Describe(n.at("description").str())
	n.at("id").keepAs(d, "id", "")
	d.Set("type", typ, n.at("typeId").pos(), "")
	n.compassOwner(d)
	fields := n.at("fields")
	if kind == entity.KindComponent {
		fields.at("lifecycle").lifecycle(d)
	} else {
		fields.at("lifecycle").keepAs(d, "lifecycle", "")
	}
	fields.at("tier").tier(d)
	fields.others(d, "fields.", []string{"lifecycle", "tier"}, "isMonorepoProject")
	for _, l := range n.at("links").list() {
		l.compassLink(d)
	}
	n.compassRelations(d)
	for _, l := range n.at("labels").list() {
		if s := l.str(); s != "" && !d.Tag(s) {
			l.keepAs(d, "labels", "as it was written")
		}
	}
	for _, f := range n.at("customFields").list() {
		f.at("value").keepAs(d, "custom."+f.at("name").str(), "")
	}
	n.others(d, "", []string{"name", "id", "description", "typeId", "ownerId", "fields", "links", "relationships", "labels", "customFields", "configVersion"})
}

// compassType is the kind and spec.type of a typeId. Only what others run for
// us is a Resource.
func compassType(id string) (kind, typ string) {
	switch {
	case strings.HasPrefix(id, "ari:") || id == "":
		return entity.KindComponent, "other" // a type of one's own, by its id
	case id == "CLOUD_RESOURCE":
		return entity.KindResource, "cloud-resource"
	}
	return entity.KindComponent, draft.Kebab(id)
}

// compassOwner sets the owner to the last part of the team's id.
func (n node) compassOwner(d *draft.Draft) {
	owner := n.at("ownerId")
	id := lastOf(owner.str())
	if id == "" {
		d.Guess("owner", unknown, n.pos(), "the file names no owner")
		return
	}
	owner.keepAs(d, "team-id", "")
	d.Set("owner", draft.Name(id), owner.pos(), "the id of a team of Compass; a Group with the annotation "+CompassTeam+" would give its name")
}

// lastOf is the part of an ARI that tells one thing from others.
func lastOf(ari string) string { return ari[strings.LastIndexAny(ari, "/:")+1:] }

func (l node) compassLink(d *draft.Draft) {
	kind, address := l.at("type").str(), l.at("url").str()
	if kind == "REPOSITORY" {
		d.Repository(address, "", "")
	}
	kind, _ = strings.CutSuffix(kind, "_LINK") // OTHER_LINK
	l.link(d, address, l.at("name").str(), kind)
	l.others(d, "link.", []string{"name", "type", "url"}, "id")
}

// compassRelations sets dependsOn to the last parts of the ids, which Settle
// replaces or takes away.
func (n node) compassRelations(d *draft.Draft) {
	rel := n.at("relationships")
	on := rel.at("DEPENDS_ON")
	on.keepAs(d, "depends-on", "")
	for _, r := range on.list() {
		if id := lastOf(r.str()); id != "" {
			d.Add("dependsOn", "component:"+draft.Name(id), r.pos(), "")
		}
	}
	rel.others(d, "relationships.", []string{"DEPENDS_ON"})
}
