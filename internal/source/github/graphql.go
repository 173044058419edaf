package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"callboard/internal/polite"
	"callboard/internal/source"
)

// A problem is an error of an answer of GraphQL. Those with a path concern what
// is there and leave the rest of the answer as it is.
type problem struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Path    []any  `json:"path"`
}

// at is the top of the problem's path, the alias of what it is about.
func (p problem) at() string {
	if len(p.Path) == 0 {
		return ""
	}
	s, _ := p.Path[0].(string)
	return s
}

// tooMuch are problems that a smaller request may not have. GitHub answers so,
// or by a 502, what takes it more than ten seconds.
func (p problem) tooMuch() bool {
	switch p.Type {
	case "RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED", "TIMEOUT", "SERVICE_UNAVAILABLE", "INTERNAL":
		return true
	}
	return strings.HasPrefix(p.Message, "Something went wrong") || strings.Contains(p.Message, "timed out") || strings.Contains(p.Message, "timeout")
}

func (p problem) kind() source.FaultKind {
	switch {
	case p.Type == "NOT_FOUND":
		return source.Gone
	case p.Type == "FORBIDDEN", p.Type == "INSUFFICIENT_SCOPES", p.Type == "UNAUTHORIZED":
		return source.Denied
	case p.Type == "RATE_LIMITED", p.Type == "RATE_LIMIT":
		return source.Limited
	case p.tooMuch():
		return source.Unreachable
	}
	return source.Broken
}

// problemFault is a problem as a fault.
func (h *Host) problemFault(p problem, what string) *source.Fault {
	return &source.Fault{Kind: p.kind(), Host: h.at.name, What: what, Status: http.StatusOK, Err: errors.New(h.hide(clip(p.Message, 200)))}
}

// clip is a text of at most n bytes, on one line.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "") + "…"
	}
	return s
}

// query asks by GraphQL. Problems with a path are returned beside the answer,
// which then has null there; all others are the error.
func (h *Host) query(ctx context.Context, what, text string, vars map[string]any, answer any) ([]problem, error) {
	body, err := json.Marshal(map[string]any{"query": text, "variables": vars})
	if err != nil {
		return nil, err
	}
	raw, err := h.post(ctx, what, body)
	if err != nil {
		return nil, err
	}
	var r struct {
		Data   json.RawMessage `json:"data"`
		Errors []problem       `json:"errors"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, h.broken(what, "an answer that is no JSON")
	}
	for _, p := range r.Errors {
		if len(p.Path) == 0 || p.kind() == source.Limited {
			return nil, h.problemFault(p, what)
		}
	}
	if len(r.Data) == 0 || bytes.Equal(r.Data, []byte("null")) {
		if len(r.Errors) > 0 {
			return nil, h.problemFault(r.Errors[0], what)
		}
		return nil, h.broken(what, "an answer without data")
	}
	if err := json.Unmarshal(r.Data, answer); err != nil {
		return nil, h.broken(what, "an answer that does not fit the question")
	}
	return r.Errors, nil
}

// attempts is how often a query is tried as it is. What the host did not manage
// twice is asked for in smaller parts.
const attempts = 2

func (h *Host) post(ctx context.Context, what string, body []byte) ([]byte, error) {
	ctx = polite.With(ctx, polite.Ask{What: what, Idempotent: true, Attempts: attempts})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.at.graphql, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	resp, err := h.http.Do(req)
	if err != nil {
		return nil, h.fault(err, what)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, h.status(resp, what, "")
	}
	b, err := io.ReadAll(resp.Body)
	return b, h.fault(err, what)
}

// offers tells, by the fault of a request, whether the host has GraphQL at all,
// and remembers that it has none.
func (h *Host) offers(err error) bool {
	f, ok := errors.AsType[*source.Fault](err)
	if !ok {
		return true
	}
	switch f.Status {
	case http.StatusNotFound, http.StatusGone, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		h.noGraphQL.Store(true)
		return false
	}
	return true
}

// smaller tells that half of a request may succeed where the whole did not: there
// was an answer, and it was that the host did not manage.
func smaller(err error) bool {
	f, ok := errors.AsType[*source.Fault](err)
	return ok && f.Kind == source.Unreachable && f.Status != 0
}

// moment is a time of GraphQL, which may be null.
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	var t time.Time
	err := json.Unmarshal(b, &t)
	m.Time = t.UTC()
	return err
}
