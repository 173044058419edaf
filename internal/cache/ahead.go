package cache

import (
	"io"
	"os"
)

// aheadBytes is how much is read at once of a pack that is read from the
// beginning to the end.
const aheadBytes = 64 << 10

// ahead reads a pack. What lies side by side is most often asked for one after
// the other, as it was written, so once that is seen to happen more is read than
// is asked for: a build asks for thousands of results of some hundred bytes.
type ahead struct {
	src  *os.File
	next int64  // where the last reading ended
	buf  []byte // what was read ahead
	from int64  // where it begins
}

// ReadAt reads len(b) bytes.
func (a *ahead) ReadAt(b []byte, from int64) (int, error) {
	n := int64(len(b))
	follows := from >= a.next && from-a.next < aheadBytes/4
	a.next = from + n
	if a.has(from, n) {
		return copy(b, a.buf[from-a.from:]), nil
	}
	if !follows || n > aheadBytes/2 {
		return a.src.ReadAt(b, from)
	}
	if a.buf == nil {
		a.buf = make([]byte, aheadBytes)
	}
	got, err := a.src.ReadAt(a.buf[:aheadBytes], from)
	a.buf, a.from = a.buf[:got], from
	if a.has(from, n) {
		return copy(b, a.buf), nil
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return 0, err
}

func (a *ahead) has(from, n int64) bool {
	return from >= a.from && from+n <= a.from+int64(len(a.buf))
}
