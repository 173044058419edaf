package extensions_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/pymarkdown"
)

// TestCode converts the texts of archives as TestInline does; they are about code.
func TestCode(t *testing.T) {
	names, err := filepath.Glob("testdata/code/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("there are no archives", err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d := dialect(t, string(a.Comment))
		for i := 0; i+1 < len(a.Files); i += 2 {
			in, want := a.Files[i], strings.TrimSpace(string(a.Files[i+1].Data))
			t.Run(filepath.Base(name)+"/"+in.Name, func(t *testing.T) {
				if got := d.Convert(string(in.Data), pymarkdown.Env{}); got != want {
					t.Errorf("%s\ngot\n%s\nwant\n%s", in.Data, got, want)
				}
			})
		}
	}
}
