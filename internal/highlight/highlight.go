// Package highlight turns code into HTML with a handful of token classes. The
// common languages have lexers of our own, one pass each and linear on any
// input; the rest goes through chroma, within limits, because its regular
// expressions can take quadratic time and its own time-out would make the
// output depend on the speed of the machine. Our lexers know no grammar: they
// know what a reader's eye looks for (words, strings, numbers, comments), and
// they never lose a byte of what they are given.
//
// The classes are kw (keywords, keys, tags), str, nu (numbers, constants,
// variables), fn (functions, commands, attributes), com, ins and del (of a
// diff). A span never crosses a line, so that lines can be wrapped one by one.
package highlight

import (
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"

	"callboard/internal/digest"
)

// Limits of what is highlighted. Beyond them code is shown without colours.
const (
	MaxBytes     = 4 << 20  // by our own lexers
	MaxSlowBytes = 16 << 10 // by chroma: some of its lexers take a second for these
	MaxSlowLine  = 1_000    // bytes of a line, by chroma
	// MaxCost is what the blocks of one page may cost together, see Cost.
	MaxCost = MaxSlowBytes * MaxSlowBytes
)

// Highlighter highlights code. It may be used from several goroutines.
type Highlighter struct {
	mu     sync.Mutex
	memo   map[digest.Sum]string   // results of chroma, which is slow
	size   int                     // of memo, in bytes
	lexers map[string]chroma.Lexer // what chroma knows a name as; nil for nothing
}

// maxMemo is how many bytes of results are remembered. What our own lexers make
// is not: they are faster than taking a digest of the code.
const maxMemo = 8 << 20

// New makes a Highlighter.
func New() *Highlighter {
	return &Highlighter{memo: map[digest.Sum]string{}, lexers: map[string]chroma.Lexer{}}
}

// Code returns the code as escaped HTML with token spans, and whether the
// language is known. Code of an unknown language comes back escaped only.
func (h *Highlighter) Code(lang, src string) (spans string, known bool) {
	b, known := h.Append(nil, lang, src)
	return string(b), known
}

// Cost is how much work it may be to highlight code, at worst: none to speak of
// for our own lexers, the square of its length for chroma's.
func (h *Highlighter) Cost(lang, src string) int {
	name := Canonical(lang)
	if name == "" || name == "text" || lexers[name] != nil || len(src) > MaxSlowBytes || h.lexer(name) == nil || longLine(src) {
		return 0
	}
	return len(src) * len(src)
}

// Append is Code that appends to dst, for callers with a buffer of their own.
func (h *Highlighter) Append(dst []byte, lang, src string) (spans []byte, known bool) {
	name := Canonical(lang)
	if name == "" || name == "text" {
		return escape(dst, src), name == "text"
	}
	lex := lexers[name]
	if lex == nil {
		return h.slow(dst, name, src)
	}
	if len(src) > MaxBytes {
		return escape(dst, src), true
	}
	w := out{dst: slices.Grow(dst, 2*len(src)), src: src}
	lex(&w, src)
	return w.finish(), true
}

// Canonical is the name of a language as this package calls it, of any of its
// aliases, or the name itself in lower case.
func Canonical(lang string) string {
	if name, ok := aliases[lang]; ok {
		return name
	}
	lang = strings.ToLower(strings.TrimSpace(lang))
	if name, ok := aliases[lang]; ok {
		return name
	}
	return lang
}

// aliases are names that authors write, by the name that the lexer has.
var aliases = aliasTable(`
	yaml        yml
	shell       sh bash zsh shell-script ksh fish bats
	console     shell-session shellsession terminal sh-session bash-session
	go          golang
	python      py py3 python3 pycon starlark bazel
	javascript  js jsx mjs cjs node
	typescript  ts tsx mts
	json        json5 jsonc jsonl ndjson geojson jsonnet avsc
	java        groovy gradle scala dart swift jenkinsfile
	kotlin      kt kts
	c           h
	cpp         c++ cc cxx hpp arduino objc objective-c
	csharp      cs c#
	rust        rs
	html        htm xhtml vue svelte
	xml         svg xsd xsl xslt pom plist wsdl rss
	css         scss less sass
	sql         postgresql postgres mysql psql plsql tsql sqlite bigquery
	hcl         tf terraform tfvars opentofu
	protobuf    proto proto3
	graphql     gql
	dockerfile  docker containerfile
	ini         cfg conf properties dotenv env editorconfig toml systemd gitconfig
	diff        patch udiff
	markdown    md mkd
	ruby        rb rake
	makefile    make mk
	text        txt plain plaintext none output log csv nohighlight
`)

func aliasTable(s string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(s) {
		var name string
		for i, word := range strings.Fields(line) {
			if i == 0 {
				name = word
			}
			m[word] = name
		}
	}
	return m
}
