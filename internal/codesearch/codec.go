package codesearch

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"callboard/internal/digest"
)

// maxUnpacked is how many bytes a file of an index may unpack to.
const maxUnpacked = 64 << 20

// nameBytes is how much of a digest stands in the name of a file.
const nameBytes = 12

// fileName is the content's digest as far as it stands in its name.
type fileName [nameBytes]byte

func (n fileName) path(dir string) string {
	return "code/" + dir + "/" + hex.EncodeToString(n[:]) + ".bin"
}

// packer packs files and hands them out.
type packer struct {
	put func(name string, data []byte) error
	buf bytes.Buffer
	w   *flate.Writer
}

// file packs data into a file of a directory.
func (p *packer) file(dir string, data []byte) (n fileName, err error) {
	p.buf.Reset()
	if p.w == nil {
		if p.w, err = flate.NewWriter(&p.buf, flate.BestCompression); err != nil {
			return n, err
		}
	}
	p.w.Reset(&p.buf)
	_, err = p.w.Write(data)
	if err = errors.Join(err, p.w.Close()); err != nil {
		return n, fmt.Errorf("pack: %w", err)
	}
	sum := digest.Of(p.buf.Bytes())
	copy(n[:], sum[:])
	if err := p.put(n.path(dir), bytes.Clone(p.buf.Bytes())); err != nil {
		return n, fmt.Errorf("write the code index: %w", err)
	}
	return n, nil
}

// errDamaged tells that a file of an index is not what a builder wrote.
var errDamaged = errors.New("the code index is damaged")

func unpack(data []byte) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), maxUnpacked+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if len(out) > maxUnpacked {
		return nil, fmt.Errorf("%w: a file unpacks to more than %d bytes", errDamaged, maxUnpacked)
	}
	return out, nil
}

// cursor reads what stands in an unpacked file. After what is damaged, bad is set
// and everything is zero.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) uvarint() uint64 {
	v, n := binary.Uvarint(c.b)
	if n <= 0 {
		c.b, c.bad = nil, true
		return 0
	}
	c.b = c.b[n:]
	return v
}

// below is a number that must be less than limit.
func (c *cursor) below(limit uint64) uint64 {
	v := c.uvarint()
	if v >= limit {
		c.b, c.bad = nil, true
		return 0
	}
	return v
}

func (c *cursor) bytes(n uint64) []byte {
	if n > uint64(len(c.b)) {
		c.b, c.bad = nil, true
		return nil
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) name() (n fileName) {
	copy(n[:], c.bytes(nameBytes))
	return n
}

// numbers are the n numbers of files of a posting list, which grow.
func (c *cursor) numbers(n uint64) []uint32 {
	if n > uint64(len(c.b)) {
		c.b, c.bad = nil, true
		return nil
	}
	out := make([]uint32, 0, n)
	last := uint64(0)
	for i := range n {
		d := c.below(1 << 32)
		if last += d; c.bad || i > 0 && d == 0 || last >= 1<<32 {
			c.b, c.bad = nil, true
			return nil
		}
		out = append(out, uint32(last))
	}
	return out
}
