// Package extensions holds the extensions that come with Python-Markdown, and
// those of third parties that TechDocs and MkDocs bring along. Their names,
// options and priorities are the originals'.
package extensions

import "callboard/internal/pymarkdown"

// Table is all extensions of the package by the names they are configured by.
var Table = map[string]pymarkdown.Setup{
	"abbr":         setupAbbr,
	"attr_list":    setupAttrList,
	"footnotes":    setupFootnotes,
	"legacy_attrs": setupLegacyAttrs,
	"md_in_html":   pymarkdown.MarkdownInHTML,
	"codehilite":   setupCodehilite,
	"fenced_code":  setupFencedCode,
	"mdx_gh_links": setupGitHubLinks,
	"meta":         setupMeta,
	"tables":       setupTables,
	"toc":          setupTOC,
}
