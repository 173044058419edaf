package apidoc

import (
	"fmt"

	"callboard/internal/diag"
)

// closers are the brackets of both languages.
var closers = map[string]string{"{": "}", "(": ")", "[": "]"}

// maxOpen is how many brackets may be open at once; beyond, none is looked for.
const maxOpen = 1000

// unclosed reports the last bracket that is opened and not closed. The readers
// of the languages go on to the end of the text there and find nothing wrong
// with what came before: half a definition would be shown as a whole one.
func (p *parse) unclosed(lex *lexer) {
	var open []token
	for t := lex.next(); t.kind != end; t = lex.next() {
		switch {
		case t.kind != mark:
		case len(open) == maxOpen:
			return
		case closers[t.text] != "":
			open = append(open, token{text: t.text, line: t.line})
		case len(open) > 0 && closers[open[len(open)-1].text] == t.text:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		last := open[len(open)-1]
		p.report(diag.Warning, CodeInvalid, pos(last.line), fmt.Sprintf("%q is opened and not closed", last.text), "the definition ends too early; close it, or bring the rest")
	}
}
