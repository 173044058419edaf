package codesearch

import (
	"encoding/binary"
	"encoding/hex"

	"callboard/internal/digest"
)

func nameOf(data []byte) (n fileName) {
	sum := digest.Of(data)
	copy(n[:], sum[:])
	return n
}

// tableWriter writes a table, group by group.
type tableWriter struct {
	out   *packer
	group []byte
	n     int
	first uint32
	table table
}

func (t *tableWriter) add(first uint32, name fileName, more uint64) error {
	if t.n == 0 {
		t.first = first
	}
	t.group = binary.BigEndian.AppendUint32(t.group, first)
	t.group = append(t.group, name[:]...)
	t.group = binary.AppendUvarint(t.group, more)
	if t.n++; t.n == groupEntries {
		return t.flush()
	}
	return nil
}

func (t *tableWriter) flush() error {
	if t.n == 0 {
		return nil
	}
	name, err := t.out.file("t", t.group)
	t.table.First = append(t.table.First, t.first)
	t.table.Names += hex.EncodeToString(name[:])
	t.group, t.n = t.group[:0], 0
	return err
}

func (t *tableWriter) finish() (table, error) {
	err := t.flush()
	return t.table, err
}

// The forms of a term in a shard.
const (
	formInline = iota
	formAlone
	formCommon
)

// shardWriter writes the shards.
type shardWriter struct {
	out   *packer
	files uint64
	table tableWriter
	shard []byte
	first uint32 // term of the shard
	last  uint32
	any   bool
}

func (s *shardWriter) add(key uint32, l *list) error {
	if s.any && len(s.shard) >= shardBytes {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if !s.any {
		s.any, s.first, s.last = true, key, 0
	}
	s.shard = binary.AppendUvarint(s.shard, uint64(key-s.last))
	s.last = key
	switch {
	case s.files >= commonLeast && l.n > s.files/commonShare:
		s.shard = binary.AppendUvarint(s.shard, l.n*4+formCommon)
	case len(l.b) > alonePostings:
		name, err := s.out.file("p", l.b)
		if err != nil {
			return err
		}
		s.shard = binary.AppendUvarint(s.shard, l.n*4+formAlone)
		s.shard = append(s.shard, name[:]...)
	default:
		s.shard = binary.AppendUvarint(s.shard, l.n*4+formInline)
		s.shard = append(s.shard, l.b...)
	}
	return nil
}

func (s *shardWriter) flush() error {
	name, err := s.out.file("s", s.shard)
	if err != nil {
		return err
	}
	s.shard, s.any = s.shard[:0], false
	return s.table.add(s.first, name, 0)
}

func (s *shardWriter) finish() (table, error) {
	if s.any {
		if err := s.flush(); err != nil {
			return table{}, err
		}
	}
	return s.table.finish()
}
