package remote_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
	"callboard/internal/remote"
	"callboard/internal/treetest"
)

// machine is a directory on some machine.
type machine struct {
	*remote.Tree
	dir   string
	found *diag.List
}

// fresh is a machine that has nothing.
func fresh(t testing.TB, s publish.Store, c *publishtest.Clock) *machine {
	return again(t, s, c, filepath.Join(t.TempDir(), "state"))
}

// again is a new process on a machine that has something.
func again(t testing.TB, s publish.Store, c *publishtest.Clock, dir string) *machine {
	t.Helper()
	found := new(diag.List)
	return &machine{remote.New(remote.Options{Store: s, Name: "crawl", Dir: dir, Record: dir + ".record", Jobs: 4, Now: c.Now, Sink: found}), dir, found}
}

func (m *machine) pull(t testing.TB) remote.Moved {
	t.Helper()
	moved, err := m.Pull(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

func (m *machine) push(t testing.TB) remote.Moved {
	t.Helper()
	moved, err := m.Push(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

// write makes the files of the directory those given, and touches no other.
func (m *machine) write(t testing.TB, files map[string]string) {
	t.Helper()
	for p := range m.read(t) {
		if _, ok := files[p]; !ok {
			if err := os.Remove(filepath.Join(m.dir, p)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for p, text := range files {
		name := filepath.Join(m.dir, filepath.FromSlash(p))
		if b, err := os.ReadFile(name); err == nil && string(b) == text {
			continue
		}
		err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name+"~", []byte(text), 0o644), os.Rename(name+"~", name))
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (m *machine) read(t testing.TB) map[string]string {
	t.Helper()
	return treetest.Files(t, m.dir)
}

// same tells that a machine has the files of one of several runs, whole.
func (m *machine) same(t testing.TB, runs ...map[string]string) {
	t.Helper()
	got := m.read(t)
	for _, want := range runs {
		if reflect.DeepEqual(got, want) {
			return
		}
	}
	t.Fatalf("there are %d files, of none of the runs", len(got))
}

// files are those of a run: some change in each, one comes and goes.
func files(version int) map[string]string {
	out := map[string]string{"mark": "format 1\n", "sources/a.jsonl": fmt.Sprintf("source in version %d", version), "empty": ""}
	for i := range 6 {
		text := fmt.Sprintf("repository %d", i)
		if i%3 == version%3 {
			text = fmt.Sprintf("repository %d of version %d %s", i, version, strings.Repeat("x", 100*i))
		}
		out[fmt.Sprintf("repositories/%02d/x", i)] = text
	}
	out[fmt.Sprintf("answers/%d", version%3)] = "\x1f\x8bcompressed already"
	return out
}

func TestRoundTrip(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	one := fresh(t, s, c)
	one.pull(t)
	one.write(t, files(1))
	if moved := one.push(t); moved.Files != len(files(1)) {
		t.Errorf("sent %+v", moved)
	}
	two := fresh(t, s, c)
	if moved := two.pull(t); moved.Files != len(files(1)) || moved.Of != moved.Files {
		t.Errorf("brought %+v", moved)
	}
	two.same(t, files(1))
	two.write(t, files(2))
	two.push(t)
	one = again(t, s, c, one.dir) // it has the first version
	if moved := one.pull(t); moved.Files == 0 || moved.Files > 6 {
		t.Errorf("of %d files, %d were brought", moved.Of, moved.Files)
	}
	one.same(t, files(2))
	if n := len(one.found.All()) + len(two.found.All()); n > 0 {
		t.Errorf("%d findings", n)
	}
}

// TestNothingChanged asks for one object, and writes none.
func TestNothingChanged(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	m := fresh(t, s, c)
	m.pull(t)
	m.write(t, files(1))
	m.push(t)
	writes, requests := s.Writes(), 0
	f := &publishtest.Faulty{Store: s, Before: func(string, string) error { requests++; return nil }}
	m = again(t, f, c, m.dir)
	m.pull(t)
	m.push(t)
	if s.Writes() != writes || requests != 1 {
		t.Errorf("%d requests, %d writes", requests, s.Writes()-writes)
	}
	// The same bytes at another time are nothing new either.
	later := c.T.Add(time.Hour)
	if err := os.Chtimes(filepath.Join(m.dir, "mark"), later, later); err != nil {
		t.Fatal(err)
	}
	if m.push(t); s.Writes() != writes {
		t.Errorf("%d writes", s.Writes()-writes)
	}
}

// TestLarge sends of a large file the part that changed.
func TestLarge(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	r := rand.NewChaCha8([32]byte{1})
	big := make([]byte, 9<<20)
	_, _ = r.Read(big)
	m := fresh(t, s, c)
	m.pull(t)
	m.write(t, map[string]string{"big": string(big)})
	m.push(t)
	writes := s.Writes()
	big[5<<20]++
	m.write(t, map[string]string{"big": string(big)})
	m.push(t)
	if n := s.Writes() - writes; n != 3 { // a part, the head, the head before
		t.Errorf("%d writes", n)
	}
	two := fresh(t, s, c)
	two.pull(t)
	two.same(t, map[string]string{"big": string(big)})
}

// TestTwoAtOnce has two machines go on from the same state.
func TestTwoAtOnce(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	one, two := fresh(t, s, c), fresh(t, s, c)
	one.pull(t)
	one.write(t, files(1))
	one.push(t)
	two.pull(t)
	one.write(t, files(2))
	two.write(t, files(3))
	one.push(t)
	if _, err := two.Push(t.Context()); !errors.Is(err, remote.ErrOvertaken) {
		t.Errorf("error %v", err)
	}
	three := fresh(t, s, c)
	three.pull(t)
	three.same(t, files(2))
	// The second one goes on from what the first has left.
	two = again(t, s, c, two.dir)
	two.pull(t)
	two.same(t, files(2))
	two.write(t, files(4))
	two.push(t)
	three = again(t, s, c, three.dir)
	three.pull(t)
	three.same(t, files(4))
}

// TestFirstAtOnce has many machines begin.
func TestFirstAtOnce(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	var wg sync.WaitGroup
	var won atomic.Int64
	var all []*machine
	for i := range 6 {
		m := fresh(t, s, c)
		m.pull(t)
		m.write(t, files(i))
		all = append(all, m)
	}
	for _, m := range all {
		wg.Go(func() {
			_, err := m.Push(context.Background())
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, remote.ErrOvertaken) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 6 were first", won.Load())
	}
	m := fresh(t, s, c)
	m.pull(t)
	m.same(t, files(0), files(1), files(2), files(3), files(4), files(5))
}

var errKilled = errors.New("killed")

func killedAt(s publish.Store, n int64) publish.Store {
	var made atomic.Int64
	return &publishtest.Faulty{Store: s, Before: func(string, string) error {
		if made.Add(1) > n {
			return errKilled
		}
		return nil
	}}
}

// TestKilled kills runs at 100 moments. Whoever comes then finds the state as a run
// left it, and what was sent in vain is deleted in time.
func TestKilled(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	r := rand.New(rand.NewPCG(5, 6))
	m := fresh(t, s, c)
	m.pull(t)
	m.write(t, files(0))
	m.push(t)
	last, killed := files(0), 0
	for i := 1; i <= 100; i++ {
		x := fresh(t, killedAt(s, int64(r.IntN(9)+9*(i%2))), c)
		if _, err := x.Pull(t.Context()); err == nil {
			x.write(t, files(i))
			if _, err := x.Push(t.Context()); err == nil {
				last = files(i)
			} else if !errors.Is(err, errKilled) {
				t.Fatal(err)
			} else {
				killed++
			}
		}
		look := fresh(t, s, c)
		look.pull(t)
		look.same(t, last, files(i))
		last = look.read(t)
		if n := len(look.found.All()); n > 0 {
			t.Fatalf("after death %d: %+v", i, look.found.All())
		}
		c.T = c.T.Add(time.Hour)
	}
	if killed < 20 {
		t.Errorf("only %d runs were killed while they sent", killed)
	}
	for i := range 4 {
		c.Days(2)
		x := fresh(t, s, c)
		x.pull(t)
		x.write(t, files(200+i))
		x.push(t)
	}
	want := map[string]bool{}
	for _, v := range []int{202, 203} { // what stands, and what stood before it
		for _, text := range files(v) {
			want[text] = text != ""
		}
	}
	n := 0
	for _, needed := range want {
		if needed {
			n++
		}
	}
	if got := len(s.Keys()) - 2; got != n {
		t.Errorf("there are %d parts, want %d", got, n)
	}
}

// TestEveryRequestFails has each request fail once, before it is done and after.
func TestEveryRequestFails(t *testing.T) {
	for _, lost := range []bool{false, true} {
		total := int64(1)
		for n := int64(1); n <= total; n++ {
			s, c := new(publishtest.Memory), publishtest.NewClock()
			m := fresh(t, s, c)
			m.pull(t)
			m.write(t, files(1))
			m.push(t)
			var made atomic.Int64
			fail := func(op, key string) error {
				if made.Add(1) == n {
					return &publish.RequestError{Op: op, Key: key, Err: errors.New("503"), Temporary: true}
				}
				return nil
			}
			f := &publishtest.Faulty{Store: s, Before: fail}
			if lost {
				f.Before, f.After = nil, fail
			}
			retry := publish.Usual(func() float64 { return 1 })
			retry.Wait = func(context.Context, time.Duration) error { return nil }
			x := fresh(t, publish.Patient(f, retry), c)
			x.pull(t)
			x.write(t, files(2))
			x.push(t)
			look := fresh(t, s, c)
			look.pull(t)
			look.same(t, files(2))
			total = made.Load()
		}
		if total < 15 {
			t.Errorf("a run takes %d requests", total)
		}
	}
}

// TestDamaged damages each object of the store in turn, or takes it away. It is
// said, every file that can be had is, and a run that makes the rest anew heals it.
func TestDamaged(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	m := fresh(t, s, c)
	for v := range 3 {
		m.pull(t)
		m.write(t, files(v))
		m.push(t)
	}
	told := 0
	for _, key := range s.Keys() {
		for _, gone := range []bool{false, true} {
			d := copyOf(t, s)
			if err := damage(t.Context(), d, key, gone); err != nil {
				t.Fatal(err)
			}
			x := fresh(t, d, c)
			x.pull(t)
			for p, text := range x.read(t) {
				if was, ok := files(1)[p]; text != files(2)[p] && text != "" && !(ok && text == was) {
					t.Errorf("%s damaged: %s is %.40q", key, p, text)
				}
			}
			if len(x.found.All()) > 0 {
				told++
			}
			x.write(t, files(2))
			x.push(t)
			look := fresh(t, d, c)
			look.pull(t)
			look.same(t, files(2))
			if strings.Contains(key, "before") {
				continue
			}
			x.write(t, files(3))
			x.push(t)
			look = fresh(t, d, c)
			look.pull(t)
			look.same(t, files(3))
			if ds := look.found.All(); len(ds) > 0 {
				t.Errorf("%s damaged, and not healed: %+v", key, ds)
			}
		}
	}
	if told < 12 {
		t.Errorf("only %d damages were told of", told)
	}
}

func copyOf(t *testing.T, s publish.Store) publish.Store {
	t.Helper()
	out := new(publishtest.Memory)
	for o := range s.List(t.Context(), "") {
		b, _, err := s.Get(t.Context(), o.Key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Put(t.Context(), o.Key, b, publish.Attributes{}, publish.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func damage(ctx context.Context, s publish.Store, key string, gone bool) error {
	if gone {
		return s.Delete(ctx, key)
	}
	b, _, err := s.Get(ctx, key)
	if err != nil {
		return err
	}
	b = bytes.Clone(b)
	b[len(b)/2] ^= 0x55
	_, err = s.Put(ctx, key, b, publish.Attributes{}, publish.Condition{})
	return err
}

// TestHole keeps saying that a file is damaged until somebody writes it.
func TestHole(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	m := fresh(t, s, c)
	m.pull(t)
	m.write(t, map[string]string{"a": "first", "b": "second"})
	m.push(t)
	sum := digest.Of([]byte("first")).String()
	if err := s.Delete(t.Context(), "crawl/parts/"+sum[:2]+"/"+sum[2:]); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		x := fresh(t, s, c)
		x.pull(t)
		if ds := x.found.All(); len(ds) != 1 || ds[0].Code != remote.CodeDamaged {
			t.Fatalf("found %+v", ds)
		}
		got := x.read(t)
		got["b"] += "!"
		x.write(t, got)
		x.push(t)
	}
}

// TestHeadsDamaged ends with an error if nothing can be made out: to begin anew by
// itself would be to forget what could not be had today.
func TestHeadsDamaged(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	m := fresh(t, s, c)
	for v := range 2 {
		m.pull(t)
		m.write(t, files(v))
		m.push(t)
	}
	for _, key := range s.Keys() {
		if strings.HasSuffix(key, ".json.gz") {
			if err := damage(t.Context(), s, key, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := fresh(t, s, c).Pull(t.Context()); err == nil || !strings.Contains(err.Error(), "begin anew") {
		t.Errorf("error %v", err)
	}
}

// TestUnsent keeps what a killed run changed on its machine, unless another machine
// has been faster.
func TestUnsent(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	one := fresh(t, s, c)
	one.pull(t)
	one.write(t, files(1))
	one.push(t)
	one.write(t, files(2)) // and is killed
	one = again(t, s, c, one.dir)
	one.pull(t)
	for p, text := range files(2) {
		if got := one.read(t)[p]; got != text {
			t.Errorf("%s is %.40q", p, got)
		}
	}
	two := fresh(t, s, c)
	two.pull(t)
	two.write(t, files(3))
	two.push(t)
	one = again(t, s, c, one.dir)
	one.pull(t)
	one.same(t, files(3))
}

// TestYoungest keeps the youngest files, up to so many bytes.
func TestYoungest(t *testing.T) {
	for most, want := range map[int64]int{0: 3, 29: 2, 30: 3, 31: 3, 20: 2, 9: 0} {
		s, c := new(publishtest.Memory), publishtest.NewClock()
		dir := filepath.Join(t.TempDir(), "build")
		m := &machine{remote.New(remote.Options{Store: s, Name: "build", Dir: dir, Record: dir + ".record", MaxBytes: most, Jobs: 2, Now: c.Now}), dir, new(diag.List)}
		m.pull(t)
		m.write(t, map[string]string{"a": "0123456789", "b": "0123456789", "c": "abcdefghij"})
		for i, name := range []string{"b", "c", "a"} { // b is the oldest
			at := c.T.Add(time.Duration(i) * time.Hour)
			if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
				t.Fatal(err)
			}
		}
		m.push(t)
		look := &machine{remote.New(remote.Options{Store: s, Name: "build", Dir: dir + "-2", Record: dir + "-2.record", Jobs: 2, Now: c.Now}), dir + "-2", new(diag.List)}
		look.pull(t)
		got := look.read(t)
		if _, oldest := got["b"]; len(got) != want || oldest && want < 3 {
			t.Errorf("up to %d bytes: %d files, the oldest: %t", most, len(got), oldest)
		}
	}
}

// TestPortal refuses to keep anything beside a portal.
func TestPortal(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	if _, err := s.Put(t.Context(), publish.ManifestKey, []byte("{}"), publish.Attributes{}, publish.Condition{}); err != nil {
		t.Fatal(err)
	}
	if _, err := fresh(t, s, c).Pull(t.Context()); err == nil || !strings.Contains(err.Error(), "there is a portal") {
		t.Errorf("error %v", err)
	}
}
