package doctor

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
)

// Bounds on what is asked of a host.
const (
	timeout      = 30 * time.Second // for one answer
	maxBody      = 64 << 20         // bytes of an answer, unpacked
	maxRequests  = 10_000
	attempts     = 3
	longestPause = 30 * time.Second // that a host may ask for
)

// client asks a host for files.
type client struct {
	http     *http.Client
	o        Options
	requests atomic.Int64
	bytes    atomic.Int64
}

func newClient(o Options) *client {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client{o: o, http: &http.Client{Transport: o.Transport, Timeout: timeout, CheckRedirect: stay}}
}

func (c *client) count() (requests int, bytes int64) {
	return int(c.requests.Load()), c.bytes.Load()
}

// ask is how a file is asked for.
type ask struct {
	head      bool
	coding    string // Accept-Encoding, "" for all that are known
	anonymous bool   // without what a gate wants
	since     string // an entity tag
	modified  string // a time, as Last-Modified had it
}

// answer is what came back, unpacked.
type answer struct {
	status int
	header http.Header
	body   []byte
	// damaged is why the body is not what it should be: cut, too large, or not
	// packed as the headers say.
	damaged error
}

// get asks for a file, and again after a pause if the host cannot answer now. The
// error is that there is no answer.
func (c *client) get(ctx context.Context, u *url.URL, a ask) (*answer, error) {
	for n := 1; ; n++ {
		got, err := c.once(ctx, u, a)
		again := err != nil || got.status == http.StatusTooManyRequests || got.status >= http.StatusBadGateway
		if !again || n == attempts || ctx.Err() != nil || errors.Is(err, errTooMany) {
			return got, err
		}
		if err := c.o.Wait(ctx, pause(got, n)); err != nil {
			return nil, err
		}
	}
}

func pause(got *answer, n int) time.Duration {
	if got != nil {
		if s, err := strconv.Atoi(got.header.Get("Retry-After")); err == nil && s >= 0 {
			return min(time.Duration(s)*time.Second, longestPause)
		}
	}
	return time.Duration(n) * time.Second
}

var errTooMany = fmt.Errorf("more than %d requests", maxRequests)

func (c *client) once(ctx context.Context, u *url.URL, a ask) (*answer, error) {
	if c.requests.Add(1) > maxRequests {
		return nil, errTooMany
	}
	method := http.MethodGet
	if a.head {
		method = http.MethodHead
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return nil, err
	}
	if !a.anonymous && c.o.Headers != nil {
		req.Header = c.o.Headers.Clone()
	}
	set := func(name, value string) {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	set("User-Agent", c.o.Agent)
	if set("Accept-Encoding", "br, gzip"); a.coding != "" {
		set("Accept-Encoding", a.coding)
	}
	set("If-None-Match", a.since)
	set("If-Modified-Since", a.modified)
	res, err := c.http.Do(req)
	if err != nil {
		if ue, ok := errors.AsType[*url.Error](err); ok {
			err = ue.Err // without the address, which may hold a password
		}
		return nil, fmt.Errorf("%s: %w", u.Redacted(), err)
	}
	defer res.Body.Close()
	got := &answer{status: res.StatusCode, header: res.Header}
	if !a.head {
		got.body, got.damaged = c.body(res)
	}
	return got, ctx.Err()
}

// body reads and unpacks a body.
func (c *client) body(res *http.Response) ([]byte, error) {
	packed, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	c.bytes.Add(int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("the answer ends early: %w", err)
	}
	var r io.Reader = bytes.NewReader(packed)
	switch coding := strings.ToLower(res.Header.Get("Content-Encoding")); coding {
	case "", "identity":
	case "gzip":
		if r, err = gzip.NewReader(r); err != nil {
			return nil, errors.New("it is said to be packed with gzip and is not")
		}
	case "br":
		r = brotli.NewReader(r)
	default:
		return nil, fmt.Errorf("it is packed with %q, which was not asked for", coding)
	}
	b, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	switch {
	case err != nil:
		return nil, errors.New("it cannot be unpacked as Content-Encoding says")
	case len(b) > maxBody:
		return nil, fmt.Errorf("it has more than %d bytes", maxBody)
	}
	return b, nil
}

func (a *answer) mediaType() string {
	t, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	return t
}

// isPage tells whether the answer is a page of a portal.
func (a *answer) isPage() bool { return bytes.Contains(a.body, []byte(`id="cb-app"`)) }

// signIn tells whether something before the portal asks who one is: with a status,
// a redirection, or a page of its own.
func (a *answer) signIn() bool {
	switch {
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden, a.status == http.StatusProxyAuthRequired:
		return true
	case a.status >= 300 && a.status < 400 && a.status != http.StatusNotModified:
		return true
	}
	return a.status == http.StatusOK && a.mediaType() == "text/html" && !a.isPage()
}

// told is the answer in words.
func (a *answer) told() string {
	switch {
	case a.status >= 300 && a.status < 400:
		return fmt.Sprintf("%d, a redirection to %q", a.status, where(a.header.Get("Location")))
	case a.status == http.StatusOK && a.mediaType() == "text/html" && !a.isPage():
		return "a page that is not the portal's"
	case a.status == http.StatusOK && a.mediaType() == "text/html":
		return "a page"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)))
}

// where is an address without what sign-ins add to it.
func where(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return "an address that cannot be read"
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil
	return u.String()
}
