package polite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"callboard/internal/secret"
	"callboard/internal/source"
)

// transport is safe for concurrent use; what one request needs is in a call.
type transport struct {
	o     Options
	hosts map[origin]bool
}

// call is one request as the caller sees it, with all attempts, waits and
// redirects.
type call struct {
	*transport
	ask Ask
	// parent is the caller's context, ctx the same within Options.Total.
	parent, ctx context.Context
	// secrets are those of the options and what Authorize added.
	secrets []secret.String
	patience
}

// hop is one address that is asked.
type hop struct {
	method string
	url    *url.URL
	header http.Header
	body   []byte // nil is none
}

const (
	maxRedirects = 5
	maxSent      = 8 << 20 // bytes of a request's body, which is kept for further attempts
)

// RoundTrip is that of http.RoundTripper. Unlike others, it follows redirects:
// whether the next address gets authority is decided here.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := sent(r)
	if err != nil {
		return nil, err
	}
	c := &call{transport: t, ask: askOf(r), parent: r.Context(), secrets: slices.Clone(t.o.Secrets), patience: patience{left: t.o.MaxWait}}
	ctx, stop, cancel := t.bound(r.Context(), t.o.Total)
	c.ctx = ctx
	resp, err := c.follow(hop{r.Method, r.URL, r.Header, body})
	if err != nil {
		cancel()
		return nil, err
	}
	stop()
	resp.Body = &closing{resp.Body, cancel}
	resp.Request = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	return resp, nil
}

// sent is the body of a request, which is closed in any case.
func sent(r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	defer func() { _ = r.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(r.Body, maxSent+1))
	if err != nil {
		return nil, fmt.Errorf("read what is to be sent: %w", err)
	}
	if len(b) > maxSent {
		return nil, fmt.Errorf("more than %d bytes to be sent", maxSent)
	}
	return b, nil
}

// follow asks one address after the other until one answers with something else
// than the next.
func (c *call) follow(h hop) (*http.Response, error) {
	for range maxRedirects + 1 {
		resp, err := c.answer(h)
		if err != nil || !redirects(resp) {
			return resp, err
		}
		_ = resp.Body.Close()
		if h, err = c.next(h, resp); err != nil {
			return nil, err
		}
	}
	return nil, c.fault(h, source.Broken, 0, errors.New("redirects without end"))
}

func redirects(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return resp.Header.Get("Location") != ""
	}
	return false
}

// next is where a redirect leads, or a fault if it must not be followed. The
// method stays, other than in browsers: GitHub asks for that, and a question
// that became another would get another answer.
func (c *call) next(h hop, resp *http.Response) (hop, error) {
	refuse := func(why string) (hop, error) {
		return hop{}, c.fault(h, source.Broken, resp.StatusCode, errors.New(why))
	}
	to, err := h.url.Parse(resp.Header.Get("Location"))
	if err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" {
		return refuse("redirects to what is no address")
	}
	to.User, to.Fragment = nil, ""
	away := originOf(to) != originOf(h.url)
	switch {
	case h.url.Scheme == "https" && to.Scheme == "http":
		return refuse("redirects from https to http")
	case away && near(to.Hostname()) && !near(h.url.Hostname()):
		return refuse("redirects to an address of this machine")
	case away && h.method != http.MethodGet && h.method != http.MethodHead:
		return refuse("redirects elsewhere what was sent to it")
	}
	n := hop{h.method, to, h.header, h.body}
	if resp.StatusCode == http.StatusSeeOther && h.method != http.MethodHead {
		n.method, n.body = http.MethodGet, nil
	}
	if away && !c.mayAuthorize(to) {
		if c.reveals([]byte(to.String())) {
			return refuse("redirects elsewhere with a secret")
		}
		n.header = without(h.header, c.secrets)
	}
	return n, nil
}

// request makes the request of one attempt, with authority if it is due.
func (c *call) request(h hop, conditions http.Header) (*http.Request, error) {
	r := (&http.Request{
		Method: h.method, URL: h.url, Host: h.url.Host, Header: h.header.Clone(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(c.ctx)
	if r.Header == nil {
		r.Header = http.Header{}
	}
	for name, values := range conditions {
		r.Header[name] = values
	}
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", "callboard") // GitHub refuses requests without
	}
	if c.ask.Stream && r.Header.Get("Accept-Encoding") == "" {
		r.Header.Set("Accept-Encoding", "identity") // what is packed is not packed again
	}
	if h.body != nil {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(h.body)), int64(len(h.body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(h.body)), nil }
	}
	if c.o.Authorize == nil || !c.mayAuthorize(h.url) {
		return r, nil
	}
	if err := c.o.Authorize(c.ctx, r); err != nil {
		return nil, c.unauthorized(h, err)
	}
	c.learn(h.header, r.Header)
	return r, nil
}

// unauthorized is that no authority can be had. Where asking for it failed, the
// fault is that of asking.
func (c *call) unauthorized(h hop, err error) error {
	if f, ok := errors.AsType[*source.Fault](err); ok {
		return f
	}
	if c.parent.Err() != nil {
		return c.parent.Err()
	}
	return c.fault(h, source.Denied, 0, errors.New("no authority: "+c.hide(err.Error())))
}

// learn takes what authority added to a header for secret: a host may repeat
// what it was told.
func (c *call) learn(before, after http.Header) {
	for name, values := range after {
		if sensitive(name) && !slices.Equal(values, before[name]) {
			for _, v := range values {
				if s := credential(v); !slices.Contains(c.secrets, s) {
					c.secrets = append(c.secrets, s)
				}
			}
		}
	}
}

type callKey struct{}

// closing ends what a body needed when it is closed.
type closing struct {
	io.ReadCloser
	end func()
}

func (c *closing) Close() error {
	err := c.ReadCloser.Close()
	c.end()
	return err
}
