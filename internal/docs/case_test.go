package docs_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/repofs"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata/*.txtar")

// TestCases makes the documentation of small repositories. Each case is a file
// of testdata: what it is about, the files of the repository, and in "want" the
// sets with their pages, navigation, links and files, and the findings. Lines
// of the comment may set "profile:", "auto:", "web:" and "branch:".
//
// A case without catalog-info.yaml gets one with a Component that says dir:.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := parseCase(ar)
			got := c.run(t)
			if *update {
				c.rewrite(t, file, ar, got)
			}
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s\nif it is right, run: go test ./internal/docs -run TestCases -update", got, c.want)
			}
		})
	}
}

type testCase struct {
	files map[string]string
	opt   docs.Options
	web   string
	ref   string
	want  string
}

const component = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: x\n  annotations:\n    backstage.io/techdocs-ref: dir:.\nspec: {type: service, lifecycle: production, owner: team}\n"

func parseCase(ar *txtar.Archive) *testCase {
	c := &testCase{files: map[string]string{}, opt: docs.Options{Auto: true}}
	for line := range strings.Lines(string(ar.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "profile":
			c.opt.Profile = value
		case "auto":
			c.opt.Auto = value == "true"
		case "web":
			c.web = value
		case "branch":
			c.ref = value
		}
	}
	for _, f := range ar.Files {
		if f.Name == "want" {
			c.want = string(f.Data)
			continue
		}
		c.files[f.Name] = string(f.Data)
	}
	if _, ok := c.files["catalog-info.yaml"]; !ok {
		c.files["catalog-info.yaml"] = component
	}
	return c
}

func (c *testCase) rewrite(t *testing.T, file string, ar *txtar.Archive, got string) {
	t.Helper()
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return f.Name == "want" })
	ar.Files = append(ar.Files, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
	c.want = got
}

var renderer = markdown.New(highlight.New())

func (c *testCase) run(t *testing.T) string {
	t.Helper()
	snap := repofs.Memory("r", []string{"**/catalog-info.yaml"}, c.files)
	snap.WebURL, snap.Branch = c.web, c.ref
	var found diag.List
	es, err := catalog.Read(t.Context(), snap, snap.Read, &found)
	if err != nil {
		t.Fatal(err)
	}
	linked := catalog.Link(slices.Values(es), diag.Discard) // owners that are not there do not matter here
	var out strings.Builder
	for _, spec := range docs.Find(linked, map[string]*repofs.Snapshot{"r": snap}, c.opt, &found) {
		describe(t, &out, spec, &found)
	}
	for _, f := range found.All() {
		fmt.Fprintf(&out, "%s: %s: %s [%s]\n", f.Pos, f.Severity, f.Message, f.Code)
		if f.Hint != "" {
			fmt.Fprintf(&out, "  %s\n", f.Hint)
		}
	}
	return out.String()
}

// describe writes down a set.
func describe(t *testing.T, out *strings.Builder, spec docs.Spec, sink diag.Sink) {
	t.Helper()
	plan := docs.Open(spec, sink)
	rendered := render(t, plan)
	set, order := plan.Finish(rendered, sink)
	fmt.Fprintf(out, "%s %q in %s, %s\n", set.Of, set.Title, set.Dir, plan.Profile())
	for at, p := range set.Pages {
		fmt.Fprintf(out, "page /%s %q of %s", p.Path, p.Title, p.Source)
		if !p.InNav {
			out.WriteString(", not in nav")
		}
		if p.EditURL != "" {
			out.WriteString(", edited at " + p.EditURL)
		}
		out.WriteString("\n")
		address := plan.Address("/", order[at])
		for n, l := range rendered[order[at]].Links {
			fmt.Fprintf(out, "  %s -> %s\n", l.Dest, address(n, l))
		}
	}
	if len(set.Nav) > 0 {
		out.WriteString("nav\n" + navText(set, set.Nav, "  "))
	}
	for _, r := range set.Redirects {
		to := r.URL
		if r.Page >= 0 {
			to = "/" + set.Pages[r.Page].Path + "#" + r.Fragment
		}
		fmt.Fprintf(out, "moved /%s to %s\n", r.Path, to)
	}
	for _, tag := range set.Tags {
		fmt.Fprintf(out, "tag %s", tag.Name)
		for _, i := range tag.Pages {
			fmt.Fprintf(out, " /%s", set.Pages[i].Path)
		}
		out.WriteString("\n")
	}
	for _, at := range set.TagPages {
		fmt.Fprintf(out, "tags are listed on /%s\n", set.Pages[at].Path)
	}
	for _, v := range set.Versions {
		fmt.Fprintf(out, "version %s %q %v\n", v.Dir, v.Title, v.Aliases)
	}
	for _, a := range set.Assets {
		fmt.Fprintf(out, "file /%s of %s\n", a.Path, a.Source)
	}
}

func render(t *testing.T, plan *docs.Plan) (out []*markdown.Doc) {
	t.Helper()
	var opt markdown.Options
	if exts := plan.Extensions(); exts != nil {
		opt.Dialect, _ = markdown.NewDialect(exts, 0)
	}
	for _, src := range plan.Sources() {
		text, err := plan.Snap.Read(src)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, renderer.Render(text, opt))
	}
	return out
}
