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
	"callboard/internal/source/sourcetest"
)

// always answers everything with the same.
type always struct{ body []byte }

func (a always) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}

// FuzzAnswers has hosts that answer everything with the same. Nothing panics or
// goes on for ever, and no name gets further that could lead an address elsewhere.
// FuzzGraphQL and FuzzREST have hosts that answer in turns.
//
// What requests that are under way at once cover differs from run to run, so that
// the fuzzer tries in vain to make its finds smaller, for a minute each, unless it
// is told -fuzzminimizetime 20x.
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
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, body []byte, byREST bool) {
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
	})
}

// FuzzGraphQL has hosts with GraphQL whose answers follow each other.
func FuzzGraphQL(f *testing.F) { fuzzTurns(f, false) }

// FuzzREST has hosts without GraphQL whose answers follow each other.
func FuzzREST(f *testing.F) { fuzzTurns(f, true) }

func fuzzTurns(f *testing.F, byREST bool) {
	const (
		oid        = `0123456789012345678901234567890123456789`
		repository = `{"databaseId":7,"nameWithOwner":"acme/a","url":"https://x/acme/a","visibility":"PRIVATE","defaultBranchRef":{"name":"m","target":{"oid":"` + oid + `"}}}`
		rest       = `{"id":7,"name":"a","full_name":"acme/a","html_url":"https://x/acme/a","default_branch":"m","private":true,"topics":["a"]}`
	)
	seeds := []string{
		`{"data":{"repositoryOwner":{"repositories":{"pageInfo":{"hasNextPage":true,"endCursor":"x"},"nodes":[` + repository + `]}}}}` + "\x1e" + `{"data":{"r0":` + repository + `}}`,
		"[" + rest + "]\x1e" + `{"name":"m","commit":{"sha":"` + oid + `"}}` + "\x1e" + `{"sha":"` + oid + `","tree":[{"path":"a","mode":"100644","type":"blob","sha":"` + oid + `","size":1},{"path":"m","mode":"160000","type":"commit","sha":"` + oid + `"}]}`,
		`{"data":{"r0":{"databaseId":7,"object":{"oid":"` + oid + `","tree":{"oid":"` + oid + `","entries":[{"name":"a","type":"blob","mode":33188,"oid":"` + oid + `","object":{"byteSize":1}}]}}}}}` + "\x1e" + `{"data":{"r0":{"b0":{"text":"x","byteSize":1,"isBinary":false}}}}`,
		`{"sha":"` + oid + `","content":"eA==","encoding":"base64","size":1}`, `{"tag_name":"v1","name":"one","html_url":"https://x/1","published_at":"2026-01-01T00:00:00Z"}`,
		`{"data":null,"errors":[{"type":"RATE_LIMITED","message":"TOKEN"}]}`, `403 {"message":"You have exceeded a secondary rate limit for TOKEN"}`,
		`403 <html>TOKEN</html>`, `429 {"message":"TOKEN"}`, `301 `, `202 {}`, `204 `, `409 {"message":"Git Repository is empty."}`, `451 `, `502 TOKEN`, `null`, `[[`, ``,
	}
	r := source.Repo{Name: "acme/a", ID: "7", Branch: "m", Revision: oid}
	sourcetest.FuzzHost(f, seeds, token, r, func(t testing.TB, base http.RoundTripper, clock *sourcetest.Clock) source.Host {
		o := Options{Organization: "acme", Token: secret.New(token), REST: byREST}
		o.HTTP.Base, o.HTTP.Clock = base, clock
		h, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		return h
	})
}
