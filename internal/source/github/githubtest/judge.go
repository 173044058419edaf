package githubtest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// description is GitHub's description of its REST API, reduced by Reduce to the
// operations of routes. Its licence is MIT: see data/LICENSE.
//
//go:embed data/api.github.com.json
var description []byte

// A judge holds exchanges against a description.
type judge struct{ doc *openapi3.T }

// judges are those that were made, by the path of the description: to read the
// full one takes seconds.
var judges sync.Map

func judgeOf(t testing.TB, full string) *judge {
	t.Helper()
	made, _ := judges.LoadOrStore(full, sync.OnceValues(func() (*judge, error) {
		if full == "" {
			return newJudge(description)
		}
		b, err := os.ReadFile(full)
		if err != nil {
			return nil, err
		}
		return newJudge(b)
	}))
	j, err := made.(func() (*judge, error))()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func newJudge(b []byte) (*judge, error) {
	doc, err := openapi3.NewLoader().LoadFromData(b)
	return &judge{doc}, err
}

// exchange judges a request and its answer.
func (j *judge) exchange(t testing.TB, r *http.Request, status int, h http.Header, b []byte) {
	op, args := match(r.Method, r.URL.Path)
	if op == nil {
		return // told already
	}
	in := j.request(op, r, args)
	if in == nil {
		t.Errorf("github: the description knows no %s %s", op.method, op.path)
		return
	}
	if status != http.StatusUnauthorized {
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			t.Errorf("github: the request %s %s breaks the description: %v", r.Method, r.URL.Path, err)
		}
		j.parameters(t, in)
	}
	if err := j.response(in, status, h, b); err != nil {
		t.Errorf("github: the test server's answer %d to %s %s breaks the description: %v", status, r.Method, r.URL.Path, err)
	}
}

func (j *judge) request(op *route, r *http.Request, args []string) *openapi3filter.RequestValidationInput {
	item := j.doc.Paths.Value(op.path)
	if item == nil || item.GetOperation(op.method) == nil {
		return nil
	}
	params := map[string]string{}
	for i, p := range parameter.FindAllStringSubmatch(op.path, -1) {
		params[p[1]] = args[i]
	}
	u := &url.URL{Scheme: "https", Host: "api.github.com", Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	req := &http.Request{Method: r.Method, URL: u, Header: r.Header, Body: io.NopCloser(bytes.NewReader(nil))}
	if r.GetBody != nil {
		req.Body, _ = r.GetBody() // of bytes that are here: it cannot fail
	}
	return &openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, QueryParams: u.Query(),
		Route:   &routers.Route{Spec: j.doc, Path: op.path, PathItem: item, Method: op.method, Operation: item.GetOperation(op.method)},
		Options: &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
}

// parameters finds those that the description does not know, which GitHub
// ignores, so that whoever sends them is mistaken.
func (j *judge) parameters(t testing.TB, in *openapi3filter.RequestValidationInput) {
	for name := range in.QueryParams {
		known := slices.ContainsFunc(in.Route.Operation.Parameters, func(p *openapi3.ParameterRef) bool {
			return p.Value.In == openapi3.ParameterInQuery && p.Value.Name == name
		})
		if !known {
			t.Errorf("github: the description of %s %s knows no parameter %q", in.Route.Method, in.Route.Path, name)
		}
	}
}

// everywhere are answers that GitHub gives to any request and does not list with
// each operation. Those with a body have that of a basic error.
var everywhere = []int{
	http.StatusMovedPermanently, http.StatusNotModified, http.StatusUnauthorized, http.StatusForbidden,
	http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests,
}

func (j *judge) response(in *openapi3filter.RequestValidationInput, status int, h http.Header, b []byte) error {
	if in.Route.Operation.Responses.Status(status) == nil && slices.Contains(everywhere, status) {
		if len(b) == 0 {
			return nil
		}
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			return err
		}
		return j.doc.Components.Schemas["basic-error"].Value.VisitJSON(v)
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: status, Header: h, Body: io.NopCloser(bytes.NewReader(b)), Options: in.Options,
	}
	// Contents in GitHub's own media types are described in words only.
	if kind := h.Get("Content-Type"); strings.HasPrefix(kind, "application/vnd.github.") || status == http.StatusFound {
		if in.Route.Operation.Responses.Status(status) == nil {
			return &undocumented{status}
		}
		return nil
	}
	return openapi3filter.ValidateResponse(context.Background(), out)
}

type undocumented struct{ status int }

func (u *undocumented) Error() string {
	return "the status " + strconv.Itoa(u.status) + " is not described"
}
