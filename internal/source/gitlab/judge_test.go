package gitlab_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"callboard/internal/source/sourcetest"
)

// schema is that which every GitLab tells of itself
// (https://docs.gitlab.com/api/graphql/), as gitlab.graphql in the directory of
// descriptions; nil without.
var schema = sync.OnceValues(func() (*ast.Schema, error) {
	dir := os.Getenv(sourcetest.Descriptions)
	if dir == "" {
		return nil, nil
	}
	b, err := os.ReadFile(filepath.Join(dir, "gitlab.graphql"))
	if err != nil {
		return nil, err
	}
	return gqlparser.LoadSchema(&ast.Source{Name: "gitlab.graphql", Input: string(b)})
})

// judgeQuery holds a query and its answer against the schema.
func judgeQuery(t *testing.T, query string, vars, data map[string]any) {
	t.Helper()
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	if s == nil {
		return
	}
	doc, errs := gqlparser.LoadQueryWithRules(s, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Errorf("%v in\n%s", errs, query)
		return
	}
	op := doc.Operations[0]
	if _, err := validator.VariableValues(s, op, vars); err != nil {
		t.Errorf("%v in\n%s", err, query)
	}
	for _, wrong := range judgeSet(s, op.SelectionSet, data, "") {
		t.Errorf("the answer: %s, to\n%s", wrong, query)
	}
}

func judgeSet(s *ast.Schema, set ast.SelectionSet, data map[string]any, path string) (wrong []string) {
	for _, sel := range set {
		f, ok := sel.(*ast.Field)
		if !ok {
			continue
		}
		v, ok := data[f.Alias]
		if !ok {
			wrong = append(wrong, path+"."+f.Alias+" is missing")
			continue
		}
		wrong = append(wrong, judgeValue(s, f, f.Definition.Type, v, path+"."+f.Alias)...)
	}
	return wrong
}

func judgeValue(s *ast.Schema, f *ast.Field, kind *ast.Type, v any, path string) (wrong []string) {
	switch {
	case v == nil && kind.NonNull:
		return []string{path + " is null"}
	case v == nil:
		return nil
	case kind.Elem != nil:
		list, ok := v.([]any)
		if !ok {
			return []string{path + " is no list"}
		}
		for _, x := range list {
			wrong = append(wrong, judgeValue(s, f, kind.Elem, x, path)...)
		}
		return wrong
	}
	if len(f.SelectionSet) == 0 {
		if !isScalar(s.Types[kind.NamedType], v) {
			wrong = append(wrong, fmt.Sprintf("%s is %v, which is no %s", path, v, kind.NamedType))
		}
		return wrong
	}
	o, ok := v.(map[string]any)
	if !ok {
		return []string{path + " is no object"}
	}
	return judgeSet(s, f.SelectionSet, o, path)
}

func isScalar(d *ast.Definition, v any) bool {
	text, isText := v.(string)
	switch {
	case d.Kind == ast.Enum:
		return isText && d.EnumValues.ForName(text) != nil
	case d.Name == "Boolean":
		_, ok := v.(bool)
		return ok
	case d.Name == "Int", d.Name == "Float":
		_, ok := v.(float64)
		return ok
	case d.Name == "Time":
		_, err := time.Parse(time.RFC3339, text)
		return isText && err == nil
	}
	return isText
}
