// Package pymdownx holds the extensions of pymdown-extensions. Their names,
// options and priorities are the originals'.
package pymdownx

import "callboard/internal/pymarkdown"

// Table is all extensions of the package by the names they are configured by.
var Table = map[string]pymarkdown.Setup{
	"pymdownx.arithmatex":        setupArithmatex,
	"pymdownx.b64":               setupB64,
	"pymdownx.betterem":          setupBetterEm,
	"pymdownx.blocks.admonition": setupAdmonitionBlocks,
	"pymdownx.blocks.caption":    setupCaptionBlocks,
	"pymdownx.blocks.definition": setupDefinitionBlocks,
	"pymdownx.blocks.details":    setupDetailsBlocks,
	"pymdownx.blocks.html":       setupHTMLBlocks,
	"pymdownx.blocks.tab":        setupTabBlocks,
	"pymdownx.caret":             setupCaret,
	"pymdownx.critic":            setupCritic,
	"pymdownx.details":           setupDetails,
	"pymdownx.emoji":             setupEmoji,
	"pymdownx.escapeall":         setupEscapeAll,
	"pymdownx.extra":             setupExtra,
	"pymdownx.fancylists":        setupFancyLists,
	"pymdownx.highlight":         setupHighlight,
	"pymdownx.inlinehilite":      setupInlineHilite,
	"pymdownx.keys":              setupKeys,
	"pymdownx.magiclink":         setupMagicLink,
	"pymdownx.mark":              setupMark,
	"pymdownx.pathconverter":     setupPathConverter,
	"pymdownx.progressbar":       setupProgressBar,
	"pymdownx.quotes":            setupQuotes,
	"pymdownx.saneheaders":       setupSaneHeaders,
	"pymdownx.smartsymbols":      setupSmartSymbols,
	"pymdownx.snippets":          setupSnippets,
	"pymdownx.striphtml":         setupStripHTML,
	"pymdownx.superfences":       setupSuperfences,
	"pymdownx.tabbed":            setupTabbed,
	"pymdownx.tasklist":          setupTasklist,
	"pymdownx.tilde":             setupTilde,
}
