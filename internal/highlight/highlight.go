// Package highlight turns code into HTML with a handful of token classes. The
// common languages have lexers of our own, one pass each and linear on any
// input; the rest goes through chroma, within limits, because its regular
// expressions can take quadratic time and its own time-out would make the
// output depend on the speed of the machine.
//
// The classes are kw (keywords, keys, tags), str, nu (numbers, constants,
// variables), fn (functions, commands, attributes), com, ins and del (of a
// diff). A span never crosses a line, so that lines can be wrapped one by one.
package highlight

import (
	"html"
	"strings"
	"sync"
)

// Limits of what is highlighted. Beyond them code is shown without colours.
const (
	MaxBytes     = 4 << 20  // by our own lexers
	MaxSlowBytes = 32 << 10 // by chroma
	MaxSlowLine  = 1_000    // bytes of a line, by chroma
)

// Highlighter highlights code. It may be used from several goroutines.
type Highlighter struct {
	mu   sync.Mutex
	memo map[slowKey]string // results of chroma, which is slow
	size int
}

type slowKey struct{ lang, src string }

const maxMemo = 8 << 20 // bytes of results that are remembered

// New makes a Highlighter.
func New() *Highlighter { return &Highlighter{memo: map[slowKey]string{}} }

// Code returns the code as escaped HTML with token spans, and whether the
// language is known. Code of an unknown language comes back escaped only.
func (h *Highlighter) Code(lang, src string) (spans string, known bool) {
	name := Canonical(lang)
	if name == "" || name == "text" {
		return html.EscapeString(src), name == "text"
	}
	if lex := lexers[name]; lex != nil {
		if len(src) > MaxBytes {
			return html.EscapeString(src), true
		}
		w := writer{}
		w.b.Grow(len(src) + len(src)/2)
		lex(&w, src)
		return w.finish(), true
	}
	return h.slow(name, src)
}

// Canonical is the name of a language as this package calls it, of any of its
// aliases, or the name itself in lower case.
func Canonical(lang string) string {
	lang = strings.ToLower(strings.TrimSpace(lang))
	if c, ok := aliases[lang]; ok {
		return c
	}
	return lang
}

var aliases = map[string]string{
	"yml": "yaml", "sh": "shell", "bash": "shell", "zsh": "shell", "shell-script": "shell", "ksh": "shell", "fish": "shell",
	"shell-session": "console", "shellsession": "console", "terminal": "console", "sh-session": "console", "ps1con": "console",
	"golang": "go", "py": "python", "py3": "python", "python3": "python", "pycon": "python",
	"js": "javascript", "jsx": "javascript", "mjs": "javascript", "node": "javascript", "ts": "typescript", "tsx": "typescript",
	"json5": "json", "jsonc": "json", "jsonl": "json", "ndjson": "json", "geojson": "json",
	"kt": "kotlin", "kts": "kotlin", "c++": "cpp", "cc": "cpp", "hpp": "cpp", "h": "c", "cs": "csharp", "c#": "csharp", "rs": "rust",
	"htm": "html", "xhtml": "html", "svg": "xml", "xsd": "xml", "pom": "xml", "vue": "html", "plist": "xml",
	"scss": "css", "less": "css", "postgresql": "sql", "mysql": "sql", "psql": "sql", "plsql": "sql",
	"tf": "hcl", "terraform": "hcl", "proto": "protobuf", "proto3": "protobuf", "gql": "graphql",
	"docker": "dockerfile", "containerfile": "dockerfile", "cfg": "ini", "conf": "ini", "properties": "ini", "dotenv": "ini", "env": "ini", "editorconfig": "ini", "toml": "ini",
	"patch": "diff", "udiff": "diff", "rb": "ruby", "txt": "text", "plain": "text", "plaintext": "text", "none": "text", "output": "text", "log": "text", "csv": "text",
	"make": "makefile", "mk": "makefile", "groovy": "java", "gradle": "java", "scala": "java", "dart": "java", "swift": "java",
}

// writer builds the HTML, joining what has the same class and closing spans at
// line ends.
type writer struct {
	b     strings.Builder
	class string
}

// put adds text of a class, "" for plain.
func (w *writer) put(class, s string) {
	for s != "" {
		line, rest := s, ""
		nl := strings.IndexByte(s, '\n')
		if nl >= 0 {
			line, rest = s[:nl], s[nl+1:]
		}
		if line != "" {
			w.open(class)
			escape(&w.b, line)
		}
		if nl < 0 {
			return
		}
		w.open("")
		w.b.WriteByte('\n')
		s = rest
	}
}

func (w *writer) open(class string) {
	if w.class == class {
		return
	}
	if w.class != "" {
		w.b.WriteString("</span>")
	}
	if class != "" {
		w.b.WriteString(`<span class="`)
		w.b.WriteString(class)
		w.b.WriteString(`">`)
	}
	w.class = class
}

func (w *writer) finish() string {
	w.open("")
	return w.b.String()
}

// escape writes text as HTML.
func escape(b *strings.Builder, s string) {
	from := 0
	for i := 0; i < len(s); i++ {
		var e string
		switch s[i] {
		case '&':
			e = "&amp;"
		case '<':
			e = "&lt;"
		case '>':
			e = "&gt;"
		case '"':
			e = "&#34;"
		case 0:
			e = "\ufffd"
		default:
			continue
		}
		b.WriteString(s[from:i])
		b.WriteString(e)
		from = i + 1
	}
	b.WriteString(s[from:])
}
