package github

import (
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callboard/internal/secret"
	"callboard/internal/source"
)

// A recorded exchange of the npm package @octokit/fixtures.
type recorded struct {
	Method   string          `json:"method"`
	Path     string          `json:"path"`
	Status   int             `json:"status"`
	Response json.RawMessage `json:"response"`
	Headers  map[string]any  `json:"headers"`
	Binary   bool            `json:"responseIsBinary"` // the response is in hexadecimal
}

func (e recorded) body() []byte {
	var text string
	if json.Unmarshal(e.Response, &text) != nil {
		return e.Response
	}
	if raw, err := hex.DecodeString(text); err == nil && e.Binary {
		return raw
	}
	return []byte(text)
}

const fixedCommit = "0123456789012345678901234567890123456789"

// replay serves recorded exchanges by their method and path. Commits were not
// asked for when they were recorded, and are made up; archives were asked for by
// the name of the branch.
func replay(t *testing.T, dir, scenario string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "scenarios", "api.github.com", scenario, "normalized-fixture.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []recorded
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/commits/") {
			_, _ = w.Write([]byte(fixedCommit))
			return
		}
		i := slices.IndexFunc(all, func(e recorded) bool {
			return strings.EqualFold(e.Method, r.Method) && e.Path == strings.Replace(r.URL.Path, fixedCommit, "main", 1)
		})
		if i < 0 {
			t.Errorf("nothing was recorded for %s %s", r.Method, r.URL.Path)
			w.WriteHeader(http.StatusNotFound)
			return
		}
		for k, v := range all[i].Headers {
			switch k {
			case "content-length", "content-encoding", "transfer-encoding", "date", "x-ratelimit-reset":
			case "location": // both hosts of the recording are one here
				_, path, _ := strings.Cut(strings.TrimPrefix(v.(string), "https://"), "/")
				w.Header().Set(k, srv.URL+"/"+path)
			default:
				w.Header().Set(k, fmt.Sprint(v))
			}
		}
		w.WriteHeader(all[i].Status)
		_, _ = w.Write(all[i].body())
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// TestRecorded asks what GitHub itself answered some time:
//
//	CALLBOARD_GITHUB_FIXTURES=node_modules/@octokit/fixtures go test ./internal/source/github -run Recorded
func TestRecorded(t *testing.T) {
	dir := os.Getenv("CALLBOARD_GITHUB_FIXTURES")
	if dir == "" {
		t.Skip("CALLBOARD_GITHUB_FIXTURES does not name the recorded exchanges")
	}
	at := func(scenario string) *Host {
		h, err := New(Options{Organization: "octokit-fixture-org", API: replay(t, dir, scenario), Token: secret.New(token), REST: true})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	r, err := at("get-repository").Find(t.Context(), source.Repo{Name: "octokit-fixture-org/hello-world"})
	if err != nil || r.ID == "" || r.Branch == "" || r.WebURL != "https://github.com/octokit-fixture-org/hello-world" || r.Facts.Visibility != "public" || r.Facts.Created.IsZero() {
		t.Errorf("a repository: %+v, %v", r, err)
	}
	r, err = at("rename-repository").Find(t.Context(), source.Repo{Name: "octokit-fixture-org/rename-repository"})
	if err != nil || r.Name != "octokit-fixture-org/rename-repository-newname" || r.ID != "1000" {
		t.Errorf("a repository that was renamed: %+v, %v", r, err)
	}
	b, err := at("get-archive").Archive(t.Context(), source.Repo{Name: "octokit-fixture-org/get-archive", Revision: fixedCommit})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	z, err := gzip.NewReader(b)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, z); err != nil || n == 0 {
		t.Errorf("an archive: %d bytes, %v", n, err)
	}
}
