package appconfig_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"callboard/internal/appconfig"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/process"
)

// world is what files may refer to.
type world struct {
	env   map[string]string
	files map[string]string // by absolute path
}

func (w world) options() appconfig.Options {
	return appconfig.Options{
		Getenv: func(k string) string { return w.env[k] },
		ReadFile: func(p string) ([]byte, error) {
			if s, ok := w.files[filepath.ToSlash(p)]; ok {
				return []byte(s), nil
			}
			return nil, fs.ErrNotExist
		},
		Exists: func(p string) bool { _, ok := w.files[filepath.ToSlash(p)]; return ok },
	}
}

// add reads files, of which the first is app-config.yaml.
func (w world) add(callboard string, texts ...string) (*config.Loaded, []string) {
	var l diag.List
	c := config.Load([]byte(callboard), diag.Pos{File: "callboard.yaml"}, &l)
	var files []appconfig.File
	for i, s := range texts {
		name := "app-config.yaml"
		if i > 0 {
			name = fmt.Sprintf("app-config.%d.yaml", i)
		}
		files = append(files, appconfig.File{Name: name, Dir: "/app", Text: []byte(s)})
	}
	appconfig.Add(c, files, w.options(), &l)
	var said []string
	for _, d := range l.All() {
		said = append(said, strings.TrimSuffix(fmt.Sprintf("%s %s %s: %s; %s", d.Pos, d.Severity, d.Code, d.Message, d.Hint), "; "))
	}
	return c, said
}

func TestFrames(t *testing.T) {
	const app = "techdocs: {builder: local, sanitizer: {allowedIframeHosts: [www.example.com, 'a b'], allowedCustomElementTagNameRegExp: x}}\n"
	for callboard, want := range map[string]string{"": "[www.example.com]", "docs: {frames: [video.example]}": "[video.example]"} {
		c, said := world{}.add(callboard, app)
		if got := fmt.Sprint(c.Docs.Frames); got != want {
			t.Errorf("%q: %s, want %s", callboard, got, want)
		}
		wrong := `app-config.yaml:1:60 error appconfig-value: "a b" must be the name of a host, such as www.example.com, or of all hosts below one, such as *.example.com`
		if len(said) != 2 || said[0] != wrong && said[1] != wrong || !strings.Contains(said[0]+said[1], "techdocs.builder, techdocs.sanitizer.allowedCustomElementTagNameRegExp") {
			t.Errorf("said %q", said)
		}
	}
}

func TestProviders(t *testing.T) {
	filters := config.Filters{AllowForks: true}
	for _, c := range []struct {
		name, src string
		want      []config.Source
	}{
		{"github", `
integrations:
  github:
    - host: github.com
      token: ${GITHUB_TOKEN}
    - host: ghe.acme.example
      apiBaseUrl: https://ghe.acme.example/api/v3/
      apps:
        - {appId: 7, privateKey: {$file: key.pem}, allowedInstallationOwners: [other]}
        - {appId: 8, clientId: x, clientSecret: "${S}", webhookSecret: "${W}", privateKey: "${APP_KEY}"}
catalog:
  providers:
    github:
      acme:
        organization: acme
        catalogPath: /**/catalog-info.yaml
        filters: {branch: main, repository: "svc-.*", allowArchived: false, topic: {include: [a], exclude: [b]}, visibility: [public, internal]}
        schedule: {frequency: {minutes: 30}, timeout: {minutes: 3}}
      inside:
        host: ghe.acme.example
        organization: tools
`, []config.Source{
			{GitHub: &config.GitHub{Organization: "acme", Host: "github.com", CatalogPath: []string{"/**/catalog-info.yaml"}, Token: "${GITHUB_TOKEN}",
				Filters: config.Filters{Branch: "main", Repository: "svc-.*", AllowForks: true, Topic: config.TopicFilter{Include: []string{"a"}, Exclude: []string{"b"}}, Visibility: []string{"public", "internal"}}}},
			{GitHub: &config.GitHub{Organization: "tools", Host: "ghe.acme.example", APIBaseURL: "https://ghe.acme.example/api/v3", CatalogPath: []string{"/catalog-info.yaml"}, Filters: filters,
				App: &config.GitHubApp{ID: "8", PrivateKey: "${APP_KEY}"}}},
		}},
		{"a provider by itself, and its people", `
catalog:
  providers:
    github: {organization: acme}
    githubOrg:
      - {id: a, githubUrl: "https://github.com", orgs: [Acme, tools], schedule: {}}
`, []config.Source{
			{GitHub: &config.GitHub{Organization: "acme", Host: "github.com", CatalogPath: []string{"/catalog-info.yaml"}, Filters: filters, People: true, GroupNamespace: "acme"}},
			{GitHub: &config.GitHub{Organization: "tools", Host: "github.com", People: true, PeopleOnly: true, GroupNamespace: "tools"}},
		}},
		{"people of one organisation", `
catalog:
  providers:
    githubOrg: {id: a, githubUrl: "https://ghe.acme.example", orgs: [acme], excludeSuspendedUsers: true, defaultUserTransformer: {useVerifiedEmails: true}}
`, []config.Source{
			{GitHub: &config.GitHub{Organization: "acme", Host: "ghe.acme.example", People: true, PeopleOnly: true, UseVerifiedEmails: true, ExcludeSuspendedUsers: true}},
		}},
		{"several providers of people", `
catalog:
  providers:
    github: {a: {organization: acme}}
    githubOrg: {one: {githubUrl: "https://github.com", orgs: [Acme], defaultUserTransformer: {useVerifiedEmails: true}}, two: {githubUrl: "https://github.com", orgs: [tools]}}
`, []config.Source{
			{GitHub: &config.GitHub{Organization: "acme", Host: "github.com", CatalogPath: []string{"/catalog-info.yaml"}, Filters: filters, People: true, GroupNamespace: "acme", UseVerifiedEmails: true}},
			{GitHub: &config.GitHub{Organization: "tools", Host: "github.com", People: true, PeopleOnly: true, GroupNamespace: "tools"}},
		}},
		{"where an App is installed", `
integrations:
  github:
    - host: github.com
      token: ${GITHUB_TOKEN}
      apps:
        - {appId: 7, privateKey: {$file: key.pem}, allowedInstallationOwners: [acme, tools]}
        - {appId: 8, privateKey: "${APP_KEY}"}
catalog:
  providers:
    github: {a: {app: 8, filters: {allowForks: false}}, b: {app: 7}}
    githubOrg: {id: a, githubUrl: "https://github.com", schedule: {}}
`, []config.Source{
			{GitHub: &config.GitHub{Installations: []string{"*"}, Host: "github.com", CatalogPath: []string{"/catalog-info.yaml"}, App: &config.GitHubApp{ID: "8", PrivateKey: "${APP_KEY}"}}},
			{GitHub: &config.GitHub{Installations: []string{"acme", "tools"}, Host: "github.com", CatalogPath: []string{"/catalog-info.yaml"}, Filters: filters, App: &config.GitHubApp{ID: "7", PrivateKeyFile: "/app/key.pem"}}},
			{GitHub: &config.GitHub{Installations: []string{"acme", "tools"}, Host: "github.com", People: true, PeopleOnly: true, App: &config.GitHubApp{ID: "7", PrivateKeyFile: "/app/key.pem"}}},
			{GitHub: &config.GitHub{Installations: []string{"*"}, Host: "github.com", People: true, PeopleOnly: true, App: &config.GitHubApp{ID: "8", PrivateKey: "${APP_KEY}"}}},
		}},
		{"gitlab as it is told", `
catalog:
  providers:
    gitlab:
      one: {host: gitlab.com, group: a, orgEnabled: true, restrictUsersToGroup: true, allowInherited: true, useSearch: true, entityFilename: /c.yaml}
      two: {host: gitlab.com, group: b, allowInherited: true, relations: [DESCENDANTS], useSearch: false}
`, []config.Source{
			{GitLab: &config.GitLab{Host: "gitlab.com", Group: "a", People: true, RestrictUsersToGroup: true, Relations: []string{"INHERITED"}, EntityFilename: []string{"**/c.yaml"}, FallbackBranch: "master"}},
			{GitLab: &config.GitLab{Host: "gitlab.com", Group: "b", Relations: []string{"DESCENDANTS"}, EntityFilename: []string{"/catalog-info.yaml"}, FallbackBranch: "master"}},
		}},
		{"gitlab", `
integrations: {gitlab: [{host: git.acme.example, token: {$env: GL}, apiBaseUrl: "https://git.acme.example/api/v4"}]}
catalog: {providers: {gitlab: {one: {host: git.acme.example, group: a/b, orgEnabled: true, entityFilename: c.yaml, projectPattern: "[\\s\\S]*", topics: "x, y", excludeRepos: [a/b/c], relations: [DESCENDANTS], includeUsersWithoutSeat: true}}}}
`, []config.Source{{GitLab: &config.GitLab{Host: "git.acme.example", APIBaseURL: "https://git.acme.example/api/v4", Group: "a/b", People: true, EntityFilename: []string{"c.yaml"},
			FallbackBranch: "master", ProjectPattern: `[\s\S]*`, Topics: []string{"x", "y"}, ExcludeRepos: []string{"a/b/c"}, Relations: []string{"DESCENDANTS"}, IncludeUsersWithoutSeat: true, Token: "${GL}"}}}},
		{"the others", `
integrations:
  bitbucketCloud: [{username: "${BB_USER}", appPassword: "${BB_PASS}"}]
  bitbucketServer: [{host: bb.acme.example, token: "${BBS}"}]
  azure: [{host: dev.azure.com, credentials: [{personalAccessToken: "${ALL}"}, {organizations: [acme], personalAccessToken: "${PAT}"}]}]
  gitea: [{host: gitea.acme.example, password: "${GT}", baseUrl: "https://gitea.acme.example/git"}]
catalog:
  providers:
    bitbucketCloud: {ws: {workspace: acme, filters: {projectKey: "P", repoSlug: "^s"}}}
    bitbucketServer: {host: bb.acme.example, filters: {skipArchivedRepos: true}}
    azureDevOps: {a: {organization: acme, project: "plat*", path: /docs/*.yaml}}
    gitea: {g: {organization: acme, host: gitea.acme.example, branch: main}}
`, []config.Source{
			{Gitea: &config.Gitea{Host: "gitea.acme.example", BaseURL: "https://gitea.acme.example/git", Organization: "acme", Branch: "main", CatalogPath: []string{"/catalog-info.yaml"}, Filters: config.Filters{AllowForks: true, AllowArchived: true}, Token: "${GT}"}},
			{BitbucketCloud: &config.BitbucketCloud{Workspace: "acme", CatalogPath: []string{"/catalog-info.yaml"}, Filters: config.BitbucketCloudFilters{ProjectKey: "P", RepoSlug: "^s"}, Username: "${BB_USER}", Token: "${BB_PASS}"}},
			{BitbucketServer: &config.BitbucketServer{Host: "bb.acme.example", CatalogPath: []string{"/catalog-info.yaml"}, Filters: config.BitbucketFilters{SkipArchivedRepos: true}, Token: "${BBS}"}},
			{AzureDevOps: &config.AzureDevOps{Organization: "acme", Host: "dev.azure.com", Project: "plat*", Repository: "*", Path: []string{"/docs/*.yaml"}, Token: "${PAT}"}},
		}},
		{"ldap", `
catalog:
  providers:
    ldapOrg:
      default:
        target: ldaps://ldap.acme.example
        bind: {dn: "cn=reader,o=acme", secret: "${LDAP_SECRET}"}
        users: [{dn: "ou=people,o=acme", options: {filter: (objectClass=person), scope: sub, paged: true}, map: {name: sAMAccountName}, set: {metadata.namespace: staff}}]
        groups: {dn: "ou=groups,o=acme", options: {}}
`, []config.Source{{People: &config.People{LDAP: &config.LDAP{URL: "ldaps://ldap.acme.example", Bind: config.LDAPBind{DN: "cn=reader,o=acme", Secret: "${LDAP_SECRET}"},
			Users: []config.LDAPUsers{{Base: "ou=people,o=acme", Scope: "sub", Filter: "(objectClass=person)", Namespace: "staff",
				Map: config.LDAPUserMap{RDN: "uid", Name: "sAMAccountName", DisplayName: "cn", Email: "mail", Description: "description", MemberOf: "memberOf"}}},
			Groups: []config.LDAPGroups{{Base: "ou=groups,o=acme", Scope: "one", Filter: "(cn=*)",
				Map: config.LDAPGroupMap{RDN: "cn", Name: "cn", DisplayName: "cn", Description: "description", Type: "groupType", MemberOf: "memberOf", Members: "member"}}}}}}}},
		{"addresses", `
integrations:
  gitlab: [{host: git.acme.example}]
  bitbucketServer: [{host: bb.acme.example}]
  gitea: [{host: gitea.acme.example}]
catalog:
  locations:
    - {type: url, target: "https://github.com/acme/org/blob/main/teams/*.yaml"}
    - {type: url, target: "https://git.acme.example/a/b/c/-/blob/main/x.yaml"}
    - {type: url, target: "https://bitbucket.org/acme/org/src/main/x.yaml"}
    - {type: url, target: "https://bb.acme.example/projects/PAY/repos/org/browse/x.yaml?at=refs/heads/main"}
    - {type: url, target: "https://gitea.acme.example/acme/org/src/branch/main/x.yaml"}
    - {type: url, target: "https://dev.azure.com/acme/plat/_git/org?path=%2Fx.yaml&version=GBmain"}
`, []config.Source{
			{GitHub: &config.GitHub{Repositories: []string{"acme/org"}, Host: "github.com", CatalogPath: []string{"/teams/*.yaml"}, Filters: config.Filters{Branch: "main", AllowForks: true, AllowArchived: true}}},
			{GitLab: &config.GitLab{Host: "git.acme.example", Projects: []string{"a/b/c"}, Branch: "main", FallbackBranch: "master", EntityFilename: []string{"/x.yaml"}, IncludeArchivedRepos: true}},
			{BitbucketCloud: &config.BitbucketCloud{Workspace: "acme", Repositories: []string{"org"}, Branch: "main", CatalogPath: []string{"/x.yaml"}}},
			{BitbucketServer: &config.BitbucketServer{Host: "bb.acme.example", Repositories: []string{"PAY/org"}, Branch: "main", CatalogPath: []string{"/x.yaml"}}},
			{Gitea: &config.Gitea{Host: "gitea.acme.example", Repositories: []string{"acme/org"}, Branch: "main", CatalogPath: []string{"/x.yaml"}, Filters: config.Filters{AllowForks: true, AllowArchived: true}}},
			{AzureDevOps: &config.AzureDevOps{Organization: "acme", Host: "dev.azure.com", Project: "plat", Repository: "org", Repositories: []string{"plat/org"}, Path: []string{"/x.yaml"}, Branch: "main"}},
		}},
	} {
		got, said := world{}.add("", c.src)
		if len(said) > 0 {
			t.Errorf("%s: %q", c.name, said)
		}
		for i, w := range c.want {
			if i >= len(got.Sources) || !reflect.DeepEqual(got.Sources[i], w) {
				t.Errorf("%s: source %d is\n %+v, want\n %+v", c.name, i, deref(got.Sources, i), deref(c.want, i))
			}
		}
		if len(got.Sources) != len(c.want) {
			t.Errorf("%s: %d sources", c.name, len(got.Sources))
		}
		for i := range got.Sources {
			if at := got.Pos("sources", i); at.File != "app-config.yaml" || at.Line < 2 {
				t.Errorf("%s: source %d is at %v", c.name, i, at)
			}
		}
	}
}

// deref shows what the pointers of a source lead to.
func deref(list []config.Source, i int) string {
	if i >= len(list) {
		return "none"
	}
	var b strings.Builder
	v := reflect.ValueOf(list[i])
	for j := range v.NumField() {
		if f := v.Field(j); f.Kind() == reflect.Pointer && !f.IsNil() {
			text, err := json.Marshal(f.Elem().Interface())
			fmt.Fprint(&b, v.Type().Field(j).Name, " ", string(text), err)
		}
	}
	return b.String()
}

func TestNames(t *testing.T) {
	w := world{env: map[string]string{"HOST": "portal.acme.example"}}
	for _, c := range []struct {
		callboard, src, upper, title, base string
	}{
		{"", "organization: {name: Acme}\napp: {title: Portal, baseUrl: \"http://localhost:3000\"}\n", "", "Acme", "/"},
		{"", "app: {title: Portal, baseUrl: \"http://localhost:3000\"}\n", "app: {baseUrl: \"https://${HOST}/x\"}\n", "Portal", "https://portal.acme.example/x"},
		{"", "app: {baseUrl: \"https://a.example\"}\n", "app: {baseUrl: \"https://${NOT_SET}\"}\n", "Callboard", "https://a.example"},
		{"", "app: {title: A}\n", "app: {title: null}\n", "Callboard", "/"},
		{"", "app: {title: \"${NOT_SET:-B}\"}\n", "", "B", "/"},
		{"", "app: {title: \"$${HOST} ${HOST}\"}\n", "", "${HOST} portal.acme.example", "/"},
		{"", "app: {title: {$env: HOST}}\n", "", "portal.acme.example", "/"},
		{"title: Mine\nbaseUrl: /b/\n", "app: {title: Portal, baseUrl: \"https://a.example\"}\n", "", "Mine", "/b/"},
	} {
		got, said := w.add(c.callboard, c.src, c.upper)
		if len(said) > 0 || got.Title != c.title || got.BaseURL != c.base {
			t.Errorf("%q + %q: %q %q %q", c.src, c.upper, said, got.Title, got.BaseURL)
		}
	}
}

func TestIncludes(t *testing.T) {
	w := world{env: map[string]string{"STAGE": "prod"}, files: map[string]string{
		"/app/config/github.prod.yaml":  "deep:\n  list:\n    organization: acme\n    filters: {$include: more/filters.json}\n",
		"/app/config/more/filters.json": `{"repository": "a.*"}`,
		"/app/name.txt":                 "Acme\n\n",
		"/app/loop.yaml":                "$include: loop.yaml",
	}}
	got, said := w.add("", "catalog: {providers: {github: {$include: \"config/github.${STAGE}.yaml#deep.list\"}}}\norganization: {name: {$file: name.txt}}\n")
	if len(said) > 0 || len(got.Sources) != 1 || got.Sources[0].GitHub.Organization != "acme" || got.Sources[0].GitHub.Filters.Repository != "a.*" || got.Title != "Acme" {
		t.Errorf("%q %+v", said, got.Sources)
	}
	for src, want := range map[string]string{
		"app: {$include: loop.yaml}":                       "files include each other more than 8 deep",
		"app: {$include: gone.yaml}":                       `cannot read "gone.yaml": file does not exist`,
		"app: {title: {$file: gone.txt}}":                  "cannot read the file: file does not exist",
		"app: {title: {$env: A, b: c}}":                    "$env must be the only key here, and have a text",
		"app: {$include: \"x.${NOT_SET}.yaml\"}":           `$include names "x.${NOT_SET}.yaml", of which a variable is not set`,
		"app: {$include: \"config/github.prod.yaml#a.b\"}": `"config/github.prod.yaml" holds nothing at "a.b"`,
	} {
		if _, said := w.add("", src); len(said) != 1 || !strings.Contains(said[0], want) {
			t.Errorf("%s: %q, want %q", src, said, want)
		}
	}
}

func TestWhatIsSaid(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []string
	}{
		{"backend:\n  listen: 1\nauth: {}\ncatalog:\n  orphanStrategy: delete\n", []string{"app-config.yaml:1:1 info appconfig-ignored: settings without meaning for callboard: backend, auth, catalog.orphanStrategy"}},
		{"catalog: {providers: {microsoftGraphOrg: {default: {}}}}\n", []string{"app-config.yaml:1:23 warning appconfig-unsupported: callboard has no provider of the kind microsoftGraphOrg; what it finds will not be in the portal; people can come from a file, see sources[].people"}},
		{"catalog: {locations: [{type: bitbucket-discovery, target: x}]}\n", []string{`app-config.yaml:1:23 warning appconfig-unsupported: locations of type "bitbucket-discovery" are not supported; use the provider of the host in catalog.providers`}},
		{"catalog: {locations: [{type: url, target: \"https://git.unknown.example/a/b/blob/main/c.yaml\"}]}\n", []string{`app-config.yaml:1:43 warning appconfig-unsupported: "https://git.unknown.example/a/b/blob/main/c.yaml" is not read: the host git.unknown.example is in no integration`}},
		{"catalog: {providers: {github: {a: {organization: acme, filters: {repository: \"(?!a)\"}}}}}\n", []string{`app-config.yaml:1:78 error config-value: filters.repository is "(?!a)"; it must be a regular expression of RE2, which has no lookahead`}},
		{"catalog: {providers: {github: {a: {organization: acme, filters: {alowForks: true}}}}}\n", []string{`app-config.yaml:1:66 error config-unknown-key: there is no setting "alowForks" in filters; did you mean "allowForks"?`}},
		{"catalog: {providers: {github: {a: {app: true}}}}\n", []string{"app-config.yaml:1:35 warning appconfig-unsupported: catalog.providers.github.a names no organization, and no App that an integration of github.com has; name the organization, or the appId of an App of integrations.github"}},
		{"catalog: {providers: {githubOrg: {githubUrl: \"https://github.com\", page: 1, defaultUserTransformer: {x: 1}}}}\n", []string{
			"app-config.yaml:1:34 warning appconfig-unsupported: catalog.providers.githubOrg names no orgs, and integrations.github has no App that could tell which there are; name the organisations whose people are wanted",
			"app-config.yaml:1:68 info appconfig-ignored: settings without meaning for callboard: catalog.providers.githubOrg.page, catalog.providers.githubOrg.defaultUserTransformer.x"}},
		{"catalog: {providers: {gitlab: {a: {host: gitlab.com, catalogFile: x.yaml}}}}\n", []string{"app-config.yaml:1:54 info appconfig-ignored: settings without meaning for callboard: catalog.providers.gitlab.a.catalogFile"}},
		{"integrations: {gitea: [{password: \"${A}\"}]}\n", []string{"app-config.yaml:1:24 error appconfig-value: an integration must name its host"}},
		{"app: [a]\n- b", nil},
		{"[a]\n", []string{"app-config.yaml:1:1 error appconfig-value: the file must be a mapping"}},
		{"app: {title: [a]}\n", []string{"app-config.yaml:1:14 error appconfig-value: this must be text"}},
		{"catalog: {locations: [{type: url}]}\n", []string{"app-config.yaml:1:23 error appconfig-value: catalog.locations[0] has no target"}},
	} {
		if _, said := (world{}).add("", c.src); c.want != nil && !reflect.DeepEqual(said, c.want) {
			t.Errorf("%q:\n got %q\nwant %q", c.src, said, c.want)
		}
	}
}

// TestNoSecretIsTaken puts secrets where Backstage takes them. None may be used,
// or be said.
func TestNoSecretIsTaken(t *testing.T) {
	const marked = "ghp_marked"
	w := world{env: map[string]string{"T": marked}, files: map[string]string{"/app/token.txt": marked}}
	for _, c := range []struct {
		src  string
		said bool
	}{
		{"integrations: {github: [{host: github.com, token: ghp_marked}]}", true},
		{"integrations: {github: [{host: github.com, token: \"x${T}\"}]}", true},
		{"integrations: {github: [{host: github.com, token: \"${T:-ghp_marked}\"}]}", false},
		{"integrations: {github: [{host: github.com, token: {$env: T}}]}", false},
		{"integrations: {github: [{host: github.com, token: {$file: token.txt}}]}", false},
		{"integrations: {github: [{host: github.com, apps: [{appId: 1, privateKey: ghp_marked}]}]}", true},
		{"catalog: {locations: [{type: url, target: \"https://ghp_marked@github.com/a/b/blob/main/c.yaml\"}]}", true},
	} {
		got, said := w.add("", c.src+"\napp: {title: x}\n", "catalog: {providers: {github: {organization: acme}}}")
		all := fmt.Sprint(said, deref(got.Sources, 0), deref(got.Sources, 1))
		if strings.Contains(all, marked) || (len(said) > 0) != c.said {
			t.Errorf("%s: %s", c.src, all)
		}
		if !c.said && got.Sources[0].GitHub.Token != "${T}" && got.Sources[0].GitHub.TokenFile != "/app/token.txt" {
			t.Errorf("%s: the token is lost: %s", c.src, all)
		}
	}
}

func TestFileLocations(t *testing.T) {
	const src = "catalog: {locations: [{type: file, target: ../../examples/org.yaml}, {type: file, target: /etc/org.yaml}]}"
	for _, c := range []struct {
		there []string
		want  string
	}{
		{[]string{"/app/packages/backend"}, "/app/examples/org.yaml"},
		{[]string{"/examples/org.yaml"}, "/examples/org.yaml"},
		{[]string{"/app/examples/org.yaml"}, "/app/examples/org.yaml"},
	} {
		w := world{files: map[string]string{}}
		for _, p := range c.there {
			w.files[p] = ""
		}
		got, said := w.add("", src)
		if len(said) > 0 || len(got.Locations) != 2 || filepath.ToSlash(got.Locations[0].Target) != c.want || got.Locations[1].Target != "/etc/org.yaml" {
			t.Errorf("%v: %q %v", c.there, said, got.Locations)
		}
	}
}

// TestRules runs the condition that is made of catalog.rules.
func TestRules(t *testing.T) {
	const src = `
catalog:
  rules:
    - allow: [Component, API]
    - allow: [Group]
      locations: [{type: url, pattern: "https://github.com/acme/*/blob/main/org.yaml"}]
  locations:
    - {type: url, target: "https://github.com/acme/people/blob/main/all.yaml", rules: [{allow: [User]}]}
    - {type: file, target: ../../examples/org.yaml, rules: [{allow: [Domain]}]}
`
	got, said := world{}.add("", src)
	if len(said) > 0 || len(got.Processors) != 1 || process.Compile(got, diag.Discard) == nil {
		t.Fatalf("%q %+v", said, got.Processors)
	}
	for _, c := range []struct {
		kind, at string
		dropped  bool
	}{
		{"Component", "", false}, {"component", "https://github.com/acme/x/blob/main/y.yaml", false}, {"System", "", true},
		{"Group", "", true}, {"Group", "https://github.com/acme/x/blob/main/org.yaml", false}, {"Group", "https://github.com/acme/x/y/blob/main/org.yaml", true},
		{"User", "https://github.com/acme/people/blob/main/all.yaml", false}, {"User", "https://github.com/acme/people/blob/main/allXyaml", true}, {"User", "", true},
		{"Domain", "", false}, {"Domain", "https://github.com/acme/app/blob/main/examples/org.yaml", false}, {"Domain", "https://github.com/acme/app/blob/main/org.yaml", true},
	} {
		if dropped := holds(t, got.Processors[0].When, c.kind, c.at); dropped != c.dropped {
			t.Errorf("%s at %q: left out: %v\n%s", c.kind, c.at, dropped, got.Processors[0].When)
		}
	}
}

// TestGivenFiles reads the files of others, which are not kept here: each directory
// in CALLBOARD_APP_CONFIGS holds those of one Backstage, app-config.yaml first. What
// a Backstage runs with is no mistake, but for secrets that stand in a file.
func TestGivenFiles(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(os.Getenv("CALLBOARD_APP_CONFIGS"), "*", "app-config.yaml"))
	if os.Getenv("CALLBOARD_APP_CONFIGS") == "" || err != nil {
		t.Skip("CALLBOARD_APP_CONFIGS names no directory", err)
	}
	for _, first := range dirs {
		names, err := filepath.Glob(filepath.Join(filepath.Dir(first), "app-config.*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var l diag.List
		var files []appconfig.File
		for _, name := range append([]string{first}, names...) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, appconfig.File{Name: filepath.ToSlash(name), Dir: filepath.Dir(name), Text: text})
		}
		c := config.Load(nil, diag.Pos{File: "callboard.yaml"}, &l)
		appconfig.Add(c, files, world{}.options(), &l)
		t.Logf("%s: %d files, %d sources, %d locations, %d processors", first, len(files), len(c.Sources), len(c.Locations), len(c.Processors))
		for _, d := range l.All() {
			if d.Severity == diag.Error && d.Code != config.CodeSecret {
				t.Errorf("%s: %s [%s]", d.Pos, d.Message, d.Code)
			} else {
				t.Logf("%s: %s [%s]", d.Pos, d.Message, d.Code)
			}
		}
	}
}

// TestRealFiles reads what people have published, or what is made up after it.
func TestRealFiles(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatal("there are no files", err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, said := world{}.add("", string(b))
		var out strings.Builder
		fmt.Fprintf(&out, "title %s\nbaseUrl %s\n", got.Title, got.BaseURL)
		for i := range got.Sources {
			fmt.Fprintln(&out, "source", strings.ReplaceAll(deref(got.Sources, i), "\n", " "))
		}
		for _, l := range got.Locations {
			fmt.Fprintln(&out, "location", l.Type, l.Target)
		}
		for _, p := range got.Processors {
			fmt.Fprintln(&out, "processor", p.Name)
		}
		fmt.Fprintln(&out, strings.Join(said, "\n"))
		golden(t, strings.TrimSuffix(name, ".yaml")+".golden", out.String())
	}
}

// TestEnviron lays variables over the files.
func TestEnviron(t *testing.T) {
	env := map[string]string{"GITHUB_TOKEN": "x"}
	add := func(vars ...string) (*config.Loaded, []string) {
		t.Helper()
		var l diag.List
		c := config.Load(nil, diag.Pos{File: "callboard.yaml"}, &l)
		o := world{env: env}.options()
		o.Environ = func() []string { return vars }
		appconfig.Add(c, []appconfig.File{{Name: "app-config.yaml", Dir: "/app", Text: []byte("organization: {name: Acme}\ncatalog: {rules: [{allow: [API]}]}\n")}}, o, &l)
		var said []string
		for _, d := range l.All() {
			said = append(said, fmt.Sprintf("%s %s", d.Pos, d.Code))
		}
		return c, said
	}
	c, said := add("APP_CONFIG_organization_name=\"Umbrella ${GITHUB_TOKEN}\"", "APP_CONFIG_app_baseUrl=https://portal.acme.example", "PATH=/bin", "APP_CONFIG_catalog_locations=[{\"type\":\"url\",\"target\":\"https://github.com/a/b/blob/main/c.yaml\"}]", "APP_CONFIG_empty=")
	if c.Title != "Umbrella ${GITHUB_TOKEN}" || c.BaseURL != "https://portal.acme.example" || len(c.Sources) != 1 || len(c.Processors) != 1 || len(said) != 0 {
		t.Errorf("%q %q %+v %q", c.Title, c.BaseURL, c.Sources, said)
	}
	c, _ = add("APP_CONFIG_catalog_providers_ldapOrg_target=ldaps://ldap.acme.example", "APP_CONFIG_catalog_providers_ldapOrg_bind_secret=marked", "APP_CONFIG_catalog_providers_ldapOrg_bind_dn=cn=x")
	if len(c.Sources) != 1 || c.Sources[0].People == nil || c.Sources[0].People.LDAP.Bind.Secret != "${APP_CONFIG_catalog_providers_ldapOrg_bind_secret}" {
		t.Errorf("%+v", c.Sources)
	}
	for _, bad := range [][]string{{"APP_CONFIG_app=null"}, {"APP_CONFIG_app__title=x"}, {"APP_CONFIG_1=x"}, {"APP_CONFIG_app=1", "APP_CONFIG_app_title=x"}, {"APP_CONFIG_=x"}} {
		if _, said := add(bad...); len(said) != 1 || !strings.HasSuffix(said[0], string(appconfig.CodeValue)) || !strings.HasPrefix(said[0], "APP_CONFIG_") {
			t.Errorf("%q: %q", bad, said)
		}
	}
}

// TestRulesOfDiscoveries: the rules of a location count for what it finds.
func TestRulesOfDiscoveries(t *testing.T) {
	c, _ := world{}.add("", `catalog:
  rules: [{allow: [API]}]
  locations:
    - {type: github-discovery, target: "https://github.com/acme", rules: [{allow: [Template]}]}
    - {type: github-discovery, target: "https://ghe.acme.example/tools/svc-*/blob/-/c.yaml", rules: [{allow: [Group]}]}
    - {type: gitlab-discovery, target: "https://gitlab.com/acme/blob/*/c.yaml", rules: [{allow: [User]}]}
`)
	for _, x := range []struct {
		kind, at string
		dropped  bool
	}{
		{"Template", "https://github.com/acme/x/blob/main/c.yaml", false}, {"Template", "https://github.com/acme-two/x/blob/main/c.yaml", true},
		{"Group", "https://ghe.acme.example/tools/svc-1/blob/main/c.yaml", false}, {"Group", "https://ghe.acme.example/tools/web/blob/main/c.yaml", true},
		{"User", "https://gitlab.com/acme/x/-/blob/main/c.yaml", false}, {"User", "https://gitlab.com/other/x/-/blob/main/c.yaml", true}, {"API", "https://x.example/", false},
	} {
		if got := holds(t, c.Processors[0].When, x.kind, x.at); got != x.dropped {
			t.Errorf("%s of %s: %v", x.kind, x.at, got)
		}
	}
}

// TestManyRules holds a rule for each of many locations, and refuses more than it
// can hold: nothing may be let through because the rules are long.
func TestManyRules(t *testing.T) {
	for n, held := range map[int]bool{120: true, 400: false} {
		src := "catalog:\n  rules: [{allow: [API]}]\n  locations:\n"
		for i := range n {
			src += fmt.Sprintf("    - {type: url, target: \"https://github.com/acme/service-%03d/blob/main/catalog-info.yaml\", rules: [{allow: [Group]}]}\n", i)
		}
		c, said := world{}.add("", src)
		if held != (len(c.Processors) == 1) || held != (len(said) == 0) {
			t.Fatalf("%d: %d processors, %q", n, len(c.Processors), said)
		}
		if held && (holds(t, c.Processors[0].When, "Group", "https://github.com/acme/service-119/blob/main/catalog-info.yaml") || !holds(t, c.Processors[0].When, "Group", "https://github.com/acme/service-120/blob/main/catalog-info.yaml")) {
			t.Error("the rules do not hold")
		}
	}
}
