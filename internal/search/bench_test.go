//go:build unix

package search

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"callboard/internal/digest"
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

// BenchmarkRebuild is what an incremental build does when a page has changed:
// all groups but one are kept. 1,500 parts are an organisation of a thousand
// repositories; the second has 150,000 documents.
func BenchmarkRebuild(b *testing.B) {
	for _, docs := range []int{13_500} {
		b.Run(fmt.Sprint(docs), func(b *testing.B) { benchRebuild(b, encoded(docs)) })
	}
}

// encoded are the segments of so many documents, as they lie in a cache. Each
// vocabulary is of its own seed, so that the large index has a million terms.
func encoded(docs int) (out [][]byte) {
	for seed := uint64(1); len(out)*9 < docs; seed++ {
		for _, group := range generate(min(1500, docs/9-len(out)), seed) {
			out = append(out, Prepare(group[:9]).Encode())
		}
	}
	return out
}

func benchRebuild(b *testing.B, blobs [][]byte) {
	store := newMemory()
	parts := make([]Part, len(blobs))
	for i, blob := range blobs {
		parts[i] = Part{Key: digest.Of(blob), Docs: 9, Load: func() (*Segment, error) { return DecodeSegment(blob) }}
	}
	index := func() int {
		builder := NewBuilder(store)
		for _, p := range parts {
			if err := builder.AddPart(p); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := builder.Write(discard); err != nil {
			b.Fatal(err)
		}
		return len(builder.groups)
	}
	b.ReportMetric(float64(index()), "groups")
	changed := parts[len(parts)/3].Key
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		changed = digest.Of(changed[:])
		parts[len(parts)/3].Key = changed
		index()
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
