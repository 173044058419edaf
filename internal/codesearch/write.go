package codesearch

import (
	"encoding/base64"
	"encoding/binary"
	"slices"

	"callboard/internal/digest"
)

func nameOf(data []byte) (n fileName) {
	sum := digest.Of(data)
	copy(n[:], sum[:])
	return n
}

// groupWriter notes the files of groups.
type groupWriter struct {
	bits  int
	names []byte
}

// set notes the file of the i-th group, which must come after those before.
func (g *groupWriter) set(i int, name fileName) {
	g.names = append(g.names, make([]byte, i*nameBytes-len(g.names))...)
	g.names = append(g.names, name[:]...)
}

func (g *groupWriter) table() table {
	return table{Bits: g.bits, Names: base64.RawURLEncoding.EncodeToString(g.names)}
}

// tableWriter writes a table, in order of its numbers.
type tableWriter struct {
	groupWriter
	out   *packer
	group []byte
	at    int // which group it is
	last  uint32
}

func (t *tableWriter) add(first uint32, name fileName) error {
	if at := int(uint64(first) >> t.bits); at != t.at {
		if err := t.flush(); err != nil {
			return err
		}
		t.at = at
	}
	t.group = binary.AppendUvarint(t.group, uint64(first-t.last))
	t.group = append(t.group, name[:]...)
	t.last = first
	return nil
}

func (t *tableWriter) flush() error {
	if len(t.group) == 0 {
		return nil
	}
	name, err := t.out.file("t", t.group)
	t.set(t.at, name)
	t.group, t.last = t.group[:0], 0
	return err
}

func (t *tableWriter) finish() (table, error) {
	err := t.flush()
	return t.table(), err
}

// The forms of a term in a shard.
const (
	formInline = iota
	formAlone
	formCommon
)

// shardWriter writes the shards.
type shardWriter struct {
	out     *packer
	numbers []uint32 // of the files, in the order they were added
	bits    int
	table   tableWriter
	shard   []byte
	last    uint32
	files   []uint32 // of a term
	packed  []byte
}

func newShardWriter(out *packer, numbers []uint32, postings int) *shardWriter {
	n := log2(postings, shardPostings)
	s := &shardWriter{out: out, numbers: numbers, bits: 32 - n}
	s.table = tableWriter{out: out, groupWriter: groupWriter{bits: min(32, s.bits+log2(groupEntries, 1))}}
	return s
}

func (s *shardWriter) add(key uint32, l *list) error {
	if len(s.shard) > 0 && uint64(key)>>s.bits != uint64(s.last)>>s.bits {
		if err := s.flush(); err != nil {
			return err
		}
	}
	s.shard = binary.AppendUvarint(s.shard, uint64(key-s.last))
	s.last = key
	files := uint64(len(s.numbers))
	if files >= commonLeast && l.n > files/commonShare {
		s.shard = binary.AppendUvarint(s.shard, l.n*4+formCommon)
		return nil
	}
	if err := s.pack(l); err != nil {
		return err
	}
	if len(s.packed) > alonePostings {
		name, err := s.out.file("p", s.packed)
		s.shard = binary.AppendUvarint(s.shard, l.n*4+formAlone)
		s.shard = append(s.shard, name[:]...)
		return err
	}
	s.shard = binary.AppendUvarint(s.shard, l.n*4+formInline)
	s.shard = append(s.shard, s.packed...)
	return nil
}

// pack encodes the numbers of the files of a list.
func (s *shardWriter) pack(l *list) error {
	s.files, s.packed = s.files[:0], s.packed[:0]
	c, at := cursor{b: l.b}, uint64(0)
	for len(c.b) > 0 {
		at += c.below(uint64(len(s.numbers)))
		if c.bad || at >= uint64(len(s.numbers)) {
			return errDamaged
		}
		s.files = append(s.files, s.numbers[at])
	}
	slices.Sort(s.files)
	last := uint32(0)
	for _, n := range s.files {
		s.packed = binary.AppendUvarint(s.packed, uint64(n-last))
		last = n
	}
	return nil
}

func (s *shardWriter) flush() error {
	if len(s.shard) == 0 {
		return nil
	}
	name, err := s.out.file("s", s.shard)
	if err != nil {
		return err
	}
	first := uint32(uint64(s.last) >> s.bits << s.bits)
	s.shard, s.last = s.shard[:0], 0
	return s.table.add(first, name)
}

func (s *shardWriter) finish() (table, error) {
	if err := s.flush(); err != nil {
		return table{}, err
	}
	return s.table.finish()
}
