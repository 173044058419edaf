package polite

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"callboard/internal/digest"
	"callboard/internal/polite/politetest"
	"callboard/internal/secret"
)

// FuzzLimits: whatever a host tells of its limits, nobody waits longer than the
// bounds, and nothing is less than nothing.
func FuzzLimits(f *testing.F) {
	f.Add(429, "5000", "0", "1767225600", "30", "Thu, 26 Nov 2026 17:44:30 GMT", `{"message":"secondary rate limit"}`)
	f.Add(200, "60, 60;w=60", "-1", "1e300", "-1", "", `{"data":null,"errors":[{"type":"RATE_LIMITED"}]}`)
	f.Add(403, "NaN", "Inf", "-Inf", "0x1p-2", "never", "abuse-rate-limit")
	f.Add(503, "99999999999999999999", "99999999999999999999", "9223372036854775807", "Thu, 01 Jan 9999 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, status int, limit, left, reset, after, date, body string) {
		h := http.Header{
			"X-Ratelimit-Limit": {limit}, "Ratelimit-Remaining": {left}, "X-Ratelimit-Reset": {reset}, "Retry-After": {after}, "Date": {date},
		}
		resp := &http.Response{StatusCode: status, Header: h}
		setBody(resp, []byte(body))
		got := read(resp, now, true)
		if got.limit < 0 || got.left < 0 || got.known && got.left > got.limit || got.reset < 0 || got.reset > maxWindow || got.wait < 0 || got.wait > maxAsked {
			t.Errorf("%+v", got)
		}
		if got.primary && !got.refused || got.primary && got.wait > 0 {
			t.Errorf("%+v", got)
		}
		b := &Budget{purses: map[owner]*purse{}}
		a := &account{purse: &purse{budget: b, places: make(chan struct{}, 1)}}
		a.places <- struct{}{}
		a.leave(got, 1, now)
		if got.refused {
			if wait := a.refused(got, now); wait <= 0 && got.wait > 0 || wait > maxAsked {
				t.Errorf("%+v waits %v", got, wait)
			}
		}
		if wait, never := a.wait(&Options{}, 1, now.Add(-100*365*24*time.Hour)); never || wait < 0 || wait > maxAsked {
			t.Errorf("%+v waits %v", a, wait)
		}
	})
}

// replier is a host of one answer. It notes what it was asked.
type replier struct {
	status int
	header http.Header
	body   []byte
	asked  []*http.Request
}

func (a *replier) RoundTrip(r *http.Request) (*http.Response, error) {
	a.asked = append(a.asked, r)
	return &http.Response{StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.header.Clone(),
		Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r}, nil
}

// client asks a host, as whom a marked token tells.
func (a *replier) client(cache Cache) *http.Client {
	token := secret.New(marked)
	return New(Options{Name: "api.example", Base: a, Clock: politetest.NewClock(), Cache: cache, Hosts: []string{"api.example"}, Secrets: []secret.String{token},
		Authorize: func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+token.Reveal())
			return nil
		}})
}

func question(t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.example/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// FuzzRedirects: wherever a host leads, nobody but itself is told the token, by
// nothing but https, and there is an end.
func FuzzRedirects(f *testing.F) {
	for _, s := range []string{"/y", "//other.example/x", "http://api.example/", "https://api.example:8443/", "https://api.example@other.example/", "https://127.0.0.1/", "\\\\x", "https://API.EXAMPLE./", "javascript:x", "https://other.example/?" + marked, ""} {
		f.Add(302, s)
	}
	f.Fuzz(func(t *testing.T, status int, to string) {
		a := &replier{status: status, header: http.Header{"Location": {to}}}
		resp, err := Do(a.client(nil), question(t))
		if err == nil {
			_ = resp.Body.Close()
		} else if strings.Contains(err.Error(), marked) {
			t.Errorf("the error is %v", err)
		}
		for i, r := range a.asked {
			home := strings.EqualFold(r.URL.Host, "api.example")
			switch {
			case r.URL.Scheme != "https", !home && near(r.URL.Hostname()), i > (maxRedirects+1)*4:
				t.Errorf("%q leads to %s", to, r.URL)
			case !home && (r.Header.Get("Authorization") != "" || strings.Contains(r.URL.String(), marked)):
				t.Errorf("%q makes the token known to %s", to, r.URL)
			}
		}
	})
}

// FuzzKept finds anything in the place of an answer that was kept. It counts
// only if it is whole, and a host that says that nothing has changed is then
// asked once more at most.
func FuzzKept(f *testing.F) {
	f.Add([]byte(`{"Etag":["\"1\""],"Link":["<x>; rel=next"]}`), []byte("body"), true)
	f.Add([]byte(`{"Last-Modified":["never\r\nX: y"]}`), []byte("body"), true)
	f.Add([]byte("null"), []byte("{}\n{}"), false)
	f.Fuzz(func(t *testing.T, header, body []byte, whole bool) {
		cache := &politetest.Cache{}
		a := &replier{status: http.StatusOK, header: http.Header{"Etag": {`"1"`}}, body: []byte("fresh")}
		if _, err := Do(a.client(cache), question(t)); err != nil {
			t.Fatal(err)
		}
		for k := range cache.Entries {
			sum, _ := json.Marshal(digest.Of(body))
			cache.Entries[k] = bytes.Join([][]byte{[]byte(`{"sum":`), sum, []byte(`,"header":`), header, []byte("}\n"), body}, nil)
			if !whole {
				cache.Entries[k] = append(header, body...)
			}
		}
		a.status, a.asked = http.StatusNotModified, nil
		resp, err := Do(a.client(cache), question(t))
		if err != nil {
			return
		}
		got, err := io.ReadAll(resp.Body)
		if FromCache(resp) && (err != nil || resp.StatusCode != http.StatusOK || whole && !bytes.Equal(got, body)) {
			t.Errorf("%d %q, %v; %q was kept", resp.StatusCode, got, err, body)
		}
		if len(a.asked) > 2 {
			t.Errorf("%d questions", len(a.asked))
		}
	})
}

// FuzzRefusals: what a host says of a refusal is a short line without addresses
// and without the token.
func FuzzRefusals(f *testing.F) {
	for _, s := range []string{`{"message":"Not Found","documentation_url":"https://x"}`, `{"error":{"message":"see https://x/?token=` + marked + `"}}`, `{"error":"` + marked + `\u0000\u202e\n"}`, `[]`, ``} {
		f.Add(404, []byte(s))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a := &replier{status: 400 + (status&0xff)%100, body: body}
		var v map[string]any
		resp, err := Do(a.client(nil), question(t))
		if err == nil {
			err = JSON(resp, "ask", &v)
		}
		if err == nil {
			t.Fatalf("%d is no fault", a.status)
		}
		if s := err.Error(); strings.Contains(s, marked) || strings.ContainsAny(s, "\n\r\x00") || len(s) > 2000 {
			t.Errorf("%q", s)
		}
	})
}
