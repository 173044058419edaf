package polite

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"callboard/internal/polite/politetest"
	"callboard/internal/source"
)

// slow serves an answer that stops at a stage: before the header, or after some
// of the body. More time passes there than anybody waits.
func slow(clock *politetest.Clock, afterHeader bool, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if afterHeader {
			head(w, "Content-Length", "100")
			w.WriteHeader(200)
			_, _ = io.WriteString(w, body)
			_ = http.NewResponseController(w).Flush()
		}
		clock.Advance(2 * time.Minute)
		<-r.Context().Done()
	}
}

func TestSlowAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		afterHeader bool
		body        string
	}{"no header": {false, ""}, "no body": {true, ""}, "half a body": {true, "half"}} {
		t.Run(name, func(t *testing.T) {
			var b *bench
			b = newBench(t, func(n int, w http.ResponseWriter, r *http.Request) {
				if n == 0 {
					slow(b.clock, c.afterHeader, c.body)(w, r)
					return
				}
				_, _ = io.WriteString(w, "right")
			})
			b.mustGet("/x", 200, "right")

			b = newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) { slow(b.clock, c.afterHeader, c.body)(w, r) })
			_, _, err := b.get("/x")
			if f := fault(t, err, source.Unreachable); f.Error() != "api.example: ask: unreachable: no answer in time" {
				t.Errorf("%v", f)
			}
		})
	}
}

func TestTotal(t *testing.T) {
	var b *bench
	b = newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) { slow(b.clock, false, "")(w, r) },
		func(o *Options) { o.Total, o.Timeout = time.Minute, time.Hour })
	_, _, err := b.get("/x")
	if f := fault(t, err, source.Unreachable); b.count() != 1 || !strings.HasSuffix(f.Error(), "no answer in time") {
		t.Errorf("%v after %d requests", f, b.count())
	}
}

// watched tells when somebody begins to wait.
type watched struct {
	*politetest.Clock
	armed chan time.Duration
}

func (w watched) AfterFunc(d time.Duration, f func()) func() {
	stop := w.Clock.AfterFunc(d, f)
	w.armed <- d
	return stop
}

func TestSlowStreams(t *testing.T) {
	const timeout, total = 50 * time.Second, 30 * time.Minute
	for name, passes := range map[string]time.Duration{"a pause": timeout, "in total": total} {
		armed := make(chan time.Duration, 100)
		b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			head(w, "Content-Length", "100")
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, func(o *Options) {
			o.Timeout, o.StreamTotal, o.Clock = timeout, total, watched{o.Clock.(*politetest.Clock), armed}
		})
		go func() { // lets time pass when the second Read is waiting
			for reads, begun := 0, false; ; {
				d := <-armed
				begun = begun || d == total
				if begun && d == timeout {
					if reads++; reads == 2 {
						b.clock.Advance(passes)
						return
					}
				}
			}
		}()
		r, err := http.NewRequestWithContext(With(t.Context(), Ask{What: "archive", Stream: true}), http.MethodGet, b.server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := Do(b.client, r)
		if err != nil {
			t.Fatal(err)
		}
		half := make([]byte, 4)
		if _, err := io.ReadFull(resp.Body, half); err != nil || string(half) != "half" {
			t.Errorf("%s: %q, %v", name, half, err)
		}
		_, err = resp.Body.Read(half)
		_ = resp.Body.Close()
		if f := fault(t, err, source.Unreachable); f.Error() != "api.example: archive: unreachable: no answer in time" || b.count() != 1 {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestStreams(t *testing.T) {
	packed := &bytes.Buffer{}
	z := gzip.NewWriter(packed)
	_, _ = z.Write([]byte("tar"))
	_ = z.Close()
	b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "identity" {
			t.Errorf("Accept-Encoding: %q", got)
		}
		head(w, "Content-Type", "application/x-gzip")
		_, _ = w.Write(packed.Bytes())
	})
	_, got, err := b.ask(http.MethodGet, "/x", Ask{Stream: true})
	if err != nil || got != packed.String() {
		t.Errorf("%q, %v", got, err)
	}
	if s := b.budget.Spent()[0]; s.Bytes != int64(packed.Len()) {
		t.Errorf("spent %+v", s)
	}
}

func TestStreamsThatAreCut(t *testing.T) {
	for name, failure := range faults() {
		b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) { failure(w, r) })
		_, _, err := b.ask(http.MethodGet, "/x", Ask{Stream: true})
		if name == "cut in JSON without length" || name == "cut in gzip" {
			continue // nobody can tell, but who unpacks it
		}
		if kind := source.KindOf(err); kind != source.Unreachable && kind != source.Broken {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLengths(t *testing.T) {
	serve := func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/unknown" {
			_, _ = io.WriteString(w, strings.Repeat("x", 5))
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, strings.Repeat("x", 6))
			return
		}
		_, _ = io.WriteString(w, strings.Repeat("x", 11))
	}
	for _, path := range []string{"/known", "/unknown"} {
		for _, stream := range []bool{false, true} {
			for most, fits := range map[int64]bool{10: false, 11: true, 12: true} {
				b := newBench(t, serve)
				_, got, err := b.ask(http.MethodGet, path, Ask{Stream: stream, MaxBody: most})
				if fits {
					if err != nil || len(got) != 11 {
						t.Errorf("%s stream=%v most=%d: %q, %v", path, stream, most, got, err)
					}
					continue
				}
				if f := fault(t, err, source.Broken); b.count() != 1 {
					t.Errorf("%v is asked for again", f)
				}
			}
		}
	}
}

// TestBombs: what is small when packed is measured unpacked.
func TestBombs(t *testing.T) {
	packed := &bytes.Buffer{}
	z := gzip.NewWriter(packed)
	_, _ = z.Write(make([]byte, 10<<20))
	_ = z.Close()
	b := newBench(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		head(w, "Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	}, func(o *Options) { o.MaxBody = 1 << 20 })
	_, _, err := b.get("/x")
	fault(t, err, source.Broken)
}

func TestWhoGivesUpGetsHisOwnError(t *testing.T) {
	gone := errors.New("gone home")
	for _, stream := range []bool{false, true} {
		ctx, cancel := context.WithCancelCause(t.Context())
		b := newBench(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			head(w, "Content-Length", "10")
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			if !stream {
				cancel(gone)
			}
			<-r.Context().Done()
		})
		r, err := http.NewRequestWithContext(With(ctx, Ask{Stream: stream}), http.MethodGet, b.server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := Do(b.client, r)
		if stream {
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.ReadFull(resp.Body, make([]byte, 4))
			cancel(gone)
			_, err = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
		}
		if !errors.Is(err, context.Canceled) || source.KindOf(err) != "" {
			t.Errorf("stream=%v: %v", stream, err)
		}
		cancel(nil)
	}
}
