package jinja

import (
	"slices"
	"strconv"
)

// expression reads one expression, with conditions.
func (p *parser) expression() expr { return deeper(p, p.condition) }

func (p *parser) condition() expr {
	x := p.or()
	for p.tok().is(tName, "if") {
		from := p.advance().from
		c := &condExpr{at: at(from), then: x, test: p.or()}
		if p.word("else") {
			c.other = deeper(p, p.condition)
		}
		x = c
	}
	return x
}

// tuple reads expressions parted by commas: one is itself, more are a tuple.
// Words of stop end it.
func (p *parser) tuple(stop []string) expr { return p.tupleOr(true, stop) }

// tupleOr is tuple, without conditions in its expressions if they would take
// an "if" that is not theirs.
func (p *parser) tupleOr(conditions bool, stop []string) expr {
	from := p.tok().from
	var items []expr
	comma := false
	for !p.tupleEnd(stop) {
		if conditions {
			items = append(items, p.expression())
		} else {
			items = append(items, deeper(p, p.or))
		}
		if comma = p.op(",") || comma; !p.toks[p.i-1].is(tOp, ",") {
			break
		}
	}
	switch {
	case comma:
		return &listExpr{at(from), items, true}
	case len(items) == 0:
		p.unexpected("an expression")
	}
	return items[0]
}

func (p *parser) tupleEnd(stop []string) bool {
	t := p.tok()
	return t.kind == tVarEnd || t.kind == tBlockEnd || t.is(tOp, ")") || t.kind == tName && slices.Contains(stop, t.text)
}

func (p *parser) or() expr {
	x := p.and()
	for p.word("or") {
		x = &logicExpr{at(x.pos()), true, x, p.and()}
	}
	return x
}

func (p *parser) and() expr {
	x := p.not()
	for p.word("and") {
		x = &logicExpr{at(x.pos()), false, x, p.not()}
	}
	return x
}

func (p *parser) not() expr {
	if from := p.tok().from; p.word("not") {
		return &unaryExpr{at(from), "not", deeper(p, p.not)}
	}
	return p.compare()
}

func (p *parser) compare() expr {
	x := p.sum()
	c := &compareExpr{at: at(x.pos()), first: x}
	for {
		t := p.tok()
		switch {
		case t.kind == tOp && slices.Contains([]string{"==", "!=", "<", ">", "<=", ">="}, t.text), t.is(tName, "in"):
			p.i++
			c.ops = append(c.ops, t.text)
		case t.is(tName, "not") && p.toks[p.i+1].is(tName, "in"):
			p.i += 2
			c.ops = append(c.ops, "not in")
		case len(c.ops) == 0:
			return x
		default:
			return c
		}
		c.rest = append(c.rest, p.sum())
	}
}

// binary reads a chain of operators of one rank, from left to right.
func (p *parser) binary(next func() expr, ops ...string) expr {
	x := next()
	for p.tok().kind == tOp && slices.Contains(ops, p.tok().text) {
		t := p.advance()
		x = &binaryExpr{at(t.from), t.text, x, next()}
	}
	return x
}

func (p *parser) sum() expr { return p.binary(p.concat, "+", "-") }

func (p *parser) concat() expr {
	x := p.product()
	if !p.tok().is(tOp, "~") {
		return x
	}
	c := &concatExpr{at(p.tok().from), []expr{x}}
	for p.op("~") {
		c.parts = append(c.parts, p.product())
	}
	return c
}

func (p *parser) product() expr { return p.binary(p.power, "*", "/", "//", "%") }

func (p *parser) power() expr { return p.binary(p.unary, "**") }

func (p *parser) unary() expr { return p.filterChain(p.signed()) }

// signed is an expression with its sign, and what is called or taken of it, but
// without filters.
func (p *parser) signed() expr {
	from := p.tok().from
	for _, op := range [...]string{"-", "+"} {
		if p.op(op) {
			return p.postfix(&unaryExpr{at(from), op, deeper(p, p.signed)})
		}
	}
	return p.postfix(p.primary())
}

func (p *parser) primary() expr {
	t := p.tok()
	here := at(t.from)
	if t.kind < tName || t.kind == tOp && t.text != "(" && t.text != "[" && t.text != "{" {
		p.unexpected("an expression")
	}
	p.i++
	switch t.kind {
	case tName:
		return named(t)
	case tString:
		s := t.text
		for p.tok().kind == tString {
			s += p.advance().text
		}
		return &constExpr{here, s}
	case tInt:
		n, _ := strconv.ParseInt(t.text, 10, 64) // the lexer has checked it
		return &constExpr{here, n}
	case tFloat:
		f, _ := strconv.ParseFloat(t.text, 64)
		return &constExpr{here, f}
	}
	switch t.text {
	case "(":
		return p.parens(t)
	case "[":
		return &listExpr{here, p.list("]"), false}
	}
	return p.dict(t)
}

func named(t token) expr {
	here := at(t.from)
	switch t.text {
	case "true", "True":
		return &constExpr{here, true}
	case "false", "False":
		return &constExpr{here, false}
	case "none", "None":
		return &constExpr{here, nil}
	}
	return &nameExpr{here, t.text}
}

// parens reads what stands in round brackets: an expression or a tuple.
func (p *parser) parens(open token) expr {
	if p.op(")") {
		return &listExpr{at(open.from), nil, true}
	}
	x := deeper(p, func() expr { return p.tuple(nil) })
	p.expectOp(")")
	return x
}

// list reads expressions parted by commas up to a bracket.
func (p *parser) list(end string) (out []expr) {
	for !p.op(end) {
		if len(out) > 0 {
			p.expectOp(",")
			if p.op(end) {
				break
			}
		}
		out = append(out, p.expression())
	}
	return out
}

func (p *parser) dict(open token) expr {
	d := &dictExpr{at: at(open.from)}
	for !p.op("}") {
		if len(d.keys) > 0 {
			p.expectOp(",")
			if p.op("}") {
				break
			}
		}
		d.keys = append(d.keys, p.expression())
		p.expectOp(":")
		d.values = append(d.values, p.expression())
	}
	return d
}
