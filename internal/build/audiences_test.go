package build_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/audience"
	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/treetest"
)

// company is an organisation of which guests may not see what is called MARK.
// What others say of that stands in every place in which entities and pages speak
// of others.
const company = `
-- callboard.yaml --
title: Acme
identity:
  endpoint: /-/whoami
  groups: {id-of-team: team, id-of-guards: MARK-guards}
audiences:
  portals:
    - {name: guests, anyone: true}
    - {name: staff, groups: acme-staff}
    - {name: guards, groups: acme-guards}
  rules:
    - {name: the vault, to: guards, within: ["domain:default/MARK"]}
    - {name: its people, to: guards, where: '.metadata.name | startswith("MARK")'}
    - {name: hidden docs, to: staff, docs: "private/**"}
-- org/catalog-info.yaml --
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team, description: Makes things.}
spec: {type: team, children: [MARK-guards], members: [MARK-user, ann]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ann}
spec: {memberOf: [team, MARK-guards], profile: {email: Ann@acme.example}}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop, description: Sells things.}
spec: {owner: team, domain: sales}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: sales, description: Of sales.}
spec: {owner: MARK-guards}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: MARK-guards, description: Watch MARK.}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec: {targets: [../MARK/catalog-info.yaml, ../gone/MARK.yaml]}
-- shop/catalog-info.yaml --
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  description: Sells.
  annotations:
    backstage.io/techdocs-ref: dir:.
    acme.example/see: component:default/MARK-vault
  links:
    - {url: "https://acme.example/x", title: "component:MARK-vault"}
    - {url: "https://acme.example/y", title: Y}
spec:
  type: service
  lifecycle: production
  owner: team
  system: shop
  dependsOn: [resource:default/MARK-keys, component:default/MARK-vault, component:default/till, component:MARK-not-there]
  consumesApis: [MARK-api]
  seeAlso: {first: component:default/MARK-vault, all: [component:MARK-vault, text]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: till
  description: Takes money.
  annotations: {backstage.io/techdocs-entity: component:default/MARK-vault}
spec: {type: service, lifecycle: production, owner: team, system: shop, dependencyOf: [component:MARK-vault]}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: used, description: Used by what is hidden.}
spec: {type: openapi, lifecycle: production, owner: team, system: MARK-other, definition: "openapi: 3.0.0\ninfo: {title: used, version: '1'}\npaths: {}"}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: BROKEN MARK}
spec: {type: service, lifecycle: production, owner: MARK}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: MARK-within, description: In the repository of others.}
spec: {type: service, lifecycle: production, owner: team, system: MARK-system}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: MARK-perhaps, description: Of a system that cannot be read.}
spec: {type: service, lifecycle: production, owner: team, system: MARK-unreadable}
-- shop/mkdocs.yml --
site_name: Shop
nav:
  - Home: index.md
  - Private MARK:
      - MARK plans: private/MARK.md
  - MARK by itself: private/MARK.md
  - MARK not there: MARK.md
  - Open: open.md
-- shop/docs/index.md --
# Shop

See [this](private/MARK.md) and [that](/docs/default/component/MARK-vault/) and [open](open.md).
-- shop/docs/open.md --
# Open
-- shop/docs/private/MARK.md --
# Plans of MARK

The crocodile MARK sleeps.
-- shop/docs/private/MARK.png --
not really
-- MARK/catalog-info.yaml --
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: MARK, description: The crocodile MARK.}
spec: {owner: MARK-guards}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: MARK-system, title: MARK system}
spec: {owner: team, domain: MARK}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: MARK-other}
spec: {owner: team}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: MARK-vault, tags: [crocodile], annotations: {backstage.io/techdocs-ref: dir:.}}
spec: {type: service, lifecycle: production, owner: team, system: MARK-system, dependsOn: [component:shop, resource:MARK-keys], consumesApis: [used], providesApis: [MARK-api]}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: MARK-keys}
spec: {type: bucket, owner: MARK-guards, system: MARK-system, dependsOn: [component:till]}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: MARK-api}
spec: {type: openapi, lifecycle: production, owner: team, system: MARK-system, definition: "openapi: 3.0.0\ninfo: {title: MARK, version: '1'}\npaths: {/MARK: {get: {responses: {'200': {description: crocodile}}}}}"}
---
apiVersion: backstage.io/v1alpha1
kind: Template
metadata: {name: MARK-template}
spec: {owner: MARK-guards, type: service, parameters: [], steps: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: MARK-user}
spec: {memberOf: [MARK-guards]}
-- MARK/docs/index.md --
# About MARK

A crocodile.
-- MARK/broken.yaml --
{
`

// acme writes an organisation and gives the options of a build of it.
func acme(t *testing.T, text, mark, name string) build.Options {
	t.Helper()
	dir := t.TempDir()
	var src []byte
	for _, f := range txtar.Parse([]byte(strings.ReplaceAll(text, "MARK", mark))).Files {
		if f.Name == "callboard.yaml" {
			src = f.Data
			continue
		}
		file := filepath.Join(dir, "src", filepath.FromSlash(f.Name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, f.Data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	o := at(t, filepath.Join(dir, "src"), filepath.Join(dir, "out"), filepath.Join(dir, "cache"))
	var found diag.List
	cfg := config.Load(src, diag.Pos{File: "callboard.yaml"}, &found)
	o.Config, o.Audiences, o.As = cfg.Config, audience.Compile(cfg, &found), name
	if len(found.All()) > 0 {
		t.Fatal(found.All())
	}
	o.News = filepath.Join(dir, "news")
	return o
}

// portalOf is what the readers of an audience get, but for the time.
func portalOf(t *testing.T, o build.Options, name string) map[string]string {
	t.Helper()
	mustRun(t, o)
	out := o.Out
	if o.As == "" {
		out = filepath.Join(out, "a", name)
	}
	got := treetest.Files(t, out)
	delete(got, "manifest.json") // of the whole if the audience is alone
	return got
}

// TestNothingIsTold is what audiences are about: whatever there is that an
// audience may not see, its portal is the same to the byte.
func TestNothingIsTold(t *testing.T) {
	more := company + `-- MARK-more/catalog-info.yaml --
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: MARK-more, description: One more.}
spec: {type: service, lifecycle: production, owner: team, system: MARK-system, dependsOn: [component:shop, component:till], consumesApis: [used]}
-- shop/docs/private/MARK-two.md --
# One more
`
	none := strings.ReplaceAll(company, `[MARK-guards], members: [MARK-user, ann]`, `[], members: [ann]`)
	guests := portalOf(t, acme(t, company, "zebrafish", ""), "guests")
	for p, text := range guests {
		if strings.Contains(strings.ToLower(p+text), "zebrafish") || strings.Contains(text, "crocodile") {
			t.Errorf("%s tells of what is hidden", p)
		}
	}
	for _, must := range []string{"catalog/default/component/shop/index.html", "catalog/default/component/till/index.html", "catalog/default/api/used/index.html", "docs/default/component/shop/open/index.html", "catalog/default/domain/sales/index.html"} {
		if guests[must] == "" {
			t.Errorf("%s is missing", must)
		}
	}
	treetest.Same(t, "another name", portalOf(t, acme(t, company, "ox", ""), "guests"), guests)
	treetest.Same(t, "more that is hidden", portalOf(t, acme(t, more, "zebrafish", ""), "guests"), guests)
	treetest.Same(t, "no reference to a group", portalOf(t, acme(t, none, "zebrafish", ""), "guests"), guests)
	treetest.Same(t, "alone", portalOf(t, acme(t, company, "zebrafish", "guests"), "guests"), guests)

	staff := portalOf(t, acme(t, company, "zebrafish", ""), "staff")
	for p, text := range staff {
		if strings.Contains(p+text, "zebrafish-") || strings.Contains(p+text, "crocodile zebrafish.") {
			t.Errorf("staff: %s tells of what is hidden", p)
		}
	}
	if staff["docs/default/component/shop/private/zebrafish/index.html"] == "" {
		t.Error("staff do not see the pages that they may see")
	}
	guards := portalOf(t, acme(t, company, "zebrafish", ""), "guards")
	if guards["catalog/default/component/zebrafish-vault/index.html"] == "" || !strings.Contains(guards["catalog/default/component/shop/index.html"], "zebrafish-not-there") {
		t.Error("guards do not see everything")
	}
	whole := acme(t, company, "zebrafish", "")
	whole.Audiences = nil
	alone := portalOf(t, acme(t, company, "zebrafish", "guards"), "guards")
	for _, got := range []map[string]string{guards, alone} {
		mustRun(t, whole)
		want := treetest.Files(t, whole.Out)
		delete(want, "manifest.json")
		for _, m := range []map[string]string{got, want} {
			delete(m, "data/site.json")
		}
		treetest.Same(t, "those who may see everything", got, want)
	}
}

// TestAudiencesShare: what portals have in common is made once, and a second
// build makes nothing.
func TestAudiencesShare(t *testing.T) {
	o := acme(t, company, "zebrafish", "")
	first := mustRun(t, o)
	if first.Stats.Rendered >= first.Stats.Pages {
		t.Errorf("%d pages were rendered for %d files", first.Stats.Rendered, first.Stats.Pages)
	}
	before := treetest.Files(t, o.Out)
	shared := filepath.Join(o.Out, "a", "staff", "docs", "default", "component", "shop", "open", "index.html")
	other := filepath.Join(o.Out, "a", "guards", "docs", "default", "component", "shop", "open", "index.html")
	a, errA := os.Stat(shared)
	b, errB := os.Stat(other)
	if errA != nil || errB != nil || !os.SameFile(a, b) {
		t.Error("the same page is written twice", errA, errB)
	}
	again := mustRun(t, o)
	if again.Stats.Rendered != 0 || again.Stats.Written != 0 {
		t.Errorf("the second build renders %d pages and writes %d files", again.Stats.Rendered, again.Stats.Written)
	}
	if !slices.EqualFunc(first.Diagnostics, again.Diagnostics, func(a, b diag.Diagnostic) bool { return a.Compare(b) == 0 }) {
		t.Errorf("the second build finds %v, the first %v", again.Diagnostics, first.Diagnostics)
	}
	treetest.Same(t, "again", treetest.Files(t, o.Out), before)
	cold := o
	cold.CacheDir, cold.Out, cold.Jobs = "", filepath.Join(t.TempDir(), "cold"), 1
	mustRun(t, cold)
	treetest.Same(t, "without a cache", treetest.Files(t, cold.Out), before)

	o.Config.Audiences.Addresses = "prefix"
	mustRun(t, o)
	page := treetest.Files(t, o.Out)["a/staff/catalog/default/component/shop/index.html"]
	if !strings.Contains(page, `href="/a/staff/catalog/default/component/till/"`) || strings.Contains(page, `href="/catalog/`) {
		t.Error("the pages of a portal below a prefix do not link to its own")
	}
	for p, text := range treetest.Files(t, filepath.Join(o.Out, "a", "guests")) {
		if strings.Contains(p+text, "zebrafish") || strings.Contains(text, "/a/staff/") {
			t.Errorf("prefix: %s tells of what is hidden", p)
		}
	}
}

// TestWhatWasSeenOnce is not told of once it is hidden: neither that it is gone,
// nor what it was.
func TestWhatWasSeenOnce(t *testing.T) {
	o := acme(t, company, "zebrafish", "")
	open := o
	cfg := *o.Config
	cfg.Audiences.Rules = nil
	open.Config = &cfg
	var found diag.List
	open.Audiences = audience.Compile(&config.Loaded{Config: &cfg}, &found)
	mustRun(t, open)
	touch := filepath.Join(filepath.Dir(o.Out), "src", "org", "catalog-info.yaml")
	text, err := os.ReadFile(touch)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(touch, []byte(strings.ReplaceAll(string(text), "Watch zebrafish", "Watches zebrafish")), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, open)
	if got := treetest.Files(t, filepath.Join(o.Out, "a", "guests")); !strings.Contains(got["changes/all.atom"]+got["changes/index.html"], "zebrafish") {
		t.Fatal("the change is not told of while it may be", slices.Sorted(maps.Keys(got)))
	}
	for range 2 {
		mustRun(t, o)
		for p, text := range treetest.Files(t, filepath.Join(o.Out, "a", "guests")) {
			if strings.Contains(p+text, "zebrafish") {
				t.Errorf("%s tells of what is hidden now", p)
			}
		}
	}
	gone := filepath.Join(filepath.Dir(o.Out), "src", "zebrafish", "catalog-info.yaml")
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	mustRun(t, o)
	for p, text := range treetest.Files(t, filepath.Join(o.Out, "a", "guests")) {
		if strings.Contains(p+text, "zebrafish") {
			t.Errorf("%s tells of what was hidden and is gone", p)
		}
	}
}

func TestUnknownAudience(t *testing.T) {
	o := acme(t, company, "zebrafish", "gusts")
	_, err := build.Run(context.Background(), o)
	if !errors.As(err, new(*build.UnknownAudienceError)) || !strings.Contains(err.Error(), "guests, staff, guards") {
		t.Error(err)
	}
}
