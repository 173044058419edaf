package docs_test

import (
	"fmt"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/markdown"
	"callboard/internal/repofs"
)

var ref = entity.NewRef("component", "default", "x")

// open makes the plan of a repository in memory, without rendering anything.
func open(files map[string]string, sink diag.Sink) *docs.Plan {
	spec := docs.Spec{Of: ref, Title: "x", Snap: repofs.Memory("r", nil, files), Dir: "."}
	if _, ok := files["mkdocs.yml"]; ok {
		spec.Config = "mkdocs.yml"
	}
	return docs.Open(spec, sink)
}

func blank(p *docs.Plan) []*markdown.Doc {
	out := make([]*markdown.Doc, len(p.Sources()))
	for i := range out {
		out[i] = &markdown.Doc{}
	}
	return out
}

func codes(found *diag.List) string {
	var out []string
	for _, f := range found.All() {
		out = append(out, string(f.Code))
	}
	return strings.Join(out, " ")
}

func TestMaxPages(t *testing.T) {
	files := map[string]string{"docs/index.md": ""}
	for i := range docs.MaxPages {
		files[fmt.Sprintf("docs/p%05d.md", i)] = ""
	}
	var found diag.List
	p := open(files, &found)
	if n := len(p.Sources()); n != docs.MaxPages {
		t.Errorf("%d pages", n)
	}
	if got := codes(&found); got != "docs-path-invalid" {
		t.Errorf("findings: %s", got)
	}
	delete(files, "docs/p00000.md")
	var none diag.List
	if p = open(files, &none); len(p.Sources()) != docs.MaxPages || len(none.All()) != 0 {
		t.Errorf("%d pages, %v", len(p.Sources()), none.All())
	}
}

// TestFindingsAreFew holds that a file with very many mistakes does not make
// very many findings, and says how many there were.
func TestFindingsAreFew(t *testing.T) {
	var nav strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&nav, "  - gone%d.md\n", i)
	}
	for name, files := range map[string]map[string]string{
		"navigation": {"mkdocs.yml": "not_in_nav: index.md\nnav:\n" + nav.String(), "docs/index.md": ""},
		"keys":       {"mkdocs.yml": strings.ReplaceAll(strings.ReplaceAll(nav.String(), "  - ", ""), "\n", ": 1\n"), "docs/index.md": ""},
		"links":      {"docs/index.md": ""},
	} {
		t.Run(name, func(t *testing.T) {
			var found diag.List
			p := open(files, &found)
			rendered := blank(p)
			if name == "links" {
				for i := range 5000 {
					rendered[0].Links = append(rendered[0].Links, markdown.Link{Dest: "gone.md", Line: i + 1, Col: 1})
				}
			}
			p.Finish(rendered, &found)
			all := found.All()
			if len(all) != 101 {
				t.Fatalf("%d findings", len(all))
			}
			last := false
			for _, f := range all {
				last = last || strings.HasSuffix(f.Message, ", and 4899 more findings in this file")
			}
			if !last {
				t.Error("nothing tells of the others")
			}
		})
	}
}

// TestDeepDirectories holds that pages below the deepest section are in it.
func TestDeepDirectories(t *testing.T) {
	deep := strings.Repeat("d/", 40)
	p := open(map[string]string{"docs/index.md": "", "docs/" + deep + "a.md": "", "docs/" + deep + "e/b.md": ""}, diag.Discard)
	set, _ := p.Finish(blank(p), diag.Discard)
	depth := 0
	for items := set.Nav; len(items) > 0; items = items[len(items)-1].Children {
		depth++
	}
	if depth != 21 {
		t.Errorf("the navigation is %d deep", depth)
	}
	for _, pg := range set.Pages {
		if !pg.InNav {
			t.Errorf("%s is not in the navigation", pg.Source)
		}
	}
}

func TestDeepNavigation(t *testing.T) {
	for sections, want := range map[int]string{19: "", 20: "", 21: "docs-page-unlisted mkdocs-invalid", 60: "docs-page-unlisted mkdocs-invalid"} {
		var yml strings.Builder
		yml.WriteString("nav:\n")
		for i := range sections {
			fmt.Fprintf(&yml, "%s- s%d:\n", strings.Repeat("  ", i), i)
		}
		fmt.Fprintf(&yml, "%s- index.md\n", strings.Repeat("  ", sections))
		var found diag.List
		p := open(map[string]string{"mkdocs.yml": yml.String(), "docs/index.md": ""}, &found)
		set, _ := p.Finish(blank(p), &found)
		if len(set.Pages) != 1 || set.Pages[0].InNav != (want == "") || codes(&found) != want {
			t.Errorf("%d sections: %+v %s", sections, set.Pages, codes(&found))
		}
	}
}

// TestNavigationDoesNotMultiply names one large directory very often: every
// name stands for all its pages.
func TestNavigationDoesNotMultiply(t *testing.T) {
	files := map[string]string{"mkdocs.yml": "nav:\n" + strings.Repeat("  - d/\n", 3000)}
	for i := range 3000 {
		files[fmt.Sprintf("docs/d/p%d.md", i)] = ""
	}
	p := open(files, diag.Discard)
	set, _ := p.Finish(blank(p), diag.Discard)
	n := 0
	for _, it := range set.Nav {
		n += len(it.Children)
	}
	if n != 20_000 {
		t.Errorf("%d entries", n)
	}
}

// TestRefToAnotherRepository finds documentation by its address in another
// repository of the portal.
func TestRefToAnotherRepository(t *testing.T) {
	e := &entity.Entity{Ref: ref, Kind: entity.KindComponent, Namespace: "default", Name: "x", Origin: entity.Origin{Repo: "a", File: "catalog-info.yaml", Line: 1, Col: 1}}
	e.Metadata.Annotations = map[string]string{docs.AnnotationRef: "url:https://github.com/acme/handbook/tree/main/pay"}
	own := repofs.Memory("a", nil, map[string]string{"catalog-info.yaml": ""})
	other := repofs.Memory("b", nil, map[string]string{"pay/docs/index.md": ""})
	own.WebURL, other.WebURL, other.Branch = "https://github.com/acme/pay", "https://github.com/acme/handbook", "main"
	var found diag.List
	specs := docs.Find(catalogOf(e), map[string]*repofs.Snapshot{"a": own, "b": other}, docs.Options{}, &found)
	if len(specs) != 1 || specs[0].Snap != other || specs[0].Dir != "pay" || len(found.All()) != 0 {
		t.Errorf("%+v %v", specs, found.All())
	}
	specs = docs.Find(catalogOf(e), map[string]*repofs.Snapshot{"a": own}, docs.Options{}, &found)
	if len(specs) != 0 || codes(&found) != "techdocs-ref-remote" {
		t.Errorf("%+v %v", specs, found.All())
	}
}

// TestUnreadable takes a set whose files cannot be read any more.
func TestUnreadable(t *testing.T) {
	snap := repofs.Memory("r", nil, map[string]string{"mkdocs.yml": "x", "docs/index.md": ""})
	for i := range snap.Files {
		snap.Files[i].Size = repofs.MaxRead + 1
	}
	var found diag.List
	p := docs.Open(docs.Spec{Of: ref, Snap: snap, Dir: ".", Config: "mkdocs.yml"}, &found)
	set, _ := p.Finish(blank(p), &found)
	if set.Title != "x" || len(set.Pages) != 1 || codes(&found) != "mkdocs-invalid" {
		t.Errorf("%+v %v", set, found.All())
	}
}

// TestLargeFile links to a file that is too large to copy.
func TestLargeFile(t *testing.T) {
	snap := repofs.Memory("r", nil, map[string]string{"docs/index.md": "", "docs/film.mp4": "", "docs/small.mp4": ""})
	for i, f := range snap.Files {
		snap.Files[i].Size = repofs.MaxRead
		if f.Path == "docs/film.mp4" {
			snap.Files[i].Size++
		}
	}
	snap.WebURL, snap.Branch = "https://github.com/acme/pay", "main"
	var found diag.List
	p := docs.Open(docs.Spec{Of: ref, Snap: snap, Dir: "."}, &found)
	rendered := blank(p)
	rendered[0].Links = []markdown.Link{{Dest: "film.mp4", Line: 1, Col: 1}, {Dest: "small.mp4", Line: 2, Col: 1}}
	set, _ := p.Finish(rendered, &found)
	if len(set.Assets) != 1 || set.Assets[0].Path != "small.mp4" || codes(&found) != "docs-asset-refused" {
		t.Errorf("%+v %v", set.Assets, found.All())
	}
	if got, want := p.Address("/", 0)(0, rendered[0].Links[0]), "https://github.com/acme/pay/blob/main/docs/film.mp4"; got != want {
		t.Errorf("the link leads to %q, want %q", got, want)
	}
}
