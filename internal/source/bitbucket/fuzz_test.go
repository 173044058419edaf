package bitbucket_test

import (
	"net/http"
	"testing"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/bitbucket"
	"callboard/internal/source/sourcetest"
)

const fuzzedCommit = `0123456789012345678901234567890123456789`

func FuzzCloudAnswers(f *testing.F) {
	const repository = `{"uuid":"{7}","full_name":"acme/a","slug":"a","size":3,"is_private":true,"created_on":"2026-01-01T00:00:00Z","project":{"key":"P"},"mainbranch":{"name":"m"},"links":{"html":{"href":"https://x/a"},"clone":[{"name":"https","href":"https://u@x/a.git"}]}}`
	seeds := []string{
		`{"values":[` + repository + `],"next":"https://elsewhere/?page=2"}` + "\x1e" + `{"values":[]}`,
		repository + "\x1e" + `{"name":"m","target":{"hash":"` + fuzzedCommit + `"}}`,
		`{"values":[{"type":"commit_file","path":"a","size":1,"attributes":["link"]},{"type":"commit_directory","path":"d"},{"type":"commit_file","path":"m","attributes":["subrepository"]}]}` + "\x1ex",
		`{"values":null,"next":"?"}`, `403 <html>TOKEN</html>`, `404 {"type":"error","error":{"message":"TOKEN"}}`, `204 `, `null`, `[[`, `x`, ``,
	}
	r := source.Repo{Name: "acme/a", ID: "{7}", Branch: "m", Revision: fuzzedCommit}
	sourcetest.FuzzHost(f, seeds, token, r, func(t testing.TB, base http.RoundTripper, clock *sourcetest.Clock) source.Host {
		o := bitbucket.CloudOptions{Workspace: "acme", Auth: bitbucket.Auth{Token: secret.New(token)}}
		o.HTTP.Base, o.HTTP.Clock = base, clock
		h, err := bitbucket.NewCloud(o)
		if err != nil {
			t.Fatal(err)
		}
		return h
	})
}

func FuzzServerAnswers(f *testing.F) {
	const repository = `{"id":7,"slug":"a","public":true,"archived":false,"defaultBranch":"refs/heads/m","project":{"key":"P","name":"Shop"},"links":{"self":[{"href":"https://x"}],"clone":[{"name":"http","href":"https://x/a.git"}]}}`
	seeds := []string{
		`{"isLastPage":false,"nextPageStart":1,"values":[` + repository + `]}` + "\x1e" + `{"displayId":"m","latestCommit":"` + fuzzedCommit + `"}`,
		repository + "\x1e" + `{"displayId":"m","latestCommit":"` + fuzzedCommit + `"}` + "\x1e" + `{"isLastPage":true,"values":[{"displayId":"m","latestCommit":"x"}]}`,
		`{"isLastPage":true,"values":["a","d/b"]}` + "\x1ex", `{"values":["a"],"nextPageStart":1}`,
		`404 {"errors":[{"message":"TOKEN"}]}`, `403 <html>TOKEN</html>`, `204 `, `null`, `[[`, `x`, ``,
	}
	r := source.Repo{Name: "P/a", ID: "7", Branch: "m", Revision: fuzzedCommit}
	sourcetest.FuzzHost(f, seeds, token, r, func(t testing.TB, base http.RoundTripper, clock *sourcetest.Clock) source.Host {
		o := bitbucket.ServerOptions{Host: "git.example.com", Auth: bitbucket.Auth{Token: secret.New(token)}}
		o.HTTP.Base, o.HTTP.Clock = base, clock
		h, err := bitbucket.NewServer(o)
		if err != nil {
			t.Fatal(err)
		}
		return h
	})
}
