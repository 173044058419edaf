package lsp

import (
	"fmt"
	"maps"
	"sync"
)

// Limits of what is open at once.
const (
	maxOpen      = 2_000
	maxOpenBytes = 512 << 20
	// maxWork is how many bytes the changes of one message may move.
	maxWork = 2 << 30
)

// document is a file as it stands in the editor. It does not change.
type document struct {
	uri, path string // path is "" for what is not on disk
	version   int
	*text
}

// snapshot is what is open at a time, by URI. It must not be changed.
type snapshot map[string]*document

// documents are what the editor has open.
type documents struct {
	mu   sync.Mutex
	open snapshot
	size int
}

func newDocuments() *documents { return &documents{open: snapshot{}} }

func (d *documents) now() snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open
}

// put opens a document, or replaces it.
func (d *documents) put(doc *document) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	size := d.size + len(doc.all)
	if old := d.open[doc.uri]; old != nil {
		size -= len(old.all)
	} else if len(d.open) >= maxOpen {
		return fmt.Errorf("more than %d documents are open", maxOpen)
	}
	if size > maxOpenBytes {
		return fmt.Errorf("the open documents have more than %d bytes", maxOpenBytes)
	}
	next := maps.Clone(d.open)
	next[doc.uri] = doc
	d.open, d.size = next, size
	return nil
}

func (d *documents) drop(uri string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	old := d.open[uri]
	if old == nil {
		return
	}
	next := maps.Clone(d.open)
	delete(next, uri)
	d.open, d.size = next, d.size-len(old.all)
}

// changed is a document after changes. The error tells that they are more than
// can be made in reasonable time.
func (doc *document) changed(version int, cs []contentChange, e encoding) (*document, error) {
	t := doc.text
	work := 0
	for _, c := range cs {
		if work += len(t.all) + len(c.Text); work > maxWork {
			return nil, fmt.Errorf("%d changes of %d bytes are too many", len(cs), len(t.all))
		}
		t = t.change(c, e)
	}
	return &document{uri: doc.uri, path: doc.path, version: version, text: t}, nil
}
