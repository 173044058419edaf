package githubtest_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"callboard/internal/source/github/githubtest"
)

var update = flag.Bool("update", false, "write the reduced description")

// TestReduced holds the committed description against the full one, which is
// generated/api.github.com.json of the npm package @octokit/openapi:
//
//	CALLBOARD_GITHUB_OPENAPI=api.github.com.json go test ./internal/source/github/githubtest -run Reduced -update
func TestReduced(t *testing.T) {
	full := os.Getenv("CALLBOARD_GITHUB_OPENAPI")
	if full == "" {
		t.Skip("CALLBOARD_GITHUB_OPENAPI does not name the full description")
	}
	b, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	got, err := githubtest.Reduce(b)
	if err != nil {
		t.Fatal(err)
	}
	const name = "data/api.github.com.json"
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the full description reduces to; run again with -update", name)
	}
}
