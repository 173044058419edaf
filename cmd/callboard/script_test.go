package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"callboard/internal/publish"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

func TestMain(m *testing.M) {
	testscript.Main(withoutReleases{m}, map[string]func(){"callboard": main})
}

// withoutReleases clears away what tests of the Action have made for all of them.
type withoutReleases struct{ *testing.M }

func (w withoutReleases) Run() int {
	defer os.RemoveAll(releaseDir)
	return w.M.Run()
}

// TestScript runs the command as its users do: testdata/script holds files,
// commands and what must come out. "exits N callboard ..." runs a command that
// must end with the code N.
func TestScript(t *testing.T) {
	h := &hosts{t: t, of: map[string]*host{}}
	p := &places{t: t, buckets: map[string]publish.Store{}, readers: map[string]*portalReader{}}
	st := &stores{t: t, of: map[string]*scriptStore{}}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("CALLBOARD_CACHE_DIR", filepath.Join(e.WorkDir, ".cache"))
			e.Setenv("NO_COLOR", "")
			e.Setenv("CI", "true")
			e.Setenv("SOURCE_DATE_EPOCH", "1700000000")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "github": h.github, "nowhere": nowhere, "bucket": p.bucket, "reader": p.reader, "sends": sends, "store": st.store},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command [arg...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\n%s%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}
