package yamldoc

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// Tidy writes a JSON value as YAML for people to go on with: the keys that are
// in order come first and so ordered, others by name, and comments stand at
// what they are about: beside a scalar, above anything else. A comment's key is
// the JSON pointer of its value, such as "/spec/owner" or "/metadata/tags/0".
// The same arguments give the same bytes, and Parse reads back the value.
func Tidy(v any, order []string, comments map[string]string) []byte {
	t := tidier{order, comments}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(t.node(v, "")); err != nil {
		return fmt.Appendf(nil, "# cannot be written as YAML: %v\n", err)
	}
	return b.Bytes()
}

type tidier struct {
	order    []string
	comments map[string]string
}

func (t tidier) node(v any, at string) *yaml.Node {
	switch v := v.(type) {
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode}
		keys := orderedKeys(v)
		slices.SortStableFunc(keys, func(a, b string) int { return t.rank(a) - t.rank(b) })
		for _, k := range keys {
			p := at + "/" + pointerEscaper.Replace(k)
			key, value := text(k), t.node(v[k], p)
			t.comment(key, value, p)
			n.Content = append(n.Content, key, value)
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for i, x := range v {
			p := at + "/" + strconv.Itoa(i)
			value := t.node(x, p)
			t.comment(value, value, p)
			n.Content = append(n.Content, value)
		}
		return n
	}
	n := node(v)
	if s, ok := v.(string); ok && n.Style == 0 && isOldBool(s) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// isOldBool tells the texts that are no text in YAML 1.1, which other readers
// of the file may speak.
func isOldBool(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off":
		return true
	}
	return false
}

func (t tidier) rank(key string) int {
	if i := slices.Index(t.order, key); i >= 0 {
		return i
	}
	return len(t.order)
}

// comment puts the comment on a value beside it, or above its key.
func (t tidier) comment(key, value *yaml.Node, at string) {
	c := commentText(t.comments[at])
	switch {
	case c == "":
	case value.Kind == yaml.ScalarNode && value.Style&yaml.LiteralStyle == 0:
		value.LineComment = c
	default:
		key.HeadComment = c
	}
}

// commentText makes one line of a comment, with nothing in it that would end
// the line.
func commentText(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }), " ")
	if s == "" {
		return ""
	}
	return "# " + s
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// Pointer is the JSON pointer of a path of keys (string) and indices (int).
func Pointer(path ...any) string {
	var b strings.Builder
	for _, p := range path {
		b.WriteByte('/')
		if s, ok := p.(string); ok {
			b.WriteString(pointerEscaper.Replace(s))
		} else {
			fmt.Fprint(&b, p)
		}
	}
	return b.String()
}
