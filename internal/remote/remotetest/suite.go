// Package remotetest is what a directory that is kept in a store must go through,
// whichever store it is.
package remotetest

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
	"callboard/internal/remote"
)

// Suite keeps a directory in an empty store, on several machines.
func Suite(t *testing.T, s publish.Store) {
	c := publishtest.NewClock()
	t.Run("goes on elsewhere", func(t *testing.T) { goesOn(t, s, c) })
	t.Run("overtaken", func(t *testing.T) { overtaken(t, s, c) })
	t.Run("killed", func(t *testing.T) { killed(t, s, c) })
}

// machine is a directory on some machine.
type machine struct {
	*remote.Tree
	dir string
}

// fresh is a machine that had nothing, and has what is in the store.
func fresh(t *testing.T, s publish.Store, c *publishtest.Clock) machine {
	t.Helper()
	m := open(t, s, c)
	m.pull(t)
	return m
}

func open(t *testing.T, s publish.Store, c *publishtest.Clock) machine {
	dir := filepath.Join(t.TempDir(), "state")
	return machine{remote.New(remote.Options{Store: s, Name: "crawl", Dir: dir, Record: dir + ".record", Jobs: 4, Now: c.Now}), dir}
}

func (m machine) pull(t *testing.T) {
	t.Helper()
	if _, err := m.Pull(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// push makes the files those of a version and sends them.
func (m machine) push(t *testing.T, version int) error {
	t.Helper()
	for p, text := range files(version) {
		name := filepath.Join(m.dir, filepath.FromSlash(p))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(filepath.Join(m.dir, gone(version-1))); err != nil {
		t.Fatal(err)
	}
	_, err := m.Push(t.Context())
	return err
}

// gone is a file that only one version has.
func gone(version int) string { return fmt.Sprintf("only-%d", version) }

// files are those of a version: a few change in each, one comes, and one goes.
func files(version int) map[string]string {
	out := map[string]string{"mark": "format 1\n", "sources/a b+c&d=100%.jsonl": fmt.Sprintf("source in version %d", version), "empty": "", gone(version): "x"}
	for i := range 4 {
		out[fmt.Sprintf("repositories/é%d", i)] = strings.Repeat(fmt.Sprintf("repository %d of version %d\n", i, version-version%(i+1)), 500)
	}
	return out
}

// is tells whether the directory is that of a version, whole.
func (m machine) is(t *testing.T, version int) bool {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(m.dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, rerr := filepath.Rel(m.dir, p)
		got[filepath.ToSlash(rel)] = string(b)
		return errors.Join(err, rerr)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return reflect.DeepEqual(got, files(version))
}

func goesOn(t *testing.T, s publish.Store, c *publishtest.Clock) {
	one := fresh(t, s, c)
	if err := one.push(t, 1); err != nil {
		t.Fatal(err)
	}
	two := fresh(t, s, c)
	if !two.is(t, 1) {
		t.Error("another machine has not what the first one sent")
	}
	if err := two.push(t, 2); err != nil {
		t.Fatal(err)
	}
	if one.pull(t); !one.is(t, 2) {
		t.Error("the first machine has not what the second one sent")
	}
}

func overtaken(t *testing.T, s publish.Store, c *publishtest.Clock) {
	one, two := fresh(t, s, c), fresh(t, s, c)
	if err := one.push(t, 3); err != nil {
		t.Fatal(err)
	}
	if err := two.push(t, 3); !errors.Is(err, remote.ErrOvertaken) {
		t.Errorf("the one that is late is told: %v", err)
	}
	if !fresh(t, s, c).is(t, 3) {
		t.Error("what is kept is not of the one that was first")
	}
}

func killed(t *testing.T, s publish.Store, c *publishtest.Clock) {
	dead := errors.New("killed")
	r, last, died := rand.New(rand.NewPCG(3, 4)), 3, 0
	for next := 4; next < 24; next++ {
		var left atomic.Int64
		left.Store(int64(3 + r.IntN(12)))
		m := open(t, &publishtest.Faulty{Store: s, Before: func(string, string) error {
			if left.Add(-1) < 0 {
				return dead
			}
			return nil
		}}, c)
		_, err := m.Pull(t.Context())
		if err == nil {
			for v := last; v < next-1; v++ {
				err = errors.Join(err, os.RemoveAll(filepath.Join(m.dir, gone(v))))
			}
			err = errors.Join(err, m.push(t, next))
		}
		switch {
		case errors.Is(err, dead):
			died++
		case err != nil:
			t.Fatal(err)
		}
		now := fresh(t, s, c)
		if err == nil || now.is(t, next) { // it may have died after all was there
			last = next
		}
		if !now.is(t, last) {
			t.Fatalf("after death %d, what is kept is of no version", died)
		}
		c.Days(r.IntN(3))
	}
	if died < 5 {
		t.Errorf("only %d of 20 runs were killed", died)
	}
}
