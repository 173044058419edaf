package yamldoc

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"callboard/internal/diag"
)

// walker makes plain values of nodes. yaml.v3's own decoding into maps is
// quadratic in the number of keys (50,000 keys take seconds); this is not.
type walker struct {
	doc     *Doc
	sink    diag.Sink
	nodes   int
	aliases map[*yaml.Node]bool // anchors being expanded, to cut circles
	failed  bool
	full    bool // a limit was hit and has been reported
}

func (w *walker) fail(n *yaml.Node, code diag.Code, msg, hint string, related ...diag.Related) {
	w.failed = true
	w.sink.Report(diag.Diagnostic{Pos: w.doc.posOf(n), Severity: diag.Error, Code: code, Message: msg, Hint: hint, Related: related})
}

func (w *walker) value(n *yaml.Node, depth int) any {
	if w.full {
		return nil
	}
	if w.nodes++; w.nodes > MaxNodes || depth > MaxDepth {
		w.full = true
		msg := fmt.Sprintf("the document has more than %d values", MaxNodes)
		if depth > MaxDepth {
			msg = fmt.Sprintf("the document is nested more than %d deep", MaxDepth)
		}
		w.fail(n, CodeTooLarge, msg, "aliases count as what they stand for")
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		return w.mapping(n, depth)
	case yaml.SequenceNode:
		out := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			out = append(out, w.value(c, depth+1))
		}
		return out
	case yaml.AliasNode:
		return w.alias(n, depth)
	}
	return scalar(n)
}

func (w *walker) alias(n *yaml.Node, depth int) any {
	if w.aliases[n.Alias] {
		w.fail(n, CodeTooLarge, fmt.Sprintf("the alias %q stands for something that holds itself", n.Value), "")
		return nil
	}
	w.aliases[n.Alias] = true
	defer delete(w.aliases, n.Alias)
	return w.value(n.Alias, depth+1)
}

func (w *walker) mapping(n *yaml.Node, depth int) any {
	out := make(map[string]any, len(n.Content)/2)
	var first map[string]*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := resolveAlias(n.Content[i])
		if k.Kind != yaml.ScalarNode {
			w.fail(n.Content[i], CodeKey, "the key of a mapping must be a plain value", "put quotes around it, or remove the braces")
			continue
		}
		key := keyText(k)
		if _, dup := out[key]; dup {
			if first == nil {
				first = firstKeys(n)
			}
			w.fail(n.Content[i], CodeDuplicateKey, fmt.Sprintf("the key %q is there twice", key), "remove one of the two",
				diag.Related{Pos: w.doc.posOf(first[key]), Message: "the first one"})
			continue
		}
		out[key] = w.value(n.Content[i+1], depth+1)
	}
	return out
}

func firstKeys(n *yaml.Node) map[string]*yaml.Node {
	m := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k := keyText(resolveAlias(n.Content[i])); m[k] == nil {
			m[k] = n.Content[i]
		}
	}
	return m
}

func resolveAlias(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

var (
	coreInt   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	coreOct   = regexp.MustCompile(`^0o[0-7]+$`)
	coreHex   = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
	coreFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
)

// keyText is a key as JavaScript writes it: numbers in their shortest form, and
// nothing for null.
func keyText(n *yaml.Node) string {
	switch v := scalar(n).(type) {
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return formatFloat(v)
	}
	return n.Value
}

func formatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// scalar resolves a scalar by YAML 1.2's core schema (chapter 10.3). Infinity
// and not-a-number are numbers, though JSON has no form for them: see Finite.
func scalar(n *yaml.Node) any {
	s := n.Value
	if n.Style&yaml.TaggedStyle != 0 && n.ShortTag() != "!!int" && n.ShortTag() != "!!float" && n.ShortTag() != "!!bool" && n.ShortTag() != "!!null" {
		return s
	}
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return s
	}
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "true", "True", "TRUE":
		return true
	case "false", "False", "FALSE":
		return false
	}
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case ".inf":
		return math.Inf(1 - 2*btoi(s[0] == '-'))
	case ".nan":
		if s[0] == '.' {
			return math.NaN()
		}
	}
	if c := s[0]; c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') {
		return s
	}
	return number(s)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Finite replaces infinities and not-a-numbers in a value by nil, in place, as
// JSON does on its way out of JavaScript, and returns it.
func Finite(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = Finite(v[k])
		}
	case []any:
		for i := range v {
			v[i] = Finite(v[i])
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	}
	return v
}

func number(s string) any {
	switch {
	case coreInt.MatchString(s):
		if i, err := strconv.ParseInt(strings.TrimPrefix(s, "+"), 10, 64); err == nil {
			return i
		}
	case coreOct.MatchString(s):
		if i, err := strconv.ParseInt(s[2:], 8, 64); err == nil {
			return i
		}
	case coreHex.MatchString(s):
		if i, err := strconv.ParseInt(s[2:], 16, 64); err == nil {
			return i
		}
	case !coreFloat.MatchString(s):
		return s
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
		return f
	}
	return s
}

// Pos is the place of the value at a path of keys (string) and indices (int).
// For a path that is not there, it is the place of the nearest value above.
func (d *Doc) Pos(path ...any) diag.Pos {
	_, val := d.find(path)
	return d.posOf(val)
}

// KeyPos is the place of the key of the value at a path, or of the value itself
// in a list.
func (d *Doc) KeyPos(path ...any) diag.Pos {
	key, val := d.find(path)
	if key != nil {
		return d.posOf(key)
	}
	return d.posOf(val)
}

// Tag is the tag written before the value at a path, such as "!ENV", or "".
func (d *Doc) Tag(path ...any) string {
	if _, val := d.find(path); val != nil && val.Style&yaml.TaggedStyle != 0 {
		return val.Tag
	}
	return ""
}

// Keys are the keys of the mapping at a path in the order of the file.
func (d *Doc) Keys(path ...any) []string {
	_, val := d.find(path)
	if val = follow(val); val == nil || val.Kind != yaml.MappingNode {
		return nil
	}
	keys := make([]string, 0, len(val.Content)/2)
	for i := 0; i+1 < len(val.Content); i += 2 {
		keys = append(keys, val.Content[i].Value)
	}
	return keys
}

// find walks down a path as far as it leads.
func (d *Doc) find(path []any) (key, val *yaml.Node) {
	val = d.root
	for _, p := range path {
		n := follow(val)
		if n == nil {
			return key, val
		}
		k, v := child(n, p)
		if v == nil {
			return key, val
		}
		key, val = k, v
	}
	return key, val
}

func follow(n *yaml.Node) *yaml.Node {
	for range 8 { // an alias of an alias is rare, a longer chain is mischief
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return nil
}

func child(n *yaml.Node, p any) (key, val *yaml.Node) {
	switch p := p.(type) {
	case string:
		if n.Kind != yaml.MappingNode {
			return nil, nil
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == p {
				return n.Content[i], n.Content[i+1]
			}
		}
	case int:
		if n.Kind == yaml.SequenceNode && p >= 0 && p < len(n.Content) {
			return nil, n.Content[p]
		}
	}
	return nil, nil
}

func (d *Doc) posOf(n *yaml.Node) diag.Pos {
	p := d.at
	if n == nil {
		p.Line++
		p.Col = 1
		return p
	}
	p.Line += n.Line
	p.Col = n.Column
	return p
}
