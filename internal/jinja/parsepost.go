package jinja

import "strconv"

// postfix reads what is taken of an expression: attributes, elements, calls.
func (p *parser) postfix(x expr) expr {
	for {
		switch {
		case p.tok().is(tOp, "."):
			x = p.attribute(x)
		case p.tok().is(tOp, "["):
			x = p.subscript(x)
		case p.tok().is(tOp, "("):
			x = p.call(x)
		default:
			return x
		}
	}
}

func (p *parser) attribute(x expr) expr {
	here := at(p.advance().from)
	switch t := p.tok(); t.kind {
	case tName:
		return &attrExpr{here, x, p.advance().text}
	case tInt:
		n, _ := strconv.ParseInt(p.advance().text, 10, 64) // the lexer has checked it
		return &itemExpr{here, x, &constExpr{here, n}}
	}
	p.unexpected("a name or a number")
	return nil
}

func (p *parser) subscript(x expr) expr {
	here := at(p.advance().from)
	if p.op(":") {
		return p.slice(here, x, nil)
	}
	i := p.expression()
	if p.op(":") {
		return p.slice(here, x, i)
	}
	if p.op(",") {
		i = &listExpr{here, append([]expr{i}, p.list("]")...), true}
	} else {
		p.expectOp("]")
	}
	return &itemExpr{here, x, i}
}

// slice reads [from:to:step] behind its first colon.
func (p *parser) slice(here at, x, from expr) expr {
	s := &sliceExpr{at: here, of: x, from: from}
	if !p.tok().is(tOp, ":") && !p.tok().is(tOp, "]") {
		s.to = p.expression()
	}
	if p.op(":") && !p.tok().is(tOp, "]") {
		s.step = p.expression()
	}
	p.expectOp("]")
	return s
}

func (p *parser) call(x expr) expr {
	here := at(p.tok().from)
	return &callExpr{here, x, p.arguments()}
}

func (p *parser) arguments() (a arguments) {
	p.expectOp("(")
	for first := true; !p.op(")"); first = false {
		if !first {
			p.expectOp(",")
			if p.op(")") {
				break
			}
		}
		p.argument(&a)
	}
	return a
}

func (p *parser) argument(a *arguments) {
	switch t := p.tok(); {
	case a.starstar == nil && p.op("**"):
		a.starstar = p.expression()
	case a.starstar == nil && a.star == nil && p.op("*"):
		a.star = p.expression()
	case t.kind == tName && p.toks[p.i+1].is(tOp, "="):
		p.i += 2
		a.names = append(a.names, t.text)
		a.args = append(a.args, p.expression())
	case len(a.names) > 0 || a.star != nil || a.starstar != nil:
		p.u.fail(t.from, "an argument without a name follows one that has one")
	default:
		a.args = append(a.args, p.expression())
	}
}

// filterChain reads the filters and tests behind an expression.
func (p *parser) filterChain(x expr) expr {
	for {
		switch {
		case p.op("|"):
			x = p.filter(x)
		case x != nil && p.tok().is(tName, "is"):
			x = p.test(x)
		case x != nil && p.tok().is(tOp, "("):
			x = p.call(x)
		default:
			return x
		}
	}
}

// filters reads a chain that has no | before its first.
func (p *parser) filters(x expr) expr { return p.filterChain(p.filter(x)) }

func (p *parser) filter(x expr) expr {
	t := p.expectName()
	f := &filterExpr{at: at(t.from), of: x, name: p.dotted(t)}
	if p.tok().is(tOp, "(") {
		f.args = p.arguments()
	}
	return f
}

// dotted reads the rest of a name with points in it.
func (p *parser) dotted(t token) string {
	name := t.text
	for p.op(".") {
		name += "." + p.expectName().text
	}
	return name
}

// test reads the name of a test and its arguments: in brackets, or one without.
func (p *parser) test(x expr) expr {
	p.advance()
	s := &testExpr{of: x, not: p.word("not")}
	t := p.expectName()
	s.at, s.name = at(t.from), p.dotted(t)
	switch n := p.tok(); {
	case n.is(tOp, "("):
		s.args = p.arguments()
	case n.kind == tString, n.kind == tInt, n.kind == tFloat, n.is(tOp, "["), n.is(tOp, "{"),
		n.kind == tName && n.text != "else" && n.text != "or" && n.text != "and" && n.text != "is" && n.text != "if":
		if n.text == "is" {
			break
		}
		s.args.args = []expr{p.postfix(p.primary())}
	}
	return s
}
