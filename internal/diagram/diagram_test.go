package diagram_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/diagram"
	"callboard/internal/process/exec"
)

// TestMain is the test, or a program that draws what it is given.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "draw" {
		b, _ := io.ReadAll(os.Stdin)
		if strings.Contains(string(b), "mistake") {
			fmt.Fprintln(os.Stderr, "a mistake in line 1")
			os.Exit(1)
		}
		fmt.Printf(`<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script><text style="x">%s</text></svg>`, b)
		return
	}
	os.Exit(m.Run())
}

const linked = `<svg xmlns="http://www.w3.org/2000/svg"><g><text>a to b</text></g><text>a to b</text></svg>`

const clean = `<svg xmlns="http://www.w3.org/2000/svg"><text>a to b</text></svg>`

func TestProgram(t *testing.T) {
	r := diagram.New()
	r.Program(exec.Command{Argv: []string{os.Args[0], "draw"}, Timeout: 20 * time.Second}, exec.Environment{}, "plantuml")
	for _, lang := range []string{"plantuml", "puml", "kroki-plantuml"} {
		if got, err := r.Render(context.Background(), lang, "a to b"); err != nil || string(got) != clean {
			t.Errorf("%s: %s, %v", lang, got, err)
		}
	}
	if _, err := r.Render(context.Background(), "puml", "mistake"); err == nil || !strings.Contains(err.Error(), "a mistake in line 1") {
		t.Error(err)
	}
	if _, err := r.Render(context.Background(), "d2", "x"); !errors.Is(err, diagram.ErrNone) || r.Draws("d2") || !r.Draws("uml") {
		t.Error(err)
	}
	if _, err := r.Render(context.Background(), "puml", strings.Repeat("x", diagram.MaxSource+1)); err == nil {
		t.Error("a source that is too large was drawn")
	}
	if r.Key("puml", "a") == r.Key("puml", "b") || r.Key("puml", "a") != r.Key("plantuml", "a") || !r.Key("d2", "a").IsZero() || r.Sum().IsZero() || !diagram.New().Sum().IsZero() {
		t.Error("keys")
	}
}

func TestKroki(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		asked++
		b, _ := io.ReadAll(q.Body)
		switch {
		case q.Method != http.MethodPost || q.URL.Path != "/d2/svg":
			t.Errorf("%s %s", q.Method, q.URL)
		case string(b) == "bad":
			http.Error(w, "a syntax error", http.StatusBadRequest)
		case string(b) == "away":
			http.Redirect(w, q, "https://elsewhere.example/", http.StatusTemporaryRedirect)
		case string(b) == "html":
			fmt.Fprint(w, "<html></html>")
		case string(b) == "much":
			fmt.Fprint(w, strings.Repeat("x", diagram.MaxDrawing+1))
		default:
			fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg"><a href="javascript:x"><text>%s</text></a><text>%s</text></svg>`, b, b)
		}
	}))
	defer server.Close()
	r := diagram.New()
	r.Kroki(server.URL+"/", 20*time.Second, "d2")
	if got, err := r.Render(context.Background(), "d2", "a to b"); err != nil || string(got) != linked {
		t.Errorf("%s, %v", got, err)
	}
	for src, want := range map[string]string{"bad": "400 Bad Request: a syntax error", "away": "307", "html": "no SVG", "much": "more than"} {
		if _, err := r.Render(context.Background(), "d2", src); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", src, err)
		}
	}
}

// TestGivenUp holds that a server which does not answer is not asked for ever, and
// that one which answers with errors is.
func TestGivenUp(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	r := diagram.New()
	r.Kroki(server.URL, 20*time.Second, "d2", "erd")
	for i := range 5 {
		if _, err := r.Render(context.Background(), "d2", fmt.Sprint(i)); err == nil || !strings.Contains(err.Error(), "404") {
			t.Fatal(err)
		}
	}
	server.Close()
	var err error
	for i := range 4 {
		_, err = r.Render(context.Background(), "erd", fmt.Sprint(i))
	}
	if err == nil || !strings.Contains(err.Error(), "not asked any more") {
		t.Error(err)
	}
}

// TestAtOnce holds that pages which show the same diagram share one drawing.
func TestAtOnce(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		time.Sleep(100 * time.Millisecond)
		fmt.Fprint(w, `<svg><g/></svg>`)
	}))
	defer server.Close()
	r := diagram.New()
	r.Kroki(server.URL, 20*time.Second, "d2")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := r.Render(context.Background(), "d2", "x"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := asked.Load(); n > 3 {
		t.Errorf("the server was asked %d times", n)
	}
}
