package jinja

import (
	"slices"
	"strconv"
)

// parser reads the tokens of a template into a tree, by recursive descent.
type parser struct {
	u         *unit
	toks      []token
	i         int
	depthLeft int
}

func (p *parser) tok() token { return p.toks[p.i] }

func (p *parser) advance() token {
	t := p.toks[p.i]
	if t.kind != tEnd {
		p.i++
	}
	return t
}

func (t token) is(k kind, text string) bool { return t.kind == k && t.text == text }

func (t token) String() string {
	switch t.kind {
	case tEnd:
		return "the end of the text"
	case tVarEnd, tBlockEnd:
		return "the end of the tag"
	case tString:
		return "a string"
	}
	return strconv.Quote(t.text)
}

// skip passes over a name or operator, if it is the next.
func (p *parser) skip(k kind, text string) bool {
	if p.tok().is(k, text) {
		p.i++
		return true
	}
	return false
}

func (p *parser) op(text string) bool { return p.skip(tOp, text) }

func (p *parser) word(text string) bool { return p.skip(tName, text) }

func (p *parser) expectOp(text string) {
	if !p.op(text) {
		p.unexpected(strconv.Quote(text))
	}
}

func (p *parser) expectName() token {
	if p.tok().kind != tName {
		p.unexpected("a name")
	}
	return p.advance()
}

func (p *parser) unexpected(want string) {
	p.u.fail(p.tok().from, "expected %s, found %s", want, p.tok())
}

// deeper runs f one level deeper.
func deeper[T any](p *parser, f func() T) T {
	if p.depthLeft--; p.depthLeft < 0 {
		p.u.fail(p.tok().from, "the template is too deep")
	}
	v := f()
	p.depthLeft++
	return v
}

// body reads up to a tag whose name is one of ends, or to the end of the
// template if there are none. opened and from are the tag that wants the end.
func (p *parser) body(opened string, from int, ends ...string) []stmt {
	var out []stmt
	for {
		t := p.advance()
		switch t.kind {
		case tData:
			out = append(out, &dataStmt{extent{t.from, t.to}, t.text})
		case tVarStart:
			out = append(out, p.output(t))
		case tBlockStart:
			if p.tok().kind == tName && slices.Contains(ends, p.tok().text) {
				return out
			}
			out = append(out, deeper(p, func() stmt { return p.statement(t.from) }))
		default:
			if len(ends) > 0 {
				p.u.fail(from, "the tag %q is not closed", opened)
			}
			return out
		}
	}
}

func (p *parser) output(start token) stmt {
	x := p.tuple(nil)
	if p.tok().kind != tVarEnd {
		p.unexpected("the end of the tag")
	}
	return &outputStmt{extent{start.from, p.advance().to}, x}
}

// finish reads the end of a block tag and tells where it is.
func (p *parser) finish() int {
	if p.tok().kind != tBlockEnd {
		p.unexpected("the end of the tag")
	}
	return p.advance().to
}

// end reads the tag that closes another, of which its name is next.
func (p *parser) end() int {
	p.advance()
	return p.finish()
}

// statement reads a block tag and, if it has one, its body.
func (p *parser) statement(from int) stmt {
	name := p.expectName()
	switch name.text {
	case "if":
		return p.ifTag(from)
	case "for":
		return p.forTag(from)
	case "set":
		return p.setTag(from)
	case "macro":
		return p.macroTag(from)
	case "call":
		return p.callTag(from)
	case "filter":
		f := p.filters(nil)
		p.finish()
		body := p.body("filter", from, "endfilter")
		return &filterStmt{extent{from, p.end()}, f, body}
	case "with":
		return p.withTag(from)
	case "include":
		return p.includeTag(from)
	case "import", "from":
		return p.importTag(from, name.text == "from")
	case "block":
		return p.blockTag(from)
	case "extends":
		x := p.expression()
		return &extendsStmt{extent{from, p.finish()}, x}
	case "autoescape":
		p.expression()
		p.finish()
		body := p.body("autoescape", from, "endautoescape")
		return &scopeStmt{extent{from, p.end()}, body}
	case "do", "print":
		x := p.tuple(nil)
		if name.text == "print" {
			return &outputStmt{extent{from, p.finish()}, x}
		}
		return &doStmt{extent{from, p.finish()}, x}
	case "break":
		return &flowStmt{extent{from, p.finish()}, breakLoop}
	case "continue":
		return &flowStmt{extent{from, p.finish()}, nextRound}
	}
	p.u.fail(name.from, "unknown tag %q", name.text)
	return nil
}
