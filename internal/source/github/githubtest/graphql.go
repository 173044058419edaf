package githubtest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// reducedSchema is GitHub's GraphQL schema, reduced by ReduceSchema to what the
// queries of callboard touch. Its licence is MIT: see data/LICENSE.
//
//go:embed data/schema.graphql
var reducedSchema string

type schema struct{ *ast.Schema }

var schemas sync.Map // by path, as judges

// loadSchema reads a schema. GitHub's own defines a field twice, which is not
// allowed: the second is left out.
func loadSchema(text string) (*schema, error) {
	doc, err := parser.ParseSchemas(validator.Prelude, &ast.Source{Name: "github", Input: text})
	if err != nil {
		return nil, err
	}
	for _, d := range doc.Definitions {
		seen := map[string]bool{}
		d.Fields = slices.DeleteFunc(d.Fields, func(f *ast.FieldDefinition) bool {
			twice := seen[f.Name]
			seen[f.Name] = true
			return twice
		})
	}
	s, err := validator.ValidateSchemaDocument(doc)
	return &schema{s}, err
}

func schemaOf(t testing.TB, full string) *schema {
	t.Helper()
	made, _ := schemas.LoadOrStore(full, sync.OnceValues(func() (*schema, error) {
		if full == "" {
			return loadSchema(reducedSchema)
		}
		b, err := os.ReadFile(full)
		if err != nil {
			return nil, err
		}
		return loadSchema(string(b))
	}))
	s, err := made.(func() (*schema, error))()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var numbers = regexp.MustCompile(`"[0-9a-f]{40}"|[0-9]+`)

// graphql answers a query and tells how many points it costs. A query that the
// schema does not allow fails the test, as GitHub would refuse it.
func (s *Server) graphql(r *http.Request) (answer, int) {
	if s.o.NoGraphQL {
		return notFound, 1
	}
	var in struct {
		Query     string
		Variables map[string]any
	}
	if r.Method != http.MethodPost || json.Unmarshal(body(r), &in) != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON"), 1
	}
	s.count(func(st *Stats) { st.Queries[numbers.ReplaceAllString(in.Query, "N")]++ })
	doc, errs := gqlparser.LoadQueryWithRules(s.gql.Schema, in.Query, rules.NewDefaultRules())
	if len(errs) > 0 {
		s.t.Errorf("github: GraphQL: %v in\n%s", errs, in.Query)
		return ok(map[string]any{"errors": errs}), 1
	}
	op := doc.Operations[0]
	vars, err := validator.VariableValues(s.gql.Schema, op, in.Variables)
	if err != nil {
		s.t.Errorf("github: GraphQL: variables: %v", err)
		return ok(map[string]any{"errors": []any{map[string]any{"message": err.Error()}}}), 1
	}
	cost := weigh(op, vars)
	if cost.err != "" {
		s.t.Errorf("github: GraphQL: %s", cost.err)
		return ok(map[string]any{"errors": []any{map[string]any{"type": "MISSING_PAGINATION_BOUNDARIES", "message": cost.err}}}), 1
	}
	x := &execution{s: s, vars: vars, most: either(s.o.Objects, 50_000)}
	data := x.selection(s.query(x), op.SelectionSet, nil)
	if x.objects > x.most {
		return answer{status: http.StatusBadGateway, body: map[string]any{
			"data": nil, "errors": []any{map[string]any{"message": "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug."}}}}, cost.points()
	}
	out := map[string]any{"data": data}
	if len(x.errors) > 0 {
		out["errors"] = x.errors
	}
	return ok(out), cost.points()
}

// weight is what a query costs by GitHub's formula: one for each connection that
// has to be asked for, as often as its parents have nodes, over a hundred.
type weight struct {
	requests, nodes int
	err             string
}

func (w *weight) points() int { return max(1, (w.requests+50)/100) }

// maxNodes is how many nodes a query may ask for.
const maxNodes = 500_000

func weigh(op *ast.OperationDefinition, vars map[string]any) *weight {
	w := &weight{}
	w.selection(op.SelectionSet, vars, 1)
	if w.nodes > maxNodes {
		w.err = fmt.Sprintf("the query asks for %d nodes, more than %d", w.nodes, maxNodes)
	}
	return w
}

func (w *weight) selection(set ast.SelectionSet, vars map[string]any, times int) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.InlineFragment:
			w.selection(s.SelectionSet, vars, times)
		case *ast.FragmentSpread:
			w.selection(s.Definition.SelectionSet, vars, times)
		case *ast.Field:
			if !included(s, vars) {
				continue
			}
			n := times
			if connection(s.Definition.Type.Name()) {
				first := whole(s.ArgumentMap(vars)["first"])
				if first < 1 || first > 100 {
					w.err = fmt.Sprintf("%q needs a first from 1 to 100", s.Name)
				}
				w.requests += times
				n = times * first
				w.nodes += n
			}
			if list, ok := s.ArgumentMap(vars)["ids"].([]any); ok {
				n = times * len(list)
			}
			w.selection(s.SelectionSet, vars, n)
		}
	}
}

// whole is a number of a literal or of a variable, 0 if there is none.
func whole(v any) int {
	switch v := v.(type) {
	case int64:
		return int(v)
	case float64:
		return int(v)
	}
	return 0
}

func connection(name string) bool {
	const end = "Connection"
	return len(name) > len(end) && name[len(name)-len(end):] == end
}

func included(f *ast.Field, vars map[string]any) bool {
	if d := f.Directives.ForName("include"); d != nil {
		if v, _ := d.ArgumentMap(vars)["if"].(bool); !v {
			return false
		}
	}
	return true
}
