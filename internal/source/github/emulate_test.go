package github

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"testing"

	"callboard/internal/facts"
	"callboard/internal/secret"
	"callboard/internal/source"
)

// TestEmulated asks another's imitation of GitHub, which runs with the
// configuration that it makes itself:
//
//	npx emulate@0.12.2 init -s github && npx emulate@0.12.2 start -s github -p 7178 --host 127.0.0.1 --seed emulate.config.yaml
//	CALLBOARD_GITHUB_EMULATE=http://127.0.0.1:7178 go test ./internal/source/github -run Emulated
//
// It knows neither lists of an organisation nor GraphQL nor archives, and answers
// for commits in full where their hash alone is asked for. Its names of contents
// are made up, which is noticed.
func TestEmulated(t *testing.T) {
	at := os.Getenv("CALLBOARD_GITHUB_EMULATE")
	if at == "" {
		t.Skip("CALLBOARD_GITHUB_EMULATE names no server")
	}
	h, err := New(Options{User: "octocat", API: at, Token: secret.New("test_token_admin"), REST: true})
	if err != nil {
		t.Fatal(err)
	}
	rs, err := list(h)
	if err != nil || len(rs) != 1 || rs[0].Name != "octocat/hello-world" {
		t.Errorf("listed %+v, %v", rs, err)
	}
	for _, name := range []string{"octocat/hello-world", "my-org/org-repo"} {
		r := source.Repo{Name: name, Branch: "main", Revision: emulatedCommit(t, at, name)}
		tree, err := h.Tree(t.Context(), r)
		if err != nil || len(tree.Entries) == 0 {
			t.Fatalf("%+v, %v", tree, err)
		}
		kind(t, firstErr(h.Read(t.Context(), r, tree.Entries)), source.Broken)
		var f facts.Repo
		if err := h.Enrich(t.Context(), r, &f); err != nil || f.Contributors == nil {
			t.Errorf("%+v, %v", f, err)
		}
	}
	r := source.Repo{Name: "octocat/hello-world"}
	if _, err = h.Find(t.Context(), r); err == nil {
		t.Error("it has learnt to answer with a hash alone: take Find for the commit")
	}
	_, err = h.Find(t.Context(), source.Repo{Name: "my-org/nowhere"})
	kind(t, err, source.Gone)
	emulatedPeople(t, at)
}

func emulatedPeople(t *testing.T, at string) {
	t.Helper()
	h, err := New(Options{Organization: "my-org", API: at, Token: secret.New("test_token_admin"), REST: true})
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.People(t.Context())
	if err != nil || len(p.Users) != 1 || len(p.Groups) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	if u := p.Users[0]; u.Name != "octocat" || u.DisplayName != "The Octocat" || u.Email != "octocat@github.com" || u.Description != "I am the Octocat" || !slices.Equal(u.Groups, []string{"members"}) {
		t.Errorf("%+v", u)
	}
	if g := p.Groups[0]; g.Name != "members" || g.Type != "team" || !slices.Equal(g.Members, []string{"octocat"}) || g.Annotations[annTeamSlug] != "my-org/members" {
		t.Errorf("%+v", g)
	}
}

func emulatedCommit(t *testing.T, at, name string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+"/repos/"+name+"/commits/main", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer test_token_admin")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var c struct{ SHA string }
	if err := json.NewDecoder(resp.Body).Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c.SHA
}
