package crawl_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"callboard/internal/crawl"
	"callboard/internal/crawl/crawltest"
	"callboard/internal/crawl/state"
	"callboard/internal/source"
)

// TestSharded crawls in shards, changes the organisation and crawls again. What a
// build sees, and what merging makes of it, is the same as of one crawl, byte for
// byte, with facts that take requests of their own, too.
func TestSharded(t *testing.T) {
	for _, facts := range []bool{false, true} {
		t.Run(fmt.Sprint("facts ", facts), func(t *testing.T) { sharded(t, facts) })
	}
}

func sharded(t *testing.T, facts bool) {
	const n = 3
	h := acme(20)
	leading(h)
	host := source.Host(h)
	if facts {
		host = &crawltest.Facts{Host: h, Cost: 1}
	}
	people := &directory{people: source.People{Users: []source.User{{Name: "ada"}, {Name: "bob"}}}}
	whole := newSetup(t)
	whole.people = people
	var shards []*setup
	var dirs []string
	for i := range n {
		s := newSetup(t)
		s.opt.Shard, s.opt.Shards, s.people = i+1, n, people
		shards, dirs = append(shards, s), append(dirs, s.dir)
	}
	for _, hour := range []int{8, 9, 10, 40} {
		listed, want := 0, 0
		for _, s := range append(shards, whole) {
			s.opt.Clock = at(hour)
			rep := s.run(host).Sources[0]
			if facts && (hour == 8 || hour == 40) && rep.Enriched == 0 {
				t.Errorf("at %d: no facts", hour)
			}
			if s == whole {
				want = rep.Listed
			} else {
				listed += rep.Listed
			}
		}
		if listed != want {
			t.Errorf("the shards list %d repositories of %d", listed, want)
		}
		sameContents(t, seen(t, dirs...), seen(t, whole.dir))
		sameContents(t, contents(t, merged(t, dirs), true), contents(t, whole.dir, true))
		if hour == 8 {
			changed(h)
		}
	}
}

func merged(t *testing.T, dirs []string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "merged")
	d, err := state.Open(out, state.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var parts []*state.Dir
	for _, dir := range dirs {
		p, err := state.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, p)
	}
	if err := d.Merge(parts); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestMemory crawls ten thousand repositories of ten kilobytes: all together a
// hundred megabytes, of which no more is in memory than is under way.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes ten thousand files")
	}
	const n = 10_000
	h := &crawltest.Host{Called: "test:large"}
	files := map[string]string{"catalog-info.yaml": component("x"), "docs/index.md": "# x\n"}
	for i := range n {
		h.Has = append(h.Has, &crawltest.Repo{Name: fmt.Sprintf("r%05d", i), ID: fmt.Sprint(i), Files: files})
	}
	page := strings.Repeat("x", 10_000)
	files["docs/page.txt"] = page
	b := &crawltest.Batch{Host: h, Repositories: 50, Files: 100}
	s := newSetup(t)
	base := heap()
	most := uint64(0)
	s.opt.Progress = func(p crawl.Progress) {
		if p.Stage == "fetch" && p.Done%2500 == 0 {
			most = max(most, heap())
		}
	}
	rep := s.run(b).Sources[0]
	if rep.Fetched != n {
		t.Fatalf("%+v", rep)
	}
	grown := int64(most) - int64(base)
	t.Logf("%d repositories: the heap grew by %d KB, %d questions", n, grown>>10, b.Asked("trees")+b.Asked("readmany"))
	if grown > 64<<20 {
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
	b.Reset()
	for i := range 10 {
		b.Has[i*7].Files = map[string]string{"catalog-info.yaml": component("changed"), "docs/page.txt": page}
	}
	rep = s.run(b).Sources[0]
	if asked := b.Asked("trees") + b.Asked("readmany") + b.Asked("tree") + b.Asked("read") + b.Asked("find"); rep.Changed != 10 || asked > 2 {
		t.Errorf("after ten changes: %d questions, %+v", asked, rep)
	}
}

// heap is what is in use, in bytes.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
