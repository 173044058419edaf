package gitea_test

import (
	"net/http"
	"testing"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/gitea"
	"callboard/internal/source/sourcetest"
)

func FuzzAnswers(f *testing.F) {
	const (
		sha        = `0123456789012345678901234567890123456789`
		repository = `{"id":7,"name":"a","full_name":"acme/a","default_branch":"m","html_url":"https://x/acme/a","size":3,"topics":["a"],"licenses":["MIT"],"has_code":true,"created_at":"2026-01-01T00:00:00Z"}`
	)
	seeds := []string{
		"[" + repository + "]\x1e[]",
		repository + "\x1e" + `{"name":"m","commit":{"id":"` + sha + `"}}`,
		`{"commit":{"id":"` + sha + `"}}` + "\x1e" + `{"sha":"` + sha + `","truncated":true,"tree":[{"path":"a","mode":"100644","type":"blob","size":1,"sha":"` + sha + `"},{"path":"m","mode":"160000","type":"commit","sha":"x"}]}`,
		`{"encoding":"base64","content":"eA=="}`, `{"content":null}` + "\x1ex",
		`{"Go":9,"Shell":-1}` + "\x1e" + `{"tag_name":"v1","published_at":"2026-01-01T00:00:00Z"}` + "\x1e" + `{"state":"failure","total_count":1,"statuses":[{"updated_at":"2026-01-01T00:00:00Z"}]}`,
		`[{"id":1,"name":"Owners"}]` + "\x1e" + `[{"login":"ada","email":"ada@noreply.x","prohibit_login":false}]`,
		`403 <html>TOKEN</html>`, `400 {"message":"TOKEN"}`, `409 {"message":"empty"}`, `204 `, `null`, `[[`, ``,
	}
	r := source.Repo{Name: "acme/a", ID: "7", Branch: "m", Revision: sha}
	sourcetest.FuzzHost(f, seeds, token, r, func(t testing.TB, base http.RoundTripper, clock *sourcetest.Clock) source.Host {
		o := gitea.Options{Host: "git.example.com", Organization: "acme", Token: secret.New(token)}
		o.HTTP.Base, o.HTTP.Clock = base, clock
		h, err := gitea.New(o)
		if err != nil {
			t.Fatal(err)
		}
		return h
	})
}
