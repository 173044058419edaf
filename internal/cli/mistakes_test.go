package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// mistakes are the mistakes that people make most, by the statistics of real
// catalog files: each an archive of a checkout, the command after the "$" in
// its text, and the exact output of that.
const mistakes = "../../testdata/mistakes"

// TestMistakes holds what the author of a wrong file reads. Read what changes
// as he would: does it say what is wrong, where, and what to do?
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(mistakes, "*.txtar"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d mistakes: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, command, ok := strings.Cut(string(ar.Comment), "\n$ callboard ")
			n := len(ar.Files) - 1
			if !ok || n < 1 || ar.Files[n].Name != "output" {
				t.Fatal("there must be a command, and a file output at the end")
			}
			dir := t.TempDir()
			for _, f := range ar.Files[:n] {
				put(t, filepath.Join(dir, filepath.FromSlash(f.Name)), string(f.Data))
			}
			_, out, errs := run(t, t.Context(), dir, append(strings.Fields(command), "--color", "never")...)
			if out == "" {
				t.Error("nothing is found: " + errs)
			}
			compareGolden(t, file, ar, n, out)
		})
	}
}

// compareGolden compares a file of an archive, or rewrites it.
func compareGolden(t *testing.T, file string, ar *txtar.Archive, n int, got string) {
	t.Helper()
	if *update {
		ar.Files[n].Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(ar), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := string(ar.Files[n].Data); got != want {
		t.Errorf("got\n%s\nwant\n%s\nif the words are better now, rewrite them with\n\tgo test ./internal/cli -run Mistakes -update", got, want)
	}
}
