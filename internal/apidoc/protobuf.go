package apidoc

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
)

// proto reads Protocol Buffers, proto2, proto3 and editions:
// https://protobuf.dev/reference/protobuf/proto3-spec/
type proto struct {
	*parse
	lex   *lexer
	tok   token
	depth int
}

// maxNesting is how deep messages may stand in messages.
const maxNesting = 64

func (p *parse) protobuf(definition string) {
	p.ref = &Reference{Format: Protobuf, Spec: "proto2"}
	words := dialect{slash: true, single: true, dots: true}
	r := &proto{parse: p, lex: newLexer(definition, words)}
	r.advance()
	if r.tok.kind == end {
		p.ref = nil
		p.report(diag.Warning, CodeInvalid, diag.Pos{Line: 1, Col: 1}, "the definition is empty", "")
		return
	}
	for r.tok.kind != end {
		r.statement("")
	}
	p.unclosed(newLexer(definition, words))
}

func (r *proto) advance() { r.tok = r.lex.next() }

func (r *proto) take(s string) bool {
	if !r.tok.is(s) {
		return false
	}
	r.advance()
	return true
}

func (r *proto) word() string {
	if r.tok.kind != name {
		return ""
	}
	s := r.tok.text
	r.advance()
	return s
}

// statement reads one statement of a file (scope "") or of a message, whose
// name the scope then is.
func (r *proto) statement(scope string) {
	first := r.tok
	switch keyword := r.word(); {
	case keyword == "syntax" || keyword == "edition":
		r.syntax(keyword)
	case keyword == "package" && scope == "":
		r.ref.Title = line(r.tok.text)
		r.ref.Description = text(first.doc)
		r.rest()
	case (keyword == "message" || keyword == "enum") && r.tok.kind == name:
		r.named(keyword, scope, first)
	case keyword == "service" && scope == "" && r.tok.kind == name:
		r.service(first)
	case keyword == "oneof" || keyword == "extend":
		r.block(scope)
	case keyword == "" && scope == "" && !first.is(";"):
		r.report(diag.Warning, CodeInvalid, pos(first.line), fmt.Sprintf("%q begins no statement of Protocol Buffers", line(first.text)), "")
		r.rest()
	default:
		r.rest()
	}
}

func (r *proto) syntax(keyword string) {
	r.take("=")
	if r.tok.kind == quoted {
		r.ref.Spec = line(r.tok.text)
		if keyword == "edition" {
			r.ref.Spec = "edition " + r.ref.Spec
		}
	}
	r.rest()
}

// rest passes the remains of a statement: up to its semicolon or over its block.
func (r *proto) rest() {
	for depth := 0; r.tok.kind != end; {
		switch {
		case r.tok.is("{"):
			depth++
		case r.tok.is("}"):
			if depth == 0 {
				if r.depth == 0 {
					r.advance() // a stray brace of the file
				}
				return // the end of the block around
			}
			depth--
		}
		done := depth == 0 && (r.tok.is(";") || r.tok.is("}"))
		r.advance()
		if done {
			return
		}
	}
}

// named reads a message or an enum and lists it under the name of its scope.
func (r *proto) named(kind, scope string, first token) {
	full := r.word()
	if scope != "" {
		full = scope + "." + full
	}
	i := len(r.ref.Schemas)
	r.schema(kind, full, first.doc, false, first.line)
	var deprecated bool
	if kind == "enum" {
		deprecated = r.values()
	} else {
		deprecated = r.block(full)
	}
	if i < len(r.ref.Schemas) {
		r.ref.Schemas[i].Deprecated = deprecated
	}
}

// block reads the statements in braces and tells whether one of them is
// "option deprecated = true".
func (r *proto) block(scope string) (deprecated bool) {
	for r.tok.kind != end && !r.tok.is("{") && !r.tok.is(";") && !r.tok.is("}") {
		r.advance()
	}
	if !r.tok.is("{") {
		r.take(";")
		return false
	}
	if r.depth++; r.depth > maxNesting {
		r.depth--
		r.rest()
		return false
	}
	r.advance()
	for r.tok.kind != end && !r.tok.is("}") {
		if r.tok.is("option") {
			deprecated = r.option() || deprecated
		} else {
			r.statement(scope)
		}
	}
	r.depth--
	r.take("}")
	return deprecated
}

// values passes the values of an enum.
func (r *proto) values() (deprecated bool) {
	if !r.take("{") {
		return false
	}
	r.depth++
	for r.tok.kind != end && !r.tok.is("}") {
		if r.tok.is("option") {
			deprecated = r.option() || deprecated
		} else {
			r.rest()
		}
	}
	r.depth--
	r.take("}")
	return deprecated
}

// option reads "option … ;" and tells whether it says deprecated = true.
func (r *proto) option() bool {
	r.advance()
	deprecated := r.take("deprecated") && r.take("=") && r.tok.is("true")
	r.rest()
	return deprecated
}

func (r *proto) service(first token) {
	service := r.word()
	g := r.group(service)
	g.Description = text(first.doc)
	if !r.take("{") {
		r.rest()
		return
	}
	r.depth++
	for r.tok.kind != end && !r.tok.is("}") {
		at := r.tok
		if r.take("rpc") {
			r.rpc(service, at)
		} else {
			r.advance()
			r.rest()
		}
	}
	r.depth--
	r.take("}")
}

// rpc reads "Name (stream In) returns (stream Out)" and its end: a semicolon or
// a block of options.
func (r *proto) rpc(service string, first token) {
	method := r.word()
	in, inStream := r.message()
	r.take("returns")
	out, outStream := r.message()
	it := Item{
		Method: streaming(inStream, outStream), Name: line(method), Line: first.line,
		Path:    line(fmt.Sprintf("%s(%s) → %s", method, arrow(in, inStream), arrow(out, outStream))),
		Summary: firstSentence(first.doc), Description: text(first.doc),
	}
	if method == "" || in == "" || out == "" {
		r.report(diag.Warning, CodeInvalid, pos(first.line), fmt.Sprintf("a method of the service %q is incomplete", line(service)), "write \"rpc Name (Request) returns (Response);\"")
	}
	if r.tok.is("{") {
		it.Deprecated = r.block("\x00")
	} else {
		r.rest()
	}
	if method != "" {
		it.ID = r.id("op", service+"."+method)
		r.add(service, it)
	}
}

func (r *proto) message() (typ string, stream bool) {
	if !r.take("(") {
		return "", false
	}
	typ = r.word()
	if typ == "stream" && r.tok.kind == name {
		typ, stream = r.word(), true
	}
	r.take(")")
	return typ, stream
}

func streaming(in, out bool) string {
	switch {
	case in && out:
		return "STREAM"
	case in:
		return "CLIENT STREAM"
	case out:
		return "SERVER STREAM"
	}
	return "UNARY"
}

func arrow(typ string, stream bool) string {
	return strings.TrimSpace(strings.Repeat("stream ", btoi(stream)) + typ)
}
