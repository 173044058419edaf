// Package docs turns mkdocs.yml and Markdown files into documentation sets:
// pages in reading order, a navigation tree, resolved and checked links.
package docs

import (
	"path"
	"slices"

	"callboard/internal/entity"
	"callboard/internal/markdown"
)

// Set is one documentation site: what one mkdocs.yml describes. Bodies are not
// part of it; a set of a hundred pages is some tens of kilobytes.
type Set struct {
	// Of is the entity the set belongs to; its pages live below
	// /docs/<namespace>/<kind>/<name>/.
	// It is nobody's if it stands alone.
	Of entity.Ref `json:"-"`
	// Title is site_name, or the entity's title.
	Title       string
	Description string
	Look
	// Repo and Dir say where the set was read: the repository and the
	// directory of mkdocs.yml.
	Repo, Dir string
	// Pages are all pages: first those of the navigation in its order, then the
	// others by path.
	Pages []Page
	// Nav is the navigation tree.
	Nav []NavItem
	// Assets are the other files below docs_dir that pages may use, by their
	// path below the set's address.
	Assets []Asset
	// Redirects are addresses that lead somewhere else, by their path.
	Redirects []Redirect `json:",omitempty"`
	// Tags are those of all pages, by name, if the set shows tags; TagPages are the
	// pages that list them, those first that list all.
	Tags     []Tag `json:",omitempty"`
	TagPages []int `json:",omitempty"`
	// Versions are the other versions of the documentation, newest first.
	Versions []Version `json:",omitempty"`
}

// Page is what is known of a page without its body.
type Page struct {
	// Source is the path of the Markdown file in the repository.
	Source string
	// Path is the page's address below the set's own, such as "guides/start/";
	// "" for the set's first page.
	Path string
	// Markdown is the path below the set's own address of the page's text as
	// Markdown: that of its file below docs_dir, so that the links of the text lead
	// where their author meant them to.
	Markdown string
	Title    string
	// Headings are those of levels 2 and 3, for "on this page".
	Headings []markdown.Heading
	InNav    bool
	// HasH1 tells whether the page's text has a heading of level 1.
	HasH1 bool
	// Prev and Next are indices into Pages, or -1.
	Prev, Next int
	// Trail are the titles of the navigation's sections above the page.
	Trail []string
	// EditURL is where the file can be edited at its host, if known; ViewURL
	// where it is shown.
	EditURL, ViewURL string
	// Description is the front matter's.
	Description string `json:",omitempty"`
	// Hide are the parts of the page that its front matter hides: "navigation",
	// "toc", "path", "footer" (Material's "hide").
	Hide []string `json:",omitempty"`
	// Tags are those of the front matter, if the set shows tags.
	Tags []string `json:",omitempty"`
	// TagList says which tags the page lists, nil for none.
	TagList *markdown.TagList `json:",omitempty"`
	// Status is Material's: "new", "deprecated" or a word of the set's own.
	Status string `json:",omitempty"`
	// Unsearched keeps the page from the search, and Boost is how much more it counts
	// there, 0 for as usual: "exclude" and "boost" of Material's "search" in the front
	// matter.
	Unsearched bool    `json:",omitempty"`
	Boost      float64 `json:",omitempty"`
	// Change is what is known of the file's history, nil for nothing.
	Change *Change `json:",omitempty"`
}

// Hides tells whether a part of the page is hidden.
func (p *Page) Hides(part string) bool { return slices.Contains(p.Hide, part) }

// Lists tells whether the page lists a tag of another page.
func (p *Page) Lists(tag string, of *Page) bool {
	return p.TagList != nil && p.TagList.Lists(tag) && (!p.TagList.Scope || isBelow(path.Dir(p.Markdown), of.Markdown))
}

// NavItem is an entry of the navigation: a section (Children), a page (Page is
// an index into Pages) or a link out (URL). In a set that stands alone, a URL that
// begins with "./" is a path below the set's address at which there is nothing.
type NavItem struct {
	Title    string
	Page     int // -1 for none
	URL      string
	Children []NavItem
}

// Asset is a file that is copied as it is.
type Asset struct {
	Source string // path in the repository
	Path   string // address below the set's own
}
