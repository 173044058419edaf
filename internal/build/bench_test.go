package build_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/source"
	"callboard/internal/source/dir"
	"callboard/themes"
)

// BenchmarkBuildDemo builds the embedded demo from nothing.
func BenchmarkBuildDemo(b *testing.B) {
	for b.Loop() {
		mustRun(b, demo(b, filepath.Join(b.TempDir(), "out"), ""))
	}
}

// The other benchmarks build the organisation in the directory CALLBOARD_BENCH_ORG,
// which a generator made.
func organisation(b *testing.B) string {
	b.Helper()
	org := os.Getenv("CALLBOARD_BENCH_ORG")
	if org == "" {
		b.Skip("CALLBOARD_BENCH_ORG names no organisation to build")
	}
	return org
}

func run(tb testing.TB, org, out, cache string) build.Stats {
	tb.Helper()
	cfg := config.Default()
	src := dir.New("org", org, dir.Options{Repositories: dir.Auto, Entries: cfg.Catalog.Files, Ignore: cfg.Catalog.Ignore})
	defer src.Close()
	r, err := build.Run(context.Background(), build.Options{Config: cfg, Sources: []source.Source{src}, Out: out, CacheDir: cache, Now: time.Now(), Theme: themes.Default(), Version: "test"})
	if err != nil {
		tb.Fatal(err)
	}
	return r.Stats
}

func BenchmarkBuildCold(b *testing.B) {
	org := organisation(b)
	for b.Loop() {
		run(b, org, filepath.Join(b.TempDir(), "out"), filepath.Join(b.TempDir(), "cache"))
	}
}

// BenchmarkBuildAgain builds again after one page of documentation has changed.
func BenchmarkBuildAgain(b *testing.B) {
	org := organisation(b)
	page := os.Getenv("CALLBOARD_BENCH_PAGE")
	state := os.Getenv("CALLBOARD_BENCH_STATE") // to keep the first build for another run
	if state == "" {
		state = b.TempDir()
	}
	out, cache := filepath.Join(state, "out"), filepath.Join(state, "cache")
	run(b, org, out, cache)
	for b.Loop() {
		b.StopTimer()
		if page != "" {
			f, err := os.OpenFile(filepath.Join(org, page), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				b.Fatal(err)
			}
			f.WriteString("One more sentence.\n")
			f.Close()
		}
		b.StartTimer()
		s := run(b, org, out, cache)
		b.ReportMetric(float64(s.Rendered), "rendered/op")
	}
}

// BenchmarkDocsAhead makes a changed page of the documentation set in the directory
// CALLBOARD_BENCH_DOCS ahead of the rest of its site. CALLBOARD_BENCH_PAGE is the
// page, below that directory.
func BenchmarkDocsAhead(b *testing.B) {
	docs := os.Getenv("CALLBOARD_BENCH_DOCS")
	if docs == "" {
		b.Skip("CALLBOARD_BENCH_DOCS names no documentation to build")
	}
	page, state := filepath.Join(docs, os.Getenv("CALLBOARD_BENCH_PAGE")), b.TempDir()
	text, err := os.ReadFile(page)
	if err != nil {
		b.Fatal(err)
	}
	defer os.WriteFile(page, text, 0o644)
	o := build.DocsOptions{Dir: docs, Out: filepath.Join(state, "out"), CacheDir: filepath.Join(state, "cache"), Version: "test", Theme: themes.Default(), Bundle: themes.Bundle(), Started: time.Now()}
	var live build.LiveDocs
	if _, _, err := live.Build(b.Context(), o); err != nil {
		b.Fatal(err)
	}
	for n := 0; b.Loop(); n++ {
		if err := os.WriteFile(page, fmt.Appendf(text[:len(text):len(text)], "\nOne more sentence, %d.\n", n), 0o644); err != nil {
			b.Fatal(err)
		}
		o.Started = time.Now()
		if a, ok := live.Ahead(b.Context(), o); !ok || len(a.Pages) != 1 {
			b.Fatal("the page is not made ahead")
		}
	}
}
