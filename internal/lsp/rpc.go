package lsp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync/atomic"

	"callboard/internal/jsonrpc"
)

// Codes of errors that LSP 3.17 has beside those of JSON-RPC.
const (
	codeNotInitialized = -32002
	codeRequestFailed  = -32803
	codeCancelled      = -32800
)

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
func parseMessage(body []byte) (message, *jsonrpc.Error) {
	var m message
	switch trimmed := bytes.TrimSpace(body); {
	case !json.Valid(trimmed):
		return m, jsonrpc.Errorf(jsonrpc.ParseError, "the message is not JSON")
	case trimmed[0] != '{':
		return m, jsonrpc.Errorf(jsonrpc.InvalidRequest, "the message is not an object")
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, jsonrpc.Errorf(jsonrpc.InvalidRequest, "the message is not one of JSON-RPC")
	}
	if string(m.ID) == "null" {
		m.ID = nil
	}
	switch {
	case len(m.ID) > maxID || len(m.ID) > 0 && m.ID[0] != '"' && m.ID[0] != '-' && (m.ID[0] < '0' || m.ID[0] > '9'):
		m.ID = nil
		return m, jsonrpc.Errorf(jsonrpc.InvalidRequest, "the ID of a request must be a number or a short text")
	case m.JSONRPC != "2.0":
		return m, jsonrpc.Errorf(jsonrpc.InvalidRequest, `"jsonrpc" must be "2.0"`)
	case m.Method == nil && len(m.ID) == 0:
		return m, jsonrpc.Errorf(jsonrpc.InvalidRequest, "the message has neither a method nor an ID")
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
		return out, jsonrpc.Errorf(jsonrpc.InvalidParams, "the parameters are not as they must be: %s", cut(err.Error(), 200))
	}
	return out, nil
}

// writer sends messages to the client.
type writer struct {
	*jsonrpc.Writer
	asked atomic.Int64 // requests of ours
}

func newWriter(out io.Writer) *writer { return &writer{Writer: jsonrpc.NewWriter(out, framed)} }

func (w *writer) notify(method string, params any) {
	w.Send(struct {
		JSONRPC string `json:"jsonrpc"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
	}{"2.0", method, params})
}

// request asks the client for something whose answer nobody waits for.
func (w *writer) request(method string, params any) {
	id := fmt.Sprintf("callboard/%d", w.asked.Add(1))
	w.Send(struct {
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
		w.Send(struct {
			JSONRPC string          `json:"jsonrpc"`
			ID      json.RawMessage `json:"id"`
			Result  any             `json:"result"`
		}{"2.0", id, result})
		return
	}
	w.Send(struct {
		JSONRPC string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   *jsonrpc.Error  `json:"error"`
	}{"2.0", id, jsonrpc.AsError(err)})
}
