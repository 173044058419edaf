package sourcetest

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"callboard/internal/source"
)

// Suite is what every host must do, over the repositories that its server holds.
type Suite struct {
	Host source.Host
	// Repos are those that the list must have, with all that they hold.
	Repos []*Repo
	// Name is what the host calls a repository; nil means Full.
	Name func(*Repo) string
	// NoSizes tells that the host does not tell the sizes of files, NoLinks that it
	// takes links and submodules for files or does not list them, NoMoves that it
	// does not find what was renamed, NoArchive that it has none.
	NoSizes, NoLinks, NoMoves, NoArchive bool
}

// Run runs the suite.
func (s Suite) Run(t *testing.T) {
	t.Helper()
	if s.Name == nil {
		s.Name = (*Repo).Full
	}
	listed := s.list(t)
	for _, want := range s.Repos {
		r, ok := listed[s.Name(want)]
		if !ok {
			continue
		}
		t.Run("read "+want.Name, func(t *testing.T) { s.read(t, r, want) })
	}
	t.Run("batches", func(t *testing.T) { s.batches(t, listed) })
	t.Run("lost", func(t *testing.T) { s.lost(t, listed) })
	t.Run("stopped", func(t *testing.T) { s.stopped(t, listed) })
}

func (s Suite) list(t *testing.T) map[string]source.Repo {
	t.Helper()
	got := map[string]source.Repo{}
	for r, err := range s.Host.Repos(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := got[r.Name]; twice {
			t.Errorf("%s is listed twice", r.Name)
		}
		got[r.Name] = r
	}
	var want []string
	for _, r := range s.Repos {
		want = append(want, s.Name(r))
		g := got[s.Name(r)]
		if g.Branch != r.Branch || !strings.HasPrefix(g.WebURL, "http") || strings.HasSuffix(g.WebURL, "/") {
			t.Errorf("%s: branch %q, address %q", s.Name(r), g.Branch, g.WebURL)
		}
		if g.Revision != "" && g.Revision != r.Commit() {
			t.Errorf("%s: commit %q, want %q", s.Name(r), g.Revision, r.Commit())
		}
	}
	slices.Sort(want)
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("listed %q, want %q", names, want)
	}
	return got
}

// read reads a repository in every way, by its commit and by its branch.
func (s Suite) read(t *testing.T, r source.Repo, want *Repo) {
	found, err := s.Host.Find(t.Context(), r)
	if err != nil || found.Revision != want.Commit() || found.Name != r.Name || found.ID != r.ID || found.Branch != r.Branch || found.WebURL != r.WebURL {
		t.Fatalf("found %+v, %v; listed %+v", found, err, r)
	}
	bare := source.Repo{Name: r.Name, ID: r.ID, Branch: r.Branch}
	for _, at := range []source.Repo{found, bare} {
		tree, err := s.Host.Tree(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		s.tree(t, tree, want)
		s.contents(t, found, tree, want)
	}
	s.archive(t, found, want)
}

func (s Suite) tree(t *testing.T, got source.Tree, want *Repo) {
	t.Helper()
	if got.Revision != want.Commit() || got.Truncated {
		t.Errorf("the tree is at %q, truncated: %v", got.Revision, got.Truncated)
	}
	have := map[string]source.Entry{}
	for _, e := range got.Entries {
		have[e.Path] = e
	}
	for _, f := range want.Files {
		e, ok := have[f.Path]
		delete(have, f.Path)
		switch {
		case f.Kind != source.RegularFile && s.NoLinks:
		case !ok || e.Kind != f.Kind:
			t.Errorf("%s: %+v", f.Path, e)
		case f.Kind == source.RegularFile && e.Size != int64(len(f.Text)) && (e.Size != -1 || !s.NoSizes):
			t.Errorf("%s: size %d, want %d", f.Path, e.Size, len(f.Text))
		case f.Kind == source.RegularFile && e.Blob == "":
			t.Errorf("%s has no name for its content", f.Path)
		}
	}
	for path := range have {
		t.Errorf("%s is in the tree, and not in the repository", path)
	}
}

// contents reads all files, and where links lead, last first.
func (s Suite) contents(t *testing.T, r source.Repo, tree source.Tree, want *Repo) {
	t.Helper()
	var files []source.Entry
	for _, e := range tree.Entries {
		if f := want.File(e.Path); f != nil && (f.Kind == source.RegularFile || f.Kind == source.Symlink && !s.NoLinks) {
			files = append(files, e)
		}
	}
	slices.Reverse(files)
	i := 0
	for b, err := range s.Host.Read(t.Context(), r, files) {
		if err != nil {
			t.Fatal(err)
		}
		if text := want.File(files[i].Path).Text; string(b) != text {
			t.Errorf("%s: %q, want %q", files[i].Path, b, text)
		}
		i++
	}
	if i != len(files) {
		t.Errorf("%d files were read of %d", i, len(files))
	}
}

func (s Suite) archive(t *testing.T, r source.Repo, want *Repo) {
	t.Helper()
	stream, err := s.Host.Archive(t.Context(), r)
	if s.NoArchive {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("an archive, or another error: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	z, err := gzip.NewReader(stream)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			_, name, _ := strings.Cut(h.Name, "/")
			b, _ := io.ReadAll(r)
			got[name] = string(b)
		}
	}
	files := map[string]string{}
	for _, f := range want.Files {
		if f.Kind == source.RegularFile {
			files[f.Path] = f.Text
		}
	}
	if !maps.Equal(got, files) {
		t.Errorf("the archive has %d files, want %d", len(got), len(files))
	}
}

// batches reads everything at once, of hosts that can.
func (s Suite) batches(t *testing.T, listed map[string]source.Repo) {
	b, ok := s.Host.(source.Batcher)
	if !ok {
		t.Skip("the host answers for one repository at a time")
	}
	var rs []source.Repo
	wants := map[string]*Repo{}
	for _, w := range s.Repos {
		rs = append(rs, listed[s.Name(w)])
		wants[s.Name(w)] = w
	}
	var files []source.FileOf
	i := 0
	for l, err := range b.Trees(t.Context(), rs) {
		if err != nil || l.Err != nil {
			t.Fatal(err, l.Err)
		}
		if l.Repo.Name != rs[i].Name {
			t.Errorf("the tree of %s came for that of %s", l.Repo.Name, rs[i].Name)
		}
		i++
		s.tree(t, l.Tree, wants[l.Repo.Name])
		for _, e := range l.Tree.Entries {
			if e.Kind == source.RegularFile {
				r := l.Repo
				r.Revision = l.Tree.Revision
				files = append(files, source.FileOf{Repo: r, File: e})
			}
		}
	}
	if i != len(rs) {
		t.Errorf("%d trees, want %d", i, len(rs))
	}
	s.readMany(t, b, files, wants)
}

func (s Suite) readMany(t *testing.T, b source.Batcher, files []source.FileOf, wants map[string]*Repo) {
	t.Helper()
	i, had := 0, 0
	for c, err := range b.ReadMany(t.Context(), files) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Repo.Name != files[i].Repo.Name || c.File != files[i].File {
			t.Fatalf("%s came for %s", c.File.Path, files[i].File.Path)
		}
		i++
		text := wants[c.Repo.Name].File(c.File.Path).Text
		switch {
		case c.Err != nil && source.KindOf(c.Err) != source.Unsupported:
			t.Error(c.Err)
		case c.Err == nil && string(c.Data) != text:
			t.Errorf("%s: %q, want %q", c.File.Path, c.Data, text)
		case c.Err == nil:
			had++
		}
	}
	if i != len(files) || had < len(files)*9/10 {
		t.Errorf("%d of %d files came, %d of them with content", i, len(files), had)
	}
}

// lost asks for what is not there, and for what has another name now.
func (s Suite) lost(t *testing.T, listed map[string]source.Repo) {
	if _, err := s.Host.Find(t.Context(), source.Repo{Name: s.Repos[0].Owner + "/nowhere", ID: "999999", Branch: "main"}); source.KindOf(err) != source.Gone {
		t.Errorf("a repository that is nowhere: %v", err)
	}
	for _, w := range s.Repos {
		if w.Old == "" || s.NoMoves {
			continue
		}
		old := listed[s.Name(w)]
		old.Name = strings.TrimSuffix(old.Name, w.Name) + w.Old
		if r, err := s.Host.Find(t.Context(), old); err != nil || r.Name != s.Name(w) {
			t.Errorf("%s was renamed: found %q, %v", w.Old, r.Name, err)
		}
	}
	for _, name := range []string{"..", "acme/../..", "a\nb", ""} {
		if _, err := s.Host.Find(t.Context(), source.Repo{Name: name, Branch: "main"}); source.KindOf(err) == "" {
			t.Errorf("a repository called %q: %v", name, err)
		}
	}
}

// stopped gives up: by taking no more, and by the context.
func (s Suite) stopped(t *testing.T, listed map[string]source.Repo) {
	for range s.Host.Repos(t.Context()) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range s.Host.Repos(ctx) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a list that was given up: %v", err)
		}
	}
	r := listed[s.Name(s.Repos[0])]
	if _, err := s.Host.Tree(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("a tree that was given up: %v", err)
	}
}
