package config

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/search"
)

func load(src string) (*Loaded, []string) {
	var l diag.List
	c := Load([]byte(src), diag.Pos{File: "callboard.yaml"}, &l)
	var said []string
	for _, d := range l.All() {
		said = append(said, strings.TrimSuffix(fmt.Sprintf("%d:%d %s: %s; %s", d.Pos.Line, d.Pos.Col, d.Code, d.Message, d.Hint), "; "))
	}
	return c, said
}

func TestEmptyIsDefault(t *testing.T) {
	for _, src := range []string{"", "# nothing\n", "---\n", "{}\n", "title:\ntheme:\n"} {
		c, said := load(src)
		if len(said) > 0 || !reflect.DeepEqual(c.Config, Default()) {
			t.Errorf("%q: %v %+v", src, said, c.Config)
		}
	}
}

func TestEverythingCanBeSaid(t *testing.T) {
	c, said := load(`title: Acme
description: What we run.
baseUrl: https://portal.acme.example/board/
sources:
  - dir: repos
    repositories: many
    webUrl: https://git.acme.example/{name}
    branch: main
  - dir: ../org
locations:
  - target: extra/*.yaml
  - {type: file, target: org.yaml}
catalog:
  files: [catalog.yaml]
  ignore: []
kinds:
  - {kind: Product, plural: Wares, references: [{field: parts.service, relation: sells, inverse: soldIn, kind: Component}]}
  - {kind: Metric, apiVersions: [acme.example/v1], schema: metric.json, icon: graph}
derive:
  annotations: false
  codeowners: apply
  owner: [{value: group:pay, repositories: [pay-*], files: [a/**], kinds: [API], when: .spec.type}]
  lifecycle: [{value: production}]
  topics: false
processors:
  - {name: tier, when: .kind, files: [./a.json], set: {.spec.type: '"x"'}, annotations: {a: b}, labels: {c: d}, tags: [e], owner: f, lifecycle: g, jq: ., drop: no reason}
  - {name: ask, exec: [./ask, now], timeout: 1m, memory: 1GB, pure: true}
  - {name: more, exec: [ask]}
docs: {auto: false, profile: gfm, history: dates}
diagrams:
  plantuml: {command: [plantuml, -pipe], timeout: 5s, memory: 2GB}
  graphviz: {command: [dot]}
  kroki: {url: "https://kroki.acme.example", timeout: 9s}
audiences:
  addresses: prefix
  portals:
    - {name: public, anyone: true}
    - {name: staff, title: Staff, groups: "acme:everybody"}
    - {name: hr, groups: [/acme/hr, Human Resources], includes: []}
    - {name: security, groups: [sec@acme.example]}
  otherwise: staff
  rules:
    - {name: vault, to: security, kinds: Component, namespaces: [x], tags: [y], annotations: {a: "*"}, owners: [team-sec], within: ["domain:default/vault"], repositories: "v-*", where: .spec}
    - {name: runbooks, to: [staff], docs: "runbooks/**"}
    - {name: counts, to: [staff], facts: [stars, contributors]}
search: {synonyms: ["vessel, boat", "eta, time of arrival"]}
theme:
  dir: look
  brand: "#0a6e5c"
  nav:
    - {title: Catalog, url: /catalog/}
    - {title: Wiki, url: "https://wiki.acme.example/"}
markdown: false
publish: {to: "s3://acme/portal", grace: 72h, maxDelete: 10%, compress: br}
interval: 6h
staleAfter: 36h
`)
	want := &Config{
		Title: "Acme", Description: "What we run.", BaseURL: "https://portal.acme.example/board/",
		Sources:   []Source{{Dir: "repos", Repositories: "many", WebURL: "https://git.acme.example/{name}", Branch: "main"}, {Dir: "../org", Repositories: "auto"}},
		Locations: []Location{{Type: "file", Target: "extra/*.yaml"}, {Type: "file", Target: "org.yaml"}},
		Catalog:   Catalog{Files: []string{"catalog.yaml"}, Ignore: []string{}},
		Derive: Derive{Codeowners: "apply", Lifecycle: []Fallback{{Value: "production"}},
			Owner: []Fallback{{Value: "group:pay", Repositories: []string{"pay-*"}, Files: []string{"a/**"}, Kinds: []string{"API"}, When: ".spec.type"}}},
		Processors: []Processor{
			{Name: "tier", When: ".kind", Files: []string{"./a.json"}, Set: map[string]string{".spec.type": `"x"`}, Annotations: map[string]string{"a": "b"},
				Labels: map[string]string{"c": "d"}, Tags: []string{"e"}, Owner: "f", Lifecycle: "g", JQ: ".", Drop: "no reason"},
			{Name: "ask", Exec: []string{"./ask", "now"}, Timeout: "1m", Memory: "1GB", Pure: true},
			{Name: "more", Exec: []string{"ask"}, Timeout: "10s", Memory: "512MB"},
		},
		Kinds: []Kind{
			{Kind: "Product", Title: "Product", Plural: "Wares", References: []Reference{{Field: "parts.service", Relation: "sells", Inverse: "soldIn", Kind: "Component"}}},
			{Kind: "Metric", APIVersions: []string{"acme.example/v1"}, Schema: "metric.json", Title: "Metric", Plural: "Metrics", Icon: "graph"},
		},
		Crawl: Default().Crawl,
		Docs:  Docs{Profile: "gfm", History: "dates"},
		Diagrams: Diagrams{
			PlantUML: DiagramTool{Command: []string{"plantuml", "-pipe"}, Timeout: "5s", Memory: "2GB"},
			Graphviz: DiagramTool{Command: []string{"dot"}, Timeout: "20s", Memory: "1GB"},
			D2:       DiagramTool{Timeout: "20s", Memory: "1GB"},
			Kroki:    Kroki{URL: "https://kroki.acme.example", Timeout: "9s"},
		},
		Audiences: Audiences{
			Addresses: "prefix", Otherwise: []string{"staff"},
			Portals: []Audience{
				{Name: "public", Title: "public", Anyone: true},
				{Name: "staff", Title: "Staff", Groups: []string{"acme:everybody"}, Includes: []string{"public"}},
				{Name: "hr", Title: "hr", Groups: []string{"/acme/hr", "Human Resources"}, Includes: []string{}},
				{Name: "security", Title: "security", Groups: []string{"sec@acme.example"}, Includes: []string{"public", "staff", "hr"}},
			},
			Rules: []AudienceRule{
				{Name: "vault", To: []string{"security"}, Kinds: []string{"Component"}, Namespaces: []string{"x"}, Tags: []string{"y"}, Annotations: map[string]string{"a": "*"},
					Owners: []string{"team-sec"}, Within: []string{"domain:default/vault"}, Repositories: []string{"v-*"}, Where: ".spec"},
				{Name: "runbooks", To: []string{"staff"}, Docs: []string{"runbooks/**"}},
				{Name: "counts", To: []string{"staff"}, Facts: []string{"stars", "contributors"}},
			},
		},
		Search:     Search{Synonyms: []string{"vessel, boat", "eta, time of arrival"}},
		Theme:      Theme{Dir: "look", Brand: "#0a6e5c", Nav: []NavItem{{Title: "Catalog", URL: "/catalog/"}, {Title: "Wiki", URL: "https://wiki.acme.example/"}}},
		Publish:    Publish{To: "s3://acme/portal", Grace: "72h", MaxDelete: "10%", Compress: "br"},
		Interval:   "6h",
		StaleAfter: "36h",
	}
	if len(said) > 0 || !reflect.DeepEqual(c.Config, want) {
		t.Errorf("%v\n got %+v\nwant %+v", said, c.Config, want)
	}
	if p := c.Pos("sources", 1, "dir"); p.Line != 9 || p.Col != 10 {
		t.Errorf("sources[1].dir is at %v", p)
	}
}

// TestAudiences: whoever wrote rules that do not say who may see what must not
// find out from a reader.
func TestAudiences(t *testing.T) {
	two := "audiences:\n  portals:\n    - {name: a, anyone: true}\n    - {name: b, groups: b}\n"
	for src, want := range map[string]string{
		two + "  rules:\n    - {name: r, to: c}\n":                                         `audiences.rules[0].to is "c"; there is no such audience`,
		two + "  rules:\n    - {name: r, to: [b, bb]}\n":                                   `audiences.rules[0].to[1] is "bb"; there is no such audience`,
		two + "  rules:\n    - {name: r}\n":                                                "audiences.rules[0].to is missing",
		two + "  rules:\n    - {name: r, to: []}\n":                                        "audiences.rules[0].to is missing",
		two + "  otherwise: x\n":                                                           `audiences.otherwise is "x"; there is no such audience`,
		two + "    - {name: a, groups: c}\n":                                               `audiences.portals[2].name is "a"; there is another audience of that name`,
		two + "    - {name: c}\n":                                                          `the audience "c" has no readers`,
		two + "    - {name: c, groups: c, includes: [d]}\n    - {name: d, groups: d}\n":    `audiences.portals[2].includes[0] is "d"; there is no such audience`,
		two + "    - {name: con, groups: c}\n":                                             `audiences.portals[2].name is "con"`,
		two + "    - {name: ../a, groups: c}\n":                                            `audiences.portals[2].name is "../a"`,
		two + "    - {name: c, groups: [\"x,y\"]}\n":                                       `audiences.portals[2].groups[0] is "x,y"`,
		two + "    - {name: c, groups: ['x\"; return 200; #']}\n":                          `audiences.portals[2].groups[0] is`,
		two + "  rules:\n    - {name: r, to: b, docs: x, facts: stars}\n":                  `the rule "r" is about both docs and facts`,
		two + "  rules:\n    - {name: r, to: b, facts: star}\n":                            `audiences.rules[0].facts is "star"`,
		"audiences:\n  rules:\n    - {name: r, to: b}\n":                                   "audiences has rules and no portals",
		"audiences:\n  portals:\n" + strings.Repeat("    - {name: a, anyone: true}\n", 33): "audiences.portals has 33 entries; there may be 32",
	} {
		_, said := load(src)
		if !strings.Contains(strings.Join(said, "\n"), want) {
			t.Errorf("%s\nsays %v\nand not %s", src, said, want)
		}
	}
}

func TestWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []string
	}{
		{"titel: x\n", []string{`1:1 config-unknown-key: there is no setting "titel"; did you mean "title"?`}},
		{"theme:\n  brnad: x\n", []string{`2:3 config-unknown-key: there is no setting "brnad" in theme; did you mean "brand"?`}},
		{"catalog: {x: 1}\n", []string{`1:11 config-unknown-key: there is no setting "x" in catalog; the keys here are files, ignore, importers`}},
		{"sources:\n  - dir: a\n    webURL: https://x.example\n", []string{`3:5 config-unknown-key: there is no setting "webURL" in sources[0]; did you mean "webUrl"?`}},
		{"title: 2024\n", []string{`1:8 config-type: title must be text, not 2024; put quotes around it`}},
		{"sources: repos\n", []string{`1:10 config-type: sources must be a list, not the text "repos"; begin each entry with "- "`}},
		{"docs: [auto]\n", []string{`1:7 config-type: docs must be a mapping, not a list`}},
		{"docs: {auto: yes}\n", []string{`1:14 config-type: docs.auto must be true or false, not the text "yes"`}},
		{"- a\n", []string{`1:1 config-type: the file must be a mapping, not a list`}},
		{"sources: [null, {dir: }]\n", []string{
			`1:11 config-type: sources[0] must be a mapping, not empty`,
			`1:17 config-missing: sources[1] lacks one of dir, github, gitlab, gitea, bitbucketCloud, bitbucketServer, azureDevOps, git, people`}},
		{"sources: [{dir: \"\"}]\n", []string{`1:17 config-missing: sources[0].dir is empty`}},
		{"sources:\n  - dir: a\n    github: {organization: b}\n", []string{`3:5 config-value: sources[0] has both dir and github; only one can be; make two entries of it`}},
		{"sources:\n  - github: {organization: b}\n    branch: main\n", []string{`3:5 config-value: sources[0].branch belongs to dir, not to github; settings of github stand below that key`}},
		{"sources:\n  - github: {organisation: b}\n", []string{
			`2:13 config-missing: sources[0].github lacks one of organization, user, repositories, installations`,
			`2:14 config-unknown-key: there is no setting "organisation" in sources[0].github; did you mean "organization"?`}},
		{"sources: [{github: {organization: a, token: ghp_1234}}]\n", []string{`1:45 config-secret: sources[0].github.token must name an environment variable, not hold the secret itself; write ${NAME}, or name a file that holds it; if it was committed, revoke it`}},
		{"sources: [{github: {organization: a, token: \"Bearer ${T}\"}}]\n", []string{`1:45 config-secret: sources[0].github.token must name an environment variable, not hold the secret itself; write ${NAME}, or name a file that holds it; if it was committed, revoke it`}},
		{"sources: [{github: {organization: a, app: {id: 1}}}]\n", []string{`1:43 config-missing: sources[0].github.app lacks one of privateKey, privateKeyFile`}},
		{"sources: [{github: {organization: a, filters: {repository: \"(?!x)\"}}}]\n", []string{`1:60 config-value: sources[0].github.filters.repository is "(?!x)"; it must be a regular expression of RE2, which has no lookahead`}},
		{"sources: [{git: {url: \"https://u:p@git.acme.example/a.git\"}}]\n", []string{`1:23 config-secret: sources[0].git.url holds a secret; name the user in username, and the variable with the secret in token`}},
		{"sources: [{git: {url: \"ext::sh -c id\"}}]\n", []string{`1:23 config-value: sources[0].git.url is "ext::sh -c id"; it must be an address that git clones from, without a token in it`}},
		{"sources: [{gitlab: {host: \"a b\"}}]\n", []string{`1:27 config-value: sources[0].gitlab.host is "a b"; it must be the name of a host, such as git.acme.example, with its port if it has one`}},
		{"search: {synonyms: [vessel, \"a-b-c-d, x\", \"shipTo portOfCall, y\", \"how to, manual\", \"boat, Boats\", \"🚢, ship\", \"a\\tb, c\"]}\n", []string{
			`1:21 config-value: search.synonyms[0] is "vessel"; the group has one word alone; write two or more that mean the same, with commas between them, such as vessel, boat`,
			`1:29 config-value: search.synonyms[1] is "a-b-c-d, x"; the group has "a-b-c-d", which is 4 words to the search: a, b, c, d; each may be of 3 words`,
			`1:43 config-value: search.synonyms[2] is "shipTo portOfCall, y"; the group has "shipTo portOfCall", which is 5 words to the search: ship, to, port, of, call; each may be of 3 words`,
			`1:67 config-value: search.synonyms[3] is "how to, manual"; the group has "how to", which only holds questions together and is not looked for in them; leave it out, or write more of what is asked for`,
			`1:85 config-value: search.synonyms[4] is "boat, Boats"; the group has forms of one word alone, which find each other without it; add what means the same`,
			`1:100 config-value: search.synonyms[5] is "🚢, ship"; the group has "🚢", which has no letter or digit; write words with commas between them, such as vessel, boat`,
			`1:111 config-value: search.synonyms[6] is "a\tb, c"; it must be one line of text`}},
		{"crawl: {reserve: 91}\n", []string{`1:18 config-value: crawl.reserve is 91; it must be between 0 and 90`}},
		{"crawl: {reserve: 1.5}\n", []string{`1:18 config-type: crawl.reserve must be a whole number, not 1.5`}},
		{"sources: [{dir: a, repositories: mony}]\n", []string{`1:34 config-value: sources[0].repositories is "mony"; it must be "auto", "one" or "many"; did you mean "many"?`}},
		{"staleAfter: -1h\n", []string{`1:13 config-value: staleAfter is "-1h"; it must be a positive duration such as "36h" or "90m"`}},
		{"theme: {brand: \"javascript:\"}\n", []string{`1:16 config-value: theme.brand is "javascript:"; it must be a hexadecimal colour such as "#0a6e5c"`}},
		{"theme: {nav: [{title: x, url: \"javascript:alert(1)\"}]}\n", []string{`1:31 config-value: theme.nav[0].url is "javascript:alert(1)"; it must be a path such as /catalog/, or an address`}},
		{"baseUrl: portal\n", []string{`1:10 config-value: baseUrl is "portal"; it must be an address such as https://portal.example.com/ or a path such as /portal/, without query or fragment`}},
		{"catalog: {files: [\"a[\"]}\n", []string{`1:19 config-value: catalog.files[0] is "a["; it must be a path or a glob pattern, such as **/catalog-info.yaml`}},
		{"docs: {frames: [www.example.com, \"*.com\", \"a b\"]}\n", []string{
			`1:34 config-value: docs.frames[1] is "*.com"; it must be the name of a host, such as www.example.com, or of all hosts below one, such as *.example.com`,
			`1:43 config-value: docs.frames[2] is "a b"; it must be the name of a host, such as www.example.com, or of all hosts below one, such as *.example.com`}},
		{"baseUrl: https://portal.acme.example/\ndocs: {frames: [\"*.acme.example\", portal.acme.example]}\n", []string{
			`2:17 config-value: docs.frames[0] is "*.acme.example", where the portal itself is; name hosts of other sites`,
			`2:35 config-value: docs.frames[1] is "portal.acme.example", where the portal itself is; name hosts of other sites`}},
		{"title: a\ntitle: b\n", []string{`2:1 yaml-duplicate-key: the key "title" is there twice; remove one of the two`}},
		{"kinds: [{kind: component}]\n", []string{`1:16 config-value: kinds[0].kind is "component"; there is a kind Component already; names of kinds differ in more than their case`}},
		{"kinds: [{kind: Product}, {kind: PRODUCT}]\n", []string{`1:33 config-value: kinds[1].kind is "PRODUCT"; there is a kind Product already; names of kinds differ in more than their case`}},
		{"kinds: [{kind: Product, references: [{field: a, relation: sells}]}]\n", []string{`1:59 config-value: kinds[0].references[0].relation is "sells", which is not a relation of Backstage's, and has no inverse; set inverse to the type of the relation in the other direction`}},
		{"kinds: [{kind: Product, references: [{field: a, relation: ownedBy, inverse: owns, kind: Grup}]}]\n", []string{
			`1:77 config-value: kinds[0].references[0].inverse is "owns"; the inverse of ownedBy is ownerOf; leave it out`,
			`1:89 config-value: kinds[0].references[0].kind is "Grup"; there is no such kind; did you mean "Group"?`}},
		{"kinds: [{title: x}, {kind: a-b}]\n", []string{
			`1:9 config-missing: kinds[0].kind is missing`,
			`1:28 config-value: kinds[1].kind is "a-b"; it must be a kind: letters and digits, beginning with a letter`}},
		// several at once, and what is right is taken
		{"titel: x\nstaleAfter: soon\nbaseUrl: 1\n", []string{
			`1:1 config-unknown-key: there is no setting "titel"; did you mean "title"?`,
			`2:13 config-value: staleAfter is "soon"; it must be a positive duration such as "36h" or "90m"`,
			`3:10 config-type: baseUrl must be text, not 1; put quotes around it`}},
		// the environment is not read
		{"baseUrl: ${HOME}\n", []string{`1:10 config-value: baseUrl is "${HOME}"; it must be an address such as https://portal.example.com/ or a path such as /portal/, without query or fragment`}},
	} {
		if _, said := load(c.src); !reflect.DeepEqual(said, c.want) {
			t.Errorf("%q:\n got %q\nwant %q", c.src, said, c.want)
		}
	}
}

// TestHostsCanBeSaid reads entries of hosts, with what they do not say.
func TestHostsCanBeSaid(t *testing.T) {
	c, said := load(`include: app-config.yaml
sources:
  - github:
      organization: acme
      catalogPath: /catalog-info.yaml
      filters: {allowForks: false, topic: {include: [backstage]}, visibility: [internal]}
      people: true
      app: {id: 12345, installation: "${INSTALLATION}", privateKey: "${APP_KEY}"}
  - github: {user: jo, host: ghe.acme.example, tokenFile: token.txt}
  - gitlab: {group: acme/platform, topics: backstage}
  - git: {url: [git@git.acme.example:a.git, ../b]}
  - github: {installations: "*", app: {id: 1, privateKeyFile: key.pem}}
  - people: {ldap: {url: ldaps://ldap.acme.example, users: {base: "ou=people,o=acme"}}}
crawl: {reserve: 0, facts: false}
`)
	if len(said) > 0 {
		t.Fatal(said)
	}
	filters := Filters{AllowForks: true}
	want := []Source{
		{GitHub: &GitHub{Organization: "acme", Host: "github.com", CatalogPath: []string{"/catalog-info.yaml"}, People: true,
			Filters: Filters{Topic: TopicFilter{Include: []string{"backstage"}}, Visibility: []string{"internal"}},
			App:     &GitHubApp{ID: "12345", Installation: "${INSTALLATION}", PrivateKey: "${APP_KEY}"}}},
		{GitHub: &GitHub{User: "jo", Host: "ghe.acme.example", TokenFile: "token.txt", Filters: filters}},
		{GitLab: &GitLab{Host: "gitlab.com", Group: "acme/platform", RestrictUsersToGroup: true, FallbackBranch: "master", Topics: []string{"backstage"}}},
		{Git: &Git{URL: []string{"git@git.acme.example:a.git", "../b"}}},
		{GitHub: &GitHub{Installations: []string{"*"}, Host: "github.com", Filters: filters, App: &GitHubApp{ID: "1", PrivateKeyFile: "key.pem"}}},
		{People: &People{LDAP: &LDAP{URL: "ldaps://ldap.acme.example", Users: []LDAPUsers{{Base: "ou=people,o=acme", Scope: "one", Filter: "(uid=*)",
			Map: LDAPUserMap{RDN: "uid", Name: "uid", DisplayName: "cn", Email: "mail", Description: "description", MemberOf: "memberOf"}}}}}},
	}
	for i, w := range want {
		if !reflect.DeepEqual(c.Sources[i], w) {
			t.Errorf("source %d is %+v, want %+v", i, c.Sources[i], w)
		}
	}
	if c.Crawl.Reserve != 0 || c.Crawl.Facts || c.Crawl.State != ".callboard" || !reflect.DeepEqual(c.Include, []string{"app-config.yaml"}) {
		t.Errorf("%+v %v", c.Crawl, c.Include)
	}
}

// TestNoSecretIsRepeated puts a secret wherever text can stand.
func TestNoSecretIsRepeated(t *testing.T) {
	const marked = "ghp_marked"
	for _, src := range []string{
		"sources: [{github: {organization: a, token: ghp_marked}}]",
		"sources: [{github: {organization: a, token: [ghp_marked]}}]",
		"sources: [{github: {organization: a, app: {id: 1, privateKey: ghp_marked}}}]",
		"sources: [{git: {url: \"https://x:ghp_marked@h.example/a\"}}]",
		"sources: [{git: {url: \"https://ghp_marked@h.example/a\"}}]",
		"sources: [{people: {ldap: {url: ldaps://h, bind: {dn: a, secret: ghp_marked}}}}]",
	} {
		_, said := load(src)
		if len(said) == 0 || strings.Contains(fmt.Sprint(said), marked) {
			t.Errorf("%s: %q", src, said)
		}
	}
}

func TestWrongValuesKeepDefaults(t *testing.T) {
	c, said := load("title: 1\nstaleAfter: soon\ndescription: kept\ndocs: {profile: html}\n")
	if len(said) != 3 || c.Title != "Callboard" || c.StaleAfter != "24h" || c.Docs.Profile != "techdocs" || c.Description != "kept" {
		t.Errorf("%v %+v", said, c.Config)
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		src string
		ok  bool
	}{
		{"baseUrl: /", true}, {"baseUrl: /a/b", true}, {"baseUrl: https://h.example", true}, {"baseUrl: http://localhost:3000/x/", true},
		{"baseUrl: //h/x", false}, {"baseUrl: /a/../b", false}, {"baseUrl: /a//b", false}, {"baseUrl: ftp://h/", false}, {"baseUrl: https://h/?q", false}, {"baseUrl: \"https://h/#\"", false}, {"baseUrl: https://u:p@h/", false},
		{"theme: {brand: \"#abc\"}", true}, {"theme: {brand: \"#abcd\"}", false},
		{"theme: {nav: [{title: a, url: /x}]}", true}, {"theme: {nav: [{title: a, url: //x}]}", false}, {"theme: {nav: [{title: a, url: \"/\\\\x\"}]}", false},
		{"title: \"a\\nb\"", false}, {"title: " + strings.Repeat("x", 10_000), true}, {"title: " + strings.Repeat("x", 10_001), false},
		{"staleAfter: 1h30m", true}, {"staleAfter: 0s", false},
	} {
		if _, said := load(c.src); (len(said) == 0) != c.ok {
			t.Errorf("%.80q: %.200q", c.src, said)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, s := range []string{"title: x", "sources: [{dir: a}]", "theme:\n  nav:\n  - title: a\n    url: /", "a: &a [*a]", "\xff", "? [a]\n: b", "staleAfter: !!int 3", "---\n---\n", "title: *x", "<<: {title: x}", "sources: [{github: {organization: a, token: x}}, {git: {url: [a]}}]\ncrawl: {reserve: 3}", "sources: [{people: {ldap: {url: ldap://a, users: {base: a}}}}]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var l diag.List
		c := Load(src, diag.Pos{File: "callboard.yaml"}, &l)
		for _, d := range l.All() {
			if d.Pos.Line < 1 || d.Pos.Col < 1 || d.Code == "" || d.Message == "" {
				t.Fatalf("%q: a finding without a place: %+v", src, d)
			}
		}
		if len(l.All()) > 0 {
			return
		}
		for _, s := range c.Sources {
			if s.Dir == "" && s.GitHub == nil && s.GitLab == nil && s.Gitea == nil && s.BitbucketCloud == nil && s.BitbucketServer == nil && s.AzureDevOps == nil && s.Git == nil && s.People == nil || s.Dir != "" && s.Repositories == "" {
				t.Fatalf("%q: taken with the source %+v", src, s)
			}
		}
		if c.Title == "" && !strings.Contains(string(src), "title") || c.StaleAfter == "" && !strings.Contains(string(src), "staleAfter") {
			t.Fatalf("%q: a default is lost: %+v", src, c.Config)
		}
	})
}

// TestManySynonyms: no more groups are kept than the search takes, and the first
// that is not is named.
func TestManySynonyms(t *testing.T) {
	src := "search:\n  synonyms:\n" + strings.Repeat("    - vessel, boat\n", search.MaxSynonyms+2)
	var found diag.List
	l := Load([]byte(src), diag.Pos{File: "callboard.yaml"}, &found)
	all := found.All()
	want := "search.synonyms has 1002 groups; it may have 1000, and those from here on are left out"
	if len(all) != 1 || all[0].Message != want || all[0].Pos.Line != search.MaxSynonyms+3 || len(l.Search.Synonyms) != search.MaxSynonyms {
		t.Errorf("%d groups are kept; found %v", len(l.Search.Synonyms), all)
	}
}
