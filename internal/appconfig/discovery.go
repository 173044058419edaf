package appconfig

import (
	"errors"
	"net/url"
	"path"
	"regexp"
	"strings"

	"callboard/internal/config"
)

// discovery makes a source of a location of the time before there were providers:
// an address with stars that stands for the repositories of an organisation. It is
// false for other types.
func (r *reader) discovery(typ, target string) (s config.Source, known bool, err error) {
	read := map[string]func(*url.URL, []string) (config.Source, error){
		"github-discovery": gitHubDiscovery, "github-org": gitHubOrgLocation, "gitlab-discovery": gitLabDiscovery, "azure-discovery": azureDiscovery,
	}[typ]
	if read == nil {
		return s, false, nil
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return s, true, errors.New("it is no address")
	}
	s, err = read(u, strings.Split(strings.Trim(u.Path, "/"), "/"))
	return s, true, err
}

var errDiscovery = errors.New("it has not the form that Backstage describes")

// defaultBranch stands for the branch of each repository in an address.
func defaultBranch(branch string) bool { return branch == "-" || branch == "*" }

// gitHubDiscovery is https://github.com/acme, or with a pattern of names, a
// branch and a path: https://github.com/acme/svc-*/blob/-/catalog-info.yaml.
func gitHubDiscovery(u *url.URL, p []string) (config.Source, error) {
	g := &config.GitHub{Host: u.Host, CatalogPath: []string{defaultPath}, Filters: config.Filters{AllowForks: true}}
	switch {
	case p[0] == "" || len(p) == 3 || len(p) == 4:
		return config.Source{}, errDiscovery
	case len(p) > 4:
		g.CatalogPath = []string{"/" + path.Join(p[4:]...)}
		if !defaultBranch(p[3]) {
			g.Filters.Branch = p[3]
		}
	}
	if g.Organization = p[0]; len(p) > 1 && p[1] != "*" {
		g.Filters.Repository = starred(p[1])
	}
	return config.Source{GitHub: g}, nil
}

// gitHubOrgLocation is https://github.com/acme: its people.
func gitHubOrgLocation(u *url.URL, p []string) (config.Source, error) {
	if len(p) != 1 || p[0] == "" {
		return config.Source{}, errDiscovery
	}
	return config.Source{GitHub: &config.GitHub{Host: u.Host, Organization: p[0], People: true, PeopleOnly: true}}, nil
}

// gitLabDiscovery is https://gitlab.com/group/subgroup/blob/*/catalog-info.yaml, or
// without a group for all projects.
func gitLabDiscovery(u *url.URL, p []string) (config.Source, error) {
	at := len(p)
	for i, s := range p {
		if s == "blob" {
			at = i
			break
		}
	}
	if at+2 >= len(p) {
		return config.Source{}, errDiscovery
	}
	g := &config.GitLab{Host: u.Host, Group: strings.TrimSuffix(strings.Join(p[:at], "/"), "/-"), EntityFilename: []string{path.Join(p[at+2:]...)}, FallbackBranch: "master"}
	if !defaultBranch(p[at+1]) {
		g.Branch = p[at+1]
	}
	return config.Source{GitLab: g}, nil
}

// azureDiscovery is https://dev.azure.com/acme/project, or with a pattern of names
// and a path: https://dev.azure.com/acme/project/_git/svc-*?path=/catalog-info.yaml.
func azureDiscovery(u *url.URL, p []string) (config.Source, error) {
	z := &config.AzureDevOps{Host: u.Host, Repository: "*", Path: []string{defaultPath}}
	switch {
	case len(p) == 4 && p[2] == "_git":
		z.Repository = p[3]
	case len(p) != 2 || p[1] == "":
		return config.Source{}, errDiscovery
	}
	z.Organization, z.Project = p[0], p[1]
	if file := u.Query().Get("path"); file != "" {
		z.Path = []string{"/" + strings.TrimLeft(file, "/")}
	}
	z.Branch = strings.TrimPrefix(u.Query().Get("version"), "GB")
	return config.Source{AzureDevOps: z}, nil
}

// starred is a name with stars as a regular expression.
func starred(name string) string {
	parts := strings.Split(name, "*")
	for i, s := range parts {
		parts[i] = regexp.QuoteMeta(s)
	}
	return strings.Join(parts, ".*")
}
