package mcp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// read is the next line that is not empty; io.EOF ends the conversation.
func (c *conn) read() ([]byte, error) {
	for {
		var line []byte
		for {
			part, err := c.in.ReadSlice('\n')
			if len(line)+len(part) > maxMessage {
				return nil, fmt.Errorf("a message of more than %d bytes", maxMessage)
			}
			line = append(line, part...)
			if err == nil {
				break
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if errors.Is(err, io.EOF) && len(bytes.TrimSpace(line)) > 0 {
				return line, nil
			}
			return nil, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, nil
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
			for _, m := range c.parse(line) {
				c.dispatch(ctx, s, m, room, &all)
			}
		}
	}
}

// parse reads a line: a message, or several in an array, which one version of the
// protocol has.
func (c *conn) parse(line []byte) []message {
	var some []message
	if line[0] != '[' {
		some = make([]message, 1)
		if err := json.Unmarshal(line, &some[0]); err != nil {
			c.out.Send(message{Version: "2.0", ID: json.RawMessage("null"), Error: jsonrpc.Errorf(jsonrpc.ParseError, "this is no JSON: %v", err)})
			return nil
		}
	} else if err := json.Unmarshal(line, &some); err != nil {
		c.out.Send(message{Version: "2.0", ID: json.RawMessage("null"), Error: jsonrpc.Errorf(jsonrpc.ParseError, "this is no JSON: %v", err)})
		return nil
	}
	return some
}

// dispatch answers a request beside others. Notifications have no answer; what is
// an answer was asked for by nobody.
func (c *conn) dispatch(ctx context.Context, s *server, m message, room chan struct{}, all *sync.WaitGroup) {
	switch {
	case m.Method == "" && m.ID != nil && (m.Result != nil || m.Error != nil):
		return
	case m.Version != "2.0" || m.Method == "":
		c.out.Send(message{Version: "2.0", ID: idOr(m.ID), Error: jsonrpc.Errorf(jsonrpc.InvalidRequest, "this is no request of JSON-RPC 2.0")})
		return
	case m.ID == nil:
		c.notified(m)
		return
	}
	ctx, done := c.begin(ctx, m.ID)
	room <- struct{}{}
	all.Go(func() {
		defer func() { done(); <-room }()
		answer := message{Version: "2.0", ID: m.ID}
		result, err := s.call(ctx, m.Method, m.Params)
		if ctx.Err() != nil {
			return // who calls a request off wants no answer
		}
		if answer.Error = jsonrpc.AsError(err); answer.Error == nil {
			answer.Result = result
		}
		c.out.Send(answer)
	})
}

func idOr(id json.RawMessage) json.RawMessage {
	if id == nil {
		return json.RawMessage("null")
	}
	return id
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
