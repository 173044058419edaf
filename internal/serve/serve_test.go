package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/diag"
)

// server is Run under test: src is watched, and each build copies src/page.txt
// to the portal.
type server struct {
	url, src, out string
	builds        atomic.Int32
	fail          atomic.Bool
	end           func() error
}

func start(t *testing.T) *server {
	t.Helper()
	s := &server{src: t.TempDir()}
	s.out = filepath.Join(s.src, "public") // below what is watched, as by default
	put(t, filepath.Join(s.src, "page.txt"), "one")
	ctx, cancel := context.WithCancel(t.Context())
	up, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- Run(ctx, Options{Addr: "127.0.0.1:0", Out: s.out, Reload: true, Build: s.build(t), Listening: func(u string) { up <- u }})
	}()
	s.end = func() error { cancel(); return <-ended }
	select {
	case s.url = <-up:
	case err := <-ended:
		t.Fatal(err)
	}
	return s
}

func (s *server) build(t *testing.T) func(context.Context) (Outcome, error) {
	return func(context.Context) (Outcome, error) {
		s.builds.Add(1)
		if s.fail.Load() {
			return Outcome{}, errors.New("the disk is full")
		}
		b, err := os.ReadFile(filepath.Join(s.src, "page.txt"))
		if err != nil {
			return Outcome{}, err
		}
		put(t, filepath.Join(s.out, "index.html"), "<body>"+string(b)+"</body>")
		return Outcome{Base: "/", Changed: true, Watch: []string{s.src}, Diagnostics: []diag.Diagnostic{
			{Severity: diag.Error, Pos: diag.Pos{File: "a.yaml", Line: 2, Col: 3}, Code: "c", Message: "wrong <b>", Hint: "mend it"},
			{Severity: diag.Warning, Code: "w", Message: "hm"},
		}}, nil
	}
}

// stream listens to events; the channel is closed with the stream.
func (s *server) stream(t *testing.T) <-chan event {
	t.Helper()
	r, err := http.Get(s.url + "-/events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Body.Close() })
	if r.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(r.Header)
	}
	c := make(chan event, 16)
	go func() {
		defer close(c)
		for sc := bufio.NewScanner(r.Body); sc.Scan(); {
			data, ok := strings.CutPrefix(sc.Text(), "data: ")
			if !ok {
				continue
			}
			var e event
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				t.Error(err)
			}
			c <- e
		}
	}()
	return c
}

func next(t *testing.T, c <-chan event) event {
	t.Helper()
	select {
	case e, ok := <-c:
		if !ok {
			t.Fatal("the stream ended")
		}
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("no event")
	}
	return event{}
}

func TestRebuildAndReload(t *testing.T) {
	s := start(t)
	events := s.stream(t)
	first := next(t, events)
	if first.Summary != "1 error, 1 warning" || len(first.Errors) != 1 || first.Errors[0] != (shown{"a.yaml:2:3", "wrong <b>", "c", "mend it"}) {
		t.Errorf("%+v", first)
	}
	put(t, filepath.Join(s.src, "page.txt"), "two")
	second := next(t, events)
	if second.ID == first.ID {
		t.Error("the portal changed and its ID did not")
	}
	if r, err := http.Get(s.url); err != nil || body(t, r) != "<body>two"+scriptTag+"</body>" {
		t.Error(err)
	}

	// a directory made after the start is watched too
	put(t, filepath.Join(s.src, "new", "deep", "x.md"), "x")
	next(t, events)
	put(t, filepath.Join(s.src, "new", "deep", "x.md"), "y")
	third := next(t, events)

	// a build that fails leaves what stands
	s.fail.Store(true)
	put(t, filepath.Join(s.src, "page.txt"), "three")
	failed := next(t, events)
	if failed.ID != third.ID || failed.Failed != "the disk is full" {
		t.Errorf("%+v after %s", failed, third.ID)
	}
	if r, err := http.Get(s.url); err != nil || body(t, r) != "<body>two"+scriptTag+"</body>" {
		t.Error(err)
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
	for range events { // ends with the server
	}
}

func TestOwnWritesDoNotBuild(t *testing.T) {
	s := start(t)
	events := s.stream(t)
	next(t, events)
	for _, name := range []string{"public/x.html", ".public.new-123/index.html", ".git/index", "node_modules/a/b.js", "page.txt~", ".page.txt.swp", "4913"} {
		put(t, filepath.Join(s.src, name), "x")
	}
	put(t, filepath.Join(s.src, "page.txt"), "two") // the only one that counts, and the last
	next(t, events)
	if n := s.builds.Load(); n != 2 {
		t.Errorf("%d builds, want the first and one more", n)
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
}

func TestBusyAddress(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	err = Run(t.Context(), Options{Addr: ln.Addr().String(), Build: func(context.Context) (Outcome, error) {
		t.Error("built for nothing")
		return Outcome{}, nil
	}})
	if _, ok := errors.AsType[*BusyError](err); !ok || !strings.Contains(err.Error(), "is in use") {
		t.Error(err)
	}
}

func TestFirstBuildFails(t *testing.T) {
	want := errors.New("no such directory")
	err := Run(t.Context(), Options{Addr: "127.0.0.1:0", Out: t.TempDir(), Build: func(context.Context) (Outcome, error) { return Outcome{}, want }})
	if !errors.Is(err, want) {
		t.Error(err)
	}
}

func TestHubForgetsWhatIsOvertaken(t *testing.T) {
	h := newHub()
	c, ok := h.join()
	if !ok {
		t.Fatal("refused")
	}
	for range 5 {
		h.publish(Outcome{Changed: true}, nil)
	}
	var e event
	if err := json.Unmarshal(<-c, &e); err != nil || !strings.HasSuffix(e.ID, "-5") {
		t.Errorf("%+v %v", e, err)
	}
	h.publish(Outcome{}, nil)
	if err := json.Unmarshal(<-c, &e); err != nil || !strings.HasSuffix(e.ID, "-5") {
		t.Errorf("nothing changed, and the ID is %s", e.ID)
	}
	for range maxClients - 1 {
		if _, ok := h.join(); !ok {
			t.Fatal("refused early")
		}
	}
	if _, ok := h.join(); ok {
		t.Error("too many clients are taken")
	}
	h.leave(c)
	if _, ok := h.join(); !ok {
		t.Error("a place that became free is not given")
	}
	h.close()
	h.close()
	if _, ok := h.join(); ok {
		t.Error("joined after the end")
	}
}

func TestWatchOfAFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "callboard.yaml")
	w, err := newWatcher(nil, quiet, func(line string) { t.Error(line) })
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	w.watch([]string{name})
	w.watch([]string{name}) // the loop has taken the first when it takes the second
	put(t, filepath.Join(dir, "neighbour.txt"), "x")
	if err := os.WriteFile(filepath.Join(dir, "tmp"), []byte("title: x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "tmp"), name); err != nil { // as editors save
		t.Fatal(err)
	}
	select {
	case <-w.changes:
	case <-time.After(10 * time.Second):
		t.Error("a file put in the place of another is not seen")
	}
}
