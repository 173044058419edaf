package sourcetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// description is what a vendor publishes of an API: Swagger 2.0 or OpenAPI 3, as
// JSON.
type description struct {
	base     string
	all      map[string]any
	routes   []route
	mu       sync.Mutex
	compiler *jsonschema.Compiler
}

type route struct {
	path    string
	pattern *regexp.Regexp
	item    map[string]any
}

// describe reads a description.
func describe(text []byte) (*description, error) {
	d := &description{}
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &d.all); err != nil {
		return nil, fmt.Errorf("the description is not JSON: %w", err)
	}
	d.base, _ = d.all["basePath"].(string)
	d.base = strings.TrimSuffix(d.base, "/")
	for path, item := range member(d.all, "paths") {
		item, _ := item.(map[string]any)
		d.routes = append(d.routes, route{path, pattern(path), item})
	}
	// The most specific first: those with most that is not a parameter.
	slices.SortFunc(d.routes, func(a, b route) int {
		return len(parameter.ReplaceAllString(b.path, "")) - len(parameter.ReplaceAllString(a.path, ""))
	})
	loosen(d.all)
	prepared, err := json.Marshal(d.all)
	if err != nil {
		return nil, err
	}
	d.compiler = jsonschema.NewCompiler()
	d.compiler.Draft = jsonschema.Draft4
	return d, d.compiler.AddResource(document, bytes.NewReader(prepared))
}

// document is the address of a description among schemas.
const document = "mem:///api.json"

// loosen says in JSON Schema what descriptions say otherwise: that a value may be
// null, and patterns, which are those of other languages.
func loosen(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			loosen(x)
		}
	case map[string]any:
		kind, ok := v["type"].(string)
		if ok && (v["nullable"] == true || v["x-nullable"] == true) {
			v["type"] = []any{kind, "null"}
			if list, ok := v["enum"].([]any); ok {
				v["enum"] = append(list, nil)
			}
		}
		if _, is := v["pattern"].(string); is {
			delete(v, "pattern")
		}
		for _, x := range v {
			loosen(x)
		}
	}
}

func member(v any, names ...string) map[string]any {
	for _, n := range names {
		m, _ := v.(map[string]any)
		v = m[n]
	}
	m, _ := v.(map[string]any)
	return m
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
		case "branch", "filepath", "archive", "path", "name":
			out += ".*"
		default:
			out += "[^/]+"
		}
		last = m[1]
	}
	return out + regexp.QuoteMeta(path[last:])
}

// at finds the route of an address.
func (d *description) at(path string) (route, bool) {
	i := slices.IndexFunc(d.routes, func(x route) bool { return x.pattern.MatchString(path) })
	if i < 0 {
		return route{}, false
	}
	return d.routes[i], true
}

// resolve follows references within the description. The address is that of what
// they lead to.
func (d *description) resolve(v any, at string) (map[string]any, string) {
	for range 50 {
		m, _ := v.(map[string]any)
		ref, ok := m["$ref"].(string)
		if !ok || !strings.HasPrefix(ref, "#/") {
			return m, at
		}
		at = ref
		v = any(d.all)
		for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			part = strings.NewReplacer("~1", "/", "~0", "~", "%7B", "{", "%7D", "}").Replace(part)
			v = member(v)[part]
		}
	}
	return nil, at
}

// queries are the parameters of queries of an operation.
func (d *description) queries(r route, op map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, of := range []any{r.item["parameters"], op["parameters"]} {
		list, _ := of.([]any)
		for _, p := range list {
			p, _ := d.resolve(p, "")
			if name, ok := p["name"].(string); ok && p["in"] == "query" {
				out[name] = p
			}
		}
	}
	return out
}

// answer is the schema of an answer, with its address; nil if none is described.
// ok tells that the status is.
func (d *description) answer(r route, method string, status int) (schema map[string]any, at string, ok bool) {
	code := strconv.Itoa(status)
	found := member(r.item, method, "responses")[code]
	if found == nil {
		return nil, "", false
	}
	at = "#/paths/" + escape(r.path) + "/" + method + "/responses/" + code
	resp, at := d.resolve(found, at)
	if s, is := resp["schema"].(map[string]any); is {
		return s, at + "/schema", true
	}
	content := member(resp, "content")
	for _, kind := range slices.Sorted(maps.Keys(content)) {
		if s := member(content, kind, "schema"); s != nil && strings.Contains(kind, "json") {
			return s, at + "/content/" + escape(kind) + "/schema", true
		}
	}
	return nil, "", true
}

func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "$", "%24").Replace(name)
}

// validate holds a value against the schema at an address, and tells what is
// wrong with it.
func (d *description) validate(at string, v any) []string {
	d.mu.Lock()
	s, err := d.compiler.Compile(document + at)
	d.mu.Unlock()
	if err == nil {
		err = s.Validate(v)
	}
	wrong, ok := errors.AsType[*jsonschema.ValidationError](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return []string{err.Error()}
	}
	var out []string
	causes(wrong, &out)
	slices.Sort(out)
	return slices.Compact(out)
}

var index = regexp.MustCompile(`/\d+`)

// causes are what a failure comes from, each with where it is.
func causes(e *jsonschema.ValidationError, to *[]string) {
	if len(e.Causes) == 0 {
		*to = append(*to, strings.ReplaceAll(index.ReplaceAllString(e.InstanceLocation, "[]"), "/", ".")+": "+e.Message)
	}
	for _, c := range e.Causes {
		causes(c, to)
	}
}

// unnamed are the members of a value that no schema names.
func (d *description) unnamed(schema, v any, path string) []string {
	switch v := v.(type) {
	case []any:
		s := shape{d: d}
		s.add(schema)
		var out []string
		for _, x := range v {
			out = append(out, d.unnamed(s.items, x, path+"[]")...)
		}
		return out
	case map[string]any:
		s := shape{d: d, named: map[string]any{}}
		s.add(schema)
		var out []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			of, ok := s.named[name]
			switch {
			case ok:
			case s.others != nil:
				of = s.others
			case len(s.named) == 0:
				continue // anything goes
			default:
				out = append(out, path+"."+name)
				continue
			}
			out = append(out, d.unnamed(of, v[name], path+"."+name)...)
		}
		return out
	}
	return nil
}

// shape is what a schema names, with all that it is made of.
type shape struct {
	d      *description
	named  map[string]any
	others any // of members without a name
	items  any
	deep   int
}

func (s *shape) add(schema any) {
	m, _ := s.d.resolve(schema, "")
	if s.deep++; m == nil || s.deep > 100 {
		return
	}
	for name, of := range member(m, "properties") {
		if s.named != nil {
			s.named[name] = of
		}
	}
	if o := member(m, "additionalProperties"); len(o) > 0 {
		s.others = o
	}
	if m["items"] != nil {
		s.items = m["items"]
	}
	for _, of := range []string{"allOf", "oneOf", "anyOf"} {
		list, _ := m[of].([]any)
		for _, part := range list {
			s.add(part)
		}
	}
}
