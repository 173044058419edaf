package serve

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestAheadOfTheRest: what a build has made ahead is served while the rest is left,
// the rest gives way to another change, and in the end the files are served. The
// system may tell one change as several.
func TestAheadOfTheRest(t *testing.T) {
	src := t.TempDir()
	out := filepath.Join(src, "public")
	put(t, filepath.Join(src, "page.txt"), "")
	put(t, filepath.Join(out, "index.html"), "<body>whole 1</body>")
	var builds atomic.Int32
	begun, gaveWay, finish := make(chan bool, 1000), make(chan bool, 1000), make(chan bool)
	build := func(context.Context) (Outcome, error) {
		n := builds.Add(1)
		o := Outcome{Base: "/", Changed: true, Watch: []string{src}}
		if n == 1 {
			return o, nil
		}
		o.Ahead = map[string][]byte{"index.html": fmt.Appendf(nil, "<body>ahead %d</body>", n)}
		o.Rest = func(ctx context.Context) (Outcome, error) {
			begun <- true
			select {
			case <-ctx.Done():
				gaveWay <- true
				return Outcome{}, ctx.Err()
			case <-finish:
			}
			put(t, filepath.Join(out, "index.html"), fmt.Sprintf("<body>whole %d</body>", n))
			return Outcome{Base: "/", Changed: true, Watch: []string{src}}, nil
		}
		return o, nil
	}
	s := &server{src: src, out: out}
	ctx, cancel := context.WithCancel(t.Context())
	up, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- Run(ctx, Options{Addr: "127.0.0.1:0", Out: out, Reload: true, Build: build, Listening: func(u string) { up <- u }})
	}()
	s.url = <-up
	events := s.stream(t)
	next(t, events)
	until := func(want string) { // an event tells that another page is there
		t.Helper()
		for {
			r, err := http.Get(s.url)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(body(t, r), "<body>"+want) {
				return
			}
			next(t, events)
		}
	}
	until("whole 1")
	put(t, filepath.Join(src, "page.txt"), "two")
	until("ahead")
	<-begun
	put(t, filepath.Join(src, "page.txt"), "three")
	<-gaveWay
	until("ahead")
	close(finish)
	until("whole")
	until(fmt.Sprintf("whole %d", builds.Load()))
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
