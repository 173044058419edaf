package search

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestLevels(t *testing.T) {
	weights := levelWeights()
	for level := range byte(levels) {
		if got := levelOf(weights[level]); got != level {
			t.Errorf("the weight of level %d has level %d", level, got)
		}
	}
	// The least and the most that headings and text can weigh.
	for _, w := range []float64{weightBody * bodyCounts[0] / (1 - bodyNorm + bodyNorm*4096/usualWords), 0.3, 1, 2.5, weightHeading + weightBody*bodyCounts[3]/(1-bodyNorm)} {
		if got := weights[levelOf(w)]; math.Abs(math.Log(got/w)) > math.Log(levelStep)*1.3 {
			t.Errorf("weight %.2f is taken for %.2f", w, got)
		}
	}
}

func TestMarks(t *testing.T) {
	var m marks
	short, long := lengthClass(10)<<4, lengthClass(3000)<<4
	level := func(flags, length, prior byte) byte { return m.of(flags, length, prior) >> levelShift }
	often := inBody | 3<<tfShift
	for _, c := range []struct {
		what         string
		little, more byte
	}{
		{"a word that is often there", level(inBody, long, 100), level(often, long, 100)},
		{"a word of a short text", level(inBody, long, 100), level(inBody, short, 100)},
		{"a word of a heading", level(inBody, short, 100), level(inBody|inHeading, short, 100)},
		{"what is not deprecated", level(often|inHeading, short, 50), level(often|inHeading, short, 100)},
		{"a text", level(inTitle, short, 100), level(inTitle|inBody, short, 100)},
	} {
		if c.more <= c.little {
			t.Errorf("%s has level %d, not more than %d", c.what, c.more, c.little)
		}
	}
	// An entity that is called so scores by its prior when it is asked for, so
	// that its mark does not.
	if a, b := m.of(inName|isWhole|inBody, short, 80), m.of(inName|isWhole|inBody, short, 160); a != b || a&strong != inName || a&markWhole == 0 {
		t.Errorf("marks %08b and %08b", a, b)
	}
	if got := m.of(inAlias, short, 100); got != inAlias {
		t.Errorf("a tag has mark %08b", got)
	}
}

// TestDeprecatedPagesComeLast: of two pages that say the same, one of a
// deprecated component comes after.
func TestDeprecatedPagesComeLast(t *testing.T) {
	old, page := pageDoc("old", "", "First", "First|The ferry crosses at noon."), pageDoc("new", "", "Second", "Second|The ferry crosses at noon.")
	old.Lifecycle = "deprecated"
	got := urls(find(t, build(t, []Doc{old, page}).open(t), "ferry"))
	if len(got) != 2 || got[0] != page.URL {
		t.Errorf("%q", got)
	}
}

// TestUsualMark: of a common word, only what says more of few documents is kept
// apart, and not very much of it.
func TestUsualMark(t *testing.T) {
	marks := func(counts map[byte]int) (out []byte) {
		for level, n := range counts {
			out = append(out, bytes.Repeat([]byte{level << levelShift}, n)...)
		}
		return out
	}
	for _, c := range []struct {
		counts map[byte]int
		usual  byte
		apart  int
	}{
		{map[byte]int{2: 300, 3: 400, 4: 300, 9: 50}, 3, 50},
		{map[byte]int{1: 900, 9: 50, 10: 20}, 1, 70},
		{map[byte]int{4: 600, 7: 400}, 4, 0},
		{map[byte]int{3: 90_000, 8: 1000, 7: 9000}, 3, 1000},
	} {
		usual, least := usualMark(marks(c.counts))
		apart := 0
		for level, n := range c.counts {
			if level >= least {
				apart += n
			}
		}
		if usual != c.usual<<levelShift || apart != c.apart {
			t.Errorf("%v: usual is %d, %d apart, want %d and %d", c.counts, usual>>levelShift, apart, c.usual, c.apart)
		}
	}
	// Where most are names, these are usual.
	if usual, _ := usualMark(append(bytes.Repeat([]byte{inName}, 300), marks(map[byte]int{3: 200})...)); usual != inName {
		t.Errorf("usual mark %08b of names", usual)
	}
}

// TestBoost: of pages that say the same, in text, heading or title, what their
// authors say counts; it is bounded, and there are few steps of it.
func TestBoost(t *testing.T) {
	for _, c := range []struct{ what, title, section string }{
		{"text", "Page", "Page|The ferry crosses at noon."}, {"heading", "Page", "The ferry|At noon."}, {"title", "Ferry", "Ferry|At noon."},
	} {
		var docs []Doc
		for url, boost := range map[string]float64{"a/": 0.5, "b/": 0, "c/": 2, "d/": 0.7, "e/": 1.5} {
			d := pageDoc("x", url, c.title, c.section)
			d.Boost = boost
			docs = append(docs, d)
		}
		slices.SortFunc(docs, func(a, b Doc) int { return strings.Compare(a.URL, b.URL) })
		got := urls(find(t, build(t, docs).open(t), "ferry"))
		want := []string{"c/", "e/", "b/", "d/", "a/"}
		for i := range want {
			want[i] = "docs/default/component/x/" + want[i]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", c.what, got, want)
		}
	}
	for x, want := range map[float64]byte{0: 100, -3: 100, math.NaN(): 100, 1e-300: 50, 0.5: 50, 0.8: 71, 0.9: 100, 1: 100, 1.3: 141, 3: 200, 1e300: 200, math.Inf(1): 200} {
		if got := prior(&Doc{Kind: "docs", Boost: x}); got != want {
			t.Errorf("a boost of %g counts %d, want %d", x, got, want)
		}
	}
}
