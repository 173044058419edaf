package githubtest

import (
	"io"
	"net/http"
	"strconv"
)

// Fault spoils answers. What spoils comes in this order: Status, Body, Length,
// Cut; those that are zero spoil nothing.
type Fault struct {
	// Match says which requests are spoilt, nil means all, archives among them.
	// Path of an Enterprise Server is as it was sent.
	Match func(*http.Request) bool
	// Skip lets so many requests pass first, Times spoils so many, 0 means all.
	Skip, Times int

	// Serve answers instead.
	Serve http.HandlerFunc
	// Drop closes the connection before anything is said.
	Drop bool
	// Hang says nothing until the client gives up, or for archives and bodies
	// stops after Cut bytes.
	Hang bool
	// Status replaces the answer by an empty one, with Header.
	Status int
	Header http.Header
	// Body replaces the body.
	Body []byte
	// Length is what Content-Length says, if not 0.
	Length int
	// Cut closes the connection after so many bytes of the body, if not 0.
	Cut int
}

// Inject adds a fault. The first that matches a request spoils it.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = -1
	}
	s.faults = append(s.faults, &f)
}

// Heal removes all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault is what spoils a request, nil if nothing does.
func (s *Server) fault(r *http.Request) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times == 0 || f.Match != nil && !f.Match(r) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		f.Times--
		one := *f
		return &one
	}
	return nil
}

// before spoils a request before it is looked at, if that is the fault.
func (f *Fault) before(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case f == nil:
		return false
	case f.Serve != nil:
		f.Serve(w, r)
	case f.Drop:
		cut(w)
	case f.Hang && f.Cut == 0:
		hang(r)
	case f.Status != 0 && f.Body == nil:
		for name, vs := range f.Header {
			w.Header()[name] = vs
		}
		w.WriteHeader(f.Status)
	default:
		return false
	}
	return true
}

// hang waits until the client gives up, which is noticed once its body is read.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// cut closes a connection in the middle.
func cut(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if c, _, err := h.Hijack(); err == nil {
			_ = c.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// write sends a body, spoilt if there is a fault.
func (f *Fault) write(w http.ResponseWriter, r *http.Request, status int, b []byte) {
	if f != nil {
		for name, vs := range f.Header {
			w.Header()[name] = vs
		}
		if f.Status != 0 {
			status = f.Status
		}
		if f.Body != nil {
			b = f.Body
		}
	}
	length := len(b)
	if f != nil && f.Length != 0 {
		length = f.Length
	}
	if status != http.StatusNotModified && status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(length))
	}
	w.WriteHeader(status)
	if f != nil && f.Cut > 0 && f.Cut < len(b) {
		_, _ = w.Write(b[:f.Cut])
		flush(w)
		if f.Hang {
			hang(r)
		}
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(b)
	if length > len(b) {
		flush(w)
		panic(http.ErrAbortHandler)
	}
}

func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}
