package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"callboard/internal/jsonrpc"
)

// maxRequests is how many requests may be worked on, or wait, at once.
const maxRequests = 64

// state is how far the conversation has come.
type state uint8

const (
	fresh state = iota
	initialized
	shutDown
	exited
)

// server is one conversation.
type server struct {
	o   Options
	out *writer

	// The state and the client belong to the goroutine that takes messages; the
	// client does not change after initialize.
	state   state
	orderly bool // exit came after shutdown
	client  client

	docs *documents
	work *workspace

	mu      sync.Mutex
	running map[string]context.CancelFunc // requests by ID
	cores   chan struct{}
	wg      sync.WaitGroup
}

// client is what the editor can do.
type client struct {
	encoding encoding
	snippets bool
	adjusts  bool // indents the lines of a snippet itself
	hoverMD  bool
	docMD    bool
	watches  bool // files, when asked to
	manual   string
	catalog  string
}

func newServer(o Options, out io.Writer) *server {
	s := &server{o: o, out: newWriter(out), docs: newDocuments(), running: map[string]context.CancelFunc{}, cores: make(chan struct{}, runtime.GOMAXPROCS(0))}
	s.client.encoding = utf16Units
	return s
}

// incoming is a message, or what was wrong with one.
type incoming struct {
	message
	err error // *jsonrpc.Error to be answered, anything else ends the conversation
}

// read reads messages until the last one: an exit or an error.
func read(ctx context.Context, in io.Reader, to chan<- incoming) {
	defer close(to)
	r := bufio.NewReaderSize(in, 64<<10)
	for {
		var m incoming
		body, err := readFrame(r)
		switch {
		case errors.Is(err, errTooLarge):
			m.err = jsonrpc.Errorf(jsonrpc.InvalidRequest, "%s", err)
		case err != nil:
			m.err = err
		default:
			var bad *jsonrpc.Error
			if m.message, bad = parseMessage(body); bad != nil {
				m.err = bad
			}
		}
		select {
		case to <- m:
		case <-ctx.Done():
			return
		}
		if err != nil && !errors.Is(err, errTooLarge) || m.err == nil && m.Method != nil && *m.Method == "exit" {
			return
		}
	}
}

func (s *server) run(ctx context.Context, in io.Reader) (orderly bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	messages := make(chan incoming, 16)
	go read(ctx, in, messages) // ends with in, an exit or ctx; see Serve
	defer func() {
		cancel()
		s.wg.Wait()
		err = errors.Join(err, s.out.Err())
	}()
	for s.state != exited {
		select {
		case <-ctx.Done():
			return false, nil
		case m, ok := <-messages:
			if !ok {
				return false, nil
			}
			if err := s.take(ctx, m); err != nil {
				return s.state == shutDown && errors.Is(err, io.EOF), ended(err)
			}
			if s.out.Err() != nil {
				return false, nil
			}
		}
	}
	return s.orderly, nil
}

// ended is the error of a stream that was read from; its end is none.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// take does what one message asks for. The error ends the conversation.
func (s *server) take(ctx context.Context, m incoming) error {
	bad, isBad := errors.AsType[*jsonrpc.Error](m.err)
	switch {
	case isBad:
		s.out.respond(m.ID, nil, bad)
	case m.err != nil:
		return m.err
	case m.isResponse():
	case m.isRequest():
		s.request(ctx, m.message)
	default:
		s.notification(ctx, m.message)
	}
	return nil
}

// guard turns a panic into an error, so that it costs one request.
func guard(method string, err *error) {
	v := recover()
	if v == nil {
		return
	}
	*err = jsonrpc.Errorf(jsonrpc.Internal, "callboard failed on %s: %v at %s; please report it", method, v, panicPlace(string(debug.Stack())))
}

// panicPlace is the function that panicked, of a stack trace.
func panicPlace(stack string) string {
	_, after, _ := strings.Cut(stack, "panic(")
	for line := range strings.Lines(after) {
		if strings.HasPrefix(line, "callboard/") {
			name, _, _ := strings.Cut(line, "(0x")
			return strings.TrimSpace(name)
		}
	}
	return "an unknown place"
}

// request answers a request: at once if it belongs to the life of the
// conversation, else on a goroutine of its own.
func (s *server) request(ctx context.Context, m message) {
	does, known := methodOf(*m.Method)
	switch {
	case *m.Method == "initialize":
		result, err := s.initialize(ctx, m.Params)
		s.out.respond(m.ID, result, err)
	case s.state == fresh:
		s.out.respond(m.ID, nil, jsonrpc.Errorf(codeNotInitialized, "the server has not been initialized"))
	case s.state == shutDown:
		s.out.respond(m.ID, nil, jsonrpc.Errorf(jsonrpc.InvalidRequest, "the server has been shut down"))
	case *m.Method == "shutdown":
		s.state = shutDown
		s.work.stop()
		s.out.respond(m.ID, nil, nil)
	case !known:
		s.out.respond(m.ID, nil, jsonrpc.Errorf(jsonrpc.NoMethod, "there is no method %q", cut(*m.Method, 80)))
	default:
		s.start(ctx, m, does)
	}
}

// start works on a request.
func (s *server) start(ctx context.Context, m message, does method) {
	id := string(m.ID)
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	_, taken := s.running[id]
	full := len(s.running) >= maxRequests
	if !taken && !full {
		s.running[id] = cancel
	}
	s.mu.Unlock()
	switch {
	case taken:
		cancel()
		s.out.respond(m.ID, nil, jsonrpc.Errorf(jsonrpc.InvalidRequest, "a request with the ID %s is being worked on", id))
		return
	case full:
		cancel()
		s.out.respond(m.ID, nil, jsonrpc.Errorf(codeRequestFailed, "more than %d requests at once", maxRequests))
		return
	}
	// The text that a request is about is the one of now: later changes of it are
	// taken while this runs.
	docs := s.docs.now()
	s.wg.Go(func() {
		result, err := s.handle(ctx, docs, m, does)
		if ctx.Err() != nil {
			result, err = nil, jsonrpc.Errorf(codeCancelled, "cancelled")
		}
		s.mu.Lock()
		delete(s.running, id)
		s.mu.Unlock()
		cancel()
		s.out.respond(m.ID, result, err)
	})
}

func (s *server) handle(ctx context.Context, docs snapshot, m message, does method) (result any, err error) {
	if does.waits {
		s.work.wait(ctx)
	}
	select {
	case s.cores <- struct{}{}:
		defer func() { <-s.cores }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer guard(*m.Method, &err)
	return does.handle(&asked{ctx: ctx, client: s.client, docs: docs, work: s.work}, m.Params)
}

// cancel ends the work on a request.
func (s *server) cancel(params json.RawMessage) {
	p, err := decode[cancelParams](params)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stop := s.running[string(p.ID)]; stop != nil {
		stop()
	}
}

// Kinds of messages of window/logMessage.
const (
	logError   = 1
	logWarning = 2
	logInfo    = 3
)

func (w *writer) log(kind int, format string, args ...any) {
	w.notify("window/logMessage", map[string]any{"type": kind, "message": "callboard: " + fmt.Sprintf(format, args...)})
}
