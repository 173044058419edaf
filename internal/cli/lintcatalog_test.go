package cli

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAskForACatalog(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/catalog.json", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "[]") })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/catalog.json", http.StatusFound) })
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<!doctype html>") })
	srv := httptest.NewServer(mux)
	defer srv.Close()
	a, err := newApp(Env{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/catalog.json": "",
		"/moved":        "",
		"/round":        "redirected more than 5 times",
		"/file":         "unsupported protocol scheme",
		"/page":         `begins with "<"`,
		"/none":         "404 Not Found",
	} {
		given := strings.Replace(srv.URL, "http://", "http://user:secret@", 1) + path
		es, err := a.readPublished(t.Context(), given)
		switch {
		case want == "" && (err != nil || len(es) > 0):
			t.Errorf("%s: %v, %v", path, es, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", path, err, want)
		case err != nil && strings.Contains(err.Error(), "secret"):
			t.Errorf("%s: the password is told: %v", path, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.readPublished(ctx, srv.URL+"/catalog.json"); err == nil {
		t.Error("it goes on after it was cancelled")
	}
}

func TestNeverFromHTTPSToHTTP(t *testing.T) {
	asked := false
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer plain.Close()
	first, err := http.NewRequest(http.MethodGet, "https://portal.example/catalog.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	next, err := http.NewRequest(http.MethodGet, plain.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := redirected(next, []*http.Request{first}); err == nil || !strings.Contains(err.Error(), "from https to http") {
		t.Error(err)
	}
	if err := redirected(first, []*http.Request{next}); err != nil || asked {
		t.Error(err, asked)
	}
}
