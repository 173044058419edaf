package markdown_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
)

// BenchmarkOrganisation renders every page of a generated organisation, whose
// directory CALLBOARD_ORG names. It reports the CPU-bound time per page.
func BenchmarkOrganisation(b *testing.B) {
	dir := os.Getenv("CALLBOARD_ORG")
	if dir == "" {
		b.Skip("set CALLBOARD_ORG to a directory with repositories to run this benchmark")
	}
	var pages [][]byte
	size := 0
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".md") || !strings.Contains(p, "/docs/") {
			return err
		}
		src, err := os.ReadFile(p)
		pages = append(pages, src)
		size += len(src)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	r := markdown.New(highlight.New())
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, src := range pages {
			r.Render(src, markdown.Options{})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(pages)), "µs/page")
}
