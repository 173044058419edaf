// Package pymarkdowntest holds what tests of Markdown's dialects share: archives
// of texts and of what each must become.
package pymarkdowntest

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/pymarkdown"
)

// Convert converts the texts of the archives that a pattern names. An archive's
// comment is a line that says what it is about, and then the list of extensions,
// as JSON, which setup must know. What each text must become is in the file after
// it, of the same name with ".html", as the original libraries write it.
func Convert(t *testing.T, glob string, setup func(name string) pymarkdown.Setup) {
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
		_, list, _ := strings.Cut(strings.TrimSpace(string(a.Comment)), "\n")
		d := Dialect(t, list, setup)
		t.Run(filepath.Base(name), func(t *testing.T) { compare(t, d, a) })
	}
}

func compare(t *testing.T, d *pymarkdown.Dialect, a *txtar.Archive) {
	for i := 0; i+1 < len(a.Files); i += 2 {
		in, want := a.Files[i], strings.TrimSpace(string(a.Files[i+1].Data))
		t.Run(in.Name, func(t *testing.T) {
			if got := d.Convert(string(in.Data), pymarkdown.Env{}); got != want {
				t.Errorf("%s\ngot\n%s\nwant\n%s", in.Data, got, want)
			}
		})
	}
}

// Dialect is Markdown with a list of extensions, which is JSON; "" is none.
func Dialect(t testing.TB, list string, setup func(name string) pymarkdown.Setup) *pymarkdown.Dialect {
	t.Helper()
	var some []pymarkdown.Extension
	if list != "" {
		if err := json.Unmarshal([]byte(list), &some); err != nil {
			t.Fatal(err)
		}
	}
	d, problems := pymarkdown.New(some, 0, setup)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return d
}
