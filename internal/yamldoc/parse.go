// Package yamldoc is the gate for YAML of strangers. It reads a file of several
// documents into plain JSON values and keeps the place of every key and value,
// within limits on size, number, depth and expansion. Scalars mean what they
// mean in YAML 1.2's core schema, as Backstage's parser (the `yaml` package)
// reads them: "yes", "no" and dates are strings, and "<<" is a key like others.
package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"callboard/internal/diag"
)

// Limits of one file. A file or document beyond them is left out, with a
// diagnostic of CodeTooLarge.
const (
	MaxBytes     = 4 << 20 // of a file
	MaxDocuments = 2_000   // in a file
	MaxNodes     = 200_000 // in a document, with every alias counted as what it stands for
	MaxDepth     = 100     // of nesting
)

// The codes of this package's findings.
const (
	CodeSyntax       = diag.Code("yaml-syntax")
	CodeDuplicateKey = diag.Code("yaml-duplicate-key")
	CodeTooLarge     = diag.Code("yaml-too-large")
	CodeKey          = diag.Code("yaml-key-invalid")
)

// Doc is one document of a file.
type Doc struct {
	// Index is the document's number in the file, from zero. Empty documents
	// count.
	Index int
	// Value is map[string]any, []any, string, int64, float64, bool or nil.
	Value any
	// Invalid is set when the document could not be read whole. What is wrong
	// has been reported; Value holds what could be read and may be nil.
	Invalid bool

	at   diag.Pos // Repo and File; Line is the line before the document's text
	root *yaml.Node
}

// Parse reads all documents of a file. at names its repository and file. One
// bad document does not hide its neighbours: a line that begins with "---" ends
// a document in YAML wherever it stands, so documents are parsed one by one.
func Parse(src []byte, at diag.Pos, sink diag.Sink) []*Doc {
	at.Line, at.Col = 0, 0
	if len(src) > MaxBytes {
		reportAt(sink, at, 1, CodeTooLarge, fmt.Sprintf("the file has %d bytes, more than the limit of %d", len(src), MaxBytes), "split it into several files")
		return nil
	}
	var docs []*Doc
	for _, c := range split(src) {
		if len(docs) == MaxDocuments {
			reportAt(sink, at, c.line+1, CodeTooLarge, fmt.Sprintf("the file has more than %d documents; the rest is left out", MaxDocuments), "split it into several files")
			break
		}
		docs = append(docs, parseOne(c, len(docs), at, sink))
	}
	return docs
}

// One reads a file that must hold one document, such as mkdocs.yml. It returns
// nil for a file that holds none.
func One(src []byte, at diag.Pos, sink diag.Sink) *Doc {
	docs := Parse(src, at, sink)
	if len(docs) == 0 {
		return nil
	}
	if len(docs) > 1 {
		reportAt(sink, at, docs[1].at.Line+1, CodeSyntax, "the file holds more than one document; only the first is read", `remove what follows "---"`)
	}
	return docs[0]
}

func reportAt(sink diag.Sink, at diag.Pos, line int, code diag.Code, msg, hint string) {
	at.Line, at.Col = line, 1
	sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Error, Code: code, Message: msg, Hint: hint})
}

// chunk is the text of one document; line is the number of lines before it.
type chunk struct {
	text []byte
	line int
}

func split(src []byte) []chunk {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	var out []chunk
	start, startLine, line, ended := 0, 0, 0, false
	flush := func(end int) {
		c := chunk{src[start:end], startLine}
		if marked(c.text) || !blank(c.text) {
			out = append(out, c)
		}
		start, startLine = end, line
	}
	for i := 0; i < len(src); {
		end := len(src)
		if n := bytes.IndexByte(src[i:], '\n'); n >= 0 {
			end = i + n + 1
		}
		if l := src[i:end]; marked(l) && i > start || ended {
			flush(i)
			ended = false
		} else if isEnd(l) {
			ended = true
		}
		i = end
		line++
	}
	flush(len(src))
	return out
}

// marked tells whether text begins with the marker that begins a document.
func marked(text []byte) bool {
	return bytes.HasPrefix(text, []byte("---")) && (len(text) == 3 || text[3] == ' ' || text[3] == '\n' || text[3] == '\r' || text[3] == '\t')
}

func isEnd(line []byte) bool { return string(bytes.TrimRight(line, " \t\r\n")) == "..." }

// blank tells whether text holds only comments, directives and space, and so no
// document.
func blank(text []byte) bool {
	for l := range bytes.Lines(text) {
		if l = bytes.TrimSpace(l); len(l) > 0 && l[0] != '#' && l[0] != '%' && string(l) != "..." {
			return false
		}
	}
	return true
}

func parseOne(c chunk, index int, at diag.Pos, sink diag.Sink) *Doc {
	at.Line = c.line
	d := &Doc{Index: index, at: at}
	var n yaml.Node
	switch err := decode(c.text, &n); {
	case errors.Is(err, io.EOF):
		return d
	case err != nil:
		d.Invalid = true
		line, msg := syntaxError(err)
		reportAt(sink, at, c.line+max(line, 1), CodeSyntax, msg, hintOf(msg))
		return d
	}
	d.root = &n
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		d.root = n.Content[0]
	}
	w := walker{doc: d, sink: sink, aliases: map[*yaml.Node]bool{}}
	d.Value = w.value(d.root, 0)
	d.Invalid = w.failed
	return d
}

// decode parses one document. yaml.v3 has panicked on hostile input before; a
// panic of it is a syntax error here.
func decode(text []byte, n *yaml.Node) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("yaml: cannot be parsed: %v", v)
		}
	}()
	return yaml.NewDecoder(bytes.NewReader(text)).Decode(n)
}

var errorLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxError takes a message of yaml.v3 apart. It leaves the line out for
// errors on the first one.
func syntaxError(err error) (line int, msg string) {
	m := errorLine.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if m == nil {
		return 1, err.Error()
	}
	line, convErr := strconv.Atoi(m[1])
	if convErr != nil {
		line = 1
	}
	return line, m[2]
}

func hintOf(msg string) string {
	switch {
	case strings.Contains(msg, "mapping values are not allowed"):
		return "a value that holds \": \" needs quotes, or the line is indented too far"
	case strings.Contains(msg, "cannot start any token") || strings.Contains(msg, "found character"):
		return "indent with spaces, and put quotes around values that begin with @, ` or %"
	case strings.Contains(msg, "did not find expected key"):
		return "check the indentation of this line and of the one before"
	case strings.Contains(msg, "control characters") || strings.Contains(msg, "UTF-8"):
		return "save the file as UTF-8 text"
	}
	return ""
}
