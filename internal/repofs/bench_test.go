//go:build unix

package repofs

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"callboard/internal/diag"
)

var ignore = []string{"**/.git", "**/node_modules", "**/vendor", "**/.terraform", "**/testdata"}

// checkouts makes repositories of 27 files in 7 directories, and a .git.
func checkouts(b *testing.B, n int) (roots []*os.Root) {
	b.Helper()
	top := b.TempDir()
	for i := range n {
		repo := filepath.Join(top, fmt.Sprintf("payments-gateway-%04d", i))
		for d, files := range map[string]int{"": 6, "docs": 5, "docs/guides": 5, "docs/img": 2, "src": 4, "src/internal/gateway": 4, ".git": 9, "api": 1} {
			dir := filepath.Join(repo, d)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				b.Fatal(err)
			}
			for f := range files {
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("some-file-%d.md", f)), []byte("text"), 0o644); err != nil {
					b.Fatal(err)
				}
			}
		}
		root, err := os.OpenRoot(repo)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { root.Close() })
		roots = append(roots, root)
	}
	return roots
}

// cpu is the time that this process has spent, in milliseconds.
func cpu() float64 {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e6
}

func takeAll(b *testing.B, roots []*os.Root) (out []*Snapshot, files int) {
	b.Helper()
	for _, root := range roots {
		s, err := TakeDir(b.Context(), "r", root, Options{Ignore: ignore}, diag.Discard)
		if err != nil {
			b.Fatal(err)
		}
		out, files = append(out, s), files+len(s.Files)
	}
	return out, files
}

// BenchmarkTake walks 300 repositories. It tells how much memory a file of their
// snapshots costs.
func BenchmarkTake(b *testing.B) {
	roots := checkouts(b, 300)
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	before := heap()
	all, files := takeAll(b, roots)
	perFile := (heap() - before) / float64(files)
	runtime.KeepAlive(all)
	b.ReportAllocs()
	start := cpu()
	for b.Loop() {
		takeAll(b, roots)
	}
	b.ReportMetric((cpu()-start)/float64(b.N), "cpu-ms/op")
	b.ReportMetric(perFile, "heap-B/file")
}

func BenchmarkFingerprint(b *testing.B) {
	all, _ := takeAll(b, checkouts(b, 1))
	b.ReportAllocs()
	for b.Loop() {
		if _, sure := all[0].Fingerprint(1 << 62); !sure {
			b.Fatal("no stamps")
		}
	}
}
