package jinja

import (
	"math"
	"strconv"
	"strings"
)

func numberFilters() map[string]builtin {
	return map[string]builtin{
		"int":            {params: []string{"default", "base"}, call: toInt},
		"float":          {params: []string{"default"}, call: toFloat},
		"abs":            {call: absolute},
		"round":          {params: []string{"precision", "method"}, call: rounded},
		"sum":            {params: []string{"attribute", "start"}, call: sum},
		"min":            {params: []string{"case_sensitive", "attribute"}, call: extreme(-1)},
		"max":            {params: []string{"case_sensitive", "attribute"}, call: extreme(1)},
		"filesizeformat": {params: []string{"binary"}, call: fileSize},
	}
}

func toInt(r *run, b *bound) any {
	def := b.or(0, int64(0))
	if s, ok := str(b.of); ok {
		s = strings.ReplaceAll(strings.TrimSpace(s), "_", "")
		if n, err := strconv.ParseInt(prefixed(s, b.int(r, 1, 10)), b.int(r, 1, 10), 64); err == nil {
			return n
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			return whole64(f, def)
		}
		return def
	}
	i, f, isInt, ok := number(b.of)
	switch {
	case !ok:
		return def
	case isInt:
		return i
	}
	return whole64(f, def)
}

// prefixed is a number without the mark of its base.
func prefixed(s string, base int) string {
	if mark := map[int]string{16: "0x", 8: "0o", 2: "0b"}[base]; mark != "" {
		return strings.TrimPrefix(strings.ToLower(s), mark)
	}
	return s
}

func whole64(f float64, def any) any {
	if math.IsNaN(f) || math.Abs(f) >= 1<<63 {
		return def
	}
	return int64(f)
}

func toFloat(_ *run, b *bound) any {
	if s, ok := str(b.of); ok {
		if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil {
			return f
		}
		return b.or(0, 0.0)
	}
	if _, f, _, ok := number(b.of); ok {
		return f
	}
	return b.or(0, 0.0)
}

func absolute(r *run, b *bound) any {
	i, f, isInt, ok := number(b.of)
	switch {
	case !ok:
		r.fail("%s is no number", r.name(b.of))
	case isInt && i >= 0:
		return i
	case isInt && i != math.MinInt64:
		return -i
	}
	return math.Abs(f)
}

// rounded rounds halves to the even digit, as Python does, unless it is told to
// round up or down.
func rounded(r *run, b *bound) any {
	i, f, isInt, ok := number(b.of)
	if !ok {
		r.fail("%s is no number", r.name(b.of))
	}
	digits, method := b.int(r, 0, 0), b.str(r, 1, "common")
	if isInt && method == "common" && digits >= 0 {
		return i
	}
	if digits > 300 || digits < -300 {
		r.fail("the precision is not between -300 and 300")
	}
	unit := math.Pow(10, float64(digits))
	switch method {
	case "ceil":
		return math.Ceil(f*unit) / unit
	case "floor":
		return math.Floor(f*unit) / unit
	case "common":
	default:
		r.fail("the method is not common, ceil or floor")
	}
	if digits < 0 {
		f = math.RoundToEven(f*unit) / unit
		if isInt {
			return whole64(f, i)
		}
		return f
	}
	// The decimal digits of a float are rounded right by whoever writes them.
	n, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', digits, 64), 64)
	return n
}

func sum(r *run, b *bound) any {
	total, get := b.or(1, int64(0)), r.getter(b.or(0, nil))
	for _, v := range r.items(b.of) {
		r.step(1)
		total = r.arith("+", total, get(v))
	}
	return total
}

// extreme makes min and max.
func extreme(sign int) func(r *run, b *bound) any {
	return func(r *run, b *bound) any {
		items := r.items(b.of)
		if len(items) == 0 {
			return &undefined{name: "element", of: "list that is empty"}
		}
		by := r.keyOf(b.or(1, nil), b.bool(0, false))
		best := items[0]
		for _, v := range items[1:] {
			if r.order(by(v), by(best), 0) == sign {
				best = v
			}
		}
		return best
	}
}

// fileSize writes a number of bytes for people.
func fileSize(r *run, b *bound) any {
	n, _ := toFloat(r, &bound{of: b.of, args: []any{unset{}}}).(float64)
	base, units := 1000.0, []string{"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"}
	if b.bool(0, false) {
		base, units = 1024.0, []string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
	}
	switch {
	case n == 1:
		return "1 Byte"
	case n < base:
		return strconv.FormatInt(int64(n), 10) + " Bytes"
	}
	unit := base
	for _, name := range units[:len(units)-1] {
		if n < unit*base {
			return strconv.FormatFloat(n/unit, 'f', 1, 64) + " " + name
		}
		unit *= base
	}
	return strconv.FormatFloat(n/unit, 'f', 1, 64) + " " + units[len(units)-1]
}
