package lsp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Error codes of JSON-RPC 2.0 and of LSP 3.17.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeNoMethod       = -32601
	codeInvalidParams  = -32602
	codeInternal       = -32603
	codeNotInitialized = -32002
	codeRequestFailed  = -32803
	codeCancelled      = -32800
)

// rpcError is the error of a response.
type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *rpcError) Error() string { return e.Message }

func failure(code int, format string, args ...any) *rpcError {
	return &rpcError{code, fmt.Sprintf(format, args...)}
}

// message is one that came in: a request has an ID and a method, a notification
// a method alone, a response an ID alone.
type message struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  *string         `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   json.RawMessage `json:"error"`
}

// maxID is how many bytes the ID of a request may have.
const maxID = 256

// parseMessage reads the content of a frame.
func parseMessage(body []byte) (message, *rpcError) {
	var m message
	switch trimmed := bytes.TrimSpace(body); {
	case !json.Valid(trimmed):
		return m, failure(codeParse, "the message is not JSON")
	case trimmed[0] != '{':
		return m, failure(codeInvalidRequest, "the message is not an object")
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, failure(codeInvalidRequest, "the message is not one of JSON-RPC")
	}
	if string(m.ID) == "null" {
		m.ID = nil
	}
	switch {
	case len(m.ID) > maxID || len(m.ID) > 0 && m.ID[0] != '"' && m.ID[0] != '-' && (m.ID[0] < '0' || m.ID[0] > '9'):
		m.ID = nil
		return m, failure(codeInvalidRequest, "the ID of a request must be a number or a short text")
	case m.JSONRPC != "2.0":
		return m, failure(codeInvalidRequest, `"jsonrpc" must be "2.0"`)
	case m.Method == nil && len(m.ID) == 0:
		return m, failure(codeInvalidRequest, "the message has neither a method nor an ID")
	}
	return m, nil
}

// isRequest tells requests from notifications; responses are neither.
func (m message) isRequest() bool { return m.Method != nil && len(m.ID) > 0 }

func (m message) isResponse() bool { return m.Method == nil }

// decode reads parameters. Fields that are not known are passed over: clients
// are of many versions.
func decode[T any](params json.RawMessage) (T, error) {
	var out T
	if len(params) == 0 {
		return out, nil
	}
	if err := json.Unmarshal(params, &out); err != nil {
		return out, failure(codeInvalidParams, "the parameters are not as they must be: %s", cut(err.Error(), 200))
	}
	return out, nil
}

// writer sends messages, one at a time.
type writer struct {
	mu   sync.Mutex
	w    io.Writer
	next int   // ID of the next request of ours
	err  error // the first that writing came to
}

func (w *writer) send(v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil && w.err == nil {
		err = writeFrame(w.w, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	}
	w.err = errors.Join(w.err, err)
}

// failed is the first error of writing, if there was one.
func (w *writer) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *writer) notify(method string, params any) {
	w.send(struct {
		JSONRPC string `json:"jsonrpc"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
	}{"2.0", method, params})
}

// request asks the client for something whose answer nobody waits for.
func (w *writer) request(method string, params any) {
	w.mu.Lock()
	w.next++
	id := fmt.Sprintf("callboard/%d", w.next)
	w.mu.Unlock()
	w.send(struct {
		JSONRPC string `json:"jsonrpc"`
		ID      string `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
	}{"2.0", id, method, params})
}

// respond answers a request; an ID of null stands for one that could not be read.
func (w *writer) respond(id json.RawMessage, result any, err error) {
	if len(id) == 0 {
		id = json.RawMessage("null")
	}
	if err == nil {
		w.send(struct {
			JSONRPC string          `json:"jsonrpc"`
			ID      json.RawMessage `json:"id"`
			Result  any             `json:"result"`
		}{"2.0", id, result})
		return
	}
	e, ok := errors.AsType[*rpcError](err)
	if !ok {
		e = failure(codeInternal, "%s", err)
	}
	w.send(struct {
		JSONRPC string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   *rpcError       `json:"error"`
	}{"2.0", id, e})
}
