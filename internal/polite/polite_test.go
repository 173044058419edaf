package polite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"callboard/internal/polite/politetest"
	"callboard/internal/secret"
	"callboard/internal/source"
)

const marked = "ghp_MARKEDTOKEN0123456789"

// bench is a host of our own with a client for it.
type bench struct {
	*testing.T
	clock  *politetest.Clock
	cache  *politetest.Cache
	budget *Budget
	opts   Options
	server *httptest.Server
	client *http.Client

	mu    sync.Mutex
	asked []*http.Request
}

// newBench serves h, which is told how many requests there were before.
func newBench(t *testing.T, h func(n int, w http.ResponseWriter, r *http.Request), change ...func(*Options)) *bench {
	t.Helper()
	b := &bench{T: t, clock: politetest.NewClock(), cache: &politetest.Cache{}, budget: &Budget{}}
	b.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		b.mu.Lock()
		n := len(b.asked)
		b.asked = append(b.asked, r)
		b.mu.Unlock()
		h(n, w, r)
	}))
	t.Cleanup(b.server.Close)
	token := secret.New(marked)
	b.opts = Options{
		Name: "api.example", Clock: b.clock, Cache: b.cache, Budget: b.budget,
		Hosts:   []string{strings.TrimPrefix(b.server.URL, "http://")},
		Secrets: []secret.String{token},
		Authorize: func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+token.Reveal())
			return nil
		},
	}
	for _, f := range change {
		f(&b.opts)
	}
	b.client = New(b.opts)
	return b
}

func (b *bench) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.asked)
}

func (b *bench) ask(method, path string, a Ask) (*http.Response, string, error) {
	b.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("the question")
	}
	address := path
	if strings.HasPrefix(path, "/") {
		address = b.server.URL + path
	}
	r, err := http.NewRequestWithContext(With(b.Context(), a), method, address, body)
	if err != nil {
		b.Fatal(err)
	}
	resp, err := Do(b.client, r)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return resp, string(text), err
}

func (b *bench) get(path string) (*http.Response, string, error) {
	b.Helper()
	return b.ask(http.MethodGet, path, Ask{What: "ask"})
}

// mustGet is an answer whose status and body are these.
func (b *bench) mustGet(path string, status int, body string) *http.Response {
	b.Helper()
	resp, got, err := b.get(path)
	if err != nil {
		b.Fatalf("GET %s: %v", path, err)
	}
	if resp.StatusCode != status || got != body {
		b.Errorf("GET %s: %d %q, want %d %q", path, resp.StatusCode, got, status, body)
	}
	return resp
}

// fault is the fault in err, which must be of a kind.
func fault(t *testing.T, err error, kind source.FaultKind) *source.Fault {
	t.Helper()
	f, ok := errors.AsType[*source.Fault](err)
	if !ok {
		t.Fatalf("%v is no fault", err)
	}
	if f.Kind != kind {
		t.Errorf("%v is %q, want %q", err, f.Kind, kind)
	}
	return f
}

func TestEveryStatus(t *testing.T) {
	again := map[int]bool{408: true, 425: true, 500: true, 502: true, 503: true, 504: true}
	for status := 200; status < 600; status++ {
		if http.StatusText(status) == "" || status == 429 {
			continue
		}
		body := fmt.Sprintf(`{"message":"status %d"}`, status)
		if status == 204 || status == 304 {
			body = ""
		}
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			b := newBench(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			})
			resp, got, err := b.get("/x?secret=" + marked)
			if again[status] {
				f := fault(t, err, source.Unreachable)
				if f.Status != status || b.count() != 4 {
					t.Errorf("%v after %d requests", f, b.count())
				}
				if b.clock.Slept() != 7*time.Second {
					t.Errorf("waited %v between the attempts, want 1+2+4 s", b.clock.Slept())
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != status || got != body || b.count() != 1 {
				t.Errorf("%d %q after %d requests, want %d %q", resp.StatusCode, got, b.count(), status, body)
			}
			want := map[int]source.FaultKind{404: source.Gone, 410: source.Gone, 401: source.Denied, 403: source.Denied, 451: source.Denied}[status]
			if want == "" && status >= 300 {
				want = source.Broken
			}
			if status > 500 {
				want = source.Unreachable
			}
			err = Check(resp, "list things")
			if source.KindOf(err) != want {
				t.Errorf("Check gives %v, want %q", err, want)
			}
			if status >= 400 && err.Error() != fmt.Sprintf("api.example: list things: %s (HTTP %d): status %d", want, status, status) {
				t.Errorf("Check says %q", err)
			}
		})
	}
}

func TestWhatFailsOnceSucceeds(t *testing.T) {
	for name, failure := range faults() {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(n int, w http.ResponseWriter, r *http.Request) {
				if n == 0 {
					failure(w, r)
					return
				}
				_, _ = io.WriteString(w, `{"right":true}`)
			}, quick)
			b.mustGet("/x", 200, `{"right":true}`)
			if b.count() != 2 {
				t.Errorf("%d requests, want 2", b.count())
			}
		})
	}
}

func TestWhatFailsAlwaysIsAFault(t *testing.T) {
	for name, failure := range faults() {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) { failure(w, r) }, quick)
			_, _, err := b.get("/x")
			f, ok := errors.AsType[*source.Fault](err)
			if !ok || f.Kind != source.Unreachable && f.Kind != source.Broken {
				t.Fatalf("%v is no fault", err)
			}
			if b.count() != 4 {
				t.Errorf("%d requests, want 4", b.count())
			}
			if strings.Contains(err.Error(), "127.0.0.1") || strings.Contains(err.Error(), "tcp") {
				t.Errorf("%q is not the same from run to run", err)
			}
		})
	}
}

// quick lets servers that hang be given up soon.
func quick(o *Options) { o.Timeout = 30 * time.Second }

// faults are failures of the connection, at every stage of an answer.
func faults() map[string]func(http.ResponseWriter, *http.Request) {
	raw := func(text string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, buf, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			_, _ = buf.WriteString(text)
			_ = buf.Flush()
			_ = conn.Close()
		}
	}
	return map[string]func(http.ResponseWriter, *http.Request){
		"cut before the status":      raw(""),
		"cut in the status":          raw("HTTP/1.1 2"),
		"cut in the header":          raw("HTTP/1.1 200 OK\r\nContent-Le"),
		"cut after the header":       raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"),
		"cut in the body":            raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\":"),
		"cut in a chunk":             raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"a\":"),
		"cut between chunks":         raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
		"cut in JSON without length": raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"a\":"),
		"cut in gzip":                raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n\x1f\x8b\x08"),
		"a length that is none":      raw("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"),
		"two lengths":                raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
		"a chunk of no size":         raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
		"garbage":                    raw("SSH-2.0-OpenSSH_9.6\r\n"),
		"garbage in the header":      raw("HTTP/1.1 200 OK\r\nthis is no header\r\n\r\n"),
		"a header without end":       raw("HTTP/1.1 200 OK\r\nX-Much: " + strings.Repeat("a", 2<<20) + "\r\n\r\n"),
		"a status that is none":      raw("HTTP/1.1 abc OK\r\n\r\n"),
	}
}
