package lsp

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPositions(t *testing.T) {
	const line = "a€𝒮 z"
	for _, c := range []struct {
		encoding
		character, offset int
	}{
		{utf8Bytes, 0, 0}, {utf8Bytes, 1, 1}, {utf8Bytes, 4, 4}, {utf8Bytes, 8, 8}, {utf8Bytes, 10, 10},
		{utf16Units, 1, 1}, {utf16Units, 2, 4}, {utf16Units, 4, 8}, {utf16Units, 6, 10},
		{utf32Runes, 1, 1}, {utf32Runes, 2, 4}, {utf32Runes, 3, 8}, {utf32Runes, 5, 10},
	} {
		if got := c.encoding.offset(line, c.character); got != c.offset {
			t.Errorf("%s: character %d is at byte %d, want %d", c.encoding, c.character, got, c.offset)
		}
		if got := c.encoding.character(line, c.offset); got != c.character {
			t.Errorf("%s: byte %d is character %d, want %d", c.encoding, c.offset, got, c.character)
		}
	}
	for _, c := range []struct {
		encoding
		character, offset int
	}{{utf16Units, 3, 4}, {utf8Bytes, 2, 1}, {utf16Units, 99, 10}, {utf16Units, -1, 0}} {
		if got := c.encoding.offset(line, c.character); got != c.offset {
			t.Errorf("%s: character %d, which is none, is at byte %d, want %d", c.encoding, c.character, got, c.offset)
		}
	}
}

func TestLines(t *testing.T) {
	x := newText("a\r\nb\rc\n")
	for i, want := range []string{"a", "b", "c", "", ""} {
		if got := x.line(i); got != want {
			t.Errorf("line %d is %q, want %q", i, got, want)
		}
	}
	if got := x.offset(position{9, 9}, utf16Units); got != len(x.all) {
		t.Errorf("a line behind the end is at %d", got)
	}
	marked := newText("\ufeffkind: API\nx")
	if n, at := marked.place(1, 7); n != 0 || marked.all[at:at+3] != "API" {
		t.Errorf("with a byte order mark, column 7 is at byte %d", at)
	}
}

func TestNegotiate(t *testing.T) {
	for _, c := range []struct {
		offered []string
		want    encoding
	}{{nil, utf16Units}, {[]string{"utf-7", "utf-8", "utf-16"}, utf8Bytes}, {[]string{"utf-32"}, utf32Runes}, {[]string{"ebcdic"}, utf16Units}} {
		if got := negotiate(c.offered); got != c.want {
			t.Errorf("of %v %s is taken, want %s", c.offered, got, c.want)
		}
	}
}

// FuzzPositions: no position leads out of a text, an offset found is found again,
// and changes keep what is outside of them.
func FuzzPositions(f *testing.F) {
	f.Add("a€𝒮 z\r\n\xff\rb", 0, 2, 1, 1, "new")
	f.Add("\ufeff\n\n", -1, -1, 1<<40, 1<<40, "")
	f.Fuzz(func(t *testing.T, s string, line, char, line2, char2 int, with string) {
		x := newText(s)
		for _, e := range []encoding{utf8Bytes, utf16Units, utf32Runes} {
			at := x.offset(position{line, char}, e)
			if at < 0 || at > len(s) {
				t.Fatalf("%s: %d:%d is byte %d of %d", e, line, char, at, len(s))
			}
			if line >= 0 && line < len(x.lines) {
				back := x.at(line, at-x.lines[line], e)
				if again := x.offset(back, e); again != at {
					t.Fatalf("%s: byte %d is %v, which is byte %d", e, at, back, again)
				}
			}
			n, col := x.place(line, char)
			if l := x.line(n); col < 0 || col > len(l) || utf8.ValidString(l) && !utf8.ValidString(l[:col]) {
				t.Fatalf("place %d:%d is byte %d of line %d", line, char, col, n)
			}
			if end := x.wordEnd(n, col); end < col || end > len(x.line(n)) {
				t.Fatalf("the word at %d of line %d ends at %d", col, n, end)
			}
			changed := x.change(contentChange{Range: &span{position{line, char}, position{line2, char2}}, Text: with}, e)
			to := x.offset(position{line2, char2}, e)
			if want := s[:min(at, to)] + with + s[max(at, to):]; changed.all != want {
				t.Fatalf("%s: the change gives %q, want %q", e, changed.all, want)
			}
			if strings.Count(changed.all, "\n") >= len(changed.lines) {
				t.Fatal("there are fewer lines than line ends")
			}
		}
	})
}
