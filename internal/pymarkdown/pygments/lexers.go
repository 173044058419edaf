// Package pygments writes blocks of code with the elements that Pygments' HTML
// formatter puts around them, which style sheets and anchors of existing sites
// rely on: line numbers in a table or in the line, marked lines, spans and
// anchors with ids, a title. The colours are not its business: lines come
// coloured from whoever highlights.
package pygments

import (
	_ "embed"
	"strings"
	"sync"
)

// lexerList are the lexers of Pygments 2.20: a line each, its name, a tab and the
// aliases it can be asked for by, separated by spaces.
//
//go:embed lexers.txt
var lexerList string

var lexerNames = sync.OnceValue(func() map[string]string {
	names := make(map[string]string, 1100)
	for line := range strings.Lines(lexerList) {
		name, aliases, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		for alias := range strings.FieldsSeq(aliases) {
			names[alias] = name
		}
	}
	return names
})

// Lexer gives the name of the lexer that Pygments has for an alias, such as
// "Bash" for "sh". ok is false if it has none, and shows such code as text.
func Lexer(alias string) (name string, ok bool) {
	if alias == "" {
		return "", false
	}
	name, ok = lexerNames()[strings.ToLower(alias)]
	return name, ok
}
