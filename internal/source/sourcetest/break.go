package sourcetest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"callboard/internal/source"
)

// Breaker is a server whose answers can be broken. Seen are the paths and queries
// that it was asked for.
type Breaker struct {
	Whole http.Handler
	// Clock is that of the hosts that ask. It moves on after every fault, so that
	// no limit lasts.
	Clock *Clock

	mu   sync.Mutex
	part string
	how  http.HandlerFunc
	seen []string
}

// Serve answers as whole does, where nothing is broken, until the test ends. It
// returns the address.
func (b *Breaker) Serve(t testing.TB, whole http.Handler) (base string) {
	b.Whole = whole
	if b.Clock == nil {
		b.Clock = NewClock()
	}
	srv := httptest.NewServer(b)
	t.Cleanup(srv.Close)
	return srv.URL
}

// JSON answers with a value, as a host that calls its JSON contentType.
func JSON(t testing.TB, w http.ResponseWriter, contentType string, v any) {
	t.Helper()
	w.Header().Set("Content-Type", contentType)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		t.Error(err)
	}
}

// Break breaks answers whose address contains part from now on; nil mends it.
func (b *Breaker) Break(part string, how http.HandlerFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.part, b.how = part, how
}

// Seen are the requests since the last call, as method and address.
func (b *Breaker) Seen() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.seen
	b.seen = nil
	return out
}

func (b *Breaker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.seen = append(b.seen, r.Method+" "+r.URL.RequestURI())
	part, how := b.part, b.how
	b.mu.Unlock()
	if how != nil && strings.Contains(r.URL.RequestURI(), part) {
		how(w, r)
		return
	}
	b.Whole.ServeHTTP(w, r)
}

// Faults are ways of hosts to give no answer, and what each is.
func Faults() map[string]struct {
	How  http.HandlerFunc
	Kind source.FaultKind
} {
	status := func(code int, body string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			_, _ = w.Write([]byte(body))
		}
	}
	type fault = struct {
		How  http.HandlerFunc
		Kind source.FaultKind
	}
	return map[string]fault{
		"204":             {status(204, ""), source.Broken},
		"301 nowhere":     {status(301, `{"message":"Moved Permanently"}`), source.Broken},
		"403 of a wall":   {status(403, `<html><title>Blocked</title></html>`, "Content-Type", "text/html"), source.Denied},
		"429 and no more": {status(429, "", "Content-Type", "text/plain"), source.Limited},
		"451":             {status(451, `{"message":"Repository access blocked"}`), source.Denied},
		"401":             {status(401, `{"message":"401 Unauthorized"}`), source.Denied},
		"403":             {status(403, `{"message":"403 Forbidden"}`), source.Denied},
		"404":             {status(404, `{"message":"404 Not Found"}`), source.Gone},
		"410":             {status(410, ``), source.Gone},
		"429":             {status(429, `{"message":"slow down"}`, "Retry-After", "86400"), source.Limited},
		"500":             {status(500, `oops`), source.Unreachable},
		"503":             {status(503, ``), source.Unreachable},
		"not JSON":        {status(200, `<html>Sign in</html>`), source.Broken},
		"another shape":   {status(200, `"text"`), source.Broken},
		"cut":             {cut, source.Unreachable},
	}
}

// cut promises more than it sends.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`[{"id":`))
	if c, ok := w.(http.Flusher); ok {
		c.Flush()
	}
	panic(http.ErrAbortHandler)
}

// RunFaults breaks the addresses that contain each of parts, in every way, and
// looks at what ask then says. Neither panics, hangs nor answers are let pass,
// nor a fault that shows what must be hidden.
func (b *Breaker) RunFaults(t *testing.T, part, hidden string, ask func() error) {
	t.Helper()
	for name, f := range Faults() {
		b.Break(part, f.How)
		err := ask()
		b.Break("", nil)
		_ = b.Clock.Sleep(t.Context(), 48*time.Hour)
		if kind := source.KindOf(err); kind != f.Kind {
			t.Errorf("%s, %s: %q (%v), want %q", part, name, kind, err, f.Kind)
		}
		if err != nil && strings.Contains(err.Error(), hidden) {
			t.Errorf("%s, %s: the error shows the token: %v", part, name, err)
		}
	}
	if err := ask(); err != nil {
		t.Errorf("%s, whole again: %v", part, err)
	}
}
