package content_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"callboard/content"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/docs/prepare"
	"callboard/internal/entity"
	"callboard/internal/highlight"
	"callboard/internal/lint"
	"callboard/internal/markdown"
	"callboard/internal/repofs"
	"callboard/internal/source/dir"
)

// demo is the catalog of the embedded demo and what is found wrong with it.
type demo struct {
	catalog  *catalog.Catalog
	snaps    map[string]*repofs.Snapshot
	findings diag.List
}

func load(t *testing.T) *demo {
	t.Helper()
	d := &demo{snaps: map[string]*repofs.Snapshot{}}
	text, err := fs.ReadFile(content.FS, "callboard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c := config.Load(text, diag.Pos{File: "callboard.yaml"}, &d.findings)
	var all []*entity.Entity
	for _, s := range c.Sources {
		all = append(all, d.read(t, c.Config, s)...)
	}
	d.catalog = catalog.Link(slices.Values(all), &d.findings)
	return d
}

func (d *demo) read(t *testing.T, c *config.Config, s config.Source) (all []*entity.Entity) {
	t.Helper()
	sub, err := fs.Sub(content.FS, s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	src := dir.FS(s.Dir, sub, dir.Options{Repositories: s.Repositories, Entries: c.Catalog.Files, Ignore: c.Catalog.Ignore, WebURL: s.WebURL, Branch: s.Branch})
	for r, err := range src.Repos(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		snap, err := src.Fetch(t.Context(), r, &d.findings)
		if err != nil {
			t.Fatal(err)
		}
		d.snaps[snap.Repo] = snap
		es, err := catalog.Read(t.Context(), snap, snap.Read, &d.findings)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, es...)
	}
	return all
}

// TestDemoFindings holds what is wrong with the demo: one reference that leads
// nowhere, and three things that rules and readers should hear of. All of it is
// on purpose; anything else is a mistake of the demo's.
func TestDemoFindings(t *testing.T) {
	d := load(t)
	lint.Check(d.catalog, lint.Options{}, &d.findings)
	want := []string{
		"component:default/berth-planner owner-not-group",
		"component:default/ops-console ref-dangling",
		"component:lomvi/freight-booking deprecated-in-use",
		"entity-skeleton python-service/skeleton/catalog-info.yaml",
	}
	var got []string
	for _, f := range d.findings.All() {
		if f.Entity == "" {
			got = append(got, fmt.Sprintf("%s %s", f.Code, f.Pos.File))
			continue
		}
		got = append(got, fmt.Sprintf("%s %s", f.Entity, f.Code))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("findings of the demo:\n got %q\nwant %q", got, want)
	}
}

// TestDemoHasEverything keeps the promise that the demo shows every kind, every
// relation and every format of API definition.
func TestDemoHasEverything(t *testing.T) {
	d := load(t)
	has := map[string]bool{}
	for _, e := range d.catalog.Entities() {
		has["kind "+e.Kind] = true
		has["namespace "+e.Namespace] = true
		has["lifecycle "+e.SpecString("lifecycle")] = true
		if e.Kind == entity.KindAPI {
			has["api "+e.SpecString("type")] = true
		}
		for _, g := range e.Edges {
			field, _, _ := strings.Cut(g.Field, "[")
			has[field] = true
		}
		if e.Metadata.Description == "" && e.Kind != entity.KindUser {
			t.Errorf("%s has no description", e.Ref)
		}
	}
	for _, want := range []string{
		"kind Component", "kind API", "kind Resource", "kind System", "kind Domain", "kind Group", "kind User", "kind Location", "kind Template",
		"namespace default", "namespace lomvi", "lifecycle production", "lifecycle experimental", "lifecycle deprecated",
		"api openapi", "api asyncapi", "api graphql", "api grpc",
		"spec.owner", "spec.system", "spec.domain", "spec.subdomainOf", "spec.subcomponentOf", "spec.providesApis", "spec.consumesApis",
		"spec.dependsOn", "spec.dependencyOf", "spec.parent", "spec.children", "spec.members", "spec.memberOf",
	} {
		if !has[want] {
			t.Errorf("the demo does not have %s", want)
		}
	}
}

var (
	code = regexp.MustCompile(`(?s)<code.*?</code>|<[^>]*>`)
	// unread is markup of extensions that readers see if the extension is not on.
	unread = regexp.MustCompile(`\+\+[a-z-]+(\+[a-z-]+)*\+\+|==\w[^=]*==|(?m)^(!!!|\?\?\?|:::|===) .*`)
)

// TestDocumentation renders the documentation of the demo and the manual, and
// lets nothing through that a reader would trip over.
func TestDocumentation(t *testing.T) {
	d := load(t)
	md, pages := markdown.New(highlight.New()), 0
	var found diag.List
	for _, spec := range docs.Find(d.catalog, d.snaps, docs.Options{Auto: true}, &found) {
		plan := docs.Open(spec, &found)
		dialect, problems := markdown.NewDialect(plan.Extensions(), 0)
		if len(problems) > 0 {
			t.Errorf("extensions: %v", problems)
		}
		var rendered []*markdown.Doc
		for _, src := range plan.Sources() {
			text, err := spec.Snap.Read(src)
			if err != nil {
				t.Fatal(err)
			}
			doc := md.Render(text, markdown.Options{Dialect: dialect, Read: prepare.NewFiles(spec.Snap).Under(plan.Dir)})
			for _, f := range doc.Diagnostics {
				t.Errorf("%s/%s:%d: %s", spec.Snap.Repo, src, f.Pos.Line, f.Message)
			}
			if m := unread.FindString(code.ReplaceAllString(doc.Body, "")); m != "" {
				t.Errorf("%s/%s: %q is markup that no extension of its mkdocs.yml reads", spec.Snap.Repo, src, m)
			}
			rendered = append(rendered, doc)
		}
		set, _ := plan.Finish(rendered, &found)
		for _, p := range set.Pages {
			pages++
			if !p.InNav {
				t.Errorf("%s: %s is not in the navigation", set.Of, p.Source)
			}
		}
	}
	for _, f := range found.All() {
		t.Errorf("%s: %s [%s]", f.Pos, f.Message, f.Code)
	}
	if pages < 50 {
		t.Errorf("only %d pages of documentation were found", pages)
	}
}
