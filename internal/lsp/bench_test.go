//go:build unix

package lsp

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// large opens the organisation that CALLBOARD_BENCH_ORG names, a directory of
// checkouts, and a catalog file of it.
func large(b *testing.B, delay time.Duration) (e *editor, file, text string) {
	org := os.Getenv("CALLBOARD_BENCH_ORG")
	if org == "" {
		b.Skip("CALLBOARD_BENCH_ORG is not set to a directory of checkouts")
	}
	files, err := filepath.Glob(filepath.Join(org, "*", "catalog-info.yaml"))
	if err != nil || len(files) == 0 {
		b.Fatal("there are no catalog files in it", err)
	}
	file = files[len(files)/2]
	raw, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	e = start(b, Options{Delay: delay})
	e.begin(nil, org)
	e.open(file, string(raw))
	e.diagnostics(file)
	return e, file, string(raw)
}

// BenchmarkDiagnostics is from a key to the findings, but for the pause that is
// waited for.
func BenchmarkDiagnostics(b *testing.B) {
	e, file, text := large(b, 0)
	began := cpu(b)
	for i := 0; b.Loop(); i++ {
		e.change(file, text+strings.Repeat("#", i%20)+"\n")
		e.diagnostics(file)
	}
	b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(b.N)/1000, "cpu-ms/op")
	e.end()
}

// cpu is the time that this process has computed, which other processes do not
// change much.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCompletion is from a key in a reference to what is offered of the
// whole catalog, with the change of the text that the key makes.
func BenchmarkCompletion(b *testing.B) {
	e, file, _ := large(b, DefaultDelay)
	at := map[string]any{"textDocument": map[string]any{"uri": uri(file)}, "position": wirePosition{4, 7}}
	var list struct{ Items []struct{ Label string } }
	e.change(file, "apiVersion: backstage.io/v1alpha1\nkind: Component\nspec:\n  dependsOn:\n    - a")
	e.diagnostics(file)
	began := cpu(b)
	for b.Loop() {
		e.change(file, "apiVersion: backstage.io/v1alpha1\nkind: Component\nspec:\n  dependsOn:\n    - a")
		if e.ask("textDocument/completion", at, &list); len(list.Items) == 0 {
			b.Fatal("nothing is offered")
		}
	}
	b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(b.N)/1000, "cpu-ms/op")
	e.end()
}

// BenchmarkOpen is the first load.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		e, _, _ := large(b, 0)
		e.end()
	}
}
