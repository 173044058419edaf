package pymdownx_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
	"callboard/internal/pymarkdown/pymdownx"
)

func setupOf(name string) pymarkdown.Setup {
	if s := extensions.Table[name]; s != nil {
		return s
	}
	return pymdownx.Table[name]
}

// TestBlockMarkup converts the texts of the archives in testdata/blocks with the
// extensions that the last line of the archive's comment lists; what each must
// become stands in the file of the same name with ".html", as the original
// libraries write it.
func TestBlockMarkup(t *testing.T) {
	archives, err := filepath.Glob("testdata/blocks/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d := archiveDialect(t, string(a.Comment))
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

func archiveDialect(t *testing.T, comment string) *pymarkdown.Dialect {
	t.Helper()
	_, list, _ := strings.Cut(strings.TrimSpace(comment), "\n")
	var ext []pymarkdown.Extension
	if err := json.Unmarshal([]byte(list), &ext); err != nil {
		t.Fatal(err)
	}
	d, problems := pymarkdown.New(ext, 0, setupOf)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return d
}
