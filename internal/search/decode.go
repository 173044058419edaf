package search

import "encoding/binary"

// decoder reads numbers and bytes of a file that may be anything. After the
// first thing that does not fit, it is bad and gives zeros.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) fail() { d.b, d.bad = nil, true }

func (d *decoder) uvarint() uint64 {
	if len(d.b) > 0 && d.b[0] < 0x80 {
		v := d.b[0]
		d.b = d.b[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

// count reads a number that must not be more than most, nor than there can be
// with at least one byte for each.
func (d *decoder) count(most int) int {
	v := d.uvarint()
	if v > uint64(most) || v > uint64(len(d.b)) {
		d.fail()
		return 0
	}
	return int(v)
}

// below reads a number that must be less than n; 0 if it is not.
func (d *decoder) below(n int) int {
	v := d.uvarint()
	if v >= uint64(max(n, 0)) {
		d.fail()
		return 0
	}
	return int(v)
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail()
		return 0
	}
	v := d.b[0]
	d.b = d.b[1:]
	return v
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.fail()
		return nil
	}
	v := d.b[:n:n]
	d.b = d.b[n:]
	return v
}

func (d *decoder) bytes() []byte { return d.take(d.count(len(d.b))) }

// array6 is six bytes, zeros at the end of the data.
func (d *decoder) array6() []byte {
	if v := d.take(6); v != nil {
		return v
	}
	return make([]byte, 6)
}
