package search

import (
	"encoding/binary"
	"math"
	"slices"

	"callboard/internal/digest"
)

// Where one group of parts ends and the next begins is decided by the parts'
// keys, not by counting: a part that is added, removed or changed moves the
// boundaries near it, and all groups further on are those of before. A group
// ends with a part whose key is the least of all within cutWindow documents to
// both sides. That makes groups of twice cutWindow documents, on average; one
// in a thousand has more than cutMost/1.5.
const (
	cutWindow = 192
	cutMost   = 8 * cutWindow // documents from which a group ends at the next part
)

// cutter finds the ends of groups while parts go by.
type cutter struct {
	recent []mark // the parts of the last window
	end    int    // documents so far
	start  int    // of these, before the open group
	parts  int    // of the open group

	// The part with which the open group will end, unless one with a lesser
	// key follows within the window: its number in the group, from 1, and the
	// documents up to its end. Zero if there is none.
	least, leastEnd int
}

// mark is a part that a later one is compared with.
type mark struct {
	rank uint64
	end  int
}

// add tells how many parts, from the first of the open group, are a group now
// that the next part is known; 0 if none. The next part is never in it unless
// the group has grown too large.
func (c *cutter) add(key digest.Sum, docs int) int {
	rank := binary.BigEndian.Uint64(key[:])
	if key.IsZero() {
		rank = math.MaxUint64 // not an end, and in nobody's way
	}
	c.end += docs
	n := 0
	if c.least > 0 && c.end-c.leastEnd > cutWindow {
		n = c.cut(c.least, c.leastEnd)
	}
	c.parts++
	near := slices.IndexFunc(c.recent, func(m mark) bool { return c.end-m.end <= cutWindow })
	if near < 0 {
		near = len(c.recent)
	}
	c.recent = slices.Delete(c.recent, 0, near)
	if rank < math.MaxUint64 && !slices.ContainsFunc(c.recent, func(m mark) bool { return m.rank <= rank }) {
		c.least, c.leastEnd = c.parts, c.end
	}
	c.recent = append(c.recent, mark{rank, c.end})
	if n == 0 && c.end-c.start >= cutMost {
		n = c.cut(c.parts, c.end)
	}
	return n
}

// cut ends the group after its first n parts.
func (c *cutter) cut(n, end int) int {
	c.parts -= n
	c.start, c.least = end, 0
	return n
}
