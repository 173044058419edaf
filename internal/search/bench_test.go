//go:build unix

package search

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// cpu reports the processor time of an iteration, which other work on the
// machine changes less than the time that passes.
func cpu(b *testing.B) func() {
	used := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			b.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	start := used()
	return func() { b.ReportMetric((used()-start).Seconds()/float64(b.N), "cpu-s/op") }
}

// BenchmarkIndex is the whole work of a cold build: 10,000 pages of 5.7 KB.
func BenchmarkIndex(b *testing.B) {
	groups := generate(1000, 1)
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		builder := NewBuilder(nil)
		for _, docs := range groups {
			if err := builder.Add(Prepare(docs)); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := builder.Write(discard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPrepare is one set of ten pages.
func BenchmarkPrepare(b *testing.B) {
	docs := generate(1, 1)[0]
	b.ReportAllocs()
	for b.Loop() {
		Prepare(docs)
	}
}

// BenchmarkRebuild is what an incremental build does: 1,000 segments out of the
// cache, and the shards written again.
func BenchmarkRebuild(b *testing.B) {
	var blobs [][]byte
	for _, docs := range generate(1000, 1) {
		blobs = append(blobs, Prepare(docs).Encode())
	}
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		builder := NewBuilder(nil)
		for _, blob := range blobs {
			s, err := DecodeSegment(blob)
			if err != nil {
				b.Fatal(err)
			}
			if err := builder.Add(s); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := builder.Write(discard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSizes reports what lies on the host for 10,000 pages.
func BenchmarkSizes(b *testing.B) {
	groups := generate(1000, 1)
	for b.Loop() {
		builder := NewBuilder(nil)
		frags, fragBytes := 0, 0
		for _, docs := range groups {
			s := Prepare(docs)
			if err := builder.Add(s); err != nil {
				b.Fatal(err)
			}
			for _, data := range s.Fragments() {
				frags++
				fragBytes += gzipped(data)
			}
		}
		shards, shardBytes, largest := 0, 0, 0
		_, err := builder.Write(func(name string, data []byte) error {
			n := gzipped(data)
			switch {
			case strings.HasPrefix(name, "s/t/"):
				shards++
				shardBytes += n
				largest = max(largest, n)
			case strings.HasPrefix(name, "s/d/"):
				b.ReportMetric(float64(n)/1024, "table-KB")
			default:
				b.ReportMetric(float64(n)/1024, "meta-KB")
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(shards), "shards")
		b.ReportMetric(float64(largest)/1024, "largest-shard-KB")
		b.ReportMetric(float64(shardBytes)/1024, "all-shards-KB")
		b.ReportMetric(float64(fragBytes)/float64(frags)/1024, "fragment-KB")
		b.ReportMetric(float64(frags), "fragments")
	}
}
