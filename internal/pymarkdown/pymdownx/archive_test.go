package pymdownx_test

import (
	"testing"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
	"callboard/internal/pymarkdown/pymarkdowntest"
	"callboard/internal/pymarkdown/pymdownx"
)

func setupOf(name string) pymarkdown.Setup {
	if s := extensions.Table[name]; s != nil {
		return s
	}
	return pymdownx.Table[name]
}

// TestInline converts what the extensions make of text within lines.
func TestInline(t *testing.T) { pymarkdowntest.Convert(t, "testdata/inline/*.txtar", setupOf) }

// TestBlockMarkup converts what the extensions make of blocks.
func TestBlockMarkup(t *testing.T) { pymarkdowntest.Convert(t, "testdata/blocks/*.txtar", setupOf) }
