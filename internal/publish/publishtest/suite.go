package publishtest

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"callboard/internal/publish"
)

// Suite is what every store must do. headers tells that the store keeps attributes.
func Suite(t *testing.T, s publish.Store, headers bool) {
	ctx := t.Context()
	a := publish.Attributes{ContentType: "text/html; charset=utf-8", CacheControl: "no-cache"}
	t.Run("absent", func(t *testing.T) { absent(ctx, t, s) })
	t.Run("written", func(t *testing.T) { written(ctx, t, s, a, headers) })
	t.Run("listed", func(t *testing.T) { listed(ctx, t, s, a) })
	t.Run("conditions", func(t *testing.T) { conditions(ctx, t, s, a) })
	t.Run("together", func(t *testing.T) { together(ctx, t, s, a) })
	t.Run("copied", func(t *testing.T) { copied(ctx, t, s, a, headers) })
	t.Run("published", func(t *testing.T) { published(ctx, t, s) })
}

func absent(ctx context.Context, t *testing.T, s publish.Store) {
	if _, _, err := s.Get(ctx, "nothing/here.html"); !errors.Is(err, publish.ErrNotFound) {
		t.Errorf("get of nothing: %v", err)
	}
	if _, err := s.Head(ctx, "nothing/here.html"); !errors.Is(err, publish.ErrNotFound) {
		t.Errorf("head of nothing: %v", err)
	}
	if err := s.Delete(ctx, "nothing/here.html"); err != nil {
		t.Errorf("delete of nothing: %v", err)
	}
}

// odd are keys that need care somewhere.
var odd = []string{"a/b/index.html", "docs/ü ö/a+b&c=d.html", "docs/100%25.txt", "x~y/(1)/é.html"}

func written(ctx context.Context, t *testing.T, s publish.Store, a publish.Attributes, headers bool) {
	for _, key := range odd {
		for _, data := range [][]byte{[]byte("first " + key), {}, []byte("second")} {
			put(ctx, t, s, key, data, a)
			b, o, err := s.Get(ctx, key)
			if err != nil || !bytes.Equal(b, data) {
				t.Fatalf("%s: got %q, %v; want %q", key, b, err, data)
			}
			if headers && o.Attributes != a {
				t.Errorf("%s: attributes %+v, want %+v", key, o.Attributes, a)
			}
		}
		if h, err := s.Head(ctx, key); err != nil || h.Size != 6 {
			t.Errorf("%s: head tells %+v, %v", key, h, err)
		}
		if err := s.Delete(ctx, key); err != nil {
			t.Error(err)
		}
		if _, _, err := s.Get(ctx, key); !errors.Is(err, publish.ErrNotFound) {
			t.Errorf("%s is there after it was deleted: %v", key, err)
		}
	}
}

func put(ctx context.Context, t *testing.T, s publish.Store, key string, data []byte, a publish.Attributes) string {
	t.Helper()
	v, err := s.Put(ctx, key, data, a, publish.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func listed(ctx context.Context, t *testing.T, s publish.Store, a publish.Attributes) {
	var want []string
	for i := range 30 {
		key := fmt.Sprintf("list/%02d/index.html", i)
		put(ctx, t, s, key, []byte(key), a)
		want = append(want, key)
	}
	put(ctx, t, s, "other/index.html", nil, a)
	var got []string
	for o, err := range s.List(ctx, "list/") {
		if err != nil {
			t.Fatal(err)
		}
		if sum := md5.Sum([]byte(o.Key)); o.Size != int64(len(o.Key)) || !bytes.Equal(o.MD5, sum[:]) {
			t.Errorf("%s is listed with %d bytes and MD5 %x", o.Key, o.Size, o.MD5)
		}
		got = append(got, o.Key)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	for range s.List(ctx, "list/") {
		break // who has seen enough may go
	}
	for _, key := range append(want, "other/index.html") {
		if err := s.Delete(ctx, key); err != nil {
			t.Error(err)
		}
	}
}

func conditions(ctx context.Context, t *testing.T, s publish.Store, a publish.Attributes) {
	const key = "cond.json"
	defer s.Delete(ctx, key)
	write := func(data string, c publish.Condition) (string, error) { return s.Put(ctx, key, []byte(data), a, c) }
	if _, err := write("x", publish.Condition{Version: "0123"}); !errors.Is(err, publish.ErrConflict) {
		t.Errorf("a version of what is not there: %v", err)
	}
	v1, err := write("one", publish.Condition{Absent: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := write("two", publish.Condition{Absent: true}); !errors.Is(err, publish.ErrConflict) {
		t.Errorf("absent, although it is there: %v", err)
	}
	v2, err := write("two", publish.Condition{Version: v1})
	if err != nil || v1 == v2 {
		t.Fatalf("version %q, after it %q: %v", v1, v2, err)
	}
	if _, err := write("three", publish.Condition{Version: v1}); !errors.Is(err, publish.ErrConflict) {
		t.Errorf("a version that was: %v", err)
	}
	if b, o, err := s.Get(ctx, key); err != nil || string(b) != "two" || o.Version != v2 {
		t.Errorf("got %q of version %q, %v; want two of version %q", b, o.Version, err, v2)
	}
}

// together has many take what only one can have.
func together(ctx context.Context, t *testing.T, s publish.Store, a publish.Attributes) {
	const key = "lease.json"
	defer s.Delete(ctx, key)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 8 {
		wg.Go(func() {
			_, err := s.Put(ctx, key, fmt.Appendf(nil, "holder %d", i), a, publish.Condition{Absent: true})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if re, ok := errors.AsType[*publish.RequestError](err); !errors.Is(err, publish.ErrConflict) && (!ok || !re.Temporary) {
				t.Errorf("holder %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d of 8 took it", won)
	}
}

func copied(ctx context.Context, t *testing.T, s publish.Store, a publish.Attributes, headers bool) {
	c, ok := s.(publish.Copier)
	if !ok {
		t.Skip("it does not copy")
	}
	for _, key := range odd {
		put(ctx, t, s, key, []byte("copied "+key), a)
		for range 2 {
			if err := c.Copy(ctx, key, "copies/a.html"); err != nil {
				t.Fatalf("%s: %v", key, err)
			}
		}
		put(ctx, t, s, key, []byte("another"), a)
		b, o, err := s.Get(ctx, "copies/a.html")
		if err != nil || string(b) != "copied "+key || headers && o.Attributes != a {
			t.Errorf("the copy of %s is %q with %+v, %v", key, b, o.Attributes, err)
		}
		if err := errors.Join(s.Delete(ctx, key), s.Delete(ctx, "copies/a.html")); err != nil {
			t.Error(err)
		}
	}
	if err := c.Copy(ctx, "nothing", "copies/b.html"); !errors.Is(err, publish.ErrNotFound) {
		t.Errorf("copy of nothing: %v", err)
	}
}
