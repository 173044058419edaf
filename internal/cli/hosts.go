package cli

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"callboard/internal/config"
	"callboard/internal/crawl"
	"callboard/internal/crawl/state"
	"callboard/internal/diag"
	"callboard/internal/importer"
	"callboard/internal/polite"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/gitea"
	"callboard/internal/source/github"
	"callboard/internal/source/gitlab"
)

// opener makes the sources of a crawl of those of a configuration.
type opener struct {
	*secrets
	dir    *state.Dir // keeps answers of hosts; nil for none
	budget *polite.Budget
	clones string   // the directory of what the program git fetches
	names  []string // taken
}

// hostKind is a kind of sources that are crawled.
type hostKind struct {
	// is tells whether a source is of the kind.
	is func(config.Source) bool
	// name is what a source is called unless that is taken.
	name func(config.Source) string
	// paths are where catalog files are, if the source says so.
	paths func(config.Source) []string
	// open makes the host; at is the place of the source in the configuration.
	open func(o *opener, s config.Source, name string, at []any) (opened, error)
}

// opened is a host that may be asked.
type opened struct {
	host      source.Host
	directory source.Directory
	people    string // the name of the repository that is made of people
}

// hostKinds are all kinds, in the order in which they are tried.
func hostKinds() []hostKind {
	return []hostKind{
		{
			is:    func(s config.Source) bool { return s.GitHub != nil },
			name:  func(s config.Source) string { return githubName(s.GitHub) },
			paths: func(s config.Source) []string { return s.GitHub.CatalogPath },
			open:  (*opener).github,
		}, {
			is:    func(s config.Source) bool { return s.GitLab != nil },
			name:  func(s config.Source) string { return gitlabName(s.GitLab) },
			paths: func(s config.Source) []string { return s.GitLab.EntityFilename },
			open:  (*opener).gitlab,
		}, {
			is:    func(s config.Source) bool { return s.Gitea != nil },
			name:  func(s config.Source) string { return giteaName(s.Gitea) },
			paths: func(s config.Source) []string { return s.Gitea.CatalogPath },
			open:  (*opener).gitea,
		}, {
			is:    func(s config.Source) bool { return s.BitbucketCloud != nil },
			name:  func(s config.Source) string { return bitbucketCloudName(s.BitbucketCloud) },
			paths: func(s config.Source) []string { return s.BitbucketCloud.CatalogPath },
			open:  (*opener).bitbucketCloud,
		}, {
			is:    func(s config.Source) bool { return s.BitbucketServer != nil },
			name:  func(s config.Source) string { return bitbucketServerName(s.BitbucketServer) },
			paths: func(s config.Source) []string { return s.BitbucketServer.CatalogPath },
			open:  (*opener).bitbucketServer,
		}, {
			is:    func(s config.Source) bool { return s.AzureDevOps != nil },
			name:  func(s config.Source) string { return azureName(s.AzureDevOps) },
			paths: func(s config.Source) []string { return s.AzureDevOps.Path },
			open:  (*opener).azure,
		}, {
			is:    func(s config.Source) bool { return s.Git != nil },
			name:  func(s config.Source) string { return gitName(s.Git) },
			paths: func(s config.Source) []string { return s.Git.CatalogPath },
			open:  (*opener).git,
		}, {
			is:    func(s config.Source) bool { return s.People != nil },
			name:  func(s config.Source) string { return peopleName(s.People) },
			paths: func(config.Source) []string { return nil },
			open:  (*opener).people,
		},
	}
}

// kindOf is the kind of a source that is crawled, false for one that is not.
func kindOf(s config.Source) (hostKind, bool) {
	for _, k := range hostKinds() {
		if k.is(s) {
			return k, true
		}
	}
	return hostKind{}, false
}

// open makes the sources of a crawl. What is wrong with the configuration is in
// the findings.
func (o *opener) open() (out []crawl.Source) {
	for i, s := range o.p.config.Sources {
		k, ok := kindOf(s)
		if !ok {
			continue
		}
		c, err := o.source(k, s, []any{"sources", i})
		if err != nil {
			o.p.findings.Report(diag.Diagnostic{Pos: o.p.config.Pos("sources", i), Severity: diag.Error, Code: config.CodeValue, Message: o.hide(err)})
			continue
		}
		out = append(out, c)
	}
	return out
}

func (o *opener) source(k hostKind, s config.Source, at []any) (crawl.Source, error) {
	name := o.uniqueName(k.name(s))
	x, err := k.open(o, s, name, at)
	if err != nil {
		return crawl.Source{}, err
	}
	c := o.p.config
	out := crawl.Source{Name: name, Host: x.host, Directory: x.directory, People: x.people,
		Want: crawl.Want{Entries: c.Catalog.Files, Ignore: c.Catalog.Ignore, Names: importedNames(c.Catalog.Importers),
			Code: c.Search.Code.Enabled, CodeIn: c.Search.Code.Repositories, Limits: crawlLimits(c.Crawl.Limits)}}
	if own := relative(k.paths(s)); own != nil {
		out.Want.Entries, out.Entries = own, own
	}
	return out, nil
}

func crawlLimits(l config.CrawlLimits) crawl.Limits {
	return crawl.Limits{Files: l.Files, Bytes: config.Bytes(l.Size), FileSize: config.Bytes(l.FileSize), Definitions: l.Definitions}
}

// relative are paths of catalog files without the slash that Backstage has
// before them.
func relative(paths []string) (out []string) {
	for _, p := range paths {
		out = append(out, strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(p)), "/"))
	}
	return out
}

// importedNames are the names of the files of other catalogs that are read.
func importedNames(formats []string) (out []string) {
	for _, f := range formats {
		out = append(out, importer.Format(f).Files()...)
	}
	return out
}

// uniqueName numbers sources that would have the same name.
func (o *opener) uniqueName(base string) string {
	name := base
	for n := 2; slices.Contains(o.names, name); n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	o.names = append(o.names, name)
	return name
}

// http is how a host is asked for a source.
func (o *opener) http(name string) polite.Options {
	c := o.p.config.Crawl
	wait, err := time.ParseDuration(c.MaxWait)
	if err != nil {
		wait = 0 // the usual
	}
	h := polite.Options{Base: o.a.transport(), Clock: o.a.clock(), Jitter: rand.Float64, Secrets: slices.Clone(o.found), Budget: o.budget, Concurrent: c.Concurrency, MaxWait: wait}
	if o.dir != nil {
		h.Cache = o.dir.Answers(name)
	}
	return h
}

// hide is an error without anything secret.
func (o *opener) hide(err error) string { return secret.Hide(err.Error(), o.found...) }

func githubName(g *config.GitHub) string {
	return sourceName("github", g.Host, "github.com", firstOf(g.Organization, g.User, ownersOf(g.Repositories), "installations"))
}

func gitlabName(g *config.GitLab) string {
	return sourceName("gitlab", g.Host, "gitlab.com", firstOf(g.Group, strings.Join(g.Projects, "+")))
}

func giteaName(g *config.Gitea) string {
	return sourceName("gitea", g.Host, "", firstOf(g.Organization, g.User, ownersOf(g.Repositories)))
}

// sourceName is kind:owner, with the host before the owner if it is not the
// usual one.
func sourceName(kind, host, usual, owner string) string {
	switch {
	case strings.EqualFold(host, usual):
		return kind + ":" + firstOf(owner, host)
	case owner == "":
		return kind + ":" + host
	}
	return kind + ":" + host + "/" + owner
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// ownersOf are the names of repositories that were named, as a name.
func ownersOf(repos []string) string {
	if len(repos) > 3 {
		return fmt.Sprintf("%s+%d", repos[0], len(repos)-1)
	}
	return strings.Join(repos, "+")
}

// named reads those repositories of a host that have names.
func named(h source.Host, names []string, branch string) source.Host {
	if len(names) == 0 {
		return h
	}
	repos := make([]source.Repo, len(names))
	for i, n := range names {
		repos[i] = source.Repo{Name: n, Branch: branch}
	}
	return source.Named(h, repos)
}

func (o *opener) github(s config.Source, name string, at []any) (opened, error) {
	g := s.GitHub
	at = append(at, "github")
	opt := github.Options{Name: name, Host: g.Host, API: g.APIBaseURL, Organization: g.Organization, User: g.User,
		VerifiedEmails: g.UseVerifiedEmails, NoSuspended: g.ExcludeSuspendedUsers, GroupNamespace: g.GroupNamespace,
		Filters: github.Filters{Branch: g.Filters.Branch, Repository: g.Filters.Repository, NoForks: !g.Filters.AllowForks, Archived: g.Filters.AllowArchived,
			Include: g.Filters.Topic.Include, Exclude: g.Filters.Topic.Exclude, Visibility: g.Filters.Visibility}}
	if len(g.Repositories) > 0 {
		opt.Organization, _, _ = strings.Cut(g.Repositories[0], "/")
	}
	if g.App != nil {
		app, err := o.githubApp(g.App, at)
		if err != nil {
			return opened{}, err
		}
		opt.App = app
	} else {
		opt.Token = o.of(g.Token, g.TokenFile, "GITHUB_TOKEN", append(at, "token")...)
	}
	opt.HTTP = o.http(name)
	x, err := openGitHub(g, opt)
	if err == nil && g.PeopleOnly {
		x.host = nil
	}
	return x, err
}

// openGitHub makes the host of an account, or of all accounts that an App is
// installed in. Of one installation that is named it is what that may see.
func openGitHub(g *config.GitHub, opt github.Options) (opened, error) {
	if len(g.Installations) > 0 && (opt.App == nil || opt.App.Installation == 0) {
		h, err := github.NewInstallations(opt, g.Installations)
		x := opened{host: h}
		if g.People || g.PeopleOnly {
			x.directory, x.people = h, opt.Name+" (people)"
		}
		return x, err
	}
	h, err := github.New(opt)
	if err != nil {
		return opened{}, err
	}
	x := opened{host: named(h, g.Repositories, g.Filters.Branch)}
	if g.People || g.PeopleOnly {
		x.directory, x.people = h, firstOf(g.Organization, g.User)+" (people)"
	}
	return x, nil
}

func (o *opener) githubApp(g *config.GitHubApp, at []any) (*github.App, error) {
	app := &github.App{ID: o.text(g.ID, append(at, "app", "id")...), Key: o.of(g.PrivateKey, g.PrivateKeyFile, "", append(at, "app", "privateKey")...)}
	if s := o.text(g.Installation, append(at, "app", "installation")...); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n <= 0 {
			return nil, fmt.Errorf("app.installation must be a number, not %q", s)
		}
		app.Installation = n
	}
	return app, nil
}

func (o *opener) gitlab(s config.Source, name string, at []any) (opened, error) {
	g := s.GitLab
	opt := gitlab.Options{Name: name, Host: g.Host, API: g.APIBaseURL, Group: g.Group, Token: o.of(g.Token, g.TokenFile, "GITLAB_TOKEN", append(at, "gitlab", "token")...),
		Filters: gitlab.Filters{Branch: g.Branch, FallbackBranch: g.FallbackBranch, ProjectPattern: g.ProjectPattern, Exclude: g.ExcludeRepos, ExcludeGroups: g.ExcludeGroups, Topics: g.Topics,
			NoForks: g.SkipForkedRepos, Archived: g.IncludeArchivedRepos, Membership: g.Membership},
		People: gitlab.People{UserPattern: g.UserPattern, GroupPattern: strings.Join(g.GroupPattern, "|"), Relations: g.Relations, OnlyOfGroup: g.Group != "" && g.RestrictUsersToGroup, WithoutSeat: g.IncludeUsersWithoutSeat}}
	if g.Group == "" {
		opt.Filters.GroupPatterns = g.GroupPattern
	}
	opt.HTTP = o.http(name)
	h, err := gitlab.New(opt)
	if err != nil {
		return opened{}, err
	}
	x := opened{host: named(h, g.Projects, g.Branch)}
	if g.People {
		x.directory, x.people = h, firstOf(g.Group, g.Host)+" (people)"
	}
	return x, nil
}

func (o *opener) gitea(s config.Source, name string, at []any) (opened, error) {
	g := s.Gitea
	opt := gitea.Options{Name: name, Host: g.Host, BaseURL: g.BaseURL, Organization: g.Organization, User: g.User,
		Token: o.of(g.Token, g.TokenFile, "GITEA_TOKEN", append(at, "gitea", "token")...), Username: o.text(g.Username, append(at, "gitea", "username")...),
		Filters: gitea.Filters{Branch: firstOf(g.Branch, g.Filters.Branch), Repository: g.Filters.Repository, NoForks: !g.Filters.AllowForks, NoArchived: !g.Filters.AllowArchived,
			Include: g.Filters.Topic.Include, Exclude: g.Filters.Topic.Exclude, Visibility: g.Filters.Visibility}}
	if len(g.Repositories) > 0 {
		opt.Organization, _, _ = strings.Cut(g.Repositories[0], "/")
	}
	opt.HTTP = o.http(name)
	h, err := gitea.New(opt)
	if err != nil {
		return opened{}, err
	}
	x := opened{host: named(h, g.Repositories, g.Branch)}
	if g.People {
		x.directory, x.people = h, firstOf(g.Organization, g.User)+" (people)"
	}
	return x, nil
}

// transport carries requests out, by the proxy that the environment names.
func (a *app) transport() http.RoundTripper {
	if a.base == nil {
		a.base = polite.Base(http.ProxyFromEnvironment)
	}
	return a.base
}

// crawlClock is that of the machine, with the time that the program was given.
type crawlClock struct {
	polite.Clock
	now func() time.Time
}

// Now is the time.
func (c crawlClock) Now() time.Time { return c.now() }

func (a *app) clock() polite.Clock { return crawlClock{polite.Machine(), a.Now} }
