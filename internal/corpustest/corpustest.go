// Package corpustest finds the corpus of real files, with the verdicts of other
// programs about them, which is not part of the repository.
package corpustest

import (
	"os"
	"path/filepath"
	"testing"
)

// Path is where a part of the corpus is, such as "catalog/orgs". It is below
// the directory that the environment variable CALLBOARD_SHARED names, or else the
// directory "shared" beside the checkout. Without it the test is skipped. Tests
// that call it stand two directories deep in the checkout.
func Path(t testing.TB, part ...string) string {
	t.Helper()
	dir := os.Getenv("CALLBOARD_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	at, err := filepath.Abs(filepath.Join(append([]string{dir, "corpus"}, part...)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(at); err != nil {
		t.Skipf("the corpus is not here (%s); set CALLBOARD_SHARED to run this test", at)
	}
	return at
}
