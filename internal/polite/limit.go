package polite

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// maxWindow is the longest time over which a host counts requests; a later
	// reset is a mistake. GitHub and Bitbucket count over an hour, GitLab over
	// minutes, Azure over five.
	maxWindow = time.Hour + time.Minute
	// maxAsked is the longest that a host is believed to want us to wait.
	maxAsked = 24 * time.Hour
	// secondaryWait is what GitHub asks for when its answer does not say how long.
	secondaryWait = time.Minute
)

// told is what an answer tells of limits.
type told struct {
	known       bool // limit, left and reset are told
	limit, left int
	reset       time.Duration // from now
	wait        time.Duration // what the host asks us to wait, 0 if it does not
	// refused tells that there is no answer because of a limit. Wait is 0 if the
	// host does not say how long.
	refused bool
	// primary tells that the refusal is that of the allowance, whose reset is
	// known, and not for asking too fast.
	primary bool
	// near tells that the limit is near (Bitbucket Cloud).
	near bool
}

// read takes what an answer tells of limits. The names are those of GitHub,
// Azure DevOps and Bitbucket (X-RateLimit-*), of GitLab (RateLimit-*), and of
// Bitbucket Data Center, which tells of an interval instead of a reset.
func read(resp *http.Response, now time.Time, graphql bool) told {
	h := resp.Header
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date // moments of the host are by its own clock
	}
	t := told{wait: retryAfter(h.Get("Retry-After"), now), near: strings.EqualFold(h.Get("X-Ratelimit-Nearlimit"), "true")}
	left, known := number(first(h, "X-Ratelimit-Remaining", "Ratelimit-Remaining"))
	limit, limited := number(first(h, "X-Ratelimit-Limit", "Ratelimit-Limit"))
	if limited {
		t.limit = limit
	}
	if known {
		t.known, t.left = true, left
		t.limit = max(t.limit, left)
		t.reset = reset(h, now)
		if t.left == 0 && t.wait > 0 { // Azure's reset is when all is forgotten, which is later
			t.reset = min(t.reset, t.wait)
		}
	}
	t.judge(resp, graphql)
	return t
}

func first(h http.Header, names ...string) string {
	for _, n := range names {
		if v := h.Get(n); v != "" {
			return v
		}
	}
	return ""
}

// number is a number of requests. Azure counts in parts of its units. A draft of
// the IETF adds parameters after a comma or semicolon.
func number(s string) (int, bool) {
	if i := strings.IndexAny(s, ",;"); i >= 0 {
		s = s[:i]
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) {
		return 0, false
	}
	return int(min(max(f, 0), 1<<30)), true
}

// reset is how long an allowance lasts. Hosts tell the moment in seconds since
// 1970; the IETF's draft tells seconds from now.
func reset(h http.Header, now time.Time) time.Duration {
	s := first(h, "X-Ratelimit-Reset", "Ratelimit-Reset", "X-Ratelimit-Interval-Seconds")
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	switch {
	case err != nil || math.IsNaN(f) || f < 0:
		return time.Minute
	case f > 1e9:
		f -= float64(now.Unix()) - 1 // whatever is left of that second
	}
	return seconds(f, maxWindow)
}

// seconds is a duration between nothing and most.
func seconds(f float64, most time.Duration) time.Duration {
	if f >= most.Seconds() {
		return most
	}
	return time.Duration(max(f, 0) * float64(time.Second))
}

// retryAfter is what Retry-After asks for, in seconds or as a date; 0 if it is
// not there or makes no sense. Now is the clock of the host.
func retryAfter(s string, now time.Time) time.Duration {
	if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil && !math.IsNaN(f) {
		return seconds(f, maxAsked)
	}
	if at, err := http.ParseTime(s); err == nil {
		return seconds(at.Sub(now).Seconds(), maxAsked)
	}
	return 0
}

// judge tells refusals from answers. GitHub refuses with 403 or 429, and in
// GraphQL even with 200: an allowance that is used up has nothing left, and all
// other refusals say so in their text or ask to wait.
func (t *told) judge(resp *http.Response, graphql bool) {
	body := bodyOf(resp)
	empty := t.known && t.left == 0
	switch s := resp.StatusCode; {
	case s == http.StatusTooManyRequests:
		t.refused = true
	case s == http.StatusForbidden:
		t.refused = t.wait > 0 || empty || secondary(body)
	case s == http.StatusOK && graphql:
		t.refused = refusedQuery(body)
	}
	t.primary = t.refused && empty && t.wait == 0 && !secondary(body)
}

// secondary tells that the text of an answer is that of a limit on speed. Texts
// of repositories come in answers as well, so only small ones are looked at.
func secondary(body []byte) bool {
	if len(body) > maxRefusal {
		return false
	}
	low := bytes.ToLower(body)
	return bytes.Contains(low, []byte("secondary rate limit")) || bytes.Contains(low, []byte("secondary-rate-limit")) ||
		bytes.Contains(low, []byte("abuse detection")) || bytes.Contains(low, []byte("abuse-rate-limit"))
}

// refusedQuery tells that a GraphQL answer has no data for the sake of a limit.
func refusedQuery(body []byte) bool {
	if len(body) > maxRefusal {
		return false
	}
	var a struct {
		Data    json.RawMessage
		Message string
		Errors  []struct{ Type, Message string }
	}
	if json.Unmarshal(body, &a) != nil || len(a.Data) > 0 && string(a.Data) != "null" {
		return false
	}
	for _, e := range a.Errors {
		if e.Type == "RATE_LIMITED" || secondary([]byte(e.Message)) {
			return true
		}
	}
	return secondary([]byte(a.Message))
}
