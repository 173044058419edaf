package search_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callboard/internal/search"
	"callboard/internal/search/searchtest"
)

// counted is a data directory that notes how many bytes are read of it.
type counted struct {
	fs.FS
	sizes map[string]int64 // by name
}

func (c *counted) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	c.sizes[name] = info.Size()
	return f, nil
}

// sum is the bytes of all files, and those by directory.
func (c *counted) sum() (int64, string) {
	sum, dirs := int64(0), map[string]int64{}
	for name, size := range c.sizes {
		sum += size
		dirs[strings.Split(name, "/")[1]] += size
	}
	return sum, fmt.Sprint(dirs)
}

// BenchmarkCold asks a portal that lies in CALLBOARD_BENCH_PORTAL what its
// readers may ask it, each time as if nothing had been read before. It reports
// the kilobytes that a query loads, of all that lies in data/s: files are gzip
// as they lie. The log has the classes, each with the query
// that loads most and the bytes of it by directory.
func BenchmarkCold(b *testing.B) {
	dir := os.Getenv("CALLBOARD_BENCH_PORTAL")
	if dir == "" {
		b.Skip("set CALLBOARD_BENCH_PORTAL to the directory of a portal")
	}
	data := os.DirFS(filepath.Join(dir, "data"))
	metas, err := fs.Glob(data, "s/meta.*.json")
	if err != nil || len(metas) != 1 {
		b.Fatalf("%d indexes in %s, %v", len(metas), dir, err)
	}
	docs, err := searchtest.Docs(data, 4000)
	if err != nil {
		b.Fatal(err)
	}
	queries := searchtest.Queries(docs, 1, 20)
	queries = append(queries, allWrong(queries)...)
	for b.Loop() {
		reportCold(b, data, metas[0], queries)
	}
}

// allWrong are the questions and titles with an error in each word of five
// letters or more: what loads most.
func allWrong(queries []searchtest.Query) (out []searchtest.Query) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, q := range queries {
		if q.Class != "question" && q.Class != "title" {
			continue
		}
		words := strings.Fields(q.Text)
		for i, w := range words {
			if len(w) >= 5 {
				words[i] = searchtest.Misspelt(r, w)
			}
		}
		out = append(out, searchtest.Query{Class: q.Class + ", all wrong", Text: strings.Join(words, " ")})
	}
	return out
}

// reportCold reports what each query loads alone, and logs it by class with the
// query of each that loads most.
func reportCold(b *testing.B, data fs.FS, meta string, queries []searchtest.Query) {
	var all []int64
	classes, largest := map[string][]int64{}, map[string]string{}
	for _, q := range queries {
		c := &counted{data, map[string]int64{}}
		r, err := search.OpenDir(c, meta)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Find(q.Text, search.Options{Limit: 10}); err != nil {
			b.Fatal(err)
		}
		sum, of := c.sum()
		if of = fmt.Sprintf("%q %v", q.Text, of); len(classes[q.Class]) == 0 || sum > slices.Max(classes[q.Class]) {
			largest[q.Class] = of
		}
		all, classes[q.Class] = append(all, sum), append(classes[q.Class], sum)
	}
	b.ReportMetric(quantile(all, 0.5), "median-KB")
	b.ReportMetric(quantile(all, 0.95), "p95-KB")
	b.ReportMetric(quantile(all, 1), "max-KB")
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		b.Logf("%s: median %.0f KB, at most %.0f KB, %s", class, quantile(classes[class], 0.5), quantile(classes[class], 1), largest[class])
	}
}

// quantile is in kilobytes.
func quantile(sizes []int64, q float64) float64 {
	slices.Sort(sizes)
	return float64(sizes[int(q*float64(len(sizes)-1))]) / 1024
}
