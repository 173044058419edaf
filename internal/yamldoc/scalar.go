package yamldoc

import (
	"encoding/base64"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"callboard/internal/lazyregexp"
)

const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// scalar resolves a scalar by YAML 1.2's core schema (chapter 10.3). Infinity
// and not-a-number are numbers, though JSON has no form for them: see Finite.
func scalar(n *tree) any {
	if n.Style&yaml.TaggedStyle != 0 {
		return tagged(n)
	}
	if n.Style&quoted != 0 {
		return n.Value
	}
	return plain(n.Value)
}

// tagged resolves a scalar with a tag of the core schema, or one of the two that
// npm's yaml knows beyond it. Any other tag leaves the text as it is.
func tagged(n *tree) any {
	switch n.shortTag() {
	case "!!timestamp":
		return isoDate(n.Value)
	case "!!binary":
		if b, ok := binary(n.Value); ok {
			data := make([]any, len(b))
			for i, c := range b {
				data[i] = int64(c)
			}
			return map[string]any{"type": "Buffer", "data": data} // as Node writes one as JSON
		}
	case "!!null":
		return nil
	case "!!bool", "!!int", "!!float":
		return plain(n.Value)
	}
	return n.Value
}

// isoDate is a date as JavaScript writes it as JSON, or the text if it is none.
func isoDate(s string) string {
	for _, layout := range []string{"2006-1-2", "2006-1-2 15:4:5", "2006-1-2T15:4:5", "2006-1-2t15:4:5", time.RFC3339, "2006-1-2t15:4:5Z07:00", "2006-1-2 15:4:5Z07:00", "2006-1-2 15:4:5 Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC().Format("2006-01-02T15:04:05.000Z")
		}
	}
	return s
}

func binary(s string) ([]byte, bool) {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	return b, err == nil
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
	coreInt   = lazyregexp.New(`^[-+]?[0-9]+$`)
	coreOct   = lazyregexp.New(`^0o[0-7]+$`)
	coreHex   = lazyregexp.New(`^0x[0-9a-fA-F]+$`)
	coreFloat = lazyregexp.New(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
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
func keyText(n *tree) string {
	switch v := scalar(n).(type) {
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return formatFloat(v)
	case bool:
		return strconv.FormatBool(v)
	case string:
		return v
	}
	b, _ := binary(n.Value)
	return strings.ToValidUTF8(string(b), "\ufffd")
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
