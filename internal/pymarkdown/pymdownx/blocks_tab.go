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

// tabBody is a tab; its element is the set.
type tabBody struct {
	plainBody
	tabs *tabs
	head slashHead
}

type tabBlocksKey struct{}

func (b *tabBody) create(d *pymarkdown.Document, parent *pymarkdown.Element) (set *pymarkdown.Element) {
	h := tabHead{title: b.head.argument, separate: b.head.options.fresh, checked: b.head.options.chose}
	set, b.e = b.tabs.add(pymarkdown.Value[tabSets](d, tabBlocksKey{}), parent, h)
	return set
}
