package extensions_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestGitHubAdmonitions gives pages with alerts to the preprocessor; what each
// must become stands in the file of the same name with ".md", as the plugin
// writes it.
func TestGitHubAdmonitions(t *testing.T) {
	a, err := txtar.ParseFile("testdata/gh_admonitions.txtar")
	if err != nil {
		t.Fatal(err)
	}
	convert, ok := dialect(t, `[{"name":"gh_admonitions"}]`).Pre.Get("gh_admonitions")
	if !ok {
		t.Fatal("no preprocessor")
	}
	for i := 0; i+1 < len(a.Files); i += 2 {
		in, want := a.Files[i], strings.TrimRight(string(a.Files[i+1].Data), "\n")
		t.Run(in.Name, func(t *testing.T) {
			got := strings.Join(convert(nil, strings.Split(string(in.Data), "\n")), "\n")
			if strings.TrimRight(got, "\n") != want {
				t.Errorf("%s\ngot\n%s\nwant\n%s", in.Data, got, want)
			}
		})
	}
}
