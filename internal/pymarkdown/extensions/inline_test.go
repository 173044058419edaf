package extensions_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

// TestInline converts the texts of archives with the extensions that stand in
// the archive's second line. What each must become is in the file of the same
// name with ".html", as Python-Markdown writes it.
func TestInline(t *testing.T) { convertArchives(t, "testdata/inline/*.txtar") }

func convertArchives(t *testing.T, glob string) {
	t.Helper()
	names, err := filepath.Glob(glob)
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

func dialect(t *testing.T, comment string) *pymarkdown.Dialect {
	t.Helper()
	_, line, _ := strings.Cut(comment, "\n")
	var list []pymarkdown.Extension
	if err := json.Unmarshal([]byte(line), &list); err != nil {
		t.Fatal(err)
	}
	d, problems := pymarkdown.New(list, 0, func(name string) pymarkdown.Setup { return extensions.Table[name] })
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return d
}
