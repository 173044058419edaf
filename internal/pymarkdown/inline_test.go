package pymarkdown_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/pymarkdown"
)

// TestInline converts the texts of an archive; what each must become stands in
// the file of the same name with ".html", as Python-Markdown writes it.
func TestInline(t *testing.T) { convertArchive(t, "testdata/inline.txtar") }

// TestBlocks does so for blocks.
func TestBlocks(t *testing.T) { convertArchive(t, "testdata/block/blocks.txtar") }

func convertArchive(t *testing.T, name string) {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d, problems := pymarkdown.New(nil, 0, nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for i := 0; i+1 < len(a.Files); i += 2 {
		in, want := a.Files[i], strings.TrimSpace(string(a.Files[i+1].Data))
		t.Run(in.Name, func(t *testing.T) {
			if got := d.Convert(string(in.Data), pymarkdown.Env{}); got != want {
				t.Errorf("%s\ngot\n%s\nwant\n%s", in.Data, got, want)
			}
		})
	}
}
