package highlight

import (
	"strings"
	"sync"
)

type lexer func(*out, string)

// lexers are those of our own, by canonical name.
var lexers = map[string]lexer{
	"yaml": lexYAML, "shell": lexShell, "console": lexConsole, "diff": lexDiff, "html": lexMarkup, "xml": lexMarkup,
	"ini": lexINI, "css": lexCSS, "markdown": lexMarkdown, "dockerfile": lexDockerfile, "makefile": lexMakefile,

	"json": (&grammar{keys: true, quotes: `"'`, line: slashes, block: stars, words: words("", "true false null")}).ready().lex,
	"go": (&grammar{quotes: `"'`, raw: "`", line: slashes, block: stars, calls: true, words: words(
		"break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr",
		"true false nil iota")}).ready().lex,
	"python": (&grammar{quotes: `"'`, triple: true, prefix: "rRbBfFuU", line: []string{"#"}, calls: true, at: true, words: words(
		"and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield",
		"True False None self cls Ellipsis")}).ready().lex,
	"javascript": lexScript,
	"typescript": script("interface type enum implements declare namespace abstract readonly private protected public keyof infer is satisfies override string number boolean unknown never any"),
	"java": (&grammar{quotes: `"'`, triple: true, line: slashes, block: stars, calls: true, at: true, words: words(
		"abstract assert boolean break byte case catch char class const continue def default do double else enum extends extension final finally float for func fun goto guard if implements implicit import in instanceof int interface internal lazy let long mixin native new object open operator override package permits private protected protocol public record required return sealed short static strictfp struct super switch synchronized throw throws trait transient try typealias val var void volatile when where while with yield",
		"true false null this nil self it")}).ready().lex,
	"kotlin": (&grammar{quotes: `"'`, triple: true, line: slashes, block: stars, nested: true, calls: true, at: true, words: words(
		"as break by catch class companion const constructor continue crossinline data do else enum external final finally for fun get if import in infix init inline inner interface internal is lateinit noinline object open operator out override package private protected public reified return sealed set super suspend tailrec throw try typealias val value var vararg when where while",
		"true false null this it")}).ready().lex,
	"c":      cFamily("auto bool break case char const continue default do double else enum extern float for goto if inline int int8_t int16_t int32_t int64_t long register restrict return short signed size_t sizeof ssize_t static struct switch typedef uint8_t uint16_t uint32_t uint64_t union unsigned void volatile while"),
	"cpp":    cFamily("alignas alignof and auto bool break case catch char char8_t char16_t char32_t class co_await co_return co_yield concept const consteval constexpr constinit const_cast continue decltype default delete do double dynamic_cast else enum explicit export extern final float for friend goto if inline int int8_t int16_t int32_t int64_t long mutable namespace new noexcept not operator or override private protected public reinterpret_cast requires return short signed size_t sizeof static static_assert static_cast struct switch template thread_local throw try typedef typeid typename uint8_t uint16_t uint32_t uint64_t union unsigned using virtual void volatile while"),
	"csharp": cFamily("abstract as async await base bool break byte case catch char checked class const continue decimal default delegate do double dynamic else enum event explicit extern finally fixed float for foreach get goto if implicit in init int interface internal is lock long namespace new object operator out override params partial private protected public readonly record ref required return sbyte sealed set short sizeof static string struct switch throw try typeof uint ulong unchecked unsafe ushort using var virtual void volatile when where while with yield"),
	"rust": (&grammar{multi: `"`, chars: true, nested: true, prefix: "bcr", line: slashes, block: stars, calls: true, words: words(
		"as async await break const continue crate dyn else enum extern fn for if impl in let loop macro_rules match mod move mut pub ref return static struct super trait type union unsafe use where while bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize String Vec Option Result Box",
		"true false self Self None Some Ok Err")}).ready().lex,
	"sql": (&grammar{multi: `'"`, doubled: true, line: []string{"--"}, block: stars, fold: true, calls: true, words: words(
		"add after all alter analyze and any array as asc authorization before begin between by cascade case cast char check collate column comment commit concurrently conflict constraint copy create cross cube current cursor data database declare default deferrable delete desc distinct do domain drop each else elsif end enum except exception execute exists explain extension fetch filter for foreign from full function generated grant group grouping having if ilike in index inherits inner insert instead intersect interval into is isolation join key language lateral left level like limit local lock loop materialized merge natural new next no not nothing of offset old on only or order outer over owner partition perform plpgsql policy primary privileges procedure public raise range recursive references rename replace restrict returning returns revoke right role rollback rollup row rows schema security select sequence session set setof share show start table tablespace temp temporary then to transaction trigger truncate type union unique update user using vacuum values varying view when where while window with without work zone int integer bigint smallint numeric decimal real float double precision text varchar character boolean bool date time timestamp timestamptz json jsonb uuid bytea serial bigserial",
		"true false null")}).ready().lex,
	"hcl": (&grammar{quotes: `"`, line: []string{"#", "//"}, block: stars, calls: true, words: words(
		"backend check data dynamic ephemeral for if import in locals module moved output provider provisioner removed required_providers resource terraform variable lifecycle connection string number bool list map set object tuple any",
		"true false null var local each self count path")}).ready().lex,
	"protobuf": (&grammar{quotes: `"'`, line: slashes, block: stars, words: words(
		"bool bytes double edition enum extend extensions fixed32 fixed64 float group import int32 int64 map max message oneof option optional package public repeated required reserved returns rpc service sfixed32 sfixed64 sint32 sint64 stream string syntax to uint32 uint64 weak",
		"true false")}).ready().lex,
	"graphql": (&grammar{quotes: `"`, triple: true, line: []string{"#"}, at: true, vars: true, words: words(
		"directive enum extend fragment implements input interface mutation on query repeatable scalar schema subscription type union",
		"true false null Int Float String Boolean ID")}).ready().lex,
	"lua": (&grammar{quotes: `"'`, line: []string{"--"}, block: [2]string{"--[[", "]]"}, calls: true, words: words(
		"and break do else elseif end for function goto if in local not or repeat return then until while", "true false nil self")}).ready().lex,
	"ruby": (&grammar{multi: `"'`, line: []string{"#"}, calls: true, at: true, marks: "?!", words: words(
		"alias and attr_accessor attr_reader begin break case class def defined do else elsif end ensure for if in include module next not or private protected raise redo require require_relative rescue retry return super then undef unless until when while yield",
		"true false nil self")}).ready().lex,
	"php": (&grammar{multi: `"'`, line: []string{"//", "#"}, block: stars, calls: true, vars: true, words: words(
		"abstract and array as bool break callable case catch class clone const continue declare default do echo else elseif empty enum extends final finally float fn for foreach function global if implements include instanceof insteadof int interface isset iterable list match mixed namespace new or php print private protected public readonly require require_once return static string switch throw trait try unset use var void while yield",
		"true false null self parent")}).ready().lex,
}

var (
	slashes = []string{"//"}
	stars   = [2]string{"/*", "*/"}
)

var lexScript = script("")

func script(more string) lexer {
	g := &grammar{quotes: `"'`, multi: "`", regexps: true, line: slashes, block: stars, calls: true, at: true, words: words(
		"as async await break case catch class const continue debugger default delete do else export extends finally for from function get if import in instanceof let new of return set static super switch throw try typeof var void while with yield "+more,
		"true false null undefined this NaN Infinity")}
	return g.ready().lex
}

func cFamily(keywords string) lexer {
	g := &grammar{quotes: `"'`, line: slashes, block: stars, calls: true, hash: true, at: true, words: words(keywords, "true false NULL nullptr null nil this")}
	return g.ready().lex
}

// wordList gives the words of a language and what each is. The table is made when a
// text in the language is first met: most programs meet few of them.
type wordList func() map[string]class

func words(keywords, constants string) wordList {
	return sync.OnceValue(func() map[string]class {
		m := map[string]class{}
		for w := range strings.FieldsSeq(keywords) {
			m[w] = kw
		}
		for w := range strings.FieldsSeq(constants) {
			m[w] = nu
		}
		return m
	})
}
