package jq

import (
	"math"
	"math/big"

	"github.com/itchyny/gojq"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// fuelVariable hands the fuel of a run to the functions that measure.
const fuelVariable = "$__fuel"

// bounds are the options of the compiler that make the measuring functions
// known, and fromyaml, which jq has not: it reads text as one YAML document.
func bounds() []gojq.CompilerOption {
	return []gojq.CompilerOption{
		gojq.WithFunction("__measured", 1, 1, func(v any, args []any) any {
			return charged(v, size(v), args[0])
		}),
		gojq.WithFunction("__product", 3, 3, func(v any, args []any) any {
			return charged(v, product(args[0], args[1]), args[2])
		}),
		gojq.WithFunction("__joined", 2, 2, func(v any, args []any) any {
			list, _ := v.([]any)
			return charged(v, times(len(list), size(args[0])), args[1])
		}),
		gojq.WithFunction("__matched", 1, 1, func(v any, args []any) any {
			f, _ := args[0].(*fuel)
			if s, ok := v.(string); ok && f != nil {
				f.steps += len(s) / 32 * len(s) / 32
			}
			return v
		}),
		gojq.WithFunction("fromyaml", 0, 0, func(v any, _ []any) any { return fromYAML(v) }),
	}
}

func charged(v any, bytes int, by any) any {
	if f, ok := by.(*fuel); ok {
		if err := f.charge(bytes); err != nil {
			return err
		}
	}
	return v
}

// The measures as expressions. What is in the dots is put there by the walker.
func template(text string) *gojq.Query {
	q, err := gojq.Parse(text)
	if err != nil {
		panic(err) // the text is ours
	}
	return q
}

// measure puts a measure behind q.
func measure(q *gojq.Query) {
	inner := *q
	t := template(". | __measured($__fuel)")
	t.Left = &inner
	*q = *t
}

// foresee puts a measure before a product, which may be any number of times as
// large as what it is made of. As in jq, the right side is the outer loop.
func foresee(q *gojq.Query, left, right *gojq.Query) {
	t := template(". as $__r | . as $__l | __product($__l; $__r; $__fuel) | $__l * $__r")
	defs := q.FuncDefs
	t.Left, t.Right.Left = right, left
	*q = *t
	q.FuncDefs = defs
}

func foreseeUpdate(q *gojq.Query, left, right *gojq.Query) {
	t := template(". as $__r | . |= (__product(.; $__r; $__fuel) | . * $__r)")
	defs := q.FuncDefs
	t.Left, t.Right.Left = right, left
	*q = *t
	q.FuncDefs = defs
}

func foreseeJoin(q *gojq.Query, separator *gojq.Query) {
	t := template(". as $__s | __joined($__s; $__fuel) | join($__s) | __measured($__fuel)")
	defs := q.FuncDefs
	t.Left = separator
	*q = *t
	q.FuncDefs = defs
}

func foreseeMatches(q *gojq.Query) {
	inner := *q
	t := template("__matched($__fuel) | .")
	t.Right = &inner
	*q = *t
}

// size is about how many bytes a value takes, counted no further than needed to
// see that it is too large: one value may stand in many places of another.
func size(v any) int {
	n := 0
	measured(v, &n)
	return n
}

// perValue is what a value takes beside its text.
const perValue = 16

func measured(v any, n *int) {
	*n += perValue
	switch v := v.(type) {
	case string:
		*n += len(v)
	case *big.Int:
		*n += v.BitLen() / 8
	case []any:
		for _, x := range v {
			if measured(x, n); *n > MaxSize {
				return
			}
		}
	case map[string]any:
		for k, x := range v {
			*n += len(k)
			if measured(x, n); *n > MaxSize {
				return
			}
		}
	}
}

// product is the size of a product: of a text and a number, of two numbers, of
// two mappings.
func product(a, b any) int {
	if s, ok := a.(string); ok {
		return repeated(s, b)
	}
	if s, ok := b.(string); ok {
		return repeated(s, a)
	}
	if bits(a)+bits(b) > maxBits {
		return MaxSize + 1
	}
	return size(a) + size(b)
}

// maxBits is how long a whole number may be: multiplying takes more than in
// proportion.
const maxBits = 4096

func bits(v any) int {
	if b, ok := v.(*big.Int); ok {
		return b.BitLen()
	}
	return 0
}

func repeated(s string, by any) int {
	n, ok := gojq.ToFloat64(by)
	if !ok || !(n > 0) {
		return 0
	}
	if total := n * float64(len(s)); total <= MaxSize {
		return int(math.Ceil(total))
	}
	return MaxSize + 1
}

func times(n, size int) int {
	if size > 0 && n > MaxSize/size {
		return MaxSize + 1
	}
	return n * size
}

func fromYAML(v any) any {
	s, ok := v.(string)
	if !ok {
		return errNotText
	}
	var said diag.List
	docs := yamldoc.Parse([]byte(s), diag.Pos{}, &said)
	if len(docs) == 1 && !docs[0].Invalid {
		return In(docs[0].Value)
	}
	return errNotYAML
}
