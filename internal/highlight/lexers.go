package highlight

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io/fs"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
)

// chromaLexers are chroma's lexers as its XML files, with an index and chroma's
// licence. Chroma's own package of them reads all when a program starts, which
// takes longer than to build a small site; these are read when one is asked for.
// TestLexersAreChromas holds that they are those of the module in go.mod.
//
//go:embed chroma-lexers.zip
var chromaLexers []byte

const lexerIndex = "index.tsv" // a line a lexer: file, then its names in lower case

// registry finds lexers of chroma.
type registry struct {
	once  sync.Once
	files fs.FS
	names map[string]string // a name -> its file
	reg   *chroma.LexerRegistry
	mu    sync.Mutex
}

func (r *registry) load() {
	r.names = map[string]string{}
	r.reg = chroma.NewLexerRegistry()
	z, err := zip.NewReader(bytes.NewReader(chromaLexers), int64(len(chromaLexers)))
	if err != nil {
		return // the test would have told
	}
	r.files = z
	index, err := fs.ReadFile(z, lexerIndex)
	if err != nil {
		return
	}
	for line := range strings.Lines(string(index)) {
		file, names, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		for name := range strings.SplitSeq(names, "\t") {
			if _, taken := r.names[name]; !taken {
				r.names[name] = file
			}
		}
	}
	r.reg.Register(embeddedGo())
}

// get is the lexer of a name, or nil. Lexers that build on others find them by
// chroma's registry; of these there are a handful.
func (r *registry) get(name string) chroma.Lexer {
	r.once.Do(r.load)
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open(name, 0)
}

func (r *registry) open(name string, depth int) chroma.Lexer {
	file, ok := r.names[strings.ToLower(name)]
	if !ok {
		return nil
	}
	for _, l := range r.reg.Lexers {
		if l.Config().Name == name || r.names[strings.ToLower(l.Config().Name)] == file {
			return l
		}
	}
	l, err := chroma.NewXMLLexer(r.files, file)
	if err != nil {
		return nil
	}
	if depth < 3 {
		r.openUsed(file, depth)
	}
	return r.reg.Register(l)
}

// openUsed opens the lexers that a lexer's rules name.
func (r *registry) openUsed(file string, depth int) {
	text, err := fs.ReadFile(r.files, file)
	if err != nil {
		return
	}
	for rest := string(text); ; {
		_, after, ok := strings.Cut(rest, `<using lexer="`)
		if !ok {
			return
		}
		var name string
		name, rest, _ = strings.Cut(after, `"`)
		r.open(name, depth+1)
	}
}

// embeddedGo stands for chroma's lexer of Go, which is code and no file, where
// templates use it for their expressions.
func embeddedGo() chroma.Lexer {
	return chroma.MustNewLexer(&chroma.Config{Name: "Go", Aliases: []string{"go"}}, func() chroma.Rules {
		return chroma.Rules{"root": {
			{Pattern: `\s+`, Type: chroma.Text},
			{Pattern: `"(\\.|[^"\\])*"|` + "`[^`]*`" + `|'(\\.|[^'\\])*'`, Type: chroma.LiteralString},
			{Pattern: `(if|else|end|range|with|define|template|block|and|or|not|eq|ne|lt|le|gt|ge|len|index|print|printf|println|call|html|js|urlquery)\b`, Type: chroma.Keyword},
			{Pattern: `[0-9][0-9.xa-fA-F]*`, Type: chroma.LiteralNumber},
			{Pattern: `[.$]?[\pL_][\pL\pN_]*`, Type: chroma.Name},
			{Pattern: `.`, Type: chroma.Punctuation},
		}}
	})
}
