package polite

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"callboard/internal/polite/politetest"
	"callboard/internal/source"
)

// head sets headers given as name, value, name, value.
func head(w http.ResponseWriter, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		w.Header().Set(pairs[i], pairs[i+1])
	}
}

func epoch(d time.Duration) string {
	return strconv.FormatInt(politetest.Start().Add(d).Unix(), 10)
}

// refusals are answers of hosts whose limits are reached, and how long each asks
// to wait.
func refusals() map[string]struct {
	status int
	head   []string
	body   string
	wait   time.Duration
} {
	date := politetest.Start().Add(40 * time.Second).Format(http.TimeFormat)
	ahead := politetest.Start().Add(24 * time.Hour)
	type refusal = struct {
		status int
		head   []string
		body   string
		wait   time.Duration
	}
	return map[string]refusal{
		"github primary":                   {403, []string{"X-RateLimit-Limit", "5000", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", epoch(30 * time.Second)}, `{"message":"API rate limit exceeded"}`, 31 * time.Second},
		"github primary 429":               {429, []string{"X-RateLimit-Limit", "5000", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", epoch(30 * time.Second)}, `{}`, 31 * time.Second},
		"github primary, our clock is off": {403, []string{"Date", ahead.Format(http.TimeFormat), "X-RateLimit-Limit", "5000", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", strconv.FormatInt(ahead.Add(20*time.Second).Unix(), 10)}, `{}`, 21 * time.Second},
		"github secondary":                 {403, []string{"Retry-After", "25", "X-RateLimit-Limit", "5000", "X-RateLimit-Remaining", "4000", "X-RateLimit-Reset", epoch(time.Hour)}, `{"message":"You have exceeded a secondary rate limit."}`, 25 * time.Second},
		"github secondary, no time":        {403, nil, `{"message":"You have exceeded a secondary rate limit."}`, time.Minute},
		"github abuse":                     {403, nil, `{"message":"x","documentation_url":"https://docs.github.com/rest/overview/resources-in-the-rest-api#abuse-rate-limits"}`, time.Minute},
		"gitlab":                           {429, []string{"RateLimit-Limit", "60", "RateLimit-Remaining", "0", "RateLimit-Reset", epoch(45 * time.Second), "Retry-After", "45"}, "Retry later\n", 45 * time.Second},
		"gitlab without Retry-After":       {429, []string{"RateLimit-Limit", "60", "RateLimit-Remaining", "0", "RateLimit-Reset", epoch(45 * time.Second)}, "Retry later\n", 46 * time.Second},
		"draft of the IETF":                {429, []string{"RateLimit-Limit", "60, 60;w=60", "RateLimit-Remaining", "0", "RateLimit-Reset", "17"}, "", 17 * time.Second},
		"bitbucket cloud":                  {429, nil, "Rate limit for this resource has been exceeded", time.Minute},
		"bitbucket data center":            {429, []string{"X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "0", "X-RateLimit-Interval-Seconds", "5", "X-RateLimit-FillRate", "5", "Retry-After", "3"}, "", 3 * time.Second},
		"azure":                            {429, []string{"Retry-After", "12.5", "X-RateLimit-Resource", "Services/Global", "X-RateLimit-Limit", "200", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", epoch(5 * time.Minute)}, "TF400733", 12500 * time.Millisecond},
		"a proxy before Gitea":             {429, []string{"Retry-After", date}, "", 40 * time.Second},
		"a date by the host's clock":       {429, []string{"Date", ahead.Format(http.TimeFormat), "Retry-After", ahead.Add(5 * time.Second).Format(http.TimeFormat)}, "", 5 * time.Second},
		"a date that has passed":           {429, []string{"Retry-After", politetest.Start().Add(-time.Hour).Format(http.TimeFormat)}, "", time.Minute},
		"garbage":                          {429, []string{"Retry-After", "soon", "X-RateLimit-Remaining", "NaN", "X-RateLimit-Reset", "-1"}, "", time.Minute},
		"maintenance":                      {503, []string{"Retry-After", "33"}, "", 33 * time.Second},
	}
}

func TestRefusalsAreWaitedFor(t *testing.T) {
	for name, c := range refusals() {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				if n == 0 {
					head(w, c.head...)
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.body)
					return
				}
				_, _ = io.WriteString(w, "[]")
			}, func(o *Options) { o.MaxWait = 2 * time.Minute })
			b.mustGet("/x", 200, "[]")
			if b.clock.Slept() != c.wait || b.count() != 2 {
				t.Errorf("slept %v and sent %d requests, want %v and 2", b.clock.Slept(), b.count(), c.wait)
			}
		})
	}
}

func TestRefusalsBeyondPatienceAreFaults(t *testing.T) {
	for name, c := range refusals() {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				head(w, c.head...)
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}, func(o *Options) { o.MaxWait = 2 * time.Second })
			_, _, err := b.get("/x")
			kind := source.Limited
			if c.status == 503 {
				kind = source.Unreachable
			}
			f := fault(t, err, kind)
			if !f.Until.Equal(politetest.Start().Add(c.wait)) || f.Status != c.status || b.clock.Slept() != 0 {
				t.Errorf("%v until %v after %v, want until %v", f, f.Until, b.clock.Slept(), c.wait)
			}
			// The next is not even sent.
			_, _, err = b.get("/y")
			if f := fault(t, err, source.Limited); b.count() != 1 || f.Until.IsZero() {
				t.Errorf("%d requests though the host wants none; %v", b.count(), f)
			}
		})
	}
}

func TestRefusalsWithoutEnd(t *testing.T) {
	b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) },
		func(o *Options) { o.MaxWait = 1000 * time.Hour; o.Total = 2000 * time.Hour })
	_, _, err := b.get("/x")
	fault(t, err, source.Limited)
	if b.count() > 10 {
		t.Errorf("%d requests", b.count())
	}
	if b.clock.Slept() < 30*time.Minute {
		t.Errorf("waited only %v in all: the waits must grow", b.clock.Slept())
	}
}

func TestAnswersThatLookLikeRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		path   string
		head   []string
		body   string
	}{
		"forbidden":                        {403, "/x", []string{"X-RateLimit-Remaining", "17", "X-RateLimit-Limit", "60"}, `{"message":"Resource not accessible by integration"}`},
		"not found, with nothing left":     {404, "/x", []string{"X-RateLimit-Remaining", "0"}, `{}`},
		"a repository about limits":        {200, "/graphql", nil, `{"data":{"r":{"description":"our secondary rate limit"}},"errors":[{"type":"NOT_FOUND","message":"secondary rate limit"}]}`},
		"another mistake of a query":       {200, "/graphql", nil, `{"data":null,"errors":[{"type":"INVALID","message":"no such field"}]}`},
		"a list of a file that is refused": {200, "/x", nil, `{"errors":[{"type":"RATE_LIMITED"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				head(w, c.head...)
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			b.mustGet(c.path, c.status, c.body)
			if b.count() != 1 || b.clock.Slept() != 0 {
				t.Errorf("%d requests, slept %v", b.count(), b.clock.Slept())
			}
		})
	}
}

func TestGraphQLRefusesWith200(t *testing.T) {
	for name, body := range map[string]string{
		"primary":          `{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}`,
		"primary, null":    `{"data":null,"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}`,
		"secondary":        `{"data":null,"errors":[{"message":"You have exceeded a secondary rate limit."}]}`,
		"secondary, plain": `{"documentation_url":"https://docs.github.com","message":"You have exceeded a secondary rate limit."}`,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(n int, w http.ResponseWriter, r *http.Request) {
				sent, _ := io.ReadAll(r.Body)
				switch {
				case string(sent) != "the question":
					t.Errorf("request %d carries %q", n, sent)
				case n == 0 && strings.HasPrefix(name, "primary"):
					head(w, "X-RateLimit-Limit", "5000", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", epoch(50*time.Second))
					_, _ = io.WriteString(w, body)
				case n == 0:
					_, _ = io.WriteString(w, body)
				default:
					_, _ = io.WriteString(w, `{"data":{}}`)
				}
			})
			_, got, err := b.ask(http.MethodPost, "/graphql", Ask{})
			if err != nil || got != `{"data":{}}` {
				t.Fatalf("%q, %v", got, err)
			}
			if want := map[bool]time.Duration{true: 51 * time.Second, false: time.Minute}[strings.HasPrefix(name, "primary")]; b.clock.Slept() != want {
				t.Errorf("slept %v, want %v", b.clock.Slept(), want)
			}
		})
	}
}

// TestAllowance: what the host allows is spent but for the part of others, and
// then it is waited for, or the crawl stops before it is refused.
func TestAllowance(t *testing.T) {
	left, resets := 100, politetest.Start().Add(time.Hour)
	var b *bench
	serve := func(_ int, w http.ResponseWriter, _ *http.Request) {
		if now := b.clock.Now(); !now.Before(resets) {
			left, resets = 100, now.Add(time.Hour)
		}
		if left == 0 {
			t.Error("the host had to refuse")
		}
		left--
		head(w, "X-RateLimit-Limit", "100", "X-RateLimit-Remaining", strconv.Itoa(left), "X-RateLimit-Reset", strconv.FormatInt(resets.Unix(), 10))
	}
	b = newBench(t, serve)
	b.budget.Keep = 0.1
	for i := range 90 {
		b.mustGet(fmt.Sprint("/", i), 200, "")
	}
	if p := b.budget.Plan("api.example", "core", 250, b.clock.Now()); p.Now != 0 || p.Left != 10 || p.Keep != 10 || !p.Known ||
		p.Until.Sub(politetest.Start()).Round(time.Minute) != 3*time.Hour {
		t.Errorf("plan %+v: 250 requests take three more hours of 90", p)
	}
	_, _, err := b.get("/more")
	if f := fault(t, err, source.Limited); !f.Until.Equal(resets.Add(time.Second)) || b.count() != 90 {
		t.Errorf("%v until %v after %d requests", f, f.Until, b.count())
	}
	b.clock.Jump(time.Hour + time.Second)
	b.mustGet("/more", 200, "")
	s := b.budget.Spent()
	if len(s) != 1 || s[0].Requests != 91 || s[0].Left != 99 || s[0].Host != "api.example" || s[0].Resource != "core" {
		t.Errorf("spent %+v", s)
	}

	patient := b.opts
	patient.MaxWait = 2 * time.Hour
	b.client = New(patient)
	for i := range 200 {
		b.mustGet(fmt.Sprint("/again/", i), 200, "")
	}
	if got := b.clock.Slept().Round(time.Minute); got != 2*time.Hour {
		t.Errorf("200 more requests take %v of waiting, want two hours", got)
	}
}

// TestClockJumps: a clock that is put forward or back costs neither the answer
// nor a wait of its length.
func TestClockJumps(t *testing.T) {
	for _, jump := range []time.Duration{-100 * 24 * time.Hour, -time.Hour, time.Hour, 100 * 24 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			b := newBench(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				switch n {
				case 0: // nothing left for half a minute
					head(w, "X-RateLimit-Limit", "50", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "30")
				case 1:
					if jump > 0 { // we came too early
						head(w, "Retry-After", "5")
						w.WriteHeader(429)
					}
				}
			}, func(o *Options) { o.PerMinute = 30 })
			b.mustGet("/1", 200, "")
			b.clock.Jump(jump)
			b.mustGet("/2", 200, "")
			if got := b.clock.Slept(); got > 45*time.Second || jump < 0 && got < 30*time.Second {
				t.Errorf("slept %v", got)
			}
		})
	}
}

func TestAzureAsksForAPauseWithAnAnswer(t *testing.T) {
	b := newBench(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 0 {
			head(w, "Retry-After", "7", "X-RateLimit-Delay", "1.3", "X-RateLimit-Limit", "200", "X-RateLimit-Remaining", "120.5", "X-RateLimit-Reset", epoch(time.Minute))
		}
	})
	b.mustGet("/1", 200, "")
	b.mustGet("/2", 200, "")
	if b.clock.Slept() != 7*time.Second {
		t.Errorf("slept %v, want 7s", b.clock.Slept())
	}
}

func TestPace(t *testing.T) {
	nothing := func(int, http.ResponseWriter, *http.Request) {}
	b := newBench(t, nothing, func(o *Options) { o.PerMinute = 60 })
	for range 70 {
		b.mustGet("/", 200, "")
	}
	if got := b.clock.Slept().Round(time.Second); got != time.Minute {
		t.Errorf("70 requests at 60 a minute, of which 10 at once, wait %v", got)
	}

	near := func(_ int, w http.ResponseWriter, _ *http.Request) {
		head(w, "X-RateLimit-Limit", "1200", "X-RateLimit-NearLimit", "true", "X-RateLimit-Resource", "api")
	}
	b = newBench(t, near)
	for range 21 {
		b.mustGet("/", 200, "")
	}
	if got := b.clock.Slept().Round(time.Second); got != 50*time.Second {
		t.Errorf("20 more requests of 1,200 an hour, of which 3 at once, wait %v, want 50s", got)
	}
}

func TestAssumedAllowance(t *testing.T) {
	b := newBench(t, func(int, http.ResponseWriter, *http.Request) {}, func(o *Options) {
		o.Assume, o.MaxWait = Rate{Requests: 10, Per: time.Hour}, 2*time.Hour
	})
	b.budget.Keep = -1
	for range 25 {
		b.mustGet("/", 200, "")
	}
	if b.clock.Slept() != 2*time.Hour {
		t.Errorf("25 requests of 10 an hour wait %v", b.clock.Slept())
	}
}

func TestMost(t *testing.T) {
	b := newBench(t, func(int, http.ResponseWriter, *http.Request) {})
	b.budget.Max = 3
	for range 3 {
		b.mustGet("/", 200, "")
	}
	_, _, err := b.get("/")
	if f := fault(t, err, source.Limited); b.count() != 3 || !f.Until.IsZero() {
		t.Errorf("%v after %d requests", f, b.count())
	}
	if p := b.budget.Plan("api.example", "core", 10, b.clock.Now()); p.Now != 3 || p.Known {
		t.Errorf("plan %+v", p)
	}
}
