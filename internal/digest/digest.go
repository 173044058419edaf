// Package digest makes the keys of callboard's cache and the names of its
// hashed files. Whatever is hashed goes through one length-prefixed encoding,
// so that no two different recipes can give the same bytes, and whatever is
// encoded as JSON goes through the one canonical encoder here.
package digest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"sync"
)

// Sum is a SHA-256 digest. The zero Sum stands for "none".
type Sum [sha256.Size]byte

// Of is the digest of b alone.
func Of(b []byte) Sum { return sha256.Sum256(b) }

// String is the digest in hexadecimal.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// Short is the first eight hexadecimal digits, for the names of hashed files.
func (s Sum) Short() string { return hex.EncodeToString(s[:4]) }

// IsZero tells whether s is the zero Sum.
func (s Sum) IsZero() bool { return s == Sum{} }

// MarshalText writes hexadecimal.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads hexadecimal.
func (s *Sum) UnmarshalText(b []byte) error {
	if hex.DecodedLen(len(b)) != len(s) {
		return fmt.Errorf("digest of %d digits, want %d", len(b), 2*len(s))
	}
	_, err := hex.Decode(s[:], b)
	return err
}

// Hasher builds a key from named parts. Its zero value is not usable; call New.
type Hasher struct {
	// Parts gather in buf, so that many short ones are hashed at once, and a
	// short key in one piece.
	buf  [512]byte
	n    int
	rest *rest // what buf has been emptied into, nil at first
}

// New starts a key of the given kind. The kind names the recipe and its
// version: change it whenever the function behind the key changes.
func New(kind string) *Hasher { return new(Hasher).String(kind) }

// rest is what does not fit into a Hasher's own memory. What is written through
// an interface must be on the heap, so bytes go there by way of buf; without it
// most Hashers need not be, of which a build makes some hundred thousand.
type rest struct {
	hash.Hash
	buf [512]byte
}

// empty moves what has gathered into h.rest.
func (h *Hasher) empty() {
	if h.rest == nil {
		h.rest = &rest{Hash: sha256.New()}
	}
	h.rest.Write(h.rest.buf[:copy(h.rest.buf[:], h.buf[:h.n])])
	h.n = 0
}

func add[T string | []byte](h *Hasher, b T) {
	for len(b) > 0 {
		if h.n == len(h.buf) {
			h.empty()
		}
		k := copy(h.buf[h.n:], b)
		h.n, b = h.n+k, b[k:]
	}
}

func (h *Hasher) prefix(tag byte, n uint64) {
	var b [9]byte
	b[0] = tag
	binary.LittleEndian.PutUint64(b[1:], n)
	add(h, b[:])
}

// String adds s.
func (h *Hasher) String(s string) *Hasher {
	h.prefix('s', uint64(len(s)))
	add(h, s)
	return h
}

// Bytes adds b.
func (h *Hasher) Bytes(b []byte) *Hasher {
	h.prefix('b', uint64(len(b)))
	if len(b) > len(h.buf) {
		h.empty()
		h.rest.Write(b)
		return h
	}
	add(h, b)
	return h
}

// Int adds n.
func (h *Hasher) Int(n int) *Hasher {
	h.prefix('i', uint64(n))
	return h
}

// Add adds another digest.
func (h *Hasher) Add(s Sum) *Hasher {
	add(h, "d")
	add(h, s[:])
	return h
}

// JSON adds the canonical encoding of v. It panics when v cannot be encoded,
// which is a mistake in the program: only plain data goes into keys.
func (h *Hasher) JSON(v any) *Hasher {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := encode(b, v); err != nil {
		panic(fmt.Sprintf("digest: %v", err))
	}
	return h.Bytes(b.Bytes())
}

// buffers are used again: what is hashed is not kept.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Sum returns the key of what has been added so far.
func (h *Hasher) Sum() Sum {
	if h.rest == nil {
		return Of(h.buf[:h.n])
	}
	h.empty()
	return Sum(h.rest.Sum(nil))
}

// Encode is the canonical JSON of v: map keys sorted, no HTML escaping, no
// trailing newline.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	if err := encode(&b, v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func encode(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the newline
	return nil
}
