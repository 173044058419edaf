package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

func setupHTMLBlocks(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	modes := map[string]string{}
	for _, v := range o.List("custom") {
		m := pymarkdown.Options{"": v}.Map("")
		mode := m.String("mode", "auto")
		if !markdownModes[mode] {
			mode = "auto"
		}
		modes[m.String("tag", "")] = mode
	}
	return registerSlashBlock(d, "html", slashKind{needsArgument, "markdown", func(h slashHead) (slashBody, bool) {
		tag, attrs, ok := readSelector(h.argument, true)
		if !ok {
			return nil, false
		}
		b := &htmlBody{tag: strings.ToLower(tag), own: attrs, reads: h.options.markdown}
		if custom := modes[b.tag]; custom != "" && b.reads == "auto" {
			b.reads = custom
		}
		return b, true
	}})
}

// htmlBody is an element of any kind.
type htmlBody struct {
	plainBody
	tag   string
	own   []pymarkdown.Attr
	reads string
}

func (b *htmlBody) create(_ *pymarkdown.Document, parent *pymarkdown.Element) *pymarkdown.Element {
	b.e = parent.Sub(b.tag)
	for _, a := range b.own {
		b.e.Set(a.Key, a.Val)
	}
	return b.e
}

func (b *htmlBody) mode() string {
	if b.reads == "html" {
		return "raw"
	}
	return b.reads
}

// end stashes content that is no Markdown: as it is, or as text.
func (b *htmlBody) end(d *pymarkdown.Document) {
	switch {
	case b.reads == "html" || b.reads == "auto" && (b.e.Tag == "script" || b.e.Tag == "style"):
		b.e.SetText(d.Stash.Store(b.e.Lead))
	case b.reads == "raw" || b.reads == "auto" && rawTags[b.e.Tag]:
		text := pymarkdown.CodeEscape(b.e.Lead)
		b.e.SetText(d.Stash.Add(pymarkdown.Stashed{HTML: text, Safe: true, Plain: b.e.Lead}))
	}
}
