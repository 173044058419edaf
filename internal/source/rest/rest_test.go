package rest_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"callboard/internal/polite"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// Names of hosts go into addresses as they are, and lead nowhere else.
func TestNamesStaySegments(t *testing.T) {
	var asked string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.EscapedPath()
		_, _ = w.Write([]byte("{}"))
	}))
	defer srv.Close()
	a, err := rest.New(srv.URL+"/api/", polite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a/b": "/api/a%2Fb", "a?b#c": "/api/a%3Fb%23c", "%2e%2e": "/api/%252e%252e", "../x": "/api/..%2Fx", "ü": "/api/%C3%BC", "..": "", ".": "", "": "", "a\nb": "", strings.Repeat("a", 5000): ""} {
		asked = ""
		_, err := a.JSON(t.Context(), rest.Call{What: "x", Path: []string{name}}, nil)
		if asked != want || (source.KindOf(err) == source.Broken) != (want == "") {
			t.Errorf("%.20q: %q, %v; want %q", name, asked, err, want)
		}
	}
	if _, err := a.JSON(t.Context(), rest.Call{What: "x", Path: []string{"a"}, Slash: true}, nil); err != nil || asked != "/api/a/" {
		t.Errorf("%q, %v", asked, err)
	}
}

func TestLinked(t *testing.T) {
	for header, want := range map[string]string{
		`<https://x/a?page=2>; rel="next"`:                                         "2",
		`<https://x/a?page=1&q=a,b>; rel="prev", <https://x/a?page=3>; rel="next"`: "3",
		`<https://x/a?page=4>;rel=next,<https://x/a?page=9>; rel="last"`:           "4",
		`<https://x/a?page=5&t=a,b;c>; title="next"; rel="next"`:                   "5",
		`<https://x/a?page=1>; rel="last"`:                                         "",
		`<https://x/a`:                                                             "",
		`nonsense`:                                                                 "",
		``:                                                                         "",
	} {
		if got := rest.Linked(http.Header{"Link": {header}}, new([]int)); got.Get("page") != want {
			t.Errorf("%s: %q, want %q", header, got.Get("page"), want)
		}
	}
}

func TestPagesHaveAnEnd(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[1]")) }))
	defer srv.Close()
	a, err := rest.New(srv.URL, polite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var last error
	for _, err := range rest.Items(t.Context(), a, rest.Call{What: "x"}, func(http.Header, *[]int) url.Values { return url.Values{"page": {"1"}} }) {
		n++
		last = err
	}
	if n != 3 || source.KindOf(last) != source.Broken {
		t.Errorf("%d items, %v", n, last)
	}
}

func TestBytesHaveALimit(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("1234")) }))
	defer srv.Close()
	a, err := rest.New(srv.URL, polite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for most, want := range map[int64]source.FaultKind{3: source.Unsupported, 4: "", 5: ""} {
		b, err := a.Bytes(t.Context(), rest.Call{What: "x", Max: most})
		if source.KindOf(err) != want || want == "" && string(b) != "1234" {
			t.Errorf("%d: %q, %v", most, b, err)
		}
	}
}

func TestBlobs(t *testing.T) {
	const one = "ce013625030ba8dba906f756967f9e9ca394464a" // of "hello\n", by git
	if !rest.IsBlob([]byte("hello\n"), one) || rest.IsBlob([]byte("hello"), one) || rest.IsBlob(nil, "") || rest.IsBlob([]byte("hello\n"), strings.ToUpper(one)) {
		t.Error("names of contents")
	}
}
