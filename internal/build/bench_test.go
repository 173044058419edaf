package build_test

import (
	"context"
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
