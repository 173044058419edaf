package azure_test

import (
	"net/http"
	"testing"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/azure"
	"callboard/internal/source/sourcetest"
)

func FuzzAnswers(f *testing.F) {
	const (
		sha        = `0123456789012345678901234567890123456789`
		repository = `{"id":"7","name":"a","defaultBranch":"refs/heads/m","size":3,"webUrl":"https://x/acme/_git/a","remoteUrl":"https://u@x/a","project":{"id":"1","name":"Shop","visibility":"private"}}`
	)
	seeds := []string{
		`{"count":1,"value":[` + repository + `]}`,
		repository + "\x1e" + `{"value":[{"name":"refs/heads/m","objectId":"` + sha + `"},{"name":"refs/heads/m2","objectId":"x"}]}`,
		`{"value":[{"objectId":"` + sha + `","gitObjectType":"blob","path":"/a"},{"objectId":"x","gitObjectType":"commit","path":"/m"},{"gitObjectType":"tree","path":"/"},{"gitObjectType":"blob","path":"/l","isSymLink":true}]}`,
		`203 <html>TOKEN</html>`, `403 {"message":"TOKEN"}`, `204 `, `null`, `[[`, `x`, ``,
	}
	r := source.Repo{Name: "Shop/a", ID: "7", Branch: "m", Revision: sha}
	sourcetest.FuzzHost(f, seeds, token, r, func(t testing.TB, base http.RoundTripper, clock *sourcetest.Clock) source.Host {
		o := azure.Options{Organization: "acme", Token: secret.New(token)}
		o.HTTP.Base, o.HTTP.Clock = base, clock
		h, err := azure.New(o)
		if err != nil {
			t.Fatal(err)
		}
		return h
	})
}
