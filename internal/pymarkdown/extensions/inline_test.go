package extensions_test

import (
	"testing"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
	"callboard/internal/pymarkdown/pymarkdowntest"
)

func setupOf(name string) pymarkdown.Setup { return extensions.Table[name] }

// dialect is Markdown with a list of extensions, as JSON.
func dialect(t *testing.T, list string) *pymarkdown.Dialect {
	t.Helper()
	return pymarkdowntest.Dialect(t, list, setupOf)
}

// TestInline converts what extensions make of text within lines.
func TestInline(t *testing.T) { pymarkdowntest.Convert(t, "testdata/inline/*.txtar", setupOf) }
