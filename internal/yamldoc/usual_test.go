package yamldoc

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/corpustest"
	"callboard/internal/diag"
)

// compareReaders reads the documents of a file as readUsual and as yaml.v3 does,
// and tells how many there are and how many readUsual reads.
func compareReaders(t *testing.T, src []byte) (all, usual int) {
	t.Helper()
	src, strange, ok := decodeText(src, diag.Pos{}, diag.Discard)
	if !ok {
		return 0, 0
	}
	for _, c := range split(src, strange) {
		all++
		if c.strange || crowded(c.text) {
			continue
		}
		root, ok := readUsual(c.text, new(nursery))
		if !ok {
			continue
		}
		usual++
		want, _, err := c.anyTree()
		if err != nil {
			t.Fatalf("yaml.v3 refuses what readUsual takes: %v\n%q", err, c.text)
		}
		if err := sameTree(&root, want); err != nil {
			t.Fatalf("%v in\n%s\n%q", err, c.text, c.text)
		}
		var found diag.List
		w := walker{doc: new(Doc), sink: &found}
		if w.checkIndents(want, c.text); w.failed {
			t.Fatalf("readUsual takes what npm's yaml refuses: %v\n%q", found.All(), c.text)
		}
	}
	return all, usual
}

// sameTree compares all that is asked of a tree. Comments are told by yaml.v3
// alone: those that readUsual passes over must be such as mean nothing.
func sameTree(got, want *tree) error {
	if got.Kind != want.Kind || got.Style != want.Style || got.Line != want.Line || got.Column != want.Column || got.Value != want.Value || len(got.Content) != len(want.Content) {
		return fmt.Errorf("got %s, want %s", show1(got), show1(want))
	}
	if c := want.LineComment(); hidden.MatchString(c) || issue.MatchString(c) {
		return fmt.Errorf("the comment %q of %s is lost", c, show1(want))
	}
	if want.Tag() != "" || want.Alias() != nil {
		return fmt.Errorf("%s has a tag or is an alias", show1(want))
	}
	var errs []error
	for i := range got.Content {
		errs = append(errs, sameTree(&got.Content[i], &want.Content[i]))
	}
	return errors.Join(errs...)
}

func show1(t *tree) string {
	return fmt.Sprintf("kind %d style %d %d:%d %q (%d)", t.Kind, t.Style, t.Line, t.Column, t.Value, len(t.Content))
}

// Every document of real catalog files is read as yaml.v3 reads it, and nearly
// all of them without it.
func TestUsualOfCorpus(t *testing.T) {
	all, usual := 0, 0
	err := filepath.WalkDir(corpustest.Path(t, "catalog"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		a, u := compareReaders(t, src)
		all, usual = all+a, usual+u
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d documents", usual, all)
	if usual*100 < all*80 {
		t.Errorf("only %d of %d documents are read by readUsual", usual, all)
	}
}

// usualCases are texts that readUsual must read, each about one thing.
var usualCases = []string{
	"a: 1\n", "---\na: 1\n", "--- \n\n# c\na: 1\n", "a:\nb:\n", "a:   # c\nb: ~ # c\n", "- a\n- b\n", "-\n- \n-   # c\n", "- - a\n  - b\n- - c\n",
	"a:\n- b\n- c\nd: e\n", "a:\n  - b: c\n    d: e\n  -   f: g\n      h: i\n", "a:\n    b:\n        c: d\ne: f\n", "a:\n\n\n  b: c\n\n\n",
	"\"a b\": 'c ''d'''\n'e': \"f # g: h\"\n", "a: http://x:80/#y\n", "é: ü # ö\nü: ö\n", "é: [ü, \"ö\", ä]\n", "- é: ü\n  ö:\n",
	"a: |\n  b\n   c\n\n  d\n\n\n", "a: |-\n  b\n\n", "a: |+\n  b\n\n\nc: d\n", "a: >\n  b\n  c\n\n  d\n   e\n  f\n\n\n  g\n", "a: >-\n\n  b\n    \n  c\n", "a: >+\n  b\n\n", "- |\n a\n- >\n b\n",
	"a: |\n  # no comment\n  b: c\n# comment\nd: e\n", "a:\n  |\n  b\n", "a: |\n  b\tc\t\n", "a:\n- b\n - c\n",
	"a: b\n  c\n\n  d\n", "a:\n  b c\n  d - e\ne: f\n", "- a\n  b\n- c\n   d\n", "a: b\n  - c\n",
	"a: []\nb: {}\nc: [ ]\nd: [a, [b, {c: d}], \"e\", 'f']  # g\n", "a: [component:b, resource:c/d]\n", "a: {b: c, \"d\": [e]}\n", "a:\n  [b]\n", "a: [-1, -b]\n",
	"a: -1\nb: -c-\n", "a: b#c\nd: e:f\n", "a b: c d\n", "a: 'b'   \n", "a: b   \nc:   \n",
}

// What readUsual must leave alone, since it is wrong, rare or of two meanings.
var unusualCases = []string{
	"", "a: 1", "a", "'a'\n", "[a]\n", "a: b: c\n", "a:\n  - b\n  c: d\n", "a:\n    b: c\n  d: e\n", "a: --b\n", "a: |\n  \tb\n", "a: 'b' c\n", "a: \"b\n  c\"\n", "a: \"b\\n\"\n",
	"a: &b c\n", "a: *b\n", "a: !b c\n", "? a\n: b\n", "<<: *a\n", "a: #b\n", "a: b #c\n", "#a\nb: c\n", "a: [b\n  ]\n", "a: [b,]\n", "a: [b: c]\n", "a: {b}\n", "a: {b:c}\n", "{{ a }}: b\n",
	"a: @b\n", "a: `b\n", "a: %b\n", "%a\n", "a:\tb\n", "\ta: b\n", "a: b\tc\n", "a: |2\n   b\n", "a: | # c\n  b\n", "a: |\n", "a: |\n    \n  b\n", "a: |\nb: c\n", "a: b\r\n", "a : b\n", "a: b\n...\n",
	"a: b\n c: d\n", "a: b\n  # c\n  d\n", "--- a\n", "--- # a\nb: c\n", "a: - b\n", "a:\n  b\n c\n d: e\n", "a: [b]c\n", "a: 'b'#c\n", "a: [a #b]\n", "a: b\n  c #d\n  e\n", "- a\nb: c\n", "a: ]\n", "a: b\n---c\n",
}

func TestUsual(t *testing.T) {
	for _, s := range usualCases {
		if _, ok := readUsual([]byte(s), new(nursery)); !ok {
			t.Errorf("%q is left alone", s)
		}
		compareReaders(t, []byte(s))
	}
	for _, s := range unusualCases {
		if _, ok := readUsual([]byte(s), new(nursery)); ok {
			t.Errorf("%q is read", s)
		}
	}
}

// usualWords make text in which every second line is nearly right.
var usualWords = []string{
	"\n", "\n", "\n  ", "\n  ", "\n    ", "\n\n", "\n ", " ", "  ", "- ", "-", "- - ", "a: ", "b: ", "a:", "\"k\": ", "'k': ", "c", "d e", "f:g", "h#i", "-1", "--", "é", "ü: ",
	"\"q\"", "\"q r\"", "'s'", "'t''u'", "''", "\"\\n\"", "|", "|-", "|+", ">", ">-", ">+", "|2", "# ", " # c", " #d", "#", "[", "]", "{", "}", ", ", ",", "[a, b]", "{a: b}", "[]", "{}", ": ", ":", "?", "? ", "~", "&x ", "*x", "!t ",
	"\t", "---", "---\n", "...\n", "%", "@", "<<: ", "\r\n", "1.10", "yes", "\u00a0", "\u2028",
}

// FuzzUsual holds that what readUsual reads of any text, yaml.v3 reads, too, with
// the same places, and that made of words the same holds.
func FuzzUsual(f *testing.F) {
	for _, s := range append(usualCases, unusualCases...) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		compareReaders(t, src)
		if len(src) > 200 {
			src = src[:200]
		}
		var b strings.Builder
		for _, c := range src {
			b.WriteString(usualWords[int(c)%len(usualWords)])
		}
		compareReaders(t, []byte(b.String()))
	})
}

// scribe writes documents that are nearly always right, in all the ways in which
// people write them.
type scribe struct {
	*rand.Rand
	b strings.Builder
}

func (s *scribe) one(of ...string) string { return of[s.IntN(len(of))] }

// line ends a line, perhaps with a comment and empty lines after it.
func (s *scribe) line() {
	s.b.WriteString(s.one("", "", "", "", " ", " # c", "  #", " #d"))
	s.b.WriteString(s.one("\n", "\n", "\n", "\n", "\n\n", "\n  \n", "\n# c: d\n", "\n    # - e\n"))
}

func (s *scribe) key() string {
	return s.one("a", "b", "c d", "e/f", "\"g\"", "'h i'", "é", "k-l", "m.n/o", "1", "-p", "$q", "r:s") + ":"
}

func (s *scribe) block(indent, depth int) {
	pad := strings.Repeat(" ", indent)
	list := s.IntN(3) == 0
	for i := range 1 + s.IntN(3) {
		if i > 0 {
			s.b.WriteString(pad)
		}
		if list {
			s.b.WriteString("-")
		} else {
			s.b.WriteString(s.key())
		}
		switch n := s.IntN(12); {
		case n == 0:
			s.line()
		case n < 4 && depth > 0:
			step := s.one(" ", "  ", "    ", "   ")
			if !list && s.IntN(3) == 0 {
				step = ""
			}
			s.line()
			s.b.WriteString(pad + step)
			s.block(indent+len(step), depth-1)
		case n < 7 && depth > 0 && list:
			gap := s.one(" ", "  ", "   ")
			s.b.WriteString(gap)
			s.block(indent+1+len(gap), depth-1)
		case n == 8:
			s.text(pad)
		default:
			s.b.WriteString(s.one(" ", "  ") + s.scalar(pad, 2))
			s.line()
		}
	}
}

// text is a block scalar.
func (s *scribe) text(pad string) {
	s.b.WriteString(" " + s.one("|", ">") + s.one("", "-", "+") + s.one("", " ") + "\n")
	pad += s.one(" ", "  ", "    ")
	for range 1 + s.IntN(5) {
		s.b.WriteString(s.one(pad, pad, pad, "", pad+" ", " ") + s.one("x", "# y", "z: 1", "", "- w", "é", "\"", "v ", "u\tv") + "\n")
	}
}

func (s *scribe) scalar(pad string, depth int) string {
	switch n := s.IntN(14); {
	case n == 0 && depth > 0:
		return "[" + s.scalar(pad, 0) + s.one(", ", ",", " , ", "") + s.scalar(pad, depth-1) + "]"
	case n == 1 && depth > 0:
		return "{" + s.one("a", "'b'", "\"c\"") + ": " + s.scalar(pad, depth-1) + s.one("", ", d: e", ",f:g", " ") + "}"
	case n == 2 && depth == 2:
		return "x y" + s.one("\n", "\n\n", "\n \n") + pad + s.one(" ", "   ", "") + s.one("z", "- z", "z # c", "é z")
	}
	return s.one("x", "x y", "component:x", "http://x.y/z", "1.10", "-1", "~", "true", "\"x # y\"", "\"x: y\"", "'it''s'", "\"\"", "''", "[]", "{}", "é ü", "x#y", "x:y", "@x", "*x", "x - y", "x, y", "x]", "x {y}", "\"a\\nb\"", "yes", "a? b", "(x)", "<x>", "=")
}

// What people could write is read as yaml.v3 reads it; so is what a slip of the
// finger makes of it.
func TestUsualOfScribe(t *testing.T) {
	s := scribe{Rand: rand.New(rand.NewPCG(1, 2))}
	all, usual := 0, 0
	for range 3000 {
		s.b.Reset()
		s.block(0, 4)
		text := s.b.String()
		a, u := compareReaders(t, []byte(text))
		all, usual = all+a, usual+u
		at := s.IntN(len(text))
		slip := s.one("", " ", "-", ":", "\n", "#", "'", "\"", "[", "]", ",", "\t", "é", "|", "?", "{", "}", "  ")
		compareReaders(t, []byte(text[:at]+slip+text[at+s.IntN(2):]))
	}
	if usual*3 < all {
		t.Errorf("only %d of %d documents are read by readUsual", usual, all)
	}
}
