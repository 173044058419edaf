package polite

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"callboard/internal/source"
)

func TestRedirectsAtHome(t *testing.T) {
	for _, status := range []int{301, 302, 307, 308} {
		b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/old" {
				head(w, "Location", "/new?page=2")
				w.WriteHeader(status)
				return
			}
			sent, _ := io.ReadAll(r.Body)
			_, _ = io.WriteString(w, r.Method+" "+r.URL.String()+" "+r.Header.Get("Authorization")+" "+string(sent))
		})
		b.mustGet("/old", 200, "GET /new?page=2 Bearer "+marked+" ")
		_, got, err := b.ask(http.MethodPost, "/old", Ask{Idempotent: true})
		if want := "POST /new?page=2 Bearer " + marked + " the question"; err != nil || got != want {
			t.Errorf("%d: %q, %v, want %q", status, got, err, want)
		}
	}
}

func TestSeeOtherIsAskedFor(t *testing.T) {
	b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			head(w, "Location", "/new")
			w.WriteHeader(303)
			return
		}
		sent, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Method+string(sent))
	})
	if _, got, err := b.ask(http.MethodPost, "/old", Ask{}); err != nil || got != "GET" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestRedirectsWithoutEnd(t *testing.T) {
	b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		head(w, "Location", "/again")
		w.WriteHeader(302)
	})
	_, _, err := b.get("/again")
	fault(t, err, source.Broken)
	if b.count() != 6 {
		t.Errorf("%d requests, want that and five redirects", b.count())
	}
}

// TestRedirectsElsewhere: what makes a request ours stays at home.
func TestRedirectsElsewhere(t *testing.T) {
	var got []http.Header
	away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header)
		_, _ = io.WriteString(w, "archive")
	}))
	defer away.Close()
	b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		head(w, "Location", strings.Replace(away.URL, "http://", "http://user:pass@", 1)+"/archive?sig=1")
		w.WriteHeader(302)
	})
	for _, stream := range []bool{false, true} {
		r, err := http.NewRequestWithContext(With(t.Context(), Ask{Stream: stream}), http.MethodGet, b.server.URL+"/tarball", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Private-Token", "of the caller")
		r.Header.Set("Cookie", "session=1")
		r.Header.Set("X-Custom", "with "+marked)
		r.Header.Set("Accept", "application/x-gzip")
		resp, err := Do(b.client, r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || string(body) != "archive" {
			t.Errorf("%q, %v", body, err)
		}
	}
	for _, h := range got {
		for name, values := range h {
			if !slices.Contains([]string{"Accept", "Accept-Encoding", "User-Agent"}, name) {
				t.Errorf("%s: %q went elsewhere", name, values)
			}
		}
	}
	if len(got) != 2 || got[0].Get("Accept") != "application/x-gzip" {
		t.Errorf("elsewhere got %d requests, %v", len(got), got)
	}
	if s := b.budget.Spent(); len(s) != 2 {
		t.Errorf("elsewhere is counted apart: %+v", s)
	}
}

func TestRedirectsThatAreRefused(t *testing.T) {
	away := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("was asked") }))
	defer away.Close()
	for name, c := range map[string]struct{ method, to string }{
		"no scheme we know": {"GET", "file:///etc/passwd"},
		"no host":           {"GET", "http:///x"},
		"no address":        {"GET", "http://[::1"},
		"a secret":          {"GET", away.URL + "/?token=" + marked},
		"what was sent":     {"POST", away.URL + "/"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				head(w, "Location", c.to)
				w.WriteHeader(307)
			})
			_, _, err := b.ask(c.method, "/", Ask{Idempotent: true})
			f := fault(t, err, source.Broken)
			if strings.Contains(f.Error(), marked) || strings.Contains(f.Error(), "passwd") {
				t.Errorf("%v says too much", f)
			}
		})
	}
}

// answers carries requests out by a function.
type answers func(*http.Request) *http.Response

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

func answer(status int, h http.Header) *http.Response {
	return &http.Response{StatusCode: status, Header: h, Body: http.NoBody, ProtoMajor: 1}
}

// TestAuthority: who gets it, over what, and who does not.
func TestAuthority(t *testing.T) {
	for _, c := range []struct {
		hosts []string
		ask   string
		want  bool
	}{
		{[]string{"api.example"}, "https://api.example/x", true},
		{[]string{"api.example"}, "https://API.example:443/x", true},
		{[]string{"api.example:8443"}, "https://api.example:8443/x", true},
		{[]string{"https://api.example"}, "https://api.example/x", true},
		{[]string{"http://git.intern"}, "http://git.intern:80/x", true},
		{[]string{"127.0.0.1:3000"}, "http://127.0.0.1:3000/x", true},
		{[]string{"localhost:3000"}, "http://localhost:3000/x", true},
		{[]string{"api.example"}, "http://api.example/x", false},
		{[]string{"api.example"}, "https://api.example:8443/x", false},
		{[]string{"api.example"}, "https://api.example.evil/x", false},
		{[]string{"api.example"}, "https://evil-api.example/x", false},
		{[]string{"api.example"}, "https://user@evil.example/api.example", false},
		{[]string{"http://git.intern"}, "https://git.intern/x", false},
		{nil, "https://api.example/x", false},
		{[]string{"", "://", "%zz"}, "https://api.example/x", false},
	} {
		asked := false
		client := New(Options{
			Hosts:     c.hosts,
			Base:      answers(func(*http.Request) *http.Response { return answer(200, nil) }),
			Authorize: func(context.Context, *http.Request) error { asked = true; return nil },
		})
		resp, err := client.Get(c.ask)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if asked != c.want {
			t.Errorf("hosts %q, %s: authority %v, want %v", c.hosts, c.ask, asked, c.want)
		}
	}
}

func TestNeverLessThanHTTPS(t *testing.T) {
	for name, to := range map[string]string{
		"down to http": "http://api.example/y", "elsewhere, down to http": "http://elsewhere.example/",
		"to metadata": "https://169.254.169.254/latest", "to this machine": "https://127.0.0.1:6443/", "to its name": "https://localhost/", "to none": "https://0.0.0.0/",
	} {
		n := 0
		client := New(Options{Name: "api.example", Hosts: []string{"api.example"}, Base: answers(func(*http.Request) *http.Response {
			n++
			return answer(302, http.Header{"Location": {to}})
		})})
		_, err := client.Get("https://api.example/x?q=secret") //nolint:bodyclose // there is none
		f := fault(t, err, source.Broken)
		if n != 1 || strings.Contains(f.Error(), "secret") {
			t.Errorf("%s: %d requests, %v", name, n, f)
		}
	}
}

// TestAuthorityIsRenewed: who is not known any more asks once more with what
// Authorize brings then.
func TestAuthorityIsRenewed(t *testing.T) {
	token := "old"
	b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer new" {
			w.WriteHeader(401)
		}
	}, func(o *Options) {
		o.Authorize = func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+token)
			return nil
		}
		o.Renew = func(context.Context) bool { token = "new"; return true }
	})
	b.mustGet("/", 200, "")
	token = "wrong"
	b.opts.Renew = func(context.Context) bool { return true }
	b.client = New(b.opts)
	b.mustGet("/", 401, "")
	if b.count() != 4 {
		t.Errorf("%d requests, want 4", b.count())
	}
}
