package mcp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"

	"callboard/internal/jsonrpc"
)

// Messages are JSON-RPC 2.0, one to a line (Model Context Protocol, "stdio"
// transport).

const (
	maxMessage = 4 << 20 // bytes of a message
	maxRunning = 8       // requests that are worked on at once
)

// codeNoResource is the protocol's code for a resource that is not there.
const codeNoResource = -32002

type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  any             `json:"result,omitempty"`
	Error   *jsonrpc.Error  `json:"error,omitempty"`
}

// conn reads requests and writes answers, each of which may come in any order.
type conn struct {
	in  *bufio.Reader
	out *jsonrpc.Writer

	mu      sync.Mutex
	running map[string]context.CancelFunc // by the id of the request
}

// errTooLong tells that a message was passed over.
var errTooLong = jsonrpc.Errorf(jsonrpc.InvalidRequest, "a message must not have more than %d bytes", maxMessage)

// read is the next line that is not empty; io.EOF ends the conversation. Of one
// that is too long the error is errTooLong, and the conversation goes on.
func (c *conn) read() ([]byte, error) {
	for {
		line, size, err := c.line()
		switch {
		case err != nil && (!errors.Is(err, io.EOF) || size == 0):
			return nil, err
		case size > maxMessage:
			return nil, errTooLong
		case len(line) > 0:
			return line, nil
		}
	}
}

// line is the next line without the space around it, and how many bytes it has:
// what is beyond maxMessage is not kept.
func (c *conn) line() (line []byte, size int, err error) {
	for {
		part, err := c.in.ReadSlice('\n')
		if size += len(part); size <= maxMessage {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSpace(line), size, err
		}
	}
}

// begin notes a request, so that it can be called off.
func (c *conn) begin(ctx context.Context, id json.RawMessage) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running[string(id)] = cancel
	return ctx, func() {
		cancel()
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.running, string(id))
	}
}

// cancel calls a request off. One that has been answered is not known any more.
func (c *conn) cancel(id json.RawMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if stop := c.running[string(bytes.TrimSpace(id))]; stop != nil {
		stop()
	}
}

// asLine is a message as it stands in the stream.
func asLine(body []byte) []byte { return append(body, '\n') }

// Serve answers the requests that come in until they end, or ctx is done. It
// returns nil when they end.
func Serve(ctx context.Context, o Options, in io.Reader, out io.Writer) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := &server{Options: o}
	c := &conn{in: bufio.NewReaderSize(in, 64<<10), out: jsonrpc.NewWriter(out, asLine), running: map[string]context.CancelFunc{}}
	var all sync.WaitGroup
	defer all.Wait()
	room := make(chan struct{}, maxRunning)
	lines := make(chan []byte)
	var ended error
	go func() { // ends with its input, or waits for a reader that is gone until the process ends
		defer close(lines)
		for {
			line, err := c.read()
			if errors.Is(err, errTooLong) {
				c.out.Send(refusal(nil, errTooLong))
				continue
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					ended = err
				}
				return
			}
			select {
			case lines <- line:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case line, more := <-lines:
			if !more {
				all.Wait()
				return errors.Join(ended, c.out.Err())
			}
			c.answer(ctx, s, line, room, &all)
		}
	}
}

// answer answers a line: a message, or several in an array, which one version of
// the protocol has. Those are answered by an array, once all are.
func (c *conn) answer(ctx context.Context, s *server, line []byte, room chan struct{}, all *sync.WaitGroup) {
	if !json.Valid(line) {
		c.out.Send(refusal(nil, jsonrpc.Errorf(jsonrpc.ParseError, "this is no JSON")))
		return
	}
	var some []json.RawMessage
	if line[0] != '[' {
		c.dispatch(ctx, s, line, room, all, func(m *message) {
			if m != nil {
				c.out.Send(m)
			}
		})
	} else if err := json.Unmarshal(line, &some); err != nil || len(some) == 0 {
		c.out.Send(refusal(nil, errNoRequest))
	} else {
		b := &batch{left: len(some), send: c.out.Send}
		for _, m := range some {
			c.dispatch(ctx, s, m, room, all, b.add)
		}
	}
}

// batch gathers the answers to several messages.
type batch struct {
	mu      sync.Mutex
	left    int // messages that are not done with
	answers []*message
	send    func(any)
}

// add takes the answer to a message, nil if it has none.
func (b *batch) add(m *message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m != nil {
		b.answers = append(b.answers, m)
	}
	if b.left--; b.left == 0 && len(b.answers) > 0 {
		b.send(b.answers)
	}
}

// errNoRequest is the answer to JSON that asks nothing.
var errNoRequest = jsonrpc.Errorf(jsonrpc.InvalidRequest, "this is no request of JSON-RPC 2.0")

// refusal answers what cannot be understood. Without an id it has null for it.
func refusal(id json.RawMessage, err *jsonrpc.Error) *message {
	if !isID(id) {
		id = json.RawMessage("null")
	}
	return &message{Version: "2.0", ID: id, Error: err}
}

// isID tells whether a value is what an id may be: a text or a number.
func isID(id json.RawMessage) bool {
	return len(id) > 0 && (id[0] == '"' || id[0] == '-' || '0' <= id[0] && id[0] <= '9')
}

// dispatch answers a request beside others: done is called once, with nil if there
// is no answer. Notifications have none; what is an answer was asked for by nobody.
func (c *conn) dispatch(ctx context.Context, s *server, raw json.RawMessage, room chan struct{}, all *sync.WaitGroup, done func(*message)) {
	var m message
	err := json.Unmarshal(raw, &m)
	switch {
	case err == nil && m.Method == "" && m.ID != nil && (m.Result != nil || m.Error != nil):
		done(nil)
		return
	case err != nil || m.Version != "2.0" || m.Method == "" || m.ID != nil && !isID(m.ID):
		done(refusal(m.ID, errNoRequest))
		return
	case m.ID == nil:
		c.notified(m)
		done(nil)
		return
	}
	ctx, end := c.begin(ctx, m.ID)
	room <- struct{}{}
	all.Go(func() {
		defer func() { end(); <-room }()
		answer := &message{Version: "2.0", ID: m.ID}
		result, err := s.call(ctx, m.Method, m.Params)
		if ctx.Err() != nil {
			done(nil) // who calls a request off wants no answer
			return
		}
		if answer.Error = jsonrpc.AsError(err); answer.Error == nil {
			answer.Result = result
		}
		done(answer)
	})
}

func (c *conn) notified(m message) {
	if m.Method != "notifications/cancelled" {
		return
	}
	var p struct {
		ID json.RawMessage `json:"requestId"`
	}
	if json.Unmarshal(m.Params, &p) == nil {
		c.cancel(p.ID)
	}
}
