package build_test

import (
	"regexp"
	"strings"
	"testing"
)

// hall is an organisation of whose teams, systems, domains, templates and owners
// guests see none, and one component that says nothing of the sort.
const hall = `
-- callboard.yaml --
title: Acme
audiences:
  portals:
    - {name: guests, anyone: true}
    - {name: staff, groups: acme-staff}
  rules:
    - {name: who runs what, to: staff, kinds: [Group, Domain, Template]}
    - {name: the inner system, to: staff, where: '.metadata.name == "MARK"'}
    - {name: documentation, to: staff, docs: "**"}
-- org/catalog-info.yaml --
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-MARK, description: Makes things.}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: area-MARK, description: Of sales.}
spec: {owner: team-MARK}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: MARK, description: Sells things.}
spec: {owner: team-MARK, domain: area-MARK}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: open, description: Open to all.}
spec: {owner: team-MARK, domain: area-MARK}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: tmpl-MARK, description: Begins a thing.}
spec: {owner: team-MARK, type: service, parameters: [], steps: []}
-- shop/catalog-info.yaml --
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  description: Sells.
  annotations: {backstage.io/techdocs-ref: dir:.}
  links: [{url: "https://acme.example/runbook", title: "system:MARK", type: runbook}]
spec: {type: service, lifecycle: production, owner: team-MARK, system: MARK}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: bare, description: Belongs nowhere.}
spec: {type: service, lifecycle: production, owner: nobody-knows-MARK, system: elsewhere-MARK}
-- shop/mkdocs.yml --
site_name: Shop
-- shop/docs/index.md --
# Shop
`

// missing is how a portal says that there is none of something.
var missing = regexp.MustCompile(`(?i)not declared|no catalog file|no owner\b|no entity has|in no (domain|system)|nothing is wrong|the catalog has no|no-findings|there is nothing|id="missing"|>missing<`)

// TestNothingIsCalledMissing: what an audience is not shown may well be there. Its
// portal must not say that it is not, in any of its files; neither of what is
// withheld nor of what is indeed not there, since the difference would tell.
func TestNothingIsCalledMissing(t *testing.T) {
	o := acme(t, hall, "zebrafish", "")
	guests := portalOf(t, o, "guests")
	for p, text := range guests {
		if strings.HasPrefix(p, "assets/") {
			continue
		}
		if m := missing.FindString(text); m != "" {
			t.Errorf("%s says %q to those who do not see everything", p, m)
		}
		if strings.Contains(p+text, "zebrafish") {
			t.Errorf("%s tells of what is hidden", p)
		}
	}
	for page, want := range map[string]string{
		"teams/index.html":        "This portal shows nothing of this kind.",
		"templates/index.md":      "This portal shows nothing of this kind.",
		"systems/index.html":      "Other systems",
		"health/index.html":       "No findings are shown.",
		"index.html":              "No findings are shown.",
		"docs/index.html":         "This portal shows nothing of this kind.",
		"data/site.json":          `"entities":3`,
		"health.json":             `"warnings":0`,
		"people/index.html":       "People",
		"search/index.html":       "Search",
		"catalog/index.html":      "shop",
		"404.html":                "No page",
		"changes/index.html":      "Changes",
		"graph/index.html":        "Landscape",
		"about/index.html":        "About",
		"apis/index.html":         "This portal shows nothing of this kind.",
		"health/sources/index.md": "Sources",
	} {
		if !strings.Contains(guests[page], want) {
			t.Errorf("guests: %s lacks %q", page, want)
		}
	}

	staff := portalOf(t, o, "staff")
	for page, want := range map[string]string{
		"teams/index.html":                                 "No catalog file declares these groups",
		"teams/index.md":                                   "nobody-knows-zebrafish",
		"systems/index.html":                               "elsewhere-zebrafish",
		"catalog/default/component/bare/index.html":        "Not declared:",
		"catalog/default/component/bare/source/index.html": `id="missing"`,
		"apis/index.html":                                  "No catalog file describes an API",
	} {
		if !strings.Contains(staff[page], want) {
			t.Errorf("staff: %s lacks %q", page, want)
		}
	}
	for _, page := range []string{"teams/index.html", "systems/index.html"} {
		list := staff[page][strings.Index(staff[page], "No catalog file declares"):]
		if strings.Contains(list, "team-zebrafish<") || strings.Contains(list, ">zebrafish<") {
			t.Errorf("staff: %s calls something undeclared that is not", page)
		}
	}
}
