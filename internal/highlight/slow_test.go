package highlight

import (
	"strings"
	"testing"

	"callboard/internal/digest"
)

func TestMemoIsBounded(t *testing.T) {
	h := New()
	long := strings.Repeat("x", maxMemo/10)
	for i := range 30 {
		h.remember(digest.Of([]byte{byte(i)}), long)
		if h.size > maxMemo || h.size != len(long)*len(h.memo) {
			t.Fatalf("%d bytes are remembered, in %d results", h.size, len(h.memo))
		}
	}
	if h.size == 0 || len(h.memo) == 0 {
		t.Error("nothing is remembered")
	}
}

func TestLexersOfChromaLoseNothing(t *testing.T) {
	for _, lang := range []string{"haskell", "erlang", "perl", "nix", "powershell", "elixir", "clojure", "nginx"} {
		src := "a = \"b\" # c\n\tx(1)\r\n<d>é</d>"
		var plainText strings.Builder
		inTag := false
		for _, r := range string(runChroma(all.get(lang), src)) {
			switch {
			case r == '<':
				inTag = true
			case r == '>':
				inTag = false
			case !inTag:
				plainText.WriteRune(r)
			}
		}
		if want := string(escape(nil, src)); plainText.String() != want {
			t.Errorf("%s: %q, want %q", lang, plainText.String(), want)
		}
	}
}

// BenchmarkChroma is what our own lexers are compared with; run it beside
// BenchmarkCode.
func BenchmarkChroma(b *testing.B) {
	src := strings.Repeat("// Capture settles an intent.\nfunc (c *Client) Capture(ctx context.Context, id string) (*Intent, error) {\n\treturn c.do(id, \"x\")\n}\n", 20)
	lexer := all.get("go")
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		runChroma(lexer, src)
	}
}
