package apidoc

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
)

// gql reads GraphQL's schema language:
// https://spec.graphql.org/October2021/#sec-Type-System
type gql struct {
	*parse
	lex   *lexer
	tok   token
	roots map[string]string // of a type, the operation it is the root of
	known map[string]bool   // types already listed; extensions add no other
	held  []rootField
}

// rootField is a field that is an operation if its type turns out to be a root.
type rootField struct {
	of   string
	item Item
}

// rootOrder is the order of the groups, with the default names of their types.
var rootOrder = [...]struct{ operation, typ, group string }{
	{"query", "Query", "Queries"},
	{"mutation", "Mutation", "Mutations"},
	{"subscription", "Subscription", "Subscriptions"},
}

func (p *parse) graphql(definition string) {
	p.ref = &Reference{Format: GraphQL}
	words := dialect{hash: true, block: true}
	g := &gql{parse: p, lex: newLexer(definition, words), known: map[string]bool{}}
	g.advance()
	if g.tok.kind == end {
		p.ref = nil
		p.report(diag.Warning, CodeInvalid, diag.Pos{Line: 1, Col: 1}, "the definition is empty", "")
		return
	}
	for g.tok.kind != end {
		g.definition()
	}
	p.unclosed(newLexer(definition, words))
	g.operations()
}

func (g *gql) advance() { g.tok = g.lex.next() }

// take passes the token if it is s.
func (g *gql) take(s string) bool {
	if !g.tok.is(s) {
		return false
	}
	g.advance()
	return true
}

// word passes a name and returns it, "" if the token is none.
func (g *gql) word() string {
	if g.tok.kind != name {
		return ""
	}
	s := g.tok.text
	g.advance()
	return s
}

// description passes a string before a definition.
func (g *gql) description() string {
	if g.tok.kind != quoted {
		return ""
	}
	s := g.tok.text
	g.advance()
	return s
}

// definition reads one definition, or reports a token that begins none.
func (g *gql) definition() {
	about := g.description()
	extend := g.take("extend")
	at := g.tok.line
	switch kind := g.word(); kind {
	case "schema":
		g.schemaBlock(about)
	case "type", "interface", "input", "enum", "union", "scalar", "directive":
		g.typ(kind, about, extend, at)
	default:
		g.unknown(kind, at)
	}
}

func (g *gql) unknown(kind string, at int) {
	if kind == "" {
		kind = g.tok.text
		g.advance()
	}
	g.report(diag.Warning, CodeInvalid, pos(at), fmt.Sprintf("%q begins no definition of GraphQL's schema language", line(kind)), "")
	for g.tok.kind == name { // to the next definition, or over a block
		if isDefinition(g.tok.text) {
			return
		}
		g.advance()
	}
	if g.tok.is("{") {
		g.skipBlock()
	}
}

func isDefinition(s string) bool {
	switch s {
	case "schema", "type", "interface", "input", "enum", "union", "scalar", "directive", "extend":
		return true
	}
	return false
}

// skipBlock passes a block in braces with everything inside.
func (g *gql) skipBlock() {
	for depth := 0; g.tok.kind != end; {
		switch {
		case g.tok.is("{"):
			depth++
		case g.tok.is("}"):
			depth--
		}
		g.advance()
		if depth == 0 {
			return
		}
	}
}

// schemaBlock reads "schema { query: Q … }".
func (g *gql) schemaBlock(about string) {
	g.ref.Description = text(about)
	g.directives()
	if g.roots == nil {
		g.roots = map[string]string{}
	}
	if !g.take("{") {
		return
	}
	for g.tok.kind != end && !g.take("}") {
		g.description()
		operation := g.word()
		if operation == "" || !g.take(":") {
			g.advance()
			continue
		}
		g.roots[g.word()] = operation
	}
}

// typ reads a named type or a directive after its keyword.
func (g *gql) typ(kind, about string, extend bool, at int) {
	if kind == "directive" {
		g.take("@")
	}
	called := g.word()
	if called == "" {
		g.report(diag.Warning, CodeInvalid, pos(at), fmt.Sprintf("a definition of %q has no name", kind), "")
		return
	}
	if kind == "directive" {
		g.directive()
	} else {
		for g.tok.is("implements") || g.tok.is("&") || g.tok.kind == name && !isDefinition(g.tok.text) {
			g.advance()
		}
	}
	deprecated := g.directives()
	switch {
	case kind == "union" && g.take("="):
		g.union()
	case g.tok.is("{"):
		g.body(kind, called)
	}
	if !g.known[called] && (!extend || !isRootName(called)) {
		g.known[called] = true
		g.schema(kind, called, about, deprecated, at)
	}
}

func isRootName(s string) bool {
	for _, r := range rootOrder {
		if r.typ == s {
			return true
		}
	}
	return false
}

// directive passes arguments and places of a directive's definition.
func (g *gql) directive() {
	g.arguments()
	g.take("repeatable")
	if !g.take("on") {
		return
	}
	for g.tok.is("|") || g.tok.kind == name && !isDefinition(g.tok.text) {
		g.advance()
	}
}

func (g *gql) union() {
	for g.tok.is("|") || g.tok.kind == name && !isDefinition(g.tok.text) {
		g.advance()
	}
}

// directives passes applied directives and tells whether @deprecated is one.
func (g *gql) directives() (deprecated bool) {
	for g.take("@") {
		deprecated = g.word() == "deprecated" || deprecated
		g.arguments()
	}
	return deprecated
}

// maxSignature bounds the text of a field's arguments and type.
const maxSignature = 300

// signature collects the text of tokens with the usual spacing.
type signature struct {
	strings.Builder
	full bool
}

func (s *signature) add(t token) {
	if s.full {
		return
	}
	if s.Len() > maxSignature {
		s.full = true
		s.WriteString("…")
		return
	}
	switch {
	case t.kind == quoted:
		fmt.Fprintf(s, "%q", t.text)
	case t.is(":"), t.is("="):
		s.WriteString(strings.Repeat(" ", btoi(t.is("="))) + t.text + " ")
	case t.kind == name && s.Len() > 0 && isWordEnd(s.String()):
		s.WriteString(", " + t.text)
	default:
		s.WriteString(t.text)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// isWordEnd tells whether the next word needs a comma before it, since commas
// are space in GraphQL and do not arrive here.
func isWordEnd(s string) bool {
	return !strings.ContainsRune(" ([{$@", rune(s[len(s)-1]))
}

// arguments passes "( … )" and returns its text without descriptions.
func (g *gql) arguments() string {
	if !g.tok.is("(") {
		return ""
	}
	var s signature
	depth := 0
	for g.tok.kind != end {
		switch {
		case g.tok.is("("):
			depth++
		case g.tok.is(")"):
			depth--
		}
		if g.tok.kind != quoted || strings.HasSuffix(s.String(), " ") { // else a description
			s.add(g.tok)
		}
		g.advance()
		if depth == 0 {
			break
		}
	}
	return s.String()
}

// body reads the fields or values of a type.
func (g *gql) body(kind, of string) {
	g.advance()
	for g.tok.kind != end && !g.take("}") {
		about, at := g.description(), g.tok.line
		field := g.word()
		if field == "" {
			if g.tok.is("{") {
				g.skipBlock()
			} else if !g.tok.is("}") {
				g.advance()
			}
			continue
		}
		path := field + g.arguments()
		if g.take(":") {
			path += ": " + g.fieldType()
		}
		if g.take("=") {
			g.value()
		}
		deprecated := g.directives()
		if kind == "type" {
			g.field(of, Item{Name: field, Path: line(path), Description: text(about), Summary: firstSentence(about), Deprecated: deprecated, Line: at})
		}
	}
}

// field keeps a field that may be an operation. Most are not: the types that
// are roots by default are kept, and all while a schema block may follow.
func (g *gql) field(of string, it Item) {
	if len(g.held) < 10*MaxItems {
		g.held = append(g.held, rootField{of, it})
	}
}

// fieldType passes a type such as "[Intent!]!".
func (g *gql) fieldType() string {
	var b strings.Builder
	named := false
	for b.Len() < maxSignature {
		switch {
		case g.tok.is("["), g.tok.is("]"), g.tok.is("!"):
		case g.tok.kind == name && !named:
			named = true
		default:
			return b.String()
		}
		b.WriteString(g.tok.text)
		g.advance()
	}
	return b.String()
}

// value passes a default value of an input field.
func (g *gql) value() {
	for depth := 0; g.tok.kind != end; {
		switch {
		case g.tok.is("["), g.tok.is("{"):
			depth++
		case g.tok.is("]"):
			depth--
		case g.tok.is("}"):
			if depth == 0 {
				return
			}
			depth--
		}
		g.advance()
		if depth == 0 {
			return
		}
	}
}

// operations lists the fields of the root types.
func (g *gql) operations() {
	for _, root := range rootOrder {
		for _, f := range g.held {
			operation := g.roots[f.of]
			if g.roots == nil && f.of == root.typ {
				operation = root.operation
			}
			if operation == root.operation {
				f.item.Method = strings.ToUpper(operation)
				f.item.ID = g.id("op", f.item.Name)
				g.add(root.group, f.item)
			}
		}
	}
}

// firstSentence is the first line of a text up to its first full stop.
func firstSentence(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n\n")
	s = line(s)
	if i := strings.Index(s, ". "); i > 0 {
		return s[:i+1]
	}
	return s
}
