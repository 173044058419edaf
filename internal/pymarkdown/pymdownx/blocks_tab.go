package pymdownx

import "callboard/internal/pymarkdown"

func setupTabBlocks(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	t, err := newTabs(d, o)
	if err != nil {
		return err
	}
	return registerSlashBlock(d, "tab", slashKind{needsArgument, "new select", func(h slashHead) (slashBody, bool) {
		return &tabBody{tabs: t, head: h}, true
	}})
}

// tabBody is a tab.
type tabBody struct {
	plainBody
	tabs *tabs
	head slashHead
	set  *pymarkdown.Element
}

type tabBlocksKey struct{}

func (b *tabBody) create(d *pymarkdown.Document, parent *pymarkdown.Element) *pymarkdown.Element {
	h := tabHead{title: b.head.argument, separate: b.head.options.fresh, checked: b.head.options.chose}
	b.set, _ = b.tabs.add(pymarkdown.Value[tabSets](d, tabBlocksKey{}), parent, h)
	return b.set
}

// content is the last tab's at the time when the first content comes, as in the
// original: another extension may have added tabs to the set before that.
func (b *tabBody) content() *pymarkdown.Element {
	if b.e == nil {
		b.e = b.tabs.content(b.set)
	}
	return b.e
}
