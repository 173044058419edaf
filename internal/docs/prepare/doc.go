// Package prepare changes the text of a page before it is read as Markdown, as
// the plugins and extensions of MkDocs do that put other files and variables
// into it: macros, include-markdown, markdownextradata, markdown_include and
// mdx_include.
//
// What a page becomes depends on its text, on the configuration (Preparer.Key)
// and on the files it reads (Files.Reads), and on nothing else. Files are
// those of the repository's snapshot; addresses of other hosts are never asked.
// What a page may read is bounded, see Limits.
package prepare

import (
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/repofs"
)

// Version is part of every cache key. Change it when the output changes.
const Version = "prepare/1"

// Codes of findings.
const (
	// CodeInclude is about a file that a page includes.
	CodeInclude = diag.Code("docs-include")
	// CodeMacro is about a template in a page.
	CodeMacro = diag.Code("docs-macro")
)

// Limits of one page.
const (
	// MaxReads is how many files a page may read, counting each time.
	MaxReads = 500
	// MaxBytes is how much a page may become, and read, in bytes.
	MaxBytes = 8 << 20
	// MaxDepth is how deep files may include each other.
	MaxDepth = 20
	// MaxMatches is how many files a page's patterns are tried on.
	MaxMatches = 200_000

	maxFindings = 100 // of a page
)

// Plugin is a plugin or Markdown extension as mkdocs.yml names it.
type Plugin struct {
	Name    string
	Options map[string]any
	Pos     diag.Pos // of its name
}

// Site is what is told of a documentation site.
type Site struct {
	Snap *repofs.Snapshot
	// Dir is the directory of mkdocs.yml in the repository, DocsDir that of the
	// pages; "." for the root.
	Dir, DocsDir string
	// Plugins and Extensions are those of mkdocs.yml, in its order. Others than
	// those of this package are passed over.
	Plugins, Extensions []Plugin
	// Config is mkdocs.yml with what it inherits.
	Config map[string]any
	// Keys gives the keys of a mapping of Config in the order of the file; nil
	// is for the order of the alphabet.
	Keys func(path ...any) []string
	// Ignore reads patterns in the form of .gitignore; what it returns matches
	// paths below docs_dir.
	Ignore func(patterns string) func(rel string) bool
}

// Page is what is told of a page.
type Page struct {
	Source string // path in the repository
	URL    string // address below the site's own, such as "guides/start/"
	Title  string // as the navigation has it; "" if it has none
}

// Read is a file that a page has read, or has looked for.
type Read struct {
	Path string     `json:"p"`
	Sum  digest.Sum `json:"s,omitzero"` // zero if it is not there
}

// Prepared is a page's text for Markdown.
type Prepared struct {
	Text []byte
	// Lines are the lines of the page's file from which those of Text came,
	// 1-based; nil if they are the same.
	Lines []int
	// Revisioned tells that Text depends on the revision of the snapshot.
	Revisioned bool
	// Diagnostics have no Repo, and no File if they are about the page's own.
	Diagnostics []diag.Diagnostic
}

// Line is the line of the page's file a line of Text came from.
func (p *Prepared) Line(n int) int {
	switch {
	case p.Lines == nil || n < 1:
		return n
	case n > len(p.Lines):
		n = len(p.Lines)
	}
	if n == 0 {
		return 1
	}
	return p.Lines[n-1]
}
