package appconfig

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"callboard/internal/config"
)

var errForm = errors.New("it is not the address of a file in a repository")

// SourceOf makes a source of the address of a catalog file at its host, as
// browsers show it: one repository, one branch, one file or pattern of files.
// kindOf tells which kind of host a name is, as the keys of sources do, or "".
// The result has no credentials.
func SourceOf(target string, kindOf func(host string) string) (config.Source, error) {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return config.Source{}, errForm
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	for _, p := range parts {
		if p == "" || p == "." || p == ".." {
			return config.Source{}, errForm
		}
	}
	kind := kindOf(u.Host)
	a, ok := forms(kind)(u, parts)
	switch {
	case kind == "":
		return config.Source{}, fmt.Errorf("the host %s is in no integration", u.Host)
	case !ok || !config.IsGlob(a.file):
		return config.Source{}, errForm
	}
	return a.source(kind, u.Host), nil
}

// address is what the address of a file says.
type address struct{ owner, project, repo, branch, file string }

// forms is how the addresses of files look at a kind of host. Branches with
// slashes cannot be told from directories, and are taken to have none, as in
// Backstage.
func forms(kind string) func(*url.URL, []string) (address, bool) {
	switch kind {
	case github:
		return func(_ *url.URL, p []string) (address, bool) { return ownerRepo(p, "blob", "tree", "edit", "raw") }
	case bitbucketCloud:
		return func(_ *url.URL, p []string) (address, bool) { return ownerRepo(p, "src", "raw") }
	case gitea:
		return giteaFile
	case gitlab:
		return gitlabFile
	case bitbucketServer:
		return bitbucketFile
	case azureDevOps:
		return azureFile
	}
	return func(*url.URL, []string) (address, bool) { return address{}, false }
}

// ownerRepo is owner/repo/<word>/branch/file.
func ownerRepo(p []string, words ...string) (address, bool) {
	if len(p) < 5 {
		return address{}, false
	}
	for _, w := range words {
		if p[2] == w {
			return address{owner: p[0], repo: p[1], branch: p[3], file: path.Join(p[4:]...)}, true
		}
	}
	return address{}, false
}

// giteaFile is owner/repo/src/branch/<branch>/file.
func giteaFile(_ *url.URL, p []string) (address, bool) {
	if len(p) < 6 || p[2] != "src" && p[2] != "raw" || p[3] != "branch" {
		return address{}, false
	}
	return address{owner: p[0], repo: p[1], branch: p[4], file: path.Join(p[5:]...)}, true
}

// gitlabFile is group/…/project/-/blob/branch/file, or that without the dash.
func gitlabFile(_ *url.URL, p []string) (address, bool) {
	for i, w := range p {
		if (w == "blob" || w == "raw") && i >= 2 && len(p) > i+2 {
			project := p[:i]
			if project[len(project)-1] == "-" {
				project = project[:len(project)-1]
			}
			return address{repo: path.Join(project...), branch: p[i+1], file: path.Join(p[i+2:]...)}, len(project) > 1
		}
	}
	return address{}, false
}

// bitbucketFile is projects/KEY/repos/slug/browse/file?at=branch.
func bitbucketFile(u *url.URL, p []string) (address, bool) {
	if len(p) < 6 || p[0] != "projects" || p[2] != "repos" || p[4] != "browse" && p[4] != "raw" {
		return address{}, false
	}
	at := strings.TrimPrefix(u.Query().Get("at"), "refs/heads/")
	return address{project: p[1], repo: p[3], branch: at, file: path.Join(p[5:]...)}, true
}

// azureFile is organisation/project/_git/repo?path=file&version=GBbranch, or,
// at a host of the organisation's own, that without the organisation.
func azureFile(u *url.URL, p []string) (address, bool) {
	a := address{file: strings.TrimPrefix(path.Clean("/"+u.Query().Get("path")), "/"), branch: strings.TrimPrefix(u.Query().Get("version"), "GB")}
	if org, ok := strings.CutSuffix(strings.ToLower(u.Host), ".visualstudio.com"); ok {
		p = append([]string{org}, p...)
	}
	if len(p) != 4 || p[2] != "_git" || a.file == "" {
		return address{}, false
	}
	a.owner, a.project, a.repo = p[0], p[1], p[3]
	return a, true
}

func (a address) source(kind, host string) config.Source {
	file := []string{"/" + a.file}
	slug := []string{a.owner + "/" + a.repo}
	switch kind {
	case github:
		return config.Source{GitHub: &config.GitHub{Host: host, Repositories: slug, CatalogPath: file, Filters: named(a.branch)}}
	case gitea:
		return config.Source{Gitea: &config.Gitea{Host: host, Repositories: slug, CatalogPath: file, Branch: a.branch, Filters: named("")}}
	case gitlab:
		return config.Source{GitLab: &config.GitLab{Host: host, Projects: []string{a.repo}, EntityFilename: file, Branch: a.branch, FallbackBranch: "master", IncludeArchivedRepos: true}}
	case bitbucketCloud:
		return config.Source{BitbucketCloud: &config.BitbucketCloud{Workspace: a.owner, Repositories: []string{a.repo}, CatalogPath: file, Branch: a.branch}}
	case bitbucketServer:
		return config.Source{BitbucketServer: &config.BitbucketServer{Host: host, Repositories: []string{a.project + "/" + a.repo}, CatalogPath: file, Branch: a.branch}}
	}
	if strings.HasSuffix(strings.ToLower(host), ".visualstudio.com") {
		host = defaultHosts[azureDevOps]
	}
	return config.Source{AzureDevOps: &config.AzureDevOps{Host: host, Organization: a.owner, Project: a.project, Repository: a.repo, Repositories: []string{a.project + "/" + a.repo}, Path: file, Branch: a.branch}}
}

// named takes a repository that was named, whatever it is.
func named(branch string) config.Filters {
	return config.Filters{Branch: branch, AllowForks: true, AllowArchived: true}
}

// LikeOthers makes a source of the address of a catalog file, as SourceOf does,
// with the credentials of the first of the sources that is at the same host.
func LikeOthers(target string, sources []config.Source) (config.Source, error) {
	var known hosts
	for _, s := range sources {
		known = append(known, accessOf(s)...)
	}
	s, err := SourceOf(target, known.kindOf)
	if err == nil {
		known.grant(&s)
	}
	return s, err
}

// accessOf is how a source's host is asked.
func accessOf(s config.Source) hosts {
	switch {
	case s.GitHub != nil:
		g := s.GitHub
		a := access{kind: github, host: g.Host, apiBaseURL: g.APIBaseURL, variable: g.Token, file: g.TokenFile}
		if g.App != nil {
			a.apps = []app{{id: g.App.ID, variable: g.App.PrivateKey, file: g.App.PrivateKeyFile, owners: nonEmpty(g.Organization)}}
		}
		return hosts{a}
	case s.GitLab != nil:
		return hosts{{kind: gitlab, host: s.GitLab.Host, apiBaseURL: s.GitLab.APIBaseURL, variable: s.GitLab.Token, file: s.GitLab.TokenFile}}
	case s.Gitea != nil:
		return hosts{{kind: gitea, host: s.Gitea.Host, base: s.Gitea.BaseURL, variable: s.Gitea.Token, file: s.Gitea.TokenFile, username: s.Gitea.Username}}
	case s.BitbucketCloud != nil:
		b := s.BitbucketCloud
		return hosts{{kind: bitbucketCloud, host: defaultHosts[bitbucketCloud], apiBaseURL: b.APIBaseURL, variable: b.Token, file: b.TokenFile, username: b.Username}}
	case s.BitbucketServer != nil:
		b := s.BitbucketServer
		return hosts{{kind: bitbucketServer, host: b.Host, apiBaseURL: b.APIBaseURL, variable: b.Token, file: b.TokenFile, username: b.Username}}
	case s.AzureDevOps != nil:
		z := s.AzureDevOps
		return hosts{{kind: azureDevOps, host: z.Host, credentials: []credential{{variable: z.Token, file: z.TokenFile, organizations: []string{z.Organization}}}}}
	}
	return nil
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
