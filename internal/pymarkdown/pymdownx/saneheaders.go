package pymdownx

import "callboard/internal/pymarkdown"

// setupSaneHeaders wants a space behind the signs of a heading.
func setupSaneHeaders(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Blocks.Register("hashheader", 70, pymarkdown.HashHeader{Space: true})
	return nil
}
