package gitlab_test

import (
	"net/http"
	"testing"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/gitlab"
	"callboard/internal/source/sourcetest"
)

func FuzzAnswers(f *testing.F) {
	const (
		sha     = `0123456789012345678901234567890123456789`
		project = `{"id":7,"path_with_namespace":"acme/a","default_branch":"m","web_url":"https://x/acme/a","visibility":"private","topics":["a"],"forked_from_project":{"id":1}}`
		tip     = `{"id":"gid://gitlab/Project/7","openMergeRequestsCount":2,"languages":[{"name":"Go","share":91.2}],"repository":{"rootRef":"m","tree":{"lastCommit":{"sha":"` + sha + `","committedDate":"2026-02-01T00:00:00Z"}}}}`
	)
	seeds := []string{
		"[" + project + "]\x1e" + `{"data":{"projects":{"nodes":[` + tip + `,null]}}}`,
		project + "\x1e" + `{"data":{"projects":null}}` + "\x1e" + `{"commit":{"id":"` + sha + `"}}`,
		`[{"id":"` + sha + `","path":"a","mode":"100644","type":"blob"},{"id":"` + sha + `","path":"d","mode":"040000","type":"tree"}]`,
		`{"data":{"r0":{"id":"gid://gitlab/Project/7","repository":{"tree":{"blobs":{"pageInfo":{"hasNextPage":true},"nodes":[{"path":"a","sha":"` + sha + `","mode":"100644"}]},"submodules":{"nodes":[]}},"blobs":{"nodes":[{"path":"a","oid":"x","rawTextBlob":"x"}]}}}}}`,
		`{"data":{"project":{"id":"gid://gitlab/Project/7","releases":{"nodes":[{"name":"a","tagName":"v1","releasedAt":"2026-01-01T00:00:00Z","links":{"selfUrl":"x"}}]},"pipelines":{"nodes":[{"status":"FAILED","path":"//x"}]}}}}`,
		`[{"id":1,"username":"ada","state":"active","email":"ada@example.com","group_saml_identity":{"extern_uid":"x"}}]` + "\x1e" + `[{"id":2,"full_path":"acme","parent_id":2}]` + "\x1e" + `{"data":{"g0":{"groupMembers":{"pageInfo":{"hasNextPage":true,"endCursor":"x"},"nodes":[{"user":{"id":"gid://gitlab/User/1"}},null,{"user":null}]}}}}`,
		`{"data":null,"errors":[{"message":"TOKEN is wrong"}]}`, `403 <html>TOKEN</html>`, `429 {"message":"TOKEN"}`, `301 `, `204 `, `null`, `[[`, ``,
	}
	r := source.Repo{Name: "acme/a", ID: "7", Branch: "m", Revision: sha}
	sourcetest.FuzzHost(f, seeds, token, r, func(t testing.TB, base http.RoundTripper, clock *sourcetest.Clock) source.Host {
		o := gitlab.Options{Host: "gitlab.example.com", Group: "acme", Token: secret.New(token)}
		o.HTTP.Base, o.HTTP.Clock = base, clock
		h, err := gitlab.New(o)
		if err != nil {
			t.Fatal(err)
		}
		return h
	})
}
