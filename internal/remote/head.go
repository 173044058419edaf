package remote

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"callboard/internal/digest"
	"callboard/internal/publish"
	"callboard/internal/urlpath"
)

const (
	format    = 1
	partBytes = 4 << 20 // of a file; parts of so many jobs are in memory
	maxHead   = 256 << 20
)

// head lists the files of a directory as a run left it.
type head struct {
	Format int       `json:"format"`
	At     time.Time `json:"at"`
	// Files are in order of their paths.
	Files []entry `json:"files"`
	// Suspects are parts in the store that no head named when it was listed, which
	// was at Listed.
	Suspects []suspect `json:"suspects,omitempty"`
	Listed   time.Time `json:"listed,omitzero"`
}

// entry is a file.
type entry struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
	// Time is when it was written, in seconds since 1970.
	Time  int64        `json:"time"`
	Parts []digest.Sum `json:"parts,omitempty"`
}

func (e entry) same(o entry) bool {
	return e.Path == o.Path && e.Size == o.Size && slices.Equal(e.Parts, o.Parts)
}

// size is how many bytes the i-th part has.
func (e entry) size(i int) int64 { return min(partBytes, e.Size-int64(i)*partBytes) }

type suspect struct {
	Part  digest.Sum `json:"part"`
	Since time.Time  `json:"since"`
}

// find is the file at a path.
func (h *head) find(path string) (entry, bool) {
	if h == nil {
		return entry{}, false
	}
	i, ok := slices.BinarySearchFunc(h.Files, path, func(e entry, p string) int { return strings.Compare(e.Path, p) })
	if !ok {
		return entry{}, false
	}
	return h.Files[i], true
}

// addParts adds the parts that a head names to a set.
func (h *head) addParts(to map[digest.Sum]bool) {
	if h == nil {
		return
	}
	for _, e := range h.Files {
		for _, p := range e.Parts {
			to[p] = true
		}
	}
}

var errDamaged = errors.New("it is damaged")

// loadHead reads a head: nil if there is none, errDamaged if it cannot be made out.
func (t *Tree) loadHead(ctx context.Context, name string) (*head, digest.Sum, string, error) {
	b, o, err := t.Store.Get(ctx, t.key(name))
	if errors.Is(err, publish.ErrNotFound) {
		return nil, digest.Sum{}, "", nil
	}
	if err != nil {
		return nil, digest.Sum{}, "", err
	}
	h, err := decodeHead(b)
	if err != nil && !errors.Is(err, errDamaged) {
		err = fmt.Errorf("%s: %w", t.Store, err)
	}
	return h, digest.Of(b), o.Version, err
}

func decodeHead(b []byte) (*head, error) {
	plain, err := unzip(b, maxHead)
	if err != nil {
		return nil, errDamaged
	}
	h := new(head)
	if err := json.Unmarshal(plain, h); err != nil || h.Format < 1 {
		return nil, errDamaged
	}
	if h.Format != format {
		return nil, fmt.Errorf("the state is of format %d, and this callboard reads %d", h.Format, format)
	}
	if !h.sound() {
		return nil, errDamaged
	}
	return h, nil
}

// sound tells whether a head can have been written by a run. No path leads out of
// the directory, no two are one, and sizes are those of the parts.
func (h *head) sound() bool {
	for i, e := range h.Files {
		_, err := urlpath.New(e.Path)
		if err != nil || i > 0 && h.Files[i-1].Path >= e.Path || e.Size < 0 || int64(len(e.Parts)) != (e.Size+partBytes-1)/partBytes {
			return false
		}
	}
	return true
}

func encodeHead(h *head) ([]byte, error) {
	b, err := digest.Encode(h)
	if err != nil {
		return nil, fmt.Errorf("remote: %w", err)
	}
	return zip(b), nil
}

// zip compresses what is not compressed already; the same bytes give the same.
func zip(b []byte) []byte {
	level := gzip.BestSpeed
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		level = gzip.NoCompression
	}
	var z bytes.Buffer
	w, _ := gzip.NewWriterLevel(&z, level) // both levels exist
	_, _ = w.Write(b)                      // to memory
	_ = w.Close()
	return z.Bytes()
}

// unzip is the reverse of zip, up to so many bytes.
func unzip(b []byte, most int64) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, errDamaged
	}
	out, err := io.ReadAll(io.LimitReader(z, most+1))
	if err != nil || int64(len(out)) > most {
		return nil, errDamaged
	}
	return out, nil
}
