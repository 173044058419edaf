package github

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"callboard/internal/polite"
	"callboard/internal/secret"
	"callboard/internal/source"
)

// perPage is the most that a page of GitHub's lists holds.
const perPage = 100

// restClient is go-github over a polite client.
func restClient(c *http.Client, at addresses) *github.Client {
	quiet := *c
	quiet.Transport = ownLimits{some{c.Transport, at.name}}
	g := github.NewClient(&quiet)
	g.BaseURL = at.rest
	g.UserAgent = userAgent
	return g
}

const userAgent = "callboard"

// ownLimits keeps go-github from refusing requests on its own when an answer
// said that nothing remains: it goes by the machine's clock and does not wait.
// The header is the one by which go-github takes an answer for a cached one.
type ownLimits struct{ next http.RoundTripper }

func (t ownLimits) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if resp != nil {
		resp.Header.Set("X-From-Cache", "1")
	}
	return resp, err
}

// some keeps go-github from taking an answer without content for one that lists
// nothing. Contributors of a repository without commits are such an answer.
type some struct {
	next http.RoundTripper
	host string
}

func (t some) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if resp == nil || resp.StatusCode != http.StatusNoContent || r.Method != http.MethodGet || strings.HasSuffix(r.URL.Path, "/contributors") {
		return resp, err
	}
	_ = resp.Body.Close()
	return nil, &source.Fault{Kind: source.Broken, Host: t.host, Status: resp.StatusCode, Err: errors.New("an answer without content")}
}

// ask is a context for REST requests that ask for what.
func ask(ctx context.Context, what string) context.Context {
	return polite.With(ctx, polite.Ask{What: what})
}

// fault makes the error of a request a *source.Fault, unless it is the
// context's. Answers of 404 and the like become faults here.
func (h *Host) fault(err error, what string) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if f, ok := errors.AsType[*source.Fault](err); ok {
		if f.What == "" {
			return polite.Explain(err, what)
		}
		return f
	}
	if resp, said := refusal(err); resp != nil {
		return h.status(resp, what, said)
	}
	f := &source.Fault{Kind: source.Unreachable, Host: h.at.name, What: what, Err: errors.New(h.hide(err.Error()))}
	if brokenJSON(err) {
		f.Kind, f.Err = source.Broken, errors.New("an answer that is no JSON, or another than expected")
	}
	return f
}

// refusal is the answer that go-github made an error of, and what it says.
func refusal(err error) (*http.Response, string) {
	if e, ok := errors.AsType[*github.ErrorResponse](err); ok {
		return e.Response, e.Message
	}
	if e, ok := errors.AsType[*github.RateLimitError](err); ok {
		return e.Response, e.Message
	}
	if e, ok := errors.AsType[*github.AbuseRateLimitError](err); ok {
		return e.Response, e.Message
	}
	if e, ok := errors.AsType[*github.TwoFactorAuthError](err); ok {
		return e.Response, e.Message
	}
	return nil, ""
}

// status is the fault of an answer that is a refusal.
func (h *Host) status(resp *http.Response, what, said string) error {
	f := &source.Fault{Kind: source.Broken, Host: h.at.name, What: what, Status: resp.StatusCode}
	if checked, ok := errors.AsType[*source.Fault](polite.Check(resp, what)); ok {
		f.Kind, f.Err = checked.Kind, checked.Err
	}
	if resp.StatusCode == http.StatusConflict {
		f.Kind = source.Empty // "Git Repository is empty."
	}
	if said != "" {
		f.Err = errors.New(h.hide(clip(said, 200)))
	}
	return f
}

func (h *Host) hide(text string) string { return secret.Hide(text, h.secrets()...) }

func brokenJSON(err error) bool {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, kind := errors.AsType[*json.UnmarshalTypeError](err)
	return syntax || kind || errors.Is(err, io.ErrUnexpectedEOF)
}

func (h *Host) now() time.Time { return h.o.HTTP.Clock.Now() }

// broken is a fault about an answer that makes no sense.
func (h *Host) broken(what, why string) error {
	return &source.Fault{Kind: source.Broken, Host: h.at.name, What: what, Err: errors.New(why)}
}
