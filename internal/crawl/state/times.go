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

// keptTimes are Times as their file has them. A crawl writes them before it writes
// what the source said: Of is the digest of that, and until it is there the times are
// those of Before.
type keptTimes struct {
	Times
	Of     digest.Sum `json:"of,omitzero"`
	Before *Times     `json:"before,omitempty"`
}

// Times reads the times of a source. Without any, or with damaged ones, they are
// unknown, which is no loss.
func (d *Dir) Times(source string) Times {
	var kept keptTimes
	b, err := os.ReadFile(d.timesFile(source))
	if err != nil || json.Unmarshal(b, &kept) != nil {
		kept = keptTimes{}
	}
	t := kept.Times
	if kept.Before != nil && !d.says(source, kept.Of) {
		t = *kept.Before
	}
	if t.Observed == nil {
		t.Observed = map[string]time.Time{}
	}
	if t.Enriched == nil {
		t.Enriched = map[string]time.Time{}
	}
	return t
}

// says tells whether the file of a source has a digest.
func (d *Dir) says(source string, sum digest.Sum) bool {
	b, err := os.ReadFile(d.sourceFile(source))
	return err == nil && digest.Of(b) == sum
}

func (d *Dir) timesFile(source string) string { return d.file(timesDir, named(source)+".json") }

// Conclude keeps what is known of a source and when it was asked. Whoever reads them has
// both as they were or both as they are, at whatever moment the crawl ends.
func (d *Dir) Conclude(s *Source, t Times) error {
	b, err := s.lines()
	if err != nil {
		return err
	}
	if sum := digest.Of(b); !d.says(s.Name, sum) {
		before := d.Times(s.Name)
		if err := d.putTimes(s.Name, keptTimes{t, sum, &before}); err != nil {
			return err
		}
		if err := d.putSource(s.Name, b); err != nil {
			return err
		}
	}
	return d.putTimes(s.Name, keptTimes{Times: t})
}

func (d *Dir) putTimes(source string, t keptTimes) error {
	name := d.timesFile(source)
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
