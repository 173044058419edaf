package github

import (
	"flag"
	"os"
	"testing"

	"callboard/internal/source"
	"callboard/internal/source/github/githubtest"
)

var update = flag.Bool("update", false, "write the reduced schema")

// TestSchema holds the committed GraphQL schema, which the test server judges
// queries by, against the full one, which is schema.graphql of the npm package
// @octokit/graphql-schema:
//
//	CALLBOARD_GITHUB_SCHEMA=schema.graphql go test ./internal/source/github -run Schema -update
func TestSchema(t *testing.T) {
	name := os.Getenv("CALLBOARD_GITHUB_SCHEMA")
	if name == "" {
		t.Skip("CALLBOARD_GITHUB_SCHEMA does not name the full schema")
	}
	full, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	oid := "0123456789012345678901234567890123456789"
	g := &growing{Listed: source.Listed{Repo: source.Repo{Name: "a/b", Branch: "main"}}, owner: "a", name: "b"}
	file := &source.Contents{FileOf: source.FileOf{Repo: g.Repo, File: source.Entry{Blob: oid}}}
	got, err := githubtest.ReduceSchema(string(full), []string{
		listQuery, nodesQuery, findQuery, membersQuery, teamsQuery, teamQuery,
		topsQuery([]*growing{g}).text(), subtreesQuery([]deep{{g, subtree{oid: oid}}}).text(), textsQuery([]*source.Contents{file}).text(),
	})
	if err != nil {
		t.Fatal(err)
	}
	const path = "githubtest/data/schema.graphql"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the full schema reduces to; run again with -update", path)
	}
}
