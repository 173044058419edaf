package repofs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callboard/internal/diag"
)

// treeOf makes a directory of files; a content that begins with "->" is a
// symbolic link.
func treeOf(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if to, ok := strings.CutPrefix(text, "->"); ok {
			if err := os.Symlink(to, p); err != nil {
				t.Skipf("no symbolic links here: %v", err)
			}
			continue
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func takeDir(t *testing.T, dir string, opt Options) (*Snapshot, []diag.Diagnostic) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	var found diag.List
	s, err := TakeDir(t.Context(), "r", root, opt, &found)
	if err != nil {
		t.Fatal(err)
	}
	return s, found.All()
}

func paths(s *Snapshot) (out []string) {
	for _, f := range s.Files {
		out = append(out, f.Path)
	}
	return out
}

// TestSymlinks holds that a link is its file if that is inside, and nothing
// otherwise; links to directories are not entered.
func TestSymlinks(t *testing.T) {
	secret := treeOf(t, map[string]string{"secret.txt": "top secret", "d/x.txt": ""})
	dir := treeOf(t, map[string]string{
		"a.txt":           "text",
		"sub/b.txt":       "",
		"inside":          "->a.txt",
		"sub/up":          "->../a.txt",
		"chain":           "->inside",
		"dangling":        "->gone.txt",
		"loop1":           "->loop2",
		"loop2":           "->loop1",
		"self":            "->self",
		"dir":             "->sub",
		"circle/again":    "->../circle",
		"out-relative":    "->../../../../../../../../etc/passwd",
		"out-absolute":    "->/etc/passwd",
		"out-secret":      "->" + filepath.Join(secret, "secret.txt"),
		"out-dir":         "->" + filepath.Join(secret, "d"),
		"out-and-in":      "->../" + filepath.Base(secret) + "/secret.txt",
		"absolute-inside": "->/a.txt",
	})
	s, found := takeDir(t, dir, Options{})
	if got, want := paths(s), []string{"a.txt", "chain", "inside", "sub/b.txt", "sub/up"}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	var said []string
	for _, f := range found {
		if f.Code != CodeSymlink || f.Severity != diag.Warning || f.Pos.Repo != "r" || strings.Contains(f.Message, dir) {
			t.Errorf("%+v", f)
		}
		said = append(said, f.Pos.File)
	}
	want := []string{"absolute-inside", "dangling", "loop1", "loop2", "out-absolute", "out-and-in", "out-dir", "out-relative", "out-secret", "self"}
	if !slices.Equal(said, want) {
		t.Errorf("said of %q, want %q", said, want)
	}
	if b, err := s.Read("chain"); string(b) != "text" || err != nil {
		t.Errorf("chain: %q, %v", b, err)
	}
	if f, _ := s.Lookup("chain"); f.Size != 4 {
		t.Errorf("the size of a link is %d, not its file's", f.Size)
	}
}

func TestManyBadLinksAreSaidOnce(t *testing.T) {
	files := map[string]string{}
	for i := range 30 {
		files["l"+string(rune('A'+i))] = "->gone"
	}
	if _, found := takeDir(t, treeOf(t, files), Options{}); len(found) != 20 {
		t.Errorf("%d findings", len(found))
	}
}

// TestOnlyListedNamesAreRead tries to read by names that no listing holds.
func TestOnlyListedNamesAreRead(t *testing.T) {
	s, _ := takeDir(t, treeOf(t, map[string]string{"a/b.txt": "x"}), Options{})
	for _, name := range []string{"", ".", "..", "a", "a/", "/a/b.txt", "a//b.txt", "./a/b.txt", "a/../a/b.txt", "../a/b.txt", "../../etc/passwd", "/etc/passwd", "A/B.TXT", "a/b.txt\x00", "a\\b.txt"} {
		if b, err := s.Read(name); !errors.Is(err, fs.ErrNotExist) || b != nil {
			t.Errorf("%q: %q, %v", name, b, err)
		}
		if _, err := s.Sum(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("digest of %q: %v", name, err)
		}
	}
}

// TestReplacedFiles reads files that became something else after they were
// listed. Reading must not leave the tree, nor name this machine's directories.
func TestReplacedFiles(t *testing.T) {
	secret := treeOf(t, map[string]string{"secret.txt": "top secret"})
	for name, replace := range map[string]func(p string) error{
		"gone":      func(string) error { return nil },
		"directory": func(p string) error { return os.Mkdir(p, 0o755) },
		"link out":  func(p string) error { return os.Symlink(filepath.Join(secret, "secret.txt"), p) },
		"loop":      func(p string) error { return os.Symlink("a.txt", p) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := treeOf(t, map[string]string{"a.txt": "text"})
			s, _ := takeDir(t, dir, Options{})
			p := filepath.Join(dir, "a.txt")
			if err := errors.Join(os.Remove(p), replace(p)); err != nil {
				t.Fatal(err)
			}
			b, err := s.Read("a.txt")
			if err == nil || b != nil {
				t.Fatalf("%q, %v", b, err)
			}
			if strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), secret) {
				t.Errorf("the error names a directory of this machine: %v", err)
			}
			if _, err := s.Sum("a.txt"); err == nil {
				t.Error("a file that cannot be read has a digest")
			}
		})
	}
}

func TestUnreadableFile(t *testing.T) {
	dir := treeOf(t, map[string]string{"a.txt": "text", "d/b.txt": ""})
	if err := errors.Join(os.Chmod(filepath.Join(dir, "a.txt"), 0), os.Chmod(filepath.Join(dir, "d"), 0)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(dir, "d"), 0o755) })
	if f, err := os.Open(filepath.Join(dir, "a.txt")); err == nil {
		f.Close()
		t.Skip("this user may read everything")
	}
	s, found := takeDir(t, dir, Options{})
	if len(found) != 1 || found[0].Code != CodeUnreadable || found[0].Pos.File != "d" || strings.Contains(found[0].Message, dir) {
		t.Errorf("%+v", found)
	}
	if _, err := s.Read("a.txt"); !errors.Is(err, fs.ErrPermission) {
		t.Error(err)
	}
}

func TestIgnore(t *testing.T) {
	dir := treeOf(t, map[string]string{"a.txt": "", ".git/config": "", "x/.git/config": "", "x/node_modules/y.txt": "", "x/z.txt": "", "y/z.txt": ""})
	s, _ := takeDir(t, dir, Options{Ignore: []string{"**/.git", "**/node_modules", "["}})
	if got, want := paths(s), []string{"a.txt", "x/z.txt", "y/z.txt"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
