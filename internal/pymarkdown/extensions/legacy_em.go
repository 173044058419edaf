package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// setupLegacyEm is legacy_em: underscores make emphasis inside words, too.
func setupLegacyEm(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Inline.Register("em_strong2", 50, pymarkdown.LegacyUnderscores())
	return nil
}

// setupNl2br is nl2br: the end of a line is a line break.
func setupNl2br(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Inline.Register("nl", 5, &pymarkdown.Pattern{Triggers: "\n", Find: func(_ *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
		i := strings.IndexByte(text[from:], '\n')
		if i < 0 {
			return pymarkdown.Match{}, false
		}
		return pymarkdown.Match{Start: from + i, End: from + i + 1, Node: pymarkdown.NewElement("br")}, true
	}})
	return nil
}
