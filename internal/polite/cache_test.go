package polite

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"callboard/internal/secret"
)

// versioned serves a page with a validator and answers conditions.
func versioned(version *int, header, condition string) func(int, http.ResponseWriter, *http.Request) {
	return func(n int, w http.ResponseWriter, r *http.Request) {
		tag := fmt.Sprintf(`"v%d"`, *version)
		head(w, "X-RateLimit-Remaining", fmt.Sprint(1000-n), "X-RateLimit-Limit", "5000")
		if r.Header.Get(condition) == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		head(w, header, tag, "Link", `<https://api.example/x?page=2>; rel="next"`, "X-Total-Pages", "7", "Content-Type", "application/json",
			"Set-Cookie", "session="+marked, "X-Debug", marked)
		_, _ = fmt.Fprintf(w, `{"version":%d}`, *version)
	}
}

func TestConditionalRequests(t *testing.T) {
	for header, condition := range map[string]string{"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"} {
		version := 1
		b := newBench(t, versioned(&version, header, condition))
		first := b.mustGet("/x", 200, `{"version":1}`)
		again := b.mustGet("/x", 200, `{"version":1}`)
		if FromCache(first) || !FromCache(again) {
			t.Error("the second answer is that of the cache, the first is not")
		}
		if again.Header.Get("Link") != first.Header.Get("Link") || again.Header.Get("X-Total-Pages") != "7" || again.Header.Get("Content-Type") != "application/json" {
			t.Errorf("header of the replay: %v", again.Header)
		}
		if again.Header.Get("X-RateLimit-Remaining") != "999" || again.ContentLength != 13 {
			t.Errorf("what the host tells now is not there: %v", again.Header)
		}
		version = 2
		if FromCache(b.mustGet("/x", 200, `{"version":2}`)) {
			t.Error("a new answer is said to be out of the cache")
		}
		b.mustGet("/x", 200, `{"version":2}`)
		if s := b.budget.Spent()[0]; s.Requests != 4 || s.Unchanged != 2 || s.Bytes != 26 {
			t.Errorf("spent %+v", s)
		}
		for key, value := range b.cache.Entries {
			if strings.Contains(key+string(value), marked) || strings.Contains(string(value), "Debug") {
				t.Errorf("%s: %s", key, value)
			}
		}
	}
}

func TestConditionsOfTheCallerAreHis(t *testing.T) {
	version := 1
	b := newBench(t, versioned(&version, "ETag", "If-None-Match"))
	b.mustGet("/x", 200, `{"version":1}`)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.server.URL+"/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("If-None-Match", `"v1"`)
	resp, err := Do(b.client, r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNotModified || FromCache(resp) {
		t.Errorf("%d", resp.StatusCode)
	}
}

// TestWhatIsNotKept: answers that are no page of a host, or must not be kept.
func TestWhatIsNotKept(t *testing.T) {
	for name, c := range map[string]struct {
		serve func(w http.ResponseWriter)
		ask   Ask
		post  bool
	}{
		"no validator": {serve: func(w http.ResponseWriter) { _, _ = io.WriteString(w, "x") }},
		"no-store":     {serve: func(w http.ResponseWriter) { head(w, "ETag", `"1"`, "Cache-Control", "private, no-store") }},
		"not found":    {serve: func(w http.ResponseWriter) { head(w, "ETag", `"1"`); w.WriteHeader(404) }},
		"large":        {serve: func(w http.ResponseWriter) { head(w, "ETag", `"1"`); _, _ = w.Write(make([]byte, 4<<20+1)) }},
		"a secret":     {serve: func(w http.ResponseWriter) { head(w, "ETag", `"1"`); _, _ = io.WriteString(w, "you are "+marked) }},
		"a link":       {serve: func(w http.ResponseWriter) { head(w, "ETag", `"1"`, "Link", "</?private_token="+marked+">") }},
		"a stream":     {serve: func(w http.ResponseWriter) { head(w, "ETag", `"1"`) }, ask: Ask{Stream: true}},
		"fresh":        {serve: func(w http.ResponseWriter) { head(w, "ETag", `"1"`) }, ask: Ask{Fresh: true}},
		"post":         {serve: func(w http.ResponseWriter) { head(w, "ETag", `"1"`) }, post: true},
	} {
		b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) { c.serve(w) })
		method := http.MethodGet
		if c.post {
			method = http.MethodPost
		}
		if _, _, err := b.ask(method, "/x", c.ask); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := len(b.cache.Entries); n != 0 {
			t.Errorf("%s: %d entries", name, n)
		}
	}
}

// TestDamagedCache: whatever the cache returns, the answer is the host's.
func TestDamagedCache(t *testing.T) {
	version := 1
	b := newBench(t, versioned(&version, "ETag", "If-None-Match"))
	b.mustGet("/x", 200, `{"version":1}`)
	key := slices.Collect(maps.Keys(b.cache.Entries))[0]
	whole := b.cache.Entries[key]
	for i := range whole {
		b.cache.Put(key, whole[:i])
		b.mustGet("/x", 200, `{"version":1}`)
		flipped := slices.Clone(whole)
		flipped[i] ^= 1
		b.cache.Put(key, flipped)
		b.mustGet("/x", 200, `{"version":1}`)
	}
	for _, junk := range []string{"", "\n", "{}\n", "null\nx", `{"header":{"Etag":["x"]}}` + "\n", "\x00"} {
		b.cache.Put(key, []byte(junk))
		b.mustGet("/x", 200, `{"version":1}`)
	}
}

// TestKeys: one account's answers are not another's, and the form counts.
func TestKeys(t *testing.T) {
	version := 1
	b := newBench(t, versioned(&version, "ETag", "If-None-Match"))
	b.mustGet("/x", 200, `{"version":1}`)
	b.mustGet("/x?page=2", 200, `{"version":1}`)
	other := b.opts
	other.Secrets = []secret.String{secret.New("another")}
	b.client = New(other)
	if FromCache(b.mustGet("/x", 200, `{"version":1}`)) {
		t.Error("another account gets what the first was answered")
	}
	other.Identity = "app:7"
	b.client = New(other)
	b.mustGet("/x", 200, `{"version":1}`)
	other.Secrets = []secret.String{secret.New("rotated")}
	b.client = New(other)
	if !FromCache(b.mustGet("/x", 200, `{"version":1}`)) {
		t.Error("a new token of the same identity loses the cache")
	}
	if len(b.cache.Entries) != 4 {
		t.Errorf("%d entries, want 4", len(b.cache.Entries))
	}
}
