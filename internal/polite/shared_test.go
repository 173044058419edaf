package polite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/secret"
	"callboard/internal/source"
)

// TestConcurrent: many requests at once are sent so many at a time, spend no
// more than there is, and all come to an end.
func TestConcurrent(t *testing.T) {
	var mu sync.Mutex
	var under, most int
	var b *bench
	left, resets := 50, time.Time{}
	b = newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		under++
		most = max(most, under)
		now := b.clock.Now()
		if !now.Before(resets) {
			left, resets = 50, now.Add(time.Minute)
		}
		left--
		if left < 0 {
			t.Errorf("the host had to refuse %d at %v, resets %v", left, now, resets)
		}
		head(w, "RateLimit-Limit", "50", "RateLimit-Remaining", strconv.Itoa(max(left, 0)), "RateLimit-Reset", strconv.FormatInt(resets.Unix(), 10))
		mu.Unlock()
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			under--
		}()
		_, _ = io.WriteString(w, "[]")
	}, func(o *Options) { o.Concurrent, o.MaxWait = 4, time.Hour })
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Go(func() {
			if _, got, err := b.get(fmt.Sprint("/", i)); err != nil || got != "[]" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	wg.Wait()
	if most > 4 || b.count() != 300 {
		t.Errorf("%d at once, %d requests", most, b.count())
	}
}

// TestPauseOfAll: when one is refused for speed, all wait.
func TestPauseOfAll(t *testing.T) {
	var b *bench
	var until atomic.Int64
	b = newBench(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		now := b.clock.Now().UnixNano()
		if n == 20 {
			until.Store(b.clock.Now().Add(time.Minute).UnixNano())
			head(w, "Retry-After", "60")
			w.WriteHeader(403)
			return
		}
		if n > 24 && now < until.Load() { // three others may have been under way
			t.Errorf("request %d comes in the pause", n)
		}
	}, func(o *Options) { o.Concurrent, o.MaxWait = 4, time.Hour })
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, _, err := b.get("/"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestAuthorityFromTheSameHost: tokens that are asked for by a client of the same
// host and budget do not wait for the places of those who wait for them.
func TestAuthorityFromTheSameHost(t *testing.T) {
	b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) },
		func(o *Options) { o.Concurrent = 2 })
	minting := b.opts
	mint := New(minting)
	b.opts.Authorize = func(ctx context.Context, r *http.Request) error {
		q, err := http.NewRequestWithContext(ctx, http.MethodPost, b.server.URL+"/token", nil)
		if err != nil {
			return err
		}
		resp, err := Do(mint, q)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		token, err := io.ReadAll(resp.Body)
		r.Header.Set("Authorization", "Bearer "+string(token))
		return err
	}
	b.client = New(b.opts)
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			if _, got, err := b.get("/x"); err != nil || got != "/x" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	wg.Wait()
}

func TestNoAuthority(t *testing.T) {
	own := &source.Fault{Kind: source.Limited, Host: "login.example", What: "get a token"}
	for _, err := range []error{errors.New("the key " + marked + " is none"), fmt.Errorf("wrapped: %w", own)} {
		b := newBench(t, func(int, http.ResponseWriter, *http.Request) { t.Error("was asked") },
			func(o *Options) { o.Authorize = func(context.Context, *http.Request) error { return err } })
		_, _, got := b.get("/x")
		want := source.Denied
		if errors.Is(err, own) {
			want = source.Limited
		}
		if f := fault(t, got, want); strings.Contains(f.Error(), marked) {
			t.Errorf("%v", f)
		}
	}
}

// TestHostThatIsDown: thousands of requests to a host that does not answer do
// not all wait for their last attempt; the first answer mends that.
func TestHostThatIsDown(t *testing.T) {
	down := true
	b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		if down {
			w.WriteHeader(502)
		}
	})
	for range 100 {
		_, _, err := b.get("/x")
		fault(t, err, source.Unreachable)
	}
	if b.count() != 5*4+95 || b.clock.Slept() != 35*time.Second {
		t.Errorf("%d requests, %v of waiting", b.count(), b.clock.Slept())
	}
	down = false
	b.mustGet("/x", 200, "")
	down = true
	before := b.count()
	_, _, _ = b.get("/x")
	if b.count() != before+4 {
		t.Errorf("%d attempts after an answer", b.count()-before)
	}
}

func TestNobodyThere(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	b := newBench(t, func(int, http.ResponseWriter, *http.Request) {})
	for address, want := range map[string]string{
		closed.URL: "refuses the connection",
		strings.Replace(b.server.URL, "http://", "https://", 1): "does not speak TLS",
	} {
		_, _, err := b.ask(http.MethodGet, address, Ask{What: "ask"})
		if f := fault(t, err, source.Unreachable); !strings.Contains(f.Error(), want) || strings.Contains(f.Err.Error(), "127.0.0.1") {
			t.Errorf("%v, want that it %s", f, want)
		}
	}
}

func TestCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	b := newBench(t, func(int, http.ResponseWriter, *http.Request) {})
	_, _, err := b.ask(http.MethodGet, s.URL, Ask{})
	if f := fault(t, err, source.Unreachable); !strings.HasSuffix(f.Error(), "its certificate is not valid") {
		t.Errorf("%v", f)
	}
}

// TestWhatChangesSomethingIsSentOnce: unless its sender says that it only asks.
func TestWhatChangesSomethingIsSentOnce(t *testing.T) {
	for _, c := range []struct {
		method     string
		idempotent bool
		want       int
	}{{"GET", false, 4}, {"HEAD", false, 4}, {"POST", false, 1}, {"POST", true, 4}, {"PUT", false, 1}, {"DELETE", false, 1}} {
		b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
		_, _, err := b.ask(c.method, "/", Ask{Idempotent: c.idempotent})
		fault(t, err, source.Unreachable)
		if b.count() != c.want {
			t.Errorf("%s idempotent=%v: %d requests, want %d", c.method, c.idempotent, b.count(), c.want)
		}
	}
}

func TestJitter(t *testing.T) {
	numbers := []float64{0.5, 0.25, 0}
	b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, func(o *Options) {
		o.Jitter = func() float64 { n := numbers[0]; numbers = numbers[1:]; return n }
	})
	_, _, err := b.get("/")
	fault(t, err, source.Unreachable)
	if want := 500*time.Millisecond + 500*time.Millisecond; b.clock.Slept() != want {
		t.Errorf("slept %v, want %v", b.clock.Slept(), want)
	}
}

// TestNothingShowsATokens: after answers that repeat everything they were told,
// in every place where a host can put it.
func TestNothingShowsTokens(t *testing.T) {
	const password = "PASSWORDmarked"
	var all strings.Builder
	for _, status := range []int{200, 301, 401, 403, 404, 422, 429, 500, 503} {
		b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			_, pass, _ := r.BasicAuth()
			told := r.Header.Get("Authorization") + " " + pass + " " + r.URL.RawQuery
			head(w, "ETag", `"`+told+`"`, "Link", "<https://x/?"+told+">", "Location", "https://else.example/?"+told, "Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, `{"message":%q}`, "you said "+told)
		}, func(o *Options) {
			o.MaxWait, o.Secrets = time.Second, []secret.String{secret.New(password)}
			o.Authorize = func(_ context.Context, r *http.Request) error {
				r.SetBasicAuth(marked, password)
				return nil
			}
		})
		for _, a := range []Ask{{}, {Stream: true}, {What: "ask as " + password}} {
			r, err := http.NewRequestWithContext(With(t.Context(), a), http.MethodGet, b.server.URL+"/x?private_token="+password, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := Do(b.client, r)
			if err != nil {
				_, _ = fmt.Fprintf(&all, "%v %+v\n", err, err)
				continue
			}
			_, _ = fmt.Fprintf(&all, "%v\n%v\n", Check(resp, ""), JSON(resp, "list", new([]int)))
		}
		_, _ = fmt.Fprintf(&all, "%v %+v %v\n", b.cache.Entries, b.budget.Spent(), b.budget.Plan("api.example", "core", 1, b.clock.Now()))
		for k, v := range b.cache.Entries {
			all.WriteString(k + string(v))
		}
	}
	text := all.String()
	basic := (&http.Request{Header: http.Header{}})
	basic.SetBasicAuth(marked, password)
	for _, s := range []string{marked, password, strings.TrimPrefix(basic.Header.Get("Authorization"), "Basic ")} {
		if i := strings.Index(text, s); i >= 0 {
			t.Errorf("%q shows: …%s…", s, text[max(0, i-100):min(len(text), i+100)])
		}
	}
	if !strings.Contains(text, "[secret]") {
		t.Error("nothing was hidden: the test tests nothing")
	}
}

func TestJSON(t *testing.T) {
	for body, want := range map[string]string{
		`{"n":1}`:                    "",
		`{"n":1} `:                   "",
		`{"n":"` + marked:            "api.example: list: broken: the answer is not JSON",
		`{"n":1}{"n":2}`:             "api.example: list: broken: the answer is not JSON",
		`<html>`:                     "api.example: list: broken: the answer is not JSON",
		``:                           "api.example: list: broken: the answer is not JSON",
		`{"n":"` + marked + `"}`:     `api.example: list: broken: the answer is JSON of another shape, at "n"`,
		strings.Repeat("[", 100_000): "api.example: list: broken: the answer is not JSON",
	} {
		b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := Do(b.client, r)
		if err != nil {
			t.Fatal(err)
		}
		var v struct {
			N int `json:"n"`
		}
		got := ""
		if err := JSON(resp, "list", &v); err != nil {
			got = err.Error()
		} else if v.N != 1 {
			t.Errorf("%.40q gives %+v", body, v)
		}
		if got != want {
			t.Errorf("%.40q: %q, want %q", body, got, want)
		}
	}
}

func TestMessages(t *testing.T) {
	for body, want := range map[string]string{
		`{"message":"Not Found","documentation_url":"https://docs"}`: "Not Found",
		`{"error":{"message":"no such repository"}}`:                 "no such repository",
		`{"message":{"base":["x"]},"error":"bad"}`:                   "bad",
		`{"message":"a\n\tb\u0000\u202e c"}`:                         "a b c",
		`{"message":"see https://x.example/?token=1 for more"}`:      "see",
		`{"message":"` + strings.Repeat("x", 500) + `"}`:             strings.Repeat("x", 200),
		`<html>`: "", `[]`: "", `{"message":7}`: "", `{}`: "",
	} {
		b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			_, _ = io.WriteString(w, body)
		})
		resp, _, err := b.get("/")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if f := fault(t, Check(resp, "x"), source.Gone); f.Err != nil {
			got = f.Err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestExplain(t *testing.T) {
	f := &source.Fault{Kind: source.Gone, Host: "h", What: "x"}
	named := Explain(fmt.Errorf("get: %w", f), "list y")
	if named.Error() != "h: list y: gone" || f.What != "x" {
		t.Errorf("%v, %v", named, f)
	}
	_, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://h/?q="+marked+"\x7f", nil)
	if got := Explain(err, "list"); strings.Contains(got.Error(), marked) {
		t.Errorf("%v", got)
	}
	if Explain(nil, "x") != nil {
		t.Error("nothing is something")
	}
}
