package publish_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
)

// readAll reads the portal of each audience as its readers do.
func readAll(ctx context.Context, s publish.Store) (err error) {
	for _, name := range []string{"guests", "staff", "board"} {
		err = errors.Join(err, publishtest.Read(ctx, publishtest.Below(s, "a/"+name+"/")))
	}
	return err
}

func audiences(version int) publishtest.Site {
	return publishtest.Audiences(6, map[string]int{"guests": version / 4, "staff": version / 2, "board": version})
}

// TestAudiencesOrder holds the order of a portal for each of several in one output.
func TestAudiencesOrder(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	run(t, publishtest.Options(m, audiences(0), c))
	at := map[string]int{}
	f := &publishtest.Faulty{Store: m, Before: func(op, key string) error {
		if op == "put" && strings.HasPrefix(key, "a/") {
			at[key] = len(at)
		}
		return nil
	}}
	o := publishtest.Options(f, audiences(4), c)
	o.Jobs = 1
	run(t, o)
	for _, name := range []string{"guests", "staff", "board"} {
		rank := func(key string) int {
			key = strings.TrimPrefix(key, "a/"+name+"/")
			switch {
			case strings.HasPrefix(key, "assets/"), strings.HasPrefix(key, "data/s/"):
				return 0
			case strings.HasSuffix(key, ".html"):
				return 1
			}
			return 2 // data/site.json and the list of files
		}
		n := 0
		for key, i := range at {
			for other, j := range at {
				if strings.HasPrefix(key, "a/"+name+"/") && strings.HasPrefix(other, "a/"+name+"/") && rank(key) < rank(other) {
					if n++; i > j {
						t.Errorf("%s is sent after %s", key, other)
					}
				}
			}
		}
		if n < 10 {
			t.Errorf("%s: only %d pairs of files were compared", name, n)
		}
	}
	for o := range m.List(t.Context(), "a/board/assets/") {
		if !strings.Contains(o.CacheControl, "immutable") {
			t.Errorf("%s is sent with %q", o.Key, o.CacheControl)
		}
	}
}

// TestAudiencesGuard does not let the portal of a few vanish among the others.
func TestAudiencesGuard(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	site := publishtest.Audiences(90, map[string]int{"guests": 1, "staff": 1, "board": 1})
	run(t, publishtest.Options(m, site, c))
	without := publishtest.Site{}
	for p, text := range site {
		if !strings.HasPrefix(p, "a/board/") {
			without[p] = text
		}
	}
	writes := m.Writes()
	_, err := publish.Run(t.Context(), publishtest.Options(m, without, c))
	if tm, ok := errors.AsType[*publish.TooManyError](err); !ok || tm.Audience != "board" || tm.Leaving != tm.Of || m.Writes() != writes {
		t.Errorf("error %v, %d writes", err, m.Writes()-writes)
	}
	o := publishtest.Options(m, without, c)
	if o.MaxDelete, err = publish.ParseMaxDelete("100"); err != nil {
		t.Fatal(err)
	}
	run(t, o)
}

// TestAudiencesKilled kills runs at 60 moments. Each audience has a whole portal
// after every one, and the next run makes all of them as they should be.
func TestAudiencesKilled(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	r := rand.New(rand.NewPCG(7, 8))
	run(t, publishtest.Options(m, audiences(0), c))
	for i := range 60 {
		o := publishtest.Options(killedAt(m, int64(r.IntN(60))), audiences(i+1), c)
		o.TakeOver = true
		if _, err := publish.Run(t.Context(), o); err != nil && !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		if err := readAll(t.Context(), m); err != nil {
			t.Fatalf("death %d: %v", i, err)
		}
		o = publishtest.Options(m, audiences(i+1), c)
		o.TakeOver = true
		run(t, o)
		if err := errors.Join(publishtest.Same(t.Context(), m, audiences(i+1)), readAll(t.Context(), m)); err != nil {
			t.Fatalf("after death %d: %v", i, err)
		}
		c.Days(r.IntN(4))
	}
}

// TestAudiencesApart looks for the name of a portal in all that is below another's:
// what publishing keeps for itself, which names all, lies below its own prefix.
func TestAudiencesApart(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	for v := range 3 {
		run(t, publishtest.Options(m, audiences(v), c))
	}
	looked := 0
	for o := range m.List(t.Context(), "a/") {
		b, _, err := m.Get(t.Context(), o.Key)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"guests", "staff", "board"} {
			if !strings.HasPrefix(o.Key, "a/"+name+"/") && bytes.Contains(b, []byte(name)) {
				t.Errorf("%s names %s", o.Key, name)
			}
		}
		looked++
	}
	for _, key := range m.Keys() {
		if !strings.HasPrefix(key, "a/") && key != publish.ManifestKey {
			t.Errorf("%s is in no portal", key)
		}
	}
	if looked < 30 {
		t.Errorf("only %d objects were looked at", looked)
	}
}
