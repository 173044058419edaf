package markdown_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"callboard/internal/corpustest"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
)

// pairsNeeded is the share of pairs, in percent, that must be equal.
const pairsNeeded = 95

// TestPythonPairs compares with what Python-Markdown makes of the same text with
// the same extensions.
func TestPythonPairs(t *testing.T) {
	var pairs []struct {
		ID, Primary, Input, Expected string
		Extensions                   []pymarkdown.Extension
		MDOptions                    struct {
			TabLength int `json:"tab_length"`
		} `json:"md_options"`
	}
	corpusJSON(t, "markdown/pairs.json", &pairs)
	var c pairCount
	for _, p := range pairs {
		d, _ := markdown.NewDialect(p.Extensions, p.MDOptions.TabLength)
		c.compare(t, p.ID, p.Primary, p.Input, d.Convert(p.Input), p.Expected)
	}
	c.report(t)
}

// TestPythonProfiles compares under the extensions of TechDocs and of a usual
// site with Material for MkDocs.
func TestPythonProfiles(t *testing.T) {
	var file struct {
		Profiles map[string]struct {
			Extensions []string
			Configs    map[string]map[string]any
		}
		Pairs []struct {
			ID, Primary, Input string
			Expected           map[string]string
		}
	}
	corpusJSON(t, "markdown/profiles.json", &file)
	for name, profile := range file.Profiles {
		t.Run(name, func(t *testing.T) {
			var exts []pymarkdown.Extension
			for _, x := range profile.Extensions {
				exts = append(exts, pymarkdown.Extension{Name: x, Options: profile.Configs[x]})
			}
			d, problems := markdown.NewDialect(exts, 0)
			if len(problems) > 0 {
				t.Errorf("extensions: %v", problems)
			}
			var c pairCount
			for _, p := range file.Pairs {
				c.compare(t, p.ID, p.Primary, p.Input, d.Convert(p.Input), p.Expected[name])
			}
			c.report(t)
		})
	}
}

func corpusJSON(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(corpustest.Path(t, path))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// pairCount counts pairs by the extension they are about.
type pairCount struct{ all, good map[string]int }

func (c *pairCount) compare(t *testing.T, id, primary, input, got, want string) {
	if c.all == nil {
		c.all, c.good = map[string]int{}, map[string]int{}
	}
	c.all[""]++
	c.all[primary]++
	if canonical(got) == canonical(want) {
		c.good[""]++
		c.good[primary]++
	} else if show := os.Getenv("CALLBOARD_SHOW"); show == primary || show == "*" {
		t.Logf("%s\n--- input\n%s\n--- got\n%s\n--- want\n%s", id, input, got, want)
	}
}

func (c *pairCount) report(t *testing.T) {
	t.Helper()
	var worst []string
	for name, n := range c.all {
		if name != "" && c.good[name] < n {
			worst = append(worst, fmt.Sprintf("%s %d of %d", name, c.good[name], n))
		}
	}
	slices.Sort(worst)
	t.Logf("%d of %d equal; not all of: %s", c.good[""], c.all[""], strings.Join(worst, ", "))
	if c.good[""]*100 < c.all[""]*pairsNeeded {
		t.Errorf("%d of %d pairs are equal, fewer than %d %%", c.good[""], c.all[""], pairsNeeded)
	}
}

// canonical is HTML with white space folded, attributes and classes sorted and
// without the spans of highlighting.
func canonical(s string) string {
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return s
	}
	var w canonWriter
	for _, n := range nodes {
		w.node(n, false)
	}
	return strings.TrimSpace(string(w))
}

type canonWriter []byte

func (w *canonWriter) trim() {
	for len(*w) > 0 && (*w)[len(*w)-1] == ' ' {
		*w = (*w)[:len(*w)-1]
	}
}

func (w *canonWriter) node(n *html.Node, pre bool) {
	switch {
	case n.Type == html.TextNode:
		w.text(n.Data, pre)
	case n.Type == html.ElementNode && pre && n.Data == "span":
		w.children(n, pre)
	case n.Type == html.ElementNode:
		if !pre {
			w.trim()
		}
		*w = append(*w, "<"+n.Data+canonAttrs(n)+">"...)
		w.children(n, pre || n.Data == "pre")
		if !pre {
			w.trim()
		}
		*w = append(*w, "</"+n.Data+">"...)
	}
}

func (w *canonWriter) children(n *html.Node, pre bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, pre)
	}
}

func (w *canonWriter) text(s string, pre bool) {
	if pre {
		*w = append(*w, s...)
		return
	}
	words := strings.Fields(s)
	if len(words) == 0 {
		return
	}
	if strings.TrimLeft(s, " \n\t") != s && !strings.HasSuffix(string(*w), ">") {
		*w = append(*w, ' ')
	}
	*w = append(*w, strings.Join(words, " ")...)
	if strings.TrimRight(s, " \n\t") != s {
		*w = append(*w, ' ')
	}
}

func canonAttrs(n *html.Node) string {
	var out []string
	for _, a := range n.Attr {
		v := a.Val
		if a.Key == "class" {
			classes := strings.Fields(v)
			slices.Sort(classes)
			v = strings.Join(classes, " ")
		}
		out = append(out, fmt.Sprintf(" %s=%q", a.Key, v))
	}
	slices.Sort(out)
	return strings.Join(out, "")
}
