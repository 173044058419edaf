package polite

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode"

	"callboard/internal/source"
)

// Do asks and returns the answer, whatever its status. The error is a
// *source.Fault or that of the context.
func Do(c *http.Client, r *http.Request) (*http.Response, error) {
	resp, err := c.Do(r)
	if err != nil {
		return nil, Explain(err, "")
	}
	return resp, nil
}

// JSON reads an answer's body into v, which may be nil, and closes it. What is
// not 2xx is the fault of Check; what is no JSON, or not of the shape of v, is
// Broken. What is what was asked for, "" if the request's context tells it.
func JSON(resp *http.Response, what string, v any) error {
	defer func() { _ = resp.Body.Close() }()
	if err := Check(resp, what); err != nil {
		return err
	}
	if v == nil {
		return nil
	}
	b, err := read64(resp)
	if err != nil {
		return Explain(err, what)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return faultOf(resp, what, source.Broken, malformed(err))
	}
	return nil
}

// read64 is a body in full. Those of streams are read within 64 MB.
func read64(resp *http.Response) ([]byte, error) {
	if b := bodyOf(unclosed(resp)); b != nil {
		return b, nil
	}
	const most = 64 << 20
	b, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err == nil && len(b) > most {
		err = faultOf(resp, "", source.Broken, errors.New("the answer is too large"))
	}
	return b, err
}

func unclosed(resp *http.Response) *http.Response {
	if c, ok := resp.Body.(*closing); ok {
		return &http.Response{Body: c.ReadCloser}
	}
	return resp
}

// malformed says what is wrong with JSON without repeating it.
func malformed(err error) error {
	if u, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return errors.New("the answer is JSON of another shape, at \"" + u.Field + "\"")
	}
	return errors.New("the answer is not JSON")
}

// Check is nil for an answer of 2xx and otherwise the fault that its status
// means: Gone for 404 and 410, Denied for 401, 403 and 451, Limited for 429,
// Unreachable for 5xx, Broken for everything else. What the host says about it
// in a member "message", "error" or "detail" is in the fault; the body can be
// read still.
func Check(resp *http.Response, what string) error {
	kind := source.Broken
	switch s := resp.StatusCode; {
	case s/100 == 2:
		return nil
	case s == http.StatusNotFound, s == http.StatusGone:
		kind = source.Gone
	case s == http.StatusUnauthorized, s == http.StatusForbidden, s == http.StatusUnavailableForLegalReasons:
		kind = source.Denied
	case s == http.StatusTooManyRequests:
		kind = source.Limited
	case s >= 500:
		kind = source.Unreachable
	}
	f := faultOf(resp, what, kind, nil)
	f.Status = resp.StatusCode
	if said := message(bodyOf(unclosed(resp))); said != "" {
		f.Err = errors.New(hideOf(resp, said))
	}
	return f
}

// faultOf is a fault about an answer.
func faultOf(resp *http.Response, what string, kind source.FaultKind, cause error) *source.Fault {
	f := &source.Fault{Kind: kind, What: hideOf(resp, what), Err: cause}
	if c := callOf(resp); c != nil {
		f.Host = c.name(resp.Request.URL)
		if f.What == "" {
			f.What = c.hide(c.ask.What)
		}
	}
	return f
}

func callOf(resp *http.Response) *call {
	if resp.Request == nil {
		return nil
	}
	c, _ := resp.Request.Context().Value(callKey{}).(*call)
	return c
}

func hideOf(resp *http.Response, text string) string {
	if c := callOf(resp); c != nil {
		return c.hide(text)
	}
	return text
}

// message is what a host says about a refusal, in one short line. Addresses in
// it may have queries, and so it ends before the first.
func message(body []byte) string {
	var m map[string]json.RawMessage
	if len(body) > maxRefusal || json.Unmarshal(body, &m) != nil {
		return ""
	}
	for _, name := range []string{"message", "error_description", "error", "detail"} {
		if s := saying(m[name]); s != "" {
			return s
		}
	}
	return ""
}

func saying(raw json.RawMessage) string {
	var s string
	var in struct{ Message string }
	if json.Unmarshal(raw, &s) != nil && json.Unmarshal(raw, &in) == nil {
		s = in.Message // Bitbucket puts it one deeper
	}
	if before, _, found := strings.Cut(s, "://"); found {
		s = strings.TrimSuffix(strings.TrimSuffix(before, "https"), "http")
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	const most = 200
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
	}
	return s
}
