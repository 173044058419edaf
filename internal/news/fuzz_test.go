package news_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/news"
)

// FuzzPast takes anything for what is remembered: the lines, packed and with a
// digest that fits, or the whole file. A build follows all the same, and what it
// remembers is what the next one finds.
func FuzzPast(f *testing.F) {
	f.Add([]byte(`[]`), []byte(`{"r":"component:default/a","s":"x","t":"A","f":{}}`+"\n"))
	f.Add([]byte(`[{"at":"2026-01-02T03:04:05Z","appeared":1,"changes":[{"what":"appeared","ref":"component:default/a"}]}]`), []byte("{}\nnull\n[\n"))
	f.Add([]byte(`[`), []byte(``))
	f.Fuzz(func(t *testing.T, editions, lines []byte) {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = z.Write(lines) // to memory
		_ = z.Close()
		head := fmt.Appendf(nil, `{"v":1,"callboard":"1","key":%q,"sum":%q,"editions":%s}`+"\n", digest.Of(nil), digest.Of(packed.Bytes()), editions)
		file := filepath.Join(t.TempDir(), "news")
		for _, b := range [][]byte{append(head, packed.Bytes()...), slices.Concat(editions, []byte("\n"), lines)} {
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			follow(t, file)
		}
	})
}

// follow builds twice after what a file remembers.
func follow(t *testing.T, file string) {
	t.Helper()
	c := catalog.Link(slices.Values([]*entity.Entity{thing("a", "x"), thing("b", "y")}), diag.Discard)
	b := news.Build{At: start, Version: "1", Key: digest.Of([]byte("1")), Catalog: c,
		Sum: func(e *entity.Entity) digest.Sum { return digest.New("test").JSON(e).Sum() }, Repos: func(string) bool { return true }}
	for i := range 2 {
		past, err := news.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		past.Tells(func(entity.Ref) bool { return false })
		next, err := past.Next(b)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && (!past.Is(b.Key) || len(next.Editions) != len(past.Editions())) {
			t.Errorf("the build after the same build has news: %+v", next.Editions)
		}
		if err := next.Keep(); err != nil {
			t.Fatal(err)
		}
	}
}
