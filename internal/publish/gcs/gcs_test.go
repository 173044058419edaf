package gcs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/publish"
	"callboard/internal/publish/gcs"
	"callboard/internal/publish/publishtest"
	"callboard/internal/remote/remotetest"
)

// open opens the bucket "site" of a server that asks for no credentials.
func open(t testing.TB, endpoint, prefix string) *gcs.Store {
	t.Helper()
	u, err := url.Parse("gs://site" + prefix)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gcs.Open(t.Context(), u, gcs.Options{Jobs: 8, Emulator: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSuite(t *testing.T) {
	m := new(publishtest.Memory)
	srv := httptest.NewServer(publishtest.GCS(m))
	defer srv.Close()
	publishtest.Suite(t, open(t, srv.URL, ""), true)
	publishtest.Suite(t, open(t, srv.URL, "/a/b"), true)
	if !slices.Contains(m.Keys(), "a/b/"+publish.ManifestKey) {
		t.Errorf("the prefix is not in the keys: %q", m.Keys())
	}
}

func TestFaults(t *testing.T) {
	publishtest.Faults(t, func(s publish.Store) publish.Store {
		srv := httptest.NewServer(publishtest.GCS(s))
		t.Cleanup(srv.Close)
		return open(t, srv.URL, "")
	})
}

func TestState(t *testing.T) {
	srv := httptest.NewServer(publishtest.GCS(new(publishtest.Memory)))
	defer srv.Close()
	remotetest.Suite(t, open(t, srv.URL, "/state"))
}

// TestFake runs the suite against fake-gcs-server, a server by others, if there is
// one: CALLBOARD_FAKE_GCS names it, or the PATH has it.
func TestFake(t *testing.T) {
	name := os.Getenv("CALLBOARD_FAKE_GCS")
	if name == "" {
		var err error
		if name, err = exec.LookPath("fake-gcs-server"); err != nil {
			t.Skip("there is no fake-gcs-server; go install github.com/fsouza/fake-gcs-server@v1.56.1")
		}
	}
	addr := free(t)
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, "-scheme", "http", "-host", host, "-port", port, "-backend", "memory", "-public-host", addr, "-external-url", "http://"+addr, "-log-level", "error")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // it was killed
	})
	bucket := func() error {
		resp, err := http.Post("http://"+addr+"/storage/v1/b?project=test", "application/json", strings.NewReader(`{"name":"site"}`))
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", resp.StatusCode)
		}
		return nil
	}
	for range 200 {
		if err = bucket(); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	at := func(prefix string) publish.Store {
		return publish.Patient(open(t, addr, prefix), publish.Usual(func() float64 { return 0.5 }))
	}
	publishtest.Suite(t, at(""), true)
	publishtest.Suite(t, at("/a/b"), true)
	publishtest.Perils(t, at("/perils"))
	remotetest.Suite(t, at("/state"))
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestFederation signs in as a job does: with a token of the job's host (OIDC),
// which Google's token service takes for one of its own. Both are on loopback here.
func TestFederation(t *testing.T) {
	var exchanged atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/job-token", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"value": "token-of-the-job"})
	})
	mux.HandleFunc("/sts", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("subject_token") != "token-of-the-job" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		exchanged.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "token-of-google", "token_type": "Bearer", "expires_in": 3600, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"})
	})
	store := publishtest.GCS(new(publishtest.Memory))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token-of-google" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		store.ServeHTTP(w, r)
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	file := filepath.Join(t.TempDir(), "credentials.json")
	text, err := json.Marshal(map[string]any{
		"type": "external_account", "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/github",
		"subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": srv.URL + "/sts",
		"credential_source": map[string]any{"url": srv.URL + "/job-token", "format": map[string]string{"type": "json", "subject_token_field_name": "value"}},
	})
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
	u, err := url.Parse("gs://site?endpoint=" + url.QueryEscape(srv.URL))
	if err != nil {
		t.Fatal(err)
	}
	s, err := gcs.Open(t.Context(), u, gcs.Options{Jobs: 8})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "x", []byte("x"), publish.Attributes{}, publish.Condition{}); err != nil {
		t.Fatal(err)
	}
	if b, _, err := s.Get(t.Context(), "x"); err != nil || string(b) != "x" || exchanged.Load() != 1 {
		t.Errorf("%q, %v, %d tokens", b, err, exchanged.Load())
	}
}

func TestNoCredentials(t *testing.T) {
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "nothing.json"))
	u, err := url.Parse("gs://site")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gcs.Open(t.Context(), u, gcs.Options{Jobs: 1}); err == nil || !strings.Contains(err.Error(), "no credentials") {
		t.Errorf("error %v", err)
	}
}

// TestAnswers tells errors that pass from those that stay.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status    int
		want      error
		temporary bool
	}{
		{404, publish.ErrNotFound, false},
		{412, publish.ErrConflict, false},
		{401, nil, false},
		{403, nil, false},
		{408, nil, true},
		{429, nil, true},
		{503, nil, true},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(c.status)
			fmt.Fprint(w, `{"error":{"message":"so it is"}}`)
		}))
		s := open(t, srv.URL, "")
		_, _, err := s.Get(t.Context(), "x")
		re, ok := errors.AsType[*publish.RequestError](err)
		if c.want != nil && !errors.Is(err, c.want) || c.want == nil && (!ok || re.Temporary != c.temporary || re.After != 7*time.Second || !strings.Contains(err.Error(), "so it is")) {
			t.Errorf("%d: %v", c.status, err)
		}
		// A bucket that is not there is not an object that is not there.
		if _, err := s.Put(t.Context(), "x", nil, publish.Attributes{}, publish.Condition{}); err == nil || c.status == 404 && errors.Is(err, publish.ErrNotFound) {
			t.Errorf("%d: put: %v", c.status, err)
		}
		srv.Close()
		_, _, err = s.Get(t.Context(), "x")
		if re, ok := errors.AsType[*publish.RequestError](err); !ok || !re.Temporary {
			t.Errorf("without a server: %v", err)
		}
	}
}

// FuzzAnswers has the server answer anything.
func FuzzAnswers(f *testing.F) {
	f.Add(200, "md5=Ojk9c3dhfxgoKVVHYwFbHQ==", `{"items":[{"name":"a","size":"1"}],"nextPageToken":"x"}`)
	f.Add(200, "", `{"generation":"7","done":false,"rewriteToken":"x"}`)
	f.Add(503, "md5=", `{"error":{"message":"no"}}`)
	f.Add(200, "md5=,md5", "\x1f\x8b")
	f.Fuzz(func(t *testing.T, status int, hash, body string) {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Goog-Hash", hash)
			w.Header().Set("X-Goog-Stored-Content-Encoding", "identity")
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(200 + (status%400+400)%400)
			fmt.Fprint(w, body)
		}))
		defer srv.Close()
		s := open(t, srv.URL, "")
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		n := 0
		for range s.List(ctx, "") {
			n++
		}
		_, o, err := s.Get(ctx, "x")
		if err == nil && o.Key != "x" {
			t.Errorf("got %+v", o)
		}
		_, _ = s.Head(ctx, "x")
		_, _ = s.Put(ctx, "x", []byte("x"), publish.Attributes{}, publish.Condition{Version: "1"})
		_ = s.Copy(ctx, "x", "y")
		_ = s.Delete(ctx, "x")
		if ctx.Err() != nil {
			t.Error("it does not end")
		}
	})
}
