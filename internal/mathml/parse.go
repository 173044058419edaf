package mathml

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// parser reads a formula.
type parser struct {
	src     string
	at      int
	depth   int
	display bool
	variant string // of letters
}

func (p *parser) fail(t token, format string, args ...any) error {
	return &Error{t.at, fmt.Sprintf(format, args...)}
}

// ending tells whether a token ends what is read.
type ending func(t token) bool

func endOfSource(t token) bool { return t.text == "" }

func ends(words ...string) ending {
	return func(t token) bool {
		for _, w := range words {
			if t.text == w {
				return true
			}
		}
		return false
	}
}

// atom is a part of a formula, before what stands above and below it is known.
type atom struct {
	xml    string
	limits bool // what is above and below it stands there, and not beside
	name   bool // the name of a function, which has room around it
}

// rows reads lines that \\ divides; several are a table.
func (p *parser) rows(end ending) (string, error) {
	var rows []string
	for {
		nodes, err := p.list(func(t token) bool { return end(t) || t.text == `\\` || t.text == `\cr` })
		if err != nil {
			return "", err
		}
		rows = append(rows, row(nodes))
		if t := p.peek(); end(t) {
			break
		}
		p.next()
	}
	if len(rows) == 1 {
		return rows[0], nil
	}
	return element("mtable", "<mtr><mtd>"+strings.Join(rows, "</mtd></mtr><mtr><mtd>")+"</mtd></mtr>"), nil
}

// list reads parts up to an end, which stays.
func (p *parser) list(end ending) ([]string, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, p.fail(p.peek(), "too many groups in one another")
	}
	variant := p.variant
	defer func() { p.depth, p.variant = p.depth-1, variant }()
	var nodes []string
	for {
		t := p.peek()
		if end(t) {
			return nodes, nil
		}
		if t.text == "" {
			return nil, p.fail(t, "the formula ends too soon")
		}
		if style, ok := displayStyles[t.text]; ok {
			p.next()
			rest, err := p.list(end)
			if err != nil {
				return nil, err
			}
			return append(nodes, "<mstyle "+style+">"+strings.Join(rest, "")+"</mstyle>"), nil
		}
		n, name, err := p.scripted()
		if err != nil {
			return nil, err
		}
		nodes = p.join(nodes, n, name)
	}
}

// join adds a part to others. The name of a function has a little room before it,
// unless that is a sign, and after it, unless a bracket follows.
func (p *parser) join(nodes []string, n string, name bool) []string {
	if n == "" {
		return nodes
	}
	if last := len(nodes) - 1; name && last >= 0 && !strings.HasSuffix(nodes[last], "</mo>") && !strings.HasSuffix(nodes[last], "</mspace>") {
		nodes = append(nodes, space("0.17em"))
	}
	nodes = append(nodes, n)
	if t := p.peek().text; name && t != "" && (isLetter(t[0]) || isDigit(t[0]) || t[0] == '\\' && letters[t[1:]] != "" || t == `\frac`) {
		nodes = append(nodes, space("0.17em"))
	}
	return nodes
}

var displayStyles = map[string]string{
	`\displaystyle`: `displaystyle="true" scriptlevel="0"`, `\textstyle`: `displaystyle="false" scriptlevel="0"`,
	`\scriptstyle`: `displaystyle="false" scriptlevel="1"`, `\scriptscriptstyle`: `displaystyle="false" scriptlevel="2"`,
}

// scripted reads a part with what stands above and below it.
func (p *parser) scripted() (xml string, name bool, err error) {
	var base atom
	if t := p.peek().text; t != "^" && t != "_" && t != "'" {
		if base, err = p.atom(); err != nil {
			return "", false, err
		}
	}
	sub, sup := "", ""
	for {
		t := p.peek()
		switch t.text {
		case "'":
			if sup != "" {
				return "", false, p.fail(t, "two superscripts")
			}
			sup = p.primes()
			continue
		case `\limits`, `\nolimits`:
			p.next()
			base.limits = t.text == `\limits`
			continue
		case "^", "_":
			p.next()
			arg, err := p.argument()
			if err != nil {
				return "", false, err
			}
			into := &sub
			if t.text == "^" {
				into = &sup
			}
			switch {
			case *into != "" && t.text == "^" && strings.HasPrefix(sup, "<mo>′"):
				arg = element("mrow", sup+arg)
			case *into != "":
				return "", false, p.fail(t, "two scripts in one place")
			}
			*into = arg
			continue
		}
		return attach(base, sub, sup), base.name, nil
	}
}

func (p *parser) primes() string {
	n := 0
	for p.peek().text == "'" {
		p.next()
		n++
	}
	return mo(strings.Repeat("′", n))
}

func attach(base atom, sub, sup string) string {
	if sub == "" && sup == "" {
		return base.xml
	}
	if base.xml == "" {
		base.xml = "<mrow></mrow>"
	}
	names := [...]string{"msub", "msup", "msubsup"}
	if base.limits {
		names = [...]string{"munder", "mover", "munderover"}
	}
	switch {
	case sup == "":
		return element(names[0], base.xml+sub)
	case sub == "":
		return element(names[1], base.xml+sup)
	}
	return element(names[2], base.xml+sub+sup)
}

// argument reads what a command is about: a group, or one part.
func (p *parser) argument() (string, error) {
	if t := p.peek(); t.text == "" || t.text == "}" || t.text == "&" || t.text == `\\` {
		return "", p.fail(t, "something is missing")
	}
	if p.depth++; p.depth > MaxDepth {
		return "", p.fail(p.peek(), "too many groups in one another")
	}
	defer func() { p.depth-- }()
	if t := p.peek(); t.text != "" && isDigit(t.text[0]) {
		p.next()
		return element("mn", styled(t.text, p.variant)), nil // one digit, as in x^12
	}
	a, err := p.atom()
	if err == nil && a.xml == "" {
		a.xml = "<mrow></mrow>"
	}
	return a.xml, err
}

// group reads the rest of a group whose brace was taken.
func (p *parser) group() (string, error) {
	nodes, err := p.list(ends("}"))
	p.next()
	return row(nodes), err
}

// inner reads source that stands for itself, such as an option in brackets.
func (p *parser) inner(src string) (string, error) {
	q := &parser{src: src, depth: p.depth, display: p.display, variant: p.variant}
	nodes, err := q.list(endOfSource)
	return row(nodes), err
}

// atom reads a part without what stands above and below it.
func (p *parser) atom() (atom, error) {
	t := p.next()
	if t.command() {
		return p.command(t)
	}
	r, _ := utf8.DecodeRuneInString(t.text)
	switch {
	case t.text == "{":
		g, err := p.group()
		return atom{xml: g}, err
	case t.text == "}" || t.text == "&" || t.text == "^" || t.text == "_" || t.text == "#" || t.text == "$" || t.text == `\`:
		return atom{}, p.fail(t, "%q stands where it cannot", t.text)
	case t.text == "~":
		return atom{xml: space("0.33em")}, nil
	case r >= '0' && r <= '9':
		return atom{xml: element("mn", styled(p.number(t.text), p.variant))}, nil
	case isWord(r):
		return atom{xml: p.letter(t.text)}, nil
	}
	return atom{xml: p.sign(t.text)}, nil
}

// letter is an identifier. One letter is italic of its own accord.
func (p *parser) letter(s string) string {
	if p.variant == "rm" {
		return `<mi mathvariant="normal">` + escape(s) + "</mi>"
	}
	return element("mi", escape(styled(s, p.variant)))
}

var signs = map[string]string{"-": "−", "*": "∗", ":": ":", "`": "‘"}

// sign is an operator. Brackets do not grow by themselves in TeX.
func (p *parser) sign(s string) string {
	if to, ok := signs[s]; ok {
		s = to
	}
	if strings.Contains("()[]|/", s) {
		return `<mo stretchy="false">` + escape(s) + "</mo>"
	}
	return mo(s)
}

func space(width string) string { return `<mspace width="` + width + `"></mspace>` }
