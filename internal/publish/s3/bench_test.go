package s3_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"callboard/internal/publish"
)

// BenchmarkPut is what a request costs on this side, with what the server's side of
// a connection costs.
func BenchmarkPut(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a client that has gone is nobody's error
		w.Header().Set("Etag", `"0123456789abcdef0123456789abcdef"`)
	}))
	defer srv.Close()
	s, page := open(b, srv.URL, ""), bytes.Repeat([]byte("a page "), 2500)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Put(b.Context(), "docs/a/index.html", page, publish.Attributes{ContentType: "text/html; charset=utf-8", CacheControl: "no-cache"}, publish.Condition{}); err != nil {
			b.Fatal(err)
		}
	}
}
