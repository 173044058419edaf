package sourcetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Judge judges every exchange with a server by the description (Swagger 2.0 or
// OpenAPI 3) that the vendor publishes of it: which addresses and queries there
// are, which statuses they answer with, and what is in the answers. What the
// description does not name is wrong, in both directions.
func Judge(t *testing.T, text []byte, next http.Handler) http.Handler {
	t.Helper()
	d, err := describe(text)
	if err != nil {
		t.Fatal(err)
	}
	return &judge{t: t, next: next, d: d}
}

// Descriptions is the variable of the environment that names a directory of
// descriptions that vendors publish under terms by which they are not a part of
// this repository; without, nothing is judged by them.
const Descriptions = "CALLBOARD_DESCRIPTIONS"

// Published is such a description.
type Published struct {
	// File is its name in the directory.
	File string
	// Path is an address as the description has it, of one as we ask for it; nil
	// means without the base that the description tells.
	Path func(string) string
	// List is the member of an answer that holds what is described as a list; "" is
	// none.
	List string
	// Known are complaints, as regular expressions, that are the description's fault,
	// each with how we know.
	Known map[string]string
}

// Judge judges the exchanges with a server, if there is a directory of
// descriptions.
func (p Published) Judge(t *testing.T, dir string, next http.Handler) http.Handler {
	t.Helper()
	if dir == "" {
		return next
	}
	d, err := descriptionOf(filepath.Join(dir, p.File))
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{t: t, next: next, d: d, path: p.Path, list: p.List}
	for known := range p.Known {
		j.known = append(j.known, regexp.MustCompile(known))
	}
	return j
}

// described are the descriptions that were read, by path: some are large.
var described sync.Map

func descriptionOf(path string) (*description, error) {
	made, _ := described.LoadOrStore(path, sync.OnceValues(func() (*description, error) {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return describe(b)
	}))
	return made.(func() (*description, error))()
}

type judge struct {
	t     *testing.T
	next  http.Handler
	d     *description
	path  func(string) string
	list  string
	known []*regexp.Regexp
}

func (j *judge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec := httptest.NewRecorder()
	j.next.ServeHTTP(rec, r)
	j.look(r, rec)
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes())
}

// complain reports what is wrong, unless that is known.
func (j *judge) complain(format string, args ...any) {
	j.t.Helper()
	said := fmt.Sprintf(format, args...)
	if !slices.ContainsFunc(j.known, func(k *regexp.Regexp) bool { return k.MatchString(said) }) {
		j.t.Error(said)
	}
}

func (j *judge) look(r *http.Request, rec *httptest.ResponseRecorder) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), j.d.base)
	if j.path != nil {
		path = j.path(r.URL.EscapedPath())
	}
	at, ok := j.d.at(path)
	if !ok {
		j.complain("%s %s is in no description", r.Method, path)
		return
	}
	method := strings.ToLower(r.Method)
	op := member(at.item, method)
	if op == nil {
		j.complain("%s %s: there is no such method", r.Method, path)
		return
	}
	what := r.Method + " " + at.path
	j.queries(what, r, j.d.queries(at, op))
	j.answer(what, at, method, rec)
}

// queries judges what is asked for.
func (j *judge) queries(what string, r *http.Request, described map[string]map[string]any) {
	asked := r.URL.Query()
	for name, values := range asked {
		p, ok := described[name]
		if !ok {
			j.complain("%s: there is no parameter %q", what, name)
			continue
		}
		for _, v := range values {
			if !fits(p, v) {
				j.complain("%s: %q is no value of %q", what, v, name)
			}
		}
	}
	for name, p := range described {
		if p["required"] == true && !asked.Has(name) {
			j.complain("%s: the parameter %q is missing", what, name)
		}
	}
}

// fits tells whether a text is a value of a parameter.
func fits(p map[string]any, text string) bool {
	if s := member(p, "schema"); s != nil {
		p = s
	}
	if list, ok := p["enum"].([]any); ok && !slices.ContainsFunc(list, func(v any) bool { return strings.EqualFold(fmt.Sprint(v), text) }) {
		return false
	}
	var v any
	err := json.Unmarshal([]byte(text), &v)
	switch p["type"] {
	case "integer", "number":
		n, ok := v.(float64)
		most, bound := p["maximum"].(float64)
		return err == nil && ok && (!bound || n <= most)
	case "boolean":
		return text == "true" || text == "false"
	}
	return true
}

// answer judges what comes back.
func (j *judge) answer(what string, at route, method string, rec *httptest.ResponseRecorder) {
	if rec.Code == http.StatusUnauthorized || rec.Code == http.StatusForbidden || rec.Code/100 == 3 {
		return // may happen anywhere, and is not written down
	}
	schema, address, ok := j.d.answer(at, method, rec.Code)
	if !ok {
		j.complain("%s: the answer %d is in no description", what, rec.Code)
		return
	}
	if schema == nil || rec.Code != http.StatusOK || !strings.Contains(rec.Header().Get("Content-Type"), "json") {
		return
	}
	var v any
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		j.complain("%s: the answer is no JSON: %v", what, err)
		return
	}
	if o, is := v.(map[string]any); is && j.list != "" && schema["type"] == "array" {
		v = o[j.list]
	}
	for _, why := range j.d.validate(address, v) {
		j.complain("%s: %s", what, why)
	}
	for _, name := range slices.Compact(j.d.unnamed(schema, v, "")) {
		j.complain("%s: nobody describes %s", what, name)
	}
}
