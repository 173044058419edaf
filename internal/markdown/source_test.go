package markdown

import (
	"strings"
	"testing"
	"time"
)

func TestSource(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain", "# A\n\ntext\n", "# A\n\ntext\n"},
		{"front matter", "---\ntitle: x\n---\n# A\n", "# A\n"},
		{"lines of key and value", "Title: x\n\n# A\n", "# A\n"},
		{"a comment", "a <!-- no --> b\n", "a  b\n"},
		{"a line of a comment", "a\n<!-- no -->\nb\n", "a\nb\n"},
		{"a comment of lines", "a\n<!-- no\nno -->\nb <!--x-->c<!--y-->\n", "a\nb c\n"},
		{"a comment without an end", "a <!-- no\nno\n", "a "},
		{"in code", "`<!-- a -->` b\n", "`<!-- a -->` b\n"},
		{"in a fence", "```html\n<!-- a -->\n```\n<!-- no -->\n", "```html\n<!-- a -->\n```\n"},
		{"a fence within a fence", "````\n```\n<!-- a -->\n```\n````\n<!-- no -->", "````\n```\n<!-- a -->\n```\n````\n"},
		{"a fence of tildes, indented", "  ~~~\n  ```\n  <!-- a -->\n  ~~~\n<!-- no -->\n", "  ~~~\n  ```\n  <!-- a -->\n  ~~~\n"},
	} {
		if got := string(Source([]byte(c.text))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// FuzzSource holds that nothing is put in, and that the time is that of the text.
func FuzzSource(f *testing.F) {
	for _, s := range []string{"a <!-- b --> c", "```\n<!--\n```\n-->", "---\na: b\n---\n<!-- `x", "`<!--`\n<!---->"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		out := string(Source([]byte(text)))
		if took := time.Since(began); took > time.Second+time.Duration(len(text))*10*time.Microsecond {
			t.Errorf("%d bytes took %v", len(text), took)
		}
		if len(out) > len(text) {
			t.Errorf("%q grew to %q", text, out)
		}
		at := 0
		for _, r := range strings.Split(out, "") {
			n := strings.Index(text[at:], r)
			if n < 0 {
				t.Fatalf("%q is not what is left of %q", out, text)
			}
			at += n + len(r)
		}
	})
}
