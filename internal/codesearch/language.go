package codesearch

import (
	"path"
	"strings"
	"sync"
)

// languages are the names of languages and what their files are called: endings
// with a dot, or whole names. Their order is their number in an index, 0 being
// none; the root of an index holds the names, so that it may change.
var languages = [][2]string{
	{"text", ""},
	{"bash", ".sh .bash .zsh"},
	{"bazel", ".bzl .bazel BUILD WORKSPACE"},
	{"c", ".c .h"},
	{"clojure", ".clj .cljs .cljc .edn"},
	{"cpp", ".cc .cpp .cxx .hpp .hh .hxx"},
	{"csharp", ".cs"},
	{"css", ".css"},
	{"dart", ".dart"},
	{"dockerfile", "Dockerfile Containerfile .dockerfile"},
	{"elixir", ".ex .exs"},
	{"elm", ".elm"},
	{"erlang", ".erl .hrl"},
	{"fsharp", ".fs .fsx"},
	{"go", ".go go.mod go.work"},
	{"graphql", ".graphql .graphqls .gql"},
	{"groovy", ".groovy .gradle Jenkinsfile"},
	{"haskell", ".hs"},
	{"hcl", ".tf .tfvars .hcl"},
	{"html", ".html .htm"},
	{"java", ".java"},
	{"javascript", ".js .mjs .cjs .jsx"},
	{"json", ".json .jsonc .json5"},
	{"julia", ".jl"},
	{"kotlin", ".kt .kts"},
	{"lua", ".lua"},
	{"make", "Makefile GNUmakefile .mk"},
	{"markdown", ".md .mdx .markdown"},
	{"nix", ".nix"},
	{"objectivec", ".m .mm"},
	{"ocaml", ".ml .mli"},
	{"perl", ".pl .pm"},
	{"php", ".php"},
	{"powershell", ".ps1 .psm1"},
	{"properties", ".properties .ini .cfg .conf .env"},
	{"protobuf", ".proto"},
	{"python", ".py .pyi"},
	{"r", ".r .R"},
	{"ruby", ".rb .rake Rakefile Gemfile"},
	{"rust", ".rs"},
	{"scala", ".scala .sbt"},
	{"scss", ".scss .sass .less"},
	{"sql", ".sql"},
	{"svelte", ".svelte"},
	{"swift", ".swift"},
	{"toml", ".toml"},
	{"typescript", ".ts .tsx .mts .cts"},
	{"vue", ".vue"},
	{"xml", ".xml .xsd .xslt .csproj .fsproj"},
	{"yaml", ".yaml .yml"},
	{"zig", ".zig"},
}

// byName is the number of the language of a name or ending.
var byName = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for i, l := range languages {
		for name := range strings.FieldsSeq(l[1]) {
			m[name] = i
		}
	}
	return m
})

// languageOf is the number of the language of the file at a path.
func languageOf(p string) int {
	name := path.Base(p)
	if i, ok := byName()[name]; ok {
		return i
	}
	return byName()[path.Ext(name)]
}
