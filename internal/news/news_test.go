package news_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/news"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// thing is a component as tests write it: name, owner, and more in its spec.
func thing(name, owner string, spec ...string) *entity.Entity {
	e := &entity.Entity{APIVersion: "backstage.io/v1alpha1", Kind: "Component", Namespace: "default", Name: name, Spec: map[string]any{"owner": owner}}
	e.Ref = entity.NewRef(e.Kind, e.Namespace, e.Name)
	e.Origin.Repo = "repo-of-" + name
	for i := 0; i < len(spec); i += 2 {
		e.Spec[spec[i]] = spec[i+1]
	}
	e.Edges = []entity.Edge{{Type: entity.OwnedBy, Target: entity.NewRef("group", "default", owner)}}
	return e
}

// builds are builds of one portal, one after the other.
type builds struct {
	*testing.T
	file    string
	n       int
	version string
	gone    string // a repository that is no longer read
}

func (b *builds) build(es ...*entity.Entity) []news.Edition {
	b.Helper()
	b.n++
	c := catalog.Link(slices.Values(es), diag.Discard)
	sum := func(e *entity.Entity) digest.Sum {
		return digest.New("test").String(b.version).JSON(e).Sum()
	}
	key := digest.New("catalog").String(b.version)
	for _, e := range c.Entities() {
		key.Add(sum(e))
	}
	past, err := news.Open(b.file)
	if err != nil {
		b.Fatal(err)
	}
	if k := key.Sum(); !past.Is(k) {
		next, err := past.Next(news.Build{At: start.AddDate(0, 0, b.n), Version: b.version, Key: k, Catalog: c, Sum: sum, Repos: func(r string) bool { return r != b.gone }})
		if err != nil {
			b.Fatal(err)
		}
		if err := next.Keep(); err != nil {
			b.Fatal(err)
		}
		return next.Editions
	}
	return past.Editions()
}

func newBuilds(t *testing.T) *builds {
	return &builds{T: t, file: filepath.Join(t.TempDir(), "deep", "news"), version: "1"}
}

func said(es []news.Edition) string {
	var out []string
	for _, e := range es {
		out = append(out, fmt.Sprintf("%s: %d %d %d", e.At.Format(time.DateOnly), e.Appeared, e.Changed, e.Vanished))
		for _, c := range e.Changes {
			out = append(out, "  "+c.Text())
		}
	}
	return strings.Join(out, "\n")
}

func TestEditions(t *testing.T) {
	b := newBuilds(t)
	long := strings.Repeat("long ", 100)
	for i, c := range []struct {
		es   []*entity.Entity
		want string
	}{
		{[]*entity.Entity{thing("a", "x"), thing("c", "x", "lifecycle", "experimental")}, ""},
		{[]*entity.Entity{thing("c", "x", "lifecycle", "experimental"), thing("a", "x")}, ""},
		{[]*entity.Entity{thing("a", "x"), thing("b", "y"), thing("c", "x", "lifecycle", "production")},
			"2026-03-07: 1 1 0\n  component:default/b appeared.\n  component:default/c changed. lifecycle: experimental, now production."},
		{[]*entity.Entity{thing("a", "z", "definition", long), thing("c", "x", "lifecycle", "production")},
			"2026-03-08: 0 1 1\n  component:default/a changed. owner: group:default/x, now group:default/z; definition.\n  component:default/b vanished: it is no longer declared in repo-of-b."},
		{[]*entity.Entity{thing("a", "z", "definition", long+"!"), thing("c", "x"), thing("d", "x")},
			"2026-03-09: 1 2 0\n  component:default/a changed. definition.\n  component:default/c changed. lifecycle: no longer production.\n  component:default/d appeared."},
		{nil, "2026-03-10: 0 0 3\n  component:default/a vanished: it is no longer declared in repo-of-a.\n  component:default/c vanished: its repository is no longer read.\n  component:default/d vanished: it is no longer declared in repo-of-d."},
	} {
		b.gone = map[bool]string{true: "repo-of-c"}[i == 5]
		got := b.build(c.es...)
		if c.want == "" {
			if len(got) != 0 {
				t.Errorf("build %d: %s", i, said(got))
			}
			continue
		}
		if len(got) != i-1 || said(got[:1]) != c.want {
			t.Errorf("build %d:\n%s\nwant first\n%s", i, said(got), c.want)
		}
		if again := b.build(c.es...); !reflect.DeepEqual(again, got) {
			t.Errorf("build %d, again:\n%s", i, said(again))
		}
		b.n--
	}
}

// TestAnotherVersion reads all entities otherwise: nobody has changed them.
func TestAnotherVersion(t *testing.T) {
	b := newBuilds(t)
	b.build(thing("a", "x"), thing("b", "x"))
	b.version = "2"
	got := b.build(thing("a", "y", "new", "field"), thing("c", "x"))
	if want := "2026-03-06: 1 0 1\n  component:default/b vanished: it is no longer declared in repo-of-b.\n  component:default/c appeared."; said(got) != want {
		t.Errorf("%s", said(got))
	}
	got = b.build(thing("a", "x", "new", "field"), thing("c", "x"))
	if len(got) != 2 || got[0].Changed != 1 {
		t.Errorf("the next build tells no changes:\n%s", said(got))
	}
}

// TestDamaged files are no past: nothing is told, and the next build tells again.
func TestDamaged(t *testing.T) {
	b := newBuilds(t)
	b.build(thing("a", "x"))
	b.build(thing("a", "y"))
	whole, err := os.ReadFile(b.file)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(whole); i += 7 {
		for _, bad := range [][]byte{whole[:i], append(append(slices.Clone(whole[:i]), whole[i]^1), whole[i+1:]...)} {
			if err := os.WriteFile(b.file, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			past, err := news.Open(b.file)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range past.Editions() {
				if e.Appeared+e.Changed+e.Vanished > 1000 || len(past.Editions()) > 1 {
					t.Errorf("damaged at %d: %s", i, said(past.Editions()))
				}
			}
		}
	}
	if got := b.build(thing("b", "x")); len(got) != 0 {
		t.Errorf("of a damaged past is told:\n%s", said(got))
	}
	if got := b.build(thing("b", "y")); len(got) != 1 {
		t.Errorf("after a damaged past nothing is told:\n%s", said(got))
	}
}

// TestBounds: of many changes the first are told, and all are counted; the
// oldest builds are forgotten.
func TestBounds(t *testing.T) {
	b := newBuilds(t)
	var many []*entity.Entity
	for i := range 1_001 {
		many = append(many, thing(fmt.Sprintf("n%05d", i), "x"))
	}
	b.build()
	b.build(many...)
	b.build()
	got := b.build(many[:1]...)
	if len(got) != 2 || len(got[1].Changes) != 1_000 || got[1].Vanished != 1_001 || got[0].Appeared != 1 {
		t.Errorf("%d editions, %d changes", len(got), len(got[1].Changes))
	}
	for i := range 120 {
		got = b.build(thing("a", fmt.Sprint(i)))
	}
	if len(got) != 100 || got[0].At.Before(got[99].At) {
		t.Errorf("%d editions are remembered", len(got))
	}
}

// TestOddTexts has what JSON writes otherwise than as it is: it is remembered,
// and compared, like everything else.
func TestOddTexts(t *testing.T) {
	b := newBuilds(t)
	odd := func(owner, life string) *entity.Entity {
		e := thing("a", owner, "lifecycle", life)
		e.Metadata.Title = "<b> & \"x\\y\" \u2028 \x7f é\xff" + strings.Repeat("ü", 100)
		e.Origin.Repo = "a\nb"
		return e
	}
	b.build(odd("x", "old"))
	b.build(odd("x", "old"), thing("b", "x"))
	got := b.build(odd("x", "new"), thing("b", "x"))
	const want = "2026-03-07: 0 1 0\n  component:default/a changed. lifecycle: old, now new.\n2026-03-06: 1 0 0\n  component:default/b appeared."
	if said(got) != want {
		t.Errorf("%s\nwant\n%s", said(got), want)
	}
	if got := b.build(odd("y", "new")); !strings.Contains(said(got[:1]), "owner: group:default/x, now group:default/y") || got[0].Vanished != 1 {
		t.Error(said(got))
	}
}
