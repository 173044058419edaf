package mermaid_test

import (
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/mermaid"
)

// TestGallery draws the files *.mmd of the directory that MERMAID_TRIAL names and
// tells how many could be read. MERMAID_GALLERY is the file of a page with all of
// them, for eyes, and MERMAID_CSS the addresses of its styles.
func TestGallery(t *testing.T) {
	dir := os.Getenv("MERMAID_TRIAL")
	if dir == "" {
		t.Skip("MERMAID_TRIAL names no directory of diagrams")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.mmd"))
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	page.WriteString("<!doctype html><meta charset=utf-8>")
	for css := range strings.FieldsSeq(os.Getenv("MERMAID_CSS")) {
		fmt.Fprintf(&page, "<link rel=stylesheet href=%q>", css)
	}
	drawn, other := 0, 0
	for i, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out, err := mermaid.Render(string(src), mermaid.Options{ID: fmt.Sprintf("m%d", i)})
		fmt.Fprintf(&page, "<h3 id=d%d>%s</h3>", i, filepath.Base(file))
		switch {
		case err == nil:
			drawn++
			page.Write(out)
		case errors.Is(err, mermaid.ErrOther):
			other++
			fallthrough
		default:
			t.Logf("%s: %v", filepath.Base(file), err)
			fmt.Fprintf(&page, "<pre>%s\n\n%s</pre>", html.EscapeString(err.Error()), html.EscapeString(string(src)))
		}
	}
	t.Logf("%d of %d drawn, %d of other kinds", drawn, len(files), other)
	if out := os.Getenv("MERMAID_GALLERY"); out != "" {
		if err := os.WriteFile(out, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
