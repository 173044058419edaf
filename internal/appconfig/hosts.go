package appconfig

import (
	"slices"
	"strings"

	"callboard/internal/config"
)

// access is how a host is asked: what an entry of integrations says.
type access struct {
	kind, host       string
	apiBaseURL, base string
	variable, file   string // of the token
	username         string
	apps             []app
	credentials      []credential
}

// app is a GitHub App of an integration.
type app struct {
	id             string
	variable, file string   // of the private key
	owners         []string // whose installations may be used; none means all
}

// credential is a token for some organisations of Azure DevOps.
type credential struct {
	variable, file string
	organizations  []string
}

// hosts are those of all integrations.
type hosts []access

// kinds of hosts are named as the keys of sources.
const (
	github          = "github"
	gitlab          = "gitlab"
	gitea           = "gitea"
	bitbucketCloud  = "bitbucketCloud"
	bitbucketServer = "bitbucketServer"
	azureDevOps     = "azureDevOps"
)

// defaultHosts are the hosts that are known without an integration.
var defaultHosts = map[string]string{github: "github.com", gitlab: "gitlab.com", bitbucketCloud: "bitbucket.org", azureDevOps: "dev.azure.com"}

// of is how a host of a kind is asked; where no integration names it, without
// any secret of its own.
func (h hosts) of(kind, host string) access {
	all := access{kind: kind, host: host}
	for _, a := range h {
		if a.kind != kind || !strings.EqualFold(a.host, host) {
			continue
		}
		apps, credentials := append(all.apps, a.apps...), append(all.credentials, a.credentials...)
		if all.variable == "" && all.file == "" {
			all = a
		}
		all.apps, all.credentials = apps, credentials
	}
	return all
}

// kindOf is the kind of a host, "" if it is not known.
func (h hosts) kindOf(host string) string {
	for _, a := range h {
		if strings.EqualFold(a.host, host) {
			return a.kind
		}
	}
	for _, kind := range []string{github, gitlab, bitbucketCloud, azureDevOps} {
		if strings.EqualFold(defaultHosts[kind], host) {
			return kind
		}
	}
	if strings.HasSuffix(strings.ToLower(host), ".visualstudio.com") {
		return azureDevOps
	}
	return ""
}

// readIntegrations reads integrations. What is said of hosts that callboard does
// not know is of no use until something is to be read there.
func (r *reader) readIntegrations() {
	top := r.top.get("integrations")
	r.only(top, "integrations", "github", "gitlab", "gitea", "bitbucket", "bitbucketCloud", "bitbucketServer", "azure")
	for _, kind := range []string{github, gitlab, gitea, bitbucketCloud, bitbucketServer} {
		for _, n := range r.entries(top.get(kind)) {
			r.integration(kind, n)
		}
	}
	for _, n := range r.entries(top.get("azure")) {
		r.integration(azureDevOps, n)
	}
	for _, n := range r.entries(top.get("bitbucket")) { // the name before there were two kinds
		kind := bitbucketServer
		if h := r.text(n.get("host")); h == "" || h == "bitbucket.org" {
			kind = bitbucketCloud
		}
		r.integration(kind, n)
	}
}

func (r *reader) integration(kind string, n *node) {
	a := access{kind: kind, host: r.text(n.get("host")), apiBaseURL: r.address(n.get("apiBaseUrl")), base: r.address(n.get("baseUrl")), username: r.userName(n.get("username"))}
	if a.host == "" {
		a.host = defaultHosts[kind]
	}
	if a.host == "" {
		r.report(n.at, "an integration must name its host", "")
		return
	}
	for _, k := range []string{"token", "appPassword", "password"} {
		if a.variable == "" && a.file == "" {
			a.variable, a.file = r.secret(n.get(k))
		}
	}
	for _, x := range r.entries(n.get("apps")) {
		p := app{id: r.text(x.get("appId")), owners: r.texts(x.get("allowedInstallationOwners"))}
		if p.variable, p.file = r.secret(x.get("privateKey")); p.id != "" && (p.variable != "" || p.file != "") {
			a.apps = append(a.apps, p)
		}
	}
	for _, x := range r.entries(n.get("credentials")) {
		c := credential{organizations: r.texts(x.get("organizations"))}
		if c.variable, c.file = r.secret(x.get("personalAccessToken")); c.variable == "" && c.file == "" {
			r.unsupported(x.at, "credentials of Azure that are "+azureCredential(x)+" are not supported, only personal access tokens are", "create a personal access token that may read code, and name it as personalAccessToken")
			continue
		}
		a.credentials = append(a.credentials, c)
	}
	r.hosts = append(r.hosts, a)
}

// azureCredential is what an entry of credentials is without a personal access
// token (Backstage, AzureDevOpsCredential).
func azureCredential(n *node) string {
	switch {
	case n.get("clientSecret") != nil:
		return "a service principal"
	case n.get("managedIdentityClientId") != nil:
		return "a managed identity that stands for an app"
	case n.get("clientId") != nil:
		return "a managed identity"
	}
	return "none of the known kinds"
}

// userName is the name of a user, which Backstage takes for a secret and which
// may be a variable.
func (r *reader) userName(n *node) string {
	if n != nil && n.variable != "" {
		return "${" + n.variable + "}"
	}
	return r.text(n)
}

// address is an address that may be asked, or "".
func (r *reader) address(n *node) string {
	s := r.text(n)
	if s != "" && !config.IsAddress(s) {
		r.report(n.at, "this must be an address that begins with https:// or http://", "")
		return ""
	}
	return strings.TrimRight(s, "/")
}

// forOwner is the App that may be used for an organisation.
func (a access) forOwner(owner string) *config.GitHubApp {
	for _, p := range a.apps {
		fits := len(p.owners) == 0 || slices.ContainsFunc(p.owners, func(o string) bool { return strings.EqualFold(o, owner) })
		if fits {
			return p.config()
		}
	}
	return nil
}

// app is the App with an ID, nil if there is none.
func (a access) app(id string) *app {
	i := slices.IndexFunc(a.apps, func(p app) bool { return id != "" && p.id == id })
	if i < 0 {
		return nil
	}
	return &a.apps[i]
}

// patterns are those of the organisations whose installations may be used.
func (p app) patterns() []string {
	if len(p.owners) == 0 {
		return []string{"*"}
	}
	return p.owners
}

func (p app) config() *config.GitHubApp {
	return &config.GitHubApp{ID: p.id, PrivateKey: p.variable, PrivateKeyFile: p.file}
}

// forOrganization is the token for an organisation of Azure DevOps.
func (a access) forOrganization(name string) (variable, file string) {
	for _, all := range []bool{false, true} { // what names it comes before what is for all
		for _, c := range a.credentials {
			if len(c.organizations) == 0 == all && (all || slices.ContainsFunc(c.organizations, func(o string) bool { return strings.EqualFold(o, name) })) {
				return c.variable, c.file
			}
		}
	}
	return a.variable, a.file
}

// grant gives a source what its host's integration says.
func (h hosts) grant(s *config.Source) {
	switch {
	case s.GitHub != nil:
		g, owner := s.GitHub, s.GitHub.Organization
		if owner == "" && len(g.Repositories) > 0 {
			owner, _, _ = strings.Cut(g.Repositories[0], "/")
		}
		a := h.of(github, g.Host)
		if len(g.Installations) == 0 { // whose App has been chosen
			g.App = a.forOwner(owner)
		}
		if g.App == nil {
			g.Token, g.TokenFile = a.variable, a.file
		}
		g.APIBaseURL = a.apiBaseURL
	case s.GitLab != nil:
		a := h.of(gitlab, s.GitLab.Host)
		s.GitLab.Token, s.GitLab.TokenFile, s.GitLab.APIBaseURL = a.variable, a.file, a.apiBaseURL
	case s.Gitea != nil:
		a := h.of(gitea, s.Gitea.Host)
		s.Gitea.Token, s.Gitea.TokenFile, s.Gitea.BaseURL, s.Gitea.Username = a.variable, a.file, a.base, a.username
	case s.BitbucketCloud != nil:
		a := h.of(bitbucketCloud, defaultHosts[bitbucketCloud])
		s.BitbucketCloud.Token, s.BitbucketCloud.TokenFile, s.BitbucketCloud.Username, s.BitbucketCloud.APIBaseURL = a.variable, a.file, a.username, a.apiBaseURL
	case s.BitbucketServer != nil:
		a := h.of(bitbucketServer, s.BitbucketServer.Host)
		s.BitbucketServer.Token, s.BitbucketServer.TokenFile, s.BitbucketServer.Username, s.BitbucketServer.APIBaseURL = a.variable, a.file, a.username, a.apiBaseURL
	case s.AzureDevOps != nil:
		s.AzureDevOps.Token, s.AzureDevOps.TokenFile = h.of(azureDevOps, s.AzureDevOps.Host).forOrganization(s.AzureDevOps.Organization)
	}
}
