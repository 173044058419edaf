package build_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"callboard/content"
	"callboard/internal/build"
	"callboard/internal/source"
	"callboard/internal/source/dir"
	"callboard/internal/treetest"
)

// TestManyChanges builds the demo again and again after changes that nobody has
// chosen, and compares every rebuild with a build from nothing: what is kept of
// an earlier build must never be seen in a later one.
// CALLBOARD_CHANGES is how many changes are made.
func TestManyChanges(t *testing.T) {
	steps := 12
	if n, err := strconv.Atoi(os.Getenv("CALLBOARD_CHANGES")); err == nil {
		steps = n
	}
	home, scratch := t.TempDir(), t.TempDir()
	if err := os.CopyFS(home, content.FS); err != nil {
		t.Fatal(err)
	}
	out, cache := filepath.Join(scratch, "out"), filepath.Join(scratch, "cache")
	mustRun(t, copied(t, home, out, cache))
	c := newChanger(t, home)
	for i := range steps {
		what := c.change()
		mustRun(t, copied(t, home, out, cache))
		fresh := filepath.Join(scratch, fmt.Sprint("fresh", i))
		mustRun(t, copied(t, home, fresh, ""))
		treetest.Same(t, fmt.Sprintf("change %d, %s", i, what), treetest.Files(t, out), treetest.Files(t, fresh))
		if t.Failed() {
			return
		}
		os.RemoveAll(fresh)
	}
}

// copied are the options of a build of a copy of the demo.
func copied(t *testing.T, home, out, cache string) build.Options {
	t.Helper()
	o := demo(t, out, cache)
	// As if the last change had been made long ago, so that stamps are trusted.
	o.Started = time.Now().Add(time.Minute)
	o.Sources = nil
	for _, s := range o.Config.Sources {
		src := dir.New(s.Dir, filepath.Join(home, s.Dir), dir.Options{Repositories: s.Repositories, Entries: o.Config.Catalog.Files, Ignore: o.Config.Catalog.Ignore, WebURL: s.WebURL, Branch: s.Branch})
		t.Cleanup(func() { src.Close() })
		o.Sources = append(o.Sources, source.Source(src))
	}
	return o
}

// changer changes files of a directory at random, the same way each time.
type changer struct {
	t     *testing.T
	home  string
	dice  *rand.Rand
	whole map[string]string // as they were at first
}

func newChanger(t *testing.T, home string) *changer {
	c := &changer{t: t, home: home, dice: rand.New(rand.NewPCG(1, 2)), whole: map[string]string{}}
	err := fs.WalkDir(content.FS, "demo", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(content.FS, p)
		c.whole[p] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *changer) pick(names []string) string { return names[c.dice.IntN(len(names))] }

// files are those with an ending.
func (c *changer) files(ending string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(c.whole)), func(p string) bool { return !strings.HasSuffix(p, ending) })
}

// change changes one file and tells what it did.
func (c *changer) change() string {
	catalogs := c.files("catalog-info.yaml")
	switch c.dice.IntN(10) {
	case 0:
		p := c.pick(slices.Concat(catalogs, c.files(".md")))
		os.Remove(filepath.Join(c.home, p))
		return "without " + p
	case 1:
		p := c.pick(slices.Concat(catalogs, c.files(".md")))
		c.write(p, c.whole[p])
		return p + " as it was"
	case 2:
		p := c.pick(c.files(".md"))
		c.write(p, "# Another title "+fmt.Sprint(c.dice.IntN(9))+"\n\n"+c.whole[p])
		return "a title in " + p
	}
	p := c.pick(catalogs)
	text := c.whole[p]
	if b, err := os.ReadFile(filepath.Join(c.home, p)); err == nil {
		text = string(b)
	}
	lines := strings.SplitAfter(text, "\n")
	at := c.dice.IntN(len(lines))
	for range lines { // the next line that has a value
		if value.MatchString(lines[at]) {
			break
		}
		at = (at + 1) % len(lines)
	}
	was := lines[at]
	lines[at] = c.changed(was)
	c.write(p, strings.Join(lines, ""))
	return fmt.Sprintf("%s:%d %q is %q", p, at+1, was, lines[at])
}

var value = regexp.MustCompile(`^(\s*(?:- )?(?:[A-Za-z./-]+: )?)([A-Za-z].*)\n$`)

// changed is a line with another value, or none, or twice.
func (c *changer) changed(line string) string {
	m := value.FindStringSubmatch(line)
	if m == nil {
		return line
	}
	switch c.dice.IntN(5) {
	case 0:
		return ""
	case 1:
		return m[1] + m[2] + "x\n"
	case 2:
		return m[1] + c.pick([]string{"production", "deprecated", "service", "group:default/crew", "user:default/nobody", "sailing-control", "platform"}) + "\n"
	case 3:
		return line + "# one line further down\n"
	}
	return m[1] + m[2] + " " + fmt.Sprint(c.dice.IntN(99)) + "\n"
}

func (c *changer) write(p, text string) {
	name := filepath.Join(c.home, p)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		c.t.Fatal(err)
	}
}
