package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
)

func parseOne(c chunk, index int, at diag.Pos, sink diag.Sink, n *nursery) *Doc {
	at.Line = c.line
	d := &Doc{Index: index, Text: c.text, at: at}
	if crowded(c.text) {
		d.Invalid = true
		reportAt(sink, at, c.line+1, CodeTooLarge, fmt.Sprintf("the document has more than %d values", MaxNodes), "split it into several documents")
		return d
	}
	w := walker{doc: d, sink: sink}
	err := w.plant(c, n)
	switch {
	case errors.Is(err, io.EOF):
		return d
	case err != nil:
		d.Invalid = true
		d.syntaxError(err, sink)
		return d
	}
	d.Value = w.value(d.root, 0)
	d.Invalid = w.failed
	return d
}

// plant makes the tree of a document. In what usual reads, no text goes on in
// another line with too little indentation.
func (w *walker) plant(c chunk, n *nursery) error {
	if !c.strange {
		if root, ok := readUsual(c.text, n); ok {
			w.doc.root = &root
			return nil
		}
	}
	root, text, err := c.anyTree()
	if err != nil {
		return err
	}
	w.doc.root = root
	w.checkIndents(root, text)
	return nil
}

// anyTree parses a text of which nothing is known, and returns it as the values
// have their places in it.
func (c chunk) anyTree() (*tree, []byte, error) {
	var n yaml.Node
	text, err := decodeLikeNPM(c.text, &n)
	if err != nil {
		return nil, nil, err
	}
	from := &n
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		from = n.Content[0]
	}
	p, root := planter{}, new(tree)
	if c.strange {
		p.show = show
	}
	p.plant(from, root)
	return root, text, nil
}

// decodeLikeNPM parses one document. Text that npm's yaml reads and yaml.v3
// refuses is tried again in a form that both read. It returns the text by which
// the nodes have their places.
func decodeLikeNPM(text []byte, n *yaml.Node) ([]byte, error) {
	err := decode(text, n)
	if err == nil || errors.Is(err, io.EOF) {
		return text, err
	}
	paired := text
	if strings.Contains(err.Error(), "invalid Unicode character escape") {
		paired = pairSurrogates(text)
	}
	again := tabLine.Get().ReplaceAll(paired, []byte("$1"))
	if bytes.Equal(again, text) {
		return text, err
	}
	*n = yaml.Node{}
	if decode(again, n) != nil {
		return text, err
	}
	return paired, nil
}

// tabLine finds lines of nothing but space with a tab in it, which are empty
// lines in YAML 1.2.
var tabLine = lazyregexp.New(`(?m)^[ ]*\t[ \t]*(\r?)$`)

// crowded tells whether a text is sure to be beyond MaxNodes, from its commas,
// brackets and lines: 4 MB of "a," cost yaml.v3 half a gigabyte. Block scalars
// of code have commas and lines too, hence the factor.
func crowded(text []byte) bool {
	const limit = 3 * MaxNodes
	if len(text) < limit {
		return false
	}
	n := 0
	for _, s := range []string{",", "[", "{", "\n"} {
		n += bytes.Count(text, []byte(s))
	}
	return n > limit
}

// decode parses one document. yaml.v3 has panicked on hostile input before; a
// panic of it is a syntax error here.
func decode(text []byte, n *yaml.Node) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("yaml: cannot be parsed: %v", v)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(n); err != nil {
		return err
	}
	// The decoder stops after the first value; what follows it must be nothing.
	switch err := d.Decode(new(yaml.Node)); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return errTrailing
}

var errTrailing = errors.New("yaml: something follows the end of the document's value")

// findLineBelow is the size of documents whose errors are traced to their line.
const findLineBelow = 256 << 10

func (d *Doc) syntaxError(err error, sink diag.Sink) {
	line, msg := splitError(err)
	if name, ok := strings.CutPrefix(msg, "unknown anchor "); ok {
		line = lineOf(d.Text, "*"+strings.Trim(strings.TrimSuffix(name, " referenced"), "'"))
	} else if len(d.Text) < findLineBelow {
		line = errorLine(d.Text, err)
	}
	text := nthLine(d.Text, line)
	offending := offendingByte(msg, text)
	if opened, open := unclosed(msg, d.Text, line); opened > 0 {
		line, text, offending = opened, nthLine(d.Text, opened), open
	}
	at := d.at
	at.Col = 1 + utf8.RuneCount(text[:offending])
	msg, hint := explain(msg, text)
	reportAt(sink, at, d.at.Line+line, CodeSyntax, msg, hint)
}

// errorLine is the line at which the parser gives up: the end of the shortest
// part of the text that fails as the whole does. yaml.v3 itself names the line
// where the surrounding construct begins, or the one before.
func errorLine(text []byte, whole error) int {
	var ends []int
	for i, b := range text {
		if b == '\n' || i == len(text)-1 {
			ends = append(ends, i+1)
		}
	}
	n := sort.Search(len(ends)-1, func(i int) bool {
		err := decode(text[:ends[i]], new(yaml.Node))
		return err != nil && err.Error() == whole.Error()
	})
	for ; n > 0; n-- { // an error at the end of the text is one of the last line that says something
		if l := nthLine(text, n+1); !blank(l) || bytes.HasPrefix(l, []byte("%")) {
			break
		}
	}
	return n + 1
}

func nthLine(text []byte, n int) []byte {
	for l := range bytes.Lines(text) {
		if n--; n == 0 {
			return bytes.TrimRight(l, "\r\n")
		}
	}
	return nil
}

func lineOf(text []byte, word string) int {
	i := bytes.Index(text, []byte(word))
	return 1 + bytes.Count(text[:max(i, 0)], []byte("\n"))
}

// splitError takes a message of yaml.v3 apart. It leaves the line out for
// errors on the first one.
func splitError(err error) (line int, msg string) {
	m := regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`).FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if m == nil {
		return 1, err.Error()
	}
	line, convErr := strconv.Atoi(m[1])
	if convErr != nil {
		line = 1
	}
	return line, m[2]
}

// offendingByte is where in a line the mistake is: what a key's value begins
// with, if the message is about it, or the first thing in the line.
func offendingByte(msg string, line []byte) int {
	indent := len(line) - len(bytes.TrimLeft(line, " "))
	value := indent
	if m := valueStart.Get().FindIndex(line); m != nil {
		value = m[1]
	}
	switch {
	case value >= len(line):
	case strings.Contains(msg, "cannot start any token") && bytes.IndexByte([]byte("@`%"), line[value]) >= 0,
		strings.Contains(msg, "mapping values are not allowed") && bytes.Contains(line[value:], []byte(": ")),
		strings.Contains(msg, "unexpected end of stream") && bytes.IndexByte([]byte(`"'`), line[value]) >= 0,
		strings.Contains(msg, "did not find expected key") && quoteInside.Get().Match(line),
		strings.HasPrefix(msg, "unknown anchor") && line[value] == '*':
		return value
	}
	return indent
}

// valueStart finds the beginning of a line's value, after dashes and a key.
var valueStart = lazyregexp.New(`^ *(?:- +)*(?:"[^"]*"|'[^']*'|[^\s"'#][^:#]*): +|^ *(?:- +)+`)
