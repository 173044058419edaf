package githubtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// text writes down what was kept, in alphabetical order.
func (k *keeper) text() string {
	k.interfaces()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(k.types)) {
		if d := k.schema.Types[name]; d != nil && !d.BuiltIn {
			k.definition(&b, d)
		}
	}
	return b.String()
}

// interfaces gives every kept type the fields of the kept interfaces that it
// implements, which a schema must, and every type a field.
func (k *keeper) interfaces() {
	for name := range k.types {
		if d := k.schema.Types[name]; len(k.fields[name]) == 0 && (d.Kind == ast.Interface || d.Kind == ast.Object) {
			k.field(name, d.Fields[0].Name) // a type needs one
		}
	}
	for name := range maps.Clone(k.types) {
		for _, i := range k.schema.Types[name].Interfaces {
			if !k.types[i] {
				continue
			}
			for f := range k.fields[i] {
				k.field(name, f)
			}
		}
	}
}

func (k *keeper) definition(b *strings.Builder, d *ast.Definition) {
	switch d.Kind {
	case ast.Scalar:
		fmt.Fprintf(b, "scalar %s\n\n", d.Name)
	case ast.Enum:
		fmt.Fprintf(b, "enum %s {\n", d.Name)
		for _, v := range d.EnumValues {
			fmt.Fprintf(b, "  %s\n", v.Name)
		}
		b.WriteString("}\n\n")
	case ast.InputObject:
		fmt.Fprintf(b, "input %s {\n", d.Name)
		for _, f := range d.Fields {
			fmt.Fprintf(b, "  %s\n", parameterText(f.Name, f.Type, f.DefaultValue))
		}
		b.WriteString("}\n\n")
	case ast.Object, ast.Interface:
		k.object(b, d)
	}
}

func (k *keeper) object(b *strings.Builder, d *ast.Definition) {
	word := map[ast.DefinitionKind]string{ast.Object: "type", ast.Interface: "interface"}[d.Kind]
	fmt.Fprintf(b, "%s %s", word, d.Name)
	var is []string
	for _, i := range d.Interfaces {
		if k.types[i] {
			is = append(is, i)
		}
	}
	if len(is) > 0 {
		fmt.Fprintf(b, " implements %s", strings.Join(is, " & "))
	}
	b.WriteString(" {\n")
	fields := k.fields[d.Name]
	for _, f := range d.Fields {
		if !fields[f.Name] {
			continue
		}
		b.WriteString("  " + f.Name)
		if len(f.Arguments) > 0 {
			var as []string
			for _, a := range f.Arguments {
				as = append(as, parameterText(a.Name, a.Type, a.DefaultValue))
			}
			b.WriteString("(" + strings.Join(as, ", ") + ")")
		}
		fmt.Fprintf(b, ": %s\n", f.Type)
	}
	b.WriteString("}\n\n")
}

func parameterText(name string, t *ast.Type, value *ast.Value) string {
	s := name + ": " + t.String()
	if value != nil {
		s += " = " + value.String()
	}
	return s
}
