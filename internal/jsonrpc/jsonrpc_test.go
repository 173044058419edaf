package jsonrpc

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

// full is a stream that takes no more than some writes.
type full struct {
	bytes.Buffer
	room int
}

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if f.room--; f.room < 0 {
		return 0, errFull
	}
	return f.Buffer.Write(p)
}

func TestWriter(t *testing.T) {
	to := &full{room: 1}
	w := NewWriter(to, func(body []byte) []byte { return append(body, '|') })
	w.Send(map[string]string{"a": "<b>"})
	if w.Err() != nil {
		t.Fatal(w.Err())
	}
	w.Send(1)
	to.room = 1 // what comes after an error would be read as what was lost
	w.Send(2)
	if got := to.String(); got != `{"a":"<b>"}|` || !errors.Is(w.Err(), errFull) {
		t.Errorf("%s, %v", got, w.Err())
	}
}

func TestAsError(t *testing.T) {
	own := Errorf(NoMethod, "there is no method %q", "x")
	for _, c := range []struct {
		in   error
		want *Error
	}{{nil, nil}, {own, own}, {fmt.Errorf("call: %w", own), own}} {
		if got := AsError(c.in); got != c.want {
			t.Errorf("%v: %v", c.in, got)
		}
	}
	if got := AsError(errFull); got.Code != Internal || got.Message != "full" {
		t.Errorf("%+v", got)
	}
}
