//go:build unix

package output

import (
	"fmt"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// portal is a made-up portal: paths of the lengths and directories of a real
// one (67 bytes, three quarters of the files an index.html of their own).
func portal(n int) []Made {
	out := make([]Made, 0, n)
	for i := 0; len(out) < n; i++ {
		name := fmt.Sprintf("payments-gateway-%06d", i)
		for _, p := range []string{
			"catalog/default/component/" + name + "/index.html",
			"catalog/default/component/" + name + "/entity.json",
			"catalog/default/component/" + name + "/source/index.html",
			"docs/default/component/" + name + "/index.html",
			"docs/default/component/" + name + "/guides/how-to-roll-back/index.html",
			"docs/default/component/" + name + fmt.Sprintf("/runbooks/alert-%06d/index.html", i),
			fmt.Sprintf("data/s/f/%012x.json", i),
		} {
			out = append(out, Made{Path: p, Key: digest.Of([]byte(p))})
		}
	}
	return out[:n]
}

// fill makes a portal of empty files.
func fill(b *testing.B, out, state string, files []Made) {
	b.Helper()
	d, err := Open(out, state)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		if err := d.Put(urlpath.Must(f.Path), f.Key, nil); err != nil {
			b.Fatal(err)
		}
	}
	if _, _, err := d.Commit(); err != nil {
		b.Fatal(err)
	}
}

func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// cpu is the time that this process has spent, in milliseconds.
func cpu() float64 {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e6
}

// BenchmarkStanding is a build in which every file stands as it was. It tells
// how many bytes of memory a file costs while the build runs.
func BenchmarkStanding(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			out, state, files := filepath.Join(dir, "public"), filepath.Join(dir, "state"), portal(n)
			fill(b, out, state, files)
			b.ReportAllocs()
			b.ResetTimer()
			spent := 0.0
			for range b.N {
				spent += standing(b, out, state, files)
			}
			b.ReportMetric(spent/float64(b.N), "cpu-ms/op")
		})
	}
}

func standing(b *testing.B, out, state string, files []Made) (spent float64) {
	b.StopTimer()
	before := heap()
	b.StartTimer()
	spent -= cpu()
	d, err := Open(out, state)
	if err != nil {
		b.Fatal(err)
	}
	if !d.KeepAll(files) {
		b.Fatal("the files are not kept")
	}
	spent += cpu()
	b.StopTimer()
	b.ReportMetric((heap()-before)/float64(len(files)), "heap-B/file")
	b.StartTimer()
	spent -= cpu()
	if _, _, err := d.Commit(); err != nil {
		b.Fatal(err)
	}
	runtime.KeepAlive(d)
	return spent + cpu()
}

// BenchmarkTouched is a build in which one file of many is another.
func BenchmarkTouched(b *testing.B) {
	dir := b.TempDir()
	out, state, files := filepath.Join(dir, "public"), filepath.Join(dir, "state"), portal(30_000)
	fill(b, out, state, files)
	b.ReportAllocs()
	start := cpu()
	defer func() { b.ReportMetric((cpu()-start)/float64(b.N), "cpu-ms/op") }()
	for i := 0; b.Loop(); i++ {
		d, err := Open(out, state)
		if err != nil {
			b.Fatal(err)
		}
		if !d.KeepAll(files) {
			b.Fatal("the files are not kept")
		}
		if err := d.Put(urlpath.Must("data/site.json"), digest.Sum{}, fmt.Append(nil, i)); err != nil {
			b.Fatal(err)
		}
		if _, _, err := d.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}
