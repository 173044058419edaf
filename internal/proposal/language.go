package proposal

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"callboard/internal/repofs"
)

type file = repofs.File

// language is one that the repository is written in.
type language struct {
	tag     string
	bytes   int64
	percent int
}

// extensions are the languages that files are written in, by the ends of their
// names. Markup and data are not what a repository is written in.
var extensions = map[string]string{
	".go": "go", ".py": "python", ".ts": "typescript", ".tsx": "typescript", ".mts": "typescript", ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript",
	".java": "java", ".kt": "kotlin", ".kts": "kotlin", ".scala": "scala", ".groovy": "groovy", ".clj": "clojure",
	".rb": "ruby", ".php": "php", ".rs": "rust", ".c": "c", ".h": "c", ".cc": "c++", ".cpp": "c++", ".hpp": "c++", ".cs": "csharp", ".fs": "fsharp",
	".swift": "swift", ".m": "objective-c", ".dart": "dart", ".ex": "elixir", ".exs": "elixir", ".erl": "erlang", ".hs": "haskell", ".ml": "ocaml",
	".sh": "shell", ".ps1": "powershell", ".lua": "lua", ".pl": "perl", ".r": "r", ".jl": "julia", ".zig": "zig", ".tf": "terraform", ".vue": "vue", ".svelte": "svelte", ".sql": "sql",
}

// maxSource is what one file counts at most, so that a generated one does not
// decide.
const maxSource = 200 << 10

// countLanguages tells what the files of a repository are written in, most
// first.
func countLanguages(s *repofs.Snapshot) []language {
	sizes := map[string]int64{}
	var all int64
	for _, f := range s.Files {
		l := extensions[strings.ToLower(path.Ext(f.Path))]
		if l == "" || isAside(f.Path) || strings.HasSuffix(f.Path, ".min.js") {
			continue
		}
		n := min(f.Size, maxSource)
		sizes[l] += n
		all += n
	}
	var out []language
	for _, l := range sortedKeys(sizes) {
		if sizes[l] > 0 {
			out = append(out, language{l, sizes[l], int(sizes[l] * 100 / all)})
		}
	}
	slices.SortStableFunc(out, func(a, b language) int { return cmp.Compare(b.bytes, a.bytes) })
	return out
}
