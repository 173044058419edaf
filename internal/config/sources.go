package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"callboard/internal/diag"
)

// Source is where repositories come from: a directory, or what somebody has at
// a host. Each entry has exactly one of the keys that say so.
type Source struct {
	// Dir is a directory, relative to callboard.yaml.
	Dir string `yaml:"dir" form:"line" choice:"true"`
	// Repositories says what the directory holds: "one" repository, "many"
	// (each subdirectory is one), or "auto" to find out.
	Repositories string `yaml:"repositories" oneof:"auto one many" with:"dir"`
	// WebURL is the address of the repository at its host, for links to the
	// source. With many repositories, {name} stands for the name of each. It is
	// taken from the git remote when not set.
	WebURL string `yaml:"webUrl" form:"address" with:"dir"`
	// Branch is the branch that source links point to.
	Branch string `yaml:"branch" form:"line" with:"dir"`
	// GitHub is an organisation or a user at GitHub or GitHub Enterprise.
	GitHub *GitHub `yaml:"github" choice:"true"`
	// GitLab is a group, or all projects, of a GitLab.
	GitLab *GitLab `yaml:"gitlab" choice:"true"`
	// Gitea is an organisation or a user of a Gitea or Forgejo.
	Gitea *Gitea `yaml:"gitea" choice:"true"`
	// BitbucketCloud is a workspace of bitbucket.org.
	BitbucketCloud *BitbucketCloud `yaml:"bitbucketCloud" choice:"true"`
	// BitbucketServer is a Bitbucket Data Center or Server.
	BitbucketServer *BitbucketServer `yaml:"bitbucketServer" choice:"true"`
	// AzureDevOps is an organisation at Azure DevOps, or a collection of an Azure
	// DevOps Server.
	AzureDevOps *AzureDevOps `yaml:"azureDevOps" choice:"true"`
	// Git are repositories by their addresses, which the program git fetches.
	Git *Git `yaml:"git" choice:"true"`
	// People are users and groups that no Git host knows.
	People *People `yaml:"people" choice:"true"`
}

// GitHub is an organisation or a user at GitHub.
type GitHub struct {
	// Organization is the organisation whose repositories are read.
	Organization string `yaml:"organization" form:"name" choice:"true"`
	// User is the user whose repositories are read.
	User string `yaml:"user" form:"name" choice:"true"`
	// Repositories are repositories by their names, such as acme/payments.
	Repositories []string `yaml:"repositories" form:"slug" choice:"true"`
	// Installations are glob patterns of organisations, such as "*" for all: the
	// repositories of those that the App is installed in are read.
	Installations []string `yaml:"installations" form:"glob" single:"true" choice:"true"`
	// Host is the name of the host: github.com, or that of a GitHub Enterprise.
	Host string `yaml:"host" form:"host" default:"github.com"`
	// APIBaseURL is the address of the API, if it is not the one that follows from
	// the host: https://api.github.com, or /api/v3 of an Enterprise host.
	APIBaseURL string `yaml:"apiBaseUrl" form:"address"`
	// CatalogPath are the paths or glob patterns of catalog files, relative to
	// each repository. Without any, catalog.files counts.
	CatalogPath []string `yaml:"catalogPath" form:"glob" single:"true"`
	// Filters say which repositories are read.
	Filters Filters `yaml:"filters"`
	// People makes users and groups of the organisation's members and teams.
	People bool `yaml:"people"`
	// PeopleOnly takes people and reads no repositories.
	PeopleOnly bool `yaml:"peopleOnly"`
	// GroupNamespace is the namespace of teams, for several organisations that call
	// teams the same. The teams of installations have that of their organisation.
	GroupNamespace string `yaml:"groupNamespace" form:"name" with:"organization"`
	// UseVerifiedEmails takes members' addresses of the organisation's verified
	// domains before those that they show to everybody.
	UseVerifiedEmails bool `yaml:"useVerifiedEmails"`
	// ExcludeSuspendedUsers leaves out members whose account is suspended. Only a
	// GitHub Enterprise tells, for a request for each member.
	ExcludeSuspendedUsers bool `yaml:"excludeSuspendedUsers"`
	// Token names the environment variable that holds the token. Without it and
	// without an app, it is ${GITHUB_TOKEN}, where that is set.
	Token string `yaml:"token" secret:"true"`
	// TokenFile is a file that holds the token, relative to callboard.yaml.
	TokenFile string `yaml:"tokenFile" form:"line"`
	// App is a GitHub App that is installed in the organisation, or in several.
	App *GitHubApp `yaml:"app"`
}

// GitHubApp is a GitHub App, whose installation tokens are used.
type GitHubApp struct {
	// ID is the App's number or client ID, or a variable that holds it.
	ID string `yaml:"id" form:"id" required:"true"`
	// Installation is the number of the installation, or a variable that holds it.
	// Without it, the organisation's is looked up.
	Installation string `yaml:"installation" form:"id"`
	// PrivateKey names the environment variable that holds the private key, in PEM.
	PrivateKey string `yaml:"privateKey" secret:"true" choice:"true"`
	// PrivateKeyFile is a file that holds the private key, relative to
	// callboard.yaml.
	PrivateKeyFile string `yaml:"privateKeyFile" form:"line" choice:"true"`
}

// Filters say which repositories of an account are read.
type Filters struct {
	// Branch is the branch that is read. Without it, it is each repository's
	// default branch.
	Branch string `yaml:"branch" form:"line"`
	// Repository is a regular expression that the whole name must match.
	Repository string `yaml:"repository" form:"regexp"`
	// AllowForks reads forks, too.
	AllowForks bool `yaml:"allowForks" default:"true"`
	// AllowArchived reads archived repositories, too.
	AllowArchived bool `yaml:"allowArchived"`
	// Topic chooses by the topics of repositories.
	Topic TopicFilter `yaml:"topic"`
	// Visibility are the visibilities that are read. Without any, all are.
	Visibility []string `yaml:"visibility" oneof:"public internal private"`
}

// TopicFilter chooses repositories by their topics.
type TopicFilter struct {
	// Include are topics of which a repository must have at least one.
	Include []string `yaml:"include" form:"line"`
	// Exclude are topics of which a repository must have none.
	Exclude []string `yaml:"exclude" form:"line"`
}

// GitLab is a group of a GitLab.
type GitLab struct {
	// Host is the name of the host.
	Host string `yaml:"host" form:"host" default:"gitlab.com"`
	// APIBaseURL is the address of the API, if it is not /api/v4 of the host.
	APIBaseURL string `yaml:"apiBaseUrl" form:"address"`
	// Group is the group, or subgroup, whose projects are read, with those of its
	// subgroups. Without it, all projects that the token can see are read.
	Group string `yaml:"group" form:"path"`
	// Projects are projects by their paths, such as acme/platform/payments, instead
	// of those of a group.
	Projects []string `yaml:"projects" form:"path"`
	// Branch is the branch that is read. Without it, it is each project's default
	// branch.
	Branch string `yaml:"branch" form:"line"`
	// FallbackBranch is the branch of projects that have no default branch.
	FallbackBranch string `yaml:"fallbackBranch" form:"line" default:"master"`
	// EntityFilename are the paths or glob patterns of catalog files, relative to
	// each project. Without any, catalog.files counts.
	EntityFilename []string `yaml:"entityFilename" form:"glob" single:"true"`
	// ProjectPattern is a regular expression that the path of a project, with
	// that of its group, must contain a match of.
	ProjectPattern string `yaml:"projectPattern" form:"regexp"`
	// ExcludeRepos are paths of projects that are not read.
	ExcludeRepos []string `yaml:"excludeRepos" form:"path"`
	// ExcludeGroups are paths of groups whose projects are not read.
	ExcludeGroups []string `yaml:"excludeGroups" form:"path"`
	// SkipForkedRepos leaves forks out.
	SkipForkedRepos bool `yaml:"skipForkedRepos"`
	// IncludeArchivedRepos reads archived projects, too.
	IncludeArchivedRepos bool `yaml:"includeArchivedRepos"`
	// Membership reads only projects that the token's user is a member of.
	Membership bool `yaml:"membership"`
	// Topics are topics that a project must have, all of them.
	Topics []string `yaml:"topics" form:"line" single:"true"`
	// People makes users and groups of the members of the group and its subgroups.
	People bool `yaml:"people"`
	// RestrictUsersToGroup takes the members of the group. Without it, all users of
	// the instance are taken, or, at gitlab.com, those of the topmost group.
	RestrictUsersToGroup bool `yaml:"restrictUsersToGroup" default:"true"`
	// UserPattern is a regular expression for the names of users that are taken.
	UserPattern string `yaml:"userPattern" form:"regexp"`
	// GroupPattern are regular expressions for the paths of groups. As people,
	// groups are taken that match one; without group, the projects of such groups
	// are read.
	GroupPattern []string `yaml:"groupPattern" form:"regexp" single:"true"`
	// Relations are those between users and groups that make members, beside the
	// direct ones: of groups above, of groups below, and of groups that a group is
	// shared with, in GitLab's words.
	Relations []string `yaml:"relations" oneof:"DIRECT INHERITED DESCENDANTS SHARED_FROM_GROUPS"`
	// IncludeUsersWithoutSeat takes users at gitlab.com, too, that use no seat of
	// the subscription.
	IncludeUsersWithoutSeat bool `yaml:"includeUsersWithoutSeat"`
	// Token names the environment variable that holds the token. Without it, it is
	// ${GITLAB_TOKEN}, where that is set.
	Token string `yaml:"token" secret:"true"`
	// TokenFile is a file that holds the token, relative to callboard.yaml.
	TokenFile string `yaml:"tokenFile" form:"line"`
}

// Gitea is an organisation or a user of a Gitea or Forgejo.
type Gitea struct {
	// Host is the name of the host, such as git.acme.example.
	Host string `yaml:"host" form:"host" required:"true"`
	// BaseURL is the address of the site, if it is not https:// and the host.
	BaseURL string `yaml:"baseUrl" form:"address"`
	// Organization is the organisation whose repositories are read.
	Organization string `yaml:"organization" form:"name" choice:"true"`
	// User is the user whose repositories are read.
	User string `yaml:"user" form:"name" choice:"true"`
	// Repositories are repositories by their names, such as acme/payments.
	Repositories []string `yaml:"repositories" form:"slug" choice:"true"`
	// Branch is the branch that is read. Without it, it is each repository's
	// default branch.
	Branch string `yaml:"branch" form:"line"`
	// CatalogPath are the paths or glob patterns of catalog files, relative to
	// each repository. Without any, catalog.files counts.
	CatalogPath []string `yaml:"catalogPath" form:"glob" single:"true"`
	// Filters say which repositories are read.
	Filters Filters `yaml:"filters"`
	// People makes users and groups of the organisation's members and teams.
	People bool `yaml:"people"`
	// Username is the user that a password in place of a token belongs to, or a
	// variable that holds it.
	Username string `yaml:"username" form:"line"`
	// Token names the environment variable that holds the token. Without it, it is
	// ${GITEA_TOKEN}, where that is set.
	Token string `yaml:"token" secret:"true"`
	// TokenFile is a file that holds the token, relative to callboard.yaml.
	TokenFile string `yaml:"tokenFile" form:"line"`
}

// BitbucketCloud is a workspace of bitbucket.org.
type BitbucketCloud struct {
	// Workspace is the workspace whose repositories are read.
	Workspace string `yaml:"workspace" form:"name" required:"true"`
	// Repositories are the names of the repositories that are read. Without any,
	// all of the workspace are.
	Repositories []string `yaml:"repositories" form:"path"`
	// CatalogPath are the paths or glob patterns of catalog files, relative to
	// each repository. Without any, catalog.files counts.
	CatalogPath []string `yaml:"catalogPath" form:"glob" single:"true"`
	// Filters say which repositories are read.
	Filters BitbucketCloudFilters `yaml:"filters"`
	// Branch is the branch that is read. Without it, it is each repository's main
	// branch.
	Branch string `yaml:"branch" form:"line"`
	// APIBaseURL is the address of the API, if it is not
	// https://api.bitbucket.org/2.0.
	APIBaseURL string `yaml:"apiBaseUrl" form:"address"`
	// Username is the user that an app password or API token belongs to, or a
	// variable that holds it. Access tokens need none.
	Username string `yaml:"username" form:"line"`
	// Token names the environment variable that holds the access token, API token
	// or app password. Without it, it is ${BITBUCKET_TOKEN}, where that is set.
	Token string `yaml:"token" secret:"true"`
	// TokenFile is a file that holds the token, relative to callboard.yaml.
	TokenFile string `yaml:"tokenFile" form:"line"`
}

// BitbucketCloudFilters say which repositories of a workspace are read.
type BitbucketCloudFilters struct {
	// ProjectKey is a regular expression that the whole key of the project must
	// match.
	ProjectKey string `yaml:"projectKey" form:"regexp"`
	// RepoSlug is a regular expression that the whole name of the repository must
	// match, as addresses have it.
	RepoSlug string `yaml:"repoSlug" form:"regexp"`
}

// BitbucketFilters say which repositories of a Bitbucket Server are read.
type BitbucketFilters struct {
	// ProjectKey is a regular expression that is searched for in the keys of
	// projects.
	ProjectKey string `yaml:"projectKey" form:"regexp"`
	// RepoSlug is a regular expression that is searched for in the names of
	// repositories, as addresses have them.
	RepoSlug string `yaml:"repoSlug" form:"regexp"`
	// SkipArchivedRepos leaves archived repositories out.
	SkipArchivedRepos bool `yaml:"skipArchivedRepos"`
}

// BitbucketServer is a Bitbucket Data Center or Server.
type BitbucketServer struct {
	// Host is the name of the host, such as bitbucket.acme.example.
	Host string `yaml:"host" form:"host" required:"true"`
	// APIBaseURL is the address of the API, if it is not /rest/api/1.0 of the host.
	APIBaseURL string `yaml:"apiBaseUrl" form:"address"`
	// Repositories are repositories by the key of their project and their name,
	// such as PAY/payments. Without any, all that can be seen are read.
	Repositories []string `yaml:"repositories" form:"path"`
	// CatalogPath are the paths or glob patterns of catalog files, relative to
	// each repository. Without any, catalog.files counts.
	CatalogPath []string `yaml:"catalogPath" form:"glob" single:"true"`
	// Filters say which repositories are read.
	Filters BitbucketFilters `yaml:"filters"`
	// Branch is the branch that is read. Without it, it is each repository's
	// default branch.
	Branch string `yaml:"branch" form:"line"`
	// Username is the user that a password belongs to, or a variable that holds
	// it. Access tokens need none.
	Username string `yaml:"username" form:"line"`
	// Token names the environment variable that holds the access token or
	// password. Without it, it is ${BITBUCKET_TOKEN}, where that is set.
	Token string `yaml:"token" secret:"true"`
	// TokenFile is a file that holds the token, relative to callboard.yaml.
	TokenFile string `yaml:"tokenFile" form:"line"`
}

// AzureDevOps is an organisation at Azure DevOps.
type AzureDevOps struct {
	// Organization is the organisation, or the collection of a server.
	Organization string `yaml:"organization" form:"name" required:"true"`
	// Host is the name of the host.
	Host string `yaml:"host" form:"host" default:"dev.azure.com"`
	// APIBaseURL is the address that the organisation is below, if it is not
	// https:// and the host.
	APIBaseURL string `yaml:"apiBaseUrl" form:"address"`
	// Project is the project whose repositories are read. Stars stand for any
	// characters.
	Project string `yaml:"project" form:"line" default:"*"`
	// Repository is the name of the repositories that are read. Stars stand for
	// any characters.
	Repository string `yaml:"repository" form:"line" default:"*"`
	// Repositories are repositories by their project and name, such as
	// platform/payments, instead of those of project and repository.
	Repositories []string `yaml:"repositories" form:"path"`
	// Path are the paths or glob patterns of catalog files, relative to each
	// repository. Without any, catalog.files counts.
	Path []string `yaml:"path" form:"glob" single:"true"`
	// Branch is the branch that is read. Without it, it is each repository's
	// default branch.
	Branch string `yaml:"branch" form:"line"`
	// Token names the environment variable that holds a personal access token.
	// Without it, it is ${AZURE_DEVOPS_TOKEN}, where that is set.
	Token string `yaml:"token" secret:"true"`
	// TokenFile is a file that holds the token, relative to callboard.yaml.
	TokenFile string `yaml:"tokenFile" form:"line"`
}

// Git are repositories by their addresses.
type Git struct {
	// URL are the addresses that git clones from, by HTTPS, SSH or as paths.
	URL []string `yaml:"url" form:"clone" single:"true" required:"true"`
	// Branch is the branch that is read. Without it, it is the one that the remote
	// HEAD names.
	Branch string `yaml:"branch" form:"line"`
	// CatalogPath are the paths or glob patterns of catalog files, relative to
	// each repository. Without any, catalog.files counts.
	CatalogPath []string `yaml:"catalogPath" form:"glob" single:"true"`
	// Username is the user that goes with the token, for HTTPS.
	Username string `yaml:"username" form:"line"`
	// Token names the environment variable that holds the token or password, for
	// HTTPS. Without it, git asks nobody.
	Token string `yaml:"token" secret:"true"`
	// TokenFile is a file that holds the token, relative to callboard.yaml.
	TokenFile string `yaml:"tokenFile" form:"line"`
}

// checkChoices reports entries that have none or several of the keys of which
// exactly one says what they are, and keys that belong to another.
func (d *decoder) checkChoices(m map[string]any, t reflect.Type, path []any) {
	var choices, chosen []string
	for f := range fieldsOf(t) {
		key := f.Tag.Get("yaml")
		if f.Tag.Get("choice") == "true" {
			choices = append(choices, key)
			if m[key] != nil {
				chosen = append(chosen, key)
			}
		}
	}
	switch {
	case len(choices) == 0:
		return
	case len(chosen) == 0:
		d.report(d.doc.Pos(path...), CodeMissing, where(path)+" lacks one of "+strings.Join(choices, ", "), "")
	case len(chosen) > 1:
		at := append(slices.Clone(path), chosen[1])
		d.report(d.doc.KeyPos(at...), CodeValue, fmt.Sprintf("%s has both %s and %s; only one can be", where(path), chosen[0], chosen[1]), "make two entries of it")
	}
	for f := range fieldsOf(t) {
		key, with := f.Tag.Get("yaml"), f.Tag.Get("with")
		if with != "" && m[key] != nil && len(chosen) > 0 && !slices.Contains(chosen, with) {
			at := append(slices.Clone(path), key)
			d.report(d.doc.KeyPos(at...), CodeValue, fmt.Sprintf("%s belongs to %s, not to %s", where(at), with, chosen[0]), "settings of "+chosen[0]+" stand below that key")
		}
	}
}

// secret takes the name of a variable for a secret. The secret itself must not
// stand there, and is not repeated.
func (d *decoder) secret(v any, into reflect.Value, path []any) {
	s, _ := v.(string)
	if v == "" {
		return
	}
	if VariableOf(s) == "" {
		d.sink.Report(diag.Diagnostic{Pos: d.doc.Pos(path...), Severity: diag.Error, Code: CodeSecret,
			Message: where(path) + " must name an environment variable, not hold the secret itself", Hint: "write ${NAME}, or name a file that holds it; if it was committed, revoke it"})
		return
	}
	into.SetString(s)
}

// VariableOf is the name of the environment variable that a text of the form
// ${NAME} stands for, or "" if it is no such text.
func VariableOf(s string) string {
	if m := variable.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}
