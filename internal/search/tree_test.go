package search

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"callboard/internal/digest"
)

// treeOf is a tree of so many files, each with ten documents, and a reader of it
// that notes which pages it has loaded.
func treeOf(t *testing.T, n int) (*Reader, tree) {
	t.Helper()
	files := fstest.MapFS{}
	e := &entries{}
	for i := range n {
		e.add(docKey(uint32(10*i)), [6]byte{byte(i >> 16), byte(i >> 8), byte(i)})
	}
	root, err := e.appendTree(nil, func(data []byte) ([6]byte, error) {
		sum := digest.Of(data)
		files[fileName("s/n/", sum[:6])] = &fstest.MapFile{Data: pack(data)}
		return [6]byte(sum[:6]), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d := decoder{b: root}
	tr := d.tree()
	if d.bad || len(d.b) > 0 || len(tr.root.starts) > rootEntries {
		t.Fatalf("%d files: a root of %d entries, damaged %v", n, len(tr.root.starts), d.bad)
	}
	return &Reader{fsys: files, pages: map[[6]byte]*entries{}}, tr
}

func TestTree(t *testing.T) {
	for n, depth := range map[int]int{1: 0, rootEntries: 0, rootEntries + 1: 1, 20_000: 2} {
		r, tr := treeOf(t, n)
		if tr.depth != depth {
			t.Errorf("%d files: %d levels of pages, want %d", n, tr.depth, depth)
		}
		for _, i := range []int{0, n / 3, n / 2, n - 1} {
			clear(r.pages)
			_, id, ok, err := r.file(tr, docKey(uint32(10*i+7)))
			if err != nil || !ok || id != [6]byte{byte(i >> 16), byte(i >> 8), byte(i)} {
				t.Errorf("%d files: document %d is in file %x, %v, %v", n, 10*i+7, id, ok, err)
			}
			if len(r.pages) > depth {
				t.Errorf("%d files: a document takes %d pages of names", n, len(r.pages))
			}
		}
	}
}

// TestTreeGoesOn: files are gone through in order, beyond the end of a page.
func TestTreeGoesOn(t *testing.T) {
	r, tr := treeOf(t, 1000)
	var got, want []string
	if err := r.each(tr, docKey(1234), func(start string, _ [6]byte) bool {
		got = append(got, start)
		return len(got) < 2*pageEntries
	}); err != nil {
		t.Fatal(err)
	}
	for i := range 2 * pageEntries {
		want = append(want, docKey(uint32(1230+10*i)))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if _, _, ok, err := r.file(tr, " "); ok || err != nil {
		t.Errorf("a key before all others is in a file: %v, %v", ok, err)
	}
}

// TestLargeIndexLoadsLittle: what a query loads besides what it asks for does
// not grow with the index.
func TestLargeIndexLoadsLittle(t *testing.T) {
	root := func(docs int) int {
		var all []Doc
		for i := range docs {
			all = append(all, Doc{URL: fmt.Sprintf("p%d/", i), Kind: []string{"docs", "api"}[i/(docs/2)%2], Title: fmt.Sprintf("Page w%dx of all", i)})
		}
		s := build(t, all)
		return len(filesOf(t, s, "d")[0])
	}
	// A byte for each document would be much of it.
	if n := root(9000); n > 3000 {
		t.Errorf("the root of 9,000 documents has %d bytes", n)
	}
}
