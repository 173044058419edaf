// Package extensions holds the extensions that come with Python-Markdown, and
// those of third parties that TechDocs and MkDocs bring along. Their names,
// options and priorities are the originals'.
package extensions

import "callboard/internal/pymarkdown"

// Table is all extensions of the package by the names they are configured by.
var Table = map[string]pymarkdown.Setup{
	"abbr":                     setupAbbr,
	"admonition":               setupAdmonition,
	"attr_list":                setupAttrList,
	"codehilite":               setupCodehilite,
	"def_list":                 setupDefList,
	"extra":                    setupExtra,
	"fenced_code":              setupFencedCode,
	"footnotes":                setupFootnotes,
	"gh_admonitions":           setupGitHubAdmonitions,
	"callouts":                 setupCallouts,
	"github-callouts":          setupGitHubCallouts,
	"legacy_attrs":             setupLegacyAttrs,
	"legacy_em":                setupLegacyEm,
	"markdown_inline_graphviz": setupGraphviz,
	"md_in_html":               pymarkdown.MarkdownInHTML,
	"mdx_breakless_lists":      setupBreaklessLists,
	"mdx_gh_links":             setupGitHubLinks,
	"mdx_truly_sane_lists":     setupTrulySaneLists,
	"meta":                     setupMeta,
	"nl2br":                    setupNl2br,
	"plantuml_markdown":        setupPlantUML,
	"sane_lists":               setupSaneLists,
	"smarty":                   setupSmarty,
	"tables":                   setupTables,
	"toc":                      setupTOC,
	"wikilinks":                setupWikiLinks,
}
