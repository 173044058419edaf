package doctor

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/filetype"
	"callboard/internal/output"
)

var built = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)

const goodPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'"

var recommended = []Header{{"Content-Security-Policy", goodPolicy}, {"X-Content-Type-Options", "nosniff"}, {"Referrer-Policy", "same-origin"}, {"Cross-Origin-Opener-Policy", "same-origin"}}

func pageOf(base, text string) string {
	return `<!doctype html><script id="cb-app" src="` + base + `assets/app.0123abcd.js"></script><body data-base="` + base + `">` + text + strings.Repeat("<p>words", 200)
}

// portal is a small portal, built for base.
func portal(base string) map[string]string {
	return map[string]string{
		"index.html":                 pageOf(base, `<a href="`+base+`catalog/">all</a> <a href="https://elsewhere.example/x">x</a>`),
		"404.html":                   pageOf(base, "nothing is here"),
		"catalog/index.html":         pageOf(base, `<a href="../">home</a><a href="shop/?a=b#c">shop</a><a href="mailto:a@b.example">mail</a>`),
		"catalog/shop/index.html":    pageOf(base, `<img src="`+base+`catalog/shop/a%20b.png"><a href="`+base+`catalog.json">data</a>`),
		"catalog/shop/a b.png":       "\x89PNG",
		"assets/app.0123abcd.js":     strings.Repeat("let x = 1;\n", 300),
		"assets/style.0123abcd.css":  strings.Repeat("a { color: red }\n", 300),
		"catalog.json":               `{"version":1,"entities":[` + strings.Repeat("{},\n", 600) + `{}]}`,
		"data/catalog.0123abcd.json": `{"v":1,"n":0}`,
		"data/s/meta.0123abcd.json":  `{"v":1}`,
		"data/s/t/0123abcd.bin":      "shard of " + base,
		siteName:                     fmt.Sprintf(`{"v":1,"base":%q,"built":%q,"staleAfter":7200,"interval":3600,"catalog":"catalog.0123abcd.json","search":"s/meta.0123abcd.json"}`, base, built.Format(time.RFC3339)),
	}
}

func listed(files map[string]string) string {
	m := output.Manifest{Version: 1}
	for name, text := range files {
		m.Files = append(m.Files, output.Entry{Path: name, Sum: digest.Of([]byte(text)), Size: int64(len(text))})
	}
	slices.SortFunc(m.Files, func(a, b output.Entry) int { return strings.Compare(a.Path, b.Path) })
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// host serves portals by their paths, as the manual says that hosts should. Hooks
// change an answer, or give one in its place.
type host struct {
	bases []string
	files map[string]string // by their paths from the root, without a slash
	hook  func(w http.ResponseWriter, r *http.Request) bool
	after func(h http.Header, name string)
	// twin gives the packed form of a file.
	twin func(text string) string
}

func newHost(portals ...string) *host {
	h := &host{bases: portals, files: map[string]string{}}
	for _, base := range portals {
		files := portal(base)
		files[manifestName] = listed(files)
		for name, text := range files {
			h.files[base[1:]+name] = text
		}
	}
	return h
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.String()
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, f := range recommended {
		w.Header().Set(f.Name, f.Value)
	}
	if h.hook != nil && h.hook(w, r) {
		return
	}
	name := r.URL.Path[1:]
	if _, isDir := h.files[name+"/index.html"]; isDir {
		http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
		return
	}
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	text, there := h.files[name]
	if !there {
		for base := path.Dir(name); ; base = path.Dir(base) {
			if text, ok := h.files[strings.TrimPrefix(path.Join(base, "404.html"), "./")]; ok {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.WriteHeader(http.StatusNotFound)
				w.Write([]byte(text))
				return
			}
			if base == "." {
				http.NotFound(w, r)
				return
			}
		}
	}
	in := name
	for _, base := range h.bases {
		if rest, ok := strings.CutPrefix("/"+name, base); ok {
			in = rest
		}
	}
	w.Header().Set("Content-Type", filetype.ContentType(name))
	w.Header().Set("Cache-Control", filetype.CacheControl(in))
	w.Header().Set("Etag", `"`+digest.Of([]byte(text)).Short()+`"`)
	w.Header().Set("Vary", "Accept-Encoding")
	if len(text) > 1024 && filetype.Compressible(filetype.ContentType(name)) && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		if text = zipped(text); h.twin != nil {
			text = h.twin(h.files[name])
		}
	}
	if h.after != nil {
		h.after(w.Header(), in)
	}
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
}

// lookAt looks at the portal at a path of a host.
func lookAt(t *testing.T, h http.Handler, at string, change func(*Options)) (*Result, error) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL + at)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Address: u, Recommended: recommended, Pages: 10, Jobs: 3, Now: built.Add(time.Hour), Transport: http.DefaultTransport, Agent: "test",
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	if change != nil {
		change(&o)
	}
	return Look(t.Context(), o)
}

func TestSound(t *testing.T) {
	for _, base := range []string{"/", "/board/"} {
		r, err := lookAt(t, newHost(base), base, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range r.Diagnostics {
			t.Errorf("%s: %v: %v: %s [%s]", base, d.Pos, d.Severity, d.Message, d.Code)
		}
		if r.Files != 12 || r.Checked != 10 || r.Read != 10 || r.Pages != 3 || !r.Built.Equal(built) || r.Requests < 20 || r.Bytes == 0 {
			t.Errorf("%+v", r)
		}
	}
}

// TestFaults: each fault of a host is found, with its place, and nothing else is.
func TestFaults(t *testing.T) {
	headers := func(set map[string]string, of func(name string) bool) *host {
		h := newHost("/")
		h.after = func(to http.Header, name string) {
			for k, v := range set {
				if of == nil || of(name) {
					to.Set(k, v)
				}
			}
		}
		return h
	}
	without := func(name string) *host {
		h := newHost("/")
		delete(h.files, name)
		return h
	}
	instead := func(name, text string) *host {
		h := newHost("/")
		h.files[name] = text
		return h
	}
	hooked := func(hook func(w http.ResponseWriter, r *http.Request) bool) *host {
		h := newHost("/")
		h.hook = hook
		return h
	}
	scripts := func(name string) bool { return path.Ext(name) == ".js" }
	pages := func(name string) bool { return path.Ext(name) == ".html" }
	signIn := func(w http.ResponseWriter) bool {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<title>Sign in</title>"))
		return true
	}
	for name, c := range map[string]struct {
		host *host
		want []string // "path severity code"
	}{
		"shard missing":     {without("data/s/t/0123abcd.bin"), []string{"data/s/t/0123abcd.bin error portal-file-missing"}},
		"page missing":      {without("catalog/shop/index.html"), []string{"catalog/shop/index.html error portal-file-missing"}},
		"entrance missing":  {without(siteName), []string{"data/site.json error portal-file-missing"}},
		"list missing":      {without(manifestName), []string{"manifest.json error portal-file-missing"}},
		"shard of before":   {instead("data/s/t/0123abcd.bin", "old"), []string{"data/s/t/0123abcd.bin error portal-file-differs"}},
		"page with scripts": {instead("index.html", portal("/")["index.html"]+"<script>x</script>"), []string{"index.html warning portal-file-differs"}},
		"type of scripts":   {headers(map[string]string{"Content-Type": "text/plain"}, scripts), []string{"assets/app.0123abcd.js error portal-content-type"}},
		"another good type": {headers(map[string]string{"Content-Type": "application/javascript"}, scripts), nil},
		"no nosniff":        {headers(map[string]string{"X-Content-Type-Options": ""}, nil), []string{"catalog/index.html warning portal-header"}},
		"framed":            {headers(map[string]string{"Content-Security-Policy": "script-src 'self'"}, nil), []string{"catalog/index.html warning portal-header"}},
		"framed of old":     {headers(map[string]string{"Content-Security-Policy": "", "X-Frame-Options": "DENY"}, nil), nil},
		"policy forbids": {headers(map[string]string{"Content-Security-Policy": "default-src https://cdn.example; style-src 'self'; img-src *; font-src 'self'; connect-src 'self'; frame-ancestors 'self'"}, nil),
			[]string{"catalog/index.html error portal-policy", "catalog/index.html error portal-policy"}}, // scripts and workers
		"sandboxed":          {headers(map[string]string{"Content-Security-Policy": "sandbox; frame-ancestors 'none'"}, nil), []string{"catalog/index.html error portal-policy"}},
		"referrer":           {headers(map[string]string{"Referrer-Policy": "unsafe-url"}, nil), []string{"catalog/index.html warning portal-header"}},
		"kept ten minutes":   {headers(map[string]string{"Cache-Control": "max-age=600"}, pages), []string{"catalog/index.html warning portal-cache"}},
		"kept a week":        {headers(map[string]string{"Cache-Control": "max-age=604800"}, pages), []string{"catalog/index.html error portal-cache"}},
		"scripts unkept":     {headers(map[string]string{"Cache-Control": "no-cache"}, scripts), []string{"assets/app.0123abcd.js warning portal-cache"}},
		"nothing to compare": {headers(map[string]string{"Etag": ""}, pages), []string{"index.html warning portal-cache"}},
		"200 for nothing": {hooked(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "no-such") {
				w.Header().Set("Content-Type", "text/html")
				w.Write([]byte(portal("/")["index.html"]))
				return true
			}
			return false
		}), []string{"data/no-such-shard.00000000.json error portal-not-found"}},
		"shards signed in": {hooked(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Path, "/data/s/") {
				http.Redirect(w, r, "https://login.example/?to=secret", http.StatusFound)
				return true
			}
			return false
		}), []string{"data/s/meta.0123abcd.json error portal-sign-in"}},
		"shards signed in by a page": {hooked(func(w http.ResponseWriter, r *http.Request) bool {
			return strings.HasPrefix(r.URL.Path, "/data/s/") && signIn(w)
		}), []string{"data/s/meta.0123abcd.json error portal-sign-in"}},
		"all data signed in": {hooked(func(w http.ResponseWriter, r *http.Request) bool {
			return r.URL.Path == "/data/site.json" && signIn(w)
		}), []string{"data/site.json error portal-sign-in"}},
		"no directories": {hooked(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/") && r.URL.Path != "/" {
				w.WriteHeader(http.StatusForbidden)
				return true
			}
			return false
		}), []string{"catalog/ error portal-directory", "no-such-page-of-callboard/ warning portal-not-found"}},
		"books": {instead(".callboard/state.json.gz", "\x1f\x8b"), []string{".callboard/state.json.gz warning portal-books-open"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := lookAt(t, c.host, "/", nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range r.Diagnostics {
				got = append(got, fmt.Sprintf("%s %s %s", d.Pos, d.Severity, d.Code))
				if strings.Contains(d.Message, "secret") {
					t.Error("the query of an address is told:", d.Message)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("\n got %q\nwant %q\n%v", got, c.want, r.Diagnostics)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	h := newHost("/board/")
	files := portal("/board/")
	files["catalog/index.html"] = pageOf("/board/", `<a href="nowhere/">x</a><a href="/outside/">y</a><img src="gone.png"><a href="#a"></a>`)
	files[manifestName] = listed(files)
	for name, text := range files {
		h.files["board/"+name] = text
	}
	r, err := lookAt(t, h, "/board/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if ds := r.Diagnostics; len(ds) != 2 || ds[0].Message != `the page leads to "catalog/nowhere/", which is not there` || ds[0].Severity != diag.Warning ||
		ds[1].Message != `the page loads "catalog/gone.png", which is not there` || ds[1].Severity != diag.Error {
		t.Error(ds)
	}
}

// TestTwins: a packed twin that is older than its file is found, and text that is
// not packed at all.
func TestTwins(t *testing.T) {
	h := newHost("/")
	h.twin = func(text string) string {
		if strings.HasPrefix(text, "let") {
			return zipped("older")
		}
		return zipped(text)
	}
	r, err := lookAt(t, h, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if ds := r.Diagnostics; len(ds) != 2 || ds[0].Code != CodeDiffers || !strings.Contains(ds[0].Message+ds[1].Message, "Accept-Encoding: gzip") || ds[0].Pos.File != "assets/app.0123abcd.js" {
		t.Error(ds)
	}
	h = newHost("/")
	h.hook = func(_ http.ResponseWriter, r *http.Request) bool { r.Header.Del("Accept-Encoding"); return false }
	if r, err = lookAt(t, h, "/", nil); err != nil || len(r.Diagnostics) != 4 || r.Diagnostics[0].Code != CodeUncompressed {
		t.Error(r, err)
	}
}

func TestStale(t *testing.T) {
	for after, want := range map[time.Duration]int{2 * time.Hour: 0, 2*time.Hour + time.Second: 1, -time.Hour: 0} {
		r, err := lookAt(t, newHost("/"), "/", func(o *Options) { o.Now = built.Add(after) })
		if err != nil || len(r.Diagnostics) != want {
			t.Error(after, r, err)
		}
		if want == 1 && (r.Diagnostics[0].Code != CodeStale || r.Diagnostics[0].Message != "the portal was built 2h0m1s ago, and it is built every 1h0m0s") {
			t.Error(r.Diagnostics)
		}
	}
}

func TestSources(t *testing.T) {
	for status, want := range map[string]string{
		`{"v":1,"failedSources":0}`:                                      "",
		`{"v":1,"failedSources":1,"failedSince":"2026-05-04T23:00:00Z"}`: "1 source could not be read when the portal was built, since 2026-05-04",
		`{"v":1,"failedSources":2}`:                                      "2 sources could not be read when the portal was built",
		`{"v":1,"failedSources":"many"}`:                                 "",
	} {
		h := newHost()
		h.bases = []string{"/"}
		files := portal("/")
		files[statusName] = status
		files[manifestName] = listed(files)
		h.files = files
		r, err := lookAt(t, h, "/", nil)
		if err != nil || len(r.Diagnostics) != min(len(want), 1) {
			t.Fatal(status, r, err)
		}
		if want != "" && (r.Diagnostics[0].Code != CodeSources || r.Diagnostics[0].Message != want) {
			t.Error(r.Diagnostics)
		}
	}
}

func TestElsewhere(t *testing.T) {
	h := newHost("/")
	for name, text := range portal("/") {
		h.files["board/"+name] = text
	}
	h.files["board/"+manifestName] = listed(portal("/"))
	r, err := lookAt(t, h, "/board/", nil)
	if err != nil || len(r.Diagnostics) == 0 || !slices.ContainsFunc(r.Diagnostics, func(d diag.Diagnostic) bool { return d.Code == CodeBase }) {
		t.Error(r, err)
	}
	if _, err := lookAt(t, newHost("/"), "/none/", nil); !errors.Is(err, ErrNoPortal) {
		t.Error(err)
	}
	if _, err := lookAt(t, http.RedirectHandler("https://login.example/?x", http.StatusFound), "/", nil); !errors.Is(err, ErrSignIn) || strings.Contains(err.Error(), "?x") {
		t.Error(err)
	}
}

// TestPublishedMeanwhile: a portal that is replaced while it is looked at is looked
// at again, and nothing is said of what was in between.
func TestPublishedMeanwhile(t *testing.T) {
	old, h := newHost("/"), newHost("/")
	for _, f := range []map[string]string{h.files} {
		f["data/s/t/0123abcd.bin"] = "new"
		f[siteName] = strings.Replace(f[siteName], "07:08:09", "07:09:09", 1)
		delete(f, manifestName)
		f[manifestName] = listed(f)
	}
	var n atomic.Int32
	r, err := lookAt(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) < 5 { // the home page, site.json, the list, a directory
			old.ServeHTTP(w, r)
			return
		}
		h.ServeHTTP(w, r)
	}), "/", nil)
	if err != nil || len(r.Diagnostics) > 0 {
		t.Error(r, err)
	}
}

// TestGate: what is behind a gate for pages alone is found, and what another
// audience's portal lets out, however the path is spelled.
func TestGate(t *testing.T) {
	h := newHost("/a/guests/", "/a/staff/")
	gate := func(open func(r *http.Request) bool) {
		h.hook = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Authorization") == "Bearer word" && strings.HasPrefix(r.URL.Path, "/a/guests/") && !strings.Contains(r.URL.Path, "..") || open(r) {
				if strings.Contains(r.URL.Path, "..") || strings.Contains(r.URL.Path, "//") {
					r.URL.Path = path.Clean(r.URL.Path)
				}
				return false
			}
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
	}
	in := func(o *Options) {
		o.Headers = http.Header{"Authorization": {"Bearer word"}}
		o.Denied = []string{"/a/staff/"}
	}
	codes := func() (out []string) {
		r, err := lookAt(t, h, "/a/guests/", in)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range r.Diagnostics {
			out = append(out, d.Pos.File+" "+string(d.Code))
		}
		return out
	}
	gate(func(*http.Request) bool { return false })
	if got := codes(); len(got) > 0 {
		t.Error(got)
	}
	gate(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/a/guests/data/s/") })
	if got := codes(); !slices.Contains(got, "data/s/meta.0123abcd.json portal-open") {
		t.Error(got)
	}
	for _, what := range []string{"//", "%2F", "..", "%73"} {
		gate(func(r *http.Request) bool {
			return strings.Contains(r.RequestURI, what) && strings.HasSuffix(r.RequestURI, "site.json")
		})
		if got := codes(); len(got) != 1 || !strings.Contains(got[0], what) || !strings.HasSuffix(got[0], " portal-open") {
			t.Error(what, got)
		}
	}
	// The list of all files tells of the portal of others, which is then asked for.
	h.files[manifestName] = strings.NewReplacer(`"path":"`, `"path":"a/staff/`).Replace(listed(portal("/a/staff/")))
	gate(func(r *http.Request) bool {
		return r.URL.Path == "/manifest.json" || r.URL.Path == "/a/staff/catalog.json"
	})
	// which is of the same content in both, and so tells nothing
	if got := codes(); !slices.Equal(got, []string{"../../manifest.json portal-open"}) {
		t.Error(got)
	}
}

// TestPolite: a host that cannot answer now is asked again, after as long as it
// says, and not more often than a bound.
func TestPolite(t *testing.T) {
	h := newHost("/")
	var n atomic.Int32
	h.hook = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, ".bin") && n.Add(1) <= 2 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}
		return false
	}
	var waited atomic.Int64
	r, err := lookAt(t, h, "/", func(o *Options) {
		o.Wait = func(_ context.Context, d time.Duration) error { waited.Add(int64(d)); return nil }
	})
	if err != nil || len(r.Diagnostics) > 0 || time.Duration(waited.Load()) != 14*time.Second {
		t.Error(r, err, time.Duration(waited.Load()))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	u, _ := url.Parse("http://127.0.0.1:1/")
	if _, err := Look(ctx, Options{Address: u, Jobs: 1, Transport: http.DefaultTransport, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
