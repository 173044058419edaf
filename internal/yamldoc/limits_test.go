package yamldoc

import (
	"fmt"
	"strings"
	"testing"

	"callboard/internal/diag"
)

func refused(src string) bool {
	var sink diag.List
	docs := Parse([]byte(src), diag.Pos{}, &sink)
	for _, d := range sink.All() {
		if d.Code == CodeTooLarge {
			return true
		}
	}
	for _, d := range docs {
		if d.Invalid {
			panic(fmt.Sprintf("refused for another reason: %v", sink.All()))
		}
	}
	return false
}

// Each limit at one below it, at it and one above it.
func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		limit int
		make  func(n int) string
	}{
		"bytes":     {MaxBytes, func(n int) string { return "a: " + strings.Repeat("x", n-3) }},
		"documents": {MaxDocuments, func(n int) string { return strings.Repeat("---\n", n) }},
		// The list itself is a value too.
		"nodes":      {MaxNodes, func(n int) string { return "[" + strings.Repeat("1,", n-1) + "]" }},
		"keys":       {MaxNodes, func(n int) string { return mapping(n) }},
		"depth":      {MaxDepth, func(n int) string { return strings.Repeat("[", n+1) + strings.Repeat("]", n+1) }},
		"depth/maps": {MaxDepth, func(n int) string { return strings.Repeat("{a: ", n) + "1" + strings.Repeat("}", n) }},
		// npm's yaml counts the anchor itself as one use.
		"aliases": {MaxAliases, func(n int) string { return "a: &a x\nb: [" + strings.Repeat("*a, ", n-1) + "]" }},
	} {
		for d, want := range []bool{false, false, true} {
			if n := c.limit - 1 + d; refused(c.make(n)) != want {
				t.Errorf("%s: %d of %d: refused %v, want %v", name, n, c.limit, !want, want)
			}
		}
	}
}

// mapping has n values: the mapping, and a key and a value each time.
func mapping(n int) string {
	var b strings.Builder
	if n%2 == 0 {
		b.WriteString("k: [1]\n")
		n--
	}
	for i := range (n - 1) / 2 {
		if i > 0 || b.Len() == 0 {
			fmt.Fprintf(&b, "k%d: 1\n", i)
		}
	}
	return b.String()
}

func TestFindingsAreFew(t *testing.T) {
	_, ds := parse(strings.Repeat("a: 1\n", 1000))
	if len(ds) != MaxFindings {
		t.Errorf("%d findings", len(ds))
	}
}

func TestAliasBombs(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&laughs, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9))
	}
	var wide strings.Builder
	wide.WriteString("a: &a [" + strings.Repeat("x,", 5000) + "]\nb: [")
	wide.WriteString(strings.Repeat("*a,", 90) + "]")
	for name, src := range map[string]string{"laughs": laughs.String(), "wide": wide.String(), "circle": "a: &a {b: *a}", "key": "? &a [*a]\n: x"} {
		if !refused(src) {
			t.Errorf("%s was read", name)
		}
	}
}

// Hostile files of the largest size, each of which was slow or large in some
// parser. The test's time is its assertion: a quadratic one takes minutes.
func TestHostileSizes(t *testing.T) {
	for name, unit := range map[string]string{
		"flow": "a,", "open": "[", "maps": "{a: ", "blocks": "- ", "items": "-\n", "keys": "a:\n", "queries": "? ",
		"comments": " #x\n", "anchors": "- &a b\n", "tags": "!a ", "lines": "b\n ", "colons": ":", "bad": "a: b: c\n", "odd": "\x07", "breaks": "\u2028", "percent": "%a\n",
	} {
		src := []byte(strings.Repeat(unit, MaxBytes/len(unit)))
		for _, d := range Parse(src, diag.Pos{}, diag.Discard) {
			if d.Value != nil && !d.Invalid && name != "lines" && name != "tags" && name != "odd" && name != "breaks" && name != "colons" {
				t.Errorf("%s was read", name)
			}
		}
	}
}
