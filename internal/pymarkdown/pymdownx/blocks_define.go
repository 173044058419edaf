package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

func setupDefinitionBlocks(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	return registerSlashBlock(d, "define", slashKind{noArgument, "", func(slashHead) (slashBody, bool) { return &defineBody{}, true }})
}

// defineBody is a list of definitions: paragraphs become terms, and the items of
// lists definitions.
type defineBody struct{ plainBody }

func (b *defineBody) create(_ *pymarkdown.Document, parent *pymarkdown.Element) *pymarkdown.Element {
	b.e = parent.Sub("dl")
	return b.e
}

func (b *defineBody) end(*pymarkdown.Document) {
	for _, c := range b.e.Children() {
		switch strings.ToLower(c.Tag) {
		case "dt", "dd":
		case "p":
			c.Tag = "dt"
		case "ul", "ol":
			for _, li := range c.Children() {
				li.Tag = "dd"
				b.e.PutAfter(c.Prev(), li)
			}
			b.e.Remove(c)
		default:
			dt := pymarkdown.NewElement("dt")
			b.e.Replace(c, dt)
			dt.Append(c)
		}
	}
}
