package cli

import (
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"callboard/internal/config"
	"callboard/internal/source/azure"
	"callboard/internal/source/bitbucket"
	"callboard/internal/source/git"
)

func bitbucketCloudName(b *config.BitbucketCloud) string {
	return "bitbucket:" + firstOf(joined(b.Workspace, b.Repositories), b.Workspace)
}

func bitbucketServerName(b *config.BitbucketServer) string {
	return sourceName("bitbucket", b.Host, "", ownersOf(b.Repositories))
}

func azureName(z *config.AzureDevOps) string {
	return sourceName("azure", z.Host, "dev.azure.com", firstOf(joined(z.Organization, z.Repositories), z.Organization))
}

// gitName is git: and the host of the first address, or its path where that is the
// only one, or is a path of this machine.
func gitName(g *config.Git) string {
	first := ""
	if len(g.URL) > 0 {
		first = g.URL[0]
	}
	if !strings.Contains(first, ":") { // a path has no host to be called after
		first = path.Clean(filepath.ToSlash(first))
		if n := len(g.URL) - 1; n > 0 {
			return fmt.Sprintf("git:%s+%d", first, n)
		}
	}
	if len(g.URL) == 1 {
		return "git:" + strings.TrimSuffix(withoutScheme(first), ".git")
	}
	host, _, _ := strings.Cut(withoutScheme(first), "/")
	return "git:" + host
}

func withoutScheme(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host + u.Path
	}
	return strings.Replace(address, ":", "/", 1)
}

// joined names repositories below whose they are.
func joined(owner string, repos []string) string {
	if len(repos) == 0 {
		return ""
	}
	return owner + "/" + ownersOf(repos)
}

// below are names of repositories as their host has them.
func below(owner string, names []string) (out []string) {
	for _, n := range names {
		out = append(out, owner+"/"+n)
	}
	return out
}

func (o *opener) bitbucketCloud(s config.Source, name string, at []any) (opened, error) {
	b := s.BitbucketCloud
	at = append(at, "bitbucketCloud")
	opt := bitbucket.CloudOptions{Name: name, Workspace: b.Workspace, ProjectKey: b.Filters.ProjectKey, RepoSlug: b.Filters.RepoSlug, Branch: b.Branch, API: b.APIBaseURL,
		Auth: bitbucket.Auth{Username: o.text(b.Username, append(at, "username")...), Token: o.of(b.Token, b.TokenFile, "BITBUCKET_TOKEN", append(at, "token")...)}}
	opt.HTTP = o.http(name)
	h, err := bitbucket.NewCloud(opt)
	if err != nil {
		return opened{}, err
	}
	return opened{host: named(h, below(b.Workspace, b.Repositories), b.Branch)}, nil
}

func (o *opener) bitbucketServer(s config.Source, name string, at []any) (opened, error) {
	b := s.BitbucketServer
	at = append(at, "bitbucketServer")
	opt := bitbucket.ServerOptions{Name: name, Host: b.Host, BaseURL: strings.TrimSuffix(strings.TrimRight(b.APIBaseURL, "/"), "/rest/api/1.0"),
		ProjectKey: b.Filters.ProjectKey, RepoSlug: b.Filters.RepoSlug, SkipArchived: b.Filters.SkipArchivedRepos, Branch: b.Branch,
		Auth: bitbucket.Auth{Username: o.text(b.Username, append(at, "username")...), Token: o.of(b.Token, b.TokenFile, "BITBUCKET_TOKEN", append(at, "token")...)}}
	opt.HTTP = o.http(name)
	h, err := bitbucket.NewServer(opt)
	if err != nil {
		return opened{}, err
	}
	return opened{host: named(h, b.Repositories, b.Branch)}, nil
}

func (o *opener) azure(s config.Source, name string, at []any) (opened, error) {
	z := s.AzureDevOps
	opt := azure.Options{Name: name, Host: z.Host, BaseURL: z.APIBaseURL, Organization: z.Organization, Project: z.Project, Repository: z.Repository, Branch: z.Branch,
		Token: o.of(z.Token, z.TokenFile, "AZURE_DEVOPS_TOKEN", append(at, "azureDevOps", "token")...)}
	opt.HTTP = o.http(name)
	h, err := azure.New(opt)
	if err != nil {
		return opened{}, err
	}
	return opened{host: named(h, z.Repositories, z.Branch)}, nil
}

func (o *opener) git(s config.Source, name string, at []any) (opened, error) {
	g := s.Git
	opt := git.Options{Name: name, AllowFiles: true, Username: g.Username, Dir: o.clones, Search: o.a.Getenv("PATH"), Getenv: o.a.Getenv,
		Token: o.of(g.Token, g.TokenFile, "", append(at, "git", "token")...), Concurrent: o.p.config.Crawl.Concurrency}
	for _, u := range g.URL {
		opt.Repositories = append(opt.Repositories, git.Repository{URL: o.address(u), Branch: g.Branch})
	}
	h, err := git.New(opt)
	if err != nil {
		return opened{}, err
	}
	return opened{host: h}, nil
}

// address is an address as git takes it: a path is relative to the configuration.
func (o *opener) address(given string) string {
	if before, _, ok := strings.Cut(given, "/"); strings.Contains(given, "://") || ok && strings.Contains(before, ":") || !ok && strings.Contains(given, ":") {
		return given
	}
	return o.p.join(given)
}
