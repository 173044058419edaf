package build

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"

	"callboard/internal/digest"
	"callboard/internal/entity"
)

// longText is the number of bytes from which a string of a spec is kept apart
// from the entity.
const longText = 1 << 10

// encodeEntities writes a repository's entities: for each what its Append
// writes, then the long texts that were taken out of its spec, each as
// its key, its size and its digest, with their number before them.
func (s *store) encodeEntities(es []*entity.Entity) (out []byte, texts []digest.Sum, err error) {
	for _, e := range es {
		rest, long, err := s.takeOut(e)
		if err != nil {
			return nil, nil, err
		}
		if out, err = rest.Append(out); err != nil {
			return nil, nil, fmt.Errorf("keep %s: %w", e.Ref, err)
		}
		out = binary.AppendUvarint(out, uint64(len(long)))
		for _, t := range long {
			out = append(binary.AppendUvarint(out, uint64(len(t.key))), t.key...)
			out = append(binary.AppendUvarint(out, uint64(t.size)), t.sum[:]...)
			texts = append(texts, t.sum)
		}
	}
	return out, texts, nil
}

// text is a long text that was taken out of a spec.
type text struct {
	key  string
	size int
	sum  digest.Sum
}

// takeOut puts the long texts of an entity's spec into the store.
func (s *store) takeOut(e *entity.Entity) (rest *entity.Entity, long []text, err error) {
	if !s.keeps() {
		return e, nil, nil
	}
	short := *e
	short.Spec = maps.Clone(e.Spec)
	for _, key := range sortedKeys(e.Spec) {
		v, ok := e.Spec[key].(string)
		if !ok || len(v) < longText {
			continue
		}
		t := text{key, len(v), digest.New("text/1").String(v).Sum()}
		if err := s.entities.Put(t.sum, []byte(v)); err != nil {
			return nil, nil, err
		}
		delete(short.Spec, key)
		long = append(long, t)
	}
	return &short, long, nil
}

var errEncoding = errors.New("the entities do not survive their encoding")

// decodeEntities reads what encodeEntities wrote. Long texts stay in the store
// and can be read until it is closed.
func (s *store) decodeEntities(b []byte) ([]summed, error) {
	d := recordReader{b: b}
	out := []summed{}
	for len(d.b) > 0 {
		from := d.b
		e, rest, err := entity.Read(d.b, s.same)
		if err != nil {
			return nil, errEncoding
		}
		d.b = rest
		for range d.count() {
			if !s.putBack(e, &d) {
				return nil, errEncoding
			}
		}
		if d.bad {
			return nil, errEncoding
		}
		out = append(out, summed{e, digest.Of(from[:len(from)-len(d.b)])})
	}
	return out, nil
}

// same lets what is written in many entities be in memory once.
func (s *store) same(b []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.strings[string(b)]
	if !ok {
		x = string(b)
		s.strings[x] = x
	}
	return x
}

// putBack puts a long text in its place. It is false if it is not in the store.
func (s *store) putBack(e *entity.Entity, d *recordReader) bool {
	key, size, sum := d.string(), d.number(), d.sum()
	if e.Spec == nil {
		e.Spec = map[string]any{}
	}
	if s.whole {
		b, ok := s.entities.Get(sum)
		e.Spec[key] = string(b)
		return ok
	}
	e.Spec[key] = entity.NewText(size, func() string {
		b, ok := s.entities.Get(sum)
		if !ok {
			s.damaged.Store(true)
		}
		return string(b)
	})
	return s.entities.Keep(sum)
}

// summed is an entity with the digest of all that was read of it.
type summed struct {
	entity *entity.Entity
	sum    digest.Sum
}
