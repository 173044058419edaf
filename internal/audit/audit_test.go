package audit_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/andybalholm/brotli"

	"callboard/content"
	"callboard/internal/audience"
	"callboard/internal/audit"
	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/source/dir"
	"callboard/themes"
)

// guests of the demo may see all but what belongs to freight.
const guests = `
search: {code: {enabled: true}}
identity: {endpoint: /-/whoami, groups: {skerry-freight: "group:lomvi/cargo"}}
audiences:
  portals:
    - {name: guests, anyone: true}
    - {name: staff, groups: skerry-staff}
  rules:
    - {name: freight, to: staff, within: ["domain:default/freight"]}
    - {name: its people, to: staff, namespaces: lomvi}
`

// demo are the options of a build of the demo with audiences.
func demo(t *testing.T, overlay fs.FS) build.Options {
	t.Helper()
	text, err := fs.ReadFile(content.FS, "callboard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var found diag.List
	cfg := config.Load(append(text, guests...), diag.Pos{File: "callboard.yaml"}, &found)
	cfg.BaseURL = "https://portal.skerry.example/"
	o := build.Options{Config: cfg.Config, Audiences: audience.Compile(cfg, &found), Out: filepath.Join(t.TempDir(), "public"), Theme: themes.Default(), Bundle: themes.Bundle(), Overlay: overlay,
		Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Version: "test"}
	for _, s := range cfg.Sources {
		sub, err := fs.Sub(content.FS, path.Clean(s.Dir))
		if err != nil {
			t.Fatal(err)
		}
		o.Sources = append(o.Sources, dir.FS(s.Dir, sub, dir.Options{Repositories: s.Repositories, Entries: cfg.Catalog.Files, Ignore: cfg.Catalog.Ignore, WebURL: s.WebURL, Branch: s.Branch}))
	}
	if len(found.All()) > 0 {
		t.Fatal(found.All())
	}
	return o
}

// needles are what guests may not see.
func needles(t *testing.T, o build.Options) *audit.Needles {
	t.Helper()
	l, err := build.Load(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.Audiences.Judge(context.Background(), l.Catalog, diag.Discard)
	if err != nil {
		t.Fatal(err)
	}
	n, err := audit.Of(o, l, v.Of("guests"))
	if err == nil {
		err = n.ShowFiles(themes.Default())
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func leaks(t *testing.T, fsys fs.FS, n *audit.Needles) []diag.Diagnostic {
	t.Helper()
	var found diag.List
	if _, err := audit.Portal(context.Background(), fsys, "public", n, &found); err != nil {
		t.Fatal(err)
	}
	return found.All()
}

// TestDemo: the portal of the demo's guests tells nothing of freight, and each way
// in which it could is found.
func TestDemo(t *testing.T) {
	o := demo(t, nil)
	n := needles(t, o)
	if names, texts := n.Count(); names < 6 || texts < 100 {
		t.Errorf("%d names and %d texts are looked for", names, texts)
	}
	if _, err := build.Run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	portal, staff := os.DirFS(filepath.Join(o.Out, "a", "guests")), os.DirFS(filepath.Join(o.Out, "a", "staff"))
	for _, d := range leaks(t, portal, n) {
		t.Errorf("%v: %v: %s", d.Pos, d.Severity, d.Message)
	}
	found := leaks(t, staff, n)
	if len(found) < 100 {
		t.Error("little of what guests may not see is found where it is")
	}
	// Guests have files of every kind, and those kinds that can tell of others are
	// understood. A shard of code has parts of words only.
	for kind, tells := range map[string]bool{"status.json": false, "opensearch.xml": false, "llms.txt": true, "catalog.json": true, "changes.json": false, "data/people.*.json": true, "data/catalog.*.json": true, "data/desc.*.txt": true,
		"data/s/f/*.bin": true, "data/code/s/*.bin": false, "data/code/f/*.bin": true, "catalog/*/*/*/index.md": true, "catalog/*/*/*/entity.json": true, "docs/*/*/*/index.md": true, "health/index.html": true} {
		if in, err := fs.Glob(portal, kind); err != nil || len(in) == 0 {
			t.Errorf("guests have no %s", kind)
		}
		told := slices.ContainsFunc(found, func(d diag.Diagnostic) bool {
			is, _ := path.Match(kind, strings.TrimPrefix(d.Pos.File, "public/"))
			return is
		})
		if told != tells {
			t.Errorf("the %s of staff tells of freight: %v", kind, told)
		}
	}
	page, err := fs.ReadFile(staff, "catalog/lomvi/component/freight-booking/index.html")
	if err != nil {
		t.Fatal(err)
	}
	var gz, br bytes.Buffer
	z := gzip.NewWriter(&gz)
	z.Write(page)
	z.Close()
	b := brotli.NewWriter(&br)
	b.Write(page)
	b.Close()
	var shard bytes.Buffer
	z = gzip.NewWriter(&shard)
	z.Write([]byte(`[{"u":"x/","t":"Freight\u002dBooking"}]`))
	z.Close()
	var code bytes.Buffer
	d, err := flate.NewWriter(&code, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	d.Write([]byte("\x01\xffsee freight-booking\n"))
	d.Close()
	for name, data := range map[string]string{
		"data/s/f/0a1b.bin":   shard.String(),
		"data/code/f/0a.bin":  code.String(),
		"data/code/f/0b.bin":  "see freight-booking, not packed",
		"x.html":              string(page),
		"x.html.gz":           gz.String(),
		"x.html.br":           br.String(),
		"bare.txt":            "see freight-booking.",
		"entity.json":         `{"a": "Freight\u002dBooking"}`,
		"marked.html":         "<p>the <b>freight</b>-<i>booking</i> thing",
		"escaped.html":        "<p>freight&#45;booking",
		"link.html":           `<a href="/catalog/lomvi/component/freight%2Dbooking/">`,
		"drawing.svg":         `<svg><text>freight-portal</text></svg>`,
		"domain.txt":          "domain:default/freight",
		"address.txt":         "/catalog/default/domain/freight/",
		"freight-portal.html": "nothing",
		"picture.png":         "\x89PNG\xff\xfefreight-booking\xff",
	} {
		got := leaks(t, fstest.MapFS{name: {Data: []byte(data)}}, n)
		if len(got) == 0 || got[0].Severity != diag.Error || !strings.HasPrefix(got[0].Pos.File, "public/"+name) {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, data := range map[string]string{"a.txt": "Freight is heavy.", "b.html": "<p>The <b>domain</b> of freight.", "c.txt": "freight-bookings and my-freight-bookings"} {
		if got := leaks(t, fstest.MapFS{name: {Data: []byte(data)}}, n); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestBrokenTemplate: a theme that says what a page is not to say is caught.
func TestBrokenTemplate(t *testing.T) {
	overlay := fstest.MapFS{"templates/plain.html": {Data: []byte(`{{with .V}}{{template "top" .Chrome}}<main id="cb-main"><h1>{{.Chrome.Title}}</h1><p>Ask the team of freight-<b>booking</b>.</p></main>{{template "bottom" .Chrome}}{{end}}`)}}
	o := demo(t, overlay)
	n := needles(t, o)
	if _, err := build.Run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	got := leaks(t, os.DirFS(filepath.Join(o.Out, "a", "guests")), n)
	if len(got) == 0 || got[0].Code != audit.CodeName || !strings.Contains(got[0].Message, "guests may not see component:lomvi/freight-booking") || !strings.Contains(got[0].Hint, "the theme") {
		t.Error(got)
	}
}
