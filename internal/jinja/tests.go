package jinja

import "strings"

func (x *testExpr) eval(r *run) any {
	v := r.value(x.of)
	args := r.arguments(x.args)
	r.at = x.pos()
	return r.test(x.name, v, args) != x.not
}

// test asks something of a value.
func (r *run) test(name string, v any, c called) bool {
	if t, ok := tests[name]; ok {
		return t(v)
	}
	if op, ok := relations[name]; ok {
		if len(c.args) != 1 {
			r.fail("the test %q takes one value", name)
		}
		return r.compare(op, v, c.args[0])
	}
	switch name {
	case "odd", "even", "divisibleby":
		return r.divisible(name, v, c)
	case "filter":
		_, ok := r.lib.filters[r.text(v)]
		return ok || r.env.Filters[r.text(v)] != nil
	case "test":
		return isTest(r.text(v))
	case "sameas":
		return len(c.args) == 1 && typeName(v) == typeName(c.args[0]) && r.equal(v, c.args[0], 0)
	}
	r.fail("there is no test %q", name)
	return false
}

func isTest(name string) bool {
	_, one := tests[name]
	_, two := relations[name]
	return one || two || name == "odd" || name == "even" || name == "divisibleby" || name == "filter" || name == "test" || name == "sameas"
}

func (r *run) divisible(name string, v any, c called) bool {
	by := int64(2)
	if name == "divisibleby" {
		if len(c.args) != 1 {
			r.fail("the test %q takes one number", name)
		}
		by, _ = c.args[0].(int64)
	}
	i, _, isInt, ok := number(v)
	if !ok || !isInt || by == 0 {
		r.fail("%s is no whole number", r.name(v))
	}
	return (i%by == 0) == (name != "odd")
}

// relations are the tests that compare, and the operators they stand for.
var relations = map[string]string{
	"eq": "==", "==": "==", "equalto": "==", "ne": "!=", "!=": "!=", "lt": "<", "<": "<", "lessthan": "<",
	"le": "<=", "<=": "<=", "gt": ">", ">": ">", "greaterthan": ">", "ge": ">=", ">=": ">=", "in": "in",
}

// tests are those of a value alone.
var tests = map[string]func(v any) bool{
	"defined":   func(v any) bool { _, missing := v.(*undefined); return !missing },
	"undefined": func(v any) bool { _, missing := v.(*undefined); return missing },
	"none":      func(v any) bool { return v == nil },
	"true":      func(v any) bool { return v == true },
	"false":     func(v any) bool { return v == false },
	"boolean":   func(v any) bool { _, ok := v.(bool); return ok },
	"integer":   func(v any) bool { _, ok := v.(int64); return ok },
	"float":     func(v any) bool { _, ok := v.(float64); return ok },
	"number":    func(v any) bool { _, _, _, ok := number(v); return ok },
	"string":    func(v any) bool { _, ok := str(v); return ok },
	"mapping":   func(v any) bool { _, ok := v.(*Dict); return ok },
	"escaped":   func(v any) bool { _, ok := v.(safe); return ok },
	"sequence":  sequence,
	"iterable":  sequence,
	"lower":     func(v any) bool { s, ok := str(v); return ok && s == strings.ToLower(s) && s != strings.ToUpper(s) },
	"upper":     func(v any) bool { s, ok := str(v); return ok && s == strings.ToUpper(s) && s != strings.ToLower(s) },
	"callable": func(v any) bool {
		switch v.(type) {
		case given, builtin, method, *macro, *loop, *joiner:
			return true
		}
		return false
	},
}

func sequence(v any) bool {
	switch v.(type) {
	case *List, *Dict, string, safe, *undefined:
		return true
	}
	return false
}
