package sourcetest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Judge judges every exchange with a server by the description (Swagger 2.0) that
// the vendor publishes of it: which addresses and queries there are, which
// statuses they answer with, and what is in the answers. What the description
// does not name is wrong, in both directions.
func Judge(t *testing.T, description []byte, next http.Handler) http.Handler {
	t.Helper()
	var d struct {
		BasePath string
		Paths    map[string]map[string]operation
	}
	var all map[string]any
	if json.Unmarshal(description, &d) != nil || json.Unmarshal(description, &all) != nil {
		t.Fatal("the description is not JSON")
	}
	j := &judge{t: t, next: next, base: d.BasePath}
	j.compile(all)
	for path, methods := range d.Paths {
		j.routes = append(j.routes, route{path, pattern(path), methods})
	}
	// The most specific first: those with most that is not a parameter.
	slices.SortFunc(j.routes, func(a, b route) int {
		return len(parameter.ReplaceAllString(b.path, "")) - len(parameter.ReplaceAllString(a.path, ""))
	})
	return j
}

type operation struct {
	Parameters []struct{ Name, In string }
	Responses  map[string]struct {
		Ref    string `json:"$ref"`
		Schema any
	}
}

type route struct {
	path    string
	pattern *regexp.Regexp
	methods map[string]operation
}

type judge struct {
	t      *testing.T
	next   http.Handler
	base   string
	routes []route
	all    *jsonschema.Compiler
	shared map[string]any // responses by name
}

var parameter = regexp.MustCompile(`\{(\w+)\}`)

// pattern matches addresses. Parameters that hold paths or names of branches
// match slashes too, as they do at the servers.
func pattern(path string) *regexp.Regexp { return regexp.MustCompile("^" + convert(path) + "$") }

func convert(path string) string {
	out, last := "", 0
	for _, m := range parameter.FindAllStringSubmatchIndex(path, -1) {
		out += regexp.QuoteMeta(path[last:m[0]])
		switch path[m[2]:m[3]] {
		case "branch", "filepath", "archive", "path":
			out += ".+"
		default:
			out += "[^/]+"
		}
		last = m[1]
	}
	return out + regexp.QuoteMeta(path[last:])
}

// compile makes one schema document of the description, in which an object has no
// other members than those that are named.
func (j *judge) compile(all map[string]any) {
	defs, _ := all["definitions"].(map[string]any)
	for _, d := range defs {
		if o, ok := d.(map[string]any); ok && o["properties"] != nil && o["additionalProperties"] == nil && o["allOf"] == nil {
			o["additionalProperties"] = false
		}
	}
	j.shared, _ = all["responses"].(map[string]any)
	text, err := json.Marshal(all)
	must(err)
	j.all = jsonschema.NewCompiler()
	j.all.Draft = jsonschema.Draft4
	must(j.all.AddResource("mem:///api.json", bytes.NewReader(text)))
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

func (j *judge) look(r *http.Request, rec *httptest.ResponseRecorder) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), j.base)
	i := slices.IndexFunc(j.routes, func(x route) bool { return x.pattern.MatchString(path) })
	if i < 0 {
		j.t.Errorf("%s %s is in no description", r.Method, path)
		return
	}
	op, ok := j.routes[i].methods[strings.ToLower(r.Method)]
	if !ok {
		j.t.Errorf("%s %s: there is no such method", r.Method, path)
		return
	}
	for name := range r.URL.Query() {
		if !slices.Contains(op.Parameters, struct{ Name, In string }{name, "query"}) {
			j.t.Errorf("%s %s: there is no parameter %q", r.Method, path, name)
		}
	}
	j.body(r.Method+" "+j.routes[i].path, op, rec)
}

func (j *judge) body(what string, op operation, rec *httptest.ResponseRecorder) {
	if rec.Code == http.StatusUnauthorized || rec.Code == http.StatusForbidden || rec.Code/100 == 3 {
		return // may happen anywhere, and is not written down
	}
	a, ok := op.Responses[strconv.Itoa(rec.Code)]
	if !ok {
		j.t.Errorf("%s: the answer %d is in no description", what, rec.Code)
		return
	}
	at := "mem:///api.json#/paths/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(strings.TrimPrefix(what, "GET ")) + "/get/responses/" + strconv.Itoa(rec.Code) + "/schema"
	if a.Ref != "" {
		at = "mem:///api.json" + a.Ref + "/schema"
		named, _ := j.shared[a.Ref[strings.LastIndexByte(a.Ref, '/')+1:]].(map[string]any)
		a.Schema = named["schema"]
	}
	if a.Schema == nil || rec.Code != http.StatusOK || strings.Contains(rec.Header().Get("Content-Type"), "octet-stream") {
		return
	}
	at = strings.ReplaceAll(strings.ReplaceAll(at, "{", "%7B"), "}", "%7D")
	schema, err := j.all.Compile(at)
	if err != nil {
		j.t.Errorf("%s: %v", what, err)
		return
	}
	var v any
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		j.t.Errorf("%s: the answer is no JSON: %v", what, err)
		return
	}
	if err := schema.Validate(v); err != nil {
		j.t.Errorf("%s: %#v", what, err)
	}
}
