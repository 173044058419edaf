package docs_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"callboard/internal/corpustest"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// reference is what MkDocs makes of a site.
type reference struct {
	Pages []struct {
		Src, URL, Title string
		EditURL         string `json:"edit_url"`
	}
	Nav []referenceNav
}

type referenceNav struct {
	Title, URL string
	Children   []referenceNav
}

// sites are the real sites of the corpus, and how far the sets made of them are
// from what MkDocs makes. The figures may become smaller.
var sites = []struct {
	name, config string
	missing      int    // pages that MkDocs has and we do not
	titles       int    // pages with another title
	edits        int    // pages that are edited elsewhere
	nav          int    // lines of MkDocs' navigation that are not in ours
	broken       int    // links and images that lead nowhere
	why          string // why something is not the same
}{
	{name: "argo-cd", config: "mkdocs.yml", titles: 1, edits: 1, broken: 1, why: "two pages share an address"},
	{name: "bcgov-private", config: "mkdocs.yml", broken: 22, why: "links to other sites' files"},
	{name: "bcgov-sso-react", config: "mkdocs.yml"},
	{name: "bottom", config: "docs/mkdocs.yml"},
	{name: "dms", config: "docs/mkdocs.yml"},
	{name: "ingress-nginx", config: "mkdocs.yml"},
	{name: "material", config: "mkdocs.yml", broken: 4, why: "they are broken"},
	{name: "mkdocs", config: "mkdocs.yml", broken: 4, why: "pages that a script would make"},
	{name: "monorepo", config: "sample-docs/mkdocs.yml"},
	{name: "sda-mongodb", config: "mkdocs.yml"},
	{name: "starlette", config: "mkdocs.yml"},
	{name: "traefik", config: "docs/mkdocs.yml"},
	{name: "zalando-pg", config: "mkdocs.yml", broken: 2, why: "the corpus has only the documentation of the repository"},
}

// TestRealSites makes documentation sets of real sites and compares pages,
// addresses, titles and navigation with what MkDocs makes of them.
func TestRealSites(t *testing.T) {
	dir := corpustest.Path(t, "sites")
	for _, site := range sites {
		t.Run(site.name, func(t *testing.T) {
			t.Parallel()
			var found diag.List
			spec := siteSpec(t, dir, site.name, site.config, &found)
			set := finish(t, spec, &found)
			ref := readReference(t, dir, site.name)
			counts := map[diag.Code]int{}
			for _, f := range found.All() {
				counts[f.Code]++
				if f.Pos.File == "" || f.Pos.Line == 0 && f.Code != docs.CodePath {
					t.Errorf("%+v has no place", f)
				}
			}
			t.Logf("%d pages, findings %v", len(set.Pages), counts)
			atMost(t, "broken links", counts[docs.CodeLink], site.broken, site.why)
			missing, titles, edits := ref.compare(set)
			atMost(t, "pages missing", missing, site.missing, site.why)
			atMost(t, "other titles", titles, site.titles, site.why)
			atMost(t, "other places of editing", edits, site.edits, site.why)
			atMost(t, "lines of the navigation missing", linesMissing(navText(set, set.Nav, ""), refText(ref.Nav, "")), site.nav, site.why)
		})
	}
}

func atMost(t *testing.T, what string, got, want int, why string) {
	t.Helper()
	if got > want {
		t.Errorf("%s: %d, want at most %d (%s)", what, got, want, why)
	}
}

func siteSpec(t *testing.T, dir, name, config string, sink diag.Sink) docs.Spec {
	t.Helper()
	root, err := os.OpenRoot(filepath.Join(dir, name, "source"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	snap, err := repofs.TakeDir(t.Context(), name, root, repofs.Options{}, sink)
	if err != nil {
		t.Fatal(err)
	}
	return docs.Spec{Of: entity.NewRef("component", "default", name), Title: name, Snap: snap, Dir: path.Dir(config), Config: config}
}

func readReference(t *testing.T, dir, name string) (r reference) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name, "ref.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// compare counts the pages of the reference that a set does not have, or has
// with another title or place of editing.
func (r reference) compare(set *docs.Set) (missing, titles, edits int) {
	have := map[string]docs.Page{}
	for _, p := range set.Pages {
		have[(&url.URL{Path: p.Path}).EscapedPath()] = p
	}
	for _, p := range r.Pages {
		u, _ := url.PathUnescape(p.URL)
		g, ok := have[(&url.URL{Path: u}).EscapedPath()]
		missing += count(!ok)
		titles += count(g.Title != untagged(p.Title))
		edits += count(p.EditURL != "" && g.EditURL != p.EditURL)
	}
	return missing, titles, edits
}

// untagged is a title of MkDocs without the HTML in it: here titles are text.
func untagged(title string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`</?[a-z][^>]*>`).ReplaceAllString(title, "")), " ")
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// linesMissing counts lines of want that got does not have.
func linesMissing(got, want string) int {
	have := map[string]int{}
	for l := range strings.Lines(got) {
		have[l]++
	}
	n := 0
	for l := range strings.Lines(want) {
		if have[l]--; have[l] < 0 {
			n++
		}
	}
	return n
}

// finish renders the files of a set and makes it.
func finish(t *testing.T, spec docs.Spec, sink diag.Sink) *docs.Set {
	t.Helper()
	plan := docs.Open(spec, sink)
	set, _ := plan.Finish(render(t, plan), sink)
	return set
}

func navText(set *docs.Set, items []docs.NavItem, indent string) string {
	var b strings.Builder
	for _, it := range items {
		b.WriteString(indent + untagged(it.Title))
		switch {
		case it.Page >= 0:
			b.WriteString(" -> /" + set.Pages[it.Page].Path)
		case it.URL != "":
			b.WriteString(" -> " + it.URL)
		}
		b.WriteString("\n" + navText(set, it.Children, indent+"  "))
	}
	return b.String()
}

func refText(items []referenceNav, indent string) string {
	var b strings.Builder
	for _, it := range items {
		b.WriteString(indent + untagged(it.Title))
		if it.URL != "" && len(it.Children) == 0 && (it.URL[0] == '/' || strings.Contains(it.URL, "://")) { // what leads nowhere has no address here
			u, _ := url.PathUnescape(it.URL)
			b.WriteString(" -> " + u)
		}
		b.WriteString("\n" + refText(it.Children, indent+"  "))
	}
	return b.String()
}
