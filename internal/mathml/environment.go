package mathml

import "strings"

// environment is how a table is set.
type environment struct {
	open, close string
	columns     string // alignment, repeated: l, r or c
	display     bool   // cells are set like formulas in a block
	options     int    // arguments that mean nothing here
}

var environments = map[string]environment{
	"matrix": {columns: "c"}, "smallmatrix": {columns: "c"}, "pmatrix": {open: "(", close: ")", columns: "c"},
	"bmatrix": {open: "[", close: "]", columns: "c"}, "Bmatrix": {open: "{", close: "}", columns: "c"},
	"vmatrix": {open: "|", close: "|", columns: "c"}, "Vmatrix": {open: "‖", close: "‖", columns: "c"},
	"cases": {open: "{", columns: "l"}, "dcases": {open: "{", columns: "l", display: true}, "rcases": {close: "}", columns: "l"},
	"aligned": {columns: "rl", display: true}, "align": {columns: "rl", display: true}, "align*": {columns: "rl", display: true},
	"split": {columns: "rl", display: true}, "eqnarray": {columns: "rcl", display: true}, "eqnarray*": {columns: "rcl", display: true},
	"alignat": {columns: "rl", display: true, options: 1}, "alignat*": {columns: "rl", display: true, options: 1}, "alignedat": {columns: "rl", display: true, options: 1},
	"gather": {columns: "c", display: true}, "gather*": {columns: "c", display: true}, "gathered": {columns: "c", display: true},
	"equation": {columns: "c", display: true}, "equation*": {columns: "c", display: true}, "displaymath": {columns: "c", display: true},
	"multline": {columns: "c", display: true}, "multline*": {columns: "c", display: true}, "array": {columns: "c"}, "subarray": {columns: "c", options: 1},
}

// begin reads an environment: cells between ampersands, in lines.
func begin(p *parser, t token) (string, error) {
	name, err := p.braces()
	if err != nil {
		return "", err
	}
	e, ok := environments[name]
	if !ok {
		return "", p.fail(t, "the environment %q is not known", name)
	}
	p.brackets()
	for range e.options {
		if _, err := p.braces(); err != nil {
			return "", err
		}
	}
	if name == "array" {
		if e.columns, err = p.columns(); err != nil {
			return "", err
		}
	}
	rows, err := p.table(e)
	if err != nil {
		return "", err
	}
	if end, err := p.braces(); err != nil || end != name {
		return "", p.fail(t, "the environment %q has no end", name)
	}
	table := "<mtable>"
	if e.display {
		table = `<mtable displaystyle="true">`
	}
	table += rows + "</mtable>"
	if e.open == "" && e.close == "" {
		return table, nil
	}
	return "<mrow>" + fence(e.open) + table + fence(e.close) + "</mrow>", nil
}

// columns reads the alignment of an array's columns; lines between them are left
// out.
func (p *parser) columns() (string, error) {
	spec, err := p.braces()
	spec = strings.Map(func(r rune) rune {
		if strings.ContainsRune("lcr", r) {
			return r
		}
		return -1
	}, spec)
	if spec == "" {
		spec = "c"
	}
	return spec, err
}

// table reads the lines of an environment and the \end behind them.
func (p *parser) table(e environment) (string, error) {
	var out strings.Builder
	for {
		for p.peek().text == `\hline` {
			p.next()
		}
		cells, end, err := p.line(e)
		if err != nil {
			return "", err
		}
		if end != `\end` || cells != "<mtd></mtd>" && !strings.HasSuffix(cells, `"></mtd>`) || strings.Count(cells, "<mtd") > 1 {
			out.WriteString(element("mtr", cells))
		}
		if end == `\end` {
			return out.String(), nil
		}
		p.brackets() // room after the line
	}
}

// line reads the cells of a line and returns what ended it.
func (p *parser) line(e environment) (cells, end string, err error) {
	var out strings.Builder
	for n := 0; ; n++ {
		nodes, err := p.list(ends("&", `\\`, `\cr`, `\end`))
		if err != nil {
			return "", "", err
		}
		switch e.columns[n%len(e.columns)] {
		case 'l':
			out.WriteString(`<mtd class="tl">`)
		case 'r':
			out.WriteString(`<mtd class="tr">`)
		default:
			out.WriteString("<mtd>")
		}
		out.WriteString(strings.Join(nodes, "") + "</mtd>")
		if t := p.next(); t.text != "&" {
			return out.String(), t.text, nil
		}
	}
}
