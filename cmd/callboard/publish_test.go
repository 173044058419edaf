package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callboard/internal/publish/dir"
	"callboard/internal/publish/publishtest"
)

// TestPublishKilled kills the program while it publishes, at 20 moments, and looks
// as a reader whether the portal is whole. The run that comes after each is left
// alone and must publish what it was given.
func TestPublishKilled(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(t.TempDir(), "callboard") // by its name, TestMain is main
	if err := os.Symlink(self, bin); err != nil {
		t.Skip(err)
	}
	www := filepath.Join(t.TempDir(), "www")
	publish := func(version int) (*exec.Cmd, publishtest.Site) {
		site, from := publishtest.NewSite(120, version), t.TempDir()
		for p, text := range site {
			put(t, filepath.Join(from, filepath.FromSlash(p)), text)
		}
		return exec.Command(bin, "publish", "--from", from, "--to", www, "--take-over", "--max-delete", "100%", "--jobs", "2"), site
	}
	s, err := dir.Open(www)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	whole := func(version int) time.Duration {
		t.Helper()
		cmd, site := publish(version)
		began := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		took := time.Since(began)
		if err := publishtest.Same(t.Context(), s, site); err != nil {
			t.Fatal(err)
		}
		return took
	}
	took := whole(0)
	r, killed := rand.New(rand.NewPCG(3, 4)), 0
	for i := range 20 {
		cmd, _ := publish(i + 1)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.Float64() * float64(took)))
		cmd.Process.Kill()
		if err := cmd.Wait(); err != nil && strings.Contains(fmt.Sprint(err), "killed") {
			killed++
		}
		if err := publishtest.Read(t.Context(), s); err != nil {
			t.Fatalf("death %d: %v", i, err)
		}
	}
	t.Logf("%d of 20 were killed before they ended", killed)
	whole(21)
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
