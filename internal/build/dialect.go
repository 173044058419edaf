package build

import (
	"encoding/json"
	"slices"
	"sync"

	"callboard/internal/docs/prepare"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
)

// dialects are the dialects of Markdown that sets are written in. Most sets of an
// organisation share one, and to make one takes longer than to render a page.
type dialects struct {
	mu  sync.Mutex
	all map[string]*markdown.Dialect
}

// maxDialects is how many are kept.
const maxDialects = 100

// of is the dialect of these extensions, nil for none. What is wrong with them is
// told where they are named, by package docs.
func (d *dialects) of(exts []pymarkdown.Extension) *markdown.Dialect {
	if exts == nil {
		return nil
	}
	// What changes a page's text before Markdown has had its turn.
	exts = slices.DeleteFunc(slices.Clone(exts), func(x pymarkdown.Extension) bool { return prepare.KnownExtension(x.Name) })
	key, err := json.Marshal(exts)
	if err != nil {
		made, _ := markdown.NewDialect(exts, 0)
		return made
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if have, ok := d.all[string(key)]; ok {
		return have
	}
	made, _ := markdown.NewDialect(exts, 0)
	if d.all == nil {
		d.all = map[string]*markdown.Dialect{}
	}
	if len(d.all) < maxDialects {
		d.all[string(key)] = made
	}
	return made
}
