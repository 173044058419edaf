package github

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"testing"

	"callboard/internal/facts"
	"callboard/internal/polite/politetest"
	"callboard/internal/secret"
	"callboard/internal/source"
)

// always answers everything with the same.
type always struct{ body []byte }

func (a always) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}

// FuzzAnswers has hosts that answer anything. Nothing panics or goes on for
// ever, and no name gets further that could lead an address elsewhere.
func FuzzAnswers(f *testing.F) {
	const oid = `"0123456789012345678901234567890123456789"`
	for _, s := range []string{
		`{"data":{"repositoryOwner":{"repositories":{"pageInfo":{"hasNextPage":true,"endCursor":"x"},"nodes":[{"databaseId":1,"nameWithOwner":"a/..","defaultBranchRef":{"name":"m"}},null]}}}}`,
		`{"data":{"r0":{"databaseId":1,"object":{"oid":` + oid + `,"tree":{"oid":` + oid + `,"entries":[{"name":"d","type":"tree","oid":` + oid + `,"object":null}]}}}}}`,
		`{"data":{"r0":{"s0":{"entries":[{"name":"d","type":"tree","oid":` + oid + `}]},"b0":{"text":"x"}}}}`,
		`{"data":{"organization":{"membersWithRole":{"pageInfo":{"hasNextPage":true,"endCursor":"x"},"nodes":[{"login":"a"}]},"teams":{"nodes":[{"slug":"t","members":{"pageInfo":{"hasNextPage":true}}}]}}}}`,
		`{"data":{"organization":null},"errors":[{"type":"FORBIDDEN","path":["organization",0],"message":"no"}]}`,
		`{"sha":` + oid + `,"truncated":true,"tree":[{"path":"d","type":"tree","sha":` + oid + `}]}`,
		`[{"full_name":"a/b","default_branch":"m"}]`, `[{"login":"a","slug":"t","html_url":"https://x/orgs/o/teams/t","parent":{"slug":"t"},"inherited":false}]`, `[{"login":""}]`, `null`, `{"data":null}`, `[[`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, byREST := range []bool{false, true} {
			o := Options{Organization: "acme", Token: secret.New(token), REST: byREST}
			o.HTTP.Base, o.HTTP.Clock = always{body}, politetest.NewClock()
			h, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			r := source.Repo{Name: "acme/r", ID: "1", Branch: "main", Revision: "0123456789012345678901234567890123456789"}
			rs, _ := list(h)
			for _, r := range rs {
				if r.Name == "" || bytes.ContainsAny([]byte(r.Name), "\x00\n ?#%") || bytes.Contains([]byte(r.Name), []byte("..")) && len(r.Name) < 5 {
					t.Errorf("a repository called %q", r.Name)
				}
			}
			_, _ = h.Find(t.Context(), r)
			_, _ = h.Tree(t.Context(), r)
			_ = firstErr(h.Read(t.Context(), r, []source.Entry{{Path: "a", Blob: r.Revision}}))
			for range h.Trees(t.Context(), []source.Repo{r, r}) {
			}
			for range h.ReadMany(t.Context(), []source.FileOf{{Repo: r, File: source.Entry{Path: "a", Blob: r.Revision, Size: 1}}}) {
			}
			p, _ := h.People(t.Context())
			for _, g := range p.Groups {
				if g.Name == "" || slices.Contains(g.Members, "") {
					t.Errorf("a team or a member without a name: %+v", g)
				}
			}
			for _, u := range p.Users {
				if u.Name == "" {
					t.Errorf("a user without a name: %+v", u)
				}
			}
			_ = h.Enrich(t.Context(), r, &facts.Repo{})
		}
	})
}
