package mathml_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"callboard/internal/mathml"
	"callboard/internal/timetest"
)

var update = flag.Bool("update", false, "write testdata/formulas.txt again")

// TestFormulas holds the MathML of the formulas of testdata/formulas.txt: a line
// of TeX, which begins with $$ if it stands in a block, and one of what becomes of
// it. MATHML_GALLERY is the file of a page with all of them, for eyes.
func TestFormulas(t *testing.T) {
	const file = "testdata/formulas.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var again, page strings.Builder
	page.WriteString("<!doctype html><meta charset=utf-8><style>mtd.tl{text-align:left}mtd.tr{text-align:right}</style><table>")
	for pair := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		in, want, _ := strings.Cut(pair, "\n")
		tex, display := strings.CutPrefix(in, "$$")
		got, err := mathml.Render(tex, display)
		if err != nil {
			got = "error: " + err.Error()
		}
		check(t, in, got)
		fmt.Fprintf(&again, "%s\n%s\n\n", in, got)
		fmt.Fprintf(&page, "<tr><td><code>%s</code><td>%s\n", strings.ReplaceAll(in, "<", "&lt;"), got)
		if got != want && !*update {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(again.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out := os.Getenv("MATHML_GALLERY"); out != "" {
		if err := os.WriteFile(out, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// check holds that what was made is well-formed, of elements and attributes of
// MathML, and that elements that need it have so many children.
func check(t *testing.T, in, out string) {
	t.Helper()
	need := map[string]int{"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
	d := xml.NewDecoder(strings.NewReader(out))
	type open struct {
		name     string
		children int
	}
	var stack []open
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("of %q: %v\n%s", in, err, out)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if !strings.Contains(" math semantics annotation mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle mphantom mpadded ", " "+e.Name.Local+" ") {
				t.Fatalf("of %q: element %s", in, e.Name.Local)
			}
			for _, a := range e.Attr {
				if a.Name.Local == "style" || a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") {
					t.Fatalf("of %q: attribute %s", in, a.Name.Local)
				}
			}
			if len(stack) > 0 {
				stack[len(stack)-1].children++
			}
			stack = append(stack, open{name: e.Name.Local})
		case xml.EndElement:
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if n := need[top.name]; n > 0 && n != top.children {
				t.Fatalf("of %q: %s has %d children\n%s", in, top.name, top.children, out)
			}
		}
	}
}

func TestMistakes(t *testing.T) {
	for tex, at := range map[string]int{
		`\frac{a}`:               8,
		`{a`:                     2,
		`a}`:                     1,
		`x^`:                     2,
		`x^1^2`:                  3,
		`\nonsense`:              0,
		`\left(a`:                7,
		`\begin{nothing}`:        0,
		`\begin{matrix}a&b`:      17,
		`\text{a $x$}`:           5,
		`a & b`:                  2,
		`\sqrt`:                  5,
		`\def\a{b}`:              0,
		`\href{javascript:x}{y}`: 0,
	} {
		out, err := mathml.Render(tex, true)
		bad, ok := errors.AsType[*mathml.Error](err)
		if !ok || bad.Offset != at {
			t.Errorf("%s: %v, want a mistake at %d; %s", tex, err, at, out)
		}
	}
}

func TestLimits(t *testing.T) {
	for _, tex := range []string{
		strings.Repeat("x", mathml.MaxSource+1),
		strings.Repeat("{", 500) + strings.Repeat("}", 500),
		strings.Repeat(`\sqrt`, 500) + "x",
		strings.Repeat(`\left(`, 500),
		strings.Repeat(`x^{`, 500),
	} {
		if _, err := mathml.Render(tex, true); err == nil {
			t.Errorf("%.20q… was taken", tex)
		}
	}
	long := strings.Repeat("x", mathml.MaxSource)
	if out, err := mathml.Render(long, false); err != nil || len(out) > 12*len(long) {
		t.Errorf("%v, %d bytes", err, len(out))
	}
}

func FuzzRender(f *testing.F) {
	text, err := os.ReadFile("testdata/formulas.txt")
	if err != nil {
		f.Fatal(err)
	}
	for pair := range strings.SplitSeq(string(text), "\n\n") {
		in, _, _ := strings.Cut(pair, "\n")
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, tex string) {
		timetest.Fuzz.Within(t, len(tex), func() {
			out, err := mathml.Render(tex, true)
			if err != nil {
				return
			}
			check(t, tex, out)
			if len(out) > 2000+150*len(tex) {
				t.Fatalf("%q became %d bytes", tex, len(out))
			}
		})
	})
}
