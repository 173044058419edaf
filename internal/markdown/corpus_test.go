package markdown_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
)

func shared(t *testing.T, path string) string {
	t.Helper()
	dir := os.Getenv("CALLBOARD_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	return filepath.Join(dir, path)
}

// TestCorpusSites renders the pages of real sites.
func TestCorpusSites(t *testing.T) {
	var files []string
	_ = filepath.WalkDir(shared(t, "corpus/sites"), func(p string, _ fs.DirEntry, _ error) error {
		if strings.Contains(p, "/source/") && strings.HasSuffix(p, ".md") {
			files = append(files, p)
		}
		return nil
	})
	if len(files) == 0 {
		t.Skip("the corpus is not here; set CALLBOARD_SHARED to run this test")
	}
	r := markdown.New(highlight.New())
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d := r.Render(src, markdown.Options{Profile: "techdocs"})
		for _, x := range d.Diagnostics {
			if x.Code != markdown.CodeLinkUnsafe && x.Code != markdown.CodeMeta {
				t.Errorf("%s: %+v", f, x)
			}
		}
	}
	t.Logf("%d pages", len(files))
}

// TestCorpusPairs compares with what Python-Markdown makes of the same text
// under the profile of techdocs-core. Where the two dialects differ (nesting of
// lists, raw HTML blocks, permalinks) they still do, so only the share is held.
func TestCorpusPairs(t *testing.T) {
	data, err := os.ReadFile(shared(t, "corpus/markdown/profiles.json"))
	if err != nil {
		t.Skip("the corpus is not here; set CALLBOARD_SHARED to run this test")
	}
	var file struct {
		Pairs []struct {
			ID, Primary, Input string
			Expected           map[string]string
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	r := markdown.New(highlight.New())
	good, all := map[string]int{}, map[string]int{}
	for _, p := range file.Pairs {
		d := r.Render([]byte(p.Input), markdown.Options{Profile: "techdocs"})
		got := skeleton(d.Resolve(func(_ int, l markdown.Link) string { return l.Dest }).String())
		want := skeleton(p.Expected["techdocs"])
		all[""]++
		all[p.Primary]++
		if got == want {
			good[""]++
			good[p.Primary]++
		} else if os.Getenv("CALLBOARD_SHOW") == p.Primary {
			t.Logf("%s\n--- input\n%s\n--- got\n%s\n--- want\n%s", p.ID, p.Input, got, want)
		}
	}
	for name := range all {
		t.Logf("%4d of %4d %s", good[name], all[name], name)
	}
	if good[""]*100 < all[""]*64 {
		t.Errorf("%d of %d pairs agree", good[""], all[""])
	}
}

// kept are the elements that a reader can tell; others are the dress of a theme.
var kept = strings.Fields("p ul ol li h1 h2 h3 h4 h5 h6 blockquote table thead tbody tr th td em strong code pre a img dl dt dd sup sub del ins mark br details summary abbr kbd")

// skeleton is what two renderings must have in common.
func skeleton(src string) string {
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	bones(&b, doc, false)
	s := strings.Join(strings.Fields(b.String()), " ")
	for _, name := range kept {
		s = strings.ReplaceAll(s, " <"+name+">", "<"+name+">")
		s = strings.ReplaceAll(s, "<"+name+"> ", "<"+name+">")
		s = strings.ReplaceAll(s, " </"+name+">", "</"+name+">")
		s = strings.ReplaceAll(s, "</"+name+"> ", "</"+name+">")
	}
	return s
}

func bones(b *strings.Builder, n *html.Node, pre bool) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
		return
	case n.Type != html.ElementNode:
	case n.Data == "figcaption" || n.Data == "input" || n.Data == "label" || slices.ContainsFunc(strings.Fields(attr(n, "class")), dressing):
		return
	}
	name := n.Data
	show := n.Type == html.ElementNode && slices.Contains(kept, name) && !pre && !title(n)
	if show && name == "code" && n.Parent.Data == "pre" {
		show = false
	}
	if name == "table" && attr(n, "class") == "highlighttable" { // a table that is there for line numbers
		b.WriteString("<pre>" + text(n) + "</pre>")
		return
	}
	if show {
		b.WriteString("<" + name + ">")
		b.WriteString(attr(n, "href") + attr(n, "src") + attr(n, "alt"))
		if strings.HasPrefix(name, "h") {
			b.WriteString("#" + attr(n, "id") + " ")
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		bones(b, c, pre || name == "pre")
	}
	if show {
		b.WriteString("</" + name + ">")
	}
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if attr(n, "class") == "linenos" {
		return ""
	}
	s := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s += text(c)
	}
	return s
}

func title(n *html.Node) bool {
	c := attr(n, "class")
	return strings.Contains(c, "title")
}

// dressing are the classes of what only one of the two has.
func dressing(class string) bool {
	switch class {
	case "anchor", "headerlink", "linenos", "footnote-backref", "tabbed-labels", "tab-title", "task", "task-list-indicator", "filename":
		return true
	}
	return false
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
