package appconfig

import (
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
	r.only(n, path, slices.Concat(same, others, []string{"schedule", "id"})...)
	m := map[string]any{}
	for _, k := range same {
		if v := r.plain(n.get(k)); v != nil {
			m[k] = v
		}
	}
	config.Decode(m, into, places{n}, r.sink)
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
	if r.text(n.get("organization")) == "" {
		r.unsupported(n.at, path+" names no organization", "callboard does not look for the installations of an App; make an entry for each organization")
		return
	}
	g := new(config.GitHub)
	r.decode(n, path, g, []string{"host", "organization", "catalogPath", "filters"}, "validateLocationsExist", "pageSizes", "app")
	g.CatalogPath = orDefault(g.CatalogPath)
	r.add(config.Source{GitHub: g}, n)
}

// gitHubOrg makes the people of organisations entries of their own, or adds them
// to the entry of the organisation.
func (r *reader) gitHubOrg(n *node, path string) {
	r.only(n, path, "id", "githubUrl", "orgs", "schedule", "pageSizes")
	host := "github.com"
	if s := r.text(n.get("githubUrl")); s != "" {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" {
			r.report(n.get("githubUrl").at, "githubUrl must be an address", "")
			return
		}
		host = strings.TrimPrefix(u.Host, "www.")
	}
	orgs := r.texts(n.get("orgs"))
	if len(orgs) == 0 {
		r.unsupported(n.at, path+" names no orgs", "name the organisations whose people are wanted")
	}
	for _, org := range orgs {
		if !r.withPeople(host, org) {
			r.add(config.Source{GitHub: &config.GitHub{Host: host, Organization: org, People: true, PeopleOnly: true}}, n)
		}
	}
}

// withPeople has a source that reads an organisation take its people, too.
func (r *reader) withPeople(host, org string) bool {
	for i := range r.config.Sources {
		if g := r.config.Sources[i].GitHub; g != nil && strings.EqualFold(g.Host, host) && strings.EqualFold(g.Organization, org) {
			g.People = true
			return true
		}
	}
	return false
}

func (r *reader) gitLab(n *node, path string) {
	g := new(config.GitLab)
	r.decode(n, path, g, []string{"host", "group", "branch", "fallbackBranch", "entityFilename", "projectPattern", "userPattern", "groupPattern",
		"excludeRepos", "excludeGroups", "skipForkedRepos", "includeArchivedRepos", "membership", "topics", "relations", "includeUsersWithoutSeat"},
		"orgEnabled", "catalogFile", "useSearch", "restrictUsersToGroup")
	g.EntityFilename = orDefault(g.EntityFilename)
	g.People = r.bool(n.get("orgEnabled"), false)
	if len(g.Topics) == 1 { // one text of several, as GitLab's API takes them
		g.Topics = strings.FieldsFunc(g.Topics[0], func(c rune) bool { return c == ',' || c == ' ' })
	}
	r.add(config.Source{GitLab: g}, n)
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
