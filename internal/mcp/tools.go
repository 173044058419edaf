package mcp

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"callboard/internal/entity"
	"callboard/internal/jsonrpc"
	"callboard/internal/search"
	"callboard/internal/urlpath"
)

// Bounds on what a tool gives: it goes into a model's memory.
const (
	usualHits = 10
	maxHits   = 50
	usualText = 20_000 // bytes of a page of documentation
	maxText   = 200_000
	maxFile   = 8 << 20 // bytes of a file that is read for that
	maxQuery  = 1_000

	maxFindings = 100
)

type tool struct {
	name, title, about string
	params             map[string]any
	required           []string
	run                func(s *server, ctx context.Context, args json.RawMessage) (result, error)
}

// result is text for the model and, for programs, the same as data.
type result struct {
	text string
	data any
}

func param(typ, about string) map[string]any {
	return map[string]any{"type": typ, "description": about}
}

const aRef = "reference of an entity, such as component:default/payments; a name alone is looked up"

var allTools = []tool{
	{"search", "Search the portal", "Finds entities and pages of documentation, best first, with the place that matches.",
		map[string]any{
			"query":  param("string", `words, "exact phrase", -exclusion, filters such as kind:api owner:team-a tag:go lifecycle:production type:service in:component:default/x`),
			"limit":  map[string]any{"type": "integer", "description": "how many hits, 10 if not given", "minimum": 1, "maximum": maxHits},
			"offset": map[string]any{"type": "integer", "description": "how many hits to pass over", "minimum": 0},
		}, []string{"query"}, (*server).search},
	{"get_entity", "Read an entity", "All that the portal says of an entity: description, owner, links, relations, documentation, its entry.",
		map[string]any{"ref": param("string", aRef), "format": map[string]any{"type": "string", "enum": []string{"markdown", "json"}, "description": "markdown if not given; json is the entity as it stands in the catalog"}}, []string{"ref"}, (*server).getEntity},
	{"list_relations", "List relations", "How an entity is related to others: ownedBy, partOf, dependsOn, providesApi and so on, and their inverses.",
		map[string]any{"ref": param("string", aRef), "type": param("string", "only relations of this type, such as dependsOn or dependencyOf")}, []string{"ref"}, (*server).listRelations},
	{"get_doc", "Read a page of documentation", "The text of a page of documentation in Markdown.",
		map[string]any{
			"page":   param("string", "address of the page, as search gives it; or the reference of an entity for the first page of its documentation"),
			"offset": map[string]any{"type": "integer", "description": "byte from which on, for the rest of a long page", "minimum": 0},
			"limit":  map[string]any{"type": "integer", "description": "how many bytes, 20000 if not given", "minimum": 1, "maximum": maxText},
		}, []string{"page"}, (*server).getDoc},
	{"lint", "Check catalog files", "Checks the catalog files of the directory that the server was started in, and says what is wrong with them: file, line, rule, how to repair it.",
		map[string]any{"path": param("string", "a file or directory below it; all if not given")}, nil, (*server).lint},
}

// tools are those that there are here, as the protocol lists them.
func (s *server) tools() []map[string]any {
	var out []map[string]any
	for _, t := range allTools {
		if t.name == "lint" && s.Lint == nil {
			continue
		}
		schema := map[string]any{"type": "object", "properties": t.params, "additionalProperties": false}
		if len(t.required) > 0 {
			schema["required"] = t.required
		}
		out = append(out, map[string]any{"name": t.name, "title": t.title, "description": t.about, "inputSchema": schema,
			"annotations": map[string]any{"title": t.title, "readOnlyHint": true, "openWorldHint": false}})
	}
	return out
}

func (s *server) callTool(ctx context.Context, params json.RawMessage) (any, error) {
	var p struct {
		Name string          `json:"name"`
		Args json.RawMessage `json:"arguments"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, jsonrpc.Errorf(jsonrpc.InvalidParams, "the params of tools/call must be an object with name, a text, and arguments")
	}
	i := slices.IndexFunc(allTools, func(t tool) bool { return t.name == p.Name && (t.name != "lint" || s.Lint != nil) })
	if i < 0 {
		return nil, jsonrpc.Errorf(jsonrpc.InvalidParams, "there is no tool %q", p.Name)
	}
	if len(p.Args) == 0 {
		p.Args = json.RawMessage("{}")
	}
	r, err := allTools[i].call(s, ctx, p.Args)
	if re, ok := errors.AsType[*jsonrpc.Error](err); ok {
		return nil, re
	}
	if err != nil { // the model is to know, and may do better
		return map[string]any{"content": textOf(err.Error()), "isError": true}, nil
	}
	out := map[string]any{"content": textOf(r.text)}
	if r.data != nil {
		out["structuredContent"] = r.data
	}
	return out, nil
}

// call runs a tool with arguments that it can use.
func (t *tool) call(s *server, ctx context.Context, args json.RawMessage) (result, error) {
	args, err := t.check(args)
	if err != nil {
		return result{}, err
	}
	return t.run(s, ctx, args)
}

func textOf(s string) []map[string]any { return []map[string]any{{"type": "text", "text": s}} }

// arguments reads those of a tool, once they are known to be what its schema
// says: the decoder's own errors speak of types of this program.
func arguments(raw json.RawMessage, into any) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("the arguments cannot be used: %w", err)
	}
	return nil
}

// check tells the first mistake in the arguments of a tool, in the order of their
// names: one that the tool does not have, one of another type or beyond its bounds,
// one that is lacking. What a text says is for the tool itself. It returns the arguments with whole
// numbers as Go reads them: 10.0 and 1e1 are such, too.
func (t *tool) check(raw json.RawMessage) (json.RawMessage, error) {
	var given map[string]any
	if err := json.Unmarshal(raw, &given); err != nil {
		return nil, fmt.Errorf("the arguments of %s must be an object", t.name)
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		p, ok := t.params[name].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s has no argument %q; it has %s", t.name, clip(name), strings.Join(slices.Sorted(maps.Keys(t.params)), ", "))
		}
		if !isOf(p["type"], given[name]) {
			return nil, fmt.Errorf("the argument %s of %s must be of the type %s", name, t.name, p["type"])
		}
		if n, ok := given[name].(float64); ok && !isWithin(p, n) {
			return nil, fmt.Errorf("the argument %s of %s must be %s, not %.0f", name, t.name, rangeOf(p), n)
		}
	}
	for _, name := range t.required {
		if given[name] == nil {
			return nil, fmt.Errorf("%s lacks the argument %s: %s", t.name, name, t.params[name].(map[string]any)["description"])
		}
	}
	return json.Marshal(given)
}

// isOf tells whether a value has a type of JSON Schema. null is a value that was
// not given.
func isOf(typ, value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return typ == "string"
	case float64:
		return typ == "integer" && v == math.Trunc(v) && math.Abs(v) <= 1<<53
	}
	return false
}

// isWithin tells whether a number is within the bounds of a parameter.
func isWithin(param map[string]any, n float64) bool {
	least, bounded := param["minimum"].(int)
	most, ends := param["maximum"].(int)
	return (!bounded || n >= float64(least)) && (!ends || n <= float64(most))
}

// rangeOf is the bounds of a parameter in words.
func rangeOf(param map[string]any) string {
	if most, ends := param["maximum"]; ends {
		return fmt.Sprintf("from %v to %v", param["minimum"], most)
	}
	return fmt.Sprintf("%v or more", param["minimum"])
}

// clip bounds what is repeated of what an agent sent.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// hit is a hit as programs get it.
type hit struct {
	Page      string   `json:"page"` // for get_doc
	URL       string   `json:"url"`
	Kind      string   `json:"kind"`
	Ref       string   `json:"ref,omitempty"`
	Title     string   `json:"title"`
	Owner     string   `json:"owner,omitempty"`
	Type      string   `json:"type,omitempty"`
	Lifecycle string   `json:"lifecycle,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	Where     string   `json:"where,omitempty"`
	Excerpt   string   `json:"excerpt,omitempty"`
	Sections  []string `json:"sections,omitempty"`
}

func (s *server) search(_ context.Context, raw json.RawMessage) (result, error) {
	var a struct {
		Query  string `json:"query"`
		Limit  int    `json:"limit"`
		Offset int    `json:"offset"`
	}
	if err := arguments(raw, &a); err != nil {
		return result{}, err
	}
	if strings.TrimSpace(a.Query) == "" || len(a.Query) > maxQuery {
		return result{}, fmt.Errorf("query must have 1 to %d bytes", maxQuery)
	}
	res, err := s.find(a.Query, search.Options{Limit: cmp.Or(a.Limit, usualHits), Offset: a.Offset})
	if err != nil {
		return result{}, err
	}
	st, err := s.look(false)
	if err != nil {
		return result{}, err
	}
	hits := make([]hit, 0, len(res.Hits))
	for _, h := range res.Hits {
		x := hit{Page: h.URL, URL: s.public(h.URL, st.site), Kind: h.Kind, Ref: h.Ref, Title: cmp.Or(h.Title, h.Name), Owner: h.Owner, Type: h.Type, Lifecycle: h.Lifecycle, Tags: h.Tags, Where: h.Crumb, Excerpt: h.Excerpt.Text}
		for _, sec := range h.Sections {
			if sec.Title != "" && sec.Title != h.Title {
				x.Sections = append(x.Sections, sec.Title)
			}
		}
		hits = append(hits, x)
	}
	data := map[string]any{"total": res.Total, "hits": hits}
	if note := noteOf(res); note != "" {
		data["note"] = note
	}
	return asJSON(data)
}

// noteOf says what an agent is to know of hits that are not what it asked for, and
// what it may ask instead of what finds nothing; "" for nothing.
func noteOf(res *search.Result) string {
	var notes []string
	if res.Loose && res.Total > 0 {
		notes = append(notes, "nothing has all the words; these have some")
	}
	if len(res.Missing) > 0 {
		notes = append(notes, "nothing has "+strings.Join(res.Missing, ", "))
	}
	for _, c := range res.Corrected {
		notes = append(notes, fmt.Sprintf("looked for %s in place of %s, which nothing has", strings.Join(c.As, ", "), c.Word))
	}
	for _, u := range res.Unmatched {
		note := "nothing at all has " + search.Filter(u.Key, u.Value)
		for i, v := range u.Near {
			note += []string{"; there is ", ", "}[min(i, 1)] + search.Filter(u.Key, v)
		}
		notes = append(notes, note)
	}
	if res.Total == 0 {
		notes = append(notes, "ask with fewer or other words, or without the filters")
	}
	return strings.Join(notes, "; ")
}

func asJSON(data any) (result, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(data); err != nil {
		return result{}, err
	}
	return result{strings.TrimSpace(b.String()), data}, nil
}

// entityPath is the path of a file of an entity. A name alone is looked up.
func (s *server) entityPath(given, file string) (entity.Ref, string, error) {
	given = strings.TrimSpace(given)
	if len(given) > maxQuery {
		return entity.Ref{}, "", fmt.Errorf("a reference has at most %d bytes", maxQuery)
	}
	ref, err := entity.ParseRef(given, "component", entity.DefaultNamespace)
	if err != nil {
		return entity.Ref{}, "", fmt.Errorf("%q is no reference of an entity: %w", given, err)
	}
	at := func(r entity.Ref) (string, bool) {
		p, err := urlpath.Entity(r.Namespace, r.Kind, r.Name, file)
		if err != nil {
			return "", false
		}
		f, err := s.Files.Open(p.String())
		if err != nil {
			return "", false
		}
		_ = f.Close()
		return p.String(), true
	}
	if p, ok := at(ref); ok {
		return ref, p, nil
	}
	names := s.close(ref.Name)
	if !strings.Contains(given, ":") {
		for _, n := range names {
			if r, err := entity.ParseRef(n, "", ""); err == nil && strings.EqualFold(r.Name, ref.Name) {
				if p, ok := at(r); ok {
					return r, p, nil
				}
			}
		}
	}
	if len(names) == 0 {
		return ref, "", fmt.Errorf("there is no %s in the catalog", ref)
	}
	return ref, "", fmt.Errorf("there is no %s in the catalog; did you mean %s?", ref, strings.Join(names, ", "))
}

// close are entities whose names are like a name.
func (s *server) close(name string) []string {
	res, err := s.find(name+" -kind:docs", search.Options{Limit: 5})
	if err != nil {
		return nil
	}
	var out []string
	for _, h := range res.Hits {
		if h.Ref != "" && !slices.Contains(out, h.Ref) {
			out = append(out, h.Ref)
		}
	}
	return out
}

func (s *server) getEntity(_ context.Context, raw json.RawMessage) (result, error) {
	var a struct{ Ref, Format string }
	if err := arguments(raw, &a); err != nil {
		return result{}, err
	}
	if a.Format != "" && a.Format != "json" && a.Format != "markdown" {
		return result{}, errors.New(`format is "markdown" or "json"`)
	}
	if a.Format != "json" {
		if _, p, err := s.entityPath(a.Ref, "index.md"); err == nil {
			b, err := s.read(p, maxFile)
			return result{text: string(b)}, err
		}
	}
	_, p, err := s.entityPath(a.Ref, "entity.json")
	if err != nil {
		return result{}, err
	}
	b, err := s.read(p, maxFile)
	return result{text: string(b)}, err
}

func (s *server) listRelations(_ context.Context, raw json.RawMessage) (result, error) {
	var a struct{ Ref, Type string }
	if err := arguments(raw, &a); err != nil {
		return result{}, err
	}
	ref, p, err := s.entityPath(a.Ref, "entity.json")
	if err != nil {
		return result{}, err
	}
	b, err := s.read(p, maxFile)
	if err != nil {
		return result{}, err
	}
	type relation struct {
		Type     string `json:"type"`
		Target   string `json:"target"`
		Dangling bool   `json:"dangling,omitempty"` // no entity has that reference
	}
	var e struct {
		Relations []relation `json:"relations"`
	}
	if err := json.Unmarshal(b, &e); err != nil {
		return result{}, fmt.Errorf("%s is not what callboard writes: %w", p, err)
	}
	types := map[string]bool{}
	for _, r := range e.Relations {
		types[r.Type] = true
	}
	out := slices.DeleteFunc(e.Relations, func(r relation) bool { return a.Type != "" && !strings.EqualFold(r.Type, a.Type) })
	if out == nil {
		out = []relation{}
	}
	data := map[string]any{"ref": ref.String(), "relations": out}
	if len(out) == 0 && len(types) > 0 {
		data["note"] = "there is none of this type; there are " + strings.Join(slices.Sorted(maps.Keys(types)), ", ")
	}
	return asJSON(data)
}

// alternate is where a page says its Markdown is.
var alternate = regexp.MustCompile(`<link rel="alternate" type="text/markdown" href="([^"]+)">`)

func (s *server) getDoc(_ context.Context, raw json.RawMessage) (result, error) {
	var a struct {
		Page          string
		Offset, Limit int
	}
	if err := arguments(raw, &a); err != nil {
		return result{}, err
	}
	at, err := s.docPath(a.Page)
	if err != nil {
		return result{}, err
	}
	b, err := s.read(at, maxFile)
	if err != nil {
		return result{}, noPage(a.Page, err)
	}
	if a.Offset > len(b) {
		return result{}, fmt.Errorf("the page has %d bytes; there is nothing at offset %d", len(b), a.Offset)
	}
	from := a.Offset
	to := min(from+cmp.Or(a.Limit, usualText), len(b))
	for to < len(b) && to > from && !utf8.RuneStart(b[to]) {
		to--
	}
	for to == from && to < len(b) || to < len(b) && !utf8.RuneStart(b[to]) {
		to++ // at least one character, or who goes on would never end
	}
	text := string(b[from:to])
	if to < len(b) {
		text += fmt.Sprintf("\n\n[%d of %d bytes; go on with offset %d]", to-from, len(b), to)
	}
	return result{text: text}, nil
}

// noPage tells that a page is not there, or why it cannot be read.
func noPage(page string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no page %q; search tells which there are", clip(page))
	}
	return fmt.Errorf("the page %q cannot be read: %w", clip(page), err)
}

// docPath is the path of a page as Markdown.
func (s *server) docPath(page string) (string, error) {
	st, err := s.look(false)
	if err != nil {
		return "", err
	}
	at, ok := s.below(page, st.site)
	if !strings.Contains(page, "/docs/") && !strings.HasPrefix(page, "docs/") {
		if ref, err := entity.ParseRef(strings.TrimSpace(page), "component", entity.DefaultNamespace); err == nil {
			if p, err := urlpath.Docs(ref.Namespace, ref.Kind, ref.Name, "index.html"); err == nil {
				at, ok = p.String(), true
			}
		}
	}
	if !ok {
		return "", fmt.Errorf("%q is no page of this portal", clip(page))
	}
	if strings.HasSuffix(at, ".md") {
		return at, nil
	}
	b, err := s.read(at, maxFile)
	if err != nil && !strings.HasSuffix(at, ".html") { // an address without its last slash
		at += "/index.html"
		b, err = s.read(at, maxFile)
	}
	if err != nil {
		return "", noPage(page, err)
	}
	m := alternate.FindSubmatch(b)
	if m == nil {
		return "", fmt.Errorf("%q is not there as Markdown; the portal was built without", page)
	}
	return s.resolve(at, string(m[1]), st.site)
}

// resolve is the path that a link on a page leads to.
func (s *server) resolve(from, link string, site siteFile) (string, error) {
	link = strings.ReplaceAll(link, "&amp;", "&")
	base, err := url.Parse(cmp.Or(site.Base, "/") + from)
	if err != nil {
		return "", err
	}
	to, err := base.Parse(link)
	if err != nil {
		return "", err
	}
	p, ok := strings.CutPrefix(to.Path, cmp.Or(site.Base, "/"))
	if !ok || to.Host != "" || !fs.ValidPath(p) {
		return "", fmt.Errorf("%q leads out of the portal", link)
	}
	return p, nil
}

func (s *server) lint(ctx context.Context, raw json.RawMessage) (result, error) {
	var a struct{ Path string }
	if err := arguments(raw, &a); err != nil {
		return result{}, err
	}
	out, err := s.Lint(ctx, a.Path)
	if err != nil {
		return result{}, err
	}
	return gravest(out)
}

// gravest is a report of findings as an agent can take it in: if there are very
// many, it has those that matter most, and says so.
func gravest(report json.RawMessage) (result, error) {
	var all map[string]json.RawMessage
	var findings []json.RawMessage
	if err := json.Unmarshal(report, &all); err != nil {
		return result{}, err
	}
	if err := json.Unmarshal(all["diagnostics"], &findings); err != nil {
		return result{}, err
	}
	if len(findings) <= maxFindings {
		return result{text: string(report)}, nil
	}
	slices.SortStableFunc(findings, func(a, b json.RawMessage) int { return gravity(b) - gravity(a) })
	note := fmt.Sprintf("the %d gravest of %d; path narrows it", maxFindings, len(findings))
	for name, value := range map[string]any{"diagnostics": findings[:maxFindings], "note": note} {
		raw, err := json.Marshal(value)
		if err != nil {
			return result{}, err
		}
		all[name] = raw
	}
	out, err := json.MarshalIndent(all, "", " ")
	return result{text: string(out)}, err
}

// gravity orders findings by severity.
func gravity(finding json.RawMessage) int {
	var f struct {
		Severity string `json:"severity"`
	}
	if json.Unmarshal(finding, &f) != nil {
		return 0
	}
	return slices.Index([]string{"info", "warning", "error"}, f.Severity)
}
