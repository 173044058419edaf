package gitlab_test

import (
	"fmt"
	"strings"
	"text/scanner"
)

// object is a value of the server's: fields are values, or functions of their
// arguments.
type object map[string]any

type field struct {
	alias, name string
	args        map[string]any // constants, and variables as variable
	fields      []field
}

type variable string

// parse reads a query as GraphQL has it, without fragments and directives.
func parse(text string) (declared map[string]string, fields []field, err error) {
	p := &parser{}
	p.Init(strings.NewReader(text))
	p.Mode = scanner.ScanIdents | scanner.ScanInts | scanner.ScanStrings
	p.Error = func(*scanner.Scanner, string) {}
	p.step()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parse error: %v", r)
		}
	}()
	declared = map[string]string{}
	p.want("query")
	if p.tok == "(" {
		p.step()
		for p.tok != ")" {
			name := p.variable()
			p.want(":")
			declared[name] = p.typeName()
			if p.tok == "," {
				p.step()
			}
		}
		p.step()
	}
	fields = p.set()
	if p.tok != "" {
		panic("after the query stands " + p.tok)
	}
	return declared, fields, nil
}

type parser struct {
	scanner.Scanner
	tok string
}

func (p *parser) step() string {
	was := p.tok
	p.tok = ""
	if p.Scan() != scanner.EOF {
		p.tok = p.TokenText()
	}
	return was
}

func (p *parser) want(tok string) {
	if p.tok != tok {
		panic(fmt.Sprintf("expected %q, got %q", tok, p.tok))
	}
	p.step()
}

func (p *parser) variable() string {
	p.want("$")
	return p.step()
}

func (p *parser) typeName() (out string) {
	for p.tok == "[" || p.tok == "]" || p.tok == "!" || out == "" || strings.HasSuffix(out, "[") {
		out += p.step()
	}
	return out
}

func (p *parser) set() (out []field) {
	p.want("{")
	for p.tok != "}" {
		if p.tok == "" {
			panic("unexpected end")
		}
		f := field{alias: p.step()}
		f.name = f.alias
		if p.tok == ":" {
			p.step()
			f.name = p.step()
		}
		if p.tok == "(" {
			f.args = p.arguments()
		}
		if p.tok == "{" {
			f.fields = p.set()
		}
		out = append(out, f)
	}
	p.step()
	return out
}

func (p *parser) arguments() map[string]any {
	out := map[string]any{}
	p.want("(")
	for p.tok != ")" {
		name := p.step()
		p.want(":")
		if p.tok == "$" {
			out[name] = variable(p.variable())
		} else {
			out[name] = p.step()
		}
		if p.tok == "," {
			p.step()
		}
	}
	p.step()
	return out
}

// answer executes the fields of a query on an object. What the object does not
// have is an error, as of a server that checks queries by its schema.
func answer(on object, fields []field, vars map[string]any) (map[string]any, error) {
	out := map[string]any{}
	for _, f := range fields {
		v, ok := on[f.name]
		if !ok {
			return nil, fmt.Errorf("Field '%s' doesn't exist on type '%v'", f.name, on["__typename"])
		}
		args := map[string]any{}
		for name, a := range f.args {
			if ref, is := a.(variable); is {
				a = vars[string(ref)]
			}
			args[name] = a
		}
		if call, is := v.(func(map[string]any) any); is {
			v = call(args)
		} else if len(args) > 0 {
			return nil, fmt.Errorf("Field '%s' doesn't accept argument", f.name)
		}
		var err error
		if out[f.alias], err = complete(v, f, vars); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func complete(v any, f field, vars map[string]any) (any, error) {
	switch v := v.(type) {
	case object:
		if v == nil {
			return nil, nil
		}
		if len(f.fields) == 0 {
			return nil, fmt.Errorf("Field must have selections (field '%s')", f.name)
		}
		return answer(v, f.fields, vars)
	case []object:
		out := []any{}
		for _, o := range v {
			a, err := complete(o, f, vars)
			if err != nil {
				return nil, err
			}
			out = append(out, a)
		}
		return out, nil
	}
	if len(f.fields) > 0 && v != nil {
		return nil, fmt.Errorf("Selections can't be made on scalars (field '%s')", f.name)
	}
	return v, nil
}
