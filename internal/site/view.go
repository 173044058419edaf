package site

import (
	"callboard/internal/apidoc"
	"callboard/internal/graph"
	"callboard/internal/markdown"
)

// View is the whole content of a page as plain data. Templates get it and
// nothing else: what a page shows stands in its View, or its key could not
// know that it changed.
type View interface{ Template() string }

// Chrome is the frame of every page. Nothing in it changes from build to build
// unless the theme, the configuration or the page itself does.
type Chrome struct {
	Base                           string // path of the portal, with a slash at both ends
	Site                           string // the portal's title
	Title                          string // of the window
	Summary                        string // for the description of the page
	Canonical                      string
	Nav                            []NavLink
	CSS, Boot, App, Icons, Favicon string
	Scripts                        []string // modules of this kind of page
	Ref                            string   // of the entity, on its pages
	Wide                           bool
	News                           bool   // there is a page of what is new
	Feed                           string // of the page, "" for none
	Markdown                       string // of the page, as Markdown; "" for none
	Home                           bool
	Alone                          bool     // a documentation set without a portal
	Search                         string   // address of the page that searches
	OpenSearch                     string   // of what tells browsers how to search here; "" for none
	Lang                           string   // of the text
	Image                          string   // for those who share a link to the page
	Styles                         []string // of the documentation set, scoped to the article
	Frames                         string   // sources of frames, as a policy names them; "" for none
}

// NavLink is an entry of the main navigation.
type NavLink struct {
	Title, URL string
	Current    bool
	External   bool
}

// Link is an address with a text.
type Link struct{ Text, URL string }

// EntityLink is a reference to an entity, as it looks everywhere.
type EntityLink struct {
	Kind  string // lower case; also icon and class
	Name  string // title, or name with the namespace where that is not plain
	Title string // the full reference
	URL   string // "" for what is missing or for the page's own entity
	// Missing marks a reference that leads nowhere; URL then leads to the
	// health page that says so.
	Missing, Self bool
}

// Head is the head of all pages of an entity.
type Head struct {
	Crumbs   []Crumb
	Kind     string
	KindWord string
	Title    string
	Name     string // when the title is another
	Ref      string
	Lead     string // Markdown
	Facts    []Fact
	Actions  []Action
	Tabs     []Tab
	Notes    []Note
	IsTeam   bool
}

// Crumb is a step of the way to a page.
type Crumb struct {
	Entity *EntityLink
	Link   *Link
	Text   string
}

// Fact is one of the facts in the strip below the head.
type Fact struct {
	Label    string
	Entities []EntityLink
	Text     string
	Tone     string // "", "ok", "info", "warn" or "bad": drawn as a pill
	URL      string
}

// Action is a button that leads somewhere.
type Action struct {
	Text, URL, Icon string
	Primary         bool
}

// Tab is one of the pages of an entity.
type Tab struct {
	Text, URL string
	Count     int
	Current   bool
}

// Note is a box with a word on the state of things.
type Note struct {
	Tone, Title, Text string
	Time              *Stamp // ends the text
	Link              *Link  // ends the text, too
	Entities          []EntityLink
}

// Block is a part of a page. Exactly one of the pointers and lists is filled.
type Block struct {
	Title      string
	ID         string
	Count      int
	More       *Link
	Intro      string
	Cards      []Card
	Rows       []Row
	Table      *Table
	Diagram    *Diagram
	Code       *Code
	Terms      []Term
	Outline    *apidoc.Reference
	Notes      []Note
	Tags       []Link
	Tree       []TreeItem
	Links      []Link
	Undeclared *Undeclared
	Finds      []Finding
	Repository *Repository
	Prose      string // Markdown
	Tabbed     bool   `json:"-"` // a tab has all of it
}

// Card is a card in a grid of cards.
type Card struct {
	Title  string
	Count  int
	Rows   []Row
	More   *Link
	Tabbed bool `json:"-"` // a tab has all of it
}

// Row is a line of a list.
type Row struct {
	Entity *EntityLink
	Link   *Link
	Text   string
	Sub    string
	Tone   string // of Sub, as a pill
}

// Table is a table of one-line cells.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell
	Data    bool // the catalog's own table, which a script takes over
}

// Column is a column's head.
type Column struct {
	Title string
	Class string
}

// Cell is a cell of a table.
type Cell struct {
	Entities []EntityLink
	Link     *Link
	Text     string
	Time     *Stamp
	Sub      string // muted, behind
	Meta     string // second line on narrow screens
	Tone     string
	Class    string
}

// Diagram is a drawing with its caption.
type Diagram struct {
	Graph   graph.Diagram
	Caption string
}

// Code is text to be highlighted.
type Code struct {
	Lang, Title, Text string
	Numbers           bool
	Raw               *Link
}

// Term is an entry of a definition list; Terms is a nested list.
type Term struct {
	Name     string
	Text     string
	URL      string
	Entities []EntityLink
	Terms    []Term
}

// TreeItem is an item of a tree.
type TreeItem struct {
	Entity   EntityLink
	Sub      string
	Children []TreeItem
}

// Undeclared is the line that names what is missing.
type Undeclared struct {
	Missing []string
	Link    Link
}

// Finding is a diagnostic as it is shown.
type Finding struct {
	Place, URL    string
	Severity      string // for programs: a class
	Word          string // for people
	Code, CodeURL string
	Message, Hint string
	Entity        *EntityLink
}

// Page views.

// Entity is a page of an entity: its overview or one of its tabs.
type Entity struct {
	Chrome  Chrome
	Head    Head
	Heading string // of the tab, for the outline
	Main    []Block
	Side    []Block
}

// Template names the template.
func (Entity) Template() string { return "entity" }

// Plain is a page of blocks with a heading.
type Plain struct {
	Chrome Chrome
	Crumbs []Crumb
	Title  string
	Main   []Block
}

// Template names the template.
func (Plain) Template() string { return "plain" }

// Home is the first page.
type Home struct {
	Chrome      Chrome
	Description string
	Tries       []Link
	Kinds       []KindCount
	Health      []Row
	NoFindings  string // what stands in place of Health if that is empty
	Templates   []Row
	Teams       int
}

// KindCount is a kind with its number of entities. Icon is also its class.
type KindCount struct {
	Kind, Icon, Word, URL string
	Count                 int
	Current               bool
}

// Template names the template.
func (Home) Template() string { return "home" }

// Catalog is the catalog's index or one of its static lists.
type Catalog struct {
	Chrome Chrome
	Title  string
	Crumbs []Crumb
	Kinds  []KindCount
	Total  int
	Table  Table
	Lists  []Link
	Pager  []Link
	Index  bool // the page that a script takes over
}

// Template names the template.
func (Catalog) Template() string { return "catalog" }

// Doc is a page of a documentation set.
type Doc struct {
	Chrome   Chrome
	Of       EntityLink // zero for a set that stands alone
	SetTitle string
	SetURL   string
	Nav      DocNav
	// Tabs are the sections of the navigation's first level, if the set asks for
	// them as tabs.
	Tabs  []NavLink
	Trail []string
	Title string
	HasH1 bool
	// Dir is "rtl" if the text is of a language that is written from right to left.
	Dir   string
	Notes []Note
	TOC   []markdown.Heading
	Prev  *Link
	Next  *Link
	Owner *EntityLink
	// EditURL is where the page is edited, SourceURL where its source is shown,
	// ReportURL where what is wrong with it is told; "" for none.
	EditURL, SourceURL, ReportURL string
	// Tags are the page's own; TagList are all of the set with their pages, on the
	// page that shows them.
	Tags, TagList []DocTag
	// Versions are the other versions of the documentation.
	Versions []Link
	// Revised is when the file was changed last, Authors by whom, Created when it was
	// added, if the set wants that to be told.
	Revised, Created *Stamp
	Authors          string
	// Repo is the repository, for a set that stands alone.
	Repo *Link
	// Copyright is the author's; its Markdown is shown as that of descriptions.
	Copyright string
	// Layout are the classes of what the page leaves out or moves.
	Layout string
}

// Template names the template.
func (Doc) Template() string { return "doc" }

// Search is the search page.
type Search struct {
	Chrome Chrome
	Lists  []Link
	Code   bool // there is an index of code
}

// Template names the template.
func (Search) Template() string { return "search" }

// NotFound is the page for addresses that lead nowhere.
type NotFound struct {
	Chrome Chrome
	Lists  []Link
}

// Template names the template.
func (NotFound) Template() string { return "notfound" }

// Redirect leads an address of Backstage's to ours.
type Redirect struct {
	Chrome Chrome
	To     string
}

// Template names the template.
func (Redirect) Template() string { return "redirect" }
