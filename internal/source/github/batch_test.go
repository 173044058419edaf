package github

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"callboard/internal/source"
	"callboard/internal/source/github/githubtest"
)

// trees are the trees of all that a host lists, by name.
func trees(t *testing.T, h *Host, rs []source.Repo) map[string]source.Listed {
	t.Helper()
	out := map[string]source.Listed{}
	for l, err := range h.Trees(t.Context(), rs) {
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimPrefix(l.Repo.Name, "acme/")] = l
	}
	return out
}

func TestTreesAreHalvedWhereTheyAreTooMuch(t *testing.T) {
	w := newWorld(t, githubtest.Options{Objects: 60})
	for i := range 24 {
		w.repo(fmt.Sprintf("r%02d", i)) // 10 entries each
	}
	w.repo("huge", func(r *githubtest.Repo) {
		many := fstest.MapFS{}
		for i := range 80 {
			many[fmt.Sprintf("f%02d", i)] = &fstest.MapFile{}
		}
		r.Content = githubtest.NewFiles("main", many, "")
	})
	h := w.host()
	rs, err := list(h)
	if err != nil {
		t.Fatal(err)
	}
	w.Reset()
	got := trees(t, h, rs)
	for name, l := range got {
		if name == "huge" {
			kind(t, l.Err, source.Unsupported)
			continue
		}
		if l.Err != nil || len(l.Tree.Entries) != 4 || l.Tree.Revision == "" {
			t.Errorf("%s: %+v", name, l)
		}
	}
	if len(got) != 25 {
		t.Errorf("%d trees", len(got))
	}
	if n := w.Stats().GraphQL; n > 40 {
		t.Errorf("%d requests", n)
	}
	tree, err := h.Tree(t.Context(), w.one(h, "huge"))
	if err != nil || len(tree.Entries) != 80 {
		t.Errorf("by itself: %d entries, %v", len(tree.Entries), err)
	}
}

func TestTreesOfWhatChanged(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	gone, hidden, renamed := w.repo("gone"), w.repo("hidden"), w.repo("renamed")
	w.repo("moved-on")
	h := w.host()
	rs, err := list(h)
	if err != nil {
		t.Fatal(err)
	}
	w.Delete(gone)
	hidden.Hidden = true
	w.Rename(renamed, "acme", "new-name")
	for i := range rs {
		if rs[i].Name == "acme/moved-on" {
			rs[i].Revision = strings.Repeat("0", 40)
		}
	}
	got := trees(t, h, rs)
	for _, name := range []string{"gone", "hidden", "moved-on"} {
		kind(t, got[name].Err, source.Gone)
	}
	if l := got["renamed"]; l.Err != nil || len(l.Tree.Entries) != 4 {
		t.Errorf("a repository is read by its former name: %+v", l)
	}
	// Another repository takes the name: its files are not those of the first.
	w.repo("renamed")
	kind(t, trees(t, h, rs)["renamed"].Err, source.Gone)
	found, err := h.Find(t.Context(), rs[2])
	if err != nil || found.Name != "acme/new-name" {
		t.Errorf("found %q, %v", found.Name, err)
	}
	_, err = h.Find(t.Context(), rs[1])
	kind(t, err, source.Gone)
}

func TestFilesThatAreNoText(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	want := map[string]string{
		"text.md": "# Zürich\r\n", "empty": "", "binary.png": "\x89PNG\x00\x01", "latin.md": "caf\xe9", "large.yaml": strings.Repeat("a: b\n", 130_000),
		"huge.txt": strings.Repeat("x", 510<<10),
	}
	w.repo("payments", func(r *githubtest.Repo) {
		f := githubtest.NewFiles("main", nil, "")
		for name, text := range want {
			f.Write(name, text)
		}
		f.Link("link", "text.md")
		r.Content = f
	})
	h := w.host()
	r := w.one(h, "payments")
	tree := trees(t, h, []source.Repo{r})["payments"].Tree
	var files []source.FileOf
	for _, e := range tree.Entries {
		files = append(files, source.FileOf{Repo: r, File: e})
	}
	got := map[string]bool{}
	for c, err := range h.ReadMany(t.Context(), files) {
		if err != nil {
			t.Fatal(err)
		}
		got[c.File.Path] = c.Err == nil
		if c.Err == nil && string(c.Data) != want[c.File.Path] {
			t.Errorf("%s is not what is stored", c.File.Path)
		}
		if c.Err != nil {
			kind(t, c.Err, source.Unsupported)
		}
	}
	if len(got) != 7 || !got["text.md"] || !got["empty"] || got["binary.png"] || got["latin.md"] || got["large.yaml"] || got["huge.txt"] || got["link"] {
		t.Errorf("read by batch: %v", got)
	}
	i := 0
	for b, err := range h.Read(t.Context(), r, tree.Entries) {
		if e := tree.Entries[i]; err != nil || e.Kind == source.RegularFile && string(b) != want[e.Path] || e.Kind == source.Symlink && string(b) != "text.md" {
			t.Errorf("%s: %v", e.Path, err)
		}
		i++
	}
}

func TestAContentThatIsAnother(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.repo("payments")
	h := w.host()
	r := w.one(h, "payments")
	tree, err := h.Tree(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	w.Inject(githubtest.Fault{Body: []byte("kind: Component # somebody else's\n")})
	kind(t, firstErr(h.Read(t.Context(), r, tree.Entries[:1])), source.Broken)
}

func TestLimits(t *testing.T) {
	w := newWorld(t, githubtest.Options{Limits: githubtest.Limits{Core: 5, GraphQL: 3}})
	for i := range 250 {
		w.repo(fmt.Sprintf("r%03d", i))
	}
	// Three pages cost more points than an hour has: the crawl is told when to come
	// back, and what was listed stands.
	rs, err := list(w.host())
	f := kind(t, err, source.Limited)
	if len(rs) == 250 || !f.Until.After(w.clock.Now()) {
		t.Errorf("%d repositories until %v", len(rs), f.Until)
	}
	// Who may wait, waits.
	before := w.clock.Now()
	rs, err = list(w.host(func(o *Options) { o.HTTP.MaxWait = 3 * 3600e9 }))
	if err != nil || len(rs) != 250 {
		t.Fatalf("%d repositories, %v", len(rs), err)
	}
	if waited := w.clock.Now().Sub(before); waited.Hours() < 1 {
		t.Errorf("waited %v only", waited)
	}
}

func TestTruncatedTrees(t *testing.T) {
	w := newWorld(t, githubtest.Options{TreeEntries: 30})
	many := fstest.MapFS{"top": {}}
	for i := range 60 {
		many[fmt.Sprintf("d%d/s%d/f%02d", i%4, i%3, i)] = &fstest.MapFile{}
	}
	w.repo("large", func(r *githubtest.Repo) { r.Content = githubtest.NewFiles("main", many, "") })
	w.repo("flat", func(r *githubtest.Repo) {
		flat := fstest.MapFS{}
		for i := range 40 {
			flat[fmt.Sprintf("f%02d", i)] = &fstest.MapFile{}
		}
		r.Content = githubtest.NewFiles("main", flat, "")
	})
	h := w.host()
	tree, err := h.Tree(t.Context(), w.one(h, "large"))
	if err != nil || len(tree.Entries) != 61 || tree.Truncated {
		t.Errorf("%d entries, truncated: %v, %v", len(tree.Entries), tree.Truncated, err)
	}
	seen := map[string]bool{}
	for _, e := range tree.Entries {
		seen[e.Path] = true
	}
	if !seen["top"] || !seen["d3/s2/f59"] && !seen["d3/s2/f11"] || len(seen) != 61 {
		t.Errorf("the paths are %v", seen)
	}
	tree, err = h.Tree(t.Context(), w.one(h, "flat"))
	if err != nil || len(tree.Entries) != 30 || !tree.Truncated {
		t.Errorf("a directory that is too large: %d entries, truncated: %v, %v", len(tree.Entries), tree.Truncated, err)
	}
}

func TestConditionalRequestsCostNothing(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.repo("payments")
	h := w.host(rest, cached())
	for range 3 {
		r := w.one(h, "payments")
		if _, err := h.Tree(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if s := w.Stats(); s.REST != 9 || s.NotModified != 6 {
		t.Errorf("%d requests, %d of them not modified", s.REST, s.NotModified)
	}
}
