// Package rest asks the JSON APIs of hosts: it makes addresses of names that
// may hold anything, goes from page to page, and checks contents. The hosts'
// packages say what they ask for and what the answers mean; limits, attempts,
// faults and tokens are the polite client's.
//
// The vendors' own client libraries are not used. Of GitLab's, Gitea's,
// Bitbucket's and Azure's we need five to ten requests each, of which a few
// fields are read; each library brings its own idea of retries, limits, pages
// and errors, which would have to be switched off or translated back, and four
// times some megabytes of linked code. A request here is a line, a field is a
// line, and there is one place where a host that misbehaves is dealt with.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"callboard/internal/polite"
	"callboard/internal/source"
)

// API is a host's API. It may be used from several goroutines.
type API struct {
	client *http.Client
	root   *url.URL
	name   string
	clock  polite.Clock
}

// New is the API whose addresses begin with root, such as
// https://gitlab.com/api/v4. Requests to it are authorized as o says; o.Name and
// o.Hosts follow from root. The error is about a root that is no address.
func New(root string, o polite.Options) (*API, error) {
	u, err := Address(root)
	if err != nil {
		return nil, err
	}
	o.Name, o.Hosts = u.Host, []string{u.Host}
	if u.Scheme == "http" {
		o.Hosts = []string{"http://" + u.Host} // somebody wrote http, and means it
	}
	if o.Clock == nil {
		o.Clock = polite.Machine()
	}
	return &API{polite.New(o), u, u.Host, o.Clock}, nil
}

// Address is the address of a host that a configuration gives, without a slash
// at the end: with http or https, without credentials, query and fragment.
func Address(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(text, "/"))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("%q is no address of a host", strings.ToValidUTF8(text, "?"))
	case u.User != nil:
		return nil, fmt.Errorf("the address of %s holds a user or a password; give them as a token", u.Host)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("the address of %s has a query or a fragment", u.Host)
	}
	return u, nil
}

// Call is one question to the API.
type Call struct {
	// What is what is asked for, as faults name it.
	What string
	// Path are the segments of the address below the root. Each may hold any text,
	// also slashes, and stays one segment.
	Path  []string
	Slash bool // the address ends with one
	Query url.Values
	// Accept is the media type that is wanted; "" means JSON.
	Accept string
	// Unsure tells that nothing vouches for an answer of Bytes: one without content
	// (204) is Broken then, and so is a page of HTML for what is not called one, as
	// from a proxy that wants us to sign in.
	Unsure bool
	// Max is how many bytes the answer may have; 0 is what the client allows.
	Max int64
}

// Allowance is from what requests are paid, as polite.Budget calls it.
func (a *API) Allowance() (host, resource string) {
	if strings.HasSuffix(a.root.Path, "/graphql") {
		return a.name, "graphql"
	}
	return a.name, "core"
}

// Now is the time.
func (a *API) Now() time.Time { return a.clock.Now().UTC() }

// Fault is a fault of the host about what was asked for.
func (a *API) Fault(kind source.FaultKind, what, why string) *source.Fault {
	f := &source.Fault{Kind: kind, Host: a.name, What: what}
	if why != "" {
		f.Err = errors.New(why)
	}
	return f
}

// JSON reads an answer into a value. Its header tells of pages. An answer without
// content (204) is a fault of kind Broken with that status, one of another's
// authority (203) of kind Denied.
func (a *API) JSON(ctx context.Context, c Call, into any) (http.Header, error) {
	r, err := a.request(ctx, http.MethodGet, c, nil)
	if err != nil {
		return nil, err
	}
	return a.read(r, c, into)
}

// Query asks by POST, with a value as JSON, for what has no effect when it is
// asked twice, such as a GraphQL query.
func (a *API) Query(ctx context.Context, c Call, body, into any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := a.request(ctx, http.MethodPost, c, b)
	if err != nil {
		return err
	}
	_, err = a.read(r, c, into)
	return err
}

func (a *API) read(r *http.Request, c Call, into any) (http.Header, error) {
	resp, err := polite.Do(a.client, r)
	if err != nil {
		return nil, polite.Explain(err, c.What)
	}
	switch resp.StatusCode {
	case http.StatusNoContent:
		_ = resp.Body.Close()
		f := a.Fault(source.Broken, c.What, "an answer without content")
		f.Status = resp.StatusCode
		return resp.Header, f
	case http.StatusNonAuthoritativeInfo: // Azure's page to sign in at
		_ = resp.Body.Close()
		f := a.Fault(source.Denied, c.What, "")
		f.Status = resp.StatusCode
		return resp.Header, f
	}
	return resp.Header, polite.JSON(resp, c.What, into)
}

// Bytes is an answer as it is. One of more than c.Max bytes is Unsupported: the
// host has it, and it is not to be had this way.
func (a *API) Bytes(ctx context.Context, c Call) ([]byte, error) {
	body, err := a.open(ctx, c, false)
	if most, is := errors.AsType[polite.TooLarge](err); is {
		return nil, a.Fault(source.Unsupported, c.What, most.Error())
	}
	if err != nil {
		return nil, err
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		return nil, polite.Explain(err, c.What)
	}
	return b, nil
}

// Stream is an answer that is read while it arrives, such as an archive.
func (a *API) Stream(ctx context.Context, c Call) (io.ReadCloser, error) {
	return a.open(ctx, c, true)
}

func (a *API) open(ctx context.Context, c Call, stream bool) (io.ReadCloser, error) {
	if c.Accept == "" {
		c.Accept = "*/*"
	}
	r, err := a.request(ctx, http.MethodGet, c, nil)
	if err != nil {
		return nil, err
	}
	r = r.WithContext(polite.With(ctx, polite.Ask{What: c.What, Stream: stream, MaxBody: c.Max}))
	resp, err := polite.Do(a.client, r)
	if err != nil {
		return nil, polite.Explain(err, c.What)
	}
	err = polite.Check(resp, c.What)
	if err == nil && c.Unsure {
		err = a.doubt(c, resp)
	}
	if err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	return resp.Body, nil
}

// doubt is a fault of an answer that is not what was asked for.
func (a *API) doubt(c Call, resp *http.Response) error {
	name := strings.ToLower(c.Path[len(c.Path)-1])
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode == http.StatusNoContent:
		return a.Fault(source.Broken, c.What, "an answer without content")
	case kind == "text/html" && !strings.HasSuffix(name, ".html") && !strings.HasSuffix(name, ".htm"):
		return a.Fault(source.Broken, c.What, "a page instead of the content")
	}
	return nil
}

func (a *API) request(ctx context.Context, method string, c Call, body []byte) (*http.Request, error) {
	u, err := a.address(c)
	if err != nil {
		return nil, err
	}
	ctx = polite.With(ctx, polite.Ask{What: c.What, Idempotent: true, MaxBody: c.Max})
	r, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return nil, a.Fault(source.Broken, c.What, "its name fits in no address")
	}
	if body != nil {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		r.Header.Set("Content-Type", "application/json")
	}
	if c.Accept == "" {
		c.Accept = "application/json"
	}
	r.Header.Set("Accept", c.Accept)
	r.Header.Set("User-Agent", "callboard")
	return r, nil
}

// address is that of a call. Names are those of hosts and so hostile: a segment
// that would lead elsewhere, as ".." does in most servers, is refused.
func (a *API) address(c Call) (*url.URL, error) {
	u := *a.root
	plain, escaped := u.Path, u.EscapedPath()
	for _, s := range c.Path {
		if s == "" || s == "." || s == ".." || len(s) > 4096 || strings.ContainsAny(s, "\x00\r\n") {
			return nil, a.Fault(source.Broken, c.What, "its name fits in no address")
		}
		plain += "/" + s
		escaped += "/" + url.PathEscape(s)
	}
	if c.Slash {
		plain, escaped = plain+"/", escaped+"/"
	}
	u.Path, u.RawPath, u.RawQuery = plain, escaped, c.Query.Encode()
	return &u, nil
}
