package importer

import (
	"slices"
	"strings"

	"callboard/internal/draft"
	"callboard/internal/entity"
)

// lifecycles are the words that other catalogs have for Backstage's three.
// A word that is not here stays as it is.
var lifecycles = map[string][]string{
	"production":   {"production", "prod", "active", "ga", "generally-available", "general-availability", "stable", "live", "released", "mature"},
	"experimental": {"experimental", "pre-release", "prerelease", "pre-alpha", "alpha", "beta", "preview", "sandbox", "dev", "development", "in-development", "emerging", "incubating", "staging", "test"},
	"deprecated":   {"deprecated", "deprecating", "end-of-life", "eol", "retired", "sunset", "decommissioned", "legacy"},
}

// lifecycle sets spec.lifecycle; a word that was translated is kept.
func (n node) lifecycle(d *draft.Draft) {
	if s := n.str(); n.setLifecycle(d, s) != s {
		n.keepAs(d, n.key(), "")
	}
}

// setLifecycle sets spec.lifecycle and returns what it was set to.
func (n node) setLifecycle(d *draft.Draft, s string) string {
	if s == "" {
		d.Guess("lifecycle", unknown, n.pos(), "the file says nothing of it")
		return ""
	}
	word := draft.Kebab(s)
	for to, from := range lifecycles {
		if slices.Contains(from, word) && to != s {
			d.Set("lifecycle", to, n.pos(), n.key()+": "+s)
			return to
		}
	}
	d.Set("lifecycle", draft.Name(s), n.pos(), "")
	return draft.Name(s)
}

// unknown stands where Backstage wants a value and the source has none.
const unknown = "unknown"

// tier makes the label "tier" of "1", "tier_1" or "Tier 1".
func (n node) tier(d *draft.Draft) {
	s := n.str()
	if s == "" {
		return
	}
	l := draft.Label(s, "tier")
	d.Label("tier", l)
	if l != s {
		n.keepAs(d, "tier", "")
	}
}

// title keeps the name as it is written where the entity's had to be another.
func (n node) title(d *draft.Draft) { d.Title(n.str()) }

// owner sets spec.owner to a group. A name that had to be changed is kept.
func (n node) owner(d *draft.Draft, name func(string) string, key string) {
	s := n.str()
	if s == "" {
		d.Guess("owner", unknown, n.pos(), "the file names no owner")
		return
	}
	ref := name(s[strings.LastIndexByte(s, '/')+1:])
	comment := ""
	if ref != s {
		comment = key + ": " + s
		n.keepAs(d, key, "")
	}
	d.Set("owner", ref, n.pos(), comment)
}

// icons are Backstage's names of icons for the types that links have elsewhere.
var icons = map[string]string{
	"document": "docs", "documentation": "docs", "doc": "docs", "docs": "docs", "wiki": "docs", "runbook": "docs", "runbooks": "docs", "openapi": "docs", "design": "docs",
	"chat-channel": "chat", "chat": "chat", "slack": "chat", "microsoft-teams": "chat", "ms-teams": "chat", "google-chat": "chat", "email": "email",
	"repository": "github", "repo": "github", "code": "github", "git": "github",
	"dashboard": "dashboard", "dashboards": "dashboard", "metrics": "dashboard", "logs": "dashboard", "health-checks": "dashboard", "healthcheck": "dashboard", "status": "dashboard", "monitoring": "dashboard",
	"on-call": "alert", "oncall": "alert", "incidents": "alert", "errors": "alert", "alerts": "alert",
	"project": "catalog", "issue-tracking": "catalog", "issue-tracker": "catalog", "jira": "catalog",
}

// link adds a link of a type as it is called in the source. What is no address
// is kept as an annotation.
func (n node) link(d *draft.Draft, address, title, kind string) {
	kind = draft.Kebab(kind)
	icon := icons[kind]
	if icon == "github" && !isHost(address, "github") {
		icon = "web"
	}
	if icon == "" {
		icon = "web"
	}
	if title == "" {
		title = titleOf(address)
	}
	if !d.Link(entity.Link{URL: address, Title: title, Icon: icon, Type: kind}) {
		n.keepAs(d, strings.TrimPrefix(n.key0(), "x-cortex-")+"."+draft.Key(title+" "+kind), "not an address")
	}
}

// key0 is the first key of the node's path below the document: what the list is
// called that the node is an entry of.
func (n node) key0() string {
	for i := len(n.path) - 1; i >= 0; i-- {
		if s, ok := n.path[i].(string); ok {
			return s
		}
	}
	return "x"
}

// contact adds somebody who is to be asked: an address of a chat, or of e-mail.
func (n node) contact(d *draft.Draft, address, title, kind string) {
	if strings.Contains(address, "@") && !strings.Contains(address, "://") && !strings.ContainsAny(address, " \t") {
		if d.Link(entity.Link{URL: "mailto:" + strings.TrimPrefix(address, "mailto:"), Title: first(title, address), Icon: "email", Type: "email"}) {
			return
		}
	}
	n.link(d, address, title, first(kind, "chat"))
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// titleOf is what a link is called that has no name: its repository, or its host.
func titleOf(address string) string {
	if _, owner, name := draft.RepositoryOf(address); name != "" && (isHost(address, "github") || isHost(address, "gitlab") || isHost(address, "bitbucket")) {
		return owner + "/" + name
	}
	return draft.HostOf(address)
}

// isHost tells whether an address is at a host of a brand, on its own domain
// or on one's own.
func isHost(address, brand string) bool {
	return strings.Contains(strings.ToLower(draft.HostOf(address)), brand)
}

// hosts are the addresses of the hosts that formats name by a word.
var hosts = map[string]string{"github": "https://github.com/", "gitlab": "https://gitlab.com/", "bitbucket": "https://bitbucket.org/"}
