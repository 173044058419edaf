package yamldoc

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// headKeys come first in a mapping, in this order, as people write entities.
var headKeys = []string{"apiVersion", "kind", "metadata", "spec", "name", "namespace", "title", "description"}

// Marshal writes a JSON value as YAML: the keys of entities in their usual
// order, others by name, text of several lines as block scalars. The same value
// gives the same bytes, and Parse reads them back as the same value.
func Marshal(v any) []byte {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(node(v)); err != nil {
		return fmt.Appendf(nil, "# cannot be written as YAML: %v\n", err)
	}
	return b.Bytes()
}

func node(v any) *yaml.Node {
	switch v := v.(type) {
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, k := range orderedKeys(v) {
			n.Content = append(n.Content, text(k), node(v[k]))
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, x := range v {
			n.Content = append(n.Content, node(x))
		}
		return n
	case string:
		return text(v)
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v)}
	case float64:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: float(v)}
	case int64, int:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(v)}
	}
	return text(fmt.Sprint(v))
}

func float(f float64) string {
	switch {
	case math.IsNaN(f):
		return ".nan"
	case math.IsInf(f, 1):
		return ".inf"
	case math.IsInf(f, -1):
		return "-.inf"
	}
	return formatFloat(f)
}

func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case isBlock(s):
		n.Style = yaml.LiteralStyle
	case plain(s) != any(s), !isSafe(s):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// isBlock tells whether a text keeps its form as a block scalar: lines of
// printable text, the first one not indented.
func isBlock(s string) bool {
	if !strings.Contains(s, "\n") || strings.HasPrefix(s, " ") || strings.HasPrefix(s, "\n") || !isSafe(strings.ReplaceAll(s, "\n", "")) {
		return false
	}
	for l := range strings.Lines(s) {
		if l = strings.TrimSuffix(l, "\n"); strings.TrimRight(l, " ") != l {
			return false
		}
	}
	return true
}

// isSafe tells whether a text has only characters that stand for themselves in
// every style.
func isSafe(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r != ' ' && !unicode.IsGraphic(r) || r == '\u0085' || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == utf8.RuneError
	})
}

func orderedKeys(m map[string]any) []string {
	keys := slices.Sorted(maps.Keys(m))
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	return keys
}

func rank(key string) int {
	if i := slices.Index(headKeys, key); i >= 0 {
		return i
	}
	return len(headKeys)
}
