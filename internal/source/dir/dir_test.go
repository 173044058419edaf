package dir_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

var opt = dir.Options{Repositories: dir.Auto, Entries: []string{"**/catalog-info.yaml"}, Ignore: []string{"**/.git", "**/node_modules"}}

func tree(t *testing.T, files ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, f := range files {
		p := filepath.Join(root, f)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte("content of "+f), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func names(t *testing.T, s source.Source) []string {
	t.Helper()
	var out []string
	for r, err := range s.Repos(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Name)
	}
	return out
}

func TestAutoTellsOneFromMany(t *testing.T) {
	for _, c := range []struct {
		files []string
		want  []string
	}{
		{[]string{"catalog-info.yaml", "a/x"}, []string{"."}},
		{[]string{".git/HEAD", "a/x"}, []string{"."}},
		{[]string{"mkdocs.yml", "docs/index.md"}, []string{"."}},
		{[]string{"readme.txt"}, []string{"."}},
		{[]string{"b/x", "a/catalog-info.yaml", ".hidden/x", "node_modules/x"}, []string{"a", "b"}},
		{[]string{"acme/pay/catalog-info.yaml", "acme/ledger/x", "solo/x"}, []string{"acme/ledger", "acme/pay", "solo"}},
	} {
		s := dir.New("d", tree(t, c.files...), opt)
		if got := names(t, s); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.files, got, c.want)
		}
		s.Close()
	}
}

func TestWhatWasMadeOfTheSourceIsNotOfIt(t *testing.T) {
	made := opt
	made.Made = []string{"public", "out/site"}
	many := dir.New("d", tree(t, "a/public/x", "a/y", "public/index.html", "out/site/index.html", "out/other/x"), made)
	defer many.Close()
	if got, want := names(t, many), []string{"a", "out/other"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	one := dir.New("d", tree(t, "catalog-info.yaml", "public/index.html", "sub/public/x"), made)
	defer one.Close()
	for of, want := range map[*dir.Source][]string{many: {"public/x", "y"}, one: {"catalog-info.yaml", "sub/public/x"}} {
		for r, err := range of.Repos(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			snap, err := of.Fetch(t.Context(), r, new(diag.List))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range snap.Files {
				got = append(got, f.Path)
			}
			if r.Name != "out/other" && !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", r.Name, got, want)
			}
		}
	}
}

func TestWhatWasMadeUnderAnyNameIsNotARepository(t *testing.T) {
	made := opt
	made.Wrote = func(p string) bool {
		return slices.Contains([]string{"site2", "built/portal", "built/.portal.new-1", "only/.x.new-2"}, p)
	}
	s := dir.New("d", tree(t, "a/y", "site2/index.html", "built/portal/index.html", "built/.portal.new-1/x", "only/.x.new-2/y", "checkout/.git/HEAD", "checkout/src/x", "acme/pay/x", "acme/site2/x"), made)
	defer s.Close()
	if got, want := names(t, s), []string{"a", "acme/pay", "acme/site2", "checkout"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestWhatWasMadeIsNoPartOfARepository: what was made lies deep below directories
// that are then no repositories, or in one.
func TestWhatWasMadeIsNoPartOfARepository(t *testing.T) {
	made := opt
	made.Mark = "made"
	made.Wrote = func(p string) bool {
		return slices.Contains([]string{"built/x/portal", "built/y/z/portal", "acme/pay/site/portal", "acme/pay/.site.new-1", "one/site"}, p)
	}
	s := dir.New("d", tree(t, "built/x/portal/made", "built/y/z/portal/made", "built/empty/x/README", "acme/pay/y", "acme/pay/made", "acme/pay/site/portal/made", "acme/pay/site/portal/a/b", "acme/pay/site/made", "acme/pay/.site.new-1/c", "one/site/made", "one/z"), made)
	defer s.Close()
	want := map[string]string{"acme/pay": "made site/made y", "built/empty": "x/README", "one": "z"}
	got := map[string]string{}
	for r, err := range s.Repos(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		snap, err := s.Fetch(t.Context(), r, new(diag.List))
		if err != nil {
			t.Fatal(err)
		}
		var files []string
		for _, f := range snap.Files {
			files = append(files, f.Path)
		}
		got[r.Name] = strings.Join(files, " ")
	}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestFetchReadsWithinTheRepositoryOnly(t *testing.T) {
	root := tree(t, "a/catalog-info.yaml", "a/docs/index.md", "a/node_modules/x/y", "b/secret", "a/sub/real")
	for link, target := range map[string]string{"a/out": "../b/secret", "a/passwd": "/etc/passwd", "a/in": "sub/real", "a/loop": "loop", "a/dir": "sub"} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	s := dir.New("d", root, opt)
	defer s.Close()
	names(t, s)
	var sink diag.List
	snap, err := s.Fetch(t.Context(), source.Repo{Name: "a"}, &sink)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range snap.Files {
		got = append(got, f.Path)
	}
	if want := []string{"catalog-info.yaml", "docs/index.md", "in", "sub/real"}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	if ds := sink.All(); len(ds) != 3 || ds[0].Code != repofs.CodeSymlink {
		t.Errorf("diagnostics %v", ds)
	}
	if b, err := snap.Read("in"); err != nil || string(b) != "content of a/sub/real" {
		t.Errorf("%q %v", b, err)
	}
	for _, p := range []string{"out", "../b/secret", "/etc/passwd", "passwd", "docs"} {
		if b, err := snap.Read(p); err == nil {
			t.Errorf("read %s: %q", p, b)
		}
	}
}

func TestFetchOfAnEmbeddedTree(t *testing.T) {
	fsys := fstest.MapFS{"a/catalog-info.yaml": {Data: []byte("x")}, "b/y": {Data: []byte("y")}}
	s := dir.FS("demo", fsys, opt)
	if got := names(t, s); !slices.Equal(got, []string{"a", "b"}) {
		t.Fatal(got)
	}
	snap, err := s.Fetch(t.Context(), source.Repo{Name: "a"}, diag.Discard)
	if err != nil || len(snap.Files) != 1 {
		t.Fatal(snap, err)
	}
}

func TestGitTellsBranchRevisionAndAddress(t *testing.T) {
	root := tree(t, "catalog-info.yaml")
	sum := strings.Repeat("0123456789", 4)
	for name, text := range map[string]string{
		"HEAD":        "ref: refs/heads/main\n",
		"packed-refs": "# pack-refs\n" + sum + " refs/heads/main\n",
		"config":      "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@git.example.com:acme/pay.git\n",
	} {
		if err := os.MkdirAll(filepath.Join(root, ".git"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, ".git", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := dir.New("d", root, opt)
	defer s.Close()
	names(t, s)
	snap, err := s.Fetch(t.Context(), source.Repo{Name: "."}, diag.Discard)
	if err != nil || snap.Branch != "main" || snap.Revision != sum || snap.WebURL != "https://git.example.com/acme/pay" {
		t.Fatalf("%+v %v", snap, err)
	}
}

func TestWebURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://user:token@github.com/acme/x.git": "https://github.com/acme/x",
		"ssh://git@git.example.com:2222/acme/x":    "https://git.example.com/acme/x",
		"git@github.com:acme/x.git":                "https://github.com/acme/x",
		"/srv/git/x.git":                           "",
		"file:///srv/x":                            "",
		"javascript:alert(1)":                      "https://javascript/alert%281%29",
		"":                                         "",
	} {
		if got := dir.WebURL(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestDigestsAreRememberedByStamp(t *testing.T) {
	root := tree(t, "a.yaml")
	take := func() *repofs.Snapshot {
		s := dir.New("d", root, dir.Options{Repositories: dir.One})
		t.Cleanup(func() { s.Close() })
		names(t, s)
		snap, err := s.Fetch(t.Context(), source.Repo{Name: "."}, diag.Discard)
		if err != nil {
			t.Fatal(err)
		}
		return snap
	}
	first := take()
	sum, err := first.Sum("a.yaml")
	if err != nil {
		t.Fatal(err)
	}
	known := first.Digests(1 << 62)
	if len(known) != 1 || known[0].Sum != sum {
		t.Fatal(known)
	}
	if got := first.Digests(0); len(got) != 0 {
		t.Fatal("a file changed after the given time was kept:", got)
	}
	known[0].Sum[0]++ // a wrong digest shows whether it is used
	second := take()
	second.Remember(known)
	if got, _ := second.Sum("a.yaml"); got != known[0].Sum {
		t.Error("the remembered digest was not used")
	}
	if err := os.WriteFile(filepath.Join(root, "a.yaml"), []byte("other, longer content"), 0o644); err != nil {
		t.Fatal(err)
	}
	third := take()
	third.Remember(known)
	if got, _ := third.Sum("a.yaml"); got == known[0].Sum {
		t.Error("a stale digest was used")
	}
}
