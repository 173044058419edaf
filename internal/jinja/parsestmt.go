package jinja

func (p *parser) ifTag(from int) stmt {
	s := &ifStmt{}
	for {
		s.tests = append(s.tests, p.tupleOr(false, nil))
		p.finish()
		s.bodies = append(s.bodies, p.body("if", from, "elif", "else", "endif"))
		switch {
		case p.word("elif"):
			continue
		case p.word("else"):
			p.finish()
			s.bodies = append(s.bodies, p.body("if", from, "endif"))
		}
		s.extent = extent{from, p.end()}
		return s
	}
}

func (p *parser) forTag(from int) stmt {
	s := &forStmt{target: p.targets(false)}
	if !p.word("in") {
		p.unexpected(`"in"`)
	}
	s.in = p.tupleOr(false, []string{"recursive"})
	if p.word("if") {
		s.test = p.expression()
	}
	s.recursive = p.word("recursive")
	p.finish()
	s.body = p.body("for", from, "else", "endfor")
	if p.word("else") {
		p.finish()
		s.other = p.body("for", from, "endfor")
	}
	s.extent = extent{from, p.end()}
	return s
}

// targets reads what values are given to: one target, or several with commas.
func (p *parser) targets(namespace bool) target {
	first := p.target(namespace)
	if !p.tok().is(tOp, ",") {
		return first
	}
	all := target{at: first.at, parts: []target{first}}
	for p.op(",") {
		if p.tok().kind != tName && !p.tok().is(tOp, "(") || p.tok().is(tName, "in") {
			break
		}
		all.parts = append(all.parts, p.target(namespace))
	}
	return all
}

func (p *parser) target(namespace bool) target {
	if p.op("(") {
		t := deeper(p, func() target { return p.targets(namespace) })
		p.expectOp(")")
		return t
	}
	n := p.expectName()
	switch n.text {
	case "true", "false", "none", "True", "False", "None", "in", "if", "else", "and", "or", "not", "is":
		p.u.fail(n.from, "nothing can be set to %q", n.text)
	}
	t := target{at: n.from, name: n.text}
	if namespace && p.op(".") {
		t.attr = p.expectName().text
	}
	return t
}

func (p *parser) setTag(from int) stmt {
	s := &setStmt{target: p.targets(true)}
	if p.op("=") {
		s.value = p.tuple(nil)
		s.extent = extent{from, p.finish()}
		return s
	}
	if p.tok().is(tOp, "|") {
		s.filter = p.filterChain(nil)
	}
	p.finish()
	s.body = p.body("set", from, "endset")
	s.extent = extent{from, p.end()}
	return s
}

func (p *parser) macroTag(from int) stmt {
	s := &macroStmt{name: p.expectName().text, params: p.params()}
	p.finish()
	s.body = p.body("macro", from, "endmacro")
	s.extent = extent{from, p.end()}
	return s
}

func (p *parser) params() (out []param) {
	p.expectOp("(")
	for !p.op(")") {
		if len(out) > 0 {
			p.expectOp(",")
		}
		n := p.expectName()
		q := param{name: n.text}
		if p.op("=") {
			q.def = p.expression()
		} else if len(out) > 0 && out[len(out)-1].def != nil {
			p.u.fail(n.from, "a parameter without a default follows one that has one")
		}
		out = append(out, q)
	}
	return out
}

func (p *parser) callTag(from int) stmt {
	inner := &macroStmt{name: "caller", caller: true}
	if p.tok().is(tOp, "(") {
		inner.params = p.params()
	}
	x := p.expression()
	call, ok := x.(*callExpr)
	if !ok {
		p.u.fail(x.pos(), "a call was expected")
	}
	p.finish()
	inner.body = p.body("call", from, "endcall")
	s := &callStmt{extent{from, p.end()}, call, inner}
	inner.extent = s.extent
	return s
}

func (p *parser) withTag(from int) stmt {
	s := &withStmt{}
	for p.tok().kind != tBlockEnd {
		if len(s.targets) > 0 {
			p.expectOp(",")
		}
		s.targets = append(s.targets, p.target(false))
		p.expectOp("=")
		s.values = append(s.values, p.expression())
	}
	p.finish()
	s.body = p.body("with", from, "endwith")
	s.extent = extent{from, p.end()}
	return s
}

func (p *parser) includeTag(from int) stmt {
	s := &includeStmt{of: p.expression(), context: true}
	if p.word("ignore") {
		if !p.word("missing") {
			p.unexpected(`"missing"`)
		}
		s.missing = true
	}
	p.context(&s.context)
	s.extent = extent{from, p.finish()}
	return s
}

// context reads "with context" or "without context".
func (p *parser) context(to *bool) {
	t := p.tok()
	if (t.is(tName, "with") || t.is(tName, "without")) && p.toks[p.i+1].is(tName, "context") {
		*to = t.text == "with"
		p.i += 2
	}
}

func (p *parser) importTag(from int, names bool) stmt {
	s := &importStmt{of: p.expression()}
	if !names {
		if !p.word("as") {
			p.unexpected(`"as"`)
		}
		s.as = p.expectName().text
		p.context(&s.context)
		s.extent = extent{from, p.finish()}
		return s
	}
	if !p.word("import") {
		p.unexpected(`"import"`)
	}
	for p.tok().kind == tName {
		before := p.i
		if p.context(&s.context); p.i != before {
			break
		}
		n := [2]string{p.advance().text}
		n[1] = n[0]
		if p.word("as") {
			n[1] = p.expectName().text
		}
		s.names = append(s.names, n)
		if !p.op(",") {
			p.context(&s.context)
			break
		}
	}
	s.extent = extent{from, p.finish()}
	return s
}

func (p *parser) blockTag(from int) stmt {
	n := p.expectName()
	s := &blockStmt{name: n.text, u: p.u}
	p.word("scoped")
	p.word("required")
	p.finish()
	s.body = p.body("block", from, "endblock")
	p.advance()
	p.word(n.text)
	s.extent = extent{from, p.finish()}
	if p.u.blocks[n.text] != nil {
		p.u.fail(from, "there are two blocks named %q", n.text)
	}
	p.u.blocks[n.text] = s
	return s
}
