// Package markdown is the gate for Markdown: it turns the text of strangers
// into sanitised HTML with numbered link slots, headings, links and plain text
// for the search index. What it makes of a file depends on the file, the
// options and this package's version, and on nothing else: links are resolved
// by the caller, later, so that a file's result never depends on another file.
package markdown

import (
	"callboard/internal/diag"
	"callboard/internal/sanitize"
)

// Version is part of every cache key. Change it when the output changes.
const Version = "markdown/11"

// Options choose the dialect.
type Options struct {
	// Dialect is Python-Markdown with the extensions of a site. Nil is CommonMark
	// with GitHub's extensions, for READMEs and descriptions.
	Dialect *Dialect
	// Read gives the text of a file of the site that a page includes; nil
	// refuses all (pymdownx.snippets).
	Read func(name string) (text string, ok bool)
	// Page is the page's path below docs_dir.
	Page string
	// Draw draws a diagram of this kind, before what is drawn here; false for a kind
	// that it does not draw, an error for a source that it could not. Pages depend on
	// what it makes.
	Draw func(kind, source string) (svg []byte, ok bool, err error)
	// Annotate makes annotations of the numbers in comments of code, as Material's
	// feature content.code.annotate does. Blocks of the class "annotate" have them
	// anyhow.
	Annotate bool
	// Frames are the hosts whose frames are shown, such as "www.example.com" or
	// "*.example.com"; frames of others become links.
	Frames []string
	// RemoteImages lets images of other hosts be; otherwise they become links.
	RemoteImages bool
	// NoRawHTML drops raw HTML instead of sanitising it, for descriptions.
	NoRawHTML bool
}

// Doc is a rendered file.
type Doc struct {
	// Title is the text of the first heading if it is of level 1 and the first
	// element, else the front matter's title, else "".
	Title string
	// HasH1 tells whether there is a heading of level 1, be it in raw HTML.
	HasH1 bool `json:",omitempty"`
	// TagList says which tags of a site the page lists: that of the first mark
	// <!-- material/tags --> of Material's plugin tags, nil for none.
	TagList *TagList `json:",omitempty"`
	// Meta is the front matter.
	Meta map[string]any `json:",omitempty"`
	// Headings are all headings in order, with unique ids.
	Headings []Heading `json:",omitempty"`
	// Links are the slots of the body, in order of their number.
	Links []Link `json:",omitempty"`
	// Sections are the plain text for the search index: one before the first
	// heading (ID "") and one for each heading, without what the author keeps from
	// the search.
	Sections []Section `json:",omitempty"`
	// Diagnostics have no Repo and File; the caller knows them.
	Diagnostics []diag.Diagnostic `json:",omitempty"`
	// Body is HTML in which "\x00N\x00" stands for the address of Links[N].
	// Everything in it is sanitised; NUL cannot occur otherwise.
	Body string
}

// Heading is a heading of a page.
type Heading struct {
	Level int
	ID    string
	Text  string
}

// Link is an address that the file's author wrote.
type Link struct {
	Dest  string // as written, not yet resolved
	Image bool
	Line  int // 1-based, of the block the link stands in if nothing better is known
	Col   int
}

// Section is the text below one heading.
type Section struct {
	ID, Title, Text string
}

// Resolve puts addresses into the slots of the body. The function gets each
// link once, by number, and returns the address to put there, unescaped; the
// address must be safe. An empty address leaves its attribute out,
// so that the link leads nowhere.
func (d *Doc) Resolve(address func(n int, l Link) string) sanitize.HTML {
	return sanitize.Trusted(resolveSlots(d.Body, d.Links, address))
}
