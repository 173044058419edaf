package importer

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
)

// datadog reads service.datadog.yaml and entity.datadog.yaml by Datadog's JSON
// schemas: the service definitions v2, v2.1 and v2.2, and the entities v3.
func (x *file) datadog(n node) {
	if n.at("apiVersion").value != nil {
		x.datadogEntity(n)
		return
	}
	switch v := n.at("schema-version").str(); v {
	case "v2", "v2.1", "v2.2":
	default:
		x.say(n.at("schema-version").pos(), diag.Warning, CodeValue, fmt.Sprintf("the schema-version %q is not known; the document is read as v2.2", short(v)), "write v2.2, or apiVersion: v3")
	}
	x.datadogService(n)
}

func (x *file) datadogService(n node) {
	name := n.at("dd-service").str()
	if !x.named(n.at("dd-service"), "dd-service", name) {
		return
	}
	kind, typ := datadogType(n.at("type").str())
	d := x.begin(kind, draft.Name(name), n)
	n.at("dd-service").title(d)
	n.datadogCommon(d, name)
	d.Describe(n.at("description").str())
	d.Set("type", typ, n.at("type").pos(), "")
	if typ != n.at("type").str() {
		n.at("type").keepAs(d, "type", "")
	}
	if kind == entity.KindComponent {
		n.at("lifecycle").lifecycle(d)
	} else {
		n.at("lifecycle").keepAs(d, "lifecycle", "")
	}
	owner := n.at("team")
	if owner.str() == "" {
		owner = n.at("dd-team")
	} else {
		n.at("dd-team").keepAs(d, "dd-team", "")
	}
	owner.owner(d, draft.Name, "team")
	if app := n.at("application"); app.str() != "" {
		d.Set("system", draft.Name(app.str()), app.pos(), "application")
	}
	n.at("tier").tier(d)
	for _, r := range n.at("repos").list() {
		r.datadogLink(d, "repo")
	}
	for _, r := range n.at("docs").list() {
		r.datadogLink(d, "doc")
	}
	for _, l := range n.at("languages").list() {
		d.Tag(l.str())
	}
	n.datadogMeta(d)
	n.datadogIntegrations(d)
	n.others(d, "", []string{"schema-version", "dd-service", "description", "type", "lifecycle", "team", "dd-team", "application", "tier", "repos", "docs", "languages", "links", "contacts", "tags", "integrations"},
		"extensions", "ci-pipeline-fingerprints")
}

// datadogCommon notes the name by which Datadog knows the service.
func (n node) datadogCommon(d *draft.Draft, name string) {
	d.Annotate("datadoghq.com/service", name, "")
}

// datadogType is the kind and spec.type of a service's type: what keeps data is
// a Resource.
func datadogType(s string) (kind, typ string) {
	switch draft.Kebab(s) {
	case "db":
		return entity.KindResource, "database"
	case "cache":
		return entity.KindResource, "cache"
	case "browser":
		return entity.KindComponent, "website"
	case "mobile":
		return entity.KindComponent, "mobile-app"
	case "function":
		return entity.KindComponent, "function"
	}
	return entity.KindComponent, "service"
}

// datadogMeta reads what the service definitions and the entities have both:
// links, contacts and tags.
func (n node) datadogMeta(d *draft.Draft) {
	for _, l := range n.at("links").list() {
		l.datadogLink(d, l.at("type").str())
	}
	for _, c := range n.at("contacts").list() {
		if c.at("contact").str() == "" {
			c.keepAs(d, "contacts", "")
			continue
		}
		c.at("contact").contact(d, c.at("contact").str(), c.at("name").str(), c.at("type").str())
		c.others(d, "contact.", []string{"name", "type", "contact"})
	}
	for _, t := range n.at("tags").list() {
		if s := t.str(); s != "" && !d.Tag(s) {
			t.keepAs(d, "tags", "as it was written")
		}
	}
}

func (l node) datadogLink(d *draft.Draft, kind string) {
	address := l.at("url").str()
	if kind == "repo" || kind == "code" {
		d.Repository(address, "", "")
	}
	if address == "" {
		l.keepAs(d, "links", "")
		return
	}
	l.link(d, address, l.at("name").str(), kind)
	if p := l.at("provider").str(); p != "" && !isHost(address, strings.ToLower(p)) {
		l.at("provider").keepAs(d, "link-provider."+first(l.at("name").str(), kind), "")
	}
	l.others(d, "link.", []string{"name", "type", "url", "provider"})
}

// datadogIntegrations reads who is on call, and where errors are. v2 has
// PagerDuty's address itself, v2.1 and v3 have it in a mapping.
func (n node) datadogIntegrations(d *draft.Draft) {
	in := n.at("integrations")
	for _, f := range in.fields() {
		address := first(plain(f), f.at("service-url").str(), f.at("serviceURL").str(), f.at("teamURL").str())
		switch f.key() {
		case "pagerduty":
			if id := pagerDutyService(address); id != "" {
				d.Annotate("pagerduty.com/service-id", id, "")
			}
			f.link(d, address, "PagerDuty", "oncall")
		case "opsgenie", "jiraServiceManagementOps":
			f.link(d, address, f.key(), "oncall")
			f.at("region").keepAs(d, "integrations."+f.key()+".region", "")
		case "sentry":
			slugs := f.at("projectSlugs").list()
			if len(slugs) > 0 {
				d.Annotate("sentry.io/project-slug", slugs[0].str(), "")
			}
			if len(slugs) > 1 {
				f.at("projectSlugs").keepAs(d, "integrations.sentry", "")
			}
		default:
			f.keep(d, "integrations."+f.key(), "")
		}
	}
}
