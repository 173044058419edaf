//go:build unix

package search

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
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
		if _, err := builder.Write(nil, discard); err != nil {
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
// repositories; the second index is ten times as large. held-MB is the memory
// of the builder while it writes. The large one is skipped with -short.
func BenchmarkRebuild(b *testing.B) {
	for _, sets := range []int{1500, 15_000} {
		b.Run(fmt.Sprintf("docs=%d", 10*sets), func(b *testing.B) { benchRebuild(b, sets) })
	}
}

func benchRebuild(b *testing.B, sets int) {
	if sets > 1500 && testing.Short() {
		b.Skip("takes minutes to prepare")
	}
	store := newFileStore(b)
	parts := generatedParts(sets)
	held := 0.0
	index := func(measure func()) {
		builder := NewBuilder(store)
		for _, p := range parts {
			if err := builder.AddPart(p); err != nil {
				b.Fatal(err)
			}
		}
		shards := 0
		if _, err := builder.Write(nil, func(string, []byte) error {
			if shards++; shards == 100 {
				measure()
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	index(func() {})
	before := live()
	index(func() { held = live() - before })
	b.ReportAllocs()
	stop := cpu(b)
	for b.Loop() {
		last := &parts[len(parts)-20]
		last.Key = digest.Of(last.Key[:])
		index(func() {})
	}
	stop()
	b.ReportMetric(held, "held-MB")
	b.ReportMetric(float64(len(store.at)), "groups")
}

// live is the memory in use, in megabytes.
func live() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// generatedParts are sets of ten pages, of which a hundred at a time are in
// memory. Each hundred has words of its own.
func generatedParts(sets int) []Part {
	parts := make([]Part, sets)
	var blobs [][]byte
	of := -1
	for i := range parts {
		load := func() (*Segment, error) {
			if of != i/100 {
				of, blobs = i/100, nil
				for _, docs := range generate(100, uint64(of)) {
					blobs = append(blobs, Prepare(docs).Encode())
				}
			}
			return DecodeSegment(blobs[i%100])
		}
		parts[i] = Part{Key: digest.New("part").Int(i).Sum(), Docs: 10, Load: load}
	}
	return parts
}

// fileStore is a store whose entries lie in a file, as they do in a build.
type fileStore struct {
	f  *os.File
	at map[digest.Sum][2]int64
}

func newFileStore(b *testing.B) *fileStore {
	f, err := os.Create(filepath.Join(b.TempDir(), "groups"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return &fileStore{f, map[digest.Sum][2]int64{}}
}

func (s *fileStore) Section(key digest.Sum) (*io.SectionReader, bool) {
	at, ok := s.at[key]
	return io.NewSectionReader(s.f, at[0], at[1]), ok
}

func (s *fileStore) Put(key digest.Sum, b []byte) error {
	end, err := s.f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	s.at[key] = [2]int64{end, int64(len(b))}
	_, err = s.f.Write(b)
	return err
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
		_, err := builder.Write(nil, func(name string, data []byte) error {
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
