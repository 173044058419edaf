package build

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"unique"

	"callboard/internal/digest"
	"callboard/internal/entity"
)

// longText is the number of bytes from which a string of a spec is kept apart
// from the entity.
const longText = 1 << 10

// encodeEntities writes a repository's entities: for each its JSON, with the
// length before it, then the long texts that were taken out of its spec, each as
// its key, its size and its digest, with their number before them.
func (s *store) encodeEntities(es []*entity.Entity) (out []byte, texts []digest.Sum, err error) {
	for _, e := range es {
		rest, long, err := s.takeOut(e)
		if err != nil {
			return nil, nil, err
		}
		b, err := digest.Encode(rest)
		if err != nil {
			return nil, nil, fmt.Errorf("keep %s: %w", e.Ref, err)
		}
		out = append(binary.AppendUvarint(out, uint64(len(b))), b...)
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
		e := new(entity.Entity)
		if json.Unmarshal(d.take(d.number()), e) != nil {
			return nil, errEncoding
		}
		s.share(e)
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

// share lets what is written in many entities be in memory once.
func (s *store) share(e *entity.Entity) {
	same := func(x string) string { return unique.Make(x).Value() }
	e.APIVersion, e.Kind, e.Namespace = same(e.APIVersion), same(e.Kind), same(e.Namespace)
	e.Origin.Repo, e.Origin.File = same(e.Origin.Repo), same(e.Origin.File)
	e.Ref = entity.NewRef(e.Kind, e.Namespace, e.Name)
	e.Ref.Kind, e.Ref.Namespace = same(e.Ref.Kind), same(e.Ref.Namespace)
	e.Edges = slices.Clip(slices.Clone(e.Edges))
	for i := range e.Edges {
		g := &e.Edges[i]
		g.Type, g.Field, g.Pos.Repo, g.Pos.File = same(g.Type), same(g.Field), same(g.Pos.Repo), same(g.Pos.File)
		g.Target = entity.Ref{Kind: same(g.Target.Kind), Namespace: same(g.Target.Namespace), Name: same(g.Target.Name)}
	}
	for i, t := range e.Metadata.Tags {
		e.Metadata.Tags[i] = same(t)
	}
	e.Metadata.Annotations = shareKeys(e.Metadata.Annotations, same)
	e.Metadata.Labels = shareKeys(e.Metadata.Labels, same)
	e.Spec = shareKeys(e.Spec, same)
}

// shareKeys is the map with keys that are in memory once.
func shareKeys[V any](m map[string]V, same func(string) string) map[string]V {
	if len(m) == 0 {
		return m
	}
	out := make(map[string]V, len(m))
	for k, v := range m {
		if s, ok := any(v).(string); ok && len(s) < 32 {
			v = any(same(s)).(V)
		}
		out[same(k)] = v
	}
	return out
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
