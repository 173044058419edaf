package pymarkdown_test

import (
	"testing"

	"callboard/internal/pymarkdown/pymarkdowntest"
)

// TestInline converts what is within lines, TestBlocks blocks, as Python-Markdown
// does without extensions.
func TestInline(t *testing.T) { pymarkdowntest.Convert(t, "testdata/inline.txtar", nil) }

func TestBlocks(t *testing.T) { pymarkdowntest.Convert(t, "testdata/block/blocks.txtar", nil) }
