package importer

import (
	"strings"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
)

// OpsLevelAliases is the annotation with the names by which an entity is found.
const OpsLevelAliases = "opslevel.callboard.dev/aliases"

// opslevel reads opslevel.yml by OpsLevel's page of that name. Names and
// aliases are written in several ways there ("Order Service", order_service),
// which are one name here: see draft.Kebab.
func (x *file) opslevel(n node) {
	var made []*draft.Draft
	for _, key := range []string{"service", "component"} {
		for _, s := range n.at(key).list() {
			if d := x.opslevelService(s); d != nil {
				made = append(made, d)
			}
		}
	}
	for _, d := range made {
		n.at("repository").keep(d, "repository", "of the repository itself")
	}
	if r := n.at("repository"); !r.empty() && len(made) == 0 {
		// It only says who owns the repository: there is no component in it
		// yet. What it says is what init proposes.
		x.say(r.pos(), diag.Info, CodeLeftOut, "the file describes the repository and no component; no entity is made of it", "callboard init proposes a catalog-info.yaml with its owner")
	}
	for _, f := range n.fields() {
		switch f.key() {
		case "version", "service", "component", "repository":
		default:
			x.say(n.doc.KeyPos(f.key()), diag.Info, CodeUnknownKey, "opslevel files have no key \""+short(f.key())+"\" here; it is left out", "")
		}
	}
}

// opslevelService makes a component, or nothing of one without a name.
func (x *file) opslevelService(n node) *draft.Draft {
	name := n.at("name").str()
	if !x.named(n.at("name"), "name", name) {
		return nil
	}
	d := x.begin(entity.KindComponent, draft.Kebab(name), n)
	n.at("name").title(d)
	d.Describe(n.at("description").str())
	typ := n.at("type").str()
	if typ == "" {
		d.Set("type", "service", n.pos(), "")
	} else {
		d.Set("type", draft.Kebab(typ), n.at("type").pos(), "")
	}
	n.at("lifecycle").lifecycle(d)
	n.at("owner").owner(d, draft.Kebab, "owner")
	if s := n.at("system"); s.str() != "" {
		d.Set("system", draft.Kebab(s.str()), s.pos(), "")
		if draft.Kebab(s.str()) != s.str() {
			s.keepAs(d, "system", "")
		}
	}
	n.at("tier").tier(d)
	d.Tag(n.at("language").str())
	n.at("language").keepAs(d, "language", "")
	d.Tag(n.at("framework").str())
	n.at("framework").keepAs(d, "framework", "")
	n.opslevelTags(d)
	for _, r := range n.at("repositories").list() {
		r.opslevelRepository(d)
	}
	for _, p := range n.at("dependencies").list() {
		p.opslevelDependency(d)
	}
	n.opslevelAlerts(d)
	for _, t := range n.at("tools").list() {
		t.opslevelTool(d)
	}
	n.others(d, "", []string{"name", "description", "type", "lifecycle", "owner", "system", "tier", "language", "framework", "tags", "repositories", "tools", "dependencies", "alert_sources"},
		"product", "aliases", "properties", "domain")
	return d
}

// opslevelTags makes labels of tags that are valid ones; a key may be there
// twice, which labels cannot.
func (n node) opslevelTags(d *draft.Draft) {
	for _, t := range n.at("tags").list() {
		k, v := t.at("key").str(), t.at("value").str()
		if _, taken := d.Entity.Metadata.Labels[k]; taken || k == "" || !d.Label(k, v) {
			t.at("value").keepAs(d, "tags."+k, "")
		}
	}
}

func (r node) opslevelRepository(d *draft.Draft) {
	name, provider, dir := r.at("name").str(), r.at("provider").str(), r.at("path").str()
	base, known := hosts[strings.ToLower(provider)]
	if known && d.Repository(base+name, dir, "") {
		r.link(d, base+name, first(r.at("display_name").str(), name), "repository")
	} else {
		r.keepAs(d, "repositories", "")
	}
	r.others(d, "repository.", []string{"name", "provider", "path", "display_name"})
}

func (t node) opslevelTool(d *draft.Draft) {
	title := t.at("name").str()
	if env := t.at("environment").str(); env != "" {
		title += " (" + env + ")"
	}
	address, kind := t.at("url").str(), t.at("category").str()
	if kind == "code" {
		d.Repository(address, "", "")
	}
	if id := pagerDutyService(address); id != "" && kind == "incidents" {
		d.Annotate("pagerduty.com/service-id", id, "from the tool "+t.at("name").str())
	}
	t.link(d, address, title, kind)
	t.others(d, "tool.", []string{"name", "environment", "url", "category"}, "display_name")
}

func (p node) opslevelDependency(d *draft.Draft) {
	alias := p.at("alias")
	if p.value != nil && alias.value == nil {
		alias = p // a plain list of aliases
	}
	if s := alias.str(); s != "" {
		name := draft.Kebab(s)
		d.Add("dependsOn", "component:"+name, alias.pos(), p.at("notes").str())
		p.at("notes").keepAs(d, "dependency."+name, "")
	}
	if alias.key() == "alias" {
		p.others(d, "dependency.", []string{"alias", "notes"})
	}
}

// opslevelAlerts makes the annotation of PagerDuty of its first service.
func (n node) opslevelAlerts(d *draft.Draft) {
	for _, a := range n.at("alert_sources").list() {
		kind, id := a.at("type").str(), first(a.at("external_id").str(), a.at("name").str())
		if kind == "pagerduty" && a.at("external_id").str() != "" && d.Annotate("pagerduty.com/service-id", id, "from alert_sources") {
			continue
		}
		if kind == "pagerduty" && d.Entity.Metadata.Annotations["pagerduty.com/service-id"] == id {
			continue
		}
		a.keepText(d, "alert-source."+kind, id)
		a.others(d, "alert-source.", []string{"type", "external_id", "name"})
	}
}

// keepText keeps a text that was put together of the node's parts.
func (n node) keepText(d *draft.Draft, name, text string) {
	n.value = text
	n.keepAs(d, name, "")
}

// pagerDutyService is the id of a service in its address, or "".
func pagerDutyService(address string) string {
	if !isHost(address, "pagerduty") {
		return ""
	}
	for _, before := range []string{"/services/", "/service-directory/"} {
		if _, rest, ok := strings.Cut(address, before); ok {
			if id := strings.TrimRight(cutAny(rest, "/?#"), " "); id != "" && !draft.Odd(id) {
				return id
			}
		}
	}
	return ""
}

func cutAny(s, chars string) string {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i]
	}
	return s
}
