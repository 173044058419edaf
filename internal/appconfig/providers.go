package appconfig

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"callboard/internal/config"
)

// provider is a kind of providers that callboard knows.
type provider struct {
	key string
	// single tells a provider that stands by itself from a mapping of several by
	// their ids: it has one of these keys.
	single []string
	read   func(r *reader, n *node, path string)
}

// known are the providers that are read, in the order of their entries.
func (r *reader) known() []provider {
	return []provider{
		{"github", []string{"organization", "app", "host", "catalogPath", "filters"}, (*reader).gitHub},
		{"githubOrg", []string{"githubUrl", "id"}, (*reader).gitHubOrg},
		{"gitlab", []string{"host"}, (*reader).gitLab},
		{"gitea", []string{"organization", "host"}, (*reader).gitea},
		{"bitbucketCloud", []string{"workspace"}, (*reader).bitbucketCloud},
		{"bitbucketServer", []string{"host"}, (*reader).bitbucketServer},
		{"azureDevOps", []string{"organization"}, (*reader).azureDevOps},
		{"ldapOrg", []string{"target"}, (*reader).ldap},
	}
}

// providers reads catalog.providers. Those of other kinds find entities that
// the portal will lack.
func (r *reader) providers() {
	top := r.top.get("catalog", "providers")
	var names []string
	for _, p := range r.known() {
		names = append(names, p.key)
		n := top.get(p.key).defined()
		path := "catalog.providers." + p.key
		switch list, isList := n.list(); {
		case isList:
			for i, x := range list {
				p.read(r, x, fmt.Sprintf("%s[%d]", path, i))
			}
		case slices.ContainsFunc(p.single, func(k string) bool { return n.get(k).isScalar() }):
			p.read(r, n, path)
		default:
			for _, id := range n.keys() {
				if _, ok := n.get(id).mapping(); ok {
					p.read(r, n.get(id), path+"."+id)
				}
			}
		}
	}
	for _, k := range top.keys() {
		if !slices.Contains(names, k) {
			r.unsupported(top.get(k).key, "callboard has no provider of the kind "+k, "what it finds will not be in the portal; people can come from a file, see sources[].people")
		}
	}
}

func (n *node) isScalar() bool {
	if n == nil {
		return false
	}
	_, isMap := n.value.(map[string]*node)
	_, isList := n.value.([]*node)
	return !isMap && !isList
}

// decode fills the settings of a source from those keys of a provider that have
// the same names. others are read elsewhere or say only when or how fast.
func (r *reader) decode(n *node, path string, into any, same []string, others ...string) {
	config.Decode(r.values(n, path, same, others...), into, places{n}, r.sink)
}

// values are those of keys that have the same names here.
func (r *reader) values(n *node, path string, same []string, others ...string) map[string]any {
	r.only(n, path, slices.Concat(same, others, []string{"schedule", "id"})...)
	m := map[string]any{}
	for _, k := range same {
		if v := r.plain(n.get(k)); v != nil {
			m[k] = v
		}
	}
	return m
}

// add adds a source with the credentials of its host.
func (r *reader) add(s config.Source, at *node) {
	r.hosts.grant(&s)
	r.config.AddSource(s, at.at)
}

// defaultPath is where providers look for catalog files unless they are told.
const defaultPath = "/catalog-info.yaml"

func orDefault(paths []string) []string {
	if len(paths) == 0 {
		return []string{defaultPath}
	}
	return paths
}

func (r *reader) gitHub(n *node, path string) {
	m := r.values(n, path, []string{"host", "organization", "catalogPath", "filters"}, "validateLocationsExist", "pageSizes", "queryLimits", "app")
	var own *app
	if m["organization"] == nil {
		host := cmp.Or(r.text(n.get("host")), defaultHosts[github])
		if own = r.hosts.of(github, host).app(r.text(n.get("app"))); own == nil {
			r.unsupported(n.at, path+" names no organization, and no App that an integration of "+host+" has", "name the organization, or the appId of an App of integrations.github")
			return
		}
		var patterns []any
		for _, p := range own.patterns() {
			patterns = append(patterns, p)
		}
		m["installations"] = patterns
	}
	g := new(config.GitHub)
	config.Decode(m, g, places{n}, r.sink)
	g.CatalogPath = orDefault(g.CatalogPath)
	if own != nil {
		g.App = own.config()
	}
	r.add(config.Source{GitHub: g}, n)
}

// gitHubOrg makes the people of organisations entries of their own, or adds them
// to the entry of the organisation.
func (r *reader) gitHubOrg(n *node, path string) {
	r.only(n, path, "id", "githubUrl", "orgs", "schedule", "pageSizes", "excludeSuspendedUsers", "defaultUserTransformer")
	r.only(n.get("defaultUserTransformer"), path+".defaultUserTransformer", "useVerifiedEmails")
	g := config.GitHub{Host: "github.com", People: true, PeopleOnly: true,
		UseVerifiedEmails: r.bool(n.get("defaultUserTransformer", "useVerifiedEmails"), false), ExcludeSuspendedUsers: r.bool(n.get("excludeSuspendedUsers"), false)}
	if s := r.text(n.get("githubUrl")); s != "" {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" {
			r.report(n.get("githubUrl").at, "githubUrl must be an address", "")
			return
		}
		g.Host = strings.TrimPrefix(u.Host, "www.")
	}
	orgs := r.texts(n.get("orgs"))
	if len(orgs) == 0 {
		r.allPeople(g, n, path)
	}
	for _, org := range orgs {
		g.Organization, g.GroupNamespace = org, ""
		if len(orgs) > 1 || r.severalOrgs() {
			g.GroupNamespace = strings.ToLower(org) // as the provider has it, in the letters that a namespace may have
		}
		if !r.withPeople(g) {
			own := g
			r.add(config.Source{GitHub: &own}, n)
		}
	}
}

// severalOrgs tells whether there are several providers of people of GitHub.
func (r *reader) severalOrgs() bool {
	n := r.top.get("catalog", "providers", "githubOrg").defined()
	if list, ok := n.list(); ok {
		return len(list) > 1
	}
	several := 0
	for _, id := range n.keys() {
		if _, ok := n.get(id).mapping(); ok && n.get(id, "githubUrl") != nil {
			several++
		}
	}
	return several > 1
}

// allPeople reads the people of all organisations that an App is installed in.
func (r *reader) allPeople(g config.GitHub, n *node, path string) {
	apps := r.hosts.of(github, g.Host).apps
	if len(apps) == 0 {
		r.unsupported(n.at, path+" names no orgs, and integrations.github has no App that could tell which there are", "name the organisations whose people are wanted")
	}
	for _, x := range apps {
		own := g
		own.App, own.Installations = x.config(), x.patterns()
		r.add(config.Source{GitHub: &own}, n)
	}
}

// withPeople has a source that reads an organisation take its people, too.
func (r *reader) withPeople(g config.GitHub) bool {
	for i := range r.config.Sources {
		if at := r.config.Sources[i].GitHub; at != nil && strings.EqualFold(at.Host, g.Host) && strings.EqualFold(at.Organization, g.Organization) {
			at.People, at.GroupNamespace, at.UseVerifiedEmails, at.ExcludeSuspendedUsers = true, g.GroupNamespace, g.UseVerifiedEmails, g.ExcludeSuspendedUsers
			return true
		}
	}
	return false
}

func (r *reader) gitLab(n *node, path string) {
	g := new(config.GitLab)
	r.decode(n, path, g, []string{"host", "group", "branch", "fallbackBranch", "entityFilename", "projectPattern", "userPattern", "groupPattern",
		"excludeRepos", "excludeGroups", "skipForkedRepos", "includeArchivedRepos", "membership", "topics", "relations", "includeUsersWithoutSeat"},
		"orgEnabled", "useSearch", "restrictUsersToGroup", "allowInherited")
	g.EntityFilename = orDefault(g.EntityFilename)
	if r.bool(n.get("useSearch"), false) {
		g.EntityFilename = anywhere(g.EntityFilename)
	}
	g.People, g.RestrictUsersToGroup = r.bool(n.get("orgEnabled"), false), r.bool(n.get("restrictUsersToGroup"), false)
	if len(g.Relations) == 0 && r.bool(n.get("allowInherited"), false) { // the name that relations had before
		g.Relations = []string{"INHERITED"}
	}
	if len(g.Topics) == 1 { // one text of several, as GitLab's API takes them
		g.Topics = strings.FieldsFunc(g.Topics[0], func(c rune) bool { return c == ',' || c == ' ' })
	}
	r.add(config.Source{GitLab: g}, n)
}

// anywhere are catalog files of the same names in any directory, as GitLab's search
// finds them, which Backstage asks with useSearch.
func anywhere(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = "**/" + strings.TrimPrefix(p, "/")
	}
	return out
}

func (r *reader) gitea(n *node, path string) {
	g := new(config.Gitea)
	r.decode(n, path, g, []string{"host", "organization", "branch", "catalogPath"})
	g.CatalogPath = orDefault(g.CatalogPath)
	g.Filters.AllowArchived = true // Backstage's provider leaves none out
	r.add(config.Source{Gitea: g}, n)
}

func (r *reader) bitbucketCloud(n *node, path string) {
	b := new(config.BitbucketCloud)
	r.decode(n, path, b, []string{"workspace", "catalogPath", "filters"}, "pagelen")
	b.CatalogPath = orDefault(b.CatalogPath)
	r.add(config.Source{BitbucketCloud: b}, n)
}

func (r *reader) bitbucketServer(n *node, path string) {
	b := new(config.BitbucketServer)
	r.decode(n, path, b, []string{"host", "catalogPath", "filters"}, "validateLocationsExist")
	b.CatalogPath = orDefault(b.CatalogPath)
	r.add(config.Source{BitbucketServer: b}, n)
}

func (r *reader) azureDevOps(n *node, path string) {
	a := new(config.AzureDevOps)
	r.decode(n, path, a, []string{"host", "organization", "project", "repository", "path", "branch"})
	a.Path = orDefault(a.Path)
	r.add(config.Source{AzureDevOps: a}, n)
}
