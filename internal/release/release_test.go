package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestTarball(t *testing.T) {
	src := source{time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	members := []member{{"callboard", 0o755, []byte("program")}, {"LICENSE", 0o644, []byte("text")}}
	a, err := tarball(src, members)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := tarball(src, members); err != nil || !bytes.Equal(a, b) {
		t.Error("the same files make two archives", err)
	}
	zip, err := gzip.NewReader(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	tr := tar.NewReader(zip)
	for _, want := range members {
		h, err := tr.Next()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(tr)
		if err != nil || h.Name != want.name || h.Mode != want.mode || !h.ModTime.Equal(src.time) || h.Uid != 0 || h.Uname != "" || !bytes.Equal(data, want.data) {
			t.Errorf("%+v %q %v", h, data, err)
		}
	}
	if _, err := tr.Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestLicences(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	text, err := licencesOf(t.Context(), info)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), "==== the standard library of Go, LICENSE ====\n\nCopyright") {
		t.Errorf("%.100s", text)
	}
	var out bytes.Buffer
	if err := licences(&out, "x v1", t.TempDir()); err == nil || !strings.Contains(err.Error(), "x v1 has no licence") {
		t.Error(err)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		o    options
		want string
	}{
		{options{version: "1.2.3"}, "must be like v1.2.3"},
		{options{version: "v1.2"}, "must be like v1.2.3"},
		{options{version: "v1.2.3 x"}, "must be like v1.2.3"},
		{options{version: "v1.2.3", target: "plan9/arm"}, "must be one of darwin/amd64"},
		{options{version: "v1.2.3", target: "linux/arm64", pin: true}, "without --pin"},
	} {
		c.o.out = filepath.Join(t.TempDir(), "dist")
		if err := run(t.Context(), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
}

// TestPinned tells whether the file that the Action reads is of this program's
// making, and what agree says if it tells something else.
func TestPinned(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile(sums)
	if err != nil {
		t.Fatal(err)
	}
	list, ok := bytes.CutPrefix(text, []byte(header))
	if !ok {
		t.Fatalf("%s begins otherwise than it is written", sums)
	}
	if err := agree(list); err != nil {
		t.Error(err)
	}
	if err := agree(append(list, "0  other\n"...)); err == nil || !strings.Contains(err.Error(), "0  other") {
		t.Error(err)
	}
}

// TestToolchain holds the workflow that makes releases to the toolchain.
func TestToolchain(t *testing.T) {
	text, err := os.ReadFile("../../.github/workflows/release.yml")
	if err != nil {
		t.Fatal(err)
	}
	if want := "GOTOOLCHAIN: " + toolchain + "\n"; !strings.Contains(string(text), want) {
		t.Errorf("release.yml lacks %q", want)
	}
}

// TestTwiceTheSame builds a release in two clones with nothing shared between them,
// and compares all that comes out. It takes minutes: CALLBOARD_RELEASE is the
// target, such as linux/amd64.
func TestTwiceTheSame(t *testing.T) {
	target := os.Getenv("CALLBOARD_RELEASE")
	if target == "" {
		t.Skip("CALLBOARD_RELEASE names no target")
	}
	if runtime.Version() != toolchain {
		t.Skip("this is not " + toolchain)
	}
	var all [2]map[string][]byte
	from := "../.."
	for i, name := range []string{"a", "somewhere/much/deeper/than/a"} {
		dir := filepath.Join(t.TempDir(), filepath.FromSlash(name))
		do(t, from, nil, "git", "clone", "--quiet", ".", dir)
		from = dir // the second is of the same commit, whatever is committed meanwhile
		cache := []string{"GOCACHE=" + filepath.Join(t.TempDir(), "cache"), "TMPDIR=" + t.TempDir()}
		do(t, dir, cache, "go", "run", "./internal/release", "--version", "v0.0.1", "--target", target)
		all[i] = files(t, filepath.Join(dir, "dist"))
	}
	if len(all[0]) != 3 || len(all[1]) != 3 {
		t.Errorf("%d and %d files", len(all[0]), len(all[1]))
	}
	for name, data := range all[0] {
		if !bytes.Equal(data, all[1][name]) {
			t.Errorf("%s differs", name)
		}
	}
	t.Logf("%s", all[0]["SHA256SUMS"])
}

func do(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if out[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
