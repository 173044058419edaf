package highlight

import "strings"

// lexers are those of our own, by canonical name.
var lexers = map[string]func(*writer, string){
	"yaml": yamlLexer, "shell": shellLexer, "console": consoleLexer, "diff": diffLexer, "html": markupLexer, "xml": markupLexer, "ini": iniLexer, "css": cssLexer,
	"json": (&grammar{keys: true, quotes: `"`, line: []string{"//"}, block: [2]string{"/*", "*/"}, words: words("", "true false null")}).lex,
	"go": (&grammar{quotes: "\"'", raw: "`", line: []string{"//"}, block: [2]string{"/*", "*/"}, calls: true, words: words(
		"break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr",
		"true false nil iota")}).lex,
	"python": (&grammar{quotes: "\"'", triple: true, line: []string{"#"}, calls: true, at: true, words: words(
		"and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case", "True False None self cls")}).lex,
	"javascript": script("").lex,
	"typescript": script("interface type enum implements declare namespace abstract readonly private protected public keyof infer is satisfies override string number boolean unknown never any").lex,
	"java": (&grammar{quotes: "\"'", line: []string{"//"}, block: [2]string{"/*", "*/"}, calls: true, at: true, words: words(
		"abstract assert boolean break byte case catch char class const continue def default do double else enum extends final finally float for fun func goto if implements import in instanceof int interface let lazy long native new object override package private protected public record return sealed short static strictfp super switch synchronized throw throws trait transient try val var void volatile when while yield", "true false null this nil")}).lex,
	"kotlin": (&grammar{quotes: "\"'", triple: true, line: []string{"//"}, block: [2]string{"/*", "*/"}, calls: true, at: true, words: words(
		"as break by catch class companion const constructor continue crossinline data do else enum external final finally for fun get if import in infix init inline inner interface internal is lateinit noinline object open operator out override package private protected public reified return sealed set super suspend tailrec throw try typealias val var vararg when where while", "true false null this it")}).lex,
	"c":      cFamily("auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool").lex,
	"cpp":    cFamily("alignas alignof and auto bool break case catch char class concept const consteval constexpr continue co_await co_return co_yield decltype default delete do double else enum explicit export extern final float for friend goto if inline int long mutable namespace new noexcept operator override private protected public requires return short signed sizeof static struct switch template this throw try typedef typename union unsigned using virtual void volatile while").lex,
	"csharp": cFamily("abstract as async await base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern finally fixed float for foreach get goto if implicit in init int interface internal is lock long namespace new object operator out override params private protected public readonly record ref return sbyte sealed set short sizeof static string struct switch this throw try typeof uint ulong unchecked unsafe ushort using var virtual void volatile when where while yield").lex,
	"rust": (&grammar{quotes: "\"", line: []string{"//"}, block: [2]string{"/*", "*/"}, calls: true, words: words(
		"as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return self static struct super trait type unsafe use where while bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize String Vec Option Result Box", "true false Self None Some Ok Err")}).lex,
	"sql": (&grammar{quotes: "'\"", line: []string{"--"}, block: [2]string{"/*", "*/"}, fold: true, words: words(
		"add all alter and any as asc begin between by cascade case check column commit constraint create cross current database default delete desc distinct drop else end exists explain analyze foreign from full function grant group having if in index inner insert into is join key left like limit not null offset on or order outer over partition primary references replace returning right rollback row rows select set table then to transaction trigger truncate union unique update using values view when where window with int integer bigint smallint numeric decimal text varchar char boolean date time timestamp timestamptz interval json jsonb uuid serial bigserial", "true false null")}).lex,
	"hcl": (&grammar{quotes: "\"", line: []string{"#", "//"}, block: [2]string{"/*", "*/"}, calls: true, words: words(
		"resource data variable output module provider terraform locals backend required_providers for in if dynamic moved import check", "true false null")}).lex,
	"protobuf": (&grammar{quotes: "\"'", line: []string{"//"}, block: [2]string{"/*", "*/"}, words: words(
		"syntax edition package import public weak option message enum service rpc returns stream oneof map repeated optional required reserved extensions extend to max group double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes", "true false")}).lex,
	"graphql": (&grammar{quotes: "\"", triple: true, line: []string{"#"}, at: true, words: words(
		"type input enum interface union scalar schema extend directive implements on query mutation subscription fragment repeatable", "true false null Int Float String Boolean ID")}).lex,
	"dockerfile": (&grammar{quotes: "\"'", line: []string{"#"}, vars: true, words: words("FROM AS RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL MAINTAINER", "")}).lex,
	"lua":        (&grammar{quotes: "\"'", line: []string{"--"}, calls: true, words: words("and break do else elseif end for function goto if in local not or repeat return then until while", "true false nil self")}).lex,
	"ruby": (&grammar{quotes: "\"'", line: []string{"#"}, calls: true, at: true, words: words(
		"alias and begin break case class def defined do else elsif end ensure for if in module next not or redo require rescue retry return super then undef unless until when while yield", "true false nil self")}).lex,
	"makefile": (&grammar{quotes: "\"'", line: []string{"#"}, vars: true, words: words("include define endef ifdef ifndef ifeq ifneq else endif export override", "")}).lex,
	"php": (&grammar{quotes: "\"'", line: []string{"//", "#"}, block: [2]string{"/*", "*/"}, calls: true, vars: true, words: words(
		"abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty enum extends final finally fn for foreach function global if implements include instanceof insteadof interface isset list match namespace new or print private protected public readonly require require_once return static switch throw trait try unset use var while yield", "true false null")}).lex,
}

func script(more string) *grammar {
	return &grammar{quotes: "\"'", raw: "`", line: []string{"//"}, block: [2]string{"/*", "*/"}, calls: true, at: true, words: words(
		"async await break case catch class const continue debugger default delete do else export extends finally for from function get if import in instanceof let new of return set static super switch throw try typeof var void while with yield as "+more,
		"true false null undefined this NaN Infinity")}
}

func cFamily(keywords string) *grammar {
	return &grammar{quotes: "\"'", line: []string{"//"}, block: [2]string{"/*", "*/"}, calls: true, hash: true, words: words(keywords, "true false NULL nullptr null")}
}

func words(keywords, constants string) map[string]string {
	m := map[string]string{}
	for w := range strings.FieldsSeq(keywords) {
		m[w] = "kw"
	}
	for w := range strings.FieldsSeq(constants) {
		m[w] = "nu"
	}
	return m
}

// grammar describes a language well enough for colours.
type grammar struct {
	quotes string // characters that begin a string with escapes, on one line
	raw    string // characters that begin a string over lines
	triple bool   // three of a quote begin a string over lines
	line   []string
	block  [2]string
	words  map[string]string
	fold   bool // words are compared without case
	calls  bool // a name before "(" is a function
	keys   bool // a string before ":" is a key
	at     bool // @name is a decorator or directive
	vars   bool // $name is a variable
	hash   bool // a line that begins with # is for the preprocessor
}

func (g *grammar) lex(w *writer, s string) {
	for i := 0; i < len(s); {
		n, class := g.token(s, i)
		w.put(class, s[i:i+n])
		i += n
	}
}

// token is the length, at least 1, and the class of what stands at i.
func (g *grammar) token(s string, i int) (int, string) {
	c := s[i]
	switch {
	case c == ' ' || c == '\n' || c == '\t' || c == '\r':
		return space(s, i), ""
	case g.comment(s, i) > 0:
		return g.comment(s, i), "com"
	case strings.IndexByte(g.quotes, c) >= 0:
		return g.quoted(s, i)
	case g.raw != "" && strings.IndexByte(g.raw, c) >= 0:
		return delimited(s, i, s[i:i+1], true), "str"
	case isDigit(c) || c == '.' && i+1 < len(s) && isDigit(s[i+1]):
		return digits(s, i), "nu"
	case isLetter(c):
		return g.word(s, i)
	case g.at && c == '@' && i+1 < len(s) && isLetter(s[i+1]):
		return 1 + name(s, i+1), "fn"
	case g.vars && c == '$':
		return variable(s, i), "nu"
	case g.hash && c == '#' && (i == 0 || s[i-1] == '\n'):
		return 1 + name(s, i+1), "kw"
	}
	return 1, ""
}

func (g *grammar) comment(s string, i int) int {
	for _, p := range g.line {
		if strings.HasPrefix(s[i:], p) {
			return toLineEnd(s, i)
		}
	}
	if g.block[0] != "" && strings.HasPrefix(s[i:], g.block[0]) {
		if end := strings.Index(s[i+len(g.block[0]):], g.block[1]); end >= 0 {
			return len(g.block[0]) + end + len(g.block[1])
		}
		return len(s) - i
	}
	return 0
}

func (g *grammar) quoted(s string, i int) (int, string) {
	if q := s[i : i+1]; g.triple && strings.HasPrefix(s[i+1:], q+q) {
		return delimited(s, i, q+q+q, true), "str"
	}
	n := delimited(s, i, s[i:i+1], false)
	if g.keys {
		j := i + n
		for j < len(s) && (s[j] == ' ' || s[j] == '\t') {
			j++
		}
		if j < len(s) && s[j] == ':' {
			return n, "kw"
		}
	}
	return n, "str"
}

func (g *grammar) word(s string, i int) (int, string) {
	n := name(s, i)
	word := s[i : i+n]
	if g.fold {
		word = strings.ToLower(word)
	}
	if class := g.words[word]; class != "" {
		return n, class
	}
	if g.calls && i+n < len(s) && s[i+n] == '(' {
		return n, "fn"
	}
	return n, ""
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80 }

func space(s string, i int) int {
	j := i
	for j < len(s) && (s[j] == ' ' || s[j] == '\n' || s[j] == '\t' || s[j] == '\r') {
		j++
	}
	return j - i
}

func name(s string, i int) int {
	j := i
	for j < len(s) && (isLetter(s[j]) || isDigit(s[j])) {
		j++
	}
	return j - i
}

func digits(s string, i int) int {
	j := i
	for j < len(s) && (isLetter(s[j]) || isDigit(s[j]) || s[j] == '.') {
		j++
	}
	return j - i
}

// variable is the length of $name, ${…} on one line, or $ and one character.
func variable(s string, i int) int {
	if i+1 >= len(s) {
		return 1
	}
	if s[i+1] == '{' {
		if end := strings.IndexAny(s[i:], "}\n"); end > 0 && s[i+end] == '}' {
			return end + 1
		}
		return 1
	}
	if n := name(s, i+1); n > 0 {
		return 1 + n
	}
	return 1
}

func toLineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return n
	}
	return len(s) - i
}

// delimited is the length of a string from i to its delimiter. A string on one
// line ends with the line even if nobody closed it.
func delimited(s string, i int, delim string, lines bool) int {
	for j := i + len(delim); j < len(s); j++ {
		switch {
		case s[j] == '\\':
			j++
		case s[j] == '\n' && !lines:
			return j - i
		case strings.HasPrefix(s[j:], delim):
			return j - i + len(delim)
		}
	}
	return len(s) - i
}
