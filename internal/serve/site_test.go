package serve

import (
	"callboard/internal/filetype"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// portal writes files into a new directory.
func portal(t *testing.T, files map[string]string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "public")
	for name, text := range files {
		put(t, filepath.Join(out, name), text)
	}
	return out
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

var files = map[string]string{
	"index.html":                   "<!doctype html><body><h1>Home</h1></body></html>",
	"404.html":                     "<!doctype html><body>nothing here</body>",
	"catalog/x/index.html":         "<body>" + strings.Repeat("long ", 1000) + "</body>",
	"catalog/empty/other.txt":      "no index",
	"assets/app.0123abcd.js":       strings.Repeat("console.log(1);", 200),
	"assets/icon.svg":              "<svg xmlns='http://www.w3.org/2000/svg'/>",
	"data/catalog.deadbeef99.json": "{}",
	"data/site.json":               "{}",
	"docs/a.0123abcd.css":          "a{}",
	"docs/a b/ü.txt":               "umlaut",
	"docs/strange.foo":             "bytes",
}

func handler(t *testing.T, o Options) *site {
	t.Helper()
	if o.Out == "" {
		o.Out = portal(t, files)
	}
	return newSite(o, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 3000})
}

// get asks for a target as it stands in the request line, without a client's
// tidying.
func get(t *testing.T, h http.Handler, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", "http://localhost:3000/", nil)
	u, err := url.ParseRequestURI(target) // as net/http's server reads it
	if err != nil {
		t.Fatal(err)
	}
	r.URL, r.RequestURI = u, target
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFiles(t *testing.T) {
	s := handler(t, Options{})
	for _, c := range []struct {
		target string
		status int
		body   string // how it begins, or the Location
		cache  string
		typ    string
	}{
		{"/", 200, files["index.html"], filetype.Revalidate, "text/html; charset=utf-8"},
		{"/index.html", 200, files["index.html"], filetype.Revalidate, "text/html; charset=utf-8"},
		{"/catalog/x/", 200, "<body>long", filetype.Revalidate, "text/html; charset=utf-8"},
		{"/catalog/x", 301, "/catalog/x/", filetype.Revalidate, ""},
		{"/catalog/x?a=b", 301, "/catalog/x/?a=b", filetype.Revalidate, ""},
		{"//catalog/x", 404, "<!doctype html><body>nothing here", filetype.Revalidate, "text/html; charset=utf-8"},
		{"/catalog/empty/", 404, "<!doctype html><body>nothing here", filetype.Revalidate, "text/html; charset=utf-8"},
		{"/catalog/empty", 404, "<!doctype html><body>nothing here", filetype.Revalidate, "text/html; charset=utf-8"},
		{"/assets/app.0123abcd.js", 200, "console", filetype.Forever, "text/javascript; charset=utf-8"},
		{"/data/catalog.deadbeef99.json", 200, "{}", filetype.Forever, "application/json"},
		{"/data/site.json", 200, "{}", filetype.Revalidate, "application/json"},
		{"/docs/a.0123abcd.css", 200, "a{}", filetype.Revalidate, "text/css; charset=utf-8"},
		{"/docs/a%20b/%C3%BC.txt", 200, "umlaut", filetype.Revalidate, "text/plain; charset=utf-8"},
		{"/docs/strange.foo", 200, "bytes", filetype.Revalidate, "application/octet-stream"},
		{"/nothing", 404, "<!doctype html><body>nothing here", filetype.Revalidate, "text/html; charset=utf-8"},
		{"/-/events", 404, "<!doctype html><body>nothing here", filetype.Revalidate, "text/html; charset=utf-8"},
		{"/-/reload.js", 404, "<!doctype html><body>nothing here", filetype.Revalidate, "text/html; charset=utf-8"},
	} {
		r := get(t, s, c.target)
		got := body(t, r)
		if r.StatusCode == 301 {
			got = r.Header.Get("Location")
		}
		if r.StatusCode != c.status || !strings.HasPrefix(got, c.body) || r.Header.Get("Cache-Control") != c.cache || c.typ != "" && r.Header.Get("Content-Type") != c.typ {
			t.Errorf("%s: %d %q %v", c.target, r.StatusCode, got[:min(len(got), 60)], r.Header)
		}
	}
}

func TestHeadersOnEveryResponse(t *testing.T) {
	s := handler(t, Options{Reload: true})
	for _, target := range []string{"/", "/catalog/x", "/nothing", "/-/reload.js", "/-/reload.css", "/assets/app.0123abcd.js"} {
		for _, h := range []string{"localhost", "evil.example"} {
			r := get(t, s, target, "Host", h)
			for _, want := range Headers(nil) {
				if got := r.Header.Values(want.Name); len(got) != 1 || got[0] != want.Value {
					t.Errorf("%s of %s: %s is %q", target, h, want.Name, got)
				}
			}
		}
	}
	if got := get(t, s, "/assets/icon.svg").Header.Values("Content-Security-Policy"); len(got) != 1 || got[0] != drawingPolicy {
		t.Errorf("SVG: %q", got)
	}
}

func TestNothingOutsideIsServed(t *testing.T) {
	out := portal(t, files)
	put(t, filepath.Join(filepath.Dir(out), "secret.txt"), "secret")
	if err := os.Symlink("../secret.txt", filepath.Join(out, "link.txt")); err != nil {
		t.Skip("no symlinks here:", err)
	}
	if err := os.Symlink("..", filepath.Join(out, "up")); err != nil {
		t.Fatal(err)
	}
	s := handler(t, Options{Out: out})
	for _, target := range []string{
		"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/catalog/../../secret.txt", "/catalog/%2e%2e/%2e%2e/secret.txt",
		`/..%5csecret.txt`, "//secret.txt", "/./../secret.txt", "/%00", "/index.html%00.txt", "/link.txt", "/up/secret.txt", "/up/", "/up",
		"/catalog//x/", "/catalog/./x/", "/" + strings.Repeat("a/", 5000), "/%ff", "/con", "/C:/x", "http://localhost/../secret.txt",
	} {
		r := get(t, s, target)
		if b := body(t, r); r.StatusCode != 404 || strings.Contains(b, "secret") {
			t.Errorf("%.60s: %d %.60q %v", target, r.StatusCode, b, r.Header)
		}
	}
}

func TestHost(t *testing.T) {
	local := handler(t, Options{})
	open := newSite(Options{Out: local.o.Out}, &net.TCPAddr{IP: net.IPv4zero, Port: 80})
	for host, ok := range map[string]bool{
		"localhost": true, "localhost:3000": true, "LOCALHOST": true, "app.localhost:3000": true, "127.0.0.1:3000": true, "127.9.9.9": true, "[::1]:3000": true, "[::1]": true, "[::ffff:127.0.0.1]": true,
		"evil.example": false, "evil.example:3000": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false, "192.168.0.1": false, "0.0.0.0": false, "": false, "xlocalhost": false,
	} {
		r := get(t, local, "/", "Host", host)
		if (r.StatusCode == 200) != ok {
			t.Errorf("%q: %d", host, r.StatusCode)
		}
		if !ok && r.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%q: %d", host, r.StatusCode)
		}
		if r := get(t, open, "/", "Host", host); r.StatusCode != 200 {
			t.Errorf("%q is refused by a server for others: %d", host, r.StatusCode)
		}
	}
}

func TestMethods(t *testing.T) {
	s := handler(t, Options{Reload: true})
	for _, m := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(m, "http://localhost/", nil))
		if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", m, w.Code, w.Header())
		}
	}
	for target, status := range map[string]int{"/": 200, "/nothing": 404, "/-/reload.js": 200, "/-/events": 200} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("HEAD", "http://localhost"+target, nil))
		if w.Code != status || w.Body.Len() != 0 {
			t.Errorf("HEAD %s: %d, %d bytes", target, w.Code, w.Body.Len())
		}
	}
}

func TestETag(t *testing.T) {
	s := handler(t, Options{})
	for _, accept := range []string{"", "gzip"} {
		first := get(t, s, "/catalog/x/", "Accept-Encoding", accept)
		tag := first.Header.Get("Etag")
		if tag == "" {
			t.Fatal("no ETag")
		}
		if r := get(t, s, "/catalog/x/", "If-None-Match", tag, "Accept-Encoding", accept); r.StatusCode != 304 || body(t, r) != "" || r.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("the same page again: %d", r.StatusCode)
		}
		if r := get(t, s, "/catalog/x/", "If-None-Match", `"other"`, "Accept-Encoding", accept); r.StatusCode != 200 {
			t.Errorf("another tag: %d", r.StatusCode)
		}
	}
	if r := get(t, s, "/nothing"); r.Header.Get("Etag") != "" {
		t.Error("a missing page has an ETag")
	}
}

func TestRange(t *testing.T) {
	r := get(t, handler(t, Options{}), "/assets/app.0123abcd.js", "Range", "bytes=0-6")
	if b := body(t, r); r.StatusCode != 206 || b != "console" {
		t.Errorf("%d %q", r.StatusCode, b)
	}
}

func TestGzip(t *testing.T) {
	s := handler(t, Options{})
	r := get(t, s, "/catalog/x/", "Accept-Encoding", "br, gzip;q=0.8")
	if r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatal(r.Header)
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != files["catalog/x/index.html"] {
		t.Error(len(b), err)
	}
	for accept, want := range map[string]bool{"": false, "identity": false, "gzip;q=0": false, "gzip;q=0.0": false, "*": true, "*;q=0": false, "gzip;q=0, *": false, "GZIP": true, "deflate": false, "gzip;q=x": false} {
		if acceptsGzip(accept) != want {
			t.Errorf("%q", accept)
		}
	}
	if r := get(t, s, "/", "Accept-Encoding", "gzip"); r.Header.Get("Content-Encoding") != "" {
		t.Error("a page of one packet is compressed")
	}
}

func TestBelowABase(t *testing.T) {
	s := handler(t, Options{})
	s.built(Outcome{Base: "/portal/"}, nil)
	for target, want := range map[string]string{"/": "301 /portal/", "/portal": "301 /portal/", "/portal/": "200 ", "/portal/catalog/x": "301 /portal/catalog/x/", "/catalog/x/": "404 ", "/portalx/": "404 "} {
		r := get(t, s, target)
		if got := strings.TrimSpace(r.Status[:3]) + " " + r.Header.Get("Location"); got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
}

func TestReloadScriptIsTheOnlyDifference(t *testing.T) {
	out := portal(t, files)
	plain, live := handler(t, Options{Out: out}), handler(t, Options{Out: out, Reload: true})
	for _, target := range []string{"/", "/catalog/x/", "/nothing", "/assets/app.0123abcd.js", "/data/site.json", "/assets/icon.svg"} {
		a, b := body(t, get(t, plain, target)), body(t, get(t, live, target))
		isPage := strings.Contains(a, "<body>")
		if strings.Contains(b, scriptTag) != isPage || strings.Replace(b, scriptTag, "", 1) != a {
			t.Errorf("%s differs by more than the script:\n%s\n%s", target, a, b)
		}
	}
	if got := string(inject([]byte("<p>no body"))); got != "<p>no body"+scriptTag {
		t.Error(got)
	}
}

func TestNoPortal(t *testing.T) {
	s := handler(t, Options{Out: filepath.Join(t.TempDir(), "none"), Reload: true})
	r := get(t, s, "/")
	if b := body(t, r); r.StatusCode != 503 || !strings.Contains(b, scriptTag) {
		t.Errorf("%d %s", r.StatusCode, b)
	}
}

func FuzzResolve(f *testing.F) {
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o666); err != nil {
		f.Fatal(err)
	}
	out := filepath.Join(dir, "public")
	if err := os.MkdirAll(filepath.Join(out, "a"), 0o777); err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "a", "a/", "../secret", "a/../../secret", "\\..\\secret", "a//", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		root, err := os.OpenRoot(out)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		if p, _ := resolve(root.FS(), rest); p != "" {
			t.Fatalf("%q leads to %q in an empty portal", rest, p)
		}
	})
}

func TestPolicyOfFrames(t *testing.T) {
	none, two := ContentSecurityPolicy(nil), ContentSecurityPolicy([]string{"video.example", "*.maps.example"})
	if strings.Contains(none, "frame-src") || two != none+"; frame-src https://video.example https://*.maps.example" {
		t.Errorf("%q\n%q", none, two)
	}
}
