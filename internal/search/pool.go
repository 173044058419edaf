package search

import "encoding/binary"

// pool holds many growing strings of bytes, one for each term, in few large
// blocks: 30 million postings of a million terms would be mostly slack as a
// slice each. A string is a chain of slices; each ends with the address of the
// next, which is longer.
type pool struct {
	blocks [][]byte
	spare  [][]byte // of before reset
}

// reset drops all strings.
func (p *pool) reset() {
	p.spare = append(p.spare, p.blocks...)
	p.blocks = p.blocks[:0]
}

// grow takes a new block.
func (p *pool) grow() {
	if n := len(p.spare) - 1; n >= 0 {
		p.blocks = append(p.blocks, p.spare[n][:0])
		p.spare = p.spare[:n]
		return
	}
	p.blocks = append(p.blocks, make([]byte, 0, 1<<blockBits))
}

const blockBits = 16

// sliceSizes are the lengths of the slices of a chain; the last is repeated.
var sliceSizes = [...]uint32{6, 12, 24, 48, 96, 160, 256, 384, 512}

// chain is one string of a pool, and what the builder knows of its term.
type chain struct {
	head, pos, end uint32 // addresses: first byte, next byte, end of this slice
	last, df       uint32 // last document and number of documents
	level          uint8
}

// slice takes a new slice of the given level and returns its first and its end
// address; four bytes for the next address come after.
func (p *pool) slice(level uint8) (start, end uint32) {
	n := sliceSizes[level]
	last := len(p.blocks) - 1
	if last < 0 || len(p.blocks[last])+int(n)+4 > 1<<blockBits {
		p.grow()
		last++
	}
	at := uint32(len(p.blocks[last]))
	p.blocks[last] = p.blocks[last][:at+n+4]
	start = uint32(last)<<blockBits | at
	return start, start + n
}

func (p *pool) at(addr uint32) []byte {
	return p.blocks[addr>>blockBits][addr&(1<<blockBits-1):]
}

func (p *pool) start(c *chain) {
	c.head, c.end = p.slice(0)
	c.pos = c.head
}

func (p *pool) append(c *chain, b byte) {
	if c.pos == c.end {
		c.level = min(c.level+1, uint8(len(sliceSizes)-1))
		start, end := p.slice(c.level)
		binary.LittleEndian.PutUint32(p.at(c.end), start)
		c.pos, c.end = start, end
	}
	p.blocks[c.pos>>blockBits][c.pos&(1<<blockBits-1)] = b
	c.pos++
}

func (p *pool) appendBytes(c *chain, s []byte) {
	for len(s) > 0 {
		if c.pos == c.end {
			p.append(c, s[0])
			s = s[1:]
			continue
		}
		n := copy(p.at(c.pos)[:c.end-c.pos], s)
		c.pos += uint32(n)
		s = s[n:]
	}
}

func (p *pool) appendUvarint(c *chain, v uint32) {
	for v >= 0x80 {
		p.append(c, byte(v)|0x80)
		v >>= 7
	}
	p.append(c, byte(v))
}

// read appends the chain's bytes to b.
func (p *pool) read(b []byte, c *chain) []byte {
	addr, level := c.head, 0
	for {
		n := sliceSizes[level]
		if addr+n == c.end {
			return append(b, p.at(addr)[:c.pos-addr]...)
		}
		b = append(b, p.at(addr)[:n]...)
		addr = binary.LittleEndian.Uint32(p.at(addr + n))
		level = min(level+1, len(sliceSizes)-1)
	}
}
