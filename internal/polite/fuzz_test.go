package polite

import (
	"net/http"
	"testing"
	"time"
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
