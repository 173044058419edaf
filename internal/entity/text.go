package entity

import (
	"bytes"
	"encoding/json"
)

// Text is a long string in a spec that is elsewhere until it is asked for: the
// definitions of an organisation's APIs are most of its catalog, and few are
// looked at at a time.
type Text struct {
	size int
	load func() string
}

// NewText is a text of size bytes. load gives it, each time it is wanted.
func NewText(size int, load func() string) *Text { return &Text{size, load} }

// Len is the number of bytes, which costs nothing to know.
func (t *Text) Len() int { return t.size }

// String is the text.
func (t *Text) String() string { return t.load() }

// MarshalJSON writes the text as a JSON string, as an encoder that does not
// escape HTML would.
func (t *Text) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(t.load())
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
