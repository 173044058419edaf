package pymarkdown

import (
	"fmt"
	"strings"
)

// Preprocessor changes the lines of a page before blocks are read.
type Preprocessor func(d *Document, lines []string) []string

// BlockProcessor reads one kind of block.
type BlockProcessor interface {
	// Test tells whether the block may be of this kind.
	Test(d *Document, parent *Element, block string) bool
	// Run takes one or more blocks from the front, and adds to the tree below
	// parent. False means that it was not of this kind after all; then the
	// blocks must be as they were.
	Run(d *Document, parent *Element, blocks *Blocks) bool
}

// TreeProcessor changes the tree.
type TreeProcessor func(d *Document, root *Element)

// Postprocessor changes the HTML text.
type Postprocessor func(d *Document, html string) string

// Dialect is a set of steps: Python-Markdown's own and those of extensions. It
// may be used from several goroutines once New has returned it.
type Dialect struct {
	TabLength int
	// EscapedChars are those that a backslash makes literal.
	EscapedChars string
	// BlockLevel are the names of block elements. Copy it before changing it.
	BlockLevel map[string]bool
	Pre        Registry[Preprocessor]
	Blocks     Registry[BlockProcessor]
	Inline     Registry[*Pattern]
	Tree       Registry[TreeProcessor]
	Post       Registry[Postprocessor]
	// Shared is what extensions tell each other while they are set up, by the
	// extension's name.
	Shared map[string]any
	// Resets are called for each document before it is read.
	Resets []func(d *Document)
	// Finals are called once after all extensions are set up, in order: an
	// extension that looks for others does it there.
	Finals []func(d *Dialect)

	tab      string // TabLength spaces
	find     func(name string) Setup
	problems []Problem
}

// Problem is an extension that could not be set up.
type Problem struct {
	Extension string
	Err       error // nil: there is no such extension
}

// New makes a dialect of extensions, in their order. What find does not know is
// a Problem, and the dialect does without it.
func New(extensions []Extension, tabLength int, find func(name string) Setup) (*Dialect, []Problem) {
	if tabLength <= 0 {
		tabLength = 4
	}
	d := &Dialect{TabLength: tabLength, EscapedChars: "\\`*_{}[]()>#+-.!", BlockLevel: blockLevel, Shared: map[string]any{},
		tab: strings.Repeat(" ", tabLength), find: find}
	d.Pre.Register("normalize_whitespace", 30, normalizeWhitespace)
	d.Pre.Register("html_block", 20, htmlBlocks)
	registerBlocks(d)
	registerPatterns(d)
	d.Tree.Register("inline", 20, runInline)
	d.Tree.Register("prettify", 10, prettify)
	d.Tree.Register("unescape", 0, unescapeTree)
	d.Post.Register("raw_html", 30, nil) // done by the serializer's second part, see html.go
	d.Post.Register("amp_substitute", 20, ampSubstitute)
	for _, x := range extensions {
		d.Include(x)
	}
	for _, f := range d.Finals {
		f(d)
	}
	d.Pre.freeze()
	d.Blocks.freeze()
	d.Inline.freeze()
	d.Tree.freeze()
	d.Post.freeze()
	return d, d.problems
}

// Include sets an extension up. Extensions that stand for several others call it
// while they are set up themselves.
func (d *Dialect) Include(x Extension) {
	setup := d.find(x.Name)
	if setup == nil {
		d.problems = append(d.problems, Problem{Extension: x.Name})
		return
	}
	if err := setup(d, x.Options); err != nil {
		d.problems = append(d.problems, Problem{x.Name, fmt.Errorf("set up %s: %w", x.Name, err)})
	}
}

// IsBlockLevel tells whether a tag is of a block element.
func (d *Dialect) IsBlockLevel(tag string) bool {
	if d.BlockLevel[tag] {
		return true
	}
	for i := range len(tag) {
		if c := tag[i]; c >= 'A' && c <= 'Z' || c == '/' {
			return d.BlockLevel[strings.TrimRight(strings.ToLower(tag), "/")]
		}
	}
	return false
}

// blockLevel are Python-Markdown's BLOCK_LEVEL_ELEMENTS.
var blockLevel = func() map[string]bool {
	m := map[string]bool{}
	for tag := range strings.FieldsSeq(`address article aside blockquote details div dl fieldset figcaption figure footer form
		h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre section table ul canvas colgroup dd body dt group html iframe
		li legend math map noscript output object option progress script style summary tbody td textarea tfoot th thead tr video center`) {
		m[tag] = true
	}
	return m
}()
