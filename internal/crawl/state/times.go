package state

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"callboard/internal/digest"
)

// Times are when a source was asked. They are kept beside what it said, which
// does not change when it says the same again.
type Times struct {
	// Listed is when the last whole list was had.
	Listed time.Time `json:"listed,omitzero"`
	// Observed is when the facts of repositories were told, by key.
	Observed map[string]time.Time `json:"observed,omitempty"`
	// Enriched is when facts were asked for that cost requests of their own.
	Enriched map[string]time.Time `json:"enriched,omitempty"`
}

// Times reads the times of a source. Without any, or with damaged ones, they are
// unknown, which is no loss.
func (d *Dir) Times(source string) Times {
	var t Times
	b, err := os.ReadFile(d.file(timesDir, named(source)+".json"))
	if err != nil || json.Unmarshal(b, &t) != nil {
		t = Times{}
	}
	if t.Observed == nil {
		t.Observed = map[string]time.Time{}
	}
	if t.Enriched == nil {
		t.Enriched = map[string]time.Time{}
	}
	return t
}

// PutTimes keeps the times of a source.
func (d *Dir) PutTimes(source string, t Times) error {
	name := d.file(timesDir, named(source)+".json")
	b, err := digest.Encode(t)
	if err != nil {
		return fmt.Errorf("keep the times of %s: %w", source, err)
	}
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, b) {
		return nil
	}
	err = d.replace(name, false, func(w *bufio.Writer) error {
		_, err := w.Write(b)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the times of %s: %w", source, err)
	}
	return nil
}
