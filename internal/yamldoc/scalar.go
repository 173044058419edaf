package yamldoc

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// scalar resolves a scalar by YAML 1.2's core schema (chapter 10.3). Infinity
// and not-a-number are numbers, though JSON has no form for them: see Finite.
func scalar(n *yaml.Node) any {
	if n.Style&yaml.TaggedStyle != 0 {
		return tagged(n)
	}
	if n.Style&quoted != 0 {
		return n.Value
	}
	return plain(n.Value)
}

// tagged resolves a scalar with a tag of the core schema. Any other tag leaves
// the text as it is.
func tagged(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool", "!!int", "!!float":
		return plain(n.Value)
	}
	return n.Value
}

func plain(s string) any {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "true", "True", "TRUE":
		return true
	case "false", "False", "FALSE":
		return false
	case ".nan", ".NaN", ".NAN":
		return math.NaN()
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return math.Inf(1)
	case "-.inf", "-.Inf", "-.INF":
		return math.Inf(-1)
	}
	if c := s[0]; c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') {
		return s
	}
	return number(s)
}

var (
	coreInt   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	coreOct   = regexp.MustCompile(`^0o[0-7]+$`)
	coreHex   = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
	coreFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
)

// maxDigits bounds the text that is read as a number. A longer one is a number
// too, and is taken for an infinite one.
const maxDigits = 400

func number(s string) any {
	switch {
	case coreInt.MatchString(s):
		return integer(s, strings.TrimPrefix(s, "+"), 10)
	case coreOct.MatchString(s):
		return integer(s, s[2:], 8)
	case coreHex.MatchString(s):
		return integer(s, s[2:], 16)
	case coreFloat.MatchString(s):
		f, _ := strconv.ParseFloat(s, 64) // too large is ±Inf, as in JavaScript
		return f
	}
	return s
}

func integer(s, digits string, base int) any {
	if i, err := strconv.ParseInt(digits, base, 64); err == nil {
		return i
	}
	if len(digits) > maxDigits {
		return math.Inf(1 - 2*strings.Count(s[:1], "-"))
	}
	i, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return s
	}
	f, _ := new(big.Float).SetInt(i).Float64()
	return f
}

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
	case bool:
		return strconv.FormatBool(v)
	}
	return n.Value
}

// formatFloat writes a number as JavaScript's Number.prototype.toString does.
func formatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0:
		return "0"
	}
	if a := math.Abs(f); a >= 1e-6 && a < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exp, _ := strings.Cut(s, "e")
	return mantissa + "e" + exp[:1] + strings.TrimLeft(exp[1:], "0")
}

// Finite replaces infinities and not-a-numbers in a value by nil, in place, as
// JSON does on its way out of JavaScript, and returns it.
func Finite(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if y := Finite(x); y == nil && x != nil {
				v[k] = nil
			}
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
