package importer

import (
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
)

// cortex reads cortex.yaml by Cortex's page "Entity YAML": an OpenAPI document
// whose info has keys of Cortex. If it has paths, it describes an API, too.
func (x *file) cortex(n node) {
	info := n.at("info")
	tag := info.at("x-cortex-tag")
	name := first(tag.str(), info.at("title").str())
	if !x.named(tag, "x-cortex-tag", name) {
		return
	}
	kind, typ := cortexType(info.at("x-cortex-type").str())
	d := x.begin(kind, draft.Name(name), n)
	info.at("title").title(d)
	if draft.Name(name) != name {
		tag.keepAs(d, "tag", "")
	}
	d.Describe(info.at("description").str())
	c := cortexEntity{info, d, []string{"title", "description", "x-cortex-tag", "x-cortex-type"}}
	if kind != entity.KindSystem {
		d.Set("type", typ, info.at("x-cortex-type").pos(), "")
	}
	c.shape(kind)
	c.places()
	c.people()
	c.integrations()
	c.rest()
	n.others(d, "openapi.", []string{"openapi", "info", "paths"}, "servers", "components", "tags", "security", "externalDocs", "webhooks")
	c.api(n, name)
}

// cortexType is the kind of an entity: a domain groups services as a System
// does, teams are Groups, and types of one's own are things that are run or
// bought: Resources.
func cortexType(s string) (kind, typ string) {
	switch typ = draft.Kebab(first(s, "service")); typ {
	case "service":
		return entity.KindComponent, typ
	case "domain":
		return entity.KindSystem, ""
	case "team":
		return entity.KindGroup, typ
	}
	return entity.KindResource, typ
}

// cortexEntity is the info of a file on its way to a draft. read are the keys
// that have been.
type cortexEntity struct {
	node
	d    *draft.Draft
	read []string
}

// take is the value of a key of Cortex, which then counts as read.
func (c *cortexEntity) take(key string) node {
	c.read = append(c.read, "x-cortex-"+key)
	return c.at("x-cortex-" + key)
}

// shape sets what the kind has in its spec.
func (c *cortexEntity) shape(kind string) {
	d := c.d
	switch kind {
	case entity.KindGroup:
		c.team()
		return
	case entity.KindComponent:
		life := c.at("x-cortex-custom-metadata").at("lifecycle")
		life.setLifecycle(d, plain(life))
	}
	c.owners()
	for _, key := range []string{"domain-parents", "parents"} {
		for _, p := range c.take(key).list() {
			s := first(p.at("tag").str(), plain(p))
			if s == "" {
				continue
			}
			if d.Has("system") || kind == entity.KindSystem {
				p.keepText(d, "parents", s)
				continue
			}
			d.Set("system", draft.Name(s), p.pos(), "")
		}
	}
	for _, p := range c.take("dependency").list() {
		c.dependency(p)
	}
	for _, g := range slices.Concat(c.take("groups").list(), c.take("service-groups").list()) {
		if s := g.str(); s != "" && !d.Tag(s) {
			g.keepAs(d, "groups", "as it was written")
		}
	}
}

// plain is the text of a scalar, "" of anything else.
func plain(n node) string {
	s, _ := scalar(n.value)
	return s
}

func (c *cortexEntity) dependency(p node) {
	tag := p.at("tag")
	if tag.value == nil {
		tag = p
	}
	s := plain(tag)
	if s == "" || c.d.Entity.Kind == entity.KindSystem || c.d.Entity.Kind == entity.KindGroup {
		p.keepAs(c.d, "dependency", "")
		return
	}
	c.d.Add("dependsOn", "component:"+draft.Name(s), tag.pos(), p.at("description").str())
	var how []string
	for _, k := range []string{"method", "path", "description"} {
		if v := p.at(k).str(); v != "" {
			how = append(how, v)
		}
	}
	if len(how) > 0 {
		p.keepText(c.d, "dependency."+s, strings.Join(how, " "))
	}
	p.at("metadata").keepAs(c.d, "dependency."+s+".metadata", "")
}

// owners sets the first group as the owner. Others are kept; e-mail addresses
// and channels are links.
func (c *cortexEntity) owners() {
	owners := c.take("owners")
	if m, ok := owners.value.(map[string]any); ok && len(m) == 1 && m["x-cortex-owners"] != nil {
		owners = owners.at("x-cortex-owners") // the key twice, as a template of one organisation has it
	}
	for i, o := range owners.list() {
		name, mail, channel := o.at("name"), o.at("email").str(), o.at("channel").str()
		if o.value != nil && plain(o) != "" {
			name = o
		}
		switch kind := strings.ToLower(o.at("type").str()); {
		case kind == "slack" || channel != "":
			o.slack(c.d, channel, o.at("description").str())
		case kind == "email" || mail != "":
			o.contact(c.d, mail, o.at("description").str(), "email")
		case name.str() == "":
			o.keepAs(c.d, "owners", "")
		case c.d.Has("owner"):
			o.keepText(c.d, "owners", name.str())
		default:
			name.owner(c.d, draft.Name, "owner")
			o.at("provider").keepAs(c.d, "owner.provider", "")
			o.at("description").keepAs(c.d, "owner.description", "")
		}
		if plain(o) == "" {
			o.others(c.d, "owner.", []string{"type", "name", "email", "channel", "provider", "description"}, "notificationsEnabled")
		}
		if i == draft.MaxList {
			break
		}
	}
	if !c.d.Has("owner") {
		c.d.Guess("owner", unknown, owners.pos(), "the file names no group as the owner")
	}
}

// slack keeps a channel, which has a name and no address.
func (n node) slack(d *draft.Draft, channel, about string) {
	if strings.Contains(channel, "://") {
		n.link(d, channel, about, "slack")
		return
	}
	text := strings.TrimPrefix(channel, "#")
	if about != "" {
		text += " (" + about + ")"
	}
	n.keepText(d, "slack-channel", text)
}

// team sets what a Group has.
func (c *cortexEntity) team() {
	d := c.d
	d.Value("children", []any{})
	for _, t := range c.take("children").list() {
		if s := first(t.at("tag").str(), plain(t)); s != "" {
			d.Add("children", draft.Name(s), t.pos(), "")
		}
	}
	if p := c.take("parents"); len(p.list()) > 0 {
		t := p.list()[0]
		d.Set("parent", draft.Name(first(t.at("tag").str(), plain(t))), t.pos(), "")
		for _, more := range p.list()[1:] {
			more.keepAs(d, "parents", "")
		}
	}
	team := c.take("team")
	for _, m := range team.at("members").list() {
		mail := m.at("email").str()
		if local, _, ok := strings.Cut(mail, "@"); ok && local != "" {
			d.Add("members", draft.Name(local), m.at("email").pos(), first(m.at("name").str(), mail)+": guessed from the address")
		}
		m.keepAs(d, "member."+first(m.at("name").str(), mail), "")
	}
	team.others(d, "team.", []string{"members"}, "groups")
	c.take("owners").keepAs(d, "owners", "")
}

// places are repository, links and documentation.
func (c *cortexEntity) places() {
	d := c.d
	git := c.take("git")
	for _, h := range git.fields() {
		repo, dir := h.at("repository").str(), first(h.at("basepath").str(), h.at("basePath").str())
		base, known := hosts[h.key()]
		if h.key() == "azure" {
			base, known, repo = "https://dev.azure.com/", true, h.at("project").str()+"/_git/"+repo
		}
		if (h.key() == "github" || h.key() == "bitbucket") && strings.Count(strings.Trim(repo, "/"), "/") != 1 {
			known = false // not OWNER/NAME; two parts of three would be another repository
		}
		if !known || !d.Repository(base+repo, dir, "") {
			h.keep(d, "git."+h.key(), "")
			continue
		}
		h.at("alias").keepAs(d, "git.alias", "")
		h.others(d, "git.", []string{"repository", "basepath", "basePath", "alias", "project"})
	}
	for _, l := range c.take("link").list() {
		address, kind := l.at("url").str(), l.at("type").str()
		l.link(d, address, l.at("name").str(), kind)
		l.others(d, "link.", []string{"name", "type", "url"}, "description")
	}
	for _, e := range c.take("dashboards").at("embeds").list() {
		e.link(d, e.at("url").str(), e.at("type").str()+" dashboard", "dashboard")
	}
}

// people are the ways to reach who is on call.
func (c *cortexEntity) people() {
	d := c.d
	for _, o := range c.take("oncall").fields() {
		id := o.at("id").str()
		if o.key() == "pagerduty" && strings.EqualFold(o.at("type").str(), "SERVICE") && d.Annotate("pagerduty.com/service-id", id, "") {
			continue
		}
		o.keep(d, "oncall."+o.key(), "")
	}
	for _, ch := range c.take("slack").at("channels").list() {
		ch.slack(d, first(ch.at("name").str(), plain(ch)), ch.at("description").str())
		if plain(ch) == "" {
			ch.others(d, "slack.", []string{"name", "description"}, "notificationsEnabled")
		}
	}
}

// wellKnown are the keys of Cortex that have an annotation of Backstage's
// plugins: where the value is, and the annotation.
var wellKnown = []struct {
	key        string
	path       []string
	annotation string
}{
	{"sentry", []string{"project"}, "sentry.io/project-slug"},
	{"static-analysis", []string{"sonarqube", "project"}, "sonarqube.org/project-key"},
	{"issues", []string{"jira", "projects"}, "jira/project-key"},
	{"issues", []string{"jira", "components"}, "jira/component"},
	{"ci-cd", []string{"buildkite", "pipelines"}, "buildkite.com/project-slug"},
	{"rollbar", []string{"project"}, "rollbar.com/project-slug"},
	{"bugsnag", []string{"project"}, "bugsnag.com/project-key"},
}

// integrations sets the annotations of plugins to the first value where there
// is one of a plain kind. All values are kept beside it by rest.
func (c *cortexEntity) integrations() {
	for _, w := range wellKnown {
		v := c.at("x-cortex-" + w.key)
		for _, p := range w.path {
			v = v.at(p)
		}
		if list := v.list(); len(list) > 0 {
			c.d.Annotate(w.annotation, first(plain(list[0]), list[0].at("slug").str()), "")
		}
	}
}

// rest keeps everything of Cortex that has no counterpart.
func (c *cortexEntity) rest() {
	for _, f := range c.fields() {
		key, ours := strings.CutPrefix(f.key(), "x-cortex-")
		switch {
		case slices.Contains(c.read, f.key()):
		case ours:
			f.keep(c.d, key, "")
		default:
			f.keep(c.d, "info."+f.key(), "")
		}
	}
}

// api makes an API of a file that has paths.
func (c *cortexEntity) api(n node, name string) {
	if n.at("paths").empty() || c.d.Entity.Kind != entity.KindComponent {
		if !n.at("paths").empty() {
			c.x.say(n.at("paths").pos(), diag.Info, CodeLeftOut, "only a service provides an API; the paths are left out", "")
		}
		return
	}
	api := c.x.begin(entity.KindAPI, draft.Name(name), n)
	c.at("title").title(api)
	api.Describe(c.at("description").str())
	api.Set("type", "openapi", n.pos(), "")
	for _, k := range []string{"lifecycle", "owner", "system"} {
		api.Set(k, c.d.Entity.SpecString(k), c.pos(), "")
	}
	api.Text("definition", string(n.doc.Text), path.Base(c.x.at.File), "the file is an OpenAPI document")
	c.d.Add("providesApis", draft.Name(name), n.at("paths").pos(), "")
}
