// Package jsonrpc is what conversations by JSON-RPC 2.0 have in common: errors, and
// that messages are sent one at a time. How a stream is divided into messages, and
// what may be asked for, is a matter of each protocol.
package jsonrpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Codes of errors. Protocols have more of their own.
const (
	ParseError     = -32700
	InvalidRequest = -32600
	NoMethod       = -32601
	InvalidParams  = -32602
	Internal       = -32603
)

// Error is the error of an answer.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// Errorf makes an error with a code.
func Errorf(code int, format string, args ...any) *Error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string { return e.Message }

// AsError is the Error in err. Any other error is an Internal one, and none is nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return Errorf(Internal, "%v", err)
}

// Writer sends messages, one at a time. It may be used from several goroutines.
type Writer struct {
	mu    sync.Mutex
	w     io.Writer
	frame func(body []byte) []byte
	err   error // the first, after which nothing is sent
}

// NewWriter sends to w. frame makes of a message what stands for it in the stream.
func NewWriter(w io.Writer, frame func(body []byte) []byte) *Writer {
	return &Writer{w: w, frame: frame}
}

// Send sends a value as JSON, with <, > and & as they are.
func (w *Writer) Send(v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return
	}
	if err == nil {
		_, err = w.w.Write(w.frame(bytes.TrimSuffix(b.Bytes(), []byte("\n"))))
	}
	w.err = err
}

// Err is the first error of sending, if there was one.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}
