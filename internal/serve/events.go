package serve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"callboard/internal/diag"
)

// Limits of what is told to browsers.
const (
	maxShown   = 50  // findings in the overlay
	maxClients = 200 // pages that listen at once
)

// heartbeat is how often a silent stream is written to, so that a page that has
// gone is noticed.
const heartbeat = 15 * time.Second

// event is what a browser is told of a build.
type event struct {
	// ID changes when the portal does: a page that was loaded under another ID
	// loads again.
	ID string `json:"id"`
	// Failed is the error of a build that made nothing.
	Failed string `json:"failed,omitempty"`
	// Summary counts all findings, Errors are the first of the errors.
	Summary string  `json:"summary"`
	Errors  []shown `json:"errors"`
}

type shown struct {
	Place   string `json:"place"`
	Message string `json:"message"`
	Code    string `json:"code"`
	Hint    string `json:"hint,omitempty"`
}

// hub tells every page that listens what the last build made.
type hub struct {
	started string // tells this server from one before it at the same address

	mu      sync.Mutex
	n       int // portals so far
	last    []byte
	clients map[chan []byte]bool
	done    chan struct{}
	closed  bool
}

func newHub() *hub {
	return &hub{started: strconv.FormatInt(time.Now().UnixNano(), 36), clients: map[chan []byte]bool{}, done: make(chan struct{})}
}

func (h *hub) publish(out Outcome, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil && out.Changed {
		h.n++
	}
	e := event{ID: h.started + "-" + strconv.Itoa(h.n), Summary: diag.Summary(out.Diagnostics), Errors: []shown{}}
	if err != nil {
		e.Failed = err.Error()
	}
	for _, d := range out.Diagnostics {
		if d.Severity == diag.Error && len(e.Errors) < maxShown {
			e.Errors = append(e.Errors, shown{d.Pos.String(), d.Message, string(d.Code), d.Hint})
		}
	}
	b, err := json.Marshal(e)
	if err != nil {
		return // strings and lists of strings can always be written
	}
	if out.again && bytes.Equal(b, h.last) {
		return
	}
	h.last = b
	for c := range h.clients {
		replace(c, b)
	}
}

// replace puts b into a channel of one place. A page that is slow misses what
// has been overtaken.
func replace(c chan []byte, b []byte) {
	select {
	case <-c:
	default:
	}
	c <- b
}

func (h *hub) join() (c chan []byte, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.clients) >= maxClients {
		return nil, false
	}
	c = make(chan []byte, 1)
	h.clients[c] = true
	if h.last != nil {
		c <- h.last
	}
	return c, true
}

func (h *hub) leave(c chan []byte) {
	h.mu.Lock()
	delete(h.clients, c)
	h.mu.Unlock()
}

// close ends all streams.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		close(h.done)
	}
}

// ServeHTTP is the stream of events (HTML standard, "server-sent events").
func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, ok := h.join()
	if !ok {
		http.Error(w, "too many pages listen", http.StatusServiceUnavailable)
		return
	}
	defer h.leave(c)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	rc := http.NewResponseController(w)
	if _, err := fmt.Fprint(w, "retry: 1000\n\n"); err != nil || rc.Flush() != nil {
		return
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		msg := ": still here\n\n"
		select {
		case <-r.Context().Done():
			return
		case <-h.done:
			return
		case b := <-c:
			msg = "event: build\ndata: " + string(b) + "\n\n"
		case <-tick.C:
		}
		if _, err := fmt.Fprint(w, msg); err != nil || rc.Flush() != nil {
			return
		}
	}
}
