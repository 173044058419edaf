package catalog_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/corpustest"
	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/treetest"
	"callboard/internal/yamldoc"
)

// causes are the codes that stand for each stage at which the real validator
// refuses a document.
var causes = map[string][]diag.Code{
	"yaml":         {yamldoc.CodeSyntax, yamldoc.CodeDuplicateKey, yamldoc.CodeTooLarge, yamldoc.CodeEncoding},
	"root":         {catalog.CodeNotEntity},
	"envelope":     {catalog.CodeEnvelope, catalog.CodeSchema, catalog.CodeNotEntity},
	"placeholder":  {catalog.CodePlaceholder},
	"policy":       {catalog.CodeFormat, catalog.CodeSchema, catalog.CodeRootField, catalog.CodeEnvelope},
	"unknown-kind": {catalog.CodeUnknownKind, catalog.CodeSchema}, // of a known kind it is the apiVersion
	"kind-schema":  {catalog.CodeSchema},
	"relations":    {catalog.CodeRefInvalid},
	"other":        {catalog.CodeLocation},
}

var (
	pointerError  = regexp.MustCompile(`(?:TypeError: |envelope, |^)(<root>|/[^ ]*(?: [^ /]+)*?) must (NOT have|have|be|match)([^;]*)`)
	missingError  = regexp.MustCompile(`missingProperty: (\S+)`)
	formatError   = regexp.MustCompile(`"([^"]+)" is not valid; expected`)
	rootError     = regexp.MustCompile(`Unknown field (\S+)`)
	refError      = regexp.MustCompile(`Entity reference ("(?:[^"\\]|\\.)*"|\{.*?\})`)
	placeError    = regexp.MustCompile(`Placeholder (\$\w+) `)
	yamlLineError = regexp.MustCompile(` at line (\d+), column (\d+)`)
)

// place is where the real validator's message says that something is wrong: a
// path, and the key that is missing there. Not ok for messages without a place.
func place(message string) (path []any, missing string, ok bool) {
	if m := rootError.FindStringSubmatch(message); m != nil {
		return []any{m[1]}, "", true
	}
	if m := formatError.FindStringSubmatch(message); m != nil {
		return formatPath(m[1]), "", true
	}
	m := pointerError.FindStringSubmatch(message)
	if m == nil {
		return nil, "", false
	}
	if x := missingError.FindStringSubmatch(message); x != nil {
		missing = strings.TrimSuffix(x[1], ";")
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(strings.TrimPrefix(m[1], "<root>"), "/"), "/") {
		if step == "" {
			continue
		}
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if i, err := strconv.Atoi(step); err == nil {
			path = append(path, i)
		} else {
			path = append(path, step)
		}
	}
	return path, missing, true
}

// formatPath is the path of a field as FieldFormatEntityPolicy names it: it
// leaves "metadata" out.
func formatPath(field string) []any {
	head, rest, _ := strings.Cut(strings.TrimPrefix(field, "metadata."), ".")
	switch head {
	case "apiVersion", "kind":
		return []any{head}
	case "labels", "annotations":
		return []any{"metadata", head, rest}
	}
	path := []any{"metadata", head}
	for step := range strings.SplitSeq(rest, ".") {
		if i, err := strconv.Atoi(step); err == nil {
			path = append(path, i)
		} else if step != "" {
			path = append(path, step)
		}
	}
	return path
}

// explained tells whether one of the findings on a document is the cause that
// the real validator names, where it says that it is.
func explained(v verdict, d *yamldoc.Doc, ds []diag.Diagnostic) string {
	first, last := 0, 1<<30
	if d != nil {
		first, last = d.Lines()
	}
	var got []diag.Diagnostic
	for _, x := range ds {
		if x.Severity == diag.Error && x.Pos.Line >= first && x.Pos.Line <= last && (slices.Contains(causes[v.Stage], x.Code) || isBundled(x)) {
			got = append(got, x)
		}
	}
	if len(got) == 0 {
		return "no finding has that cause"
	}
	lines, what := expectedLines(v, d)
	if lines == nil {
		return ""
	}
	for _, x := range got {
		if slices.Contains(lines, x.Pos.Line) {
			return ""
		}
	}
	return fmt.Sprintf("%s is at line %v, and nothing is found there", what, lines)
}

// isBundled tells whether a finding is about $openapi or $asyncapi, which
// Backstage without a further module leaves as they are, so that they fail its
// schemas.
func isBundled(x diag.Diagnostic) bool {
	return x.Code == catalog.CodePlaceholder && (strings.HasPrefix(x.Message, "$openapi") || strings.HasPrefix(x.Message, "$asyncapi"))
}

// expectedLines are the lines at which the cause may be shown: those of the
// value and of its key. Nil if the message names no place.
func expectedLines(v verdict, d *yamldoc.Doc) ([]int, string) {
	if v.Stage == "yaml" {
		if m := yamlLineError.FindStringSubmatch(v.Error); m != nil {
			n, _ := strconv.Atoi(m[1])
			if strings.Contains(v.Error, "Missing closing") { // found at the end of what the quote has swallowed
				return quoteLines(d, n), "the quote"
			}
			// npm's yaml names the end of what it could read, or the beginning of
			// what it could not; a reader is led to the line where the mistake is.
			return []int{n - 1, n, n + 1}, "the error of YAML"
		}
		return nil, ""
	}
	if d == nil {
		return nil, ""
	}
	if m := refError.FindStringSubmatch(v.Error); m != nil {
		var s string
		if json.Unmarshal([]byte(m[1]), &s) == nil {
			return linesOf(d, d.Value, nil, s), "the reference " + s
		}
		return nil, ""
	}
	if m := placeError.FindStringSubmatch(v.Error); m != nil {
		return placeholderLines(d, d.Value, nil, m[1]), m[1]
	}
	path, _, ok := place(v.Error)
	switch {
	case !ok:
		return nil, ""
	case len(path) == 0 && !strings.Contains(v.Error, "additional properties"):
	case strings.Contains(v.Error, "<root> must NOT have additional properties"):
		for _, k := range d.Keys() {
			if !slices.Contains([]string{"apiVersion", "kind", "metadata", "spec"}, k) {
				path = []any{k}
			}
		}
	case path[0] == "relations" || path[0] == "status":
		path = path[:1] // refused whole
	case strings.Contains(v.Error, "/spec/parameters must be object"): // one of two forms, and neither fits
		var all []int
		walk(d.Value.(map[string]any)["spec"].(map[string]any)["parameters"], path, func(_ any, at []any) { all = append(all, d.Pos(at...).Line) })
		return all, "spec.parameters"
	}
	return []int{d.Pos(path...).Line, d.KeyPos(path...).Line}, fmt.Sprint(path)
}

// quoteLines are the lines before n that open a quote.
func quoteLines(d *yamldoc.Doc, n int) (out []int) {
	first, _ := d.Lines()
	for i, l := range strings.Split(string(d.Text), "\n") {
		if strings.ContainsAny(l, "\"'") && first+i <= n+1 {
			out = append(out, first+i)
		}
	}
	return out
}

// linesOf are the lines at which a text stands in a value.
func linesOf(d *yamldoc.Doc, v any, at []any, want string) (out []int) {
	walk(v, at, func(v any, at []any) {
		if v == want {
			out = append(out, d.Pos(at...).Line)
		}
	})
	return out
}

func placeholderLines(d *yamldoc.Doc, v any, at []any, key string) (out []int) {
	walk(v, at, func(v any, at []any) {
		if m, ok := v.(map[string]any); ok && len(m) == 1 {
			if _, there := m[key]; there {
				out = append(out, d.KeyPos(append(at, key)...).Line, d.Pos(append(at, key)...).Line)
			}
		}
	})
	return out
}

func walk(v any, at []any, each func(any, []any)) {
	at = at[:len(at):len(at)]
	each(v, at)
	switch v := v.(type) {
	case []any:
		for i, x := range v {
			walk(x, append(at, i), each)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			walk(v[k], append(at, k), each)
		}
	}
}

// reasons counts the documents that the real validator refuses by whether the
// cause and its place agree.
type reasons struct {
	t                  *testing.T
	n, placed, differs int
}

func (r *reasons) judge(name, text, file string, vs []verdict, ds []diag.Diagnostic) {
	docs := map[int]*yamldoc.Doc{}
	for _, d := range yamldoc.Parse([]byte(text), diag.Pos{File: file}, diag.Discard) {
		docs[d.Index] = d
	}
	var own []diag.Diagnostic
	for _, d := range ds {
		if d.Pos.File == file {
			own = append(own, d)
		}
	}
	for _, v := range vs {
		if v.Verdict != "reject" || v.Placeholders != "" {
			continue
		}
		d := docs[v.Doc]
		if slices.ContainsFunc(own, func(x diag.Diagnostic) bool { return x.Code == catalog.CodeSkeleton }) {
			continue
		}
		r.n++
		if lines, _ := expectedLines(v, d); lines != nil {
			r.placed++
		}
		if why := explained(v, d, own); why != "" {
			r.differs++
			r.t.Errorf("%s doc %d: %s (%s)\n%s\n%s", name, v.Doc, why, v.Stage, v.Error, lines(own))
		}
	}
}

// For every document that the real validator refuses, one of the findings is of
// the same cause, and at the line of the value that its message names.
func TestCausesOfRejects(t *testing.T) {
	dir := corpustest.Path(t, "catalog")
	r := &reasons{t: t}
	var vs []verdict
	readJSON(t, filepath.Join(dir, "verdicts.json"), &vs)
	byFile := map[string][]verdict{}
	for _, v := range vs {
		byFile[v.File] = append(byFile[v.File], v)
	}
	repos := map[string]map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(byFile)) {
		if !slices.ContainsFunc(byFile[file], func(v verdict) bool { return v.Verdict == "reject" }) {
			continue
		}
		repo, rel, _ := strings.Cut(file, "/")
		if repos[repo] == nil {
			repos[repo] = treetest.Files(t, filepath.Join(dir, "corpus", repo))
		}
		if _, there := repos[repo][rel]; !there {
			continue // not every file is in every part of the corpus
		}
		_, ds := accepted(t, stubbed(repo, rel, repos[repo]), rel)
		r.judge(file, repos[repo][rel], rel, byFile[file], ds)
	}
	f, err := os.Open(filepath.Join(dir, "mutations", "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var c struct {
			ID, Mutation, YAML string
			Docs               []verdict
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		_, ds := accepted(t, repofs.Memory("r", []string{"c.yaml"}, map[string]string{"c.yaml": c.YAML}), "c.yaml")
		r.judge(c.ID+" "+c.Mutation, c.YAML, "c.yaml", c.Docs, ds)
	}
	t.Logf("%d rejects, %d of them with a place: %d differ in cause or place", r.n, r.placed, r.differs)
}
