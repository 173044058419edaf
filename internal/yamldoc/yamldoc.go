// Package yamldoc is the gate for YAML of strangers. It reads a file of several
// documents into plain JSON values and keeps the place of every key and value,
// within limits on size, number, depth and expansion. Scalars mean what they
// mean in YAML 1.2's core schema, as Backstage's parser (the npm package
// "yaml") reads them: "yes", "no" and dates are strings, and "<<" is a key like
// others. Tags that the core schema does not know are data: Doc.Tag tells them.
package yamldoc

import (
	"fmt"
	"iter"

	"callboard/internal/diag"
)

// Limits of one file. A file or document beyond them is left out, with a
// diagnostic of CodeTooLarge.
const (
	MaxBytes     = 4 << 20 // of a file
	MaxDocuments = 50_000  // in a file
	MaxNodes     = 200_000 // in a document, with every alias counted as what it stands for
	MaxDepth     = 256     // of nesting
	MaxAliases   = 100     // uses of one anchor, those in what it stands for multiplied, as in npm's yaml
	MaxFindings  = 50      // diagnostics on one document
)

// The codes of this package's findings.
const (
	CodeSyntax       = diag.Code("yaml-syntax")
	CodeDuplicateKey = diag.Code("yaml-duplicate-key")
	CodeTooLarge     = diag.Code("yaml-too-large")
	CodeKey          = diag.Code("yaml-key-invalid")
	CodeEncoding     = diag.Code("yaml-encoding")
)

// Doc is one document of a file. It remembers what it looks up and so must not
// be used from several goroutines at once.
type Doc struct {
	// Index is the document's number in the file, from zero. Empty documents
	// count.
	Index int
	// Value is map[string]any, []any, string, int64, float64, bool or nil. It
	// shares nothing with other documents and may be changed.
	Value any
	// Invalid is set when the document could not be read whole. What is wrong
	// has been reported; Value holds what could be read and may be nil.
	Invalid bool
	// Text is the document as it stands in the file, in UTF-8.
	Text []byte

	at    diag.Pos // Repo and File; Line is the line before the document's text
	root  *tree
	index map[*tree]map[string]int // of large mappings: the place of each key
	traps []Trap
}

// Parse reads all documents of a file. at names its repository and file. One
// bad document does not hide its neighbours: a line that begins with "---" ends
// a document in YAML wherever it stands, so documents are parsed one by one.
func Parse(src []byte, at diag.Pos, sink diag.Sink) []*Doc {
	var docs []*Doc
	for d := range documents(src, at, sink, new(nursery)) {
		docs = append(docs, d)
	}
	return docs
}

// Each is Parse for those who look at one document after the other: each is good
// until the next is asked for, since its memory is used again. What was taken of
// its Value stays.
func Each(src []byte, at diag.Pos, sink diag.Sink) iter.Seq[*Doc] {
	return func(yield func(*Doc) bool) {
		n := nurseries.Get().(*nursery)
		defer nurseries.Put(n)
		for d := range documents(src, at, sink, n) {
			if !yield(d) {
				n.clear()
				return
			}
			n.clear()
		}
	}
}

func documents(src []byte, at diag.Pos, sink diag.Sink, n *nursery) iter.Seq[*Doc] {
	return func(yield func(*Doc) bool) {
		at.Line, at.Col = 0, 0
		if len(src) > MaxBytes {
			reportAt(sink, at, 1, CodeTooLarge, fmt.Sprintf("the file has %d bytes, more than the limit of %d", len(src), MaxBytes), "split it into several files")
			return
		}
		text, strange, ok := decodeText(src, at, sink)
		if !ok {
			return
		}
		for i, c := range split(text, strange) {
			if i == MaxDocuments {
				reportAt(sink, at, c.line+1, CodeTooLarge, fmt.Sprintf("the file has more than %d documents; the rest is left out", MaxDocuments), "split it into several files")
				return
			}
			if !yield(parseOne(c, i, at, sink, n)) {
				return
			}
		}
	}
}

// One reads a file that must hold one document, such as mkdocs.yml. It returns
// nil for a file that holds none.
func One(src []byte, at diag.Pos, sink diag.Sink) *Doc {
	return one(src, at, sink, new(nursery))
}

// Once is One for those who need the document only until use returns: its memory
// is used again. use is not called for a file that holds none.
func Once(src []byte, at diag.Pos, sink diag.Sink, use func(*Doc)) {
	n := nurseries.Get().(*nursery)
	defer nurseries.Put(n)
	if d := one(src, at, sink, n); d != nil {
		use(d)
	}
	n.clear()
}

func one(src []byte, at diag.Pos, sink diag.Sink, n *nursery) (first *Doc) {
	count := 0
	for d := range documents(src, at, sink, n) {
		switch count++; count {
		case 1:
			first = d
		case 2:
			at.Line = d.at.Line + 1
		}
	}
	if count > 1 {
		at.Col = 0
		reportAt(sink, at, at.Line, CodeSyntax, "the file holds more than one document; only the first is read", `remove what follows "---"`)
	}
	return first
}

func reportAt(sink diag.Sink, at diag.Pos, line int, code diag.Code, msg, hint string) {
	at.Line = line
	if at.Col == 0 {
		at.Col = 1
	}
	sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Error, Code: code, Message: msg, Hint: hint})
}
