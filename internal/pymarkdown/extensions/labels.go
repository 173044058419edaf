package extensions

import (
	"html"

	"callboard/internal/pymarkdown"
)

// LabelText is the text of a heading or a label, without references to
// footnotes, as identifiers are made of it. Inline markup must have been read.
func LabelText(d *pymarkdown.Document, e *pymarkdown.Element) string {
	return html.UnescapeString(stripTags(d.InnerHTML(withoutReferences(e))))
}

// IDs are the ids of a page.
type IDs struct{ used *usedIDs }

// NewIDs are the ids that a tree has.
func NewIDs(root *pymarkdown.Element) IDs { return IDs{newUsedIDs(root)} }

// Unique takes an id that is not used yet: id itself, or with the first number
// that is free.
func (ids IDs) Unique(id string) string { return ids.used.unique(id) }
