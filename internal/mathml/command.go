package mathml

import "strings"

// command reads what follows a command that was taken.
func (p *parser) command(t token) (atom, error) {
	name := t.text[1:]
	switch {
	case letters[name] != "":
		s := letters[name]
		if strings.ContainsAny(s, upright) || p.variant == "rm" {
			return atom{xml: `<mi mathvariant="normal">` + s + "</mi>"}, nil
		}
		return atom{xml: element("mi", s)}, nil
	case operators[name] != "":
		return atom{xml: mo(operators[name])}, nil
	case bigOperators[name] != "":
		integral := strings.Contains(name, "int")
		return atom{xml: mo(bigOperators[name]), limits: p.display && !integral}, nil
	case functions[name]:
		return atom{xml: element("mi", name), name: true}, nil
	case limitFunctions[name] != "":
		return atom{xml: `<mo movablelimits="true" lspace="0.17em" rspace="0.17em">` + limitFunctions[name] + "</mo>", limits: true}, nil
	case spaces[name] != "":
		return atom{xml: space(spaces[name])}, nil
	case accents[name].sign != "":
		return p.accent(accents[name])
	case delimiters[t.text] != "":
		return atom{xml: `<mo stretchy="false">` + escape(delimiters[t.text]) + "</mo>"}, nil
	case bigSizes[name] != "":
		return p.bigger(bigSizes[name])
	case variants[name] != "":
		return p.styled(variants[name])
	case texts[name] != "":
		return p.text(texts[name])
	}
	if read := reader(name); read != nil {
		starred := name == "operatorname" && p.peek().text == "*"
		xml, err := read(p, t)
		return atom{xml: whole(xml), limits: name == "mathop" || starred, name: name == "operatorname"}, err
	}
	return atom{}, p.fail(t, "%s is not known", t.text)
}

// whole makes one element of what may be several, so that what stands above and
// below it belongs to all of it.
func whole(xml string) string {
	if name, _, ok := strings.Cut(strings.TrimPrefix(xml, "<"), ">"); ok && strings.HasPrefix(xml, "<mrow") && strings.Count(xml, "<mrow") == 1 && strings.HasSuffix(xml, "</"+name+">") {
		return xml
	}
	if strings.Count(xml, "<") <= 2 {
		return xml
	}
	return element("mrow", xml)
}

// reader is what reads a command that takes arguments of its own.
func reader(name string) func(p *parser, t token) (string, error) {
	switch name {
	case "frac":
		return fraction("")
	case "dfrac", "cfrac":
		return fraction(`displaystyle="true" scriptlevel="0"`)
	case "tfrac":
		return fraction(`displaystyle="false" scriptlevel="0"`)
	case "binom", "dbinom", "tbinom":
		return binomial
	case "sqrt":
		return squareRoot
	case "left":
		return left
	case "begin":
		return begin
	case "not":
		return not
	case "substack":
		return substack
	case "tag":
		return tag
	}
	return smallReader(name)
}

// smallReader is what reads a command that says how something is set.
func smallReader(name string) func(p *parser, t token) (string, error) {
	switch name {
	case "overset", "stackrel":
		return stack("mover")
	case "underset":
		return stack("munder")
	case "xrightarrow":
		return arrowWith("→")
	case "xleftarrow":
		return arrowWith("←")
	case "operatorname":
		return operatorName
	case "label", "color", "hspace", "vspace":
		return ignored(1)
	case "notag", "nonumber", "allowbreak", "mathstrut", "strut", "/", "relax":
		return ignored(0)
	case "textcolor", "colorbox":
		return coloured
	case "phantom", "vphantom", "hphantom":
		return wrapped("<mphantom>", "</mphantom>")
	case "mathop", "mathrel", "mathbin", "mathord", "mathopen", "mathclose", "mathpunct", "mathinner", "boxed", "smash":
		return wrapped("", "")
	case "bmod":
		return func(*parser, token) (string, error) { return space("0.22em") + "<mo>mod</mo>" + space("0.22em"), nil }
	case "mod":
		return wrapped(space("1em")+"<mo>mod</mo>"+space("0.33em"), "")
	case "pmod":
		return wrapped(space("1em")+`<mo stretchy="false">(</mo><mo>mod</mo>`+space("0.33em"), `<mo stretchy="false">)</mo>`)
	}
	return nil
}

// accent reads what stands under an accent.
func (p *parser) accent(a accent) (atom, error) {
	arg, err := p.argument()
	if err != nil {
		return atom{}, err
	}
	mark := `<mo stretchy="` + a.stretchy + `">` + a.sign + "</mo>"
	if a.under {
		return atom{xml: `<munder accentunder="true">` + arg + mark + "</munder>", limits: a.limits}, nil
	}
	return atom{xml: `<mover accent="true">` + arg + mark + "</mover>", limits: a.limits}, nil
}

// styled reads an argument whose letters are of another alphabet.
func (p *parser) styled(variant string) (atom, error) {
	before := p.variant
	p.variant = variant
	arg, err := p.argument()
	p.variant = before
	return atom{xml: arg}, err
}

// text reads words. A dollar in them would begin a formula, which is not known.
func (p *parser) text(variant string) (atom, error) {
	t := p.peek()
	s, err := p.braces()
	if err != nil {
		return atom{}, err
	}
	s = textEscapes.Replace(s)
	if strings.ContainsAny(s, `\$`) {
		return atom{}, p.fail(t, "a formula or a command in a text")
	}
	s = strings.NewReplacer("{", "", "}", "", "\x01", "{", "\x02", "}", "\x03", "$").Replace(s)
	s = strings.Join(strings.FieldsFunc(" "+s+" ", func(r rune) bool { return r == '\n' || r == '\t' }), " ")
	s = strings.TrimSuffix(strings.TrimPrefix(s, " "), " ")
	s = strings.ReplaceAll(s, " ", "\u00a0")
	return atom{xml: element("mtext", escape(styled(s, variant)))}, nil
}

var textEscapes = strings.NewReplacer(`\{`, "\x01", `\}`, "\x02", `\$`, "\x03", `\_`, "_", `\%`, "%", `\&`, "&", `\#`, "#", `\ `, " ", `\,`, "\u2009", "~", " ", "--", "–", "``", "“", "''", "”")

// bigger reads a delimiter of a given height.
func (p *parser) bigger(size string) (atom, error) {
	d, err := p.delimiter()
	if err != nil {
		return atom{}, err
	}
	return atom{xml: `<mo minsize="` + size + `" maxsize="` + size + `" stretchy="true">` + escape(d) + "</mo>"}, nil
}

// delimiter takes a bracket or another sign that can grow; a dot is none.
func (p *parser) delimiter() (string, error) {
	t := p.next()
	if t.text == "." {
		return "", nil
	}
	if d := delimiters[t.text]; d != "" {
		return d, nil
	}
	if d := operators[strings.TrimPrefix(t.text, `\`)]; t.command() && strings.Contains(t.text, "arrow") && d != "" {
		return d, nil
	}
	return "", p.fail(t, "%q is no delimiter", t.text)
}

func fence(d string) string {
	if d == "" {
		return ""
	}
	return `<mo fence="true" stretchy="true">` + escape(d) + "</mo>"
}

// left reads what stands between \left and \right.
func left(p *parser, t token) (string, error) {
	open, err := p.delimiter()
	if err != nil {
		return "", err
	}
	out := fence(open)
	for {
		nodes, err := p.list(ends(`\right`, `\middle`))
		if err != nil {
			return "", err
		}
		out += strings.Join(nodes, "")
		what := p.next().text
		d, err := p.delimiter()
		if err != nil {
			return "", err
		}
		out += fence(d)
		if what == `\right` {
			return element("mrow", out), nil
		}
	}
}

// two reads two arguments.
func (p *parser) two() (a, b string, err error) {
	if a, err = p.argument(); err == nil {
		b, err = p.argument()
	}
	return a, b, err
}

func fraction(style string) func(*parser, token) (string, error) {
	return func(p *parser, _ token) (string, error) {
		a, b, err := p.two()
		f := "<mfrac>" + a + b + "</mfrac>"
		if style != "" {
			f = "<mstyle " + style + ">" + f + "</mstyle>"
		}
		return f, err
	}
}

func binomial(p *parser, _ token) (string, error) {
	a, b, err := p.two()
	return "<mrow>" + fence("(") + `<mfrac linethickness="0">` + a + b + "</mfrac>" + fence(")") + "</mrow>", err
}

func squareRoot(p *parser, _ token) (string, error) {
	index, has := p.brackets()
	if !has {
		arg, err := p.argument()
		return element("msqrt", arg), err
	}
	n, err := p.inner(index)
	if err != nil {
		return "", err
	}
	arg, err := p.argument()
	return element("mroot", arg+n), err
}

// stack reads two arguments, of which the first stands above or below the
// second.
func stack(name string) func(*parser, token) (string, error) {
	return func(p *parser, _ token) (string, error) {
		a, b, err := p.two()
		return element(name, b+a), err
	}
}

// arrowWith reads what stands above an arrow, and in brackets below it.
func arrowWith(sign string) func(*parser, token) (string, error) {
	return func(p *parser, _ token) (string, error) {
		arrow := `<mo stretchy="true">` + sign + "</mo>"
		below, has := p.brackets()
		under := ""
		if has {
			var err error
			if under, err = p.inner(below); err != nil {
				return "", err
			}
		}
		above, err := p.argument()
		if err != nil {
			return "", err
		}
		pad := func(s string) string { return element("mpadded", space("0.4em")+s+space("0.4em")) }
		if has {
			return element("munderover", arrow+pad(under)+pad(above)), nil
		}
		return element("mover", arrow+pad(above)), nil
	}
}

// not strikes the next sign through.
func not(p *parser, t token) (string, error) {
	a, err := p.atom()
	if err != nil {
		return "", err
	}
	sign, ok := strings.CutPrefix(a.xml, "<mo>")
	if sign, ok2 := strings.CutSuffix(sign, "</mo>"); ok && ok2 {
		return "<mo>" + sign + "\u0338</mo>", nil
	}
	return "", p.fail(t, "nothing that can be struck through")
}

// operatorName reads the name of a function; with a star, what is below it
// stands there.
func operatorName(p *parser, _ token) (string, error) {
	if p.peek().text == "*" {
		p.next()
	}
	a, err := p.text("rm")
	if err != nil {
		return "", err
	}
	name := strings.NewReplacer("<mtext>", "", "</mtext>", "").Replace(a.xml)
	return `<mi mathvariant="normal">` + name + "</mi>", nil
}

// ignored reads arguments that mean nothing here, such as a colour.
func ignored(n int) func(*parser, token) (string, error) {
	return func(p *parser, _ token) (string, error) {
		for range n {
			if _, err := p.braces(); err != nil {
				return "", err
			}
		}
		return "", nil
	}
}

// coloured reads a colour, which is ignored, and what would have it.
func coloured(p *parser, _ token) (string, error) {
	if _, err := p.braces(); err != nil {
		return "", err
	}
	return p.argument()
}

func wrapped(before, after string) func(*parser, token) (string, error) {
	return func(p *parser, _ token) (string, error) {
		arg, err := p.argument()
		return before + arg + after, err
	}
}

func substack(p *parser, t token) (string, error) {
	if b := p.next(); b.text != "{" {
		return "", p.fail(b, "expected {")
	}
	xml, err := p.rows(ends("}"))
	p.next()
	return xml, err
}

// tag reads the number of a formula.
func tag(p *parser, _ token) (string, error) {
	a, err := p.text("text")
	return space("2em") + "<mtext>(</mtext>" + a.xml + "<mtext>)</mtext>", err
}
