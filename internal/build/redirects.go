package build

import (
	"bytes"
	"fmt"

	"callboard/internal/output"
)

// redirects writes the pages at addresses of a set that lead somewhere else. They
// need no script.
func (w *setWriter) redirects() error {
	for _, r := range w.set.Redirects {
		page := w.pages.Redirect(r)
		if page.Path.IsZero() {
			continue
		}
		key := w.b.renderer.Key(page.View)
		w.made = append(w.made, output.Made{Path: page.Path.String(), Key: key})
		if w.b.out.Keep(page.Path, key) {
			continue
		}
		var buf bytes.Buffer
		if err := w.b.renderer.Page(&buf, page.View, noBody); err != nil {
			return fmt.Errorf("render %s: %w", page.Path, err)
		}
		if err := w.put(page.Path, key, buf.Bytes()); err != nil {
			return err
		}
	}
	return nil
}
